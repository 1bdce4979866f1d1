"""What lecture 09 shows but would wait for: `python benchmarks/evaluating.py [grid networks]`, 5 minutes on one core.

- grid: every metric on real digits with ever more noise and ever fewer classes, against clean ones of all classes.
- networks: small classifiers trained anew, some for the class alone and some for angle and thickness too, three seeds
  each; what either sees when one factor of the world is changed, and what the same samples score under all of them
  and under other protocols.

Writes notebooks/measured/evaluating.json; a part that is not named stays as it was.
"""

import io
import sys

import numpy as np
import torch
from measured import load, save, today

from gancourse.data.images import load as load_images
from gancourse.data.worlds.glyphs import FONTS, glyphs
from gancourse.metrics.distances import frechet_distance, inception_score, kernel_distance
from gancourse.metrics.features import load_features, train_classifier
from gancourse.metrics.neighbours import density_coverage, precision_recall

NOISE = (0, 20, 40, 60, 80, 100, 120)  # standard deviations, in grey levels
GRID_IMAGES, IMAGES = 1000, 2000
SEEDS, STEPS, TRAIN = 3, 500, 20_000
BANDWIDTH = 25  # of the copies with noise, as in the lecture


def seeded(seed):
    return torch.Generator().manual_seed(seed)


def noisy(x, std, seed=0):
    """Bytes with Gaussian noise, of `std` grey levels."""
    return (x + std * torch.randn(x.shape, generator=seeded(seed))).clamp(0, 255).round().to(torch.uint8)


def measure_grid():
    """By metric, a table with a row per noise level and a column per number of classes, 1 to 10."""
    network, factors = load_features("glyphs"), {"n": GRID_IMAGES}
    real = network.features(glyphs(**factors, generator=seeded(10)).image)
    table = {}
    for std in NOISE:
        for classes in range(1, 11):
            label = torch.arange(GRID_IMAGES) % classes
            x = noisy(glyphs(**factors, label=label, generator=seeded(11)).image, std)
            fake = network.features(x)
            found = {
                "Inception score": inception_score(network.probabilities(x)).mean,
                "Fréchet": frechet_distance(real, fake),
                "kernel": kernel_distance(real, fake).mean,
                **precision_recall(real, fake)._asdict(),
                **density_coverage(real, fake)._asdict(),
            }
            for name, value in found.items():
                table.setdefault(name, {}).setdefault(std, []).append(round(value, 4))
        print(f"noise {std}: Fréchet {table['Fréchet'][std]}")
    scores = {name: list(by_noise.values()) for name, by_noise in table.items()}
    return {"images": GRID_IMAGES, "noise": NOISE, "classes": list(range(1, 11)), "scores": scores}


def changed_worlds():
    """By name, the same digits with one thing about them changed."""
    world = glyphs(IMAGES, generator=seeded(11))
    return {
        "half of the classes": world.changed(label=world.label % 5).image,
        "half of the fonts": world.changed(font=world.font % (len(FONTS) // 2)).image,
        "all upright": world.changed(angle=0.0).image,
        "all equally thick": world.changed(thickness=0.35).image,
        "never slanted": world.changed(slant=0.0).image,
        "all in the centre": world.changed(shift=torch.zeros(2)).image,
        "noise of 10 grey levels": noisy(world.image, 10),
        "nothing": world.image,
    }


def networks():
    """By what they were trained for, one network per seed."""
    g = glyphs(TRAIN, generator=seeded(0))
    tasks = {
        "class": {"label": g.label},
        "class, angle, thickness": {"label": g.label, "angle": g.angle, "thickness": g.thickness},
    }
    trained = {}
    for name, labels in tasks.items():
        for seed in range(SEEDS):
            torch.manual_seed(seed)
            trained.setdefault(name, []).append(train_classifier(g.image, labels, STEPS, progress=False))
            print(f"trained for {name}, seed {seed}")
    return trained


def main_components(x, k=64):
    """Pixels as features: a function that gives the k main components of these images."""
    flat = x.flatten(1).double()
    mean = flat.mean(dim=0)
    axes = torch.linalg.svd(flat - mean, full_matrices=False)[2][:k]
    return lambda images: (images.flatten(1).double() - mean) @ axes.T


def blind_spots(trained, real):
    """By kind of features, the distance of each changed world, as a share of that without half of the classes."""
    kinds = {"pixels": [main_components(real)]}
    kinds |= {f"trained for {name}": [network.features for network in some] for name, some in trained.items()}
    worlds, table = changed_worlds(), {}
    for kind, functions in kinds.items():
        for function in functions:
            reference = function(real)
            distance = {name: frechet_distance(reference, function(x)) for name, x in worlds.items()}
            for name, value in distance.items():
                share = value / distance["half of the classes"]
                table.setdefault(kind, {}).setdefault(name, []).append(round(share, 4))
    return table


def protocols(trained):
    """One model, copies of training images with noise, scored in several ways: rows of words and a distance."""
    train, other = load_images("glyphs"), load_images("glyphs", split="test", n=10_000)
    torch.manual_seed(0)
    fake = noisy(train.x[torch.randint(len(train), (10_000,))], BANDWIDTH)
    shipped = load_features("glyphs").features

    def score(n=IMAGES, real=train.x, features=shipped, prepared=lambda x: x):
        return round(frechet_distance(features(prepared(real[:n])), features(prepared(fake[:n]))), 3)

    return {
        "2,000 images, against training images": score(),
        "10,000 images": score(10_000),
        "500 images": score(500),
        "against test images": score(real=other.x),
        "both reduced to 14 pixels": score(prepared=lambda x: torch.nn.functional.avg_pool2d(x.float(), 2) / 127.5 - 1),
        "samples saved as JPEG, quality 75": round(
            frechet_distance(shipped(train.x[:IMAGES]), shipped(as_jpeg(fake[:IMAGES]))), 3
        ),
        "networks of the same kind, trained anew": [score(features=n.features) for n in trained["class"]],
    }


def as_jpeg(x, quality=75):
    """Grey images as they come back from JPEG files."""
    from PIL import Image

    back = []
    for image in x[:, 0].numpy():
        buffer = io.BytesIO()
        Image.fromarray(image).save(buffer, "jpeg", quality=quality)
        back.append(torch.from_numpy(np.array(Image.open(buffer))))
    return torch.stack(back)[:, None]


def measure_networks():
    trained = networks()
    real = glyphs(IMAGES, generator=seeded(10)).image
    about = {"images": IMAGES, "seeds": SEEDS, "steps": STEPS, "trained_on": TRAIN}
    return about | {"blind_spots": blind_spots(trained, real), "protocols": protocols(trained)}


PARTS = {"grid": measure_grid, "networks": measure_networks}


def main():
    torch.set_num_threads(1)
    parts, asked, command = (
        load("evaluating").get("parts", {}),
        sys.argv[1:] or PARTS,
        "python benchmarks/evaluating.py",
    )
    for name in asked:
        parts[name] = PARTS[name]()
    packages, anew = ("torch", "numpy", "matplotlib"), dict.fromkeys(asked, today(command))
    save("evaluating", command, {"parts": parts}, packages, list(parts), anew)


if __name__ == "__main__":
    main()
