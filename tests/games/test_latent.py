"""Directions in latent space, found where they are known; and truncation."""

import pytest
import torch
from scipy.stats import kstest

from gancourse.games.dcgan import slerp
from gancourse.games.latent import cube_slerp, difference_of_means, regressed_directions, truncated


def test_the_difference_of_means_points_from_those_without_to_those_with():
    torch.manual_seed(0)
    z = torch.randn(4000, 5)
    has = z[:, 2] > 0
    way = difference_of_means(z, has, 1500)
    expected = 2 * (2 / torch.pi) ** 0.5  # E|z| on either side
    torch.testing.assert_close(way, torch.tensor([0, 0, expected, 0, 0]), atol=0.12, rtol=0)


def test_only_the_first_n_of_either_kind_count():
    z = torch.tensor([[1.0], [100.0], [2.0], [3.0], [100.0]])
    has = torch.tensor([True, True, False, False, True])
    assert difference_of_means(z, has, 1) == torch.tensor([-1.0])


@pytest.mark.parametrize("has", [[True, False, False], [False, True, True]])
def test_too_few_examples_are_counted(has):
    z, has = torch.tensor([[1.0], [2.0], [4.0]]), torch.tensor(has)
    with pytest.raises(ValueError, match="only 1 examples"):
        difference_of_means(z, has, 2)
    assert difference_of_means(z, has, 1).abs() == 1  # as many as there are


def test_regression_finds_a_linear_value_whatever_its_scale_and_offset():
    torch.manual_seed(0)
    z, ways = torch.randn(500, 4), torch.tensor([[0.6, 0.8, 0.0, 0.0], [0.0, 0.0, 0.0, -1.0]])
    values = 3 + z @ ways.T * torch.tensor([10.0, 0.1])
    torch.testing.assert_close(regressed_directions(z, values), ways, atol=0.02, rtol=0)


def test_truncated_uniform_codes_have_the_distribution_of_those_drawn_anew():
    torch.manual_seed(0)
    z, drawn = torch.rand(2000, 3) * 2 - 1, torch.rand(2000, 3) * 2 - 1
    while (outside := drawn.abs() > 0.3).any():
        drawn = torch.where(outside, torch.rand_like(drawn) * 2 - 1, drawn)
    shrunk = truncated(z, 0.3)
    assert kstest(shrunk.flatten(), drawn.flatten()).pvalue > 0.01
    torch.testing.assert_close(shrunk / shrunk.norm(dim=1, keepdim=True), z / z.norm(dim=1, keepdim=True))


@pytest.mark.parametrize(("z", "threshold", "says"), [
    (torch.zeros(2, 3), 0.0, "threshold is 0.0"),
    (torch.zeros(2, 3), 1.5, "threshold is 1.5"),
    (torch.tensor([[0.1, -2.5]]), 0.5, "reaches to 2.5.* draw each coordinate anew"),
])  # fmt: skip
def test_what_cannot_be_shrunk_is_said(z, threshold, says):
    with pytest.raises(ValueError, match=says):
        truncated(z, threshold)


def test_a_path_in_the_cube_keeps_its_ends_and_the_law_of_its_codes():
    torch.manual_seed(0)
    start, end = torch.rand(2, 500, 100) * 2 - 1
    for t, z in ((0, start), (1, end)):
        torch.testing.assert_close(cube_slerp(start, end, t), z, atol=1e-4, rtol=1e-4)
    for t in (0.2, 0.5):
        assert kstest(cube_slerp(start, end, t).flatten().numpy(), "uniform", (-1, 2)).statistic < 0.01
    outside = (slerp(start, end, 0.5).abs() > 1).float()
    assert outside.mean() > 0.05 and outside.amax(dim=1).all(), "no arc between the codes themselves stays inside"


def test_a_path_in_the_cube_turns_normal_coordinates():
    start, end = torch.tensor([[0.5, -0.2, 0.9]]), torch.tensor([[-0.7, 0.1, 0.3]])
    normal = torch.distributions.Normal(0, 1)
    turned = slerp(*(normal.icdf((z + 1) / 2) for z in (start, end)), 0.3)
    torch.testing.assert_close(cube_slerp(start, end, 0.3), 2 * normal.cdf(turned) - 1)
    assert cube_slerp(torch.ones(1, 3), end, 0.5).isfinite().all(), "from the very corner too"
