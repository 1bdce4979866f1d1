"""Probes: a function that takes a critic, or returns something to differentiate, is judged on plain data too."""

import json

import numpy as np
import pytest
import torch

from gancourse.exercises import observe
from gancourse.exercises.judge import judge
from gancourse.exercises.probes import networks as probes
from gancourse.exercises.specification import (
    Exercise,
    Misconception,
    Property,
    compile_all,
    compile_exercise,
    observe_all,
    public_rng,
    write_public,
)


def arguments(rng, shape=(3,), n=4, hidden=5):
    size = int(np.prod(shape))
    return (
        rng.normal(size=(size, hidden)),
        rng.normal(size=hidden),
        rng.normal(size=hidden),
        rng.normal(size=(n, *shape)),
        rng.normal(size=(n, *shape)),
        rng.uniform(0.1, 0.9, size=n),
    )


def mean_score(critic, x_real, x_fake, eps):
    return (eps * critic(x_real)).mean()


SCORE = Exercise(
    name="score",
    reference=mean_score,
    properties=(
        Property("scores", 2, arguments, probe="penalty_value"),
        Property("can be differentiated", 1, arguments, probe="penalty_gradient"),
    ),
    misconceptions={
        "detached": Misconception(lambda *a: mean_score(*a).detach(), "No gradient."),
        "fake": Misconception(lambda critic, real, fake, eps: mean_score(critic, fake, real, eps), "The fakes."),
    },
)


def result_of(function, **options):
    compiled = compile_exercise(SCORE, np.random.default_rng(0))
    return judge(compiled, observe_all(compiled, function), **options)


@pytest.mark.parametrize("shape", [(3,), (2, 2, 3)])
def test_the_critic_is_what_its_parameters_say(shape):
    weights, offsets, heads, x_real, x_fake, eps = drawn = arguments(np.random.default_rng(1), shape)
    by_hand = np.tanh(x_real.reshape(4, -1) @ weights + offsets) @ heads
    assert probes.penalty_value(lambda critic, real, *_: critic(real), *drawn).detach().numpy() == pytest.approx(
        by_hand
    )
    seen = probes.penalty_value(lambda critic, *rest: rest, *drawn)
    assert [t.dtype for t in seen] == [torch.float64] * 3
    assert all(np.array_equal(t.numpy(), a) for t, a in zip(seen, (x_real, x_fake, eps), strict=True))


def test_the_gradient_is_the_slope_of_the_value():
    drawn = arguments(np.random.default_rng(2))
    gradient = probes.penalty_gradient(mean_score, *drawn).numpy()
    step = np.zeros_like(drawn[0])
    step[1, 2] = 1e-6
    up, down = (probes.penalty_value(mean_score, drawn[0] + s, *drawn[1:]).item() for s in (step, -step))
    assert gradient[1, 2] == pytest.approx((up - down) / 2e-6, rel=1e-6)


@pytest.mark.parametrize(
    "function",
    [
        lambda *a: mean_score(*a).detach(),
        lambda *a: mean_score(*a).item(),
        lambda *a: mean_score(*a).detach().numpy(),
        lambda critic, x_real, x_fake, eps: x_real.requires_grad_().sum(),
    ],
)
def test_where_no_gradient_flows_it_is_zero_and_not_an_error(function):
    drawn = arguments(np.random.default_rng(3))
    assert not probes.penalty_gradient(function, *drawn).any()


def test_a_misconception_that_only_the_gradient_shows_is_recognised():
    result = result_of(lambda *a: mean_score(*a).item())
    assert [v.earned for v in result.verdicts] == [2, 0]
    assert result.verdicts[1].hint == "No gradient."
    assert result.recognised == "detached"
    assert [v.earned for v in result_of(mean_score).verdicts] == [2, 1]
    assert {v.hint for v in result_of(SCORE.misconceptions["fake"].function).verdicts} == {"The fakes."}


def test_no_answer_is_no_gradient_of_zero():
    result = result_of(lambda *a: None)
    assert result.earned == 0
    assert all("returns nothing" in v.hint for v in result.verdicts)


def test_an_error_is_told_with_the_students_line_and_not_with_the_probes():
    def broken(critic, x_real, x_fake, eps):
        return critic(x_real) * undefined  # noqa: F821

    assert "`return critic(x_real) * undefined" in result_of(broken).verdicts[0].hint
    wrong_signature = result_of(lambda critic: critic).verdicts[0].hint
    assert "TypeError" in wrong_signature
    assert "return function(" not in wrong_signature


def test_the_released_file_names_the_probes(tmp_path):
    write_public(compile_all([SCORE], public_rng("test")), "test", tmp_path / "checks.json")
    exercise = json.loads((tmp_path / "checks.json").read_text())["exercises"][0]
    assert [p["probe"] for p in exercise["properties"]] == ["penalty_value", "penalty_gradient"]


def test_the_source_alone_is_enough_to_answer_with():
    """As it runs in a stranger's kernel: as text, in a namespace of its own."""
    tools = {"__name__": "observe", "__file__": "gancourse/exercises/observe.py"}
    for module in (probes, observe):
        exec(open(module.__file__, encoding="utf-8").read(), tools)
    drawn = [observe.encode(a) for a in arguments(np.random.default_rng(4))]
    calls = json.dumps([["penalty_value", drawn], ["penalty_gradient", drawn], ["call", drawn[:1]]])
    seen = tools["answer"]("f", {"f": lambda *a: mean_score(*a) if len(a) > 1 else a[0]}, calls, tools["PROBES"])
    assert [np.shape(observe.decode(s["value"])) for s in seen] == [(), (3, 5), (3, 5)]
    assert "gancourse" not in "".join(line for line in open(probes.__file__) if line.lstrip().startswith("import"))
