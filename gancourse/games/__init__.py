"""What is played? One file per system: its networks and its two losses, and only what is new.

- `game`: what every system is; `gan`: the plain one, on which most of the others build; `losses`: pairs of functions of
  logits;
- `structure`: how any of them is wired, found by playing it;
- in the plane: `minibatch`, `pacgan`, `unrolled`, `veegan`, `ali`, `wgan`, `began`; on letters: `words`;
- of videos and solids: `video`, `voxels`; of images from words: `captions`;
- with a trained one: `latent` for paths and arithmetic, `editing` for inversion and directions, `ascent` to a class;
- of images: `dcgan`, `maxout`, `conditional`, `acgan`, `infogan`, `bigan`, `semisupervised`, `growing`, `biggan`,
  `stylegan`;
- from image to image: `patch`, `pix2pix`, `cyclegan`, `spade`, `srgan`, `inpainting`.

It hands on `Game` and `GAN`.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "game": ["Game"],
        "gan": ["GAN"],
    },
)
