"""Both losses of every system, and what it records, against the formulas of its paper, written out anew.

No loss of the package is called here. What a system draws is drawn again from the same seed. Not only the values are
compared but also the gradients of whoever descends: a term that is detached has the same value.
"""

import copy
import inspect
import itertools
from collections import namedtuple
from types import SimpleNamespace

import pytest
import torch
from torch.nn.functional import leaky_relu

from gancourse.games import losses
from gancourse.games.game import Game
from small_systems import CLASSES, SYSTEMS, TAKES_LOSS, defined, made, modules

Pay = namedtuple("Pay", "discriminator generator")


@pytest.fixture(autouse=True)
def _in_double_precision():
    torch.set_default_dtype(torch.float64)
    yield
    torch.set_default_dtype(torch.float32)


# --- what players are paid for their logits --------------------------------------------------------------------


def sigma(logit):
    return 1 / (1 + torch.exp(-logit))


def of_cross_entropy():
    return Pay(
        lambda real, fake: -torch.log(sigma(real)).mean() - torch.log(1 - sigma(fake)).mean(),
        lambda fake: -torch.log(sigma(fake)).mean(),
    )


def of_minimax():
    return Pay(of_cross_entropy().discriminator, lambda fake: torch.log(1 - sigma(fake)).mean())


def of_least_squares():
    return Pay(
        lambda real, fake: 0.5 * ((real - 1) ** 2).mean() + 0.5 * (fake**2).mean(),
        lambda fake: 0.5 * ((fake - 1) ** 2).mean(),
    )


def of_hinge():
    return Pay(
        lambda real, fake: torch.clamp(1 - real, min=0).mean() + torch.clamp(1 + fake, min=0).mean(),
        lambda fake: -fake.mean(),
    )


def of_a_critic():
    return Pay(lambda real, fake: fake.mean() - real.mean(), lambda fake: -fake.mean())


LOSSES = {
    losses.minimax: of_minimax,
    losses.non_saturating: of_cross_entropy,
    losses.least_squares: of_least_squares,
    losses.hinge: of_hinge,
    losses.wasserstein: of_a_critic,
}


def cross_entropy(logits, label):
    """−log of the share that softmax gives to each label."""
    share = torch.exp(logits) / torch.exp(logits).sum(dim=1, keepdim=True)
    return -torch.log(share[torch.arange(len(label)), label]).mean()


# --- the systems -----------------------------------------------------------------------------------------------
# Each is a function of a game, a batch, what players are paid, and what the generator was fed; it returns three
# functions: the discriminator's loss, the generator's loss, what is recorded.


def normal(game, n):
    return torch.randn(n, game.latent)


def uniform(game, n):
    return 2 * torch.rand(n, game.latent) - 1


def plain(draw, verdict=lambda game, x: game.discriminator(x)):
    """D(x) against D(G(z)); `verdict` writes D out, where it is what is new."""

    def system(game, x, pay, fed):
        def both():
            return verdict(game, x), verdict(game, game.generator(draw(game, len(x))))

        return lambda: pay.discriminator(*both()), lambda: pay.generator(both()[1]), both

    return system


def packed(game, x):
    packs = [torch.cat([x[i], x[i + 1]]) for i in range(0, len(x) - 1, 2)]
    return game.discriminator.inner(torch.stack(packs))


def normalised(game, x):
    """Each weight by its largest singular value (Miyato et al. 2018, eq. 8)."""
    first, between, last = game.discriminator
    for layer in (first, last):
        weight = layer.parametrizations.weight.original
        x = x @ (weight / torch.linalg.svdvals(weight)[0]).T + layer.bias
        x = between(x) if layer is first else x
    return x


