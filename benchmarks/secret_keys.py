"""Is every wrong answer caught, whatever the inputs? `python benchmarks/secret_keys.py`, for docs/grading.md.

Each exercise is judged as in grading, on the released inputs and on secret ones, with many keys. Tried are its
misconceptions, and the right answer spoilt: only where a result is negative, only where an argument is, only for an
even number of samples, only in the last element. What would have earned all points with some key is printed.
"""

from functools import partial

import click
import numpy as np

from gancourse import course
from gancourse.exercises.following import secret_rng
from gancourse.exercises.judge import judge
from gancourse.exercises.specification import compile_exercise, compile_with_all, observe_all, public_rng

LOOKED_AT = 20  # drawings of all inputs, to see whether a spoilt answer is wrong at all


def in_numbers(value):
    """A result as an array of floats, or None if it is none."""
    try:
        return np.array(value, dtype=float)
    except (TypeError, ValueError, RuntimeError):
        return None


def negative_results(value, arguments):
    return np.where(value < 0, 0.9 * value, value)


def negative_arguments(value, arguments):
    return 0.9 * value if any(np.ndim(a) == 0 and a < 0 for a in arguments) else value


def even_numbers(value, arguments):
    sizes = [len(a) for a in arguments if np.ndim(a)]
    return 0.9 * value if sizes and sizes[0] % 2 == 0 else value


def last_element(value, arguments):
    value = value.copy()
    value[..., -1:] *= 0.9
    return value


SPOILT = {f.__name__.replace("_", " "): f for f in (negative_results, negative_arguments, even_numbers, last_element)}


def spoil(reference, change, *arguments):
    """What the reference returns, changed."""
    value = in_numbers(reference(*arguments))
    return change(value, arguments)


def answers(exercise):
    """Wrong answers by name."""
    for name, misconception in exercise.misconceptions.items():
        yield name, misconception.function
    if all(p.probe == "call" and p.part in ("value", "arguments") for p in exercise.properties):
        for name, change in SPOILT.items():
            wrong = partial(spoil, exercise.reference, change)
            if any(_is_wrong(exercise, wrong, key) for key in range(LOOKED_AT)):
                yield f"right but for {name}", wrong


def _is_wrong(exercise, answer, key):
    compiled = compile_exercise(exercise, np.random.default_rng(key), mistakes=False)
    return judge(compiled, observe_all(compiled, answer)).earned < exercise.points


def escaped(exercise, assignment, keys):
    """By wrong answer, with how many keys it earns all points; only those that do."""
    wrong = dict(answers(exercise))
    found = dict.fromkeys(wrong, 0)
    for key in range(keys):
        inputs = public_rng(assignment), secret_rng(str(key).encode(), assignment)
        compiled = compile_with_all(exercise, inputs, mistakes=False)
        for name, answer in wrong.items():
            found[name] += judge(compiled, observe_all(compiled, answer)).earned == exercise.points
    return {name: times for name, times in found.items() if times}, len(wrong)


@click.command()
@click.argument("assignments", nargs=-1)
@click.option("--keys", default=200, show_default=True, help="Secret keys to try.")
def main(assignments, keys):
    names = assignments or sorted(
        p.parent.parent.name for p in course.find_root().glob("solutions/*/exercises/__init__.py")
    )
    for assignment in names:
        for exercise in course.load_exercises(course.find_root(), assignment):
            found, tried = escaped(exercise, assignment, keys)
            print(
                f"{assignment} {exercise.name}: {tried} wrong answers, {keys} keys; escaped: {found or 'none'}",
                flush=True,
            )


if __name__ == "__main__":
    main()
