"""Exercise 11, `hamming_search`: the k codes that differ from the query in the fewest bits."""

import numpy as np

from gancourse.exercises.specification import Exercise, Property, misconceptions


def differing(query, codes):
    return (codes != query).sum(axis=1)


def hamming_search(query, codes, k, distance=differing, choose=lambda order, k: order[:k]):
    return choose(np.argsort(distance(query, codes), kind="stable"), k)


def value(bits):
    """The number that bits stand for, the first counting most."""
    return bits @ 2.0 ** np.arange(bits.shape[-1])[::-1]


def draw_codes(rng, bits, k, n=9):
    """Codes all of whose distances to the query differ: no tie has to be settled.

    They have another order by everything that is no Hamming distance.
    """
    while True:
        query = rng.random(bits) < 0.5
        distances = rng.permutation(np.arange(1, bits - 1))[:n]
        flips = np.argsort(rng.random((n, bits)), axis=1).argsort(axis=1) < distances[:, None]
        codes = query ^ flips
        right = hamming_search(query, codes, k)
        others = [query & codes, ~query & codes]
        orders = [np.argsort(s * other.sum(axis=1), kind="stable")[:k] for other in others for s in (1, -1)]
        orders.append(np.argsort(np.abs(codes.sum(axis=1) - query.sum()), kind="stable")[:k])
        orders.append(np.argsort(np.abs(value(codes) - value(query)))[:k])
        if not any((order == right).all() for order in orders):
            return query, codes, k


def sampler(k, *bits):
    return tuple(lambda rng, b=b: draw_codes(rng, b, k) for b in bits)


WRONG = {
    "farthest": (
        {"distance": lambda *a: -differing(*a)},
        "You return the codes that differ in the *most* bits. `np.argsort` sorts upwards: count the bits that differ, "
        "not those that agree.",
    ),
    "distances": (
        lambda query, codes, k: np.sort(differing(query, codes))[:k],
        "You return the distances. Return which codes they are, their indices: `np.argsort` in place of `np.sort`.",
    ),
    "all_distances": (
        lambda query, codes, k: differing(query, codes),
        "You return the distance of every code. Return the indices of the k smallest: `np.argsort(distances)[:k]`.",
    ),
    "all_codes": (
        {"choose": lambda order, k: order},
        "You return all codes in their order. Keep the first k.",
    ),
    "the_codes": (
        lambda query, codes, k: codes[hamming_search(query, codes, k)],
        "You return the codes themselves. Return their indices.",
    ),
    "along_the_codes": (
        lambda query, codes, k: np.argsort((codes != query).sum(axis=0), kind="stable")[:k],
        "You count for each bit in how many codes it differs. Count for each code in how many bits it differs: a code "
        "is a row, so sum along `axis=1`.",
    ),
    "without_the_nearest": (
        {"choose": lambda order, k: order[1 : k + 1]},
        "The nearest is left out, as if it were the query itself. It is one of the codes: begin at 0.",
    ),
    "in_order_of_index": (
        {"choose": lambda order, k: np.sort(order[:k])},
        "These are the right codes in the order of their indices. The nearest comes first. (`np.argpartition` does not "
        "sort what it finds.)",
    ),
    "nearest_last": (
        {"choose": lambda order, k: order[:k][::-1]},
        "These are the right codes, but the nearest comes last. It comes first.",
    ),
    "ranks": (
        {"choose": lambda order, k: np.argsort(order, kind="stable")[:k]},
        "You return which place each of the first k codes takes. Return which codes take the first k places: one "
        "`np.argsort` is enough.",
    ),
    "common_ones": (
        {"distance": lambda query, codes: -(codes & query).sum(axis=1)},
        "You look for codes with many ones where the query has ones. A zero in both agrees as well, and a one too many "
        "is a difference: count the bits that differ, `codes != query`.",
    ),
    "superfluous_ones": (
        {"distance": lambda query, codes: (codes & ~query).sum(axis=1)},
        "You count only the ones that a code has and the query lacks. A one that is missing is a difference, too: "
        "`codes != query`. (`codes > query` sees one kind only.)",
    ),
    "number_of_ones": (
        {"distance": lambda query, codes: np.abs(codes.sum(axis=1) - query.sum())},
        "You compare how many ones there are. 01 and 10 have as many and differ in both bits: compare bit by bit, "
        "`codes != query`.",
    ),
    "as_numbers": (
        {"distance": lambda query, codes: np.abs(value(codes) - value(query))},
        "You compare the codes as binary numbers, so that the first bit counts most. Every bit counts alike: "
        "`codes != query`.",
    ),
}

EXERCISE = Exercise(
    name="hamming_search",
    reference=hamming_search,
    properties=(
        Property("finds the code that differs in the fewest bits", 1, sampler(1, 15, 16, 17)),
        Property("finds the k nearest, the nearest first", 1, sampler(4, 16, 17, 15)),
    ),
    misconceptions=misconceptions(hamming_search, WRONG),
)
