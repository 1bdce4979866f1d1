"""ps5 "Translate without pairs": what each exercise asks, its reference and its misconceptions.

The instructor's side of the assignment: this file is never released. The order is that of the notebook.
"""

import math
import random
from functools import partial

import numpy as np
import torch
from torch import nn
from torch.nn.functional import binary_cross_entropy_with_logits

from gancourse.exercises.measures import chalk, in_ink
from gancourse.exercises.specification import Exercise, Misconception, Property

ANSWERS = (  # cannot be imported while it is graded
    "gancourse.games.patch",
    "gancourse.games.pix2pix",
    "gancourse.games.cyclegan",
    "gancourse.games.losses",
)

# --- 1 receptive_field ------------------------------------------------------------------------------------------


def receptive_field(layers):
    r = 1
    for kernel, stride in reversed(list(layers)):
        r = (r - 1) * stride + kernel
    return r


def jumps(layers, own):
    """Σ (k − 1) · the strides of the layers before, or also the layer's own."""
    r, jump = 1, 1
    for kernel, stride in layers:
        jump *= stride if own else 1
        r += (kernel - 1) * jump
        jump *= 1 if own else stride
    return r


def stepwise(layers, step):
    r = 1
    for kernel, stride in reversed(list(layers)):
        r = step(r, kernel, stride)
    return r


WRONG_FIELDS = {
    "sum_of_kernels": (
        lambda layers: sum(kernel for kernel, _ in layers),
        "You add up the kernels. Neighbouring outputs of a layer look at pixels that overlap, and with stride 2 they "
        "lie two pixels apart: go from the last layer to the first, r ← (r − 1) · stride + kernel.",
    ),
    "without_stride": (
        lambda layers: 1 + sum(kernel - 1 for kernel, _ in layers),
        "The strides do not count in your formula. r neighbouring outputs lie `stride` pixels apart in the layer's "
        "input: (r − 1) · stride.",
    ),
    "front_to_back": (
        lambda layers: receptive_field(layers[::-1]),
        "You go from the first layer to the last. One output of the *last* layer is where it starts, "
        "so go backwards through the list.",
    ),
    "r_times_stride": (
        partial(stepwise, step=lambda r, kernel, stride: r * stride + kernel),
        "You take r · stride. Between r outputs there are r − 1 steps: (r − 1) · stride + kernel.",
    ),
    "overlap_forgotten": (
        partial(stepwise, step=lambda r, kernel, stride: r * kernel),
        "You multiply the kernels. That would be right if neighbouring outputs never looked at the same pixel, that "
        "is, if each stride were as large as its kernel.",
    ),
    "kernel_minus_one": (
        partial(stepwise, step=lambda r, kernel, stride: (r - 1) * stride + kernel - 1),
        "You add kernel − 1 in each layer. The last of the r outputs sees a whole kernel: (r − 1) · stride + kernel.",
    ),
    "strides_not_multiplied": (
        lambda layers: 1 + sum((kernel - 1) * stride for kernel, stride in layers),
        "Each layer counts with its own stride only. Strides multiply: behind two layers of stride 2, "
        "neighbours are 4 pixels apart. Go from the last layer to the first, r ← (r − 1) · stride + kernel.",
    ),
    "one_too_many": (
        partial(stepwise, step=lambda r, kernel, stride: (r - 1) * stride + kernel + 1),
        "You add one too many in each layer: r − 1 steps and one kernel, (r − 1) · stride + kernel.",
    ),
    "own_stride": (
        partial(jumps, own=True),
        "Each layer is widened by its *own* stride as well. A kernel's pixels lie as far apart as the strides of the "
        "layers **before** it have put them.",
    ),
    "exchanged": (
        lambda layers: receptive_field(np.asarray(layers)[:, ::-1]),
        "You take the stride for the kernel and the kernel for the stride: each row is (kernel, stride).",
    ),
    "without_first": (
        lambda layers: receptive_field(layers[1:]),
        "The first layer, the one that sees the image, is left out.",
    ),
    "without_last": (
        lambda layers: receptive_field(layers[:-1]),
        "The last layer is left out. Start with r = 1, a single output, and take every layer.",
    ),
    "starts_at_zero": (
        lambda layers: receptive_field(layers) - math.prod(int(stride) for _, stride in layers),
        "Your r starts at 0. One output of the last layer is 1 pixel of its result: r = 1.",
    ),
}


def draw_layers(rng):
    """Layers without gaps (no kernel is smaller than its stride) at which no two of the formulas agree."""
    formulas = [receptive_field, *(f for f, _ in WRONG_FIELDS.values())]
    while True:
        layers = np.stack([rng.integers(3, 8, size=4), rng.permutation([1, 2, 3, 2])], axis=1)
        if len({int(f(layers)) for f in formulas}) == len(formulas):
            return (layers,)


def draw_layer(rng):
    return (np.array([[rng.integers(3, 8), rng.integers(2, 4)]]),)


RECEPTIVE_FIELD = Exercise(
    name="receptive_field",
    reference=receptive_field,
    properties=(
        Property("counts the pixels that one output of a stack of layers sees", 1, draw_layers),
        Property("is the kernel of a single layer", 1, draw_layer),
    ),
    misconceptions={name: Misconception(*wrong) for name, wrong in WRONG_FIELDS.items()},
)

# --- 2 halvings_for ---------------------------------------------------------------------------------------------

MOST_HALVINGS = 12


def patch_layers(n, unstrided=2):
    return np.array([[4, 2]] * n + [[4, 1]] * unstrided)


def halvings_for(pixels, *, receptive_field=receptive_field, unstrided=2, enough=lambda field, pixels: field >= pixels):
    """With the student's own `receptive_field` standing in."""
    for n in range(MOST_HALVINGS):
        if enough(receptive_field(patch_layers(n, unstrided)), pixels):
            return n
    raise ValueError("no number of halvings is enough")


def draw_pixels(rng):
    """Where 3 or 4 halvings are enough, and without the last two layers one more would be."""
    low, high = [(40, 47), (80, 95)][rng.integers(2)]
    return (int(rng.integers(low, high)),)


def draw_exact_pixels(rng):
    return (int(rng.choice([142, 286])),)


def draw_few_pixels(rng):
    return (int(rng.integers(5, 7)),)


HALVINGS_FOR = Exercise(
    name="halvings_for",
    reference=halvings_for,
    builds_on=("receptive_field",),
    properties=(
        Property("is the least number of halvings whose patches are large enough", 1, draw_pixels),
        Property("takes a patch of exactly so many pixels for large enough", 1, draw_exact_pixels),
        Property("is 0 where the last two layers see enough by themselves", 1, draw_few_pixels),
    ),
    misconceptions={
        "one_too_few": Misconception(
            lambda pixels: halvings_for(pixels + 1) - 1,
            "It is one too few: the patches are still smaller than `pixels`. Stop at the first that is large enough.",
        ),
        "one_too_many": Misconception(
            lambda pixels: halvings_for(pixels) + 1,
            "It is one too many. Stop at the first n that is large enough, and return that n, not the next.",
        ),
        "larger_than": Misconception(
            partial(halvings_for, enough=lambda field, pixels: field > pixels),
            "A patch of exactly `pixels` pixels is large enough: compare with `>=`.",
        ),
        "all_layers": Misconception(
            lambda pixels: halvings_for(pixels) + 2,
            "You count all the layers. Only those with stride 2 are asked for; the two with stride 1 come on top.",
        ),
        "without_the_last_two": Misconception(
            partial(halvings_for, unstrided=0),
            "The two layers of stride 1 are missing, or stand in front. They come last, and see, too: put "
            "`[(4, 1)] * 2` behind the others.",
        ),
        "never_zero": Misconception(
            lambda pixels: max(1, halvings_for(pixels)),
            "You begin with n = 1. The two layers of stride 1 see 7 pixels by themselves, and sometimes that is "
            "enough: begin with n = 0.",
        ),
        "the_field": Misconception(
            lambda pixels: receptive_field(patch_layers(halvings_for(pixels))),
            "You return the size of the patch. Return how many layers of stride 2 it takes.",
        ),
        "logarithm": Misconception(
            lambda pixels: math.ceil(math.log2(pixels)),
            "You halve the image until one pixel is left. A patch grows by its kernels as well: try n = 0, 1, 2, … and "
            "ask `receptive_field`.",
        ),
    },
)

# --- 3 UNet -----------------------------------------------------------------------------------------------------

