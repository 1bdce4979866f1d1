"""How far images are from what they should be, in grey levels and by class; PSNR is tested with lecture 12's games."""

import pytest
import torch

from gancourse.data.images import to_float
from gancourse.metrics.fidelity import grey_levels, share_as_asked


def test_grey_levels_are_of_bytes():
    x = torch.tensor([[0, 10], [200, 255]], dtype=torch.uint8)
    y = torch.tensor([[4, 10], [198, 253]], dtype=torch.uint8)
    assert grey_levels(to_float(x), to_float(y)) == pytest.approx((4 + 0 + 2 + 2) / 4, abs=1e-5)
    assert grey_levels(torch.ones(1, 3, 2, 2), -torch.ones(1, 3, 2, 2)) == 255


@pytest.mark.parametrize("y", [torch.zeros(1, 3, 4, 4), torch.zeros(2, 3, 4, 4, dtype=torch.uint8)])
def test_grey_levels_refuse_images_that_do_not_fit(y):
    with pytest.raises(ValueError, match=r"its own truth|floats in"):
        grey_levels(torch.zeros(2, 3, 4, 4), y)


class Reads:
    """A classifier that reads the class off the first pixel."""

    def probabilities(self, x):
        return torch.nn.functional.one_hot(x[:, 0, 0, 0].long(), 4).float()


def test_the_share_as_asked_counts_images_that_are_what_was_asked_for():
    x = torch.tensor([0.0, 1, 2, 3, 3])[:, None, None, None].expand(-1, 1, 2, 2)
    assert share_as_asked(Reads(), x, torch.tensor([0, 1, 2, 2, 2])) == 0.6
    with pytest.raises(ValueError, match="5 images and 4 labels"):
        share_as_asked(Reads(), x, torch.arange(4))