def unrolled(game, x, pay, fed):
    """φ⁰ = φ, φᵏ⁺¹ = φᵏ − η ∂L_D/∂φᵏ; G pays by φᴷ (Metz et al. 2017, eqs. 8 to 10)."""

    def at(phi, v):
        for i in range(0, len(phi), 2):
            v = v @ phi[i].T + phi[i + 1]
            v = v if i + 2 == len(phi) else leaky_relu(v, 0.2)
        return v

    def generator():
        phi = list(game.discriminator.parameters())
        for _ in range(game.k):
            loss = pay.discriminator(at(phi, x), at(phi, game.generator(normal(game, len(x)))))
            slopes = torch.autograd.grad(loss, phi, create_graph=True)
            phi = [p - game.step_size * slope for p, slope in zip(phi, slopes, strict=True)]
        return pay.generator(at(phi, game.generator(normal(game, len(x)))))

    discriminator, _, logits = plain(normal)(game, x, pay, fed)
    return discriminator, generator, logits


def clipped(game, x, pay, fed):
    """Weights in the box, before anybody asks (Arjovsky et al. 2017, algorithm 1); to look on changes nothing."""

    def boxed(what):
        with torch.no_grad():
            for p in game.discriminator.parameters():
                p.copy_(torch.maximum(torch.minimum(p, torch.tensor(game.bound)), torch.tensor(-game.bound)))
        return what()

    discriminator, generator, logits = plain(normal)(game, x, pay, fed)
    return lambda: boxed(discriminator), lambda: boxed(generator), logits


def penalised(game, x, pay, fed):
    """λ E[(‖∇D(x̂)‖ − 1)²], x̂ = ε x + (1 − ε) G(z) with one ε for each example (Gulrajani et al. 2017, eq. 3)."""

    def discriminator():
        x_fake = game.generator(normal(game, len(x))).detach()
        total = 0.0
        for real, fake, eps in zip(x, x_fake, torch.rand(len(x)), strict=True):
            between = (eps * real + (1 - eps) * fake).requires_grad_()
            (slope,) = torch.autograd.grad(game.discriminator(between[None]).sum(), between, create_graph=True)
            excess = torch.sqrt((slope**2).sum()) - 1
            total = total + (excess**2 if excess > 0 or not game.one_sided else 0 * excess)
        return pay.discriminator(game.discriminator(x), game.discriminator(x_fake)) + game.weight * total / len(x)

    _, generator, logits = plain(normal)(game, x, pay, fed)
    return discriminator, generator, logits


def looked_on(game, x, pay, fed):
    """A critic as above, and cross-entropy of the same samples for a second judge, who pays nobody."""
    critic, onlooker = game.discriminator["critic"], game.discriminator["onlooker"]
    alone = SimpleNamespace(**vars(game), generator=game.generator, discriminator=critic)
    critics, generator, logits = penalised(alone, x, pay, fed)

    def discriminator():
        state = torch.get_rng_state()
        x_fake = game.generator(normal(game, len(x))).detach()
        torch.set_rng_state(state)
        return critics() + of_cross_entropy().discriminator(onlooker(x), onlooker(x_fake))

    return discriminator, generator, logits


def began(game, x, pay, fed):
    """L_D = L(x) − k L(G(z)), L_G = L(G(z)), L(v) = |v − D(v)| (Berthelot et al. 2017, section 3.4)."""

    def error(v):
        return (v - game.discriminator(v)).abs().mean(dim=1)

    def fake():
        return error(game.generator(normal(game, len(x))))

    return lambda: error(x).mean() - 0.4 * fake().mean(), lambda: fake().mean(), lambda: (-error(x), -fake())


def of_pairs(draw, pairs):
    """D(x, E(x)) against D(G(z), z); E wants the first taken for the second (Donahue et al. 2017, eq. 3)."""

    def system(game, x, pay, fed):
        def both():
            return pairs(game, x, draw(game, len(x)))

        def generator():
            real, fake = both()
            return pay.generator(fake) + pay.generator(-real)

        return lambda: pay.discriminator(*both()), generator, both

    return system


