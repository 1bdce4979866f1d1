"""Every system of `gancourse/games/` with tiny networks, and a batch for it: what the tests of tests/games/ go through.

A new system is a line in `SYSTEMS`; `tests/games/test_losses_written_out.py` fails for a `Game` that has none.
"""

import importlib
import inspect
import pkgutil
from functools import partial

import torch
from torch import nn
from torch.nn.functional import one_hot

import gancourse.games
from gancourse.games import words
from gancourse.games.acgan import ACGAN
from gancourse.games.adaptation import PixelDA
from gancourse.games.ali import ALI
from gancourse.games.attributes import AttributeGAN
from gancourse.games.began import BEGAN
from gancourse.games.bigan import BiGAN
from gancourse.games.biggan import BigGAN
from gancourse.games.captions import CaptionGAN
from gancourse.games.conditional import ConditionalGAN, ProjectionGAN
from gancourse.games.cyclegan import CycleGAN
from gancourse.games.dcgan import DCGAN
from gancourse.games.gan import GAN, mlp
from gancourse.games.growing import GrowingGAN
from gancourse.games.infogan import InfoGAN
from gancourse.games.inpainting import ContextEncoder
from gancourse.games.maxout import MaxoutGAN
from gancourse.games.minibatch import MinibatchGAN, MinibatchStdGAN
from gancourse.games.onlooker import WithOnlooker
from gancourse.games.pacgan import PacGAN
from gancourse.games.pix2pix import Pix2Pix
from gancourse.games.relativistic import RelativisticGAN
from gancourse.games.semisupervised import SemiSupervisedGAN
from gancourse.games.spade import LayoutGenerator
from gancourse.games.srgan import SRGAN
from gancourse.games.stylegan import StyleGAN
from gancourse.games.unrolled import UnrolledGAN
from gancourse.games.veegan import VEEGAN
from gancourse.games.video import VideoGAN
from gancourse.games.voxels import VoxelGAN
from gancourse.games.wgan import WGAN, WGANGP, normalise_spectrum

N = 7  # examples in a batch: not a multiple of 2, so that PacGAN has a remainder
CLASSES = 3
IMAGES = {"size": 16, "channels": 1, "width": 4}


def points():
    """In the plane, around (2, −1)."""
    return torch.randn(N, 2) + torch.tensor([2.0, -1.0])


def images(channels=1, side=16):
    return torch.rand(N, channels, side, side) * 2 - 1


def labels():
    """Not in the order in which `all_classes` counts."""
    return torch.tensor([2, 0, 1, 1, 2, 2, 0])


def labelled():
    return images(), labels()


def described():
    return images(), bags(N)


def few_labelled():
    return images(), images()[:5], labels()[:5]


def labelled_and_others():
    """Source, its labels, and as many of the target."""
    return images(), labels(), images().sign()


def bags(n, words=CLASSES):
    """Captions of so many words."""
    return torch.randint(2, (n, words)).to(torch.get_default_dtype()) * 2 - 1


def volumes():
    return torch.rand(N, 16, 16, 16) * 2 - 1


def clips():
    """Of four frames."""
    return torch.rand(N, 12, 16, 16) * 2 - 1


def letters():
    return one_hot(torch.randint(words.LENGTH + 20, (N, words.LENGTH)), len(words.LETTERS)).to(
        torch.get_default_dtype()
    )


def two(c_a=3, c_b=3, side_a=16):
    """A pair of images of either side."""
    return images(c_a, side_a), images(c_b)


def small_mlp(*widths):
    return mlp(*widths, activation=lambda: nn.LeakyReLU(0.2))


def fading(**options):
    """On its way from 4 to 8 pixels."""
    game = GrowingGAN(8, 1, 4, latent=5, gamma=0.7, share=0.5, **options)
    for network in (game.generator, game.discriminator):
        network.alpha.fill_(0.3)
    return game


def colours(x):
    """What SRGAN's features are here: another place for every pixel, a square for its value."""
    return x.flip(1) ** 2


