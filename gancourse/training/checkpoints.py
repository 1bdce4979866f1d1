"""Trained games on disk: weights in half precision as safetensors, and beside them, as JSON, how they came to be."""

import io
import json
import struct
from dataclasses import dataclass
from pathlib import Path

import torch

from gancourse.course import CourseError, find_root
from gancourse.data.images import to_bytes, to_float
from gancourse.training import systems
from gancourse.training.history import History, Snapshot

FOLDER = "notebooks/models"  # of the shipped ones, in the course's folder
PICTURES, PICTURE_BYTES = 64, 1_600_000  # kept of each snapshot, and of all together: fewer of large ones
POINTS = 500  # kept of the losses


@dataclass(frozen=True)
class Trained:
    """A trained game, and what is known of its training.

    Attributes:
        game: on the CPU, in float32, in evaluation mode.
        history: of its training, thinned out: at most 64 pictures a snapshot, losses averaged to at most 500 points.
        about: how it was made (system, data, steps, seconds, machine, versions, command), and what was measured.
    """

    game: torch.nn.Module
    history: History
    about: dict


def save(path, game, history, about):
    """Write `path`.safetensors and `path`.json.

    Args:
        path: without an ending.
        game: one that `systems.make` makes from `about["game"]`.
        history: of its training.
        about: what `Trained.about` is to say; must have "game", the arguments of `systems.make`.
    """
    from safetensors.torch import save_file

    tensors = {f"game.{k}": half(v) for k, v in game.state_dict().items() if k.split(".")[0] not in game.scratch}
    if history.snapshots:
        n = min(PICTURES, PICTURE_BYTES // (len(history.snapshots) * history.first_real()[0].numel()))
        tensors["pictures"] = packed(torch.stack([to_bytes(s.samples[:n]) for s in history.snapshots]))
        for name in ("real_logits", "fake_logits"):
            tensors[name] = torch.stack([getattr(s, name).flatten()[:PICTURES].half() for s in history.snapshots])
        tensors["real"] = packed(to_bytes(history.first_real()[:n])[None])
    notes = about | {
        "snapshots": [s.step for s in history.snapshots],
        "losses": [[round(v, 4) for v in row] for row in thinned(history.losses()).tolist()],
    }
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    save_file({k: v.cpu().contiguous() for k, v in tensors.items()}, f"{path}.safetensors")
    Path(f"{path}.safetensors").chmod(0o644)  # it is written for its owner alone
    text = json.dumps(notes | {"losses": "LOSSES"}, indent=1, ensure_ascii=False)
    Path(f"{path}.json").write_text(text.replace('"LOSSES"', json.dumps(notes["losses"])) + "\n", encoding="utf-8")


def load(name):
    """A trained game: a shipped one by name, or any by its path without an ending.

    Raises:
        CourseError: there is none, or it is not whole.
    """
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    path = Path(name) if Path(f"{name}.json").exists() else find_root() / FOLDER / name
    if not Path(f"{path}.json").exists():
        known = ", ".join(sorted(p.stem for p in path.parent.glob("*.json"))) or "none"
        raise CourseError(f"There is no trained model {name!r} in {path.parent}; there are: {known}.")
    try:
        about = json.loads(Path(f"{path}.json").read_text(encoding="utf-8"))
        tensors = load_file(f"{path}.safetensors")
        game = systems.make(**about["game"])
        scratch = {k: v for k, v in game.state_dict().items() if k.split(".")[0] in game.scratch}
        game.load_state_dict(scratch | {k[5:]: full(v) for k, v in tensors.items() if k.startswith("game.")})
    except (OSError, SafetensorError, ValueError, KeyError, RuntimeError) as error:
        what = str(error).strip().splitlines()[0]
        raise CourseError(f"The model {path} cannot be read ({what}). Get it anew, or train it anew.") from error
    losses = torch.tensor(about.pop("losses")).reshape(-1, 2)
    steps = about.pop("snapshots")
    history = History(recorded=list(losses))
    if steps:
        history.real = to_float(unpacked(tensors["real"]).flatten(0, -4))
        pictures = unpacked(tensors["pictures"])
        parts = zip(steps, pictures, tensors["real_logits"], tensors["fake_logits"], strict=True)
        history.snapshots = [Snapshot(s, to_float(x), real.float(), fake.float()) for s, x, real, fake in parts]
    return Trained(game.eval(), history, about)


def packed(x):
    """Rows of pictures as one lossless image file, a third of the bytes; as they are, if they are grey or of planes.

    Args:
        x: uint8, shape (rows, columns, C, H, W).

    Returns:
        The bytes, uint8, shape (numbers,), the shape of x in the first ten of them; or x.
    """
    from PIL import Image

    rows, columns, channels, height, width = x.shape
    if channels != 3:
        return x
    sheet = x.permute(0, 3, 1, 4, 2).reshape(rows * height, columns * width, channels)
    file = io.BytesIO()
    Image.fromarray(sheet.numpy()).save(file, "webp", lossless=True, quality=100, method=4)
    return torch.frombuffer(bytearray(struct.pack("<5H", *x.shape) + file.getvalue()), dtype=torch.uint8)


def unpacked(tensor):
    """The pictures that `packed` made one file of: uint8, shape (rows, columns, C, H, W)."""
    import numpy as np
    from PIL import Image

    if tensor.ndim != 1:
        return tensor
    data = tensor.numpy().tobytes()
    rows, columns, channels, height, width = struct.unpack_from("<5H", data)
    with Image.open(io.BytesIO(data[10:])) as picture:
        sheet = torch.from_numpy(np.array(picture.convert("RGB")))
    return sheet.reshape(rows, height, columns, width, channels).permute(0, 2, 4, 1, 3).contiguous()


def half(tensor):
    """Half the size, if it holds fractions."""
    return tensor.half() if tensor.is_floating_point() else tensor


def full(tensor):
    """And back."""
    return tensor.float() if tensor.is_floating_point() else tensor


def thinned(losses):
    """At most `POINTS` rows, means of equally many; what does not fill the last one is left out."""
    every = max(1, -(-len(losses) // POINTS))
    whole = len(losses) // every * every
    return losses[:whole].reshape(-1, every, 2).mean(dim=1)
