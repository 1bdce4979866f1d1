"""Exercise 10, `reading`: what happened in four runs, told from their curves."""

from gancourse.exercises.specification import Exercise, Misconception, Property

TRUTH = {"A": "discriminator wins", "B": "balanced", "C": "diverged", "D": "collapsed"}


def reading(run):
    return TRUTH[run]


def misread(run, word):
    """Right but for one run."""
    return lambda asked: word if asked == run else TRUTH[asked]


MISREAD = {
    ("A", "balanced"): "Is A in balance? D's two curves lie at 1 and 0 nearly all the time: it is hardly ever in "
    "doubt, and G pays a lot.",
    ("A", "collapsed"): "Look at what D says in A: collapsed samples fool D, and these never do for long. Who wins?",
    ("A", "diverged"): "A's losses stay in the range of ordinary numbers. What does D say of real and of generated "
    "images, nearly all the time?",
    ("B", "discriminator wins"): "In B D is not sure of itself: its two curves keep near one another, and both losses "
    "stay within a narrow band.",
    ("B", "collapsed"): "In B the samples' variance climbs to the data's and stays there. Collapsed samples are alike.",
    ("B", "diverged"): "B's losses go up and down, but within a band. That restlessness is normal in a game of two.",
    ("C", "balanced"): "Look at the numbers on C's axis of losses: they leave every band.",
    ("C", "discriminator wins"): "In C it is not that one player wins: look at how large both losses get, and how "
    "they jump.",
    ("C", "collapsed"): "Look at C's losses, and at its variance, which is larger than the data's. Neither looks like "
    "that when samples are alike.",
    ("D", "balanced"): "Look at the variance in D: the samples are all but the same picture.",
    ("D", "discriminator wins"): "In D the discriminator takes generated images for real, more so than real ones. "
    "And what does the variance say about these?",
    ("D", "diverged"): "D's losses are ordinary numbers and change slowly. Look at the variance.",
}

EXERCISE = Exercise(
    name="reading",
    reference=reading,
    properties=tuple(
        Property(f"names what happened in run {run}", 1, lambda rng, run=run: (run,), cases=1) for run in TRUTH
    ),
    misconceptions={
        f"{run}_{word.replace(' ', '_')}": Misconception(misread(run, word), hint)
        for (run, word), hint in MISREAD.items()
    },
)