SYSTEMS = {  # how it is made, given further options, and what makes a batch
    "GAN": (GAN, points),
    "spectral norm": (lambda **o: GAN(discriminator=normalise_spectrum(small_mlp(2, 8, 1)), **o), points),
    "minibatch": (partial(MinibatchGAN, kernels=3, width=8), points),
    "minibatch std": (partial(MinibatchStdGAN, width=8), points),
    "PacGAN": (partial(PacGAN, 2), points),
    "unrolled": (partial(UnrolledGAN, k=2, step_size=0.1), points),
    "VEEGAN": (VEEGAN, points),
    "ALI": (ALI, points),
    "BiGAN in the plane": (partial(ALI, noise=False), points),
    "WGAN": (partial(WGAN, bound=0.1), points),
    "WGAN-GP": (partial(WGANGP, weight=3.0), points),
    "WGAN-GP, one-sided": (partial(WGANGP, weight=3.0, one_sided=True), points),
    "onlooker": (partial(WithOnlooker, weight=3.0), points),
    "words": (
        lambda **o: WGANGP(generator=words.writer(8), discriminator=words.reader(8), latent=words.LATENT, **o),
        letters,
    ),
    "BEGAN": (lambda **o: BEGAN(nn.Sequential(mlp(2, 8, 1), mlp(1, 8, 2)), **o), points),
    "DCGAN": (partial(DCGAN, **IMAGES, latent=5), images),
    "maxout": (partial(MaxoutGAN, 16, 1, 10, latent=5), images),
    "cGAN": (partial(ConditionalGAN, CLASSES, **IMAGES, latent=5), labelled),
    "projection": (partial(ProjectionGAN, CLASSES, **IMAGES, latent=5), labelled),
    "BigGAN": (partial(BigGAN, CLASSES, **IMAGES, latent=5, shared=3, beta=0.1), labelled),
    "AC-GAN": (partial(ACGAN, CLASSES, **IMAGES, latent=5), labelled),
    "InfoGAN": (partial(InfoGAN, CLASSES, 2, **IMAGES, latent=5, weight=0.7), images),
    "BiGAN": (partial(BiGAN, **IMAGES, latent=5), images),
    "relativistic": (partial(RelativisticGAN, **IMAGES, latent=5, gamma=0.7, share=0.5), images),
    "growing": (fading, partial(images, side=8)),
    "style": (partial(StyleGAN, **IMAGES, latent=5, depth=2, gamma=0.7, share=0.5), images),
    "attributes": (partial(AttributeGAN, CLASSES, **IMAGES, latent=5, gamma=0.7, share=0.5), described),
    "captions": (
        partial(CaptionGAN, CLASSES, **IMAGES, latent=5, gamma=0.7, share=0.5, code=4, divergence=0.3, spoken=bags),
        described,
    ),
    "voxels": (partial(VoxelGAN, 16, width=4, latent=5, gamma=0.7, share=0.5), volumes),
    "video": (partial(VideoGAN, 16, 12, width=4, latent=5, gamma=0.7, share=0.5, sparse=0.3), clips),
    "video, one stream": (partial(VideoGAN, 16, 12, width=4, latent=5, gamma=0.7, share=0.5, streams=1), clips),
    "semi-supervised": (partial(SemiSupervisedGAN, CLASSES, **IMAGES, latent=5), few_labelled),
    "pix2pix": (partial(Pix2Pix, 3, 1, width=4, depth=2, strided=0, l1=2.0, adversarial=0.5), partial(two, 3, 1)),
    "SPADE": (lambda **o: Pix2Pix(5, 1, 4, strided=0, generator=LayoutGenerator(5, 1, 16, 4), **o), partial(two, 5, 1)),
    "SRGAN": (
        partial(SRGAN, 3, 4, 1, strided=0, l1=2.0, perceptual=0.5, adversarial=0.3, features=colours),
        partial(two, side_a=4),
    ),
    "context encoder": (partial(ContextEncoder, 3, 4, 2, strided=0, reconstruction=2.0, adversarial=0.3), two),
    "PixelDA": (partial(PixelDA, CLASSES, **IMAGES, blocks=1, latent=5, task=0.7), labelled_and_others),
    "CycleGAN": (partial(CycleGAN, 16, 3, 3, 4, 1, strided=0, cycle=3.0, identity=2.0, adversarial=0.5), two),
}
OF_THEIR_OWN = (
    "BEGAN",
    "relativistic",
    "growing",
    "style",
    "attributes",
    "semi-supervised",
    "pix2pix",
    "SPADE",
    "CycleGAN",
)
RELATIVISTIC = ("relativistic", "growing", "style", "attributes", "voxels", "video", "video, one stream")
OF_THEIR_OWN = ("BEGAN", *RELATIVISTIC, "captions", "semi-supervised", "pix2pix", "SPADE", "CycleGAN")
TAKES_LOSS = [name for name in SYSTEMS if name not in OF_THEIR_OWN]  # of the others the loss is part of the system


def made(name, **options):
    """A system whose parameters are all far from where they started, without dropout, and a batch: always the same.

    Initial weights hide faults: those of a layer that starts from zero, a balance that starts from none.
    """
    make, batch = SYSTEMS[name]
    torch.manual_seed(0)
    game = make(**options)
    with torch.no_grad():
        for p in game.parameters():
            p.add_(0.3 * torch.randn_like(p) / max(1.0, p[0].numel() ** 0.5 if p.ndim > 1 else 1.0))
    for module in game.modules():
        if isinstance(module, nn.Dropout):
            module.p = 0.0
    batch = batch()
    if name == "BEGAN":
        game.k.fill_(0.4)
    if name in ("spectral norm", "BigGAN"):
        for _ in range(300):  # their power iterations go on with every look
            game.discriminator(*(batch if name == "BigGAN" else (batch,)))
    return game, batch


def modules():
    """The modules of `gancourse.games`, by name."""
    names = [module.name for module in pkgutil.iter_modules(gancourse.games.__path__)]
    return {name: importlib.import_module(f"gancourse.games.{name}") for name in names}


def defined(kind):
    """What the modules of `gancourse.games` define that is of this kind: {"module.name": it}."""
    return {
        f"{place}.{name}": thing
        for place, module in modules().items()
        for name, thing in vars(module).items()
        if kind(thing) and inspect.getmodule(thing) is module and not name.startswith("_")
    }
