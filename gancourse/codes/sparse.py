"""Sparse coding: x as a sum of few atoms of a dictionary that is learned, too (Olshausen & Field 1996).

    minimise over z and D   Σ ½‖x − zD‖² + λ‖z‖₁,   no atom longer than 1

With D given it is the lasso: `ista` and `fista`. With z given it is least squares: `update_dictionary`. Conventions
are those of scikit-learn's `sparse_encode`: one example a row, one atom a row, λ its `alpha`.
"""

import numpy as np


def soft_threshold(a, threshold):
    """Every number moved towards 0 by `threshold`, and no further: the minimiser of ½(z − a)² + threshold·|z|.

    Args:
        a: any shape.
        threshold: at least 0, a number or an array that fits.
    """
    return np.sign(a) * np.maximum(np.abs(a) - threshold, 0)


def objective(x, z, dictionary, lam):
    """½‖x − zD‖² + λ‖z‖₁ of each example, shape (n,).

    Args:
        x: examples, shape (n, d).
        z: their codes, shape (n, k).
        dictionary: atoms, shape (k, d).
        lam: λ.
    """
    return ((x - z @ dictionary) ** 2).sum(axis=1) / 2 + lam * np.abs(z).sum(axis=1)


def ista(x, dictionary, lam, n_steps=1000):
    """Codes by iterative soft thresholding: a gradient step on the squared error, then the threshold, over and over.

    Daubechies, Defrise & De Mol (2004). The step is 1/L, L the largest eigenvalue of D Dᵀ.

    Args:
        x: examples, shape (n, d).
        dictionary: atoms, shape (k, d).
        lam: λ, not negative.
        n_steps: how often.

    Returns:
        Codes, shape (n, k).

    Raises:
        ValueError: the shapes do not fit, or λ is negative.
    """
    return _descend(x, dictionary, lam, n_steps, momentum=False)


def fista(x, dictionary, lam, n_steps=200):
    """As `ista`, each step from a point beyond the last (Beck & Teboulle 2009, eq. 4.1 to 4.3): n² for n."""
    return _descend(x, dictionary, lam, n_steps, momentum=True)


def _descend(x, dictionary, lam, n_steps, momentum):
    _check(x, dictionary, lam)
    gram, target = dictionary @ dictionary.T, x @ dictionary.T
    step = 1 / np.linalg.eigvalsh(gram)[-1]
    z = ahead = np.zeros_like(target)
    t = 1.0
    for _ in range(n_steps):
        before, z = z, soft_threshold(ahead - step * (ahead @ gram - target), step * lam)
        t_before, t = t, (1 + np.sqrt(1 + 4 * t**2)) / 2
        ahead = z + (t_before - 1) / t * (z - before) if momentum else z
    return z


def _check(x, dictionary, lam):
    if np.ndim(x) != 2 or np.ndim(dictionary) != 2 or np.shape(x)[1] != np.shape(dictionary)[1]:
        raise ValueError(
            f"x has shape {np.shape(x)} and the dictionary {np.shape(dictionary)}; they need (n, d) and (k, d)."
        )
    if lam < 0:
        raise ValueError(f"λ is {lam}; it needs to be at least 0.")


def update_dictionary(dictionary, products, targets):
    """One round of block coordinate descent over the atoms (Mairal et al. 2010, algorithm 2).

    Each atom is set to its best with the others fixed, and shortened to length 1 where it is longer.

    Args:
        dictionary: shape (k, d).
        products: ZᵀZ of the codes, or a running mean of it, shape (k, k).
        targets: ZᵀX, or a running mean of it, shape (k, d).

    Returns:
        The new dictionary. An atom that no code uses stays as it is.
    """
    dictionary = dictionary.copy()
    for j in np.flatnonzero(np.diag(products) > 1e-9):
        atom = dictionary[j] + (targets[j] - products[j] @ dictionary) / products[j, j]
        dictionary[j] = atom / max(1.0, np.linalg.norm(atom))
    return dictionary


def learn_dictionary(x, n_atoms, lam, n_steps=300, batch=250, forget=0.02, seed=0):
    """Alternate on batches: codes with the dictionary fixed, then the dictionary with the codes fixed.

    ZᵀZ and ZᵀX are averaged over the batches so far, of which old ones are forgotten. An atom that has fallen out of
    use begins again as an example.

    Args:
        x: examples, shape (n, d).
        n_atoms: k.
        lam: λ.
        n_steps: how many batches.
        batch: examples in each, drawn with replacement.
        forget: the share of the averages that a new batch takes over, once there have been 1/forget.
        seed: of the start and of the batches.

    Returns:
        The dictionary, shape (n_atoms, d); atoms of length at most 1.

    Raises:
        ValueError: x is no matrix, or λ is negative.
    """
    rng = np.random.default_rng(seed)
    dictionary = rng.normal(size=(n_atoms, np.shape(x)[-1]))
    dictionary /= np.linalg.norm(dictionary, axis=1, keepdims=True)
    products, targets = 0.0, 0.0
    for step in range(n_steps):
        some = x[rng.integers(len(x), size=batch)]
        z = fista(some, dictionary, lam, n_steps=30)
        new = max(forget, 1 / (step + 1))
        products, targets = (1 - new) * products + new * z.T @ z, (1 - new) * targets + new * z.T @ some
        dictionary = update_dictionary(dictionary, products, targets)
        idle = np.flatnonzero(np.diag(products) < 1e-6 * batch)
        fresh = some[rng.integers(batch, size=len(idle))]
        dictionary[idle] = fresh / np.maximum(np.linalg.norm(fresh, axis=1, keepdims=True), 1e-9)
    return dictionary
