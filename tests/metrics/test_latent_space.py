"""How even a path is, and what can be read in codes, where both are known."""

import pytest
import torch
from torch import nn

from gancourse.games.dcgan import slerp
from gancourse.metrics.latent_space import carried_over, changed, largest_step, path_length, read_linearly


def test_a_straight_path_has_equal_steps_whatever_its_length():
    t = torch.linspace(0, 1, 9)[None, :, None]
    ends = torch.randn(5, 1, 3, generator=torch.Generator().manual_seed(0)) * torch.arange(1, 6)[:, None, None]
    assert largest_step(t * ends) == pytest.approx(1, abs=1e-5)


def test_a_jump_takes_the_whole_way_in_one_step_and_the_median_path_counts():
    jump = torch.tensor([0.0, 0, 0, 0, 5])
    uneven = torch.tensor([0.0, 1, 4, 5, 6])
    even = torch.tensor([0.0, 3, 6, 9, 12])
    assert largest_step(jump[None, :, None]) == 4
    assert largest_step(torch.stack([jump, even, uneven])[:, :, None]) == 2, "3 over a mean of 6 / 4"
    corner = torch.tensor([[[0.0, 0], [3, 4], [3, 9], [3, 9.5]]])
    assert largest_step(corner) == pytest.approx(5 / 3.5), "steps are lengths, not sums"


def test_two_points_are_no_path():
    with pytest.raises(ValueError, match="2 points"):
        largest_step(torch.zeros(4, 2, 3))


@pytest.mark.parametrize(("noise", "expected"), [(0.0, 1.0), (1.0, 0.5)])
def test_what_is_linear_in_z_is_read_up_to_its_noise(noise, expected):
    torch.manual_seed(0)
    z = torch.randn(20_000, 4)
    values = 7 + z @ torch.tensor([0.6, 0.0, -0.8, 0.0]) + noise * torch.randn(20_000)
    assert read_linearly(z, values) == pytest.approx(expected, abs=0.03)


def test_nothing_is_read_where_there_is_nothing():
    torch.manual_seed(0)
    z = torch.randn(2000, 100)
    assert -0.2 < read_linearly(z, z[:, 0].square()) < 0.02, "a square is no line"
    assert -0.2 < read_linearly(z, torch.randn(2000)) < 0.02, "judged on codes that it was not fitted to"


def test_a_path_is_as_long_as_its_images_move_squared():
    """Of images that are c times their code, on a straight line, c² times the squared length of the way."""
    torch.manual_seed(0)
    start, end, t = torch.randn(50, 4), torch.randn(50, 4), torch.rand(50, 1)
    found = path_length(lambda z: 3 * z, start, end, t, torch.lerp, step=0.1)
    assert found == pytest.approx(9 * float((end - start).square().sum(dim=1).mean()), rel=1e-3)
    assert path_length(torch.zeros_like, start, end, t, torch.lerp) == 0
    unit = nn.functional.normalize(torch.randn(2, 50, 4), dim=2)
    angle = (unit[0] * unit[1]).sum(dim=1).arccos()
    round_the_sphere = path_length(lambda z: z, *unit, t, slerp, step=1e-2)
    assert round_the_sphere == pytest.approx(float(angle.square().mean()), rel=0.01)


def test_what_a_mixture_took_from_the_other():
    own, other = torch.tensor([0.0, 1.0, 2.0]), torch.tensor([4.0, 0.0, 3.0])
    for share in (0.0, 0.3, 1.0):
        assert carried_over(own, other, torch.lerp(own, other, share)) == pytest.approx(share)
    assert carried_over(own, other, own + torch.tensor([1.0, 4.0, 0.0])) == pytest.approx(0, abs=1e-6), "elsewhere"
    assert carried_over(torch.tensor([0, 1, 2, 2]), torch.tensor([0, 2, 1, 0]), torch.tensor([0, 2, 2, 1])) == (
        pytest.approx(1 / 3)
    ), "one of three pairs that differ"


def test_a_change_counts_whatever_to():
    own, other = torch.zeros(4), torch.full((4,), 2.0)
    assert changed(own, other, torch.tensor([1.0, -1, 1, -1])) == pytest.approx(0.5)
    assert changed(own, other, own) == 0
    kinds = torch.tensor([0, 1, 2, 2])
    assert changed(kinds, torch.tensor([1, 1, 1, 0]), torch.tensor([2, 1, 2, 2])) == pytest.approx(1 / 3)