def pairs_of_ali(game, x, z):
    """E(x) is drawn from N(μ(x), σ(x)²), or is μ(x) (Dumoulin et al. 2017, section 2.1)."""
    code = game.encoder(x)
    mean, spread = code[:, :2], torch.exp(code[:, 2:])
    code = mean + spread * torch.randn(len(x), 2) if game.noise else mean
    return game.discriminator(torch.cat([x, code], 1)), game.discriminator(torch.cat([game.generator(z), z], 1))


def pairs_of_images(game, x, z):
    d = game.discriminator

    def verdict(image, code):
        return d.head(torch.cat([d.features(image), code], dim=1))

    return verdict(x, game.encoder(x)), verdict(game.generator(z), z)


def veegan(game, x, pay, fed):
    """G pays the logit "not real", and E‖z − F(G(z))‖² (Srivastava et al. 2017, eq. 5 and algorithm 1)."""

    def both(z):
        d = game.discriminator
        return d(torch.cat([x, game.reconstructor(x)], 1)), d(torch.cat([game.generator(z), z], 1))

    def generator():
        z = normal(game, len(x))
        lost = z - game.reconstructor(game.generator(z))
        return -both(z)[1].mean() + sum((row**2).sum() for row in lost) / len(x)

    return lambda: pay.discriminator(*both(normal(game, len(x)))), generator, lambda: both(normal(game, len(x)))


def fake_of(game, label):
    """G(z, c), z with the class one-hot behind it."""
    return game.generator(torch.cat([uniform(game, len(label)), torch.eye(CLASSES)[label]], dim=1))


def by_planes(game, x, label):
    planes = torch.eye(CLASSES)[label][:, :, None, None] * torch.ones(1, 1, *x.shape[2:])
    return game.discriminator.head(game.discriminator.features(torch.cat([x, planes], dim=1)))


def by_projection(game, x, label):
    f = game.discriminator.features(x)
    return game.discriminator.head(f) + (f * game.discriminator.embedding.weight[label]).sum(dim=1, keepdim=True)


def conditional(verdict):
    """D(x, c) against D(G(z, c), c), with the same c (Mirza & Osindero 2014, eq. 2)."""

    def system(game, batch, pay, fed):
        x, label = batch

        def both():
            return verdict(game, x, label), verdict(game, fake_of(game, label), label)

        return lambda: pay.discriminator(*both()), lambda: pay.generator(both()[1]), both

    return system


def acgan(game, batch, pay, fed):
    """L_S + L_C, and L_C of real and of fake (Odena et al. 2017, eqs. 2 and 3)."""
    x, label = batch
    d = game.discriminator

    def read(image):
        f = d.features(image)
        return d.head(f), d.name(f)

    def discriminator():
        (real, real_name), (fake, fake_name) = read(x), read(fake_of(game, label))
        return pay.discriminator(real, fake) + cross_entropy(real_name, label) + cross_entropy(fake_name, label)

    def generator():
        fake, name = read(fake_of(game, label))
        return pay.generator(fake) + cross_entropy(name, label)

    return discriminator, generator, lambda: (read(x)[0], read(fake_of(game, label))[0])


def infogan(game, x, pay, fed):
    """Both add λ E[−log Q(c|G(z, c))], Q a softmax and Gaussians (Chen et al. 2016, eqs. 5 and 6)."""
    d = game.discriminator

    def fake():
        (z,) = fed
        assert z.shape == (len(x), game.latent + CLASSES + 2)
        f = d.features(game.generator(z))
        return d.head(f), d.read(f), z[:, game.latent : -2].argmax(dim=1), z[:, -2:]

    def information(read, category, codes):
        gaussians = torch.distributions.Normal(read[:, CLASSES:], game.std).log_prob(codes)
        return cross_entropy(read[:, :CLASSES], category) - gaussians.sum() / len(codes)

    def real():
        return d.head(d.features(x))

    def discriminator():
        logit, *rest = fake()
        return pay.discriminator(real(), logit) + 0.7 * information(*rest)

    def generator():
        logit, *rest = fake()
        return pay.generator(logit) + 0.7 * information(*rest)

    return discriminator, generator, lambda: (real(), fake()[0])


