"""A function that never ends gets a message from `check`, not a cell that hangs; and nothing else is stopped."""

import time

import pytest

from classroom import exercises_of
from gancourse.exercises import checking
from gancourse.exercises.endless import NeverEnds, ending_within
from gancourse.exercises.specification import compile_all, public_rng


@pytest.fixture(scope="module")
def compiled():
    return compile_all([*exercises_of("ps1").values()][:3], public_rng("ps1"))


def for_ever(z, theta):
    i = 0
    while i < 10:
        z = z + theta
    return z


def whatever_comes(z, theta):
    while True:
        try:
            while True:
                z = z + theta
        except:  # noqa: E722  (students write it)
            if sum([1 for _ in range(3)]) and len(caught) > 2:
                raise
            caught.append(1)


caught = []


@pytest.mark.parametrize("function", [for_ever, whatever_comes])
def test_check_says_that_it_never_ends_and_where(compiled, function, monkeypatch):
    monkeypatch.setattr(checking, "MOST_SECONDS", 0.2)
    result = checking.check_function(compiled, "generator", function)
    hint = result.verdicts[0].hint
    assert "never ends: does the counter change?" in hint
    assert "stopped after 0.2 seconds of computing, at `" in hint
    assert (result.earned, result.status) == (0, "timed out")


def test_an_earlier_function_that_never_ends_is_named(compiled, monkeypatch):
    monkeypatch.setattr(checking, "MOST_SECONDS", 0.2)
    space = {"discriminator": for_ever}
    exec("def discriminator_loss(x_real, x_syn, phi):\n    return 0.0", space)
    result = checking.check_function(compiled, "discriminator_loss", space["discriminator_loss"])
    assert "your `discriminator`" in result.verdicts[0].note


def test_sleep_is_not_counted_and_nothing_comes_afterwards():
    with ending_within(0.1):
        time.sleep(0.4)
    began = time.process_time()
    while time.process_time() < began + 0.5:
        pass


def test_what_ends_at_the_last_moment_does_not_stop_what_comes_next():
    for seconds in (0.1, 0.1001, 0.1002):
        try:
            with ending_within(0.1):
                began = time.process_time()
                while time.process_time() < began + seconds:
                    pass
        except NeverEnds:
            continue
        for _ in range(10_000):
            pass


def test_a_name_of_pythons_own_that_was_given_a_value_costs_nothing_in_check_either(compiled):
    space = {"range": 5}
    exec("def generator(z, theta):\n    for _ in range(1):\n        z = z + theta\n    return z", space)
    assert checking.check_function(compiled, "generator", space["generator"]).earned == compiled["generator"].points
    assert space["range"] == 5
