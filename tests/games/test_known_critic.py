"""The problem with a known best critic: what is drawn has the densities that it was solved for."""

from itertools import islice

import numpy as np
import pytest
import torch
from torch import nn

from gancourse.games.known_critic import SPREAD, Fixed, batches, critic, known


def shares_and_spread(samples, left, right):
    """How many samples belong to the right one of two bumps, and how wide the two are."""
    assert samples.shape[1] == 1
    is_right = (samples - right).abs() < (samples - left).abs()
    distances = torch.where(is_right, samples - right, samples - left)
    return float(is_right.float().mean()), float(distances.mean()), float(distances.std())


def test_data_and_fakes_are_two_equal_bumps_each():
    torch.manual_seed(0)
    drawn = list(islice(batches(), 80))
    assert {b.shape for b in drawn} == {(256, 1)}
    for samples, bumps in ((torch.cat(drawn), (-1, 1)), (Fixed()(torch.randn(20_000, 2)).detach(), (-2, 3))):
        share, middle, spread = shares_and_spread(samples, *bumps)
        assert share == pytest.approx(0.5, abs=0.02)
        assert middle == pytest.approx(0, abs=0.02)
        assert spread == pytest.approx(SPREAD, abs=0.01)
    assert next(batches(7)).shape == (7, 1)
    (still := Fixed())(torch.randn(5, 2)).sum().backward()
    assert still.nothing.grad == 0


def test_the_critic_begins_alike_for_a_seed_and_has_three_hidden_layers():
    sizes = [(layer.in_features, layer.out_features) for layer in critic() if isinstance(layer, nn.Linear)]
    assert sizes == [(1, 64), (64, 64), (64, 64), (64, 1)]
    first, again, other = (torch.cat([p.flatten() for p in critic(*seed).parameters()]) for seed in ((), (0,), (1,)))
    assert torch.equal(first, again)
    assert not torch.equal(first, other)


def test_the_grid_holds_both_densities_and_the_best_critic_claims_their_distance():
    problem = known()
    assert (problem.x[0], problem.x[-1], len(problem.x)) == (-4, 5, 181)
    step = problem.x[1] - problem.x[0]
    for density, bumps in ((problem.p_data, (-1, 1)), (problem.p_gen, (-2, 3))):
        assert density.sum() * step == pytest.approx(1, abs=1e-3)
        assert density @ problem.x * step == pytest.approx(sum(bumps) / 2, abs=1e-3)
        assert density.max() == pytest.approx(1 / (2 * SPREAD * np.sqrt(2 * np.pi)), rel=1e-2)
    assert problem.claim(problem.best) == pytest.approx(problem.distance, rel=1e-6)
    line = nn.Linear(1, 1)
    nn.init.constant_(line.weight, 0.5)
    nn.init.constant_(line.bias, 2.0)
    assert np.allclose(problem.values(line), 0.5 * problem.x + 2, atol=1e-6)
    assert problem.slope(problem.values(line)) == pytest.approx(0.5, abs=1e-6)
    steep_where_nobody_is = np.where(problem.p_data + problem.p_gen > 0.005, 0.0, problem.x * 50)
    assert problem.slope(steep_where_nobody_is) == 0
    bowl = problem.slope(problem.x**2 / 2)  # whose slope is |x|: as far out as fakes are, not only as far as data are
    there = np.abs(problem.x)[(problem.p_data > 0.003) | (problem.p_gen > 0.003)]
    assert bowl == pytest.approx(np.median(there), abs=0.15)
    assert bowl > 1.3
