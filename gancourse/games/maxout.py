"""The first GAN's networks (Goodfellow et al. 2014, section 5): fully connected, with a maxout discriminator."""

from torch import nn

from gancourse.games.dcgan import DCGAN
from gancourse.games.gan import mlp


class Maxout(nn.Module):
    """The largest of `pieces` linear functions, for every output (Goodfellow et al. 2013)."""

    def __init__(self, n_in, n_out, pieces=5):
        super().__init__()
        self.linear, self.shape = nn.Linear(n_in, n_out * pieces), (n_out, pieces)

    def forward(self, x):
        """(n, n_in) to (n, n_out)."""
        return self.linear(x).unflatten(1, self.shape).amax(dim=2)


class MaxoutGAN(DCGAN):
    """G: z → ReLU layers → tanh; D: dropout, maxout layers, logit. The authors' MNIST sizes, 1200 and 240, by default.

    Args:
        size, channels: of the images.
        width: units of G's two hidden layers; D's have a fifth.
        latent: dimensions of z.
    """

    def __init__(self, size=28, channels=1, width=1200, latent=100, loss=None):
        shape, narrow = (channels, size, size), max(1, width // 5)
        numbers = channels * size * size
        generator = nn.Sequential(mlp(latent, width, width, numbers), nn.Tanh(), nn.Unflatten(1, shape))
        discriminator = nn.Sequential(
            nn.Flatten(),
            nn.Dropout(0.2),
            *(Maxout(numbers, narrow), nn.Dropout(0.5)),
            *(Maxout(narrow, narrow), nn.Dropout(0.5)),
            nn.Linear(narrow, 1),
        )
        super().__init__(latent=latent, generator=generator, discriminator=discriminator, loss=loss)
