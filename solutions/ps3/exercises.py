"""ps3 "Build a DCGAN": what each exercise asks, its reference and its misconceptions.

The instructor's side of the assignment: this file is never released. The order is that of the notebook.
"""

import math
from functools import cache, partial

import numpy as np
import torch
from torch import nn
from torch.nn.functional import binary_cross_entropy_with_logits, softplus

from gancourse.exercises.measures import digits as all_digits
from gancourse.exercises.specification import Exercise, Misconception, Property

ANSWERS = ("gancourse.games.dcgan",)  # cannot be imported while it is graded

# --- 1 output_size --------------------------------------------------------------------------------------------


def output_size(size, kernel, stride, padding):
    return (size + 2 * padding - kernel) // stride + 1


WRONG_SIZES = {
    "without_one": (
        lambda size, kernel, stride, padding: (size + 2 * padding - kernel) // stride,
        "The + 1 is missing: you count the steps of the kernel, not the places. It also stands where it starts.",
    ),
    "one_side": (
        lambda size, kernel, stride, padding: (size + padding - kernel) // stride + 1,
        "You add the padding once. There is a left and a right edge: 2 · padding.",
    ),
    "without_padding": (
        lambda size, kernel, stride, padding: (size - kernel) // stride + 1,
        "The padding does not count in your formula. It makes the image larger by 2 · padding.",
    ),
    "takes_padding_away": (
        lambda size, kernel, stride, padding: (size - 2 * padding - kernel) // stride + 1,
        "The padding has the wrong sign. Padding makes the image larger before the kernel runs over it.",
    ),
    "without_kernel": (
        lambda size, kernel, stride, padding: (size + 2 * padding) // stride,
        "The kernel does not count in your formula. It has to fit in: take its size away first.",
    ),
    "size_over_stride": (
        lambda size, kernel, stride, padding: size // stride,
        "This is size / stride, which is right for kernel 4, stride 2, padding 1, and not in general: "
        "the kernel and the padding count.",
    ),
    "without_stride": (
        lambda size, kernel, stride, padding: size + 2 * padding - kernel + 1,
        "The stride does not count in your formula: this is the size for stride 1.",
    ),
    "transposed": (
        lambda size, kernel, stride, padding: (size - 1) * stride - 2 * padding + kernel,
        "This is the size after a *transposed* convolution, the next exercise.",
    ),
}
WRONG_ROUNDING = {
    "not_rounded": (
        lambda size, kernel, stride, padding: (size + 2 * padding - kernel) / stride + 1,
        "You do not round. A place where the kernel fits only in part is none: round down, with `//`.",
    ),
    "rounded_up": (
        lambda size, kernel, stride, padding: math.ceil((size + 2 * padding - kernel) / stride) + 1,
        "You round up. A place where the kernel fits only in part is none: round down, with `//`.",
    ),
}
ONE_BEFORE_DIVIDING = Misconception(
    lambda size, kernel, stride, padding: (size + 2 * padding - kernel + 1) // stride,
    "At an exact fit it is one too small. If you add 1 before you divide by the stride: divide first, the 1 is the "
    "kernel's first place. If you count with `range`: its end is left out, and the last place belongs in.",
)


def draw_convolution(rng, over=False):
    """Settings at which no two of the formulas agree; `over` says whether the last step goes over the edge.

    Then all but one pixel of a stride are left, so that a 1 added before dividing is not the same as no 1 at all.
    """
    formulas = [output_size, *(f for f, _ in (WRONG_SIZES | (WRONG_ROUNDING if over else {})).values())]
    while True:
        settings = int(rng.integers(20, 60)), int(rng.integers(5, 14)), int(rng.integers(2, 4)), int(rng.integers(4, 8))
        size, kernel, stride, padding = settings
        left = (size + 2 * padding - kernel) % stride
        if left == (stride - 1 if over else 0) and len({f(*settings) for f in formulas}) == len(formulas):
            return settings


OUTPUT_SIZE = Exercise(
    name="output_size",
    reference=output_size,
    properties=(
        Property("is the number of places where the kernel fits", 1, draw_convolution),
        Property("rounds down where the last step goes over the edge", 1, partial(draw_convolution, over=True)),
    ),
    misconceptions={name: Misconception(*wrong) for name, wrong in (WRONG_SIZES | WRONG_ROUNDING).items()}
    | {"one_before_dividing": ONE_BEFORE_DIVIDING},
)

# --- 2 transposed_output_size -----------------------------------------------------------------------------------


def transposed_output_size(size, kernel, stride, padding):
    return (size - 1) * stride - 2 * padding + kernel


def draw_transposed(rng):
    while True:
        size, kernel = int(rng.integers(5, 30)), int(rng.integers(5, 9))
        stride, padding = int(rng.integers(2, 5)), int(rng.integers(1, 4))
        apart = kernel not in (2 * padding, stride, stride + 2 * padding, stride + padding)
        if apart and stride - 1 not in (padding, 2 * padding):
            return size, kernel, stride, padding


