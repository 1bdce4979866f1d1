"""Directions in latent space: found where they are known."""

import pytest
import torch

from gancourse.games.latent import difference_of_means, regressed_directions


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
