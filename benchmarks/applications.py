"""What GANs are for, in numbers: `python benchmarks/applications.py [PART …]`, 12 minutes on one core, for lecture 15.

- captions: of the words of a caption, how many a classifier finds in the picture; shuffled captions, real pictures.
- ascent: a class by ascent in pixels and in codes, with and without a prior, judged by who guided and by who did not.
- inversion: how near a face comes back from its code, and which of its factors do.
- directions: what an edit changes that it should, and what else, by directions from labels, from none, and at random.
- clip: one face in eight frames, inverted and edited frame by frame.
- provenance: a detector of made pictures, trained on some generators and shown another one.
- voxels: the nearest real piece of furniture, of made and of held-out ones.
- video: does the background stand still, does the ball fly as one does.

Seeds are of what is drawn, of the models that come with the course; a detector is trained anew for each. Writes
notebooks/measured/applications.json, part by part.
"""

from dataclasses import dataclass

import click
import measured
import torch
from torch.nn.functional import normalize

from gancourse.data.images import load, to_float
from gancourse.data.worlds.captions import TOPICS, VOCABULARY, bag, captions_seen
from gancourse.data.worlds.clips import clips
from gancourse.data.worlds.face_palette import HAIRSTYLES
from gancourse.data.worlds.faces import faces
from gancourse.data.worlds.furniture import furniture
from gancourse.games.ascent import code_ascent, log_share, pixel_ascent
from gancourse.games.editing import attribute_direction, directions_without_labels, fitted_encoder, invert
from gancourse.metrics.edits import drift, factor_changes
from gancourse.metrics.features import load_features, train_classifier
from gancourse.metrics.fidelity import psnr
from gancourse.metrics.motion import centres, flicker, flight
from gancourse.metrics.solids import nearest_iou, pieces
from gancourse.training.checkpoints import load as load_model

COMMAND = "python benchmarks/applications.py"
FACES, CAPTIONED = "modern-faces-64", "captions-faces"
MAKERS = ("modern-faces-64", "attributes-faces", "dcgan-faces")  # of faces of 64 pixels
WANTED = {"smile": None, "age": None, "glasses": None, "lipstick": None, "hairstyle": "bangs"}
STEP = 3.0  # along a direction, in standard deviations of z
WANTED_CLASS = "mohawk"


@dataclass(frozen=True)
class Effort:
    """How much is drawn and trained: of all that is measured, and of a trial."""

    seeds: int = 3
    images: int = 200
    codes: int = 2000
    ascents: int = 24
    climbs: int = 80
    inverted: int = 8
    descents: int = 150
    trained: int = 1200
    steps: int = 120


TRIAL = Effort(1, 12, 600, 3, 2, 2, 2, 40, 3)


def seeded(seed):
    """A generator for worlds; whatever else is drawn is seeded, too."""
    torch.manual_seed(seed)
    return torch.Generator().manual_seed(1000 + seed)


def listed(rows):
    """Dictionaries of numbers, one for each seed, as one of lists, rounded."""
    return {name: [round(float(row[name]), 4) for row in rows] for name in rows[0]}


def game_of(name):
    return load_model(name).game.requires_grad_(False)


# --- text to image ----------------------------------------------------------------------------------------------


def words_found(said, seen):
    """By topic, and of all words: the share of those said that are seen."""
    said, seen = said > 0, seen > 0
    found = {"all": float(seen[said].float().mean())}
    for topic, words in TOPICS.items():
        of = [VOCABULARY.index(word) for word in words]
        found[topic] = float(seen[:, of][said[:, of]].float().mean())
    return found


def captions(effort):
    """Shares of words found: of made pictures with their captions, with another's, of real ones at the same size."""
    judge, game = load_features("faces"), game_of(CAPTIONED)
    rows = {"made": [], "shuffled captions": [], "real": []}
    for seed in range(effort.seeds):
        some = faces(effort.images, 32, generator=seeded(seed))
        said = bag(some.captions())
        seen = bag(captions_seen(judge, game.sample(len(said), said).clamp(-1, 1)))
        rows["made"].append(words_found(said, seen))
        rows["shuffled captions"].append(words_found(said.roll(1, 0), seen))
        rows["real"].append(words_found(said, bag(captions_seen(judge, to_float(some.image)))))
    return {name: listed(found) for name, found in rows.items()}


# --- a class by ascent ------------------------------------------------------------------------------------------