def relativistic(game, batch, pay, fed):
    """E log(1 + exp(D(G(z)) − D(x))), and γ/2 E‖∇D‖² at either (Huang et al. 2024, eq. 2 and section 2.3).

    With attributes c it is all of (x, c) and of (G(z, c), c).
    """
    x, given = batch if isinstance(batch, tuple) else (batch, torch.zeros(len(batch), 0))

    def d(v, c):
        return game.discriminator(v, c)[:, 0] if c.shape[1] else game.discriminator(v)[:, 0]

    def fake():
        return game.generator(torch.cat([normal(game, len(x)), given], dim=1))

    def steepness(v):
        total = 0.0
        for one, c in zip(v, given, strict=False):
            one = one.detach()[None].requires_grad_()
            (slope,) = torch.autograd.grad(d(one, c[None]).sum(), one, create_graph=True)
            total = total + (slope**2).sum()
        return total / len(v)

    def discriminator():
        x_fake = fake()
        gaps = d(x_fake, given) - d(x, given)
        first = round(0.5 * len(x))
        return torch.log(1 + torch.exp(gaps)).mean() + 0.7 / 2 * (steepness(x[:first]) + steepness(x_fake[:first]))

    def generator():
        return torch.log(1 + torch.exp(d(x, given) - d(fake(), given))).mean()

    return discriminator, generator, lambda: (d(x, given)[:, None], d(fake(), given)[:, None])


def growing(game, x, pay, fed):
    """As above, of images that are 0.7 of the side before, and 0.3 of this one (Karras et al. 2018, appendix A.1).

    D compares the images of a batch, so that a slope is of the sum over all that it is shown together.
    """
    coarse = x.unfold(2, 2, 2).unfold(3, 2, 2).mean(dim=(4, 5))
    coarse = coarse.repeat_interleave(2, dim=2).repeat_interleave(2, dim=3)
    x = 0.7 * coarse + 0.3 * x

    def steepness(v):
        v = v.detach().requires_grad_()
        (slope,) = torch.autograd.grad(game.discriminator(v).sum(), v, create_graph=True)
        return sum((row**2).sum() for row in slope) / len(v)

    def discriminator():
        x_fake, first = game.generator(normal(game, len(x))), round(0.5 * len(x))
        gaps = game.discriminator(x_fake) - game.discriminator(x)
        return torch.log(1 + torch.exp(gaps)).mean() + 0.7 / 2 * (steepness(x[:first]) + steepness(x_fake[:first]))

    return discriminator, *relativistic(game, x, pay, fed)[1:]


def styled(game, x, pay, fed):
    """As above; of nine images in ten the layers from a random one on have a second style (Karras et al. 2019)."""

    def generator(z):
        other, layers = normal(game, len(z)), 6
        crossover = torch.randint(1, layers, (len(z),))
        crossover = torch.where(torch.rand(len(z)) < 0.9, crossover, layers)
        first, second = game.generator.mapping(z), game.generator.mapping(other)
        rows = [[(first if i < c else second)[n] for i in range(layers)] for n, c in enumerate(crossover)]
        return game.generator.synthesise(torch.stack([torch.stack(row) for row in rows]))

    return relativistic(SimpleNamespace(latent=5, discriminator=game.discriminator, generator=generator), x, pay, fed)


def biggan(game, batch, pay, fed):
    """The game, and β Σ_{i≠j} (w_i · w_j)² over the rows of each of G's weights (Brock et al. 2019, eq. 3)."""
    x, label = batch

    def both():
        z = torch.cat([normal(game, len(x)), torch.eye(CLASSES)[label]], dim=1)
        return game.discriminator(x, label), game.discriminator(game.generator(z), label)

    def generator():
        convolutions = [m.weight for m in game.generator.modules() if isinstance(m, torch.nn.Conv2d)]
        total = 0.0
        for weight in [game.generator.first.weight, *convolutions]:
            for i, j in itertools.permutations(range(len(weight)), 2):
                total = total + (weight[i] * weight[j]).sum() ** 2
        return pay.generator(both()[1]) + 0.1 * total

    return lambda: pay.discriminator(*both()), generator, both


