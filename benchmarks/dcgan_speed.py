"""How much faster is the course's training than the plain recipe? `python benchmarks/dcgan_speed.py [cpu | gpu]`.

The plain recipe is what the widely used example scripts do, written anew: a DataLoader that opens each picture with
PIL and transforms it, float32, the same networks, Adam at 2e-4 for both players, `.item()` at every step. The course's
is `gancourse train`: images at rest as bytes where they are needed, bf16 autocast, channels last, fused Adam, the
generator five times faster, a moving average; on a GPU the whole turn as one CUDA graph.

cpu: time until the Fréchet distance of 2,000 samples to MNIST falls below each of some targets, in the features of a
classifier trained on MNIST first. Both recipes run in turn, seed by seed; the clock stops while samples are judged.

gpu: images per second of either recipe at 32 px (batch 64) and 64 px (batch 128, the paper's width), in turn, and what
share of the card's bf16 matrix peak that is (`--peak`, in TFLOP/s).
"""

import statistics
import time
import warnings
from functools import partial
from itertools import islice

import click
import torch
from measured import save
from torch import nn

from gancourse import device
from gancourse.data.images import load, to_float
from gancourse.games.dcgan import DCGAN
from gancourse.metrics.distances import frechet_distance, moments
from gancourse.metrics.features import train_classifier
from gancourse.training import systems
from gancourse.training.loop import train

JUDGED, EVERY, TARGETS = 2000, 50, (20.0, 10.0, 7.0)


class Pictures(torch.utils.data.Dataset):
    """A data set as torchvision's are: one PIL picture at a time, transformed when asked for."""

    def __init__(self, images, size):
        from torchvision import transforms

        self.x, channels = images.x.permute(0, 2, 3, 1).numpy(), images.x.shape[1]
        self.transform = transforms.Compose(
            [
                transforms.Resize(size),
                transforms.ToTensor(),
                transforms.Normalize((0.5,) * channels, (0.5,) * channels),
            ]
        )

    def __len__(self):
        return len(self.x)

    def __getitem__(self, i):
        from PIL import Image

        x = self.x[i]
        return self.transform(Image.fromarray(x[:, :, 0] if x.shape[2] == 1 else x))


def plain(images, size, width, batch, at, workers):
    """The plain recipe: yields its generator after every step."""
    loader = torch.utils.data.DataLoader(
        Pictures(images, size), batch, shuffle=True, drop_last=True, num_workers=workers, persistent_workers=workers > 0
    )
    game = DCGAN(size, images.x.shape[1], width).to(at)
    netG, netD = game.generator, game.discriminator
    criterion = nn.BCEWithLogitsLoss()
    optimizerD = torch.optim.Adam(netD.parameters(), lr=2e-4, betas=(0.5, 0.999))
    optimizerG = torch.optim.Adam(netG.parameters(), lr=2e-4, betas=(0.5, 0.999))
    ones, zeros = torch.ones(batch, 1, device=at), torch.zeros(batch, 1, device=at)
    errors = []
    while True:
        for data in loader:
            netD.zero_grad()
            errD_real = criterion(netD(data.to(at)), ones)
            errD_real.backward()
            fake = netG(torch.rand(batch, game.latent, device=at) * 2 - 1)
            errD_fake = criterion(netD(fake.detach()), zeros)
            errD_fake.backward()
            optimizerD.step()
            netG.zero_grad()
            errG = criterion(netD(fake), ones)
            errG.backward()
            optimizerG.step()
            errors.append((errD_real.item() + errD_fake.item(), errG.item()))
            yield game


class Judge:
    """Stops the clock, takes the Fréchet distance, and notes when each target is reached.

    Args:
        judge: a classifier whose features are compared.
        real: real images.
        targets: the distances to fall below.
    """

    def __init__(self, judge, real, targets):
        self._judge, self._real, self._targets = judge, moments(judge.features(real)), targets
        self.seconds, self._since, self.curve, self.first = 0.0, time.perf_counter(), [], {}

    @property
    def done(self):
        """Whether all are."""
        return len(self.first) == len(self._targets)

    def reached(self, game, at):
        """Whether samples of a game were good enough for all, now or before."""
        if at.type == "cuda":
            torch.cuda.synchronize()
        self.seconds += time.perf_counter() - self._since
        with torch.random.fork_rng():
            torch.manual_seed(0)
            distance = frechet_distance(self._real, self._judge.features(game.sample(JUDGED).float().cpu()))
        self.curve.append((round(self.seconds, 1), round(distance, 2)))
        for target in self._targets:
            if distance < target:
                self.first.setdefault(target, round(self.seconds, 1))
        self._since = time.perf_counter()
        return self.done


def plain_until(judge, images, size, width, batch, at, most, workers):
    """Steps of the plain recipe until the judge is content."""
    for step, game in enumerate(islice(plain(images, size, width, batch, at, workers), most), 1):
        if step % EVERY == 0 and judge.reached(game, at):
            break
    return step


def ours_until(judge, images, width, batch, at, most):
    """The same of the course's recipe, by its own loop. Taking snapshots is on the clock, judging them is not."""
    game = device.place(DCGAN(images.x.shape[2], images.x.shape[1], width), at)

    def watch(game, snapshot):
        if snapshot.step and not judge.done and judge.reached(game, at):
            raise KeyboardInterrupt  # as somebody would who watches; it is not asked again

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that it was stopped
        history = train(
            game,
            images.to(at).batches(batch),
            most,
            optimiser=systems.SYSTEMS["dcgan"].optimisers(),
            snapshots=most // EVERY + 1,
            watch=watch,
            average=0.99,
            bf16=device.has_bf16(at),
            capture=at.type == "cuda",
            progress=False,
        )
    return len(history.recorded)


