"""One training run from the command line: data in, and a folder out with the model, its history and its pictures."""

import hashlib
import platform
import sys
from pathlib import Path

import torch

from gancourse import device
from gancourse.course import CourseError
from gancourse.data import images as data
from gancourse.data.pairs import load_pairs
from gancourse.training import checkpoints, systems
from gancourse.training.diagnose import diagnose
from gancourse.training.keeping import Diverged
from gancourse.training.loop import train

SNAPSHOTS = 20


def run(
    system,
    source,
    size=None,
    images=None,
    steps=3000,
    width=None,
    batch=None,
    seed=0,
    at=None,
    bf16=None,
    folder=None,
    fresh=False,
    command=None,
):
    """Train a system and write what came of it.

    In `folder`: `model.safetensors` and `model.json` (see `checkpoints`), `samples.png`, `training.png`, `summary.md`,
    and `run.pt`, from which the same command goes on.

    Args:
        system: a name of `systems.SYSTEMS`.
        source: data, as `data.load` takes it; for a system that translates, as `pairs.load_pairs` does.
        size, images: of the images, in pixels, and how many of them; as they are if not given.
        steps: generator steps in all.
        width: of the networks; the system's own if not given.
        batch: images a step, of all processes together; the system's own if not given.
        seed: of all random numbers.
        at: a torch device; the best one if not given.
        bf16: whether to compute in bfloat16; if it is fast here, when not given.
        folder: where to; `runs/<system>-<data>-<size>` if not given.
        fresh: whether to forget a run that the folder holds.
        command: what to say that it was made by; the command line if not given.

    Returns:
        The folder.

    Raises:
        CourseError: the data, the system or the folder is not to be had, or memory does not suffice.
    """
    kind = systems.find(system)
    for name, number in (("steps", steps), ("width", width), ("batch", batch), ("images", images)):
        if number is not None and number < 1:
            raise CourseError(f"--{name} {number} cannot be: give a whole number, at least one.")
    at = chosen(at)
    batch = batch or kind.batch
    if kind.translates:
        images = load_pairs(source, size, n=images)
        channels, size, classes = [side.x.shape[1] for side in (images.a, images.b)], images.b.x.shape[2], 0
    else:
        images = data.load(source, size, n=images)
        channels, size, classes = images.x.shape[1], images.x.shape[2], len(images.classes)
    digest = squares(images, kind.enlarges)
    if kind.takes_classes and not classes:
        raise CourseError(
            f"{system} learns from labels, and {images.name} has none. Put the images into one subfolder for each "
            "class, or train a system without labels, such as dcgan."
        )
    if kind.takes_attributes and not images.attribute_names:
        raise CourseError(f"{system} learns from attributes, and {images.name} has none. Use --data faces.")
    options = {
        "name": system,
        "size": size,
        "channels": channels,
        "width": width or kind.width,
        "classes": classes,
    }
    if kind.takes_attributes:
        options["attributes"] = len(images.attribute_names)
    if batch % device.processes():
        raise CourseError(f"A batch of {batch} cannot be shared by {device.processes()} processes evenly.")
    folder = Path(folder or f"runs/{system}-{'-'.join(Path(images.name).parts[-2:])}-{size}")
    writable(folder)
    if fresh:
        (folder / "run.pt").unlink(missing_ok=True)
    bf16 = device.has_bf16(at) if bf16 is None else bf16
    torch.manual_seed(seed)
    game = device.place(systems.make(**options), at)
    try:
        history = train(
            game,
            kind.batches(images.to(at), batch),
            steps,
            optimiser=kind.optimisers(steps),
            snapshots=SNAPSHOTS,
            average=kind.average,
            bf16=bf16,
            capture=at.type == "cuda" and device.processes() == 1,
            keep=folder / "run.pt",
            identity={"data": digest, "seed": seed, "batch": batch},
            progress=device.is_first(),
        )
    except Diverged as error:
        raise CourseError(f"{error}\n{diagnose(error.history)}") from error
    except ValueError as error:  # the file of another run
        raise CourseError(f"{error} Or use --fresh, or --out.") from error
    except RuntimeError as error:
        if not out_of_memory(error):
            raise
        raise CourseError(
            f"{at} has not enough memory for batches of {batch} at width {options['width']}: try --batch {batch // 2} "
            f"or --width {options['width'] // 2}."
        ) from error
    about = {
        "game": options,
        "data": images.name,
        "images": len(images),
        "steps": len(history.recorded),
        "batch": batch,
        "seed": seed,
        "bf16": bf16,
        "seconds": round(history.seconds, 1),
        "cpu_seconds": round(history.cpu_seconds, 1),
        "processes": device.processes(),
        "command": command or " ".join(["gancourse", *sys.argv[1:]]),
        **where(at),
    }
    if device.is_first():
        write(folder, history, about)
    return folder