def captioned(game, batch, pay, fed):
    """Reed et al. (2016), algorithm 1, with zero-centred penalties; ĉ and the divergence of StackGAN, eq. 2."""
    (x, bag), d = batch, game.discriminator

    def written():
        mean, log_variance = game.generator.encoder(bag)
        z = normal(game, len(x))
        code = mean + torch.sqrt(torch.exp(log_variance)) * torch.randn(len(x), 4)
        return game.generator.images(torch.cat([z, code], dim=1)), mean, log_variance

    def steepness(v):
        total = 0.0
        for one, c in zip(v, bag, strict=False):
            one = one.detach()[None].requires_grad_()
            (slope,) = torch.autograd.grad(d(one, c[None]).sum(), one, create_graph=True)
            total = total + (slope**2).sum()
        return total / len(v)

    def discriminator():
        x_fake, others, first = written()[0], torch.cat([bag[-1:], bag[:-1]]), round(0.5 * len(x))
        wrong = torch.log(1 - sigma(d(x, others))).mean() + torch.log(1 - sigma(d(x_fake, bag))).mean()
        return (
            -torch.log(sigma(d(x, bag))).mean() - wrong / 2 + 0.35 * (steepness(x[:first]) + steepness(x_fake[:first]))
        )

    def generator():
        x_fake, mean, log_variance = written()
        spread = torch.distributions.Normal(mean, torch.exp(log_variance / 2))
        divergence = torch.distributions.kl_divergence(spread, torch.distributions.Normal(0.0, 1.0))
        return pay.generator(d(x_fake, bag)) + 0.3 * divergence.mean()

    return discriminator, generator, lambda: (d(x, bag), d(written()[0], bag))


def of_clips(game, x, pay, fed):
    """The relativistic game, and λ times the mean of the mask (Vondrick et al. 2016, section 3.2)."""
    discriminator, _, logits = relativistic(game, x, pay, fed)

    def generator():
        z = normal(game, len(x))
        mask = 1 / (1 + torch.exp(-game.generator.moving(z)[:, 3]))
        gap = game.discriminator(x) - game.discriminator(game.generator(z))
        return torch.log(1 + torch.exp(gap)).mean() + 0.3 * mask.mean()

    return discriminator, generator, logits


def semisupervised(game, batch, pay, fed):
    """D = log Σ exp l_k, and cross-entropy where there are labels; G matches mean features (Salimans et al. 2016)."""
    x, x_labelled, label = batch
    d = game.discriminator

    def both():
        real, fake = d(x), d(game.generator(uniform(game, len(x))))
        return torch.log(torch.exp(real).sum(dim=1)), torch.log(torch.exp(fake).sum(dim=1))

    def generator():
        apart = sum(d.features(x)) / len(x) - sum(d.features(game.generator(uniform(game, len(x))))) / len(x)
        return apart @ apart

    return lambda: cross_entropy(d(x_labelled), label) + pay.discriminator(*both()), generator, both


def translation(verdict, distance):
    """D of a real and of a made output; G pays a distance, and λ times the game."""

    def system(game, batch, pay, fed):
        x_a, x_b = batch

        def both():
            return verdict(game, x_a, x_b), verdict(game, x_a, game.generator(x_a))

        def generator():
            return distance(game.generator(x_a), x_b) + game.adversarial * pay.generator(both()[1])

        return lambda: pay.discriminator(*both()), generator, both

    return system


def of_both(game, x_a, x_b):
    return game.discriminator(torch.cat([x_a, x_b], dim=1))


def of_output(game, x_a, x_b):
    return game.discriminator(x_b)


def l1(x, y):
    return (x - y).abs().sum() / x.numel()


def l2(x, y):
    return ((x - y) ** 2).sum() / x.numel()


