"""The image systems by name, each with the settings it is trained with: what `gancourse train` and checkpoints know.

Add one with a line in `SYSTEMS`; the training loop needs no change.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import torch
from torch import nn

from gancourse.course import CourseError
from gancourse.games import losses
from gancourse.games.acgan import ACGAN
from gancourse.games.attributes import AttributeGAN
from gancourse.games.bigan import BiGAN
from gancourse.games.biggan import BigGAN
from gancourse.games.captions import CaptionGAN
from gancourse.games.conditional import ConditionalGAN, ProjectionGAN
from gancourse.games.cyclegan import CycleGAN
from gancourse.games.dcgan import DCGAN, Generator, doublings, resized
from gancourse.games.growing import GrowingGAN
from gancourse.games.infogan import InfoGAN
from gancourse.games.inpainting import ContextEncoder
from gancourse.games.maxout import MaxoutGAN
from gancourse.games.pix2pix import Pix2Pix, UNet
from gancourse.games.relativistic import RelativisticGAN
from gancourse.games.semisupervised import SemiSupervisedGAN
from gancourse.games.srgan import SRGAN
from gancourse.games.stylegan import StyleGAN
from gancourse.games.video import VideoGAN
from gancourse.games.voxels import VoxelGAN
from gancourse.training.loop import ADAM, cooled


def alone(images, n):
    """Batches of images, or of pairs of them."""
    return images.batches(n)


def with_labels(images, n):
    """Batches of images and their labels."""
    return images.batches(n, labels=True)


def with_attributes(images, n):
    """Batches of images and their attributes."""
    return images.batches(n, attributes=True)


def few_labels(images, n, labelled=100):
    """Batches of images, and of `labelled` of them the same many over and over, with labels, evenly of every class."""
    each = labelled // len(images.classes)
    some = torch.cat([(images.label == c).nonzero()[:each, 0] for c in range(len(images.classes))])
    for x, (x_labelled, label) in zip(images.batches(n), images.subset(some).batches(n, labels=True), strict=True):
        yield x, x_labelled, label


@dataclass(frozen=True)
class System:
    """How one system is made and trained.

    Attributes:
        make: a game from `size`, `channels`, `width`, and, if it takes `classes`, their number.
        batches: from `data.Images` and a number, batches as the game takes them.
        rates: learning rates of the discriminator and the generator. DCGAN's are 2e-4 for both; InfoGAN's authors let
            the generator go five times faster, and at these sizes every system gains by it.
        takes_classes: whether the number of classes is the data's to say.
        takes_attributes: whether the number of attributes is.
        translates: whether it learns from `pairs.Pairs`; `channels` are then those of both sides.
        enlarges: how many times larger a side of its outputs is than of its inputs.
        width: what it is, if nobody says.
        batch: images a step, if nobody says.
        average: decay of the moving average of its parameters. A long one blurs a game that keeps on changing its mind.
        betas: of Adam. DCGAN's first is 0.5; with a gradient penalty 0 is usual (Karras et al. 2018, appendix A).
        cools: whether the rates fall to zero in the second half of a run (`loop.cooled`).
    """

    make: Callable
    batches: Callable = alone
    rates: tuple = (2e-4, 1e-3)
    takes_classes: bool = False
    takes_attributes: bool = False
    translates: bool = False
    enlarges: int = 1
    width: int = 32
    batch: int = 64
    average: float = 0.999
    betas: tuple = (0.5, 0.999)
    cools: bool = False

    def optimisers(self, steps=None):
        """A pair of optimisers for `train`; if the system cools, over so many steps, if they are given."""
        made = [partial(ADAM, lr=rate, betas=self.betas) for rate in self.rates]
        return tuple(cooled(optimiser, steps) if self.cools and steps else optimiser for optimiser in made)


def resize_gan(size, channels, width):
    """A DCGAN whose generator resizes and convolves."""
    return DCGAN(size, channels, width, generator=Generator(size, channels, width, up=resized))


def pix2pix(size, channels, width, **options):
    """A pix2pix between images of two numbers of channels."""
    return Pix2Pix(*channels, width, doublings(size)[1], **options)


def cyclegan(size, channels, width, **options):
    """A CycleGAN for small flat pictures: U-Nets, which compute less, and no norm, which would lose colours."""
    unet = partial(UNet, width=width, depth=doublings(size)[1], norm=nn.Identity)
    return full_cyclegan(size, channels, width, generator=unet, norm=nn.Identity, **options)


def srgan(size, channels, width, **options):
    """An SRGAN from a fourth of the side; without a perceptual loss, whose features no checkpoint holds."""
    return SRGAN(channels[1], width, **options)


def inpainting(size, channels, width, **options):
    """A context encoder for images of one size."""
    return ContextEncoder(channels[1], width, doublings(size)[1], **options)


def full_cyclegan(size, channels, width, **options):
    """A CycleGAN with the paper's networks; between images of unlike channels it has no identity loss."""
    identity = 5.0 if channels[0] == channels[1] else 0.0
    return CycleGAN(size, *channels, width, **{"identity": identity, **options})


