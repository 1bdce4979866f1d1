"""Sparse codes against scikit-learn's and against what a minimiser must satisfy."""

import numpy as np
import pytest
from sklearn.decomposition import sparse_encode
from sklearn.linear_model import Lasso

from gancourse.codes import sparse
from gancourse.codes.photographs import photograph_patches, photographs, whiten


@pytest.fixture(scope="module")
def problem():
    """Examples, and a dictionary with more atoms than dimensions."""
    rng = np.random.default_rng(0)
    dictionary = rng.normal(size=(30, 16))
    return rng.normal(size=(12, 16)), dictionary / np.linalg.norm(dictionary, axis=1, keepdims=True)


def test_the_threshold_minimises_its_own_problem():
    grid = np.linspace(-3, 3, 6001)
    for a in (-2.0, -0.3, 0.0, 0.5, 1.7):
        best = grid[np.argmin((grid - a) ** 2 / 2 + 0.5 * np.abs(grid))]
        assert sparse.soft_threshold(a, 0.5) == pytest.approx(best, abs=1e-3)


@pytest.mark.parametrize("lam", [0.1, 0.5])
@pytest.mark.parametrize("method", [sparse.ista, sparse.fista])
def test_codes_are_scikit_learns_lasso_to_a_millionth(problem, method, lam):
    x, dictionary = problem
    z = method(x, dictionary, lam, n_steps=20_000)
    wanted = [
        Lasso(alpha=lam / x.shape[1], fit_intercept=False, tol=1e-14, max_iter=1_000_000).fit(dictionary.T, row).coef_
        for row in x
    ]
    np.testing.assert_allclose(z, wanted, atol=1e-6)
    np.testing.assert_allclose(z, sparse_encode(x, dictionary, algorithm="lasso_lars", alpha=lam), atol=1e-6)


def test_the_objective_is_its_formula_and_momentum_is_sooner_there(problem):
    x, dictionary = problem
    z = np.zeros((12, 30))
    z[:, 3] = 2
    np.testing.assert_allclose(
        sparse.objective(x, z, dictionary, 0.5), [np.sum((row - 2 * dictionary[3]) ** 2) / 2 + 1 for row in x]
    )
    best, slow, fast = (
        sparse.objective(x, method(x, dictionary, 0.1, n), dictionary, 0.1).sum()
        for method, n in ((sparse.fista, 3000), (sparse.ista, 60), (sparse.fista, 60))
    )
    assert best < fast < slow and fast - best < (slow - best) / 5


def test_so_large_a_weight_that_nothing_is_used(problem):
    x, dictionary = problem
    assert not sparse.ista(x, dictionary, np.abs(x @ dictionary.T).max(), 50).any()


@pytest.mark.parametrize(
    ("change", "said"), [({"lam": -1}, "at least 0"), ({"x": np.ones((2, 3))}, r"need \(n, d\) and \(k, d\)")]
)
def test_what_cannot_be_coded_is_said(problem, change, said):
    x, dictionary = problem
    with pytest.raises(ValueError, match=said):
        sparse.fista(**{"x": x, "dictionary": dictionary, "lam": 0.1} | change)


def test_a_dictionary_step_lowers_the_error_and_leaves_what_is_unused(problem):
    x, dictionary = problem
    z = sparse.fista(x, dictionary, 0.3)
    z[:, 5] = 0
    new = sparse.update_dictionary(dictionary, z.T @ z, z.T @ x)
    assert ((x - z @ new) ** 2).sum() < 0.9 * ((x - z @ dictionary) ** 2).sum()
    assert np.linalg.norm(new, axis=1).max() <= 1 + 1e-12
    np.testing.assert_array_equal(new[5], dictionary[5])


def test_atoms_that_made_the_data_are_found_again():
    rng = np.random.default_rng(1)
    atoms = rng.normal(size=(8, 20))
    atoms /= np.linalg.norm(atoms, axis=1, keepdims=True)
    z = rng.normal(size=(3000, 8)) * (rng.uniform(size=(3000, 8)) < 0.15)
    found = sparse.learn_dictionary(z @ atoms, 16, lam=0.3, n_steps=150, batch=100)
    assert np.abs(found @ atoms.T).max(axis=0).min() > 0.98
    np.testing.assert_array_equal(found, sparse.learn_dictionary(z @ atoms, 16, 0.3, n_steps=150, batch=100))


def test_whitening_leaves_equal_power_at_low_and_middle_frequencies():
    """Before it, low ones have a hundred times the power of middle ones."""

    def ratio(image):
        power = np.abs(np.fft.fft2(image - image.mean())) ** 2
        f = np.hypot(*np.meshgrid(*map(np.fft.fftfreq, image.shape), indexing="ij"))
        return power[(f > 0.01) & (f < 0.03)].mean() / power[(f > 0.08) & (f < 0.12)].mean()

    for image in photographs():
        assert ratio(image) > 10 and 0.3 < ratio(whiten(image)) < 3
        assert whiten(image).std() == pytest.approx(1)


def test_patches_are_of_the_photographs_with_mean_zero():
    patches = photograph_patches(50, 8, seed=3, prepare=None)
    assert patches.shape == (50, 64)
    np.testing.assert_allclose(patches.mean(axis=1), 0, atol=1e-12)
    np.testing.assert_array_equal(patches, photograph_patches(50, 8, seed=3, prepare=None))
    windows = [np.lib.stride_tricks.sliding_window_view(image, (8, 8)) for image in photographs()]
    first = patches[0].reshape(8, 8)
    corner = [w[..., 0, 0] - w[..., 7, 7] - (first[0, 0] - first[7, 7]) for w in windows]
    near = [w[np.abs(c) < 1e-12] for w, c in zip(windows, corner, strict=True)]
    assert any(np.abs(w - w.mean() - first).max() < 1e-12 for some in near for w in some), "as it is in the picture"


def test_fista_is_beck_and_teboulles_equations(problem):
    """4.1 to 4.3, written out, on the first steps."""
    x, dictionary = problem
    step = 1 / np.linalg.norm(dictionary, 2) ** 2
    y, before, t = np.zeros((12, 30)), np.zeros((12, 30)), 1.0
    for n in range(1, 6):
        down = y - step * (y @ dictionary - x) @ dictionary.T
        z = np.where(np.abs(down) > 0.3 * step, down - 0.3 * step * np.sign(down), 0)
        t_next = (1 + (1 + 4 * t**2) ** 0.5) / 2
        y, before, t = z + (t - 1) / t_next * (z - before), z, t_next
        np.testing.assert_allclose(sparse.fista(x, dictionary, 0.3, n), z, atol=1e-12)


def test_each_atom_in_turn_is_set_to_its_least_squares(problem):
    x, dictionary = problem
    z = 20 * np.random.default_rng(2).normal(size=(12, 3))  # so large that no best atom is longer than 1
    wanted = dictionary[:3].copy()
    for j in range(3):
        rest = x - np.delete(z, j, axis=1) @ np.delete(wanted, j, axis=0)
        wanted[j] = np.linalg.lstsq(z[:, [j]], rest, rcond=None)[0][0]
        wanted[j] /= max(1, np.linalg.norm(wanted[j]))
    new = sparse.update_dictionary(dictionary[:3], z.T @ z, z.T @ x)
    np.testing.assert_allclose(new, wanted, atol=1e-9)
    assert (np.linalg.norm(new, axis=1) < 1).any()
