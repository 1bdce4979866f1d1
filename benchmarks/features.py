"""Train and measure the networks that `load_features` loads: `python benchmarks/features.py [NAME …]`.

Each learns a procedural world from 40,000 pictures, faces from 120,000, and is measured on 10,000 others, after it was
written in half precision and read again; also on the same pictures blurred and noisy, and on faces of 32 pixels a side.
Writes gancourse/metrics/weights/.
"""

import sys
from importlib.metadata import version

import torch
from measured import machine, sign

from gancourse.data.worlds.faces import FACTORS, faces
from gancourse.data.worlds.glyphs import glyphs
from gancourse.data.worlds.shapes import shapes
from gancourse.metrics.features import (
    WEIGHTS,
    Classifier,
    disturbed,
    load_features,
    save_features,
    train_classifier,
)

TRAIN, HELD_OUT = 40_000, 10_000
STEPS = 1500
MORE = {"faces": 3}  # of both, as there are 25 factors
NETWORK = {"faces": {"size": 64, "width": 14, "features": 256}}  # others than `Classifier` has by itself


def digits(n, seed):
    g = glyphs(n, generator=torch.Generator().manual_seed(seed))
    return g.image, {"label": g.label, "angle": g.angle, "thickness": g.thickness}


def scenes(n, seed):
    s = shapes(n, 32, generator=torch.Generator().manual_seed(seed))  # larger ones are shrunk to this
    names = ("shape", "colour", "striped")
    return s.image, {name: getattr(s, name)[:, 0].long() for name in names} | {"background": s.background}


def portraits(n, seed, size=64):
    f = faces(n, size, generator=torch.Generator().manual_seed(seed))
    values = {name: getattr(f, name) for name in FACTORS}
    return f.image, {name: y.long() if y.dtype == torch.bool else y for name, y in values.items()}


def portraits_of_both_sizes(n, seed):
    """Half of them drawn at 32 pixels a side, and enlarged as a network of 64 does it."""
    small, labels = portraits(n // 2, seed, 32)
    fitted = Classifier({}, 3, 64).fitted
    x = torch.cat([((fitted(part) + 1) * 127.5).round().to(torch.uint8) for part in small.split(1000)])
    large, others = portraits(n - n // 2, seed + 2)  # seed + 1 is that of the held-out ones
    return torch.cat([x, large]), {name: torch.cat([y, others[name]]) for name, y in labels.items()}


WORLDS = {"glyphs": digits, "shapes": scenes, "faces": portraits}
LEARNT = WORLDS | {"faces": portraits_of_both_sizes}


def scores(network, x, labels):
    """Accuracy of each head of classes, R² of each number's."""
    found, said = {}, network.predict(x)
    for name, y in labels.items():
        if name in network.numbers:
            error = said[name] - y
            squared = float(error.square().mean())
            found[name] = {"r2": round(1 - squared / float(y.var()), 4), "rms_error": round(squared**0.5, 4)}
        else:
            found[name] = {"accuracy": round(float((said[name] == y).float().mean()), 4)}
    return found


def main():
    for name in sys.argv[1:] or WORLDS:
        torch.manual_seed(0)
        images, steps = TRAIN * MORE.get(name, 1), STEPS * MORE.get(name, 1)
        x, labels = LEARNT[name](images, seed=0)
        network = train_classifier(x, labels, steps, **NETWORK.get(name, {}))
        save_features(network, name, {})
        network = load_features(name)
        x, labels = WORLDS[name](HELD_OUT, seed=1)
        rough = torch.cat([disturbed(network.fitted(part)) for part in x.split(1000)])
        held_out = {"clean": scores(network, x, labels), "disturbed": scores(network, rough, labels)}
        if name == "faces":
            held_out["clean, 32 px"] = scores(network, *portraits(HELD_OUT, 2, size=32))
        about = {
            "command": f"python benchmarks/features.py {name}",
            "machine": machine(),
            "threads": torch.get_num_threads(),
            "versions": {p: version(p) for p in ("torch", "matplotlib")},
            "training": {"images": images, "steps": steps},
            "held_out": {"images": HELD_OUT} | held_out,
        }
        save_features(network, name, about)
        sign(WEIGHTS / f"features-{name}.json")
        print(name, about["training"], about["held_out"])


if __name__ == "__main__":
    main()
