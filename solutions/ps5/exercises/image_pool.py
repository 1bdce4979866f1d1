"""Exercise 10: a pool of earlier made images."""

import random

import torch

from gancourse.exercises.specification import Exercise, Property, misconceptions


class Pool:
    """A pool with its parts to be exchanged."""

    def __init__(self, size, chance=lambda size: 0.5, place=random.randrange, keep=torch.detach, more=0):
        self.size, self.images = size, []
        self.chance, self.place, self.keep, self.holds = chance, place, keep, size + more

    def query(self, image):
        if self.holds == 0:
            return image
        if len(self.images) < self.holds:
            self.images.append(self.keep(image))
            return image
        return self.full(image)

    def full(self, image):
        if random.random() >= self.chance(self.size):
            return image
        place = self.place(self.holds)
        old, self.images[place] = self.images[place], self.keep(image)
        return old


class NeverReplaces(Pool):
    def full(self, image):
        return self.images[self.place(self.size)] if random.random() < 0.5 else image


class KeepsAll(Pool):
    def full(self, image):
        self.images.append(self.keep(image))
        return self.images[random.randrange(len(self.images))] if random.random() < 0.5 else image


class AlwaysKeeps(Pool):
    """Every new image goes in, also those that are shown at once."""

    def full(self, image):
        place = self.place(self.size)
        old, self.images[place] = self.images[place], self.keep(image)
        return old if random.random() < 0.5 else image


class DrawsFromTheStart(Pool):
    """Old ones while it fills, too."""

    def query(self, image):
        if len(self.images) < self.size:
            self.images.append(self.keep(image))
            return self.images[random.randrange(len(self.images))]
        return super().query(image)


class ShowsNewOnly(Pool):
    def full(self, image):
        return image


class OldestFirst(Pool):
    def full(self, image):
        if random.random() < 0.5:
            self.images.append(self.keep(image))
            return self.images.pop(0)
        return image


def draw_pool(rng):
    return (int(rng.integers(3, 5)),)


def draw_filling(rng):
    size = int(rng.integers(7, 12))
    return size, size


WRONG = {
    "shows_new_only": (
        ShowsNewOnly,
        "No old image is ever shown: every image comes straight back. Once the pool is full, half of the time an old "
        "image is *returned*, and the new one takes its place.",
    ),
    "always_old": (
        {"chance": lambda size: 1.0},
        "Once it is full it always shows an old image. Half of the time the new one is shown as it is, and not kept.",
    ),
    "one_in_size": (
        {"chance": lambda size: 1 / size},
        "Old images come too seldom: with probability 1 / size. It is ½, whatever the size.",
    ),
    "size_in_all": (
        {"chance": lambda size: size / (size + 1)},
        "Old images come too often, more than half of the time. First toss a fair coin, then draw one of the pool; to "
        "draw among the pool and the new image together is something else.",
    ),
    "not_replaced": (
        NeverReplaces,
        "An old image that was shown stays in the pool. Put the new one in *its* place, the very place that was drawn; "
        "if none gets in, the pool is for ever the first images of the training.",
    ),
    "keeps_all": (
        KeepsAll,
        "The pool grows: each new image is added, and none leaves. It holds `size` images: the new one takes the place "
        "of the one that is shown.",
    ),
    "always_kept": (
        AlwaysKeeps,
        "A new image that is shown at once goes into the pool as well, in place of one that nobody has seen again. "
        "Images change places, or the pool stays as it is.",
    ),
    "draws_from_the_start": (
        DrawsFromTheStart,
        "Old images come while the pool still fills. Until it holds `size` images, keep each one and show it.",
    ),
    "oldest_first": (
        OldestFirst,
        "It always shows its oldest image, like a queue. Draw one of them at random, so that some stay long.",
    ),
    "first_place": (
        {"place": lambda size: 0},
        "It is always the same place of the pool that changes: the other images are never seen again. Draw the place "
        "at random.",
    ),
    "graph": (
        {"keep": lambda image: image},
        "The pool keeps each image with the graph that made it: memory fills up, and D's gradient runs back into a "
        "generator that has changed since. Keep `image.detach()`.",
    ),
    "one_more": (
        {"more": 1},
        "The pool holds `size` + 1 images. It fills as long as `len(…) < size`; so with size 0 it never keeps one.",
    ),
    "one_more_but_for_zero": (
        lambda size: Pool(size, more=1 if size else 0),
        "The pool holds `size` + 1 images. It fills as long as `len(…) < size`, not `<=`.",
    ),
}

EXERCISE = Exercise(
    name="ImagePool",
    reference=Pool,
    properties=(
        Property("shows the image itself while it fills", 1, draw_filling, cases=1, probe="pool_fills"),
        Property("shows an old image half of the time once it is full", 1, draw_pool, cases=1, probe="pool_share"),
        Property(
            "shows each image once, and draws the old ones at random", 1, draw_pool, cases=1, probe="pool_exchange"
        ),
        Property("keeps the images without their graph", 1, draw_pool, cases=1, probe="pool_keeps"),
        Property(
            "does nothing where its size is 0", 1, lambda rng: (0, int(rng.integers(6, 9))), cases=1, probe="pool_fills"
        ),
    ),
    misconceptions=misconceptions(Pool, WRONG),
)
