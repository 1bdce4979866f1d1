"""A deep autoencoder of grey faces against principal components: `python benchmarks/deep_autoencoder.py`, 10 minutes.

Layers of 625, 2000, 1000, 500 and 30 units, as Hinton & Salakhutdinov's (2006), and 30 components. They trained
layer by layer first; here weights are drawn after He et al. (2015), units are SiLU, and pixels have variance 1.
Writes notebooks/measured/deep_autoencoder.json, after every seed, with the pictures of some faces.
"""

import base64

import torch
from measured import columns, save
from sklearn.decomposition import PCA
from torch import nn

from gancourse.codes.autoencoder import Autoencoder, fit
from gancourse.data.worlds.faces import faces

COMMAND = "python benchmarks/deep_autoencoder.py"
SIZES = (625, 2000, 1000, 500, 30)
SEEDS = 3
PROTOCOL = (
    "Faces of 25×25, grey; 20,000 to train, 1,000 others to test; 2,000 steps of 100. Root mean square error in grey "
    "levels."
)


def grey_faces(n, seed):
    """Faces of 25×25 pixels, grey, in [0, 1], shape (n, 625)."""
    return faces(n, 25, generator=torch.Generator().manual_seed(seed)).image.float().mean(dim=1).flatten(1) / 255


def drawn(model):
    """The same model with weights that keep the variance from layer to layer."""
    for layer in model.modules():
        if isinstance(layer, nn.Linear):
            nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
            nn.init.zeros_(layer.bias)
    return model


def off(a, b):
    """Of grey levels, the root mean square difference."""
    return round(255 * float((a - b).square().mean().sqrt()), 3)


def deep_and_pca(seed, sizes=SIZES, n=20_000, steps=2000, batch=100, shown=8):
    """Errors on faces that neither has seen, and the bytes of some: rows of originals, deep, PCA."""
    torch.manual_seed(seed)
    x, x_test = grey_faces(n, seed), grey_faces(1000, 1000 + seed)
    mean = x.mean(dim=0)
    scale = (x - mean).std()
    model = drawn(Autoencoder(sizes, activation=nn.SiLU))
    fit(model, (x - mean) / scale, steps, batch, lr=5e-4)
    deep = model.reconstruct((x_test - mean) / scale) * scale + mean
    pca = PCA(sizes[-1], random_state=seed).fit(x)
    linear = torch.as_tensor(pca.inverse_transform(pca.transform(x_test)), dtype=torch.float32)
    rows = [(255 * part[:shown]).round().clamp(0, 255).byte() for part in (x_test, deep, linear)]
    errors = {"deep": off(deep, x_test), "PCA": off(linear, x_test), "mean face": off(mean.expand_as(x_test), x_test)}
    return errors | {"rows": [base64.b64encode(row.numpy().tobytes()).decode() for row in rows]}


def main(seeds=SEEDS, **sizes):
    torch.set_num_threads(1)
    runs = []
    for seed in range(seeds):
        runs.append(deep_and_pca(seed, **sizes))
        print({name: runs[-1][name] for name in ("deep", "PCA", "mean face")}, flush=True)
        data = columns(runs) | {"rows": runs[0]["rows"], "protocol": PROTOCOL}
        save("deep_autoencoder", COMMAND, data, ("torch", "scikit-learn"))


if __name__ == "__main__":
    main()