def adaptation(game, batch, pay, fed):
    """G and T pay for the game and for the task, of made and of source images (Bousmalis et al. 2017, eqs. 1 to 3)."""
    x, label, target = batch
    d, t = game.discriminator, game.classifier

    def restyled():
        return game.generator(uniform(game, len(x)), x)

    def generator():
        made = restyled()
        return pay.generator(d(made)) + 0.7 * (cross_entropy(t(made), label) + cross_entropy(t(x), label))

    def both():
        return d(target), d(restyled())

    return lambda: pay.discriminator(*both()), generator, both


def cyclegan(game, batch, pay, fed):
    """The paper's eq. 3 and section 5.2, least squares without a half for G; D as in section 4, on a pool yet empty."""
    (x_a, x_b), (to_b, to_a), (d_a, d_b) = batch, game.generator, game.discriminator

    def generator():
        made_a, made_b = to_a(x_b), to_b(x_a)
        adversarial = ((d_a(made_a) - 1) ** 2).mean() + ((d_b(made_b) - 1) ** 2).mean()
        cycle = l1(to_a(made_b), x_a) + l1(to_b(made_a), x_b)
        return 0.5 * adversarial + 3 * cycle + 2 * (l1(to_a(x_a), x_a) + l1(to_b(x_b), x_b))

    def discriminator():
        sides = (d_a, x_a, to_a(x_b)), (d_b, x_b, to_b(x_a))
        return sum(0.5 * ((d(real) - 1) ** 2).mean() + 0.5 * (d(fake) ** 2).mean() for d, real, fake in sides)

    return discriminator, generator, lambda: (d_b(x_b), d_b(to_b(x_a)))


WRITTEN_OUT = {
    "GAN": plain(normal),
    "spectral norm": plain(normal, normalised),
    "minibatch": plain(normal),
    "minibatch std": plain(normal),
    "PacGAN": plain(normal, packed),
    "unrolled": unrolled,
    "VEEGAN": veegan,
    "ALI": of_pairs(normal, pairs_of_ali),
    "BiGAN in the plane": of_pairs(normal, pairs_of_ali),
    "WGAN": clipped,
    "WGAN-GP": penalised,
    "WGAN-GP, one-sided": penalised,
    "onlooker": looked_on,
    "words": penalised,
    "BEGAN": began,
    "DCGAN": plain(uniform),
    "maxout": plain(uniform),
    "cGAN": conditional(by_planes),
    "projection": conditional(by_projection),
    "BigGAN": biggan,
    "AC-GAN": acgan,
    "InfoGAN": infogan,
    "BiGAN": of_pairs(uniform, pairs_of_images),
    "relativistic": relativistic,
    "growing": growing,
    "style": styled,
    "attributes": relativistic,
    "captions": captioned,
    "voxels": relativistic,
    "video": of_clips,
    "video, one stream": relativistic,
    "semi-supervised": semisupervised,
    "pix2pix": translation(of_both, lambda y, x: 2 * l1(y, x)),
    "SPADE": translation(of_both, lambda y, x: 100 * l1(y, x)),
    "SRGAN": translation(of_output, lambda y, x: 2 * l1(y, x) + 0.5 * l2(y.flip(1) ** 2, x.flip(1) ** 2)),
    "context encoder": translation(of_output, lambda y, x: 2 * l2(y[..., 4:12, 4:12], x[..., 4:12, 4:12])),
    "PixelDA": adaptation,
    "CycleGAN": cyclegan,
}
PAID = {  # what its paper pays, if nobody says; all others cross-entropy, flipped for G
    "WGAN": of_a_critic,
    "WGAN-GP": of_a_critic,
    "WGAN-GP, one-sided": of_a_critic,
    "onlooker": of_a_critic,
    "words": of_a_critic,
    "BigGAN": of_hinge,
}
METHODS = ("discriminator_loss", "generator_loss", "logits")


def answers(name, method, pay, **options):
    """What the system says and what its formula says, each with the game that says it."""
    game, batch = made(name, **options)
    other, fed = copy.deepcopy(game), []
    game.generator.register_forward_pre_hook(lambda module, inputs: fed.append(inputs[0].detach()))
    torch.manual_seed(1)
    said = getattr(game, method)(batch)
    torch.manual_seed(1)
    formula = WRITTEN_OUT[name](other, batch, pay, fed)[METHODS.index(method)]
    return (game, said), (other, formula())


