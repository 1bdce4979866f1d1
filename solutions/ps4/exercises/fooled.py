"""Exercise 11: which measure is fooled by which set of images."""

import itertools

from gancourse.exercises.specification import Exercise, Misconception, Property

SETS, MEASURES = ("dropper", "memoriser", "noise", "one_image"), ("copies", "frechet", "kernel", "precision")
FOOLED = {
    "dropper": (True, False, False, True),
    "memoriser": (False, True, True, True),
    "noise": (True, True, True, False),
    "one_image": (False, False, False, True),
}
WHY = {
    "dropper": {
        "copies": "Its images are new. Half of the classes being absent is nothing to a search for copies.",
        "frechet": "With five digits missing, means and covariances are others: compare 0.65 with 0.11.",
        "kernel": "Fresh images are within 0.001 of 0, and this set is many times further off.",
        "precision": "It asks of each image whether it could be real, never whether any are missing.",
    },
    "memoriser": {
        "copies": "Every image *is* a training image. This number was made to see that.",
        "frechet": "Is it larger than for fresh images, or smaller? Copies have the moments of what they copy.",
        "kernel": "Is it further above 0 than for fresh images? To this number, copies are the real thing.",
        "precision": "It could not be larger: nothing lies nearer to a real image than that image itself.",
    },
    "noise": {
        "copies": "None of it is a copy of anything, and that is all that this number asks.",
        "frechet": "It compares means and covariances, and just those were taken from the data. Look at the numbers, "
        "not at the pictures.",
        "kernel": "It is as near to 0 as for fresh images. Look at the numbers, not at the pictures.",
        "precision": "Few of them lie where real images are: compare with 0.90 for fresh ones.",
    },
    "one_image": {
        "copies": "The one image is a training image, and this number sees it every time.",
        "frechet": "It is the largest in its column: a set without any variance is nowhere near the data.",
        "kernel": "It is the largest in its column: these images are more alike than real ones are.",
        "precision": "The one image is a real one, and this number asks of each image by itself.",
    },
}


def fooled():
    return {row: dict(zip(MEASURES, FOOLED[row], strict=True)) for row in SETS}


def answering(row, answers):
    """The right table but for one row."""
    return lambda: fooled() | {row: dict(zip(MEASURES, answers, strict=True))}


def wrong_rows():
    """A misconception for every wrong answer to one row; the hint is about the first measure that is wrong in it."""
    for row, answers in itertools.product(SETS, itertools.product((True, False), repeat=len(MEASURES))):
        wrong = [m for m, said, right in zip(MEASURES, answers, FOOLED[row], strict=True) if said != right]
        if wrong:
            hint = f'Is "{wrong[0]}" fooled by "{row}"? {WHY[row][wrong[0]]}'
            yield f"{row}: {' '.join(wrong)}", Misconception(answering(row, answers), hint)


EXERCISE = Exercise(
    name="fooled",
    reference=fooled,
    properties=tuple(
        Property(
            f'is right about "{row}"',
            1,
            lambda rng, index=index: (index, len(SETS), len(MEASURES)),
            cases=1,
            probe="table_row",
        )
        for index, row in enumerate(SETS)
    ),
    misconceptions=dict(wrong_rows()),
)