LEAKY = partial(nn.LeakyReLU, 0.2)


class Unheard(nn.Module):
    """A layer that is called, as in `F.relu(x)` alone on a line, while x goes on as it was."""

    def __init__(self, layer):
        super().__init__()
        self.layer = layer

    def forward(self, x):
        self.layer(x)
        return x


def unheard(make):
    return lambda *settings: Unheard(make(*settings))


class SigmoidByHand(nn.Module):
    def forward(self, x):
        return 1 / (1 + torch.exp(-x))


class MeanOfAll(nn.Module):
    def __init__(self, dimensions):
        super().__init__()
        self.dimensions = dimensions

    def forward(self, x):
        return x.mean(self.dimensions)


class Detach(nn.Module):
    def forward(self, x):
        return x.detach()


FLAT = partial(nn.Conv2d, kernel_size=4, stride=1, padding=1)
DOWN = partial(nn.Conv2d, kernel_size=4, stride=2, padding=1)
UP = partial(nn.ConvTranspose2d, kernel_size=4, stride=2, padding=1)
JOIN = {  # what goes into a step up, and of how many times the channels
    "beside": (lambda x, kept: torch.cat([x, kept], dim=1), 2),
    "added": (lambda x, kept: x + kept, 1),
    "none": (lambda x, kept: x, 1),
    "itself": (lambda x, kept: torch.cat([x, x], dim=1), 2),
}


class Unet(nn.Module):
    """A U-Net with its parts to be exchanged: what the reference and the misconceptions are made of."""

    def __init__(
        self,
        c_in,
        c_out,
        width,
        depth,
        down=DOWN,
        up=UP,
        norm=nn.InstanceNorm2d,
        falling=LEAKY,
        rising=nn.ReLU,
        innermost=None,
        last=nn.Tanh,
        norm_first=False,
        norm_last=False,
        join="beside",
        join_last=None,
        constant=False,
        foremost=nn.Identity,
        keep=lambda x: x,
    ):
        super().__init__()
        self.keep = keep
        joins = [join] * (depth - 1) + [join_last or join]  # by the step up, of which the first has none
        self.join, times = [JOIN[j][0] for j in joins], [JOIN[j][1] for j in joins[::-1]]
        widths = [width * (1 if constant else 2**i) for i in range(depth)]
        self.down, self.up = nn.ModuleList(), nn.ModuleList()
        for i, n in enumerate(widths):
            layers = [falling(), down(widths[i - 1], n)] if i else [foremost(), down(c_in, n)]
            self.down.append(nn.Sequential(*layers, *([norm(n)] if i or norm_first else [])))
        for i in reversed(range(depth)):
            n_in, n_out = widths[i] * (times[i] if i < depth - 1 else 1), widths[i - 1] if i else c_out
            before = innermost if innermost and i == depth - 1 else rising
            self.up.append(nn.Sequential(before(), up(n_in, n_out), *([norm(n_out)] if i or norm_last else [])))
        self.last = last()

    def forward(self, x):
        kept = []
        for down in self.down:
            x = down(x)
            kept.append(self.keep(x))
        for i, up in enumerate(self.up):
            x = up(self.join[i](x, kept[-1 - i]) if i else x)
        return self.last(x)


def resize_and_convolve(n_in, n_out):
    return nn.Sequential(nn.Upsample(scale_factor=2), nn.Conv2d(n_in, n_out, 3, padding=1))


def convolve_and_pool(n_in, n_out):
    return nn.Sequential(nn.Conv2d(n_in, n_out, 3, padding=1), nn.MaxPool2d(2))


def none(*_):
    return nn.Identity()


def draw_unet(depth, *sides):
    """Settings of a U-Net that halves `depth` times, and the shape of one image of these sides.

    Of sides that differ, images with one channel are made: a `squeeze` shows in them, whatever is drawn.
    """

    def draw(rng):
        c_in, c_out = rng.permutation([1, 2, 3])[:2]
        c_in, c_out = (c_in, c_out) if len(set(sides)) == 1 else (rng.integers(2, 4), 1)
        return np.array([c_in, *sides]), int(c_in), int(c_out), 2 * int(rng.integers(2, 5)), depth

    return draw


def unet_property(says, depth, sides, probe):
    return Property(says, 1, draw_unet(depth, *sides), cases=1, probe=probe)


UNET = Exercise(
    name="UNet",
    reference=Unet,
    properties=(
        unet_property("makes images of the same height and width, with c_out channels", 3, (16, 32), "network_output"),
        unet_property("has the layers of the plan, also for 2 halvings", 2, (16, 16), "network_layers"),
        unet_property("normalises each image, but not after the first and last layer", 3, (16, 16), "network_norms"),
        unet_property("has LeakyReLU down, ReLU up and tanh at the end", 3, (16, 16), "network_activations_to_the_end"),
        unet_property("shows the way up what each step down saw", 3, (16, 16), "network_skips"),
    ),
    misconceptions={
        "no_skips": Misconception(
            partial(Unet, join="none"),
            "There are no skip connections: all that is known of the image comes through the smallest layer. Before "
            "each step up but the first, `torch.cat` what came from below with what the step down at that size left.",
        ),
        "added": Misconception(
            partial(Unet, join="added"),
            "You add what was kept. That works, too, but here it is put beside: `torch.cat([x, kept], dim=1)`, and "
            "the step up gets twice the channels.",
        ),
        "last_without_skip": Misconception(
            partial(Unet, join_last="none"),
            "The last step up has no skip connection: it, too, sees what the step down of its size left, which is the "
            "first one.",
        ),
        "itself": Misconception(
            partial(Unet, join="itself"),
            "The steps up have room for what was kept, but it does not arrive: x is put beside something else. Put it "
            "beside the output of the step *down* that has the same size.",
        ),
        "no_tanh": Misconception(
            partial(Unet, last=nn.Identity),
            "Nothing bounds the pixels. Images lie between −1 and 1: end in `nn.Tanh()`.",
        ),
        "sigmoid": Misconception(
            partial(Unet, last=nn.Sigmoid),
            "It ends in a sigmoid, so pixels lie between 0 and 1. Images lie between −1 and 1: use tanh.",
        ),
        "norm_last": Misconception(
            partial(Unet, norm_last=True),
            "The output layer is normalised, too. Its mean and spread are the picture's brightness and contrast: "
            "no norm there.",
        ),
        "norm_first": Misconception(
            partial(Unet, norm_first=True),
            "The first layer is normalised, too, so the brightness of the input is lost before anything was seen. "
            "The first step down has no norm.",
        ),
        "no_norm": Misconception(
            partial(Unet, norm=none),
            "There is no norm. Put `nn.InstanceNorm2d(…)` behind each layer but the first and the last.",
        ),
        "batch_norm": Misconception(
            partial(Unet, norm=nn.BatchNorm2d),
            "You normalise over the batch. A translation should not depend on what else is in the batch: "
            "`nn.InstanceNorm2d` takes each image by itself.",
        ),
        "relu_down": Misconception(
            partial(Unet, falling=nn.ReLU),
            "There is a plain ReLU on the way down. Down it is `nn.LeakyReLU(0.2)`, up it is `nn.ReLU()`.",
        ),
        "leaky_up": Misconception(
            partial(Unet, rising=LEAKY),
            "There is a LeakyReLU on the way up. Down it is `nn.LeakyReLU(0.2)`, up it is `nn.ReLU()`.",
        ),
        "leaky_on_the_image": Misconception(
            partial(Unet, foremost=LEAKY),
            "There is a LeakyReLU before the first step down, on the image itself: its dark pixels come in faint. "
            "Nothing stands before the first layer.",
        ),
        "leaky_at_the_bottom": Misconception(
            partial(Unet, innermost=LEAKY),
            "Between the last step down and the first step up there is a LeakyReLU. What comes before a step *up* is "
            "a ReLU, there as well.",
        ),
        "default_slope": Misconception(
            partial(Unet, falling=nn.LeakyReLU),
            "The slope of LeakyReLU is 0.01, PyTorch's default. It is to be 0.2: `nn.LeakyReLU(0.2)`.",
        ),
        "constant_width": Misconception(
            partial(Unet, constant=True),
            "The number of channels stays the same. It doubles with every step down, and halves with every step up.",
        ),
        "resized": Misconception(
            partial(Unet, up=resize_and_convolve),
            "You enlarge and convolve. That works (some prefer it), but here transposed convolutions are asked for: "
            "`nn.ConvTranspose2d(…, 4, 2, 1)`.",
        ),
        "pooled": Misconception(
            partial(Unet, down=convolve_and_pool),
            "You pool, as the first U-Net did. Here a strided convolution shrinks: `nn.Conv2d(…, 4, 2, 1)`.",
        ),
        "norm_unheard": Misconception(
            partial(Unet, norm=unheard(nn.InstanceNorm2d)),
            "The norms are called, but nothing takes up what they return: `x = self.norm(x)`, and not `self.norm(x)` "
            "alone.",
        ),
        "leaky_unheard": Misconception(
            partial(Unet, falling=unheard(LEAKY)),
            "LeakyReLU is called on the way down, but nothing takes up what it returns: `x = F.leaky_relu(x, 0.2)`.",
        ),
        "relu_unheard": Misconception(
            partial(Unet, rising=unheard(nn.ReLU)),
            "ReLU is called on the way up, but nothing takes up what it returns: `x = F.relu(x)`.",
        ),
        "tanh_unheard": Misconception(
            partial(Unet, last=unheard(nn.Tanh)),
            "tanh is called, but nothing takes up what it returns: `return torch.tanh(x)`.",
        ),
        "skips_detached": Misconception(
            partial(Unet, keep=torch.detach),
            "The images are right, but somewhere the gradient is cut off: no `.detach()` and no `.data` in a network, "
            "nor around what the steps down leave. They learn from it, too.",
        ),
        "always_three": Misconception(
            lambda c_in, c_out, width, depth: Unet(c_in, c_out, width, 3),
            "It halves three times whatever `depth` says. Build the layers in a loop.",
        ),
    },
)

