"""How even a path is, and what can be read in codes, where both are known."""

import pytest
import torch

from gancourse.metrics.latent_space import largest_step, read_linearly


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