TRANSPOSED_OUTPUT_SIZE = Exercise(
    name="transposed_output_size",
    reference=transposed_output_size,
    properties=(Property("is the size of what is painted, without the padding", 1, draw_transposed),),
    misconceptions={
        "stride_times_size": Misconception(
            lambda size, kernel, stride, padding: size * stride,
            "This is size · stride, which is right for kernel 4, stride 2, padding 1, and not in general: "
            "the kernel and the padding count.",
        ),
        "without_minus_one": Misconception(
            lambda size, kernel, stride, padding: size * stride - 2 * padding + kernel,
            "Between n places there are n − 1 steps: (size − 1) · stride.",
        ),
        "one_side": Misconception(
            lambda size, kernel, stride, padding: (size - 1) * stride - padding + kernel,
            "You take the padding away once. It is cut off at both edges: 2 · padding.",
        ),
        "adds_padding": Misconception(
            lambda size, kernel, stride, padding: (size - 1) * stride + 2 * padding + kernel,
            "The padding has the wrong sign. In a transposed convolution it is cut *off* the output.",
        ),
        "without_padding": Misconception(
            lambda size, kernel, stride, padding: (size - 1) * stride + kernel,
            "The padding does not count in your formula. It is cut off the output at both edges.",
        ),
        "without_kernel": Misconception(
            lambda size, kernel, stride, padding: (size - 1) * stride - 2 * padding + 1,
            "The kernel does not count in your formula: at its last place it still paints `kernel` pixels.",
        ),
        "nothing_at_the_end": Misconception(
            lambda size, kernel, stride, padding: (size - 1) * stride - 2 * padding,
            "This is where the last kernel begins. From there it still paints `kernel` pixels.",
        ),
        "side_by_side": Misconception(
            lambda size, kernel, stride, padding: size * kernel - 2 * padding,
            "You lay the kernels side by side. They begin `stride` pixels apart and overlap: only the last one paints "
            "all its `kernel` pixels beyond where it begins.",
        ),
        "largest": Misconception(
            lambda size, kernel, stride, padding: (size - 1) * stride - 2 * padding + kernel + stride - 1,
            "A convolution with these settings does come from there to `size`, but by rounding down. It is the largest "
            "size of which that is true; what the kernels paint is the smallest.",
        ),
        "kernel_minus_one": Misconception(
            lambda size, kernel, stride, padding: (size - 1) * stride - 2 * padding + kernel - 1,
            "It is one too small. At its last place the kernel paints all its `kernel` pixels.",
        ),
        "convolution": Misconception(
            output_size,
            "This is the size after an ordinary convolution, which shrinks. Solve that formula for the size before.",
        ),
    },
)

# --- 3 Generator ----------------------------------------------------------------------------------------------


def make_generator(
    size,
    channels,
    width,
    latent,
    up=None,
    norm=nn.BatchNorm2d,
    norm_last=False,
    activation=nn.ReLU,
    last=nn.Tanh,
    first=None,
    constant=False,
    norm_first=True,
    start=None,
):
    """A generator with its parts to be exchanged: what the reference and the misconceptions are made of."""
    up = up or partial(nn.ConvTranspose2d, kernel_size=4, stride=2, padding=1)
    n = start or width * size // 8
    layers = [nn.Unflatten(1, (latent, 1, 1)), (first or nn.ConvTranspose2d)(latent, n, 4)]
    layers += [norm(n), activation()] if norm_first else [activation()]
    while size > 8:
        half = n if constant else n // 2
        layers += [up(n, half), norm(half), activation()]
        n, size = half, size // 2
    layers += [up(n, channels)]
    return nn.Sequential(*layers, *([nn.BatchNorm2d(channels)] if norm_last else []), last())


def resize_and_convolve(n_in, n_out):
    return nn.Sequential(nn.Upsample(scale_factor=2), nn.Conv2d(n_in, n_out, 3, padding=1))


class HiddenDense(nn.Module):
    """z through a dense hidden layer of its own before it becomes a picture."""

    def __init__(self, latent, n, side):
        super().__init__()
        self.layers = nn.Sequential(
            nn.Flatten(),
            nn.Linear(latent, 2 * latent),
            nn.ReLU(),
            nn.Linear(2 * latent, n * side**2),
            nn.Unflatten(1, (n, side, side)),
        )

    def forward(self, z):
        return self.layers(z)


class NormAfter(nn.Module):
    """Activation first, batch norm afterwards: in place of the norm, with no activation to follow."""

    def __init__(self, n, activation):
        super().__init__()
        self.layers = nn.Sequential(activation(), nn.BatchNorm2d(n))

    def forward(self, x):
        return self.layers(x)


def flat(network):
    """The same network, with the pixels of an image in a row."""
    return nn.Sequential(network, nn.Flatten())


def none(*_):
    return nn.Identity()


def draw_generator(size):
    """Settings of a generator of images of this size, and the shape of one z."""

    def draw(rng):
        channels, width, latent = int(rng.choice([1, 3])), 2 * int(rng.integers(2, 6)), int(rng.integers(9, 16))
        return np.array([latent]), size, channels, width, latent

    return draw


def generator_property(says, points, size, probe):
    return Property(says, points, draw_generator(size), cases=1, probe=probe)