# --- 4 patch_discriminator --------------------------------------------------------------------------------------


def patch_discriminator(
    channels,
    width,
    strided,
    down=DOWN,
    flat=FLAT,
    norm=nn.InstanceNorm2d,
    norm_first=False,
    norm_last=False,
    activation=LEAKY,
    last=(),
    constant=False,
    out=1,
):
    """A discriminator of patches with its parts to be exchanged."""
    layers, n = [], channels
    for i in range(strided + 1):
        n_out = width * (1 if constant else 2**i)
        layers += [(down if i < strided else flat)(n, n_out), *([norm(n_out)] if i or norm_first else []), activation()]
        n = n_out
    return nn.Sequential(*layers, flat(n, out), *([norm(out)] if norm_last else []), *last)


def mean_of_all(*_):
    return (nn.AdaptiveAvgPool2d(1),)


def draw_patches(strided, *sides):
    """Settings of a discriminator with so many halvings, and the shape of one image of these sides."""

    def draw(rng):
        channels, width = int(rng.integers(1, 5)), 2 * int(rng.integers(2, 5))
        return np.array([channels, *sides]), channels, width, strided

    return draw


def patch_property(says, strided, sides, probe):
    return Property(says, 1, draw_patches(strided, *sides), cases=1, probe=probe)


PATCH_DISCRIMINATOR = Exercise(
    name="patch_discriminator",
    reference=patch_discriminator,
    properties=(
        patch_property("makes a logit of every patch, an image of logits", 1, (16, 24), "network_patches"),
        patch_property("has the layers of the plan, also for 3 halvings", 3, (96, 96), "network_layers"),
        patch_property("normalises each image, but not after the first and last layer", 2, (48, 48), "network_norms"),
        patch_property(
            "has LeakyReLU with slope 0.2, and nothing after the logits", 2, (48, 48), "network_activations_to_the_end"
        ),
        patch_property("sees 34 pixels of the image in one logit, for 2 halvings", 2, (64, 64), "network_field"),
    ),
    misconceptions={
        "averaged": Misconception(
            partial(patch_discriminator, last=mean_of_all()),
            "You average the logits to one number. Then D no longer says *where* a patch is wrong. Return the image of "
            "logits; the loss takes the mean.",
        ),
        "averaged_by_mean": Misconception(
            partial(patch_discriminator, last=(MeanOfAll((1, 2, 3)),)),
            "You average the logits to one number. Then D no longer says *where* a patch is wrong. Return the image of "
            "logits; the loss takes the mean.",
        ),
        "averaged_over_the_batch": Misconception(
            partial(patch_discriminator, last=(MeanOfAll((0, 1, 2, 3)),)),
            "You average the logits of all images to one number. Return the image of logits for each; the loss takes "
            "the mean.",
        ),
        "dense_end": Misconception(
            lambda channels, width, strided: nn.Sequential(
                patch_discriminator(channels, width, strided), nn.Flatten(), nn.LazyLinear(1)
            ),
            "There is a dense layer at the end: it sees the whole image, and fits a single size. Convolutions all the "
            "way judge every patch alike, in images of any size.",
        ),
        "sigmoid": Misconception(
            partial(patch_discriminator, last=(nn.Sigmoid(),)),
            "There is a sigmoid at the end. With least squares D's output is drawn to 0 and 1 by the loss itself: "
            "return the last layer's output as it is.",
        ),
        "leaky_at_the_end": Misconception(
            partial(patch_discriminator, last=(nn.LeakyReLU(0.2),)),
            "There is a LeakyReLU after the last layer. Return its output as it is.",
        ),
        "sigmoid_by_hand": Misconception(
            partial(patch_discriminator, last=(SigmoidByHand(),)),
            "Something is still done to the logits: a sigmoid written out, an absolute value? With least squares the "
            "loss itself draws them to 0 and 1: return the last layer's output as it is.",
        ),
        "detached": Misconception(
            partial(patch_discriminator, last=(Detach(),)),
            "The logits are right, but somewhere the gradient is cut off, so nothing can be learned from them: no "
            "`.detach()`, `.data` or `no_grad` in a network.",
        ),
        "norm_unheard": Misconception(
            partial(patch_discriminator, norm=unheard(nn.InstanceNorm2d)),
            "The norms are called, but nothing takes up what they return: `x = self.norm(x)`, and not `self.norm(x)` "
            "alone.",
        ),
        "leaky_unheard": Misconception(
            partial(patch_discriminator, activation=unheard(LEAKY)),
            "LeakyReLU is called, but nothing takes up what it returns: `x = F.leaky_relu(x, 0.2)`.",
        ),
        "no_padding": Misconception(
            partial(
                patch_discriminator,
                down=partial(nn.Conv2d, kernel_size=4, stride=2),
                flat=partial(nn.Conv2d, kernel_size=4),
            ),
            "There is no padding, so patches at the edge are never judged on their own. Each layer has `padding=1`.",
        ),
        "same_size": Misconception(
            partial(patch_discriminator, flat=partial(nn.Conv2d, kernel_size=3, padding=1)),
            "The two layers without a halving have kernels of 3×3. Here every kernel is 4×4, and with padding 1 these "
            "layers make the image one pixel smaller.",
        ),
        "strides_everywhere": Misconception(
            partial(patch_discriminator, flat=DOWN),
            "The last two layers halve as well. They have stride 1: only the first `strided` layers have stride 2.",
        ),
        "one_layer_less": Misconception(
            lambda channels, width, strided: nn.Sequential(
                *list(patch_discriminator(channels, width, strided))[: 3 * strided - 1],
                nn.Conv2d(width * 2 ** (strided - 1), 1, 4, 1, 1),
            ),
            "One layer is missing. After the halvings come *two* with stride 1: one more hidden layer, and the logits.",
        ),
        "one_halving_more": Misconception(
            lambda channels, width, strided: patch_discriminator(channels, width, strided + 1),
            "It halves once more than `strided` says. The first layer is one of the `strided` with stride 2: after it "
            "come strided − 1 more.",
        ),
        "always_two": Misconception(
            lambda channels, width, strided: patch_discriminator(channels, width, 2),
            "It halves twice whatever `strided` says. Build the layers in a loop.",
        ),
        "no_norm": Misconception(
            partial(patch_discriminator, norm=none),
            "There is no norm. Put `nn.InstanceNorm2d(…)` behind each layer but the first and the last.",
        ),
        "batch_norm": Misconception(
            partial(patch_discriminator, norm=nn.BatchNorm2d),
            "You normalise over the batch. In a translation each image is judged by itself: `nn.InstanceNorm2d`.",
        ),
        "norm_first": Misconception(
            partial(patch_discriminator, norm_first=True),
            "The first layer is normalised, too. D has to see the brightness and contrast of the images: no norm "
            "there.",
        ),
        "norm_last": Misconception(
            partial(patch_discriminator, norm_last=True),
            "The logits are normalised. Then half of an image's patches look real whatever it is: no norm at the end.",
        ),
        "relu": Misconception(
            partial(patch_discriminator, activation=nn.ReLU),
            "There is a plain ReLU. In a discriminator it is leaky, so that a gradient for G comes through everywhere: "
            "`nn.LeakyReLU(0.2)`.",
        ),
        "default_slope": Misconception(
            partial(patch_discriminator, activation=nn.LeakyReLU),
            "The slope of LeakyReLU is 0.01, PyTorch's default. It is to be 0.2: `nn.LeakyReLU(0.2)`.",
        ),
        "constant_width": Misconception(
            partial(patch_discriminator, constant=True),
            "The number of channels stays the same. It doubles with every hidden layer.",
        ),
        "a_logit_per_channel": Misconception(
            lambda channels, width, strided: patch_discriminator(channels, width, strided, out=width),
            "There are several logits for a patch. One is enough: the last layer has one channel.",
        ),
    },
)

