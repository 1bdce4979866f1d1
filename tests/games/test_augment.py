"""What augmentation changes, what it leaves alone, and that gradients find their way through it."""

import pytest
import torch
from torch import nn

from gancourse.games.augment import Augmented, augmented, coloured, cut, moved


@pytest.fixture(autouse=True)
def _seed():
    torch.manual_seed(0)


def numbered(n=200, side=16):
    """Images whose every pixel says where it is, and is nowhere 0: 1 + row · side + column."""
    return (1.0 + torch.arange(side * side).reshape(1, 1, side, side)).expand(n, 3, side, side)


def test_moved_images_keep_what_is_still_in_sight_and_have_zeros_where_nothing_was():
    x = numbered()
    seen = set()
    for before, after in zip(x, moved(x), strict=True):
        row, column = ((after[0] > 0).nonzero()[0]).tolist()
        first = int(after[0, row, column]) - 1
        down, right = row - first // 16, column - first % 16
        seen.add((down, right))
        expected = torch.zeros_like(before)
        rows = slice(max(0, down), 16 + min(0, down)), slice(max(0, -down), 16 + min(0, -down))
        columns = slice(max(0, right), 16 + min(0, right)), slice(max(0, -right), 16 + min(0, -right))
        expected[:, rows[0], columns[0]] = before[:, rows[1], columns[1]]
        assert torch.equal(after, expected)
    assert {abs(v) for shift in seen for v in shift} == {0, 1, 2}  # an eighth of 16, either way
    assert len(seen) == 25


def test_a_square_of_half_the_side_is_cut_out_and_nothing_else_changes():
    x = numbered()
    after = cut(x)
    gone = after == 0
    assert torch.equal(after[~gone], x[~gone])
    assert (gone == gone[:, :1]).all(), "of all colours"
    rows, columns = gone[:, 0].any(dim=2).sum(dim=1), gone[:, 0].any(dim=1).sum(dim=1)
    assert torch.equal(rows * columns, gone[:, 0].sum(dim=(1, 2))), "a rectangle"
    assert rows.max() == columns.max() == 8
    assert rows.min() >= 4, "its middle lies in the image"
    places = gone[:, 0].float().mean(dim=0)
    assert places.min() > 0.05


def test_colours_change_image_by_image_and_within_the_papers_bounds():
    grey = torch.full((2000, 3, 4, 4), 0.2)
    brightness = coloured(grey) - 0.2
    assert (brightness == brightness[:, :1, :1, :1]).all()
    assert brightness.min() < -0.49
    assert brightness.max() > 0.49
    assert brightness.abs().max() <= 0.5 + 1e-6

    x = torch.randn(2000, 3, 8, 8)
    after = coloured(x)
    hue, hue_after = (v - v.mean(dim=1, keepdim=True) for v in (x, after))
    light, light_after = (v.mean(dim=1).flatten(1) for v in (x, after))
    contrast = light_after.std(dim=1) / light.std(dim=1)
    colour = hue_after.flatten(1).norm(dim=1) / hue.flatten(1).norm(dim=1)
    assert contrast.min() > 0.5 - 1e-3
    assert contrast.max() < 1.5 + 1e-3
    saturation = colour / contrast
    assert saturation.min() < 0.02
    assert 1.98 < saturation.max() < 2 + 1e-3
    assert contrast.std() == pytest.approx(12**-0.5, rel=0.1)
    aligned = torch.cosine_similarity(hue.flatten(1), hue_after.flatten(1))
    assert aligned[saturation > 0.1].min() > 0.999


def test_every_pixel_that_comes_through_has_its_gradient():
    x = numbered(50).clone().requires_grad_()
    after = moved(cut(x))
    (slope,) = torch.autograd.grad(after.sum(), x)
    assert torch.equal(slope.sum(dim=(1, 2, 3)), (after != 0).sum(dim=(1, 2, 3)).float())
    assert set(slope.unique().tolist()) == {0.0, 1.0}
    x = torch.randn(4, 3, 16, 16, dtype=torch.float64, requires_grad=True)

    def same_draw(v):
        torch.manual_seed(1)
        return augmented(v)

    assert torch.autograd.gradcheck(same_draw, x)


def test_a_discriminator_sees_changed_images_in_training_and_whole_ones_afterwards():
    class Looks(nn.Module):
        def forward(self, x):
            self.seen = x
            return x.sum(dim=(1, 2, 3))[:, None]

    judge, x = Augmented(Looks()), torch.randn(6, 3, 16, 16)
    torch.manual_seed(2)
    expected = augmented(x)
    torch.manual_seed(2)
    judge(x)
    assert torch.equal(judge.judge.seen, expected)
    assert not torch.equal(expected, x)
    judge.eval()(x)
    assert torch.equal(judge.judge.seen, x)


@pytest.mark.parametrize("change", [coloured, moved, cut, augmented])
def test_what_is_drawn_lies_where_the_images_are_and_in_their_precision(change):
    x = torch.empty(4, 3, 16, 16, device="meta", dtype=torch.bfloat16)  # of which there is nothing but place and type
    after = change(x)
    assert (after.device, after.dtype, after.shape) == (x.device, x.dtype, x.shape)


def test_what_a_conditional_discriminator_is_told_besides_reaches_it():
    class Told(nn.Module):
        def forward(self, x, label):
            return label

    label = torch.tensor([3, 1])
    assert torch.equal(Augmented(Told())(torch.zeros(2, 3, 16, 16), label), label)