GENERATOR = Exercise(
    name="Generator",
    reference=make_generator,
    properties=(
        generator_property("makes images (n, channels, 16, 16) of z, (n, latent)", 1, 16, "network_output"),
        generator_property("has the layers of the plan, also for 32 pixels", 1, 32, "network_layers"),
        generator_property("normalises the batch after every layer but the last", 1, 32, "network_norms"),
        generator_property("has ReLU in between and tanh at the end", 1, 32, "network_activations"),
        generator_property("makes pixels between −1 and 1", 1, 16, "network_range"),
    ),
    misconceptions={
        "sigmoid": Misconception(
            partial(make_generator, last=nn.Sigmoid),
            "The last layer ends in a sigmoid, so pixels lie between 0 and 1. The data lie between −1 and 1: use tanh.",
        ),
        "no_tanh": Misconception(
            partial(make_generator, last=nn.Identity),
            "Nothing bounds the pixels. The data lie between −1 and 1: end in `nn.Tanh()`.",
        ),
        "relu_before_tanh": Misconception(
            partial(make_generator, last=lambda: nn.Sequential(nn.ReLU(), nn.Tanh())),
            "There is a ReLU before the tanh, so no pixel is below 0. After the last layer comes tanh alone.",
        ),
        "norm_at_the_end": Misconception(
            partial(make_generator, norm_last=True),
            "The output layer is normalised, too. Its mean and spread are the picture's brightness and contrast, "
            "which G has to choose: no batch norm there.",
        ),
        "no_norm": Misconception(
            partial(make_generator, norm=none),
            "There is no batch norm. Put `nn.BatchNorm2d(…)` between each hidden layer and its ReLU.",
        ),
        "norm_not_first": Misconception(
            partial(make_generator, norm_first=False),
            "The first layer, from z to 4×4, has no batch norm. In the generator only the *last* goes without.",
        ),
        "norm_after_relu": Misconception(
            lambda *s: make_generator(*s, norm=partial(NormAfter, activation=nn.ReLU), activation=nn.Identity),
            "Batch norm comes after the ReLU. The paper has it before: layer, norm, activation.",
        ),
        "instance_norm": Misconception(
            partial(make_generator, norm=nn.InstanceNorm2d),
            "You normalise each image by itself (instance norm). Batch norm, `nn.BatchNorm2d`, "
            "is over the whole batch, per channel.",
        ),
        "leaky": Misconception(
            partial(make_generator, activation=lambda: nn.LeakyReLU(0.2)),
            "The leaky ReLU is the discriminator's. In the generator the paper has plain ReLU.",
        ),
        "tanh_everywhere": Misconception(
            partial(make_generator, activation=nn.Tanh),
            "There is tanh in the hidden layers as well. Only the output has it; in between it is ReLU.",
        ),
        "dense_hidden": Misconception(
            lambda size, channels, width, latent: make_generator(
                size, channels, width, latent, first=lambda n_in, n_out, side: HiddenDense(n_in, n_out, side)
            ),
            "There is a dense hidden layer. z goes to 4×4 in one layer; everything after that is convolution.",
        ),
        "constant_width": Misconception(
            partial(make_generator, constant=True),
            "The number of channels stays the same. It halves whenever the size doubles, down to `width`.",
        ),
        "width_at_the_start": Misconception(
            lambda size, channels, width, latent: make_generator(size, channels, width, latent, start=width),
            "It begins with `width` channels. `width` is what the *last* hidden layer has; the first, at 4×4, has "
            "width · size / 8.",
        ),
        "resized": Misconception(
            partial(make_generator, up=resize_and_convolve),
            "You enlarge and convolve. That works (some prefer it), but here transposed convolutions are asked for, "
            "which learn how to enlarge: `nn.ConvTranspose2d`.",
        ),
        "kernel_two": Misconception(
            partial(make_generator, up=partial(nn.ConvTranspose2d, kernel_size=2, stride=2)),
            "Your kernels are 2×2, so that neighbours never overlap. Take kernel 4, stride 2, padding 1.",
        ),
        "always_16": Misconception(
            lambda size, channels, width, latent: make_generator(16, channels, width, latent),
            "It makes 16 pixels whatever `size` says. Build the layers in a loop: one doubling after the other until "
            "`size` is reached.",
        ),
        "always_grey": Misconception(
            lambda size, channels, width, latent: make_generator(size, 2, width, latent),
            "The output does not have `channels` channels. The last layer leads from `width` to `channels`.",
        ),
        "flat": Misconception(
            lambda *s: flat(make_generator(*s)),
            "The images come out as long rows. Return them as images, shape (n, channels, size, size).",
        ),
    },
)

# --- 4 Discriminator ------------------------------------------------------------------------------------------


LEAKY = partial(nn.LeakyReLU, 0.2)


def make_discriminator(
    size,
    channels,
    width,
    down=None,
    norm=nn.BatchNorm2d,
    norm_first=False,
    norm_last=False,
    activation=LEAKY,
    last=nn.Identity,
    hidden=False,
    constant=False,
):
    """A discriminator with its parts to be exchanged."""
    down = down or partial(nn.Conv2d, kernel_size=4, stride=2, padding=1)
    layers = [down(channels, width), *([nn.BatchNorm2d(width)] if norm_first else []), activation()]
    n = width
    while size > 8:
        double = n if constant else 2 * n
        layers += [down(n, double), norm(double), activation()]
        n, size = double, size // 2
    layers += [nn.Flatten(), nn.Linear(n * 16, 10), activation(), nn.Linear(10, 1)] if hidden else [nn.Conv2d(n, 1, 4)]
    return nn.Sequential(*layers, *([nn.BatchNorm2d(1)] if norm_last else []), nn.Flatten(), last())


class Averaged(nn.Module):
    def forward(self, logits):
        return logits.mean()


def convolve_and_pool(pool):
    return lambda n_in, n_out: nn.Sequential(nn.Conv2d(n_in, n_out, 3, padding=1), pool(2))


def draw_discriminator(size):
    """Settings of a discriminator of images of this size, and the shape of one image."""

    def draw(rng):
        channels, width = int(rng.choice([1, 3])), 2 * int(rng.integers(2, 6))
        return np.array([channels, size, size]), size, channels, width

    return draw


def discriminator_property(says, points, size, probe):
    return Property(says, points, draw_discriminator(size), cases=1, probe=probe)


POOLED = (
    "You pool. A strided convolution learns how to shrink: take `nn.Conv2d(…, kernel_size=4, stride=2, padding=1)` and "
    "no pooling."
)