def chosen(at):
    """The device that is asked for, or the best.

    Raises:
        CourseError: it is not there.
    """
    if not at:
        return device.best()
    try:
        torch.empty(1, device=at)
        return torch.device(at)
    except (RuntimeError, AssertionError, NotImplementedError) as error:
        raise CourseError(f"There is no device {at!r} here: leave --device out, or use --device cpu.") from error


def squares(images, enlarges=1):
    """A digest of the images' pixels and labels, or of both sides' of pairs.

    Raises:
        CourseError: they are no squares, or a side of pairs is not `enlarges` times the other.
    """
    sides = [getattr(images, name) for name in ("a", "b") if hasattr(images, name)] or [images]
    shapes = [tuple(side.x.shape[2:]) for side in sides]
    (height, width), last = shapes[0], shapes[-1]
    fits = len(shapes) == 1 or last == (height * enlarges, width * enlarges)
    if height != width or not fits:
        said = " and ".join(f"{width}×{height}" for height, width in sorted(set(shapes)))
        wanted = (
            "squares of one size: give --size 32"
            if enlarges == 1
            else (f'squares, {enlarges} times as large as what they are made from: use data such as "small-to-shapes"')
        )
        raise CourseError(f"The images have {said} pixels, and a system needs {wanted}.")
    total = hashlib.sha256()
    for tensor in (t for side in sides for t in (side.x, side.label) if t is not None):
        total.update(tensor.cpu().contiguous().numpy().tobytes())
    return total.hexdigest()


def where(at):
    """What a measurement must say of the machine: the device in words, and versions."""
    named = (
        torch.cuda.get_device_name(at) if at.type == "cuda" else f"{at.type} with {torch.get_num_threads()} thread(s)"
    )
    return {"device": named, "python": platform.python_version(), "torch": torch.__version__.split("+")[0]}


def writable(folder):
    """Make a folder, and see that it can be written to before hours of training are spent.

    Raises:
        CourseError: it cannot.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / ".writable").touch()
        (folder / ".writable").unlink()
    except OSError as error:
        raise CourseError(
            f"Nothing can be written to {folder} ({error.strerror}). Choose another with --out."
        ) from error


def out_of_memory(error):
    """Whether a RuntimeError is a device's or the CPU allocator's way of saying that memory ran out."""
    return isinstance(error, torch.OutOfMemoryError) or "can't allocate memory" in str(error)


def write(folder, history, about):
    """The model, its history, pictures and a page in words."""
    from gancourse.plots import images as plots
    from gancourse.plots import png

    checkpoints.save(folder / "model", history.average, history, about)
    with torch.random.fork_rng():
        torch.manual_seed(0)
        samples = history.average.shown(100, history.real).float().cpu()
    (folder / "samples.png").write_bytes(png(plots.sheet(samples)))
    (folder / "training.png").write_bytes(png(plots.training(history)))
    (folder / "summary.md").write_text(summary(about, history), encoding="utf-8")


def summary(about, history):
    """One page: what was trained on what, how it ended, what to make of it, how to load it."""
    made = about["game"]
    translates = systems.find(made["name"]).translates
    channels = " to ".join(map(str, made["channels"])) if translates else made["channels"]
    use = "translate(x)" if translates else "sample(16)"
    last = history.losses()[-100:].mean(dim=0)
    as_data = history.snapshots[-1].samples.shape[1:] == history.first_real().shape[1:]  # else shown as something else
    return f"""# {made["name"]} on {about["data"]}

{about["images"]} images of {channels} × {made["size"]} × {made["size"]}; {about["steps"]} steps with batches of
{about["batch"]}, seed {about["seed"]}; {about["seconds"]} s on {about["device"]}, torch {about["torch"]}.

Losses over the last 100 steps: discriminator {last[0]:.3f}, generator {last[1]:.3f}.

{diagnose(history) if as_data and not translates else ""}

![samples](samples.png)
![training](training.png)

Load it: `from gancourse import checkpoints; checkpoints.load("model").game.{use}`.
Train on: `{about["command"]}` with more `--steps`.
"""
