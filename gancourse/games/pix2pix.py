"""pix2pix (Isola et al. 2017): from an image to the image that belongs to it, learned from pairs."""

import torch
from torch import nn
from torch.nn.functional import l1_loss

from gancourse.games import losses
from gancourse.games.dcgan import initialise
from gancourse.games.game import Game, evaluating
from gancourse.games.patch import PatchDiscriminator


class UNet(nn.Module):
    """Down to a small image and up again, where every step up also sees what the step down saw (ibid., 3.2.1).

    The bottleneck alone would have to carry every edge; the skip connections carry them past it.

    Args:
        c_in, c_out: channels of the input and of the output, which is in [−1, 1].
        width: channels of the first layer; they double with every layer, up to 8 times.
        depth: how often the size is halved; the image's side must be a multiple of 2^depth, and not 2^depth itself:
            instance norm makes zero of a single pixel.
        skip: whether there are skip connections; without them it is an encoder and a decoder.
        norm: what follows every layer but the first and the last.
    """

    def __init__(self, c_in, c_out, width=32, depth=3, skip=True, norm=nn.InstanceNorm2d):
        super().__init__()
        self.skip, self.depth = skip, depth
        widths = [width * min(2**i, 8) for i in range(depth)]
        self.down, self.up = nn.ModuleList(), nn.ModuleList()
        for i, n in enumerate(widths):
            first = [nn.Conv2d(c_in, n, 4, 2, 1)]
            later = [nn.LeakyReLU(0.2), nn.Conv2d(widths[i - 1], n, 4, 2, 1), norm(n)]
            self.down.append(nn.Sequential(*(later if i else first)))
        for i in reversed(range(depth)):
            n = widths[i] * (2 if skip and i < depth - 1 else 1)  # what comes from below, and what was kept
            last = [nn.ReLU(), nn.ConvTranspose2d(n, c_out, 4, 2, 1), nn.Tanh()]
            before = [nn.ReLU(), nn.ConvTranspose2d(n, widths[i - 1], 4, 2, 1), norm(widths[i - 1])]
            self.up.append(nn.Sequential(*(before if i else last)))
        if norm is not nn.Identity:  # else signals would die out, and PyTorch's own start is better
            initialise(self)

    def forward(self, x):
        """Images of shape (n, c_out, H, W).

        Raises:
            ValueError: the sides cannot be halved so often.
        """
        if any(side % 2**self.depth or side == 2**self.depth for side in x.shape[2:]):
            raise ValueError(
                f"Images of {x.shape[2]}×{x.shape[3]} cannot be halved {self.depth} times: use sides that are "
                f"multiples of {2**self.depth}, and larger, or a smaller depth."
            )
        kept = []
        for down in self.down:
            x = down(x)
            kept.append(x)
        for i, up in enumerate(self.up):
            x = up(torch.cat([x, kept[-1 - i]], dim=1) if self.skip and i else x)
        return x


class Translation(Game):
    """What every game on pairs of images shares. A batch is (x_a, x_b); G makes a b from an a.

    Args:
        generator: images a to images b.
        discriminator: images to logits.
        loss: an `AdversarialLoss`; the non-saturating one if not given.
    """

    def __init__(self, generator, discriminator, loss=None):
        super().__init__()
        self.generator, self.discriminator = generator, discriminator
        self.loss = loss or losses.non_saturating()

    def judged(self, x_a, x_b):
        """What D says of an output, shape (n, …)."""
        return self.discriminator(x_b)

    def discriminator_loss(self, batch):
        """On real outputs and made ones."""
        x_a, x_b = batch
        return self.loss.discriminator(self.judged(x_a, x_b), self.judged(x_a, self.generator(x_a).detach()))

    @torch.no_grad()
    def logits(self, batch):
        """D of real and of made outputs, for the record."""
        x_a, x_b = batch
        return self.judged(x_a, x_b), self.judged(x_a, self.generator(x_a))

    @torch.no_grad()
    def translate(self, x_a):
        """The outputs for given inputs, without a graph."""
        with evaluating(self.generator):
            return self.generator(x_a)

    def shown(self, n, batch):
        """What a snapshot keeps: the translations of the same inputs every time."""
        return self.translate(batch[0][:n])


class Pix2Pix(Translation):
    """L_G = L_adv(D(a, G(a))) + λ ‖b − G(a)‖₁ (ibid., eq. 4): D sees input and output together.

    Without the paper's dropout: it was its only noise, and changed the output little (ibid., section 3.1).

    Args:
        c_in, c_out: channels of inputs and outputs.
        width, depth: of the U-Net.
        strided: of the `PatchDiscriminator`.
        l1: λ, 100 in the paper; 0 leaves the GAN alone.
        adversarial: weight of the game; 0 leaves L1 alone.
        generator: another one, if given.
    """

    def __init__(self, c_in=3, c_out=3, width=32, depth=3, strided=1, l1=100.0, adversarial=1.0, generator=None):
        super().__init__(generator or UNet(c_in, c_out, width, depth), PatchDiscriminator(c_in + c_out, width, strided))
        self.l1, self.adversarial = l1, adversarial

    def judged(self, x_a, x_b):
        """What D says of an output with its input."""
        return self.discriminator(torch.cat([x_a, x_b], dim=1))

    def generator_loss(self, batch):
        """Both terms."""
        x_a, x_b = batch
        made = self.generator(x_a)
        loss = self.l1 * l1_loss(made, x_b)
        return loss + self.adversarial * self.loss.generator(self.judged(x_a, made)) if self.adversarial else loss