def slopes(game, loss, player):
    """The gradients of the parameters whose first name is in question: the discriminator's, or all others."""
    mine = {key: p for key, p in game.named_parameters() if key.startswith("discriminator.") == (player == "D")}
    found = torch.autograd.grad(loss, mine.values(), retain_graph=True, allow_unused=True, materialize_grads=True)
    return dict(zip(mine, found, strict=True))


def check(name, method, player, pay, **options):
    (game, said), (other, written) = answers(name, method, pay, **options)
    assert said.shape == ()
    torch.testing.assert_close(said.detach(), written.detach())
    found, expected = slopes(game, said, player), slopes(other, written, player)
    assert any(slope.any() for slope in expected.values())
    torch.testing.assert_close(found, expected)


@pytest.mark.parametrize("name", SYSTEMS)
def test_the_discriminators_loss_is_the_papers(name):
    check(name, "discriminator_loss", "D", PAID.get(name, of_cross_entropy)())


@pytest.mark.parametrize("name", SYSTEMS)
def test_the_generators_loss_is_the_papers(name):
    check(name, "generator_loss", "G", PAID.get(name, of_cross_entropy)())


@pytest.mark.parametrize("given", [losses.least_squares, losses.hinge])
@pytest.mark.parametrize("name", TAKES_LOSS)
def test_a_loss_that_is_given_takes_the_place_of_the_papers(name, given):
    check(name, "discriminator_loss", "D", LOSSES[given](), loss=given())
    check(name, "generator_loss", "G", LOSSES[given](), loss=given())


@pytest.mark.parametrize("given", LOSSES)
def test_every_loss_can_be_given(given):
    check("GAN", "discriminator_loss", "D", LOSSES[given](), loss=given())
    check("GAN", "generator_loss", "G", LOSSES[given](), loss=given())


@pytest.mark.parametrize("name", SYSTEMS)
def test_the_record_is_of_real_samples_first_and_then_of_made_ones(name):
    (_, said), (_, written) = answers(name, "logits", None)
    for logits, expected in zip(said, written, strict=True):
        assert not logits.requires_grad
        torch.testing.assert_close(logits, expected.detach())


# --- none is left out ------------------------------------------------------------------------------------------


def test_every_game_has_its_formulas():
    """A `Game` without a loss of G, as `Translation`, is what others build on."""
    games = defined(lambda thing: inspect.isclass(thing) and issubclass(thing, Game)).values()
    whole = {game for game in games if game.generator_loss is not Game.generator_loss}
    assert {type(made(name)[0]) for name in SYSTEMS} == whole
    assert set(WRITTEN_OUT) == set(SYSTEMS)


def test_every_loss_is_written_out():
    made_of_nothing = defined(
        lambda thing: (
            inspect.isfunction(thing)
            and thing.__module__ == losses.__name__
            and all(p.default is not p.empty for p in inspect.signature(thing).parameters.values())
        )
    )
    assert set(made_of_nothing.values()) == set(LOSSES)


def test_every_file_is_used_by_a_system_that_is_written_out():
    used = set()
    for name in SYSTEMS:
        game, _ = made(name)
        used |= {base.__module__ for module in game.modules() for base in type(module).__mro__}
    used |= {"gancourse.games.latent", "gancourse.games.losses", "gancourse.games.words"}  # functions alone
    used |= {"gancourse.games.ascent", "gancourse.games.editing"}  # played against a generator that is trained
    used |= {"gancourse.games.augment"}  # test_augment.py has it
    used |= {"gancourse.games.known_critic"}  # no game: a problem whose answer is known
    used |= {"gancourse.games.structure"}  # about games; tests/plots/test_plotted_diagrams.py has it
    assert {module.__name__ for module in modules().values()} <= used
