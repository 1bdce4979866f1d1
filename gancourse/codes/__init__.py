"""What is x in fewer, or in simpler, numbers? Codes that are learned without labels, as lecture 02 teaches them.

- `sparse`: few atoms of a dictionary; `photographs`: patches to learn it from; `gabor`: what its atoms are tuned to;
- `predictor`: a network that guesses sparse codes;
- `autoencoder`: encoder and decoder, with squared or cross-entropy loss, denoising, stacked;
- `hashing`: binary codes and search by Hamming distance; `documents`: a set of texts to search.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "autoencoder": ["Autoencoder", "corrupt", "fit", "stack"],
        "gabor": ["fit_gabor"],
        "hashing": ["HashingAutoencoder", "hamming_search", "pack"],
        "photographs": ["photograph_patches"],
        "predictor": ["CodePredictor"],
        "sparse": ["fista", "ista", "learn_dictionary", "objective", "soft_threshold"],
    },
)
