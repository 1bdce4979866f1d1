"""A game has two players. Everything that is trained in this course is a `Game`.

A system is a file in `gancourse/games/`: its networks and its two losses, and only what is new.
`gancourse.training.loop.train` plays any of them.
"""

from contextlib import contextmanager

from torch import nn


@contextmanager
def evaluating(module):
    """Within it `module` is in evaluation mode, after it in that of before."""
    before = module.training
    module.eval()
    try:
        yield
    finally:
        module.train(before)


class Game(nn.Module):
    """Two players and what each of them minimises.

    The discriminator (or critic) is the submodule `discriminator`; whatever else has parameters plays for the
    generator: an encoder that must fool the discriminator too is on its side. A *batch* is whatever the losses
    take, a tensor of samples or a tuple with conditions; the training loop does not look inside.

    Attributes:
        scratch: names of submodules that only training needs: they are not part of a trained model on disk.
    """

    scratch = ()

    def discriminator_loss(self, batch):
        """What the discriminator minimises, a scalar."""
        raise NotImplementedError

    def generator_loss(self, batch):
        """What the generator minimises, a scalar."""
        raise NotImplementedError

    def logits(self, batch):
        """What the discriminator says of real and of generated samples, two tensors: for the record."""
        raise NotImplementedError

    def sample(self, n):
        """`n` generated samples, without a graph."""
        raise NotImplementedError

    def shown(self, n, batch):
        """What a snapshot keeps, at most n images or points; a translation shows what it makes of `batch`."""
        return self.sample(n)

    def players(self):
        """The parameters of either player: (discriminator's, generator's), two lists."""
        discriminator = list(self.discriminator.parameters())
        its_own = set(map(id, discriminator))
        return discriminator, [p for p in self.parameters() if id(p) not in its_own]