# On a CPU the same seconds teach more without residual blocks, in small batches at high rates (benchmarks/recipes.py).
MODERN = {"rates": (1.5e-3, 1.5e-3), "betas": (0.0, 0.99), "cools": True, "batch": 32}
DEEP = {"rates": (5e-4, 5e-4), "betas": (0.0, 0.99), "cools": True, "batch": 64}  # with residual blocks: for a GPU
PAIRED = {"translates": True, "width": 16, "batch": 16, "cools": True}
UNPAIRED = PAIRED | {"rates": (5e-4, 1e-3)}

SYSTEMS = {
    "dcgan": System(DCGAN),
    "dcgan-hinge": System(partial(DCGAN, loss=losses.hinge())),
    "dcgan-resize": System(resize_gan),
    "relativistic": System(partial(RelativisticGAN, blocks=0), **MODERN),
    "residual": System(RelativisticGAN, **DEEP),
    "growing": System(GrowingGAN, **MODERN | {"width": 16}),  # full-grown from the start; benchmarks/growing.py grows
    "style": System(StyleGAN, **MODERN),
    "attributes": System(partial(AttributeGAN, blocks=0), with_attributes, takes_attributes=True, **MODERN),
    "residual-attributes": System(AttributeGAN, with_attributes, takes_attributes=True, **DEEP),
    "captions": System(partial(CaptionGAN, blocks=0), with_attributes, takes_attributes=True, **MODERN),
    "video": System(VideoGAN, **MODERN | {"batch": 16, "width": 24}),
    "video-one-stream": System(partial(VideoGAN, streams=1), **MODERN | {"batch": 16, "width": 24}),
    "voxels": System(VoxelGAN, **MODERN),
    "maxout": System(MaxoutGAN, rates=(2e-4, 2e-4), width=600),
    "cgan": System(ConditionalGAN, with_labels, takes_classes=True),
    "projection": System(ProjectionGAN, with_labels, takes_classes=True),
    "biggan": System(BigGAN, with_labels, rates=(8e-4, 2e-4), betas=(0.0, 0.999), width=16, takes_classes=True),
    "acgan": System(ACGAN, with_labels, takes_classes=True),
    # On glyphs: the fewer dimensions z has, the more is left for the codes to tell.
    "infogan": System(partial(InfoGAN, latent=4, weight=2.0), rates=(4e-4, 1e-3), takes_classes=True),
    "bigan": System(BiGAN),
    "semi-supervised": System(SemiSupervisedGAN, few_labels, takes_classes=True),
    "pix2pix": System(pix2pix, **PAIRED),
    "l1-alone": System(partial(pix2pix, adversarial=0.0), **PAIRED),
    "gan-alone": System(partial(pix2pix, l1=0.0), **PAIRED),
    "srgan": System(srgan, enlarges=4, **PAIRED),
    "srgan-l1": System(partial(srgan, adversarial=0.0), enlarges=4, **PAIRED),
    "inpainting": System(inpainting, **PAIRED),
    "inpainting-l2": System(partial(inpainting, adversarial=0.0), **PAIRED),
    "cyclegan": System(cyclegan, average=0.995, **UNPAIRED),
    "unpaired-gan": System(partial(cyclegan, cycle=0.0, identity=0.0), average=0.99, **UNPAIRED),
    "cyclegan-photos": System(
        partial(full_cyclegan, blocks=6, halvings=2, strided=3), rates=(2e-4, 2e-4), translates=True, width=64, batch=1
    ),
}


def find(name):
    """The `System` of a name.

    Raises:
        CourseError: there is none.
    """
    if name not in SYSTEMS:
        raise CourseError(f"There is no system {name!r}; there are: {', '.join(SYSTEMS)}.")
    return SYSTEMS[name]


def make(name, size, channels, width, classes, attributes=0):
    """A new game: `classes` and `attributes` are their numbers, for systems that take one.

    Raises:
        CourseError: there is no such system, it makes no such images, or the data have not what it needs.
    """
    system = find(name)
    options = {}
    for kind, number in (("classes", classes), ("attributes", attributes)):
        if getattr(system, f"takes_{kind}"):
            if not number:
                raise CourseError(f'These data have no {kind}, which {name} needs: use others, such as "faces".')
            options[kind] = number
    try:
        return system.make(size=size, channels=channels, width=width, **options)
    except ValueError as error:
        raise CourseError(str(error)) from error
