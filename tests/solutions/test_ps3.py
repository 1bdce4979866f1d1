"""ps3: unusual right solutions pass in full, a trained model is told from what is none."""

import itertools
import math

import nbformat
import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional as F

from classroom import ROOT, answered, bank_of_mistakes, exercises_of, hand_in, model_answers, released_course, results
from gancourse.exercises import measures
from gancourse.exercises.following import secret_rng
from gancourse.exercises.judge import judge
from gancourse.exercises.probes import networks as probes
from gancourse.exercises.specification import compile_exercise, observe_all
from gancourse.grading.record import read_record
from gancourse.grading.run import grade

# --- unusual and right ---------------------------------------------------------------------------------------


def size_counted(size, kernel, stride, padding):
    return len(range(-padding, size + padding - kernel + 1, stride))


def size_floor(size, kernel, stride, padding):
    return math.floor((size + 2 * padding - kernel) / stride + 1.0)


def size_asked(size, kernel, stride, padding):
    return nn.Conv1d(1, 1, kernel, stride, padding)(torch.zeros(1, 1, size)).shape[2]


def size_ceiling(size, kernel, stride, padding):
    return np.array([-(-(size + 2 * padding - kernel + 1) // stride)])


def transposed_painted(size, kernel, stride, padding):
    return len(range(size * stride - stride + kernel)[padding : -padding or None])


def transposed_sought(size, kernel, stride, padding):
    return min(n for n in range(1, 999) if n + 2 * padding >= kernel and size_floor(n, kernel, stride, padding) == size)


def transposed_asked(size, kernel, stride, padding):
    return nn.ConvTranspose1d(1, 1, kernel, stride, padding)(torch.zeros(1, 1, size)).numel()


class DenseGenerator(nn.Module):
    """A dense projection, biases everywhere, functions in place of modules."""

    def __init__(self, size, channels, width, latent):
        super().__init__()
        self.n = width * size // 8
        self.project = nn.Linear(latent, self.n * 16)
        self.norm = nn.BatchNorm2d(self.n)
        self.hidden, n = nn.ModuleList(), self.n
        for _ in range(int(math.log2(size)) - 3):
            self.hidden.append(nn.ModuleList([nn.ConvTranspose2d(n, n // 2, 4, 2, 1), nn.BatchNorm2d(n // 2)]))
            n //= 2
        self.last = nn.ConvTranspose2d(n, channels, 4, 2, 1)

    def forward(self, z):
        h = F.relu(self.norm(self.project(z).view(-1, self.n, 4, 4)), inplace=True)
        for layer, norm in self.hidden:
            h = torch.relu(norm(layer(h)))
        return self.last(h).tanh()


class RecursiveGenerator(nn.Module):
    """From the image back to z; layers without bias, started by the constructor, and its own batch norm."""

    def __init__(self, size, channels, width, latent):
        super().__init__()

        def up_to(side, n):
            if side == 4:
                return [nn.ConvTranspose2d(latent, n, (4, 4), bias=False), nn.BatchNorm2d(n, eps=1e-3), nn.ReLU(True)]
            layer = nn.ConvTranspose2d(2 * n, n, 4, (2, 2), (1, 1), bias=False)
            return [*up_to(side // 2, 2 * n), layer, nn.BatchNorm2d(n, eps=1e-3), nn.ReLU(True)]

        self.body = nn.Sequential(*up_to(size // 2, width), nn.ConvTranspose2d(width, channels, 4, 2, 1, bias=False))
        for p in self.parameters():
            nn.init.normal_(p, 0, 0.02)

    def forward(self, z):
        return torch.tanh(self.body(z.reshape(*z.shape, 1, 1)))


class LazyGenerator(nn.Module):
    """Channels written down in a list, and layers named by hand."""

    def __init__(self, size, channels, width, latent):
        super().__init__()
        widths = [width * 2**k for k in reversed(range(size.bit_length() - 3))]
        self.add_module("begin", nn.ConvTranspose2d(latent, widths[0], kernel_size=4, stride=1, padding=0))
        for k, n in enumerate(widths):
            self.add_module(f"norm{k}", nn.BatchNorm2d(n))
            self.add_module(f"up{k}", nn.ConvTranspose2d(n, (*widths, channels)[k + 1], 4, 2, 1))
        self.hidden = len(widths)

    def forward(self, z):
        h = self.begin(z.unsqueeze(-1).unsqueeze(-1))
        for k in range(self.hidden):
            h = getattr(self, f"up{k}")(F.relu(getattr(self, f"norm{k}")(h)))
        return F.tanh(h)


class DenseDiscriminator(nn.Module):
    def __init__(self, size, channels, width):
        super().__init__()
        widths = [channels, *(width * 2**k for k in range(int(math.log2(size)) - 2))]
        pairs = itertools.pairwise(widths)
        self.down = nn.ModuleList(nn.Conv2d(n_in, n_out, 4, 2, 1) for n_in, n_out in pairs)
        self.norms = nn.ModuleList(nn.BatchNorm2d(n) for n in widths[2:])
        self.head = nn.Linear(16 * widths[-1], 1)

    def forward(self, x):
        h = F.leaky_relu(self.down[0](x), negative_slope=0.2)
        for layer, norm in zip(self.down[1:], self.norms, strict=True):
            h = F.leaky_relu(norm(layer(h)), 0.2, inplace=True)
        return self.head(h.flatten(1))


class FlatDiscriminator(DenseDiscriminator):
    """Logits of shape (n,)."""

    def forward(self, x):
        return super().forward(x).squeeze(1)


def function_discriminator(size, channels, width):
    """A function that returns a module."""
    if size == 8:
        return nn.Sequential(nn.Conv2d(channels, width, 4, 2, 1), nn.LeakyReLU(0.2, inplace=True))
    smaller = function_discriminator(size // 2, channels, width)
    n = width * size // 16
    return nn.Sequential(smaller, nn.Conv2d(n, 2 * n, 4, 2, 1, bias=False), nn.BatchNorm2d(2 * n), nn.LeakyReLU(0.2))


def whole_discriminator(size, channels, width):
    return nn.Sequential(
        function_discriminator(size, channels, width), nn.Conv2d(width * size // 8, 1, 4), nn.Flatten(0)
    )


def initialise_by_name(m):
    name = type(m).__name__
    if "Conv" in name:
        m.weight.data.normal_(0.0, 0.02)
    elif "BatchNorm" in name:
        m.weight.data.normal_(1.0, 0.02)
    if getattr(m, "bias", None) is not None:
        m.bias.data.fill_(0)


@torch.no_grad()
def initialise_copies(module):
    if type(module) in (nn.Conv2d, nn.ConvTranspose2d, nn.BatchNorm2d):
        mean = 1 if isinstance(module, nn.BatchNorm2d) else 0
        module.weight.copy_(mean + 0.02 * torch.randn(module.weight.shape))
        module.bias = None if module.bias is None else nn.Parameter(torch.zeros_like(module.bias))


def initialise_all_below(module):
    """For every layer below, as often as it is called; the biases of batch norm are zero from the start."""
    for layer in module.modules():
        if isinstance(layer, (nn.Conv2d, nn.ConvTranspose2d)):
            nn.init.trunc_normal_(layer.weight, std=0.02)
            if layer.bias is not None:
                nn.init.constant_(layer.bias, 0.0)
        if isinstance(layer, nn.BatchNorm2d):
            nn.init.normal_(layer.weight, mean=1.0, std=0.02)


def d_step_labels(generator, discriminator, optimiser, x, z):
    optimiser.zero_grad()
    with torch.no_grad():
        x_fake = generator(z)
    on_real, on_fake = discriminator(x), discriminator(x_fake)
    loss = F.binary_cross_entropy_with_logits(on_real, torch.ones(len(x), 1))
    loss = loss + nn.BCEWithLogitsLoss()(on_fake, torch.zeros_like(on_fake))
    loss.backward()
    optimiser.step()
    return loss


def d_step_in_two(generator, discriminator, optimiser, x, z):
    """Two calls of backward, gradients cleared afterwards as well, probabilities in place of logits."""
    discriminator.zero_grad(set_to_none=False)
    real = -torch.log(torch.sigmoid(discriminator(x))).mean()
    real.backward()
    fake = -torch.log(1 - torch.sigmoid(discriminator(generator(z).detach()))).mean()
    fake.backward()
    optimiser.step()
    optimiser.zero_grad()
    return real.item() + fake.item()


def d_step_one_batch(generator, discriminator, optimiser, x, z):
    """Both in one batch; the gradient by hand."""
    both = torch.cat([x, generator(z).detach()])
    signs = torch.cat([-torch.ones(len(x), 1), torch.ones(len(z), 1)])
    loss = 2 * F.softplus(signs * discriminator(both)).mean()
    parameters = list(discriminator.parameters())
    for p, g in zip(parameters, torch.autograd.grad(loss, parameters), strict=True):
        p.grad = g
    optimiser.step()
    return np.array([loss.detach()])


def d_step_frozen(generator, discriminator, optimiser, x, z):
    """The generator is frozen for the time being."""
    generator.requires_grad_(False)
    optimiser.zero_grad()
    loss = -F.logsigmoid(discriminator(x)).mean() - F.logsigmoid(-discriminator(generator(z))).mean()
    loss.backward()
    optimiser.step()
    generator.requires_grad_(True)
    return float(loss)


def g_step_labels(generator, discriminator, optimiser, z):
    generator.zero_grad()
    logits = discriminator(generator(z)).squeeze(1)
    loss = nn.BCEWithLogitsLoss()(logits, torch.ones(len(z)))
    loss.backward()
    optimiser.step()
    discriminator.zero_grad()
    return loss


def g_step_frozen(generator, discriminator, optimiser, z):
    for p in discriminator.parameters():
        p.requires_grad = False
    loss = -F.logsigmoid(discriminator(generator(z))).mean()
    optimiser.zero_grad()
    loss.backward()
    optimiser.step()
    for p in discriminator.parameters():
        p.requires_grad = True
    return [loss.item()]


def g_step_chained(generator, discriminator, optimiser, z):
    """The chain rule in two links, and a closure."""

    def closure():
        optimiser.zero_grad()
        x_fake = generator(z)
        leaf = x_fake.detach().requires_grad_()
        loss = torch.log1p(torch.exp(-discriminator(leaf))).mean()
        x_fake.backward(torch.autograd.grad(loss, leaf)[0])
        return loss

    return optimiser.step(closure)


def slerp_rotated(z_start, z_end, steps):
    """For unit vectors: turn in the plane of the two. The lengths are put back in at the end."""
    a, b = z_start / z_start.norm(), z_end / z_end.norm()
    across = b - (a @ b) * a
    if across.norm() < 1e-9:
        return torch.stack([z_start] * steps)
    across = across / across.norm()
    omega = torch.atan2(b @ across, b @ a)
    rows = []
    for t in torch.linspace(0, 1, steps, dtype=torch.float64):
        weight = torch.sin(t * omega) / torch.sin(omega)
        on_sphere = torch.cos(t * omega) * a + torch.sin(t * omega) * across
        rows.append(on_sphere * z_start.norm() + weight * (z_end.norm() - z_start.norm()) * b)
    return torch.stack(rows)


def slerp_numpy(z_start, z_end, steps):
    a, b, t = z_start.numpy(), z_end.numpy(), np.linspace(0, 1, steps)
    omega = np.arccos(np.clip(np.dot(a, b) / np.linalg.norm(a) / np.linalg.norm(b), -1, 1))
    if omega == 0:
        return np.tile(a, (steps, 1))
    return np.outer(np.sin((1 - t) * omega), a) / np.sin(omega) + np.outer(np.sin(t * omega), b) / np.sin(omega)


def slerp_where(z_start, z_end, steps):
    t = torch.arange(steps, dtype=torch.float64) / (steps - 1)
    omega = torch.acos(F.cosine_similarity(z_start, z_end, dim=0))
    straight = torch.lerp(z_start[None], z_end[None], t[:, None])
    first, second = torch.sin((1 - t) * omega) / torch.sin(omega), torch.sin(t * omega) / torch.sin(omega)
    round_ = torch.einsum("s,d->sd", first, z_start) + torch.einsum("s,d->sd", second, z_end)
    return torch.where(omega.abs() < 1e-6, straight, torch.nan_to_num(round_))


def slerp_clamped(z_start, z_end, steps):
    """An angle that is never quite 0, and a list."""
    cosine = (z_start @ z_end) / (z_start.norm() * z_end.norm())
    omega = torch.arccos(cosine.clamp(-1 + 1e-14, 1 - 1e-14))
    both = ((torch.sin((1 - t) * omega), torch.sin(t * omega)) for t in np.linspace(0, 1, steps))
    return torch.stack([(a * z_start + b * z_end) / torch.sin(omega) for a, b in both])


def reading_ladder(run):
    if run == "B":
        return "balanced"
    return "diverged" if run == "C" else "collapsed" if run == "D" else "discriminator wins"


def reading_list(run):
    return ["discriminator wins", "balanced", "diverged", "collapsed"]["ABCD".index(run)]


def reading_words(run):
    return " ".join({"A": ("discriminator", "wins"), "B": ("balanced",), "C": ("diverged",)}.get(run, ("collapsed",)))


def jittered(n):
    """Each moved by a pixel, as an array of NumPy, read-only and not contiguous."""
    images = measures.digits()[0].numpy()
    chosen = images[np.random.default_rng(3).integers(len(images), size=n)]
    chosen = np.asfortranarray(0.6 * chosen + 0.2 * np.roll(chosen, 1, axis=2) + 0.2 * np.roll(chosen, 1, axis=3))
    chosen = chosen.astype(np.uint8)
    chosen.flags.writeable = False
    return chosen


def principal(n):
    """A Gaussian in the principal components, per digit: the distance cannot tell it from digits."""
    rng = np.random.default_rng(4)
    _, mean, components, features, label, _ = measures._principal()
    drawn = [
        rng.multivariate_normal(features[label == k].mean(axis=0), np.cov(features[label == k].T), size=n // 10 + 1)
        for k in range(10)
    ]
    images = rng.permutation(np.concatenate(drawn))[:n] @ components + mean
    return torch.tensor(((images + 1) * 127.5).clip(0, 255)).round().to(torch.uint8).reshape(n, 1, 16, 16)


def noisy(n):
    """Other noise, drawn anew at every call."""
    images = measures.digits()[0]
    chosen = images[torch.randint(len(images), (n,))].float()
    return (chosen + 12 * torch.randn(chosen.shape)).clamp(0, 255).byte()


UNUSUAL = {
    "output_size": [size_counted, size_floor, size_asked, size_ceiling],
    "transposed_output_size": [transposed_painted, transposed_sought, transposed_asked],
    "Generator": [DenseGenerator, RecursiveGenerator, LazyGenerator],
    "Discriminator": [DenseDiscriminator, FlatDiscriminator, whole_discriminator],
    "initialise": [initialise_by_name, initialise_copies, initialise_all_below],
    "discriminator_step": [d_step_labels, d_step_in_two, d_step_one_batch, d_step_frozen],
    "generator_step": [g_step_labels, g_step_frozen, g_step_chained],
    "sample": [jittered, principal, noisy],
    "interpolate": [slerp_rotated, slerp_numpy, slerp_where, slerp_clamped],
    "reading": [reading_ladder, reading_list, reading_words],
}


@pytest.mark.parametrize(("name", "function"), [(n, f) for n, functions in UNUSUAL.items() for f in functions])
def test_an_unusual_right_solution_earns_everything(name, function):
    for result in results("ps3", name, function):
        assert result.earned == result.points, [v.hint for v in result.verdicts]


def test_every_exercise_has_three_unusual_right_solutions():
    assert min(len(UNUSUAL.get(name, [])) for name in exercises_of("ps3")) >= 3


# --- what a student reads ------------------------------------------------------------------------------------


def judged(name, function):
    return results("ps3", name, function)[0]


def hints(name, function):
    return [v.hint for v in judged(name, function).verdicts]


def test_a_network_of_another_kind_is_described_beside_the_right_one():
    class Wide(DenseDiscriminator):
        def __init__(self, size, channels, width):
            super().__init__(size, channels, width + 2)

    told = hints("Discriminator", Wide)
    assert told[0] is told[2] is told[3] is told[4] is None
    assert told[1].startswith("It has: conv 4×4: ")
    assert "Right is: conv 4×4: " in told[1]


@pytest.mark.parametrize("thing", [None, 3, "a generator", nn.Sequential])
def test_what_is_no_network_is_named_and_earns_nothing(thing):
    result = judged("Generator", lambda *settings: thing)
    assert result.earned == 0
    assert all("TypeError: this makes no nn.Module" in v.hint for v in result.verdicts)


def test_a_class_that_was_not_written_yet_is_no_answer():
    class Generator(nn.Module):
        def __init__(self, size, channels, width, latent):
            super().__init__()
            raise NotImplementedError("your answer goes here")

    assert set(hints("Generator", Generator)) == {"There is no answer here yet."}


def test_a_wrong_word_is_not_followed_by_the_right_one():
    told = hints("reading", lambda run: f"Balanced{run}")
    assert all(hint.startswith("`Balanced") for hint in told)
    assert not any(truth in " ".join(told) for truth in ("wins", "collapsed", "diverged"))
    assert "not a text" in hints("reading", lambda run: 3 * len(run))[0]


def test_one_answer_for_all_runs_earns_nothing():
    for word in ("balanced", "discriminator wins", "collapsed", "diverged"):
        assert judged("reading", lambda run, word=word: word).earned == 0


def test_two_runs_misread_are_told_apart():
    wrong = {"A": "collapsed", "B": "balanced", "C": "balanced", "D": "collapsed"}
    mistakes = exercises_of("ps3")["reading"].misconceptions
    told = hints("reading", wrong.get)
    assert told[1] is told[3] is None
    assert told[2] == mistakes["C_balanced"].hint
    assert "not right" in told[0] or told[0] == mistakes["A_collapsed"].hint


def test_looking_at_a_network_leaves_the_students_random_numbers_alone():
    torch.manual_seed(5)
    expected = torch.randn(3)
    torch.manual_seed(5)
    hints("Generator", DenseGenerator)
    hints("initialise", initialise_by_name)
    assert torch.equal(torch.randn(3), expected)


def test_what_was_measured_is_told_beside_right_and_wrong():
    right, wrong = (
        judged("sample", noisy),
        judged("sample", exercises_of("ps3")["sample"].misconceptions["far"].function),
    )
    for result in (right, wrong):
        assert all("Fréchet distance" in v.note and "of 10 digits occur" in v.note for v in result.verdicts)
    assert not any("returns something else" in v.note for v in wrong.verdicts)


@pytest.mark.parametrize(
    "value",
    [
        None,
        "text",
        [1, 2],
        np.zeros((0, 1, 16, 16), np.uint8),
        np.zeros((500, 1, 16, 16), np.uint8),
        np.full((500, 1, 16, 16), 255, np.uint8),
        np.full((500, 1, 16, 16), np.nan),
        np.full((500, 1, 16, 16), True),
    ],
)
def test_a_measure_takes_whatever_it_is_given(value):
    word, _ = measures.MEASURES["good_digits"](value)
    assert word != "right"


def test_the_distance_is_one_for_average_digits_and_nothing_counts_as_ten_digits():
    mean = measures.digits()[0].float().mean(dim=0, keepdim=True).round().to(torch.uint8).numpy()
    word, remark = measures.MEASURES["good_digits"](mean.repeat(300, 0))
    assert word == "all alike"
    assert "distance 1.0" in remark


# --- a trained model -----------------------------------------------------------------------------------------


def namespace(**answers):
    """The notebook's own functions, some replaced, without training."""
    names = {"torch": torch, "nn": nn, "F": F, "np": np}
    for source in (model_answers("ps3") | answers).values():
        if not source.startswith("<!--"):
            exec(source, names)
    return names


def samples_after(steps, **answers):
    """The instructor's notebook, or a variant of it, trained: its `sample`."""
    names, x = namespace(**answers), measures.digits()[0].float() / 127.5 - 1
    torch.manual_seed(7)
    names["generator"] = names["train_dcgan"](x, steps, lambda step, generator: None)
    return names["sample"]


def test_the_notebooks_own_training_earns_everything():
    assert judged("sample", samples_after(400)).earned == 4


@pytest.mark.parametrize(
    ("answer", "wrong", "hint"),
    [
        ("generator_step", ("(generator(z))", "(generator(z).detach())"), "untrained"),
        ("generator_step", ("F.softplus(-", "F.softplus("), None),
        ("Discriminator", ("return self.layers(x)", "return torch.sigmoid(self.layers(x))"), None),
    ],
)
def test_a_crippled_model_earns_nothing(answer, wrong, hint):
    source = model_answers("ps3")[answer]
    assert wrong[0] in source
    result = judged("sample", samples_after(60, **{answer: source.replace(*wrong)}))
    assert result.earned == 0
    known = {m.hint: name for name, m in exercises_of("ps3")["sample"].misconceptions.items()}
    told = {known[v.hint] for v in result.verdicts}
    assert told == {hint} if hint else told <= {"untrained", "noise", "one_image", "few_digits", "far"}


# --- the probes ----------------------------------------------------------------------------------------------


def test_modules_and_functions_are_written_down_alike():
    class Written(nn.Module):
        def __init__(self):
            super().__init__()
            self.a, self.b, self.norm = nn.Conv2d(3, 8, 3), nn.Conv2d(8, 4, 3), nn.InstanceNorm2d(4)

        def forward(self, x):
            return F.elu(self.norm(self.b(F.max_pool2d(torch.relu(self.a(x)), 2))))

    modules = nn.Sequential(
        *(nn.Conv2d(3, 8, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(8, 4, 3), nn.InstanceNorm2d(4), nn.ELU())
    )
    for probe, words in (
        (probes.network_layers, "conv 3×3: 3×16×16 → 8×14×14, max_pool: 8×14×14 → 8×7×7, conv 3×3: 8×7×7 → 4×5×5"),
        (probes.network_norms, "none, instance norm"),
        (probes.network_activations, "relu, elu"),
    ):
        for network in (Written(), modules):
            assert probe(lambda network=network: network, np.array([3, 16, 16])) == words


@pytest.mark.parametrize(
    ("last", "words"),
    [
        (nn.Tanh, "numbers from -1 to 1"),
        (nn.Sigmoid, "numbers from 0 to 1"),
        (nn.LogSigmoid, "numbers to 0"),
        (nn.ReLU, "numbers from 0"),
        (nn.Identity, "numbers without bounds"),
    ],
)
def test_bounds_are_found_whatever_the_last_weights_signs(last, words):
    for seed in range(5):
        torch.manual_seed(seed)
        network = nn.Sequential(nn.Conv2d(1, 4, 4), nn.ReLU(), nn.Flatten(), nn.Linear(4, 1), last())
        assert probes.network_range(lambda network=network: network, np.array([1, 4, 4])) == words


# --- grading -------------------------------------------------------------------------------------------------


def auto_points():
    return {name: e.points for name, e in exercises_of("ps3").items()}


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """Two students, graded as `gancourse grade ps3` does."""
    folder = released_course(tmp_path_factory.mktemp("course"), "ps3")
    right = model_answers("ps3")
    mistaken = {
        "initialise": 'initialise = MISTAKES["initialise"]["norm_mean_zero"]',
        "train_dcgan": right["train_dcgan"].replace("for step in range(steps)", "for step in range(2)"),
        "discriminator_step": 'discriminator_step = MISTAKES["discriminator_step"]["no_detach"]',
        "reading": 'reading = MISTAKES["reading"]["D_balanced"]',
    }
    hand_in(folder, "right", answered(right, "ps3"), "ps3")
    hand_in(folder, "mistaken", answered(right | mistaken, "ps3", extra=bank_of_mistakes("ps3")), "ps3")
    assert grade(folder, "ps3") == {"graded": 2}
    return {
        student: {e["name"]: e for e in read_record(folder, "ps3", student)["exercises"]}
        for student in ("right", "mistaken")
    }


def test_a_right_notebook_earns_everything_its_training_included(graded):
    assert {name: e["earned"] for name, e in graded["right"].items()} == auto_points()


def test_misconceptions_cost_their_own_points_and_are_told(graded):
    lost = {name: e["points"] - e["earned"] for name, e in graded["mistaken"].items()}
    assert {n: p for n, p in lost.items() if p} == {"initialise": 1, "discriminator_step": 1, "reading": 1, "sample": 4}
    expected = {"initialise": "norm_mean_zero", "discriminator_step": "no_detach", "reading": "D_balanced"}
    for name, mistake in expected.items():
        told = {v["hint"] for v in graded["mistaken"][name]["verdicts"] if v["hint"]}
        assert told == {exercises_of("ps3")[name].misconceptions[mistake].hint}
    assert "grey" in graded["mistaken"]["sample"]["verdicts"][0]["hint"]


def test_a_measured_answer_is_judged_from_plain_samples_and_secret_inputs():
    compiled = compile_exercise(exercises_of("ps3")["sample"], secret_rng(b"key", "test")("sample"))
    observations = observe_all(compiled, noisy)
    assert all(o["value"]["dtype"] == "uint8" for o in observations)
    assert judge(compiled, observations, show_inputs=False).earned == 4


def test_the_curves_are_finite_and_small_and_of_four_runs():
    curves = np.load(ROOT / "solutions/ps3/curves.npz")
    assert {key[0] for key in curves} == set("ABCD")
    assert all(np.isfinite(curves[key]).all() for key in curves)
    assert (ROOT / "solutions/ps3/curves.npz").stat().st_size < 50_000
    late = {run: {k: curves[f"{run}_{k}"][10:].mean() for k in ("real", "fake", "variance")} for run in "ABCD"}
    assert late["A"]["real"] > 0.95 > 0.1 > late["A"]["fake"]
    assert late["D"]["fake"] > late["D"]["real"]
    assert late["D"]["variance"] < 0.2 < 0.8 < late["B"]["variance"]
    assert curves["C_losses"].max() > 100 > 20 > curves["A_losses"].max()


def test_the_text_names_every_reading_that_counts():
    notebook = nbformat.read(ROOT / "solutions/ps3/ps3.ipynb", as_version=4)
    text = next(c.source for c in notebook.cells if "Write `reading(" in c.source)
    for run in "ABCD":
        assert f'"{exercises_of("ps3")["reading"].reference(run)}"' in text


def test_layers_in_a_plain_list_are_told_because_no_optimiser_finds_them():
    class Hidden(nn.Module):
        def __init__(self, width):
            super().__init__()
            self.layers = [nn.Conv2d(3, width, 3), nn.ReLU()]
            self.last = nn.Conv2d(width, 1, 3)

        def forward(self, x):
            for layer in self.layers:
                x = layer(x)
            return self.last(x)

    said = probes.network_layers(Hidden, (3, 16, 16), 8)
    assert "but parameters() finds the weights of 1 of these 2 layers" in said