# --- 5 ResidualBlock --------------------------------------------------------------------------------------------


class Block(nn.Module):
    """A residual block with its parts to be exchanged."""

    def __init__(
        self,
        channels,
        pad=nn.ReflectionPad2d,
        norm=nn.InstanceNorm2d,
        between=nn.ReLU,
        at_end=nn.Identity,
        after=nn.Identity,
        join=torch.add,
        count=2,
        shared=False,
        foremost=nn.Identity,
    ):
        super().__init__()
        layers, convolution = [foremost()], nn.Conv2d(channels, channels, 3)
        for i in range(count):
            layers += [pad(1), convolution if shared else nn.Conv2d(channels, channels, 3), norm(channels)]
            layers += [at_end() if i == count - 1 else between()]
        self.f, self.join, self.after = nn.Sequential(*layers), join, after()

    def forward(self, x):
        return self.after(self.join(x, self.f(x)))


class HalfUsed(nn.Module):
    """Two convolutions, each with its norm, of which one is called for nothing."""

    def __init__(self, channels, used):
        super().__init__()
        self.parts, self.used = nn.ModuleList(Block(channels, count=1).f for _ in range(2)), used

    def forward(self, x):
        first = self.parts[0](x).relu()
        second = self.parts[1](first if self.used == "first" else x)
        return x + (first if self.used == "first" else second)


def draw_block(rng):
    channels = int(rng.integers(4, 9))
    return np.array([channels, 10, 14]), channels


def block_property(says, probe):
    return Property(says, 1, draw_block, cases=1, probe=probe)


RESIDUAL_BLOCK = Exercise(
    name="ResidualBlock",
    reference=Block,
    properties=(
        block_property("is x + f(x), and so x where f is 0", "network_sum"),
        block_property("has two 3×3 convolutions that see the image reflected at its edge", "network_edges"),
        block_property("normalises each image after both", "network_norms"),
        block_property("has a ReLU between them and none at the end", "network_activations"),
    ),
    misconceptions={
        "no_skip": Misconception(
            partial(Block, join=lambda x, f: f),
            "x itself is lost: you return f(x). The block is x + f(x).",
        ),
        "relu_after_sum": Misconception(
            partial(Block, after=nn.ReLU),
            "There is a ReLU after the sum. Then x does not come through where it is negative: return x + f(x) as it "
            "is.",
        ),
        "multiplied": Misconception(
            partial(Block, join=torch.mul),
            "You multiply x and f(x). Add them: where f is 0, the block should change nothing.",
        ),
        "halved": Misconception(
            partial(Block, join=lambda x, f: (x + f) / 2),
            "You take the mean of x and f(x). Then every block halves what comes in: x + f(x).",
        ),
        "norm_after_sum": Misconception(
            lambda channels: Block(channels, after=partial(nn.InstanceNorm2d, channels)),
            "The sum is normalised. Then x does not come through as it is: normalise within f only.",
        ),
        "in_place": Misconception(
            partial(Block, join=lambda x, f: x.add_(f)),
            "You write the sum over x itself, which `x += …` does. Those who gave you x still need it, and `backward` "
            "stops there: `return x + self.f(x)` makes a new one.",
        ),
        "detached": Misconception(
            partial(Block, join=lambda x, f: x.detach() + f),
            "The sum is right, but somewhere in the block the gradient is cut off. It has to come back both ways, "
            "through f and past it: no `.detach()`, `.data` or `no_grad` here.",
        ),
        "first_unheard": Misconception(
            partial(HalfUsed, used="second"),
            "The second convolution takes x instead of what the first part made of it, so the first is called for "
            "nothing. Let each line take up the last: `y = self.conv2(y)`.",
        ),
        "second_unheard": Misconception(
            partial(HalfUsed, used="first"),
            "The second convolution is called, but nothing takes up what it returns. Let each line take up the last, "
            "`y = self.conv2(y)`, and add that to x.",
        ),
        "norm_unheard": Misconception(
            partial(Block, norm=unheard(nn.InstanceNorm2d)),
            "The norms are called, but nothing takes up what they return: `y = self.norm(y)`, and not `self.norm(y)` "
            "alone.",
        ),
        "relu_unheard": Misconception(
            partial(Block, between=unheard(nn.ReLU)),
            "ReLU is called, but nothing takes up what it returns: `y = F.relu(y)`, and not `F.relu(y)` alone.",
        ),
        "zero_padding": Misconception(
            partial(Block, pad=nn.ZeroPad2d),
            "You pad with zeros. To the network that is a frame around each picture: `nn.ReflectionPad2d(1)` continues "
            "the picture instead (or `padding_mode='reflect'`).",
        ),
        "copied_edge": Misconception(
            partial(Block, pad=nn.ReplicationPad2d),
            "You repeat the outermost pixels. Reflect the image: `nn.ReflectionPad2d(1)`.",
        ),
        "one_convolution": Misconception(
            partial(Block, count=1),
            "f has one convolution. It needs two, with a ReLU between: with one the block could add only "
            "a linear function of x.",
        ),
        "one_used_twice": Misconception(
            partial(Block, shared=True),
            "One convolution is used twice, with the same weights. Make two: each has something of its own to learn.",
        ),
        "relu_first": Misconception(
            partial(Block, foremost=nn.ReLU),
            "f begins with a ReLU, so it never sees where x is negative. The first thing in f is the convolution.",
        ),
        "three_convolutions": Misconception(
            partial(Block, count=3),
            "f has three convolutions. Here it has two.",
        ),
        "no_norm": Misconception(
            partial(Block, norm=none),
            "There is no norm. Put `nn.InstanceNorm2d(channels)` behind both convolutions.",
        ),
        "batch_norm": Misconception(
            partial(Block, norm=nn.BatchNorm2d),
            "You normalise over the batch. Here each image is normalised by itself: `nn.InstanceNorm2d`.",
        ),
        "relu_at_the_end": Misconception(
            partial(Block, at_end=nn.ReLU),
            "f ends in a ReLU. Then a block can only ever add to x, never take away: nothing comes after the second "
            "norm.",
        ),
        "no_relu": Misconception(
            partial(Block, between=nn.Identity),
            "There is no ReLU between the convolutions. Without it two of them do no more than one.",
        ),
        "leaky": Misconception(
            partial(Block, between=LEAKY),
            "There is a LeakyReLU. That is the discriminator's; in the block it is plain ReLU.",
        ),
    },
)

# --- 6 lsgan_discriminator_loss and 7 lsgan_generator_loss ------------------------------------------------------


def discriminator_squares(real, fake, on_real=1.0, on_fake=0.0, share=0.5):
    return share * (((real - on_real) ** 2).mean() + ((fake - on_fake) ** 2).mean())


def says(logits, label):
    return binary_cross_entropy_with_logits(logits, torch.full_like(logits, float(label)))


def by(indices, draw):
    """The same arguments, behind the indices of those to differentiate by."""
    return lambda rng: (np.array(indices), *draw(rng))


def draw_judged(rng):
    """Two maps of logits of different means, none near the targets."""
    return rng.normal(0.6, 1, size=(3, 1, 2, 4)), rng.normal(-0.7, 1.5, size=(3, 1, 2, 4))


def draw_judged_fakes(rng):
    return (draw_judged(rng)[1],)


