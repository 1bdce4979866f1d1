"""Networks whose features the metrics compare, and whose classes they count.

Taught in lecture 09. `load_features` gives the small ones that come with the course, `train_classifier` makes one for
other images, `Inception` is the large one of ImageNet. All take images alike: float in [-1, 1], or uint8 as images at
rest are; of any size, since they resize to their own.
"""

import itertools
import json
import warnings
from pathlib import Path

import torch
from torch import nn
from torch.nn import functional as F

from gancourse.course import CourseError

WEIGHTS = Path(__file__).parent / "weights"


class FeatureNetwork(nn.Module):
    """Images to features: what a `Classifier` and `Inception` share.

    A subclass has `size` and `channels`, and `embed`, which takes images that fit both.
    """

    at_once = 128  # images in a batch without a graph; more overflow a processor's cache and are slower

    def fitted(self, x):
        """Images as the network takes them: float, resized to `size`, shape (n, channels, size, size).

        Interpolated to the next smaller whole multiple of `size`, then averaged over blocks: every pixel counts, as in
        an antialiased resize (Parmar et al. 2022), but on every device.

        Raises:
            ValueError: they are not images, or have another number of channels.
        """
        if x.ndim != 4 or x.shape[1] != self.channels:
            raise ValueError(f"images have shape {tuple(x.shape)}; this network needs (n, {self.channels}, H, W).")
        x = x.float() if x.is_floating_point() else x.float() / 127.5 - 1
        blocks = [max(1, side // self.size) for side in x.shape[2:]]
        multiple = [self.size * b for b in blocks]
        if list(x.shape[2:]) != multiple:
            x = F.interpolate(x, size=multiple, mode="bilinear")
        return F.avg_pool2d(x, blocks) if max(blocks) > 1 else x

    def features(self, x):
        """Features of images, in batches and without a graph, shape (n, d).

        Raises:
            ValueError: as for `fitted`; or they are floats far outside [-1, 1].
        """
        return self._in_batches(lambda part: self.embed(self.fitted(part)), x)

    def _in_batches(self, function, x):
        if x.is_floating_point() and x.numel():
            least, largest = (float(v) for v in x.detach().aminmax())
            if max(-least, largest) > 2:
                raise ValueError(
                    f"images reach {max(-least, largest):.3g}; floats need to be in [-1, 1], bytes to be uint8."
                )
            if least >= 0 and len(x) > 1 and largest > least:
                warnings.warn(
                    f"These images lie in [{least:.2g}, {largest:.2g}], and floats are taken to be in [-1, 1]. "
                    "If yours are in [0, 1], pass 2 * x - 1.",
                    stacklevel=4,
                )
        device = next(self.parameters()).device
        with torch.no_grad():
            return torch.cat([function(part.to(device)) for part in x.split(self.at_once)])


class Classifier(FeatureNetwork):
    """A small convolutional network with one or several heads.

    Args:
        heads: the number of classes of each head, by name; 1 for a head that estimates a number.
        channels: of the images.
        size: the side that images are resized to, in pixels; a multiple of 8.
        width: filters of the first layer.
        features: how many there are.
    """

    def __init__(self, heads, channels=1, size=32, width=16, features=64):
        super().__init__()
        self.channels, self.size = channels, size
        filters = [channels, width, 2 * width, 4 * width]
        layers = []
        for n_in, n_out in itertools.pairwise(filters):
            layers += [nn.Conv2d(n_in, n_out, 3, padding=1, bias=False), nn.BatchNorm2d(n_out), nn.ReLU()]
            layers += [nn.MaxPool2d(2)]
        # Features are what the last ReLU gets, standardised: none is constant, as many were behind it, and they are
        # nearer to the Gaussians that the Fréchet distance takes them for.
        last = nn.Linear(filters[-1] * (size // 8) ** 2, features)
        self.embed = nn.Sequential(*layers, nn.Flatten(), last, nn.BatchNorm1d(features, affine=False))
        self.heads = nn.ModuleDict({name: nn.Linear(features, classes) for name, classes in heads.items()})
        for name in self.numbers:  # what one unit of a number's head stands for
            self.register_buffer(f"mean_{name}", torch.zeros(()))
            self.register_buffer(f"scale_{name}", torch.ones(()))
        self.to(memory_format=torch.channels_last)  # twice as fast on a CPU

    @property
    def numbers(self):
        """The names of the heads that estimate a number."""
        return [name for name, head in self.heads.items() if head.out_features == 1]

    def forward(self, x):
        """Logits of each head by name, shapes (n, classes); without the dictionary if there is one head only.

        A head for a number gives it standardised, shape (n, 1).
        """
        h = F.relu(self.embed(self.fitted(x)))
        out = {name: head(h) for name, head in self.heads.items()}
        return out if len(out) > 1 else next(iter(out.values()))

    def probabilities(self, x, head=None):
        """Class probabilities by one head (the first of classes if not named), in batches, without a graph, (n, k).

        Raises:
            ValueError: as for `features`; or there is no such head.
        """
        of_classes = [name for name in self.heads if name not in self.numbers]
        return self._head(x, head or next(iter(of_classes), None), of_classes).softmax(dim=1)

    def estimate(self, x, head):
        """The number that a head estimates, in its labels' unit, in batches and without a graph, shape (n,).

        Raises:
            ValueError: as for `features`; or there is no such head.
        """
        out = self._head(x, head, self.numbers)[:, 0]
        return out * getattr(self, f"scale_{head}") + getattr(self, f"mean_{head}")

    def predict(self, x):
        """What every head says: the likeliest class, or the number in its labels' unit; by name, shapes (n,).

        Raises:
            ValueError: as for `features`.
        """
        h = F.relu(self.features(x))
        with torch.no_grad():
            out = {name: head(h) for name, head in self.heads.items()}
        numbers = {k: out[k][:, 0] * getattr(self, f"scale_{k}") + getattr(self, f"mean_{k}") for k in self.numbers}
        return {name: numbers[name] if name in numbers else logits.argmax(dim=1) for name, logits in out.items()}

    def _head(self, x, name, fit):
        if name not in fit:
            raise ValueError(f"{name!r} is no head for this; there are {', '.join(fit) or 'none'}.")
        return self._in_batches(lambda part: self.heads[name](F.relu(self.embed(self.fitted(part)))), x)


class Inception(FeatureNetwork):
    """Inception v3 of torchvision, trained on ImageNet: 2,048 features, 1,000 classes.

    Not the TensorFlow weights that published Inception scores and FIDs are computed with, and another resize:
    compare its numbers with each other, not with those of papers. Grey images are repeated to three channels.

    Raises:
        FileNotFoundError: its weights are not in torch's cache; nothing is downloaded unasked.
    """

    size, channels, at_once = 299, 3, 32

    def __init__(self):
        from torchvision.models import Inception_V3_Weights, inception_v3

        super().__init__()
        path = Path(torch.hub.get_dir(), "checkpoints", Path(Inception_V3_Weights.DEFAULT.url).name)
        if not path.exists():
            raise FileNotFoundError(
                f"No {path.name} in {path.parent}. Use load_features(...) (built in), or download it once with "
                "torchvision.models.inception_v3(weights='DEFAULT')."
            )
        # Its own normalisation is to [-1, 1], as images of the course are: transform_input would do it twice.
        self.embed = inception_v3(init_weights=False, transform_input=False)
        self.embed.load_state_dict(torch.load(path, map_location="cpu", weights_only=True))
        self.head, self.embed.fc = self.embed.fc, nn.Identity()
        self.eval().requires_grad_(False)

    def fitted(self, x):
        """As every network's, and grey images in three channels."""
        return super().fitted(x.expand(-1, 3, -1, -1) if x.ndim == 4 and x.shape[1] == 1 else x)

    def forward(self, x):
        """Logits of ImageNet's classes, shape (n, 1000)."""
        return self.head(self.embed(self.fitted(x)))

    def probabilities(self, x):
        """Class probabilities, in batches and without a graph, shape (n, 1000)."""
        return self._in_batches(self, x).softmax(dim=1)


def train_classifier(
    x, labels, steps=1000, *, batch=128, size=32, width=16, features=64, rate=4e-3, progress=True
):  # fmt: skip
    """Train a `Classifier` on images, on the device they are on.

    Cross entropy per head of classes, plus half the squared error per standardised number. Images are blurred and made
    noisy by random amounts, so that generated ones, slightly off, are still told apart.

    Args:
        x: images, uint8, shape (n, C, H, W).
        labels: by name, shape (n,): whole numbers are classes, floats are numbers to estimate. A tensor alone is
            "label".
        steps: gradient steps.
        batch: images in each.
        size, width, features: as for `Classifier`.
        rate: Adam's largest learning rate; it rises and falls over the run (Smith & Topin 2019).
        progress: whether to show a bar.

    Returns:
        The `Classifier`, in evaluation mode, its parameters frozen.

    Raises:
        ValueError: labels and images differ in number.
    """
    from tqdm import tqdm

    labels = {name: y.to(x.device) for name, y in (labels if isinstance(labels, dict) else {"label": labels}).items()}
    for name, y in labels.items():
        if y.shape != (len(x),):
            raise ValueError(f"{name} has shape {tuple(y.shape)}; {len(x)} images need ({len(x)},).")
    heads = {name: 1 if y.is_floating_point() else int(y.max()) + 1 for name, y in labels.items()}
    network = Classifier(heads, x.shape[1], size, width, features).to(x.device)
    for name in network.numbers:
        getattr(network, f"mean_{name}").copy_(labels[name].mean())
        getattr(network, f"scale_{name}").copy_(labels[name].std())
    optimiser = torch.optim.AdamW(network.parameters(), weight_decay=1e-3)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, rate, total_steps=steps)
    for _ in tqdm(range(steps), disable=not progress, leave=False):
        chosen = torch.randint(len(x), (batch,), device=x.device)
        h = F.relu(network.embed(disturbed(network.fitted(x[chosen]))))
        loss = sum(_loss(network, name, head(h), labels[name][chosen]) for name, head in network.heads.items())
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        schedule.step()
    return network.eval().requires_grad_(False)


def disturbed(x):
    """Images in [-1, 1], each blurred and with noise, by amounts of its own; half of them are left as they are."""
    blur, noise, left = torch.rand(3, len(x), 1, 1, 1, device=x.device)
    blurred = F.avg_pool2d(F.pad(x, (1, 1, 1, 1), mode="replicate"), 3, stride=1)
    other = torch.lerp(x, blurred, blur) + 0.3 * noise * torch.randn_like(x)
    return torch.where(left < 0.5, x, other.clamp(-1, 1))


def _loss(network, name, out, y):
    if name in network.numbers:
        return F.mse_loss(out[:, 0], (y - getattr(network, f"mean_{name}")) / getattr(network, f"scale_{name}")) / 2
    return F.cross_entropy(out, y)


def save_features(classifier, name, about, folder=WEIGHTS):
    """Write a `Classifier` in half precision to features-`name`.safetensors, and beside it a JSON.

    Args:
        classifier: what to write.
        name: what `load_features` will call it.
        about: a dictionary for the JSON: how it was made and how good it is.
        folder: where to.
    """
    from safetensors.torch import save_file

    heads = {head: layer.out_features for head, layer in classifier.heads.items()}
    network = {
        "heads": heads, "channels": classifier.channels, "size": classifier.size,
        "width": classifier.embed[0].out_channels, "features": classifier.embed[-1].num_features,
    }  # fmt: skip
    state = {k: v.half() if v.is_floating_point() else v for k, v in classifier.state_dict().items()}
    folder.mkdir(exist_ok=True)
    save_file({k: v.contiguous().cpu() for k, v in state.items()}, folder / f"features-{name}.safetensors")
    text = json.dumps({"network": network} | about, indent=1, ensure_ascii=False)
    (folder / f"features-{name}.json").write_text(text + "\n", encoding="utf-8")


def load_features(name, folder=WEIGHTS):
    """A `Classifier` that comes with the course, in evaluation mode on the CPU, its parameters frozen.

    "glyphs" knows the digits of `data.worlds.glyphs` (not handwriting: train one for MNIST), their angle and
    thickness; "shapes" knows the scenes of `data.worlds.shapes`, "faces" every factor of `data.worlds.faces`. The JSON
    beside the weights says how they were trained and how good they are.

    Raises:
        ValueError: there is none of that name.
        CourseError: its files are damaged.
    """
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    about = folder / f"features-{name}.json"
    if not about.exists():
        known = sorted(path.stem.removeprefix("features-") for path in folder.glob("features-*.json"))
        raise ValueError(f"No features called {name!r}; there are {', '.join(known)}. train_classifier makes others.")
    try:
        network = Classifier(**json.loads(about.read_text(encoding="utf-8"))["network"])
        network.load_state_dict(load_file(about.with_suffix(".safetensors")))
    except (OSError, SafetensorError, ValueError, KeyError, TypeError, RuntimeError) as error:
        what = (str(error).strip() or type(error).__name__).splitlines()[0]
        raise CourseError(f"The features {name!r} in {folder} cannot be read ({what}). Get them anew.") from error
    return network.eval().requires_grad_(False)