DISCRIMINATOR = Exercise(
    name="Discriminator",
    reference=make_discriminator,
    properties=(
        discriminator_property("makes one number of each image", 1, 16, "network_output"),
        discriminator_property("has the layers of the plan, also for 32 pixels", 1, 32, "network_layers"),
        discriminator_property("normalises the batch after every layer but first and last", 1, 32, "network_norms"),
        discriminator_property("has LeakyReLU with slope 0.2 in between", 1, 32, "network_activations"),
        discriminator_property("returns logits, which nothing bounds", 1, 16, "network_range"),
    ),
    misconceptions={
        "sigmoid": Misconception(
            partial(make_discriminator, last=nn.Sigmoid),
            "There is a sigmoid at the end. The loss works on logits and has the sigmoid in it: applied twice, the "
            "gradient all but dies. Return the last layer's output as it is.",
        ),
        "tanh": Misconception(
            partial(make_discriminator, last=nn.Tanh),
            "There is a tanh at the end, so no image can be surer than 1. Return the last layer's output as it is.",
        ),
        "log_sigmoid": Misconception(
            partial(make_discriminator, last=nn.LogSigmoid),
            "You return log probabilities. The loss works on logits and takes the logarithm itself.",
        ),
        "norm_first": Misconception(
            partial(make_discriminator, norm_first=True),
            "The first layer is normalised, too. D has to see the brightness and contrast of the images: "
            "no batch norm there.",
        ),
        "norm_last": Misconception(
            partial(make_discriminator, norm_last=True),
            "The logits are normalised over the batch. Then half of them are positive whatever the images: "
            "no batch norm at the end.",
        ),
        "no_norm": Misconception(
            partial(make_discriminator, norm=none),
            "There is no batch norm. The layers between the first and the last have one, before their LeakyReLU.",
        ),
        "norm_after_activation": Misconception(
            lambda size, channels, width: nn.Sequential(
                *(make_discriminator(size, channels, width)[:2]),
                *swapped_pairs(list(make_discriminator(size, channels, width))[2:-3]),
                *list(make_discriminator(size, channels, width))[-3:],
            ),
            "Batch norm comes after the LeakyReLU. The paper has it before: layer, norm, activation.",
        ),
        "relu": Misconception(
            partial(make_discriminator, activation=nn.ReLU),
            "The plain ReLU is the generator's. In the discriminator it is leaky, so that a gradient for G comes "
            "through everywhere: `nn.LeakyReLU(0.2)`.",
        ),
        "default_slope": Misconception(
            partial(make_discriminator, activation=nn.LeakyReLU),
            "The slope is 0.01, PyTorch's default. It is to be 0.2: `nn.LeakyReLU(0.2)`.",
        ),
        "max_pool": Misconception(partial(make_discriminator, down=convolve_and_pool(nn.MaxPool2d)), POOLED),
        "average_pool": Misconception(partial(make_discriminator, down=convolve_and_pool(nn.AvgPool2d)), POOLED),
        "kernel_three": Misconception(
            partial(make_discriminator, down=partial(nn.Conv2d, kernel_size=3, stride=2, padding=1)),
            "Your kernels are 3×3. Here they are 4×4, with stride 2 and padding 1, as in the generator.",
        ),
        "dense_hidden": Misconception(
            partial(make_discriminator, hidden=True),
            "There is a dense hidden layer. From 4×4 it goes to one number in one layer.",
        ),
        "constant_width": Misconception(
            partial(make_discriminator, constant=True),
            "The number of channels stays the same. It doubles whenever the size halves.",
        ),
        "always_16": Misconception(
            lambda size, channels, width: nn.Sequential(
                *([nn.AvgPool2d(size // 16)] if size > 16 else []), make_discriminator(16, channels, width)
            ),
            "It has as many layers for 32 pixels as for 16. Build them in a loop: halve until 4×4 is reached.",
        ),
        "not_flattened": Misconception(
            lambda *s: nn.Sequential(*list(make_discriminator(*s))[:-2]),
            "The logits come out as images of one pixel, shape (n, 1, 1, 1). Put `nn.Flatten()` behind the last "
            "convolution: (n, 1).",
        ),
        "averaged": Misconception(
            lambda *s: nn.Sequential(make_discriminator(*s), Averaged()),
            "One number comes out for the whole batch. D judges each image by itself: no mean in `forward`. "
            "The loss takes it.",
        ),
        "two_classes": Misconception(
            lambda size, channels, width: nn.Sequential(
                *list(make_discriminator(size, channels, width))[:-3],
                nn.Conv2d(width * size // 8, 2, 4),
                nn.Flatten(),
            ),
            'It returns two numbers for each image. One is enough: the logit of "real".',
        ),
    },
)


def swapped_pairs(layers):
    """Layers in threes (convolution, norm, activation), with norm and activation exchanged."""
    return [layer for i in range(0, len(layers), 3) for layer in (layers[i], layers[i + 2], layers[i + 1])]


# --- 5 initialise ---------------------------------------------------------------------------------------------

CONVOLUTIONS = (nn.Conv2d, nn.ConvTranspose2d)
NORMAL = partial(nn.init.normal_, std=0.02)


def initialise(module, kinds=CONVOLUTIONS, weights=NORMAL, norm=(1.0, 0.02), bias=nn.init.zeros_):
    """The start with its parts to be exchanged."""
    if isinstance(module, kinds):
        weights(module.weight)
    elif isinstance(module, nn.BatchNorm2d):
        if norm:
            nn.init.normal_(module.weight, *norm)
    else:
        return
    if module.bias is not None:
        bias(module.bias)


def draw_kind(kind):
    return lambda rng: (kind, int(rng.integers(120, 180)))


def initialise_property(says, kind):
    return Property(says, 1, draw_kind(kind), cases=1, probe="initialised")


INITIALISE = Exercise(
    name="initialise",
    reference=initialise,
    rtol=0.0,
    atol=0.0025,  # more than chance can do, less than any mistake does
    properties=(
        initialise_property("draws the weights of convolutions from N(0, 0.02)", "conv"),
        initialise_property("draws those of transposed convolutions likewise", "transposed"),
        initialise_property("draws the weights of batch norm from N(1, 0.02)", "norm"),
        initialise_property("sets the biases to 0, and leaves layers without any alone", "biases"),
    ),
    misconceptions={
        "norm_mean_zero": Misconception(
            partial(initialise, norm=(0.0, 0.02)),
            "The weights of batch norm have mean 0. They are factors: near 0 they switch every channel off. "
            "Their mean is **1**.",
        ),
        "norm_left": Misconception(
            partial(initialise, norm=None),
            "Batch norm is left as it is, with all its weights 1. Draw them from N(1, 0.02).",
        ),
        "variance": Misconception(
            partial(initialise, weights=partial(nn.init.normal_, std=math.sqrt(0.02)), norm=(1.0, math.sqrt(0.02))),
            "Your standard deviation is √0.02 = 0.14. The paper's 0.02 is the standard deviation itself.",
        ),
        "uniform": Misconception(
            partial(initialise, weights=partial(nn.init.uniform_, a=-0.02, b=0.02)),
            "These weights are uniform between −0.02 and 0.02. Draw them from a normal distribution: "
            "`nn.init.normal_`.",
        ),
        "positive": Misconception(
            partial(initialise, weights=partial(nn.init.normal_, mean=1.0, std=0.02)),
            "The convolutions' weights have mean 1. That is batch norm's; theirs have mean 0.",
        ),
        "zeros": Misconception(
            partial(initialise, weights=nn.init.zeros_),
            "The weights are all 0. Then all channels are alike and stay so: draw them at random.",
        ),
        "xavier": Misconception(
            partial(initialise, weights=nn.init.xavier_normal_),
            "Your weights' standard deviation depends on the layer's size, as Xavier's and Kaiming's do. "
            "Here it is 0.02 everywhere.",
        ),
        "no_transposed": Misconception(
            partial(initialise, kinds=(nn.Conv2d,)),
            "Only `nn.Conv2d` is started. The generator's layers are `nn.ConvTranspose2d`, which is no `nn.Conv2d`.",
        ),
        "no_convolution": Misconception(
            partial(initialise, kinds=(nn.ConvTranspose2d,)),
            "Only `nn.ConvTranspose2d` is started. The discriminator's layers are `nn.Conv2d`.",
        ),
        "biases_left": Misconception(
            partial(initialise, bias=none),
            "The biases are left as PyTorch drew them. Set them to 0, where there are any.",
        ),
        "biases_too": Misconception(
            partial(initialise, bias=partial(nn.init.ones_)),
            "The biases are 1. Set them to 0.",
        ),
    },
)

# --- 6 discriminator_step and 7 generator_step ------------------------------------------------------------------


def as_labels(logits, label):
    return binary_cross_entropy_with_logits(logits, torch.full_like(logits, float(label)))


def discriminator_step(
    generator,
    discriminator,
    optimiser,
    x,
    z,
    loss_of=lambda real, fake: softplus(-real).mean() + softplus(fake).mean(),
    detach=True,
    before=lambda optimiser: optimiser.zero_grad(),
    after=lambda optimiser: optimiser.step(),
):
    """A step of the discriminator with its parts to be exchanged."""
    fake = generator(z)
    loss = loss_of(discriminator(x), discriminator(fake.detach() if detach else fake))
    before(optimiser)
    loss.backward()
    after(optimiser)
    return loss.detach()


def with_loss(loss_of):
    return partial(discriminator_step, loss_of=loss_of)


def nothing(optimiser):
    pass


def clear_then_step(optimiser):
    optimiser.zero_grad()
    optimiser.step()


def step_then_clear(optimiser):
    optimiser.step()
    optimiser.zero_grad()


def draw_players(rng, latent=2, d=3, hidden=5, n=4):
    """Two small players whose logits differ from fake to fake, none far from 0; a learning rate; x and z."""
    while True:
        g, w, v = rng.normal(size=(latent, d)), rng.normal(size=(d, hidden)), rng.normal(size=hidden)
        x, z = rng.normal(0.7, 1, size=(n, d)), rng.normal(size=(n, latent))
        logits = [logits_by_hand(w, v, some) for some in (x, np.tanh(z @ g + 0.1))]
        if (
            all(0.3 < f.std() and np.abs(f).max() < 4 for f in logits)
            and abs(logits[0].mean() - logits[1].mean()) > 0.3
        ):
            return g, w, v, float(rng.uniform(0.05, 0.2)), x, z


def logits_by_hand(w, v, x):
    """Of the discriminator of `gancourse.exercises.probes.networks`."""
    hidden = x @ w + 0.1
    return np.where(hidden > 0, hidden, 0.2 * hidden) @ v + 0.1


def draw_generator_players(rng):
    *players, _, z = draw_players(rng)
    return (*players, z)


def two_steps(generator, discriminator, optimiser, x, z):
    """A step for x, and then a step for G(z)."""
    losses = []
    for images, sign in ((x, -1), (generator(z).detach(), 1)):
        losses.append(softplus(sign * discriminator(images)).mean())
        optimiser.zero_grad()
        losses[-1].backward()
        optimiser.step()
    return sum(losses).detach()


def loss_of_afterwards(generator, discriminator, optimiser, x, z):
    discriminator_step(generator, discriminator, optimiser, x, z)
    with torch.no_grad():
        return softplus(-discriminator(x)).mean() + softplus(discriminator(generator(z))).mean()


LOSS_OF_AFTERWARDS = (
    "This is the loss after the step. Return the one that you went down: compute it once, before `optimiser.step()`."
)

DISCRIMINATOR_STEP = Exercise(
    name="discriminator_step",
    reference=discriminator_step,
    properties=(
        Property(
            "returns the loss, a mean for x plus a mean for G(z)", 1, draw_players, probe="discriminator_step_loss"
        ),
        Property("moves D one step down that loss", 1, draw_players, cases=2, probe="discriminator_step_moves"),
        Property(
            "does so too where old gradients are left", 1, draw_players, cases=2, probe="discriminator_step_moves_again"
        ),
        Property("moves D, and leaves no gradient in G", 1, draw_players, cases=2, probe="discriminator_step_leaves"),
    ),
    misconceptions={
        "no_detach": Misconception(
            partial(discriminator_step, detach=False),
            "D learns as it should, but the gradient runs on into the generator, and piles up there. Cut it: "
            "`discriminator(generator(z).detach())`.",
        ),
        "no_zero_grad": Misconception(
            partial(discriminator_step, before=nothing),
            "Gradients of earlier steps are added to this one's. Call `optimiser.zero_grad()` before `backward`: "
            "the generator's step leaves gradients in D, too.",
        ),
        "cleared_too_late": Misconception(
            partial(discriminator_step, before=nothing, after=clear_then_step),
            "The gradients are cleared between `backward` and `step`, so nothing moves. Clear them before `backward`.",
        ),
        "no_step": Misconception(
            partial(discriminator_step, after=nothing),
            "The loss and its gradients are right, but D does not move: `optimiser.step()` is missing.",
        ),
        "two_steps": Misconception(
            two_steps,
            "You take a step for x and another one for G(z). Add the two losses, then call `backward` and `step` once.",
        ),
        "loss_of_afterwards": Misconception(loss_of_afterwards, LOSS_OF_AFTERWARDS),
        "labels_swapped": Misconception(
            with_loss(lambda real, fake: softplus(real).mean() + softplus(-fake).mean()),
            "The labels are the wrong way round: you teach D to call x fake and G(z) real. Real is 1, generated 0.",
        ),
        "ascends": Misconception(
            with_loss(lambda real, fake: -softplus(-real).mean() - softplus(fake).mean()),
            "The sign is wrong: PyTorch's optimisers *minimise*. The loss is −E log σ(D(x)) − E log(1 − σ(D(G(z)))).",
        ),
        "real_only": Misconception(
            with_loss(lambda real, fake: softplus(-real).mean() + 0 * fake.mean()),
            "Only the real images count. Add what D pays for the generated ones, softplus(D(G(z))).",
        ),
        "fake_only": Misconception(
            with_loss(lambda real, fake: softplus(fake).mean() + 0 * real.mean()),
            "Only the generated images count. Add what D pays for the real ones, softplus(−D(x)).",
        ),
        "both_real": Misconception(
            with_loss(lambda real, fake: softplus(-real).mean() + softplus(-fake).mean()),
            "You give x and G(z) the label 1. For D the generated images have label 0.",
        ),
        "halved": Misconception(
            with_loss(lambda real, fake: (softplus(-real).mean() + softplus(fake).mean()) / 2),
            "The loss is half as large as it should be. Here it is the mean over x plus the mean over G(z), without ½.",
        ),
        "sum_for_mean": Misconception(
            with_loss(lambda real, fake: softplus(-real).sum() + softplus(fake).sum()),
            "You sum over the batch. Take the mean over x plus the mean over G(z).",
        ),
        "sigmoid_twice": Misconception(
            with_loss(lambda real, fake: as_labels(real.sigmoid(), 1) + as_labels(fake.sigmoid(), 0)),
            'The sigmoid is applied twice. D returns logits, and a loss "with logits" (or softplus) '
            "contains the sigmoid already.",
        ),
        "wasserstein": Misconception(
            with_loss(lambda real, fake: fake.mean() - real.mean()),
            "This is the critic's loss of a Wasserstein GAN. Here the cross-entropy is asked for.",
        ),
        "least_squares": Misconception(
            with_loss(lambda real, fake: ((real - 1) ** 2).mean() + (fake**2).mean()),
            "This is the mean squared error of the logits (an LSGAN). Here the cross-entropy is asked for.",
        ),
    },
)


def generator_step(
    generator,
    discriminator,
    optimiser,
    z,
    loss_of=lambda fake: softplus(-fake).mean(),
    detach=False,
    before=lambda optimiser: optimiser.zero_grad(),
    after=lambda optimiser: optimiser.step(),
    freeze=False,
):
    """A step of the generator with its parts to be exchanged."""
    discriminator.requires_grad_(not freeze)
    fake = generator(z)
    loss = loss_of(discriminator(fake.detach() if detach else fake))
    before(optimiser)
    loss.backward()
    after(optimiser)
    return loss.detach()


def moves_both(generator, discriminator, optimiser, z):
    """Also takes a step with D's parameters."""
    loss = generator_step(generator, discriminator, optimiser, z)
    with torch.no_grad():
        for p in discriminator.parameters():
            p -= optimiser.param_groups[0]["lr"] * p.grad
    return loss


def generators_loss_of_afterwards(generator, discriminator, optimiser, z):
    generator_step(generator, discriminator, optimiser, z)
    with torch.no_grad():
        return softplus(-discriminator(generator(z))).mean()


def with_generator_loss(loss_of):
    return partial(generator_step, loss_of=loss_of)


GENERATOR_STEP = Exercise(
    name="generator_step",
    reference=generator_step,
    properties=(
        Property("returns the loss that does not saturate", 1, draw_generator_players, probe="generator_step_loss"),
        Property("moves G one step down that loss", 1, draw_generator_players, cases=2, probe="generator_step_moves"),
        Property(
            "does so too where old gradients are left",
            1,
            draw_generator_players,
            cases=2,
            probe="generator_step_moves_again",
        ),
        Property(
            "moves G, and leaves D as it was, and trainable",
            1,
            draw_generator_players,
            cases=2,
            probe="generator_step_leaves",
        ),
    ),
    misconceptions={
        "detached": Misconception(
            partial(generator_step, detach=True),
            "The loss is right, but G does not move, and has no gradient. Either `detach` cuts it off, which belongs "
            "into D's step only, or `zero_grad` comes between `backward` and `step`.",
        ),
        "no_zero_grad": Misconception(
            partial(generator_step, before=nothing),
            "Gradients of earlier steps are added to this one's. Call `optimiser.zero_grad()` before `backward`.",
        ),
        "no_step": Misconception(
            partial(generator_step, after=nothing),
            "The loss and its gradients are right, but G does not move: `optimiser.step()` is missing.",
        ),
        "loss_of_afterwards": Misconception(generators_loss_of_afterwards, LOSS_OF_AFTERWARDS),
        "saturating": Misconception(
            with_generator_loss(lambda fake: -softplus(fake).mean()),
            "This is the saturating loss, E log(1 − σ(D(G(z)))): it hardly moves a generator that D sees through. "
            "Use −E log σ(D(G(z))).",
        ),
        "wrong_side": Misconception(
            with_generator_loss(lambda fake: softplus(fake).mean()),
            "This is what D pays for generated images, label 0: it teaches G to be found out. G wants them called "
            "real, label 1.",
        ),
        "ascends": Misconception(
            with_generator_loss(lambda fake: -softplus(-fake).mean()),
            "The sign is wrong: PyTorch's optimisers *minimise*, and G wants log σ(D(G(z))) large. "
            "Its loss is −E log σ(D(G(z))).",
        ),
        "sum_for_mean": Misconception(
            with_generator_loss(lambda fake: softplus(-fake).sum()),
            "You sum over the batch. Take the mean.",
        ),
        "sigmoid_twice": Misconception(
            with_generator_loss(lambda fake: as_labels(fake.sigmoid(), 1)),
            'The sigmoid is applied twice. D returns logits, and a loss "with logits" (or softplus) '
            "contains the sigmoid already.",
        ),
        "wasserstein": Misconception(
            with_generator_loss(lambda fake: -fake.mean()),
            "This is the generator's loss of a Wasserstein GAN, −E D(G(z)). Here −E log σ(D(G(z))) is asked for.",
        ),
        "moves_both": Misconception(
            moves_both,
            "The discriminator moved as well. In this step only G's optimiser steps.",
        ),
        "leaves_frozen": Misconception(
            partial(generator_step, freeze=True),
            "D is frozen and stays so: in its next step it cannot learn. Set `requires_grad_(True)` again, or do not "
            "freeze it at all: an optimiser moves only the parameters that it was given.",
        ),
    },
)

# --- 8 sample -------------------------------------------------------------------------------------------------


@cache
def digits():
    return [t.numpy() for t in all_digits()]


def drawn(n, label=10):
    """n of the digits below `label`, always the same ones, as numbers from 0 to 255."""
    image, labels = digits()
    pool = image[labels < label]
    return pool[np.random.default_rng(0).integers(len(pool), size=n)].astype(float)


def to_bytes(image):
    return image.round().clip(0, 255).astype(np.uint8)


def sample(n, label=10, contrast=1.0):
    """In the place of a trained generator's: digits with a little noise, so that they are no copies."""
    noise = np.random.default_rng(1).normal(0, 8, size=(n, 1, 16, 16))
    return to_bytes(contrast * drawn(n, label) + noise)


SAMPLE = Exercise(
    name="sample",
    reference=sample,
    properties=(
        Property(
            "draws digits: neither noise nor all alike nor copies, at a distance of at most 0.3",
            2,
            lambda rng: (int(rng.integers(400, 600)),),
            cases=1,
            measure="recognisable_digits",
        ),
        Property(
            "draws good ones, at a distance of at most 0.2",
            2,
            lambda rng: (int(rng.integers(400, 600)),),
            cases=1,
            measure="good_digits",
        ),
    ),
    misconceptions={
        "shape": Misconception(
            lambda n: sample(n).reshape(n, 256),
            "The samples' shape is not (n, 1, 16, 16). Return all n of them, as images.",
        ),
        "floats": Misconception(
            lambda n: sample(n) / 127.5 - 1,
            "The samples are not of type uint8. Take tanh's output x to (x + 1) · 127.5, round, "
            "and convert with `.to(torch.uint8)`.",
        ),
        "unscaled": Misconception(
            lambda n: (sample(n) / 255).astype(np.uint8),
            "All pixels are black, 0 or 1. Scale before you convert: (x + 1) · 127.5 takes −1 … 1 to 0 … 255.",
        ),
        "untrained": Misconception(
            lambda n: to_bytes(127.5 + np.random.default_rng(0).normal(0, 10, size=(n, 1, 16, 16))),
            "The samples are all grey: this generator has not been trained. Is it the one that your loop trained, "
            "and does `generator_step` move it? Are its layers in `nn.Sequential` or `nn.ModuleList`? (The optimiser "
            "does not see those in a plain list.)",
        ),
        "inverted": Misconception(
            lambda n: 255 - sample(n),
            "Black and white are exchanged. −1 is black and becomes 0; 1 is white and becomes 255.",
        ),
        "one_image": Misconception(
            lambda n: sample(n)[:1].repeat(n, 0),
            "The samples are all alike: their variance is next to nothing of the data's. Draw a new z for each; if you "
            "do, the generator has collapsed.",
        ),
        "noise": Misconception(
            lambda n: np.random.default_rng(0).integers(0, 256, size=(n, 1, 16, 16), dtype=np.uint8),
            "This is noise: the variance lies where digits have none. Has the generator been trained long enough, "
            "with losses of both players on *logits*? Look at a few samples. If they look like digits before you "
            "convert them: take −1 … 1 to 0 … 255 by (x + 1) · 127.5, as uint8 wraps round below 0.",
        ),
        "data": Misconception(
            lambda n: to_bytes(drawn(n)),
            "These are images of the data, not generated ones.",
        ),
        "few_digits": Misconception(
            lambda n: sample(n, label=3),
            "Only some of the ten digits occur: the generator has dropped the others. Train longer, or with smaller "
            "learning rates, and check that D sees real images from the whole set, and that each z is from N(0, I), "
            "here as in training: `torch.randn`, not `torch.rand`.",
        ),
        "far": Misconception(
            partial(sample, contrast=0.6),
            "The samples are far from the data, though neither noise nor all alike. Train longer, and check "
            "`initialise`, Adam's settings and both steps; and does D return logits, without a sigmoid?",
        ),
        "nearly": Misconception(
            partial(sample, contrast=0.77),
            "Digits, but not good ones yet. Train a little longer, with the settings of the text.",
        ),
    },
)

# --- 9 interpolate --------------------------------------------------------------------------------------------


def angle_between(a, b):
    return torch.arccos((a @ b / (a.norm() * b.norm())).clamp(-1, 1))


def interpolate(z_start, z_end, steps, at=None, angle=angle_between, weight=torch.sin):
    """Along the great circle (Shoemake 1985), with its parts to be exchanged."""
    t = (torch.linspace(0, 1, steps) if at is None else at(steps)).to(z_start)[:, None]
    omega = angle(z_start, z_end)
    if omega < 1e-6:
        return z_start + t * (z_end - z_start)
    return (weight((1 - t) * omega) * z_start + weight(t * omega) * z_end) / weight(omega)


def straight(z_start, z_end, steps):
    t = torch.linspace(0, 1, steps).to(z_start)[:, None]
    return (1 - t) * z_start + t * z_end


def straight_and_scaled(z_start, z_end, steps):
    """A straight line, its points pushed out to the length that they would have on the sphere."""
    t = torch.linspace(0, 1, steps).to(z_start)[:, None]
    line = straight(z_start, z_end, steps)
    return line / line.norm(dim=1, keepdim=True) * ((1 - t) * z_start.norm() + t * z_end.norm())


def slerp_without_care(z_start, z_end, steps):
    t = torch.linspace(0, 1, steps).to(z_start)[:, None]
    omega = torch.arccos(z_start @ z_end / (z_start.norm() * z_end.norm()))
    return (torch.sin((1 - t) * omega) * z_start + torch.sin(t * omega) * z_end) / torch.sin(omega)


def undivided(z_start, z_end, steps):
    return interpolate(z_start, z_end, steps) * torch.sin(angle_between(z_start, z_end))


def on_unit_sphere(z_start, z_end, steps):
    return interpolate(z_start / z_start.norm(), z_end / z_end.norm(), steps)


def draw_latents(rng):
    """Two points between 60 and 120 degrees apart, of different lengths and with inner product away from the cosine."""
    while True:
        a, b = rng.normal(size=(2, 6))
        cosine = a @ b / np.linalg.norm(a) / np.linalg.norm(b)
        if 0.1 < abs(cosine) < 0.5 and 0.2 < abs(a @ b) < 0.95 and abs(a @ b - cosine) > 0.2:
            return a, 1.2 * b if np.linalg.norm(b) > np.linalg.norm(a) else 0.8 * b, int(rng.integers(5, 9))


def draw_same_latents(rng):
    """Of a length without rounding: the cosine is 1 to the last digit, and whoever divides by sin ω meets 0 / 0."""
    z = rng.choice([-0.5, 0.5], size=4) * 2.0 ** rng.integers(1, 4)  # not 1, the unit sphere's
    return z, z.copy(), int(rng.integers(5, 9))


INTERPOLATE = Exercise(
    name="interpolate",
    reference=interpolate,
    properties=(
        Property("walks the great circle from z_start to z_end", 2, draw_latents, probe="on_tensors"),
        Property("stays where it is if the two are the same", 1, draw_same_latents, cases=2, probe="on_tensors"),
    ),
    misconceptions={
        "straight": Misconception(
            straight,
            "This is the straight line. Half-way it is far too close to the origin for a sample of N(0, I): "
            "go along the circle, with the weights sin((1 − t)ω) / sin ω and sin(tω) / sin ω.",
        ),
        "straight_and_scaled": Misconception(
            straight_and_scaled,
            "You go in a straight line and stretch to the right length: the same arc, but faster in the middle. "
            "Use the weights sin((1 − t)ω) / sin ω and sin(tω) / sin ω.",
        ),
        "without_end": Misconception(
            partial(interpolate, at=lambda steps: torch.arange(steps) / steps),
            "The end is missing: t goes from 0 to 1, both included. `torch.linspace(0, 1, steps)`.",
        ),
        "inner_points": Misconception(
            partial(interpolate, at=lambda steps: torch.linspace(0, 1, steps + 2, dtype=torch.float64)[1:-1]),
            "Both ends are missing: t goes from 0 to 1, both included. `torch.linspace(0, 1, steps)`.",
        ),
        "backwards": Misconception(
            partial(interpolate, at=lambda steps: torch.linspace(1, 0, steps)),
            "It walks from z_end to z_start. At t = 0 the weight of z_start is 1.",
        ),
        "not_normalised": Misconception(
            partial(interpolate, angle=lambda a, b: torch.arccos((a @ b).clamp(-1, 1))),
            "The angle is wrong: arccos takes the cosine, which is the inner product *divided by both lengths*.",
        ),
        "cosine_for_angle": Misconception(
            partial(interpolate, angle=lambda a, b: a @ b / (a.norm() * b.norm())),
            "You use the cosine of the angle as if it were the angle. Put it into `torch.arccos`.",
        ),
        "degrees": Misconception(
            partial(interpolate, angle=lambda a, b: torch.rad2deg(angle_between(a, b))),
            "The angle is in degrees. `torch.sin` takes radians.",
        ),
        "undivided": Misconception(
            undivided,
            "The division by sin ω is missing, so the walk does not begin at z_start.",
        ),
        "unit_sphere": Misconception(
            on_unit_sphere,
            "The walk is on the sphere of radius 1. Normalise only to find the angle; "
            "the weights go to z_start and z_end as they are.",
        ),
        "zero_at_same": Misconception(
            lambda *a: torch.nan_to_num(slerp_without_care(*a)),
            "Where both are the same, your rows are 0. `nan_to_num`, or a small number added to sin ω, hides that "
            "0 / 0 stood there. Return z_start, in every row.",
        ),
        "nan_at_same": Misconception(
            slerp_without_care,
            "Where both are the same, ω is 0 and sin(tω) / sin ω is 0 / 0. Return z_start there, in every row.",
        ),
    },
)

# --- 10 reading -----------------------------------------------------------------------------------------------

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

READING = Exercise(
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

EXERCISES = [
    OUTPUT_SIZE,
    TRANSPOSED_OUTPUT_SIZE,
    GENERATOR,
    DISCRIMINATOR,
    INITIALISE,
    DISCRIMINATOR_STEP,
    GENERATOR_STEP,
    SAMPLE,
    INTERPOLATE,
    READING,
]