LSGAN_DISCRIMINATOR = Exercise(
    name="lsgan_discriminator_loss",
    reference=discriminator_squares,
    properties=(
        Property("is half the sum of two mean squares", 1, draw_judged, probe="on_tensors"),
        Property("can be differentiated by both kinds of logits", 1, by([0, 1], draw_judged), probe="loss_gradient"),
    ),
    misconceptions={
        "no_half": Misconception(
            partial(discriminator_squares, share=1.0),
            "The ½ is missing. CycleGAN halves D's loss, so that D learns half as fast as G.",
        ),
        "labels_swapped": Misconception(
            partial(discriminator_squares, on_real=0.0, on_fake=1.0),
            "The targets have changed places. D's logits of real patches should come near 1, those of made ones near "
            "0.",
        ),
        "minus_one": Misconception(
            partial(discriminator_squares, on_fake=-1.0),
            "Your target for made patches is −1. Here it is 0.",
        ),
        "both_real": Misconception(
            partial(discriminator_squares, on_fake=1.0),
            "Both targets are 1. For D, made patches have the target 0.",
        ),
        "real_only": Misconception(
            lambda real, fake: ((real - 1) ** 2).mean() / 2 + 0 * fake.mean(),
            "Only the real patches count. Add the mean of fake².",
        ),
        "fake_only": Misconception(
            lambda real, fake: (fake**2).mean() / 2 + 0 * real.mean(),
            "Only the made patches count. Add the mean of (real − 1)².",
        ),
        "sigmoid_first": Misconception(
            lambda real, fake: discriminator_squares(real.sigmoid(), fake.sigmoid()),
            "You put the logits through a sigmoid first. Least squares takes them as they are; that is what keeps its "
            "gradient alive.",
        ),
        "cross_entropy": Misconception(
            lambda real, fake: (says(real, 1) + says(fake, 0)) / 2,
            "This is the cross-entropy of the GANs before. Here it is the squared distance of the logits from 1 and 0.",
        ),
        "absolute": Misconception(
            lambda real, fake: ((real - 1).abs().mean() + fake.abs().mean()) / 2,
            "You take the distance as it is. Least squares: square it.",
        ),
        "summed": Misconception(
            lambda real, fake: (((real - 1) ** 2).sum() + (fake**2).sum()) / 2,
            "You sum over the patches. Take the mean, or a larger image would count for more.",
        ),
        "of_the_mean": Misconception(
            lambda real, fake: ((real.mean() - 1) ** 2 + fake.mean() ** 2) / 2,
            "You average the logits first and square then. Every patch pays for itself: square first.",
        ),
        "detached": Misconception(
            lambda real, fake: discriminator_squares(real, fake).detach(),
            "The value is right, but no gradient comes back. Stay in PyTorch: no `.item()`, `.detach()` or NumPy.",
        ),
    },
)


def generator_squares(fake, target=1.0, factor=1.0):
    return factor * ((fake - target) ** 2).mean()


LSGAN_GENERATOR = Exercise(
    name="lsgan_generator_loss",
    reference=generator_squares,
    properties=(
        Property("is the mean squared distance from 1", 1, draw_judged_fakes, probe="on_tensors"),
        Property("can be differentiated", 1, by([0], draw_judged_fakes), probe="loss_gradient"),
    ),
    misconceptions={
        "halved": Misconception(
            partial(generator_squares, factor=0.5),
            "There is a ½. CycleGAN halves D's loss only; G's is the mean of (fake − 1)².",
        ),
        "target_zero": Misconception(
            partial(generator_squares, target=0.0),
            "This is what D pays for made patches, target 0: it teaches G to be found out. G's target is 1.",
        ),
        "ascends": Misconception(
            partial(generator_squares, target=0.0, factor=-1.0),
            "You take D's loss with the other sign. It has no lower bound: G would push its logits ever further from "
            "0, to either side. Draw them to 1.",
        ),
        "sigmoid_first": Misconception(
            lambda fake: generator_squares(fake.sigmoid()),
            "You put the logits through a sigmoid first. Least squares takes them as they are.",
        ),
        "cross_entropy": Misconception(
            lambda fake: says(fake, 1),
            "This is the cross-entropy of the GANs before. Here it is the squared distance of the logits from 1.",
        ),
        "wasserstein": Misconception(
            lambda fake: -fake.mean(),
            "This is the loss of a Wasserstein GAN. Here it is the squared distance of the logits from 1.",
        ),
        "absolute": Misconception(
            lambda fake: (fake - 1).abs().mean(),
            "You take the distance as it is. Least squares: square it.",
        ),
        "summed": Misconception(
            lambda fake: ((fake - 1) ** 2).sum(),
            "You sum over the patches. Take the mean.",
        ),
        "of_the_mean": Misconception(
            lambda fake: (fake.mean() - 1) ** 2,
            "You average the logits first and square then. Every patch pays for itself: square first.",
        ),
        "detached": Misconception(
            lambda fake: generator_squares(fake).detach(),
            "The value is right, but no gradient comes back. Stay in PyTorch: no `.item()`, `.detach()` or NumPy.",
        ),
    },
)

# --- 8 cycle_loss and 9 identity_loss ---------------------------------------------------------------------------


def away(x, y):
    return (x - y).abs().mean()


def both_ways(x_a, back_a, x_b, back_b, weight, distance=away):
    return weight * (distance(x_a, back_a) + distance(x_b, back_b))


def draw_round_trips(rng):
    x_a, x_b = rng.uniform(-1, 1, size=(2, 3, 2, 4, 4))
    back_a, back_b = x_a + rng.normal(0, 0.2, x_a.shape), x_b + rng.normal(0, 0.4, x_b.shape)
    return x_a, back_a, x_b, back_b, float(rng.integers(5, 15))


CYCLE_LOSS = Exercise(
    name="cycle_loss",
    reference=both_ways,
    properties=(
        Property("is the weight times the sum of two mean distances", 1, draw_round_trips, probe="on_tensors"),
        Property("can be differentiated by what came back", 1, by([1, 3], draw_round_trips), probe="loss_gradient"),
    ),
    misconceptions={
        "squared": Misconception(
            partial(both_ways, distance=lambda x, y: ((x - y) ** 2).mean()),
            "You square the differences. The cycle is measured in L1, their absolute values: squares forgive many "
            "small errors, and the images come back blurred.",
        ),
        "only_a": Misconception(
            lambda x_a, back_a, x_b, back_b, weight: weight * away(x_a, back_a) + 0 * back_b.sum(),
            "Only the round trip from A counts. Add the one from B: with one alone, F has to undo G on what G makes, "
            "and may do anything to real images of B.",
        ),
        "only_b": Misconception(
            lambda x_a, back_a, x_b, back_b, weight: weight * away(x_b, back_b) + 0 * back_a.sum(),
            "Only the round trip from B counts. Add the one from A.",
        ),
        "no_weight": Misconception(
            lambda x_a, back_a, x_b, back_b, weight: both_ways(x_a, back_a, x_b, back_b, 1),
            "`weight` does not count. It multiplies the whole sum.",
        ),
        "weight_on_one": Misconception(
            lambda x_a, back_a, x_b, back_b, weight: away(x_a, back_a) + weight * away(x_b, back_b),
            "`weight` multiplies the second of the two terms only. Put the sum in brackets.",
        ),
        "weight_on_the_first": Misconception(
            lambda x_a, back_a, x_b, back_b, weight: weight * away(x_a, back_a) + away(x_b, back_b),
            "`weight` multiplies the first of the two terms only: `weight * (… + …)`.",
        ),
        "absolute_last": Misconception(
            partial(both_ways, distance=lambda x, y: (x - y).mean().abs()),
            "You take the mean first, then its absolute value: by then differences of different sign have cancelled. "
            "`(x - y).abs().mean()`.",
        ),
        "mean_of_both": Misconception(
            lambda x_a, back_a, x_b, back_b, weight: both_ways(x_a, back_a, x_b, back_b, weight / 2),
            "You take the mean of the two directions. It is their sum.",
        ),
        "crossed": Misconception(
            lambda x_a, back_a, x_b, back_b, weight: both_ways(x_a, back_b, x_b, back_a, weight),
            "You compare x_a with what came back to B. Each image is compared with what came back of *it*.",
        ),
        "summed": Misconception(
            partial(both_ways, distance=lambda x, y: (x - y).abs().sum()),
            "You sum over pixels and images. Take the mean of each.",
        ),
        "root": Misconception(
            partial(both_ways, distance=lambda x, y: ((x - y) ** 2).mean().sqrt()),
            "You take the root of the mean square. L1 is the mean of the absolute values.",
        ),
        "no_absolute": Misconception(
            partial(both_ways, distance=lambda x, y: (x - y).mean()),
            "Differences of different sign cancel: take the absolute value of each before the mean.",
        ),
        "detached": Misconception(
            lambda *arguments: both_ways(*arguments).detach(),
            "The value is right, but no gradient comes back. Stay in PyTorch: no `.item()`, `.detach()` or NumPy.",
        ),
    },
)


