"""CycleGAN (Zhu et al. 2017): from one set of images to another and back, learned without pairs."""

from functools import partial

import torch
from torch import nn
from torch.nn.functional import l1_loss

from gancourse.games import losses
from gancourse.games.dcgan import initialise
from gancourse.games.game import Game, evaluating
from gancourse.games.patch import PatchDiscriminator

POOL = 50


class ResidualBlock(nn.Module):
    """x + f(x), f two convolutions, each with a norm (He et al. 2016; Johnson et al. 2016): it adds to x."""

    def __init__(self, channels, norm=nn.InstanceNorm2d):
        super().__init__()
        self.f = nn.Sequential(
            *(nn.ReflectionPad2d(1), nn.Conv2d(channels, channels, 3), norm(channels), nn.ReLU()),
            *(nn.ReflectionPad2d(1), nn.Conv2d(channels, channels, 3), norm(channels)),
        )

    def forward(self, x):
        """Of the same shape."""
        return x + self.f(x)


class ResidualGenerator(nn.Module):
    """Images to images of the same size: down twice, residual blocks, up twice (ibid., appendix 7.2).

    Args:
        c_in, c_out: channels of inputs and of outputs, which are in [−1, 1].
        width: channels of the first layer, 64 in the paper.
        blocks: how many; 6 at 128 pixels and 9 at 256 in the paper.
        halvings: how often the size is halved; 2 in the paper.
        norm: what follows every layer but the last.
    """

    def __init__(self, c_in=3, c_out=3, width=64, blocks=6, halvings=2, norm=nn.InstanceNorm2d):
        super().__init__()
        layers, n = [nn.ReflectionPad2d(3), nn.Conv2d(c_in, width, 7), norm(width), nn.ReLU()], width
        for _ in range(halvings):
            layers += [nn.Conv2d(n, 2 * n, 3, 2, 1), norm(2 * n), nn.ReLU()]
            n *= 2
        layers += [ResidualBlock(n, norm) for _ in range(blocks)]
        for _ in range(halvings):
            layers += [nn.ConvTranspose2d(n, n // 2, 3, 2, 1, output_padding=1), norm(n // 2), nn.ReLU()]
            n //= 2
        self.layers = nn.Sequential(*layers, nn.ReflectionPad2d(3), nn.Conv2d(n, c_out, 7), nn.Tanh())
        if norm is not nn.Identity:  # else signals would die out, and PyTorch's own start is better
            initialise(self)

    def forward(self, x):
        """Images of shape (n, c_out, H, W)."""
        return self.layers(x)


class ImagePool(nn.Module):
    """`size` of the images made so far, so that D does not forget what G used to do (Shrivastava et al. 2017).

    Everything is tensors of fixed shapes: a run that is resumed finds its images again, and a GPU can record it.

    Args:
        shape: of an image.
        size: how many are kept; 0 keeps none.
    """

    def __init__(self, shape, size=POOL):
        super().__init__()
        self.size = size
        self.register_buffer("images", torch.zeros(size + 1, *shape))  # the last row takes what is not kept
        self.register_buffer("filled", torch.zeros((), dtype=torch.long))

    def query(self, x):
        """Images to show D in place of `x`, shape (n, …), n ≤ size.

        While the pool fills, x itself, which is kept. Then each image with probability ½ stays itself, and is not
        kept; or it changes places with one of the pool.

        Raises:
            ValueError: more images than the pool holds.
        """
        if not self.size:
            return x
        if len(x) > self.size:
            raise ValueError(f"{len(x)} images do not fit a pool of {self.size}: use a larger pool or a smaller batch.")
        place = self.filled + torch.arange(len(x), device=x.device)
        fills = place < self.size
        swaps = (torch.rand(len(x), device=x.device) < 0.5) & ~fills
        old = torch.rand(self.size, device=x.device).argsort()[: len(x)]  # no two change places with the same
        shown = torch.where(swaps[:, None, None, None], self.images[old].to(x.dtype), x)
        self.images[torch.where(fills, place, torch.where(swaps, old, self.size))] = x.detach().to(self.images.dtype)
        self.filled.copy_((self.filled + len(x)).clamp(max=self.size))
        return shown


class CycleGAN(Game):
    """Two generators that undo each other, and a discriminator for either side (ibid., eq. 3).

    L_G = Σ over both directions of  E[(D(G(x)) − 1)²] + λ ‖F(G(x)) − x‖₁ + λ_id ‖G(y) − y‖₁,
    L_D = ½ E[(D(y) − 1)²] + ½ E[D(G(x))²], the fake ones out of an `ImagePool`. A batch is (x_a, x_b), unpaired.

    Args:
        size: the images' side.
        c_a, c_b: channels of either side.
        width, blocks, halvings: of the generators.
        strided: of the discriminators.
        cycle, identity: λ and λ_id, in the paper 10 and 5 (for colours; else 0). An identity loss needs c_a = c_b.
        adversarial: weight of the games; 0 leaves the cycle alone.
        pool: images kept of either side.
        norm: of all networks. Instance norm takes away each channel's mean, and with it what a plain background tells
            of its colour: flat scenes need `nn.Identity`.
        generator: makes another one from the channels of its inputs and outputs.

    Raises:
        ValueError: an identity loss is asked for between images of different channels.
    """

    scratch = ("pools",)

    def __init__(
        self, size=32, c_a=3, c_b=3, width=32, blocks=3, halvings=1, strided=1, cycle=10.0, identity=5.0,
        adversarial=1.0, pool=POOL, norm=nn.InstanceNorm2d, generator=None,
    ):  # fmt: skip
        super().__init__()
        if identity and c_a != c_b:
            raise ValueError(f"G takes {c_a} channels and makes {c_b}: use identity=0.")
        generator = generator or partial(ResidualGenerator, width=width, blocks=blocks, halvings=halvings, norm=norm)
        self.generator = nn.ModuleList([generator(c_a, c_b), generator(c_b, c_a)])
        self.discriminator = nn.ModuleList([PatchDiscriminator(c, width, strided, norm) for c in (c_a, c_b)])
        self.pools = nn.ModuleList([ImagePool((c, size, size), pool) for c in (c_a, c_b)])
        self.cycle, self.identity, self.adversarial = cycle, identity, adversarial
        self.loss = losses.least_squares()

    def discriminator_loss(self, batch):
        """Of both discriminators."""
        x_a, x_b = batch
        to_b, to_a = self.generator
        with torch.no_grad():
            made_a, made_b = to_a(x_b), to_b(x_a)
        pairs = zip(self.discriminator, self.pools, (x_a, x_b), (made_a, made_b), strict=True)
        return sum(self.loss.discriminator(d(real), d(pool.query(made))) for d, pool, real, made in pairs)

    def generator_loss(self, batch):
        """Of both generators."""
        x_a, x_b = batch
        (to_b, to_a), (d_a, d_b) = self.generator, self.discriminator
        made_a, made_b = to_a(x_b), to_b(x_a)
        loss = 0.0
        if self.adversarial:  # twice: Mao's ½ is not in the authors' loss of G
            loss = 2 * self.adversarial * (self.loss.generator(d_a(made_a)) + self.loss.generator(d_b(made_b)))
        if self.cycle:
            loss = loss + self.cycle * (l1_loss(to_a(made_b), x_a) + l1_loss(to_b(made_a), x_b))
        if self.identity:
            loss = loss + self.identity * (l1_loss(to_a(x_a), x_a) + l1_loss(to_b(x_b), x_b))
        return loss

    @torch.no_grad()
    def logits(self, batch):
        """D_b of real and of made images b, for the record."""
        x_a, x_b = batch
        return self.discriminator[1](x_b), self.discriminator[1](self.translate(x_a))

    @torch.no_grad()
    def translate(self, x, back=False):
        """Images a as images b, or `back` from b to a, without a graph."""
        generator = self.generator[int(back)]
        with evaluating(generator):
            return generator(x)

    def shown(self, n, batch):
        """What a snapshot keeps, in turn: the translation of an image a, and what comes back of it.

        Translations alone, if the two sides differ in channels.
        """
        made = self.translate(batch[0][: n // 2])
        if batch[0].shape[1] != batch[1].shape[1]:
            return made
        return torch.stack([made, self.translate(made, back=True)], dim=1).flatten(0, 1)
