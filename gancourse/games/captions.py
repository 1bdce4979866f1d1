"""Text to image: StackGAN's first stage (Zhang et al. 2017), with a discriminator that reads (Reed et al. 2016)."""

import torch
from torch import nn
from torch.nn.functional import softplus

from gancourse import device
from gancourse.data.worlds.captions import spoken
from gancourse.games import losses
from gancourse.games.attributes import AttributeDiscriminator
from gancourse.games.game import evaluating
from gancourse.games.gan import GAN
from gancourse.games.residual import LATENT, Generator

CODE = 64  # dimensions of a caption's code


def matching_aware_loss(real, mismatched, fake):
    """−E[log σ(D(x, c))] − ½ E[log(1 − σ(D(x, ĉ)))] − ½ E[log(1 − σ(D(G(z, c), c)))] (Reed et al. 2016, algorithm 1).

    With the second term D has to read: a real image with another's caption is wrong, too.

    Args:
        real, mismatched, fake: logits of real images with their captions, of real images with others' captions ĉ, and
            of made images with the captions they were made for, of any one shape.
    """
    return softplus(-real).mean() + (softplus(mismatched).mean() + softplus(fake).mean()) / 2


def code_divergence(mean, log_variance):
    """KL(N(μ, σ²) ‖ N(0, I)) in nats per dimension, a mean over examples (StackGAN, eq. 2).

    Args:
        mean, log_variance: μ and log σ², shape (n, code).
    """
    return ((mean**2 + log_variance.exp() - log_variance - 1) / 2).mean()


class CaptionEncoder(nn.Module):
    """Conditioning augmentation: a bag of words becomes μ and log σ² of a code ĉ ∼ N(μ, σ²) (StackGAN, section 3.2).

    What is drawn around μ also stands for captions that are nearly this one, of which there are few examples each.

    Args:
        words: how many there are.
        code: dimensions of ĉ.
        width: of the hidden layer.
    """

    def __init__(self, words, code=CODE, width=128):
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(words, width), nn.LeakyReLU(0.2), nn.Linear(width, 2 * code))

    def forward(self, bag):
        """μ and log σ², each of shape (n, code)."""
        return self.layers(bag).chunk(2, dim=1)


class CaptionGenerator(nn.Module):
    """(z, c) to images: the caption c, a bag of words, becomes a code ĉ, and z and ĉ an image.

    Args:
        words: how many there are.
        size, channels, width, latent, blocks: as of `residual.Generator`.
        code: dimensions of ĉ.
    """

    def __init__(self, words, size=32, channels=3, width=32, latent=LATENT, blocks=1, code=CODE):
        super().__init__()
        self.encoder = CaptionEncoder(words, code)
        self.images = Generator(size, channels, width, latent + code, blocks)

    def forward(self, z, bag, noise=None, with_code=False):
        """Images; ĉ = μ + σ · `noise`, or μ without. `with_code` they come with μ and log σ²."""
        mean, log_variance = self.encoder(bag)
        code = mean if noise is None else mean + (log_variance / 2).exp() * noise
        x = self.images(torch.cat([z, code], dim=1))
        return (x, mean, log_variance) if with_code else x


class CaptionGAN(GAN):
    """G(z, c) and D(x, c), where c is a caption as a bag of words; D pays `matching_aware_loss` and both penalties.

    A batch is (x, c), c of shape (n, words), 1 where a word is said and −1 elsewhere. StackGAN's encoder was trained
    before on much text; here either player learns its own, G's with conditioning augmentation, D's a projection.

    Args:
        attributes: how many words there are.
        size, channels, width, latent, blocks, gamma, share: as of `RelativisticGAN`.
        code: dimensions of a caption's code.
        divergence: λ of `code_divergence`.
        spoken: draws bags for samples without a caption, `spoken(n)` of shape (n, words).
    """

    def __init__(
        self,
        attributes,
        size=32,
        channels=3,
        width=32,
        latent=LATENT,
        blocks=1,
        gamma=2.0,
        share=0.25,
        code=CODE,
        divergence=0.1,
        spoken=spoken,
    ):
        super().__init__(
            CaptionGenerator(attributes, size, channels, width, latent, blocks, code),
            AttributeDiscriminator(attributes, size, channels, width, blocks),
            latent,
        )
        self.code, self.gamma, self.share, self.divergence, self.spoken = code, gamma, share, divergence, spoken

    def draw_noise(self, n):
        """What a caption's code is drawn with, shape (n, code): of several processes, each gets its own."""
        some = next(self.generator.parameters())
        return device.mine(torch.randn(n * device.processes(), self.code, device=some.device, dtype=some.dtype))

    def fake(self, n, bag=None, **how):
        """n images of captions, shape (n, words), or of any that people say; with their graph."""
        bag = self.spoken(n).to(next(self.parameters())) if bag is None else bag
        return self.generator(self.draw_latent(n), bag, self.draw_noise(n), **how)

    def discriminator_loss(self, batch):
        """Right image and right words against either of them wrong, and the penalties on the first of each."""
        x, bag = batch
        x_fake = self.fake(len(x), bag).detach()
        d, some = self.discriminator, max(1, round(self.share * len(x)))
        loss = matching_aware_loss(d(x, bag), d(x, bag.roll(1, 0)), d(x_fake, bag))
        steepness = sum(losses.zero_centred_penalty(lambda v: d(v, bag[:some]), y[:some]) for y in (x, x_fake))
        return loss + self.gamma * steepness

    def generator_loss(self, batch):
        """To be taken for real with these words, and codes near N(0, I)."""
        x, bag = batch
        x_fake, mean, log_variance = self.fake(len(x), bag, with_code=True)
        verdict = self.discriminator(x_fake, bag)
        return self.loss.generator(verdict) + self.divergence * code_divergence(mean, log_variance)

    @torch.no_grad()
    def logits(self, batch):
        """D of real and of made images with their captions, for the record."""
        x, bag = batch
        return self.discriminator(x, bag), self.discriminator(self.fake(len(x), bag), bag)

    @torch.no_grad()
    def sample(self, n, bag=None):
        """n images of captions, or of any that people say, without a graph."""
        with evaluating(self.generator):
            return self.fake(n, bag)

    @torch.no_grad()
    def generate(self, z, bag):
        """Images of latent samples z and captions, by the codes' means, without a graph."""
        with evaluating(self.generator):
            return self.generator(z, bag)