def identity_loss(to_b, to_a, x_a, x_b, distance=away):
    return distance(to_b(x_b), x_b) + distance(to_a(x_a), x_a)


def draw_generators(rng, d=4):
    """Two generators' weights and images of either side."""
    return *rng.normal(0, 0.8, size=(2, d, d)), *rng.uniform(-1, 1, size=(2, 5, d))


IDENTITY_LOSS = Exercise(
    name="identity_loss",
    reference=identity_loss,
    properties=(
        Property(
            "is what the generators change in images of their own side", 1, draw_generators, probe="generators_loss"
        ),
        Property("can be differentiated by both generators", 1, draw_generators, probe="generators_gradient"),
    ),
    misconceptions={
        "other_side": Misconception(
            lambda to_b, to_a, x_a, x_b: identity_loss(to_a, to_b, x_a, x_b),
            "You ask to_b to leave images of A alone, which it is there to change. The identity loss gives to_b an "
            "image of B, which is one already: to_b(x_b) should be x_b.",
        ),
        "cycle": Misconception(
            lambda to_b, to_a, x_a, x_b: away(to_a(to_b(x_a)), x_a) + away(to_b(to_a(x_b)), x_b),
            "This is the cycle, there and back. The identity loss uses each generator once, on an image of the side "
            "that it leads *to*.",
        ),
        "to_b_only": Misconception(
            lambda to_b, to_a, x_a, x_b: away(to_b(x_b), x_b) + 0 * to_a(x_a).sum(),
            "Only to_b counts. Add what to_a changes in x_a.",
        ),
        "to_a_only": Misconception(
            lambda to_b, to_a, x_a, x_b: away(to_a(x_a), x_a) + 0 * to_b(x_b).sum(),
            "Only to_a counts. Add what to_b changes in x_b.",
        ),
        "as_if_paired": Misconception(
            lambda to_b, to_a, x_a, x_b: away(to_b(x_a), x_b) + away(to_a(x_b), x_a),
            "You compare the translation of x_a with x_b, as if they belonged together. There are no pairs here.",
        ),
        "squared": Misconception(
            partial(identity_loss, distance=lambda x, y: ((x - y) ** 2).mean()),
            "You square the differences. It is L1, their absolute values.",
        ),
        "mean_of_both": Misconception(
            lambda *arguments: identity_loss(*arguments) / 2,
            "You take the mean of the two. It is their sum.",
        ),
        "summed": Misconception(
            partial(identity_loss, distance=lambda x, y: (x - y).abs().sum()),
            "You sum over pixels and images. Take the mean of each.",
        ),
        "detached": Misconception(
            lambda *arguments: identity_loss(*arguments).detach(),
            "The value is right, but no gradient reaches the generators. No `.item()`, `.detach()` or `no_grad` here.",
        ),
    },
)

# --- 10 ImagePool -----------------------------------------------------------------------------------------------


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


IMAGE_POOL = Exercise(
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
    misconceptions={
        "shows_new_only": Misconception(
            ShowsNewOnly,
            "No old image is ever shown: every image comes straight back. Once the pool is full, half of the time an "
            "old image is *returned*, and the new one takes its place.",
        ),
        "always_old": Misconception(
            partial(Pool, chance=lambda size: 1.0),
            "Once it is full it always shows an old image. Half of the time the new one is shown as it is, and not "
            "kept.",
        ),
        "one_in_size": Misconception(
            partial(Pool, chance=lambda size: 1 / size),
            "Old images come too seldom: with probability 1 / size. It is ½, whatever the size.",
        ),
        "size_in_all": Misconception(
            partial(Pool, chance=lambda size: size / (size + 1)),
            "Old images come too often, more than half of the time. First toss a fair coin, then draw one of the pool; "
            "to draw among the pool and the new image together is something else.",
        ),
        "not_replaced": Misconception(
            NeverReplaces,
            "An old image that was shown stays in the pool. Put the new one in *its* place, the very place that was "
            "drawn; if none gets in, the pool is for ever the first images of the training.",
        ),
        "keeps_all": Misconception(
            KeepsAll,
            "The pool grows: each new image is added, and none leaves. It holds `size` images: the new one takes the "
            "place of the one that is shown.",
        ),
        "always_kept": Misconception(
            AlwaysKeeps,
            "A new image that is shown at once goes into the pool as well, in place of one that nobody has seen again. "
            "Images change places, or the pool stays as it is.",
        ),
        "draws_from_the_start": Misconception(
            DrawsFromTheStart,
            "Old images come while the pool still fills. Until it holds `size` images, keep each one and show it.",
        ),
        "oldest_first": Misconception(
            OldestFirst,
            "It always shows its oldest image, like a queue. Draw one of them at random, so that some stay long.",
        ),
        "first_place": Misconception(
            partial(Pool, place=lambda size: 0),
            "It is always the same place of the pool that changes: the other images are never seen again. Draw the "
            "place at random.",
        ),
        "graph": Misconception(
            partial(Pool, keep=lambda image: image),
            "The pool keeps each image with the graph that made it: memory fills up, and D's gradient runs back into a "
            "generator that has changed since. Keep `image.detach()`.",
        ),
        "one_more": Misconception(
            partial(Pool, more=1),
            "The pool holds `size` + 1 images. It fills as long as `len(…) < size`; so with size 0 it never keeps one.",
        ),
        "one_more_but_for_zero": Misconception(
            lambda size: Pool(size, more=1 if size else 0),
            "The pool holds `size` + 1 images. It fills as long as `len(…) < size`, not `<=`.",
        ),
    },
)

# --- 11 discriminator_step and 12 generator_step ------------------------------------------------------------------


def discriminator_step(
    generators,
    discriminators,
    optimiser,
    x_a,
    x_b,
    pools,
    loss,
    detach=True,
    judged=lambda d, pools, x_a, x_b, made_a, made_b, loss: (
        loss(d[0](x_a), d[0](pools[0](made_a))) + loss(d[1](x_b), d[1](pools[1](made_b)))
    ),
    before=lambda optimiser: optimiser.zero_grad(),
    backward=lambda total, optimiser: total.backward(),
    after=lambda optimiser: optimiser.step(),
):
    """A step of both discriminators with its parts to be exchanged."""
    to_b, to_a = generators
    made_a, made_b = to_a(x_b), to_b(x_a)
    if detach:
        made_a, made_b = made_a.detach(), made_b.detach()
    total = judged(discriminators, pools, x_a, x_b, made_a, made_b, loss)
    before(optimiser)
    backward(total, optimiser)
    after(optimiser)
    return total.detach()


def judging(judged):
    return partial(discriminator_step, judged=judged)


def loss_of_afterwards(generators, discriminators, optimiser, x_a, x_b, pools, loss):
    arguments = generators, discriminators, optimiser, x_a, x_b, pools, loss
    discriminator_step(*arguments)
    return discriminator_step(*arguments, after=nothing)


def leaves_generators_frozen(generators, *rest):
    for g in generators:
        g.requires_grad_(False)
    return discriminator_step(generators, *rest)


def nothing(*_):
    pass


def step_then_backward(total, optimiser):
    optimiser.step()
    total.backward()


def clear_then_step(optimiser):
    optimiser.zero_grad()
    optimiser.step()


def draw_players(rng, d=3, hidden=5, n=4):
    """Two generators and two discriminators, a learning rate, and images of either side."""
    return (
        rng.normal(0, 0.8, size=(2, d, d)),
        rng.normal(size=(2, d, hidden)),
        rng.normal(size=(2, hidden)),
        float(rng.uniform(0.05, 0.2)),
        rng.normal(0.7, 1, size=(n, d)),
        rng.normal(-0.5, 1, size=(n, d)),
    )


def step_property(says, probe):
    return Property(says, 1, draw_players, cases=2, probe=probe)