def second_judge(effort):
    """Another network that knows hairstyles, trained on other faces: nobody climbs by what it says."""
    some = faces(max(200, 4 * effort.trained), 64, generator=seeded(77))
    return train_classifier(some.image, {"hairstyle": some.hairstyle}, 3 * effort.steps, progress=False)


def spread(features):
    """The mean distance between two of these."""
    n = len(features)
    return float(torch.cdist(features, features).sum() / (n * (n - 1)))


def ascent(effort):
    """By method: what guide and second judge say of the class, how far pictures are apart, beside real ones."""
    guide, judge, game = load_features("faces"), second_judge(effort), game_of(FACES)
    label = list(HAIRSTYLES).index(WANTED_CLASS)
    says = log_share(guide, "hairstyle", label)
    rows = {}
    for seed in range(effort.seeds):
        real = to_float(faces(effort.ascents, 64, hairstyle=label, generator=seeded(seed)).image)
        z = torch.randn(effort.ascents, game.latent)
        start = game.generate(z).clamp(-1, 1)
        plain = code_ascent(game.generator, says, z, effort.climbs, prior=0.0, noise=0.0, weight=10.0)
        langevin = code_ascent(game.generator, says, z, effort.climbs)
        made = {
            "before": start,
            "pixels": pixel_ascent(says, start, min(20, effort.climbs), 0.01),
            "code, no prior": game.generate(plain).clamp(-1, 1),
            "code, prior and noise": game.generate(langevin).clamp(-1, 1),
            "real": real,
        }
        apart = spread(guide.features(real))
        for name, x in made.items():
            found = {
                "guide": guide.probabilities(x, "hairstyle")[:, label].mean(),
                "second judge": judge.probabilities(x)[:, label].mean(),
                "spread": spread(guide.features(x)) / apart,
            }
            rows.setdefault(name, []).append(found)
        for name, codes in {"code, no prior": plain, "code, prior and noise": langevin}.items():
            rows[name][-1]["length of z"] = codes.norm(dim=1).mean()
    return {"class": WANTED_CLASS, "methods": {name: listed(found) for name, found in rows.items()}}


# --- inversion and editing --------------------------------------------------------------------------------------


def encoder_of(game, judge, effort):
    return fitted_encoder(game.generate, judge.features, torch.randn(effort.codes, game.latent))


def inversion(effort):
    """PSNR and what becomes of factors, by way, of real faces and of made ones, whose code exists."""
    judge, game, rows = load_features("faces"), game_of(FACES), {}
    for seed in range(effort.seeds):
        generator = seeded(seed)
        encode = encoder_of(game, judge, effort)
        given = {
            "real": to_float(faces(effort.inverted, 64, generator=generator).image),
            "made": game.generate(torch.randn(effort.inverted, game.latent)).clamp(-1, 1),
        }
        for whose, x in given.items():
            begun, zero = encode(x), torch.zeros(len(x), game.latent)
            codes = {
                "encoder": begun,
                "optimisation": invert(game.generator, x, zero, effort.descents),
                "both": invert(game.generator, x, begun, effort.descents),
            }
            for way, z in codes.items():
                back = game.generate(z).clamp(-1, 1)
                changes = factor_changes(judge, x, back)
                row = {"psnr": psnr(back, x).mean(), "length of z": z.norm(dim=1).mean()} | changes
                rows.setdefault(f"{whose}, {way}", []).append(row)
            if whose == "real":
                flat = x.mean(dim=0, keepdim=True).expand_as(x)
                rows.setdefault("real, mean face", []).append({"psnr": psnr(flat, x).mean()})
    return {name: listed(found) for name, found in rows.items()}


def measured_factors(judge, x):
    """What a classifier says of images as numbers that rise with what is wanted: columns by factor."""
    said = judge.predict(x)
    bangs = list(HAIRSTYLES).index(WANTED["hairstyle"])
    columns = {name: said[name].float() for name in ("smile", "age")}
    return (
        columns
        | {name: (said[name] > 0).float() for name in ("glasses", "lipstick")}
        | {"hairstyle": (said["hairstyle"] == bangs).float()}
    )


def moved(direction, game, judge, name, z, before, unit):
    """What a step does to the wanted factor, in standard deviations of it, and to all others, `drift`."""
    after = game.generate(z + STEP * direction).clamp(-1, 1)
    rise = measured_factors(judge, after)[name] - measured_factors(judge, before)[name]
    return float(rise.mean() / unit), drift(factor_changes(judge, before, after), (name,))


