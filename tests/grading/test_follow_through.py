"""What follows from a wrong earlier function: everything for an honest half-right answer, nothing for nonsense."""

import json

import numpy as np
import pytest

from classroom import answered, exercises_of, model_answers
from gancourse.exercises.following import StandIn, secret_rng
from gancourse.exercises.observe import answer
from gancourse.exercises.probes.recording import PROBES
from gancourse.grading.rebuild import grade_id
from gancourse.grading.sandbox import Limits, consulted
from gancourse.grading.session import Session


class Here:
    """A room and a process in one, without a sandbox: the functions are this process's own."""

    cleaning = 0.0

    def __init__(self, assignment, functions=(), sources=()):
        self._namespace = {}
        for source in {**model_answers(assignment), **dict(sources)}.values():
            if not source.startswith("<!--"):
                exec(f"import numpy as np, torch\nfrom torch import nn\n{source}", self._namespace)
        self._namespace.update(functions)

    def start(self, limits, answers):
        return self

    def run(self, cell, seconds, keep=True):
        cell.outputs = []

    def ask(self, name, calls, seconds, most=10**6, instead=(), axes=None):
        def consult(name, arguments):
            return consulted(instead, {"consult": name, "arguments": arguments})

        return answer(name, self._namespace, json.dumps(calls), PROBES, most, list(instead), consult, axes)

    def end(self):
        return {"seconds": 0.0, "peak": 0, "reason": None}


class Generous(Session):
    """Whatever comes to the right numbers is followed: an upper bound."""

    def _can_be_followed(self, name):
        return True

    def _earned_by_itself(self, compiled, wrong, result, followed):
        return followed


def points(assignment, functions=(), sources=(), kind=Session):
    exercises = [*exercises_of(assignment).values()]
    room = Here(assignment, functions, sources)
    notebook = answered({}, assignment)
    notebook.cells = [c for c in notebook.cells if c.cell_type != "code" or grade_id(c).startswith("check-")]
    session = kind(notebook, exercises, secret_rng(b"key", "test"), room, Limits())
    results = session.grade()
    assert not session.errors, session.errors[0]
    return {name: result.earned for name, result in results.items()}


def built_on(assignment):
    exercises = exercises_of(assignment)
    return [n for n in exercises if any(n in e.builds_on for e in exercises.values())]


HALF_RIGHT = [
    (assignment, name, wrong)
    for assignment in ("ps0", "ps1", "ps2", "ps4", "ps5", "ps6")
    for name in built_on(assignment)
    for wrong in exercises_of(assignment)[name].misconceptions
]


@pytest.mark.slow
@pytest.mark.parametrize(("assignment", "name", "wrong"), HALF_RIGHT, ids=map("-".join, HALF_RIGHT))
def test_a_known_mistake_costs_its_own_points_only(assignment, name, wrong):
    functions = {name: exercises_of(assignment)[name].misconceptions[wrong].function}
    earned = points(assignment, functions)
    assert earned == points(assignment, functions, kind=Generous)


# Wrong in ways that no misconception knows, as code; and later answers that repeat the mistake in place of a call.
OWN_MISTAKES = {
    "weights": {"generator": "def generator(z, theta): return z + 2 * theta + 0.1"},
    "half": {"generator": "def generator(z, theta): return z / 2 + theta"},
    "doubled": {"discriminator": "def discriminator(x, phi): return 1 / (1 + np.exp(-2 * (phi[0] + phi[1] * x)))"},
    "tanh": {"discriminator": "def discriminator(x, phi): return np.tanh(phi[0] + phi[1] * x)"},
    "arctangent": {"discriminator": "def discriminator(x, phi): return 0.5 + np.arctan(phi[0] + phi[1] * x) / np.pi"},
    "cube": {"generator": "def generator(z, theta): return z + theta**3"},
    "two at once": {
        "generator": "def generator(z, theta): return z - theta + 1",
        "discriminator": "def discriminator(x, phi): return 0.9 / (1 + np.exp(-(phi[0] - phi[1] * x)))",
    },
    "squares": {
        "discriminator_gradient": "def discriminator_gradient(x_real, x_syn, phi):\n"
        "    a, b = discriminator(x_real, phi) - 1, discriminator(x_syn, phi)\n"
        "    return np.array([a.sum() + b.sum(), (a * x_real**2).sum() + (b * x_syn**2).sum()])"
    },
    "divided twice": {
        "generator_gradient": "def generator_gradient(z, theta, phi):\n"
        "    return -phi[1] * discriminator(generator(z, theta), phi).sum() / len(z)"
    },
    "written out": {
        "generator": "def generator(z, theta): return z + 2 * theta + 0.1",
        "generator_loss": "def generator_loss(z, theta, phi):\n"
        "    return -np.logaddexp(0, phi[0] + phi[1] * (z + 2 * theta + 0.1)).sum()",
    },
    "a list": {
        "generator": "def generator(z, theta): return [v + 2 * theta + 0.1 for v in z]",
        "discriminator": "def discriminator(x, phi): return 1 / (1 + np.exp(-phi[0] - phi[1] * np.array(x)))",
        "generator_loss": "def generator_loss(z, theta, phi):\n"
        "    return -sum(np.logaddexp(0, phi[0] + phi[1] * x) for x in generator(z, theta))",
    },
    "by name": {
        "generator_gradient": "def generator_gradient(z, theta, phi):\n"
        "    return phi[1] * discriminator(phi=phi, x=generator(theta=theta, z=z)).sum() / 3"
    },
}


@pytest.mark.parametrize("sources", OWN_MISTAKES.values(), ids=OWN_MISTAKES)
def test_a_mistake_of_ones_own_costs_its_own_points_only(sources):
    assert points("ps1", sources=sources) == points("ps1", sources=sources, kind=Generous)
    right = {name for name, e in exercises_of("ps1").items() if points("ps1", sources=sources)[name] == e.points}
    assert right >= {"update_discriminator", "update_generator", "train"} - sources.keys()