def out_of_order(step):
    """What both steps can get wrong between the loss and its effect."""
    return {
        "cleared_too_late": Misconception(
            partial(step, before=nothing, after=clear_then_step),
            "The gradients are cleared between `backward` and `step`, so nothing moves. Clear them before `backward`.",
        ),
        "no_backward": Misconception(
            partial(step, backward=nothing),
            "No gradient is ever computed, so nothing moves: `total.backward()` is missing, or its brackets are.",
        ),
        "step_first": Misconception(
            partial(step, backward=step_then_backward, after=nothing),
            "`optimiser.step()` comes before `backward()`, when there are no gradients yet: first the loss, then "
            "`backward()`, then `step()`.",
        ),
        "no_backward_nothing_cleared": Misconception(
            partial(step, before=nothing, backward=nothing),
            "No gradient is ever computed, so nothing moves, or by old gradients: `total.backward()` is missing, or "
            "its brackets are. Clear the old ones before it.",
        ),
        "no_step": Misconception(
            partial(step, after=nothing),
            "The loss and its gradients are right, but nothing moves: `optimiser.step()` is missing.",
        ),
    }


DISCRIMINATOR_STEP = Exercise(
    name="discriminator_step",
    reference=discriminator_step,
    properties=(
        step_property("returns the sum of both discriminators' losses", "cycle_discriminators_loss"),
        step_property("moves both discriminators one step down that loss", "cycle_discriminators_moves"),
        step_property("does so too where old gradients are left", "cycle_discriminators_moves_again"),
        step_property(
            "moves them, and leaves the generators trainable and without gradients", "cycle_discriminators_leaves"
        ),
    ),
    misconceptions={
        "no_detach": Misconception(
            partial(discriminator_step, detach=False),
            "The discriminators learn as they should, but the gradient runs on into the generators, and piles up "
            "there. Cut it: `.detach()` what they made, or make it under `torch.no_grad()`.",
        ),
        "no_zero_grad": Misconception(
            partial(discriminator_step, before=nothing),
            "Gradients of earlier steps are added to this one's. Call `optimiser.zero_grad()` before `backward`: the "
            "generators' step leaves gradients in the discriminators, too.",
        ),
        **out_of_order(discriminator_step),
        "no_pools": Misconception(
            judging(
                lambda d, pools, x_a, x_b, made_a, made_b, loss: (
                    loss(d[0](x_a), d[0](made_a)) + loss(d[1](x_b), d[1](made_b))
                )
            ),
            "The pools are not asked. What D is shown is `pools[0](made_a)` and `pools[1](made_b)`.",
        ),
        "pools_swapped": Misconception(
            judging(
                lambda d, pools, x_a, x_b, made_a, made_b, loss: (
                    loss(d[0](x_a), d[0](pools[1](made_a))) + loss(d[1](x_b), d[1](pools[0](made_b)))
                )
            ),
            "The pools have changed places: `pools[0]` keeps images of side A, `pools[1]` those of side B.",
        ),
        "real_in_pool": Misconception(
            judging(
                lambda d, pools, x_a, x_b, made_a, made_b, loss: (
                    loss(d[0](pools[0](x_a)), d[0](pools[0](made_a)))
                    + loss(d[1](pools[1](x_b)), d[1](pools[1](made_b)))
                )
            ),
            "Real images go through the pools as well. Then real ones come out as made ones: pools are for what the "
            "generators made.",
        ),
        "discriminators_swapped": Misconception(
            judging(
                lambda d, pools, x_a, x_b, made_a, made_b, loss: (
                    loss(d[0](x_a), d[0](pools[1](made_b))) + loss(d[1](x_b), d[1](pools[0](made_a)))
                )
            ),
            "d_a is shown the made images of B. to_b(x_a) looks like B: it is for d_b, and to_a(x_b) for d_a.",
        ),
        "sides_swapped": Misconception(
            lambda generators, discriminators, *rest: discriminator_step(generators, discriminators[::-1], *rest),
            "d_a is shown side B and d_b side A. `discriminators` holds d_a first: for x_a and what looks like it.",
        ),
        "loss_of_afterwards": Misconception(
            loss_of_afterwards,
            "The loss that you return is that of after the step. Return the one that you went down, as it was before.",
        ),
        "leaves_frozen": Misconception(
            leaves_generators_frozen,
            "The generators are frozen and stay so: in their next step they cannot learn. Do not freeze them; "
            "`.detach()` what they made.",
        ),
        "not_translated": Misconception(
            lambda generators, *rest: discriminator_step(generators[::-1], *rest),
            "The generators are mixed up: to_b takes images of A and to_a images of B. `generators` holds to_b first.",
        ),
        "only_a": Misconception(
            judging(
                lambda d, pools, x_a, x_b, made_a, made_b, loss: (
                    loss(d[0](x_a), d[0](pools[0](made_a))) + 0 * d[1](x_b).sum()
                )
            ),
            "Only d_a learns. The step is for both: add the loss of d_b.",
        ),
        "only_b": Misconception(
            judging(
                lambda d, pools, x_a, x_b, made_a, made_b, loss: (
                    loss(d[1](x_b), d[1](pools[1](made_b))) + 0 * d[0](x_a).sum()
                )
            ),
            "Only d_b learns. The step is for both: add the loss of d_a.",
        ),
        "loss_swapped": Misconception(
            judging(
                lambda d, pools, x_a, x_b, made_a, made_b, loss: (
                    loss(d[0](pools[0](made_a)), d[0](x_a)) + loss(d[1](pools[1](made_b)), d[1](x_b))
                )
            ),
            "`loss` takes the logits of real images first, then those of made ones. You have them the other way round.",
        ),
        "own_loss": Misconception(
            judging(
                lambda d, pools, x_a, x_b, made_a, made_b, loss: (
                    discriminator_squares(d[0](x_a), d[0](pools[0](made_a)))
                    + discriminator_squares(d[1](x_b), d[1](pools[1](made_b)))
                )
            ),
            "You use least squares whatever `loss` is. The step takes the loss that it is given: `loss(on_real, "
            "on_made)`. The check gives another one.",
        ),
        "mean_of_both": Misconception(
            judging(
                lambda d, pools, x_a, x_b, made_a, made_b, loss: (
                    (loss(d[0](x_a), d[0](pools[0](made_a))) + loss(d[1](x_b), d[1](pools[1](made_b)))) / 2
                )
            ),
            "You take the mean of the two losses. It is their sum: a ½, if there is one, is in `loss` already.",
        ),
    },
)


def generator_terms(g, d, x_a, x_b, loss, cycle, game=1.0, there_and_back=1.0):
    """The generators' loss: both games, and the cycle."""
    to_b, to_a = g
    made_a, made_b = to_a(x_b), to_b(x_a)
    games = loss(d[0](made_a)) + loss(d[1](made_b))
    return game * games + there_and_back * cycle(x_a, to_a(made_b), x_b, to_b(made_a))


def generator_step(
    generators,
    discriminators,
    optimiser,
    x_a,
    x_b,
    loss,
    cycle,
    terms=generator_terms,
    before=lambda optimiser: optimiser.zero_grad(),
    backward=lambda total, optimiser: total.backward(),
    after=lambda optimiser: optimiser.step(),
    freeze=False,
):
    """A step of both generators with its parts to be exchanged."""
    for d in discriminators:
        d.requires_grad_(not freeze)
    total = terms(generators, discriminators, x_a, x_b, loss, cycle)
    before(optimiser)
    backward(total, optimiser)
    after(optimiser)
    return total.detach()


def with_terms(terms):
    return partial(generator_step, terms=terms)


def detached_terms(g, d, x_a, x_b, loss, cycle, judged=True, back=True):
    """What was made is cut off from where it comes, for the discriminators or for the way back."""
    made_a, made_b = g[1](x_b), g[0](x_a)
    games = loss(d[0](made_a.detach() if judged else made_a)) + loss(d[1](made_b.detach() if judged else made_b))
    return games + cycle(x_a, g[1](made_b.detach() if back else made_b), x_b, g[0](made_a.detach() if back else made_a))


def one_direction(g, d, x_a, x_b, loss, cycle):
    """The game of to_b alone; the cycle is whole."""
    whole = generator_terms(g, d, x_a, x_b, loss, cycle)
    return whole - loss(d[0](g[1](x_b)))


def cycled(back_a, back_b):
    """With another idea of what comes back."""
    return with_terms(
        lambda g, d, x_a, x_b, loss, cycle: (
            loss(d[0](g[1](x_b))) + loss(d[1](g[0](x_a))) + cycle(x_a, back_a(g, x_a, x_b), x_b, back_b(g, x_a, x_b))
        )
    )


