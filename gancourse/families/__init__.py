"""Which ways are there to model p(x)? Those that lecture 01 sets side by side; the GAN among them is in `games`.

- `density`: densities on paper, Bayes' rule, and a mixture of Gaussians for pictures;
- `autoregressive`: one number after the other; `vae`: a latent variable and a bound; `flow`: an invertible map;
  `diffusion`: noise, taken away step by step;
- `resampling`: rare examples shown more often.

Each family has a `loss`, so that `codes.autoencoder.fit` trains it, `sample(n)`, and `log_likelihood` or a bound on it;
those with a latent variable also have `decode(z)`.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "autoregressive": ["Autoregressive"],
        "density": ["PictureDensity", "class_density", "log_mixture", "log_normal", "posterior"],
        "diffusion": ["Diffusion"],
        "flow": ["Flow"],
        "resampling": ["rarity"],
        "vae": ["VAE"],
    },
)