def directions(effort):
    """By wanted factor and kind of direction: the rise of what is wanted, and the mean change of all other factors."""
    judge, game, rows = load_features("faces"), game_of(FACES), {}
    for seed in range(effort.seeds):
        seeded(seed)
        z = torch.randn(effort.codes, game.latent)
        x = torch.cat([game.generate(part).clamp(-1, 1) for part in z.split(500)])
        known = measured_factors(judge, x)
        unlabelled = directions_without_labels(game.generator.layers[0].weight, 10)
        for name in WANTED:
            tried = (game, judge, name, z[: effort.images // 2], x[: effort.images // 2], known[name].std())
            others = torch.stack([value for other, value in known.items() if other != name], dim=1)
            kinds = {
                "labels": attribute_direction(z, known[name]),
                "labels, others held": attribute_direction(z, known[name], others),
                "random": normalize(torch.randn(game.latent), dim=0),
            }
            found = {kind: moved(d, *tried) for kind, d in kinds.items()}
            found["best of ten without labels"] = max(moved(s * d, *tried) for d in unlabelled for s in (1, -1))
            for kind, (rise, drifted) in found.items():
                rows.setdefault(name, {}).setdefault(kind, []).append({"rise": rise, "drift": drifted})
    return {"step": STEP, "factors": {n: {k: listed(v) for k, v in kinds.items()} for n, kinds in rows.items()}}


STEADY = ("skin", "hairstyle", "hair_colour", "glasses", "beard", "background", "clothes")  # which a clip keeps


def one_person(judge, x):
    """The share of frames that show a steady factor as most frames do, a mean over the factors."""
    said = judge.predict(x)
    return sum(float((said[name] == said[name].mode().values).float().mean()) for name in STEADY) / len(STEADY)


def clip(effort):
    """How steady one person is over eight frames: as filmed, inverted frame by frame, each edited; and the edit."""
    judge, game, rows = load_features("faces"), game_of(FACES), []
    for seed in range(effort.seeds):
        generator = seeded(seed)
        encode = encoder_of(game, judge, effort)
        x = to_float(faces(1, 64, smile=-0.8, generator=generator).clip(8, yaw=(-25, 25)).image)
        z = torch.randn(effort.codes, game.latent)
        made = torch.cat([game.generate(part).clamp(-1, 1) for part in z.split(500)])
        direction = attribute_direction(z, judge.predict(made)["smile"])
        alone = invert(game.generator, x, encode(x), effort.descents)
        shared = invert(game.generator, x, encode(x).mean(dim=0).expand(len(x), -1), effort.descents)
        frames = {"filmed": x} | {
            name: game.generate(codes).clamp(-1, 1)
            for name, codes in {
                "each from its own": alone, "all from their mean": shared, "edited": shared + STEP * direction,
            }.items()
        }  # fmt: skip
        row = {name: one_person(judge, pictures) for name, pictures in frames.items()}
        smiles = {name: judge.predict(pictures)["smile"].mean() for name, pictures in frames.items()}
        yaw = {name: judge.predict(pictures)["yaw"] for name, pictures in frames.items()}
        turned = {name: torch.corrcoef(torch.stack([yaw["filmed"], value]))[0, 1] for name, value in yaw.items()}
        row |= {f"smile, {name}": value for name, value in smiles.items()}
        rows.append(row | {f"yaw follows, {name}": value for name, value in turned.items()})
    return listed(rows)


# --- provenance -------------------------------------------------------------------------------------------------


def as_bytes(x):
    return ((x.clamp(-1, 1) + 1) * 127.5).round().to(torch.uint8)


def pictures_of(name, n):
    """n pictures of a model, as bytes."""
    game = game_of(name)
    return torch.cat([as_bytes(game.sample(min(500, n))) for _ in range(-(-n // 500))])[:n]


def called_made(detector, x):
    """The share of pictures that a detector calls made."""
    return float((detector.probabilities(x)[:, 1] > 0.5).float().mean())


def provenance(effort):
    """By the generator that is left out: shares of pictures that a detector calls made, trained on all others."""
    rows = {}
    for seed in range(effort.seeds):
        generator = seeded(seed)
        n = effort.trained
        real = faces(n + effort.images, 64, generator=generator).image
        made = {name: pictures_of(name, n + effort.images) for name in MAKERS}
        for left in MAKERS:
            seen = [name for name in MAKERS if name != left]
            each = [made[name][: n // len(seen)] for name in seen]
            x = torch.cat([real[:n], *each])
            label = torch.cat([torch.zeros(n), torch.ones(len(x) - n)]).long()
            detector = train_classifier(x, label, effort.steps, batch=64, size=64, width=8, progress=False)
            row = {"real": called_made(detector, real[n:]), "unseen": called_made(detector, made[left][n:])}
            row["seen"] = sum(called_made(detector, made[s][n:]) for s in seen) / len(seen)
            half = [torch.nn.functional.avg_pool2d(made[s][n:].float(), 2).round().to(torch.uint8) for s in seen]
            row["seen, at half the size"] = sum(called_made(detector, h) for h in half) / len(half)
            rows.setdefault(left, []).append(row)
    return {name: listed(found) for name, found in rows.items()}


# --- solids and clips -------------------------------------------------------------------------------------------


def noise_like(x):
    """As full as x, but anywhere."""
    return (torch.rand(x.shape) < (x > 0).float().mean()).float()


def voxels(effort):
    """IoU with the nearest of the training set, how much hangs together, and how many are chairs and have arms."""
    game, known = game_of("voxels-furniture"), load("furniture", 16)
    solid, rows = known.x > 0, {}
    factors = furniture(len(known), 16, generator=torch.Generator().manual_seed(0))
    for seed in range(effort.seeds):
        generator = seeded(seed)
        made = game.sample(effort.images)
        sets = {"made": made, "held out": furniture(effort.images, 16, generator=generator).voxels.float()}
        sets["noise"] = noise_like(made)
        for name, x in sets.items():
            iou, nearest = nearest_iou(x, solid)
            row = {
                "iou": iou.mean(),
                "in one piece": (pieces(x) > 0.99).float().mean(),
                "exact": (iou == 1).float().mean(),
            }
            row |= {"chairs": (factors.kind[nearest] == 0).float().mean(), "arms": factors.arms[nearest].float().mean()}
            rows.setdefault(name, []).append(row)
    return {name: listed(found) for name, found in rows.items()}


def as_clips(x):
    """As images at rest hold them, to (n, 3, frames, size, size)."""
    return x.clamp(-1, 1).unflatten(1, (3, -1))


def video(effort):
    """Flicker of what should stand, how far the ball is from any throw, its fall; of real clips and shuffled, too."""
    rows = {}
    for seed in range(effort.seeds):
        real = to_float(clips(effort.images, generator=seeded(seed)).frames)
        order = torch.stack([torch.randperm(real.shape[2]) for _ in real])
        shuffled = torch.stack([x[:, p] for x, p in zip(real, order, strict=True)])
        sets = {"real": real, "real, frames shuffled": shuffled}
        for name, model in {"two streams": "video-clips", "one stream": "video-one-stream-clips"}.items():
            sets[name] = as_clips(game_of(model).sample(effort.images))
        for name, x in sets.items():
            off, fall = flight(centres(x))
            whole = off.isfinite()
            row = {"flicker": flicker(x).mean(), "ball in every frame": whole.float().mean()}
            row |= {"off": off[whole].median() * x.shape[-1], "fall": fall[whole, 1].median()}
            rows.setdefault(name, []).append(row)
    return {name: listed(found) for name, found in rows.items()}


PARTS = {
    "captions": captions, "ascent": ascent, "inversion": inversion, "directions": directions, "clip": clip,
    "provenance": provenance, "voxels": voxels, "video": video,
}  # fmt: skip
PROTOCOL = "Models as they come with the course; three seeds of what is drawn. Every list has a number for each seed."


@click.command()
@click.argument("names", nargs=-1)
@click.option("--trial", is_flag=True, help="A little of everything, to try it out; nothing is kept.")
def main(names, trial):
    if unknown := set(names) - set(PARTS):
        raise click.UsageError(f"There is no part {min(unknown)!r}; there are: {', '.join(PARTS)}.")
    torch.set_num_threads(1)
    effort = TRIAL if trial else Effort()
    for name in names or PARTS:
        found = PARTS[name](effort)
        print(name, found, flush=True)
        if not trial:
            about = {"seeds": effort.seeds, "images": effort.images, "protocol": PROTOCOL}
            measured.keep("applications", COMMAND, name, found, PARTS, about)


if __name__ == "__main__":
    main()