def moves_all(generators, discriminators, optimiser, *rest):
    """Also takes a step with the discriminators' parameters."""
    total = generator_step(generators, discriminators, optimiser, *rest)
    with torch.no_grad():
        for d in discriminators:
            for p in d.parameters():
                p -= optimiser.param_groups[0]["lr"] * p.grad
    return total


GENERATOR_STEP = Exercise(
    name="generator_step",
    reference=generator_step,
    properties=(
        step_property("returns the sum of both games' losses and the cycle's", "cycle_generators_loss"),
        step_property("moves both generators one step down that loss", "cycle_generators_moves"),
        step_property("does so too where old gradients are left", "cycle_generators_moves_again"),
        step_property(
            "moves them, and leaves the discriminators as they were, and trainable", "cycle_generators_leaves"
        ),
    ),
    misconceptions={
        "detached": Misconception(
            with_terms(detached_terms),
            "The loss is right, but what was made is cut off from the generator that made it: neither a discriminator "
            "nor the way back can tell it anything. `detach` belongs into the discriminators' step only.",
        ),
        "detached_from_the_judges": Misconception(
            with_terms(partial(detached_terms, back=False)),
            "The loss is right, but the discriminators cannot tell the generators anything: you `detach` what they "
            "judge. That belongs into their own step only.",
        ),
        "detached_on_the_way_back": Misconception(
            with_terms(partial(detached_terms, judged=False)),
            "The loss is right, but the way back cannot tell the way there anything: you `detach` what was made before "
            "you take it back. Both generators learn from the cycle.",
        ),
        "no_zero_grad": Misconception(
            partial(generator_step, before=nothing),
            "Gradients of earlier steps are added to this one's. Call `optimiser.zero_grad()` before `backward`.",
        ),
        **out_of_order(generator_step),
        "no_cycle": Misconception(
            with_terms(partial(generator_terms, there_and_back=0.0)),
            "The cycle is missing. Without it any image of B will do for any image of A: add `cycle(x_a, back_a, x_b, "
            "back_b)`.",
        ),
        "no_games": Misconception(
            with_terms(partial(generator_terms, game=0.0)),
            "The discriminators are not asked. With the cycle alone, generators that change nothing are perfect.",
        ),
        "one_game": Misconception(
            with_terms(one_direction),
            "Only to_b plays. Add the loss of to_a, which d_a judges.",
        ),
        "same_way_twice": Misconception(
            cycled(lambda g, x_a, x_b: g[0](g[0](x_a)), lambda g, x_a, x_b: g[1](g[1](x_b))),
            "You go the same way twice. There by to_b, back by to_a: back_a is to_a(to_b(x_a)).",
        ),
        "not_back": Misconception(
            cycled(lambda g, x_a, x_b: g[0](x_a), lambda g, x_a, x_b: g[1](x_b)),
            "You compare x_a with its translation, which would have to do nothing. Compare it with what comes *back*: "
            "to_a(to_b(x_a)).",
        ),
        "across": Misconception(
            cycled(lambda g, x_a, x_b: g[1](x_b), lambda g, x_a, x_b: g[0](x_a)),
            "You compare x_a with the translation of x_b, as if they were a pair. Compare it with what comes back of "
            "x_a itself: to_a(to_b(x_a)).",
        ),
        "cycles_swapped": Misconception(
            cycled(lambda g, x_a, x_b: g[0](g[1](x_b)), lambda g, x_a, x_b: g[1](g[0](x_a))),
            "You compare x_a with what came back of x_b. back_a is to_a(to_b(x_a)), and back_b is to_b(to_a(x_b)).",
        ),
        "discriminators_swapped": Misconception(
            lambda generators, discriminators, *rest: generator_step(generators, discriminators[::-1], *rest),
            "d_a judges the images of B. to_b(x_a) is for d_b, and to_a(x_b) for d_a.",
        ),
        "own_loss": Misconception(
            with_terms(lambda g, d, x_a, x_b, loss, cycle: generator_terms(g, d, x_a, x_b, generator_squares, cycle)),
            "You use least squares whatever `loss` is. The step takes the loss that it is given: `loss(on_made)`. The "
            "check gives another one.",
        ),
        "own_cycle": Misconception(
            with_terms(
                lambda g, d, x_a, x_b, loss, cycle: generator_terms(
                    g, d, x_a, x_b, loss, partial(both_ways, weight=10.0)
                )
            ),
            "You write the cycle's loss out. The step takes the one that it is given: `cycle(x_a, back_a, x_b, "
            "back_b)`. The check gives another one.",
        ),
        "moves_all": Misconception(
            moves_all,
            "The discriminators moved as well. In this step only the generators' optimiser steps.",
        ),
        "leaves_frozen": Misconception(
            partial(generator_step, freeze=True),
            "The discriminators are frozen and stay so: in their next step they cannot learn. Set "
            "`requires_grad_(True)` again, or do not freeze them at all: an optimiser moves only the parameters that "
            "it was given.",
        ),
    },
)

# --- 13 ink -------------------------------------------------------------------------------------------------------


def ink(x, contrast=1.0, bold=1.0, noise=0.02):
    """In the place of a trained generator's: the true ink, or something between it and other mistakes."""
    dots = torch.randn(x.shape, generator=torch.Generator().manual_seed(0))
    made = contrast * (bold * in_ink(x) - (1 - bold) * x) + noise * dots
    return made.clamp(-1, 1)


def draw_chalk(rng):
    return (chalk(100, seed=int(rng.integers(1000, 2**31))).numpy(),)


INK = Exercise(
    name="ink",
    reference=ink,
    properties=(
        Property(
            "writes what was written in chalk in ink, to within 0.15",
            2,
            draw_chalk,
            cases=1,
            probe="beside_its_input",
            measure="recognisable_ink",
        ),
        Property(
            "does it well, to within 0.12",
            2,
            draw_chalk,
            cases=1,
            probe="beside_its_input",
            measure="good_ink",
        ),
    ),
    misconceptions={
        "shape": Misconception(
            lambda x: ink(x).flatten(1),
            "What comes out has not the shape of what went in. Return all images, of shape (n, 1, 16, 16).",
        ),
        "nothing": Misconception(
            lambda x: None,
            "It returns nothing. Is there a `return`, in front of what `to_b` makes of x?",
        ),
        "several": Misconception(
            lambda x: (ink(x), x),
            "It returns several things. Return the images in ink alone, one tensor.",
        ),
        "the_rule": Misconception(
            in_ink,
            "These are the right images exactly: no network that was trained comes that close. `in_ink` is the rule "
            "that the data were made by; ask your trained `to_b`.",
        ),
        "bytes": Misconception(
            lambda x: ((ink(x) + 1) * 127.5).round(),
            "These are not numbers between −1 and 1. Return what the generator's tanh gives, as it is.",
        ),
        "unchanged": Misconception(
            lambda x: x,
            "What comes out is what went in, chalk. Is it to_b that you ask, the first of the two generators? A "
            "generator that changes nothing is perfect for the cycle: do the games count?",
        ),
        "untrained": Misconception(
            lambda x: 0.05 * ink(x),
            "It is all grey: this generator has not been trained. Does `generator_step` move it?",
        ),
        "blank": Misconception(
            lambda x: torch.full_like(x, 0.98),
            "The paper is blank, or always the same: what was written is lost. Without the cycle nothing asks for it. "
            "Does the cycle count, with weight 5?",
        ),
        "inverted": Misconception(
            lambda x: -x,
            "Black and white are exchanged, but the strokes stay as thin as chalk. Ink is bold: d_b should see that. "
            "Train longer, and check `discriminator_step`.",
        ),
        "far": Misconception(
            partial(ink, contrast=0.5),
            "The images are far from the right ones. Train longer, with the settings of the text; do both steps earn "
            "their points, and do the discriminators return logits?",
        ),
        "nearly": Misconception(
            partial(ink, contrast=0.85),
            "Ink, but not good ink yet. Train a little longer, with the settings of the text.",
        ),
    },
)

EXERCISES = [
    RECEPTIVE_FIELD,
    HALVINGS_FOR,
    UNET,
    PATCH_DISCRIMINATOR,
    RESIDUAL_BLOCK,
    LSGAN_DISCRIMINATOR,
    LSGAN_GENERATOR,
    CYCLE_LOSS,
    IDENTITY_LOSS,
    IMAGE_POOL,
    DISCRIMINATOR_STEP,
    GENERATOR_STEP,
    INK,
]