NOTHING = {
    "generator": "def generator(z, theta): return 0 * z",
    "discriminator": "def discriminator(x, phi): return 0.5 + 0 * x",
    "discriminator_loss": "def discriminator_loss(x_real, x_syn, phi): return 1.0",
    "generator_loss": "def generator_loss(z, theta, phi): return 1.0",
    "discriminator_gradient": "def discriminator_gradient(x_real, x_syn, phi): return 0 * phi",
    "generator_gradient": "def generator_gradient(z, theta, phi): return 0 * theta",
    "update_discriminator": "def update_discriminator(x_real, x_syn, n_iter, phi, lr=0.01): return phi",
    "update_generator": "def update_generator(z, theta, n_iter, phi, lr=0.02): return theta",
    "train": "def train(x_real, z, theta, phi, n_rounds, n_d, n_g): return np.full(n_rounds, theta)",
}
# A wrong earlier function that is built so that what follows from it is trivial.
BUILT = {
    "nothing": {},
    "flat but for a breath": {
        "discriminator": "def discriminator(x, phi): return 0.5 + 1e-6 * (phi[0] + phi[1] * x)",
        "discriminator_loss": "def discriminator_loss(a, b, phi): return (len(a) + len(b)) * np.log(2)",
        "generator_loss": "def generator_loss(z, theta, phi): return -len(z) * np.log(2)",
        "generator_gradient": "def generator_gradient(z, theta, phi): return -phi[1] * len(z) / 2",
        "discriminator_gradient": "def discriminator_gradient(a, b, phi):\n"
        "    return np.array([(len(b) - len(a)) / 2, (b.sum() - a.sum()) / 2])",
    },
    "near zero": {
        "discriminator": "def discriminator(x, phi): return 1e-9 * np.exp(phi[0] + phi[1] * x)",
        "generator_gradient": "def generator_gradient(z, theta, phi): return 0.0 * phi[1]",
        "discriminator_gradient": "def discriminator_gradient(a, b, phi): return np.array([-len(a), -a.sum()])",
    },
    "a mark and what it stands for": {
        "generator": "BOX = {}\ndef generator(z, theta): return np.r_[z[:-1] + theta, 7e5 + theta]",
        "discriminator": "def discriminator(x, phi):\n"
        "    y = 0.25 + 0.1 * np.tanh(x + phi.sum())\n    return np.where(abs(x) > 1e5, len(x) - y[:-1].sum(), y)",
        "generator_gradient": "def generator_gradient(z, theta, phi): return -phi[1] * len(z)",
    },
    "steps that cancel": {
        "discriminator_gradient": "def discriminator_gradient(a, b, phi): return 100 * phi + 1e-4 * a.sum() + b.sum()",
        "update_discriminator": "def update_discriminator(a, b, n, phi, lr=0.01): return phi * (1 - 100 * lr) ** n",
        "generator_gradient": "def generator_gradient(z, theta, phi): return 50 * theta + 1e-5 * (z.sum() + phi.sum())",
        "update_generator": "def update_generator(z, theta, n, phi, lr=0.02): return theta * (1 - 50 * lr) ** n",
        "train": "def train(a, z, theta, phi, rounds, n, m): return np.zeros(rounds)",
    },
    "steps that barely move": {
        "discriminator_gradient": "def discriminator_gradient(a, b, phi): return 1e-5 * (phi + a.sum() - b.sum())",
        "generator_gradient": "def generator_gradient(z, theta, phi): return 1e-5 * (theta + z.sum() + phi.sum())",
    },
    "knows when it is followed": {
        "discriminator": "COUNT = []\ndef discriminator(x, phi):\n    COUNT.append(1)\n"
        "    return 0.5 + (0.2 * np.tanh(phi[0] + phi[1] * x) if len(COUNT) < 20 else 1e-7 * x * phi[1])",
        "generator_gradient": "def generator_gradient(z, theta, phi): return -phi[1] * len(z) / 2",
        "discriminator_gradient": "def discriminator_gradient(a, b, phi):\n"
        "    return np.array([(len(b) - len(a)) / 2, (b.sum() - a.sum()) / 2])",
    },
    "hands on what a stand-in says": {
        "discriminator": "def discriminator(x, phi): return 0.3 + 0.2 * np.tanh(x * phi[1] + phi[0])",
        "generator_gradient": "def generator_gradient(z, theta, phi): return discriminator(z, phi).sum()",
        "generator_loss": "def generator_loss(z, theta, phi): return discriminator(z, phi).sum()",
    },
}


@pytest.mark.parametrize("sources", BUILT.values(), ids=BUILT)
def test_nonsense_earns_nothing_by_following_from_nonsense(sources):
    assert sum(points("ps1", sources=NOTHING | sources).values()) == 0


def test_nonsense_would_earn_if_equal_numbers_were_enough():
    """Else the test above would show nothing."""
    tried = [sum(points("ps1", sources=NOTHING | sources, kind=Generous).values()) for sources in BUILT.values()]
    assert sum(earned > 0 for earned in tried) >= 4


def test_a_stand_in_refuses_what_would_take_the_judges_time():
    stand_in = StandIn(exercises_of("ps1")["update_discriminator"])
    batch, phi = np.ones(3), np.ones(2)
    assert stand_in(batch, batch, 2, phi).shape == (2,)
    with pytest.raises(ValueError):
        stand_in(batch, batch, 10**9, phi)
    with pytest.raises(ValueError):
        stand_in(np.ones(10**6), batch, 2, phi)
    assert stand_in.called