def rate(step, batch, at, steps, warm_up=20):
    """Images per second of a function that plays a number of steps."""
    wait = partial(torch.cuda.synchronize, at) if at.type == "cuda" else lambda: None
    step(warm_up)  # and capture
    wait()
    begun = time.perf_counter()
    step(steps)
    wait()
    return steps * batch / (time.perf_counter() - begun)


def flops(size, channels, width, batch, at):
    """Floating-point operations of one turn, as torch counts them."""
    from torch.utils.flop_counter import FlopCounterMode

    game = DCGAN(size, channels, width).to(at)
    x = torch.rand(batch, channels, size, size, device=at)
    with FlopCounterMode(display=False) as counter:
        game.discriminator_loss(x).backward()
        game.zero_grad()
        game.generator_loss(x).backward()
    return counter.get_total_flops()


@click.group()
def main():
    """Paired runs of the course's recipe and the plain one."""


@main.command()
@click.option("--data", "source", default="mnist", help="What to learn.")
@click.option("--targets", default=",".join(map(str, TARGETS)), help="Fréchet distances to reach.")
@click.option("--seeds", default=3)
@click.option("--most", default=4000, help="Steps after which to give up.")
@click.option("--width", default=32)
@click.option("--workers", default=0, help="DataLoader processes of the plain recipe.")
@click.option("--classifier-steps", default=600, help="Training of the classifier whose features are compared.")
@click.option("--try-out", is_flag=True, help="Do not keep the results.")
def cpu(source, targets, seeds, most, width, workers, classifier_steps, try_out):
    """Time to a Fréchet distance, 28 px, batch 64, on this machine's CPU."""
    torch.manual_seed(0)
    images, at = load(source, 28), torch.device("cpu")
    classifier = train_classifier(images.x, images.label, classifier_steps, progress=False)
    real, results = to_float(images.x[:JUDGED]), {"plain": [], "course": []}
    targets = [float(target) for target in targets.split(",")]
    for seed in range(seeds):
        for name in results:
            torch.manual_seed(seed)
            judge = Judge(classifier, real, targets)
            if name == "plain":
                steps = plain_until(judge, images, 28, width, 64, at, most, workers)
            else:
                steps = ours_until(judge, images, width, 64, at, most)
            results[name].append({"steps": steps, "reached": judge.first, "curve": judge.curve})
            print(name, seed, steps, judge.first, judge.curve[-1], flush=True)
    ratios = {target: [sooner(p, c, target) for p, c in zip(*results.values(), strict=True)] for target in targets}
    print(f"times as fast, seed by seed: {ratios}")
    if not try_out:
        about = {
            "data": f"{source}, {len(images):,} images",
            "targets": targets,
            "threads": torch.get_num_threads(),
            "workers": workers,
            "most": most,
            "ratios": ratios,
        }
        save("dcgan_speed_cpu", "python benchmarks/dcgan_speed.py cpu", about | results, ["torch"])


def sooner(plain, course, target):
    """How many times sooner the course's run was there; if the plain one never was, than its end: a lower bound."""
    if target not in course["reached"]:
        return None
    return round(plain["reached"].get(target, plain["curve"][-1][0]) / course["reached"][target], 2)


@main.command()
@click.option("--steps", default=300, help="Timed steps a run.")
@click.option("--repeats", default=5)
@click.option("--peak", default=989.0, help="The card's dense bf16 matrix peak in TFLOP/s; 989 is an H100's or H200's.")
@click.option("--workers", default=4, help="DataLoader processes of the plain recipe.")
def gpu(steps, repeats, peak, workers):
    """Images per second at 32 and 64 px on a GPU."""
    if not torch.cuda.is_available():
        raise click.ClickException("There is no GPU here.")
    at, results = device.best(), {}
    for size, batch, width in ((32, 64, 64), (64, 128, 128)):
        images, rows = load("shapes", size), {"plain": [], "course": []}
        options = {"optimiser": systems.SYSTEMS["dcgan"].optimisers(), "average": 0.999, "bf16": True}
        for _ in range(repeats):
            turns = plain(images, size, width, batch, at, workers)
            rows["plain"].append(rate(lambda n, t=turns: [next(t) for _ in range(n)], batch, at, steps))
            game, resident = device.place(DCGAN(size, 3, width), at), images.to(at)
            step = partial(train, game, resident.batches(batch), capture=True, progress=False, **options)
            rows["course"].append(rate(step, batch, at, steps))
        share = statistics.median(rows["course"]) / batch * flops(size, 3, width, batch, at) / (peak * 1e12)
        ratio = statistics.median([c / p for p, c in zip(rows["plain"], rows["course"], strict=True)])
        results[f"{size} px"] = rows | {"batch": batch, "width": width, "ratio": ratio, "share_of_peak": share}
        print(size, results[f"{size} px"], flush=True)
    save(
        "dcgan_speed_gpu", "python benchmarks/dcgan_speed.py gpu", {"peak_tflops": peak, "results": results}, ["torch"]
    )


if __name__ == "__main__":
    main()
