"""Context encoder (Pathak et al. 2016): what stood in the hole of an image, told from what stands around it."""

from torch import nn
from torch.nn.functional import mse_loss

from gancourse.games.patch import PatchDiscriminator
from gancourse.games.pix2pix import Translation, UNet


def central(x):
    """The central square of images, half as wide and high, shape (n, C, H / 2, W / 2): where the hole is."""
    height, width = x.shape[2:]
    return x[..., height // 4 : height - height // 4, width // 4 : width - width // 4]


class Pasted(nn.Module):
    """Images with a hole to the same with the hole filled: around it the known pixels stay as they are."""

    def __init__(self, generator):
        super().__init__()
        self.generator = generator

    def forward(self, x):
        """Of the same shape."""
        made, whole = self.generator(x), x.clone()
        central(whole).copy_(central(made))
        return whole


class ContextEncoder(Translation):
    """L_G = λ · distance(b, G(a)) on the hole + λ_adv L_adv(D(G(a))). A batch is (x_hole, x): the same with a hole.

    D sees the whole image, filled, so that a seam gives G away; the paper's sees what fills the hole. By the distance
    alone G fills it with the mean of all that would fit.

    Args:
        channels: of the images.
        width, depth: of the `UNet`. The paper's network has no skip connections; here they carry the colours past
            the instance norms.
        strided: of the `PatchDiscriminator`.
        reconstruction, adversarial: λ and λ_adv, 0.999 and 0.001 in the paper; λ_adv = 0 leaves the distance alone.
        distance: of two tensors, the squared error in the paper; `torch.nn.functional.l1_loss` is the other.
        generator: another one, if given, of images of any size; what it says of known pixels is not used.
        loss: as of `Translation`.
    """

    def __init__(
        self, channels=3, width=32, depth=4, strided=1, reconstruction=1.0, adversarial=1e-2, distance=mse_loss,
        generator=None, loss=None,
    ):  # fmt: skip
        generator = generator or UNet(channels, channels, width, depth)
        super().__init__(Pasted(generator), PatchDiscriminator(channels, width, strided), loss)
        self.reconstruction, self.adversarial, self.distance = reconstruction, adversarial, distance

    def generator_loss(self, batch):
        """Both terms."""
        x_a, x_b = batch
        made = self.generator(x_a)
        loss = self.reconstruction * self.distance(central(made), central(x_b))
        return loss + self.adversarial * self.loss.generator(self.judged(x_a, made)) if self.adversarial else loss
