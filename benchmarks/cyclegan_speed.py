"""How much faster does the course train CycleGAN than the plain recipe? `python benchmarks/cyclegan_speed.py`.

The paper's networks at 128 pixels, batch 1, both times. The plain recipe is what scripts do that follow the authors':
a DataLoader that opens and transforms one picture at a time, float32, a pool in a Python list, `.item()` on every loss.
The course's is `gancourse train cyclegan-photos`: images at rest as bytes where they are needed, bf16, and on a GPU the
whole turn as one CUDA graph. In turn, several times; images of one side per second.
"""

import random
import statistics
from functools import partial

import click
import torch
from dcgan_speed import Pictures, rate
from measured import save
from torch.nn.functional import l1_loss, mse_loss

from gancourse import device
from gancourse.data.pairs import load_pairs
from gancourse.training import systems
from gancourse.training.loop import train


def pooled(kept, x, size=50):
    """The authors' image pool, one image at a time."""
    if len(kept) < size:
        kept.append(x)
        return x
    if random.random() < 0.5:
        return x
    i = random.randrange(size)
    old, kept[i] = kept[i], x
    return old


def plain(game, pairs, size, at):
    """The plain recipe: yields after every step."""
    loaders = [
        torch.utils.data.DataLoader(Pictures(side, size), 1, shuffle=True, num_workers=0) for side in (pairs.a, pairs.b)
    ]
    (to_b, to_a), (d_a, d_b) = game.generator, game.discriminator
    adam = partial(torch.optim.Adam, lr=2e-4, betas=(0.5, 0.999))
    optimiser_g, optimiser_d = adam(game.generator.parameters()), adam(game.discriminator.parameters())
    pools, errors = ([], []), []

    def wants(logits, value):
        return mse_loss(logits, torch.full_like(logits, value))

    while True:
        for x_a, x_b in zip(*loaders, strict=False):
            x_a, x_b = x_a.to(at), x_b.to(at)
            optimiser_g.zero_grad()
            made_a, made_b = to_a(x_b), to_b(x_a)
            loss_g = wants(d_a(made_a), 1) + wants(d_b(made_b), 1)
            loss_g = loss_g + 10 * (l1_loss(to_a(made_b), x_a) + l1_loss(to_b(made_a), x_b))
            loss_g = loss_g + 5 * (l1_loss(to_a(x_a), x_a) + l1_loss(to_b(x_b), x_b))
            loss_g.backward()
            optimiser_g.step()
            optimiser_d.zero_grad()
            for d, real, made, pool in ((d_a, x_a, made_a, pools[0]), (d_b, x_b, made_b, pools[1])):
                loss_d = (wants(d(real), 1) + wants(d(pooled(pool, made.detach())), 0)) / 2
                loss_d.backward()
                errors.append(loss_d.item())
            optimiser_d.step()
            errors.append(loss_g.item())
            yield


@click.command()
@click.option("--size", default=128)
@click.option("--width", default=64)
@click.option("--steps", default=200, help="Timed steps a run.")
@click.option("--repeats", default=5)
@click.option("--images", default=500, help="Of either side.")
@click.option("--try-out", is_flag=True, help="Also without a GPU; results are not kept.")
def main(size, width, steps, repeats, images, try_out):
    if not torch.cuda.is_available() and not try_out:
        raise click.ClickException("There is no GPU here.")
    at, pairs = device.best(), load_pairs("shapes-photos", size, n=images)
    kind, rows = systems.find("cyclegan-photos"), {"plain": [], "course": []}
    resident, make = pairs.to(at), partial(systems.make, "cyclegan-photos", size, (3, 3), width, 0)
    options = {"optimiser": kind.optimisers(), "average": 0.999, "bf16": device.has_bf16(at), "progress": False}
    for _ in range(repeats):
        turns = plain(make().to(at), pairs, size, at)
        rows["plain"].append(rate(lambda n, t=turns: [next(t) for _ in range(n)], 1, at, steps, min(20, steps)))
        step = partial(train, device.place(make(), at), resident.batches(1), capture=at.type == "cuda", **options)
        rows["course"].append(rate(step, 1, at, steps, min(20, steps)))
    ratios = [course / plain for plain, course in zip(*rows.values(), strict=True)]
    print(f"{size} px: {rows}, {statistics.median(ratios):.2f} times as fast")
    if not try_out:
        about = {"size": size, "width": width, "batch": 1, "ratio": statistics.median(ratios)}
        save("cyclegan_speed", "python benchmarks/cyclegan_speed.py", about | rows, ["torch"])


if __name__ == "__main__":
    main()
