"""Every network of `gancourse/games/` against its layers, written out one after another with its own weights.

What a layer does is PyTorch's; here it is tested which layers there are, in what order, and what goes into each.
"""

import inspect
import math

import pytest
import torch
from torch import nn
from torch.nn import functional as F

from gancourse.games import (
    acgan,
    adaptation,
    attributes,
    augment,
    bigan,
    biggan,
    captions,
    conditional,
    cyclegan,
    dcgan,
    gan,
    growing,
    infogan,
    inpainting,
    known_critic,
    maxout,
    minibatch,
    pacgan,
    patch,
    pix2pix,
    residual,
    semisupervised,
    spade,
    srgan,
    stylegan,
    video,
    voxels,
    words,
)
from gancourse.games.game import Game
from small_systems import defined

IMAGE = (1, 16, 16)
LABEL = torch.tensor([2, 0, 1, 1])


@pytest.fixture(autouse=True)
def _in_double_precision():
    torch.set_default_dtype(torch.float64)
    yield
    torch.set_default_dtype(torch.float32)


# --- layers ----------------------------------------------------------------------------------------------------


def weighted(network):
    """Its linear and convolutional layers, in the order in which they stand."""
    volumes = nn.Conv3d | nn.ConvTranspose3d
    return [m for m in network.modules() if isinstance(m, nn.Linear | nn.Conv2d | nn.ConvTranspose2d | volumes)]


def norms(network):
    return [m for m in network.modules() if isinstance(m, nn.BatchNorm1d | nn.BatchNorm2d | nn.GroupNorm)]


def line(layer, x):
    return x @ layer.weight.T + (0 if layer.bias is None else layer.bias)


def conv(layer, x, stride=1, padding=0):
    return F.conv2d(x, layer.weight, layer.bias, stride, padding)


def half(layer, x):
    assert layer.kernel_size == (4, 4)
    return conv(layer, x, 2, 1)


def same(layer, x):
    assert layer.kernel_size == (3, 3)
    return conv(layer, x, 1, 1)


def double(layer, x, output_padding=0):
    return F.conv_transpose2d(x, layer.weight, layer.bias, 2, 1, output_padding)


def standard(x, axes):
    return (x - x.mean(axes, keepdim=True)) / torch.sqrt(x.var(axes, correction=0, keepdim=True) + 1e-5)


def batch_norm(layer, x):
    assert isinstance(layer, nn.BatchNorm1d | nn.BatchNorm2d)
    x = standard(x, (0, 2, 3) if x.ndim == 4 else 0)
    shape = (1, -1, 1, 1) if x.ndim == 4 else (1, -1)
    return x * layer.weight.view(shape) + layer.bias.view(shape)


def group_norm(layer, x):
    """Four groups of channels, each image by itself."""
    assert isinstance(layer, nn.GroupNorm)
    grouped = standard(x.unflatten(1, (4, -1)), (2, 3, 4)).flatten(1, 2)
    return grouped * layer.weight.view(1, -1, 1, 1) + layer.bias.view(1, -1, 1, 1)


def instance(x):
    return standard(x, (2, 3))


def relu(x):
    return x * (x > 0)


def leaky(x):
    return torch.where(x > 0, x, 0.2 * x)


def mirror(x, n):
    return F.pad(x, (n,) * 4, mode="reflect")


def larger(x, size):
    """By repeating pixels, or leaving some out."""
    at = torch.arange(size) * x.shape[2] // size
    return x[:, :, at][:, :, :, at]


# --- fully connected -------------------------------------------------------------------------------------------


def layers(activation):
    def written(network, x):
        *hidden, last = weighted(network)
        for layer in hidden:
            x = activation(line(layer, x))
        return line(last, x)

    return written


def packs(network, x):
    rows = [torch.cat([x[2 * i], x[2 * i + 1]]) for i in range(len(x) // 2)]
    return layers(leaky)(network.inner, torch.stack(rows))


def largest_of_pieces(network, x):
    numbers = line(network.linear, x)
    return torch.stack([numbers[:, 3 * i : 3 * i + 3].max(dim=1).values for i in range(2)], dim=1)


def closeness(network, f):
    m = line(network.project, f).reshape(len(f), 3, 2)
    others = [sum(torch.exp(-(m[i] - m[j]).abs().sum(1)) for j in range(len(f)) if j != i) for i in range(len(f))]
    return torch.cat([f, torch.stack(others)], dim=1)


def deviation(network, f):
    spread = torch.sqrt(((f - f.mean(dim=0)) ** 2).mean(dim=0)).mean()
    return torch.cat([f, spread * torch.ones(len(f), 1)], dim=1)


def before_the_last(added):
    """The small discriminator, with a layer that appends to what its last layer sees."""

    def written(network, x):
        trunk, last = weighted(network)[:3], weighted(network)[-1]
        for layer in trunk:
            x = leaky(line(layer, x))
        return line(last, added(network[2], x))

    return written


def shares(network, z):
    return torch.softmax(layers(relu)(network, z).reshape(len(z), 6, 27), dim=2)


# --- for images ------------------------------------------------------------------------------------------------


def generator(network, z):
    (first, up, last), (norm_0, norm_1) = weighted(network), norms(network)
    h = relu(batch_norm(norm_0, line(first, z).reshape(-1, 8, 4, 4)))
    return torch.tanh(double(last, relu(batch_norm(norm_1, double(up, h)))))


def features(network, x, norm=batch_norm):
    first, second = weighted(network.features)
    h = leaky(half(first, x))
    return leaky(norm(norms(network.features)[0], half(second, h))).flatten(1)


def judge(network, x):
    return line(network.head, features(network, x))


def residue(network, h):
    first, second = weighted(network)
    return h + same(second, leaky(same(first, leaky(h))))


def grown(network, z):
    first, _, larger_block, _, up, block, _, last, _ = network.layers
    h = residue(larger_block, line(first, z).reshape(-1, 8, 4, 4))
    return torch.tanh(double(last, leaky(residue(block, double(up, leaky(h))))))


def leaky_stack(network, x):
    first, block, _, second, smaller_block, _, _ = network.features
    h = leaky(residue(block, half(first, x)))
    return leaky(residue(smaller_block, half(second, h))).flatten(1)


def shrunk(network, x):
    return line(network.head, leaky_stack(network, x))


def with_planes(network, x, label):
    planes = torch.zeros(len(x), 3, 16, 16)
    planes[torch.arange(len(x)), label] = 1
    return judge(network, torch.cat([x, planes], dim=1))


def with_projection(network, x, label):
    f = features(network, x)
    inner = torch.stack([row @ network.embedding.weight[c] for row, c in zip(f, label, strict=True)])
    return line(network.head, f) + inner[:, None]


def with_attributes(network, x, given):
    f = leaky_stack(network, x)
    return line(network.head, f) + ((given @ network.embedding.weight.T) * f).sum(dim=1, keepdim=True)


def grown_volume(network, z, shape):
    """Doubled twice along three axes."""
    first, up, last = weighted(network)
    h = leaky(line(first, z).reshape(-1, 8, *shape))
    h = leaky(F.conv_transpose3d(h, up.weight, up.bias, 2, 1))
    return F.conv_transpose3d(h, last.weight, last.bias, 2, 1)


def shrunk_volume(network, x):
    first, second, last = weighted(network)
    h = leaky(F.conv3d(x, first.weight, first.bias, 2, 1))
    return line(last, leaky(F.conv3d(h, second.weight, second.bias, 2, 1)).flatten(1))


def planes_of(clip):
    """Reds of all frames, greens, blues: (n, 3, 4, 16, 16) to (n, 12, 16, 16)."""
    return torch.cat([clip[:, 0], clip[:, 1], clip[:, 2]], dim=1)


def frames_of(x):
    return torch.stack([x[:, 0:4], x[:, 4:8], x[:, 8:12]], dim=1)


def two_streams(network, z):
    moving = grown_volume(network.moving, z, (1, 4, 4))
    mask = 1 / (1 + torch.exp(-moving[:, 3:]))
    first, up, last = weighted(network.still)
    h = leaky(double(up, leaky(line(first, z).reshape(-1, 8, 4, 4))))
    still = torch.tanh(double(last, h))
    clip = [mask[:, :, t] * torch.tanh(moving[:, :3, t]) + (1 - mask[:, :, t]) * still for t in range(4)]
    return planes_of(torch.stack(clip, dim=2))


def reads_words(network, bag):
    first, last = weighted(network)
    code = line(last, leaky(line(first, bag)))
    return code[:, :4], code[:, 4:]


def written(network, z, bag, noise):
    first, last = weighted(network.encoder)
    code = line(last, leaky(line(first, bag)))
    mean, spread = code[:, :4], torch.sqrt(torch.exp(code[:, 4:]))
    return grown(network.images, torch.cat([z, mean + spread * noise], dim=1))


def names(network, x):
    f = features(network, x)
    return line(network.head, f), line(network.name, f)


def reads(network, x):
    f = features(network, x)
    first, last = weighted(network.read)
    read = line(last, leaky(batch_norm(norms(network.read)[0], line(first, f))))
    return line(network.head, f), read[:, :3], read[:, 3:]


def with_code(network, x, z):
    first, last = weighted(network.head)
    return line(last, leaky(line(first, torch.cat([features(network, x), z], dim=1))))


def gaussian_share(network, code):
    return 2 * torch.distributions.Normal(0.0, 1.0).cdf(standard(code, 0)) - 1


def classes(network, x):
    """Without dropout, which is switched off here."""
    return line(weighted(network.head)[0], features(network, x, group_norm))


# --- from image to image ---------------------------------------------------------------------------------------


def patches(network, x):
    first, second, last = weighted(network)
    assert last.out_channels == 1
    h = leaky(instance(conv(second, leaky(half(first, x)), 1, 1)))
    return conv(last, h, 1, 1)


def u_net(network, x):
    down_0, down_1, down_2, up_0, up_1, up_2 = weighted(network)
    a = half(down_0, x)
    b = instance(half(down_1, leaky(a)))
    c = instance(half(down_2, leaky(b)))
    h = torch.cat([instance(double(up_0, relu(c))), b], dim=1)
    h = torch.cat([instance(double(up_1, relu(h))), a], dim=1)
    return torch.tanh(double(up_2, relu(h)))


def encoder_decoder(network, x):
    down_0, down_1, up_0, up_1 = weighted(network)
    h = instance(half(down_1, leaky(half(down_0, x))))
    return torch.tanh(double(up_1, relu(instance(double(up_0, relu(h))))))


def normed_residue(network, x):
    first, second = weighted(network)
    h = relu(instance(conv(first, mirror(x, 1))))
    return x + instance(conv(second, mirror(h, 1)))


def residual_generator(network, x):
    first, down, _, _, up, last = weighted(network)
    (block,) = (m for m in network.modules() if isinstance(m, cyclegan.ResidualBlock))
    h = relu(instance(conv(first, mirror(x, 3))))
    h = normed_residue(block, relu(instance(conv(down, h, 2, 1))))
    h = relu(instance(double(up, h, output_padding=1)))
    return torch.tanh(conv(last, mirror(h, 3)))


def restyled(network, z, x):
    plane = line(network.plane, z).reshape(-1, 1, 16, 16)
    _, first, _, _, last = weighted(network)
    (block,) = (m for m in network.modules() if isinstance(m, cyclegan.ResidualBlock))
    h = relu(same(first, torch.cat([x, plane], dim=1)))
    return torch.tanh(same(last, normed_residue(block, h)))


def pooled(x):
    return x.unfold(2, 2, 2).unfold(3, 2, 2).amax(dim=(4, 5))


def class_logits(network, x):
    first, second, dense, last = weighted(network)
    h = pooled(relu(conv(second, pooled(relu(conv(first, x, padding=2))), padding=2)))
    return line(last, relu(line(dense, h.flatten(1))))


def told_by_spade(network, h, layout):
    a = relu(same(weighted(network.shared)[0], larger(layout, h.shape[2])))
    return instance(h) * (1 + same(network.scale, a)) + same(network.shift, a)


def told_by_channels(network, h, layout):
    h = F.pad(torch.cat([h, larger(layout, h.shape[2])], dim=1), (1,) * 4, mode="replicate")
    return instance(conv(network.mix, h))


def layout_block(network, h, layout):
    first = same(network.convolve[0], leaky(told_by_spade(network.inject[0], h, layout)))
    second = same(network.convolve[1], leaky(told_by_spade(network.inject[1], first, layout)))
    changes = network.convolve[0].in_channels != network.convolve[0].out_channels
    return second + (conv(network.past, h) if changes else h)


def layout_generator(network, layout):
    assert [block.convolve[1].out_channels for block in network.blocks] == [8, 4, 2]
    h = network.start.repeat(len(layout), 1, 1, 1)
    for block, size in zip(network.blocks, (4, 8, 16), strict=True):
        h = layout_block(block, larger(h, size), layout)
    return torch.tanh(same(weighted(network.last)[0], leaky(h)))


def by_mean_square(h):
    return h / torch.sqrt((h**2).sum(dim=1, keepdim=True) / h.shape[1] + 1e-8)


def grown_generator(network, z):
    """From 4 to 16 pixels, and 0.3 of the way from 8."""
    first, conv_8, conv_16, _, to_8, to_16 = weighted(network)
    h = by_mean_square(leaky(line(first, z).reshape(-1, 16, 4, 4)))
    h = by_mean_square(leaky(same(conv_8, larger(h, 8))))
    small = torch.tanh(conv(to_8, h))
    h = by_mean_square(leaky(same(conv_16, larger(h, 16))))
    return 0.7 * larger(small, 16) + 0.3 * torch.tanh(conv(to_16, h))


def mean_of_four(x):
    return x.unfold(2, 2, 2).unfold(3, 2, 2).mean(dim=(4, 5))


def grown_judge(network, x):
    _, from_8, from_16, conv_8, conv_16, last, head = weighted(network)
    h = mean_of_four(leaky(same(conv_16, leaky(conv(from_16, x)))))
    h = 0.7 * leaky(conv(from_8, mean_of_four(x))) + 0.3 * h
    h = mean_of_four(leaky(same(conv_8, h)))
    spread = torch.sqrt(((h - h.mean(dim=0)) ** 2).mean(dim=0)).mean()
    h = torch.cat([h, spread * torch.ones(len(h), 1, 4, 4)], dim=1)
    return line(head, leaky(same(last, h)).flatten(1))


def at_0_3(network):
    network.alpha.fill_(0.3)
    return network


def told_norm(network, h, given):
    standardised = standard(h, (0, 2, 3))
    if network.told is None:
        return batch_norm(network.norm, h)
    n = h.shape[1]
    told = line(network.told, given)
    return standardised * (1 + told[:, :n, None, None]) + told[:, n:, None, None]


def big_block(network, h, given):
    side = 2 * h.shape[2]
    first, second = network.convs
    inner = same(first, larger(relu(told_norm(network.norms[0], h, given)), side))
    inner = same(second, relu(told_norm(network.norms[1], inner, given)))
    return conv(network.past, larger(h, side)) + inner


def big_generator(network, given):
    """Two blocks; without an embedding the norms are told nothing."""
    told = None if network.embed is None else torch.cat([given[:, :5], line(network.embed, given[:, 5:])], dim=1)
    h = line(network.first, given).reshape(-1, 16, 4, 4)
    for block in network.blocks:
        h = big_block(block, h, told)
    norm, _, last, _ = network.last
    return torch.tanh(same(last, relu(batch_norm(norm, h))))


def divided(layer):
    """A weight by its largest singular value, as far as the layer knows it by now; tests/games/test_biggan.py waits."""
    original, vectors = layer.parametrizations.weight.original, layer.parametrizations.weight[0]
    return original / (vectors._u @ original.flatten(1) @ vectors._v)


def steady(network, x, label):
    for layer in weighted(network.features):
        x = leaky(F.conv2d(x, divided(layer), layer.bias, 2, 1))
    f = x.flatten(1)
    inner = (f * divided(network.embedding)[label]).sum(dim=1, keepdim=True)
    return f @ divided(network.head).T + network.head.bias + inner


def mapped(network, z):
    h = by_mean_square(z)
    for layer in weighted(network):
        h = leaky(line(layer, h))
    return h


def styled_layer(network, h, w, noise):
    if weighted(network)[:-1]:
        h = same(network.conv, larger(h, h.shape[2] * (2 if isinstance(network.up, nn.Upsample) else 1)))
    h = leaky(h if network.strength is None else h + network.strength * noise)
    told, n = line(network.style, w), h.shape[1]
    mean, std = h.mean(dim=(2, 3), keepdim=True), torch.sqrt(h.var(dim=(2, 3), correction=0, keepdim=True) + 1e-8)
    return told[:, :n, None, None] * (h - mean) / std + told[:, n:, None, None]


def styled_generator(network, z):
    w, h = mapped(network.mapping, z), network.constant.repeat(len(z), 1, 1, 1)
    assert [layer.conv.out_channels for layer in list(network.layers)[1:]] == [16, 8, 8, 4, 4]
    for layer in network.layers:
        h = styled_layer(layer, h, w, 0.0)
    return torch.tanh(conv(network.to_image, h))


def prelu(layer, x):
    return torch.where(x > 0, x, layer.weight * x)


def plain_block(network, x):
    first, activation, second = network.f
    return x + same(second, prelu(activation, same(first, x)))


def large(network, x):
    convolve, activation = network.first
    h = prelu(activation, same(convolve, x))
    *blocks, after = network.blocks
    inner = h
    for block in blocks:
        inner = plain_block(block, inner)
    h = h + same(after, inner)
    for four, _, activation in network.up:
        rows = same(four, h).unflatten(1, (-1, 2, 2))  # (n, c, dy, dx, H, W)
        h = prelu(activation, rows.permute(0, 1, 4, 2, 5, 3).flatten(4, 5).flatten(2, 3))
    enlarged = F.interpolate(x, scale_factor=4, mode="bicubic").clamp(-1, 1)
    made = enlarged + same(network.last, h)
    return made if network.training else made.clamp(-1, 1)


def pasted(network, x):
    whole, made = x.clone(), network.generator(x)
    whole[:, :, 4:12, 4:12] = made[:, :, 4:12, 4:12]
    return whole


def two_bumps(network, z):
    return torch.where(z[:, :1] < 0, -2.0, 3.0) + 0.4 * z[:, 1:]


# --- all of them -----------------------------------------------------------------------------------------------


def image(channels=1, side=16):
    return torch.rand(4, channels, side, side) * 2 - 1


SIZE = (16, 1, 4)  # pixels, channels, width
NETWORKS = {  # by what makes them: how, what they take, and the layers
    "gan.mlp": (lambda: gan.mlp(2, 3, 4), lambda: [torch.randn(4, 2)], layers(relu)),
    "gan.small_generator": (lambda: gan.small_generator(3, 2, 8), lambda: [torch.randn(4, 2)], layers(relu)),
    "gan.small_discriminator": (lambda: gan.small_discriminator(2, 8), lambda: [torch.randn(4, 2)], layers(leaky)),
    "pacgan.Packed": (lambda: pacgan.PacGAN(2).discriminator, lambda: [torch.randn(7, 2)], packs),
    "maxout.Maxout": (lambda: maxout.Maxout(5, 2, pieces=3), lambda: [torch.randn(4, 5)], largest_of_pieces),
    "minibatch.MinibatchDiscrimination": (
        lambda: minibatch.MinibatchDiscrimination(5, 3, 2),
        lambda: [torch.randn(4, 5)],
        closeness,
    ),
    "minibatch.MinibatchStd": (minibatch.MinibatchStd, lambda: [torch.randn(4, 5)], deviation),
    "minibatch.discriminator_with": (
        lambda: minibatch.discriminator_with(minibatch.MinibatchDiscrimination(8, 3, 2), 3, 8),
        lambda: [torch.randn(4, 2)],
        before_the_last(closeness),
    ),
    "words.writer": (lambda: words.writer(8), lambda: [torch.randn(4, words.LATENT)], shares),
    "words.reader": (
        lambda: words.reader(8),
        lambda: [torch.rand(4, 6, 27)],
        lambda network, x: layers(leaky)(network, x.flatten(1)),
    ),
    "dcgan.Generator": (lambda: dcgan.Generator(*SIZE, latent=5), lambda: [torch.randn(4, 5)], generator),
    "dcgan.Discriminator": (lambda: dcgan.Discriminator(*SIZE), lambda: [image()], judge),
    "residual.Block": (lambda: residual.Block(4), lambda: [image(4, 8)], residue),
    "residual.Generator": (lambda: residual.Generator(*SIZE, latent=5), lambda: [torch.randn(4, 5)], grown),
    "residual.Discriminator": (lambda: residual.Discriminator(*SIZE), lambda: [image()], shrunk),
    "conditional.PlanesDiscriminator": (
        lambda: conditional.PlanesDiscriminator(3, *SIZE),
        lambda: [image(), LABEL],
        with_planes,
    ),
    "conditional.ProjectionDiscriminator": (
        lambda: conditional.ProjectionDiscriminator(3, *SIZE),
        lambda: [image(), LABEL],
        with_projection,
    ),
    "attributes.AttributeDiscriminator": (
        lambda: attributes.AttributeDiscriminator(3, *SIZE),
        lambda: [image(), torch.randn(4, 3)],
        with_attributes,
    ),
    "augment.Augmented, evaluating": (
        lambda: augment.Augmented(conditional.ProjectionDiscriminator(3, *SIZE)).eval(),
        lambda: [image(), LABEL],
        lambda network, x, label: network.judge(x, label),
    ),
    "captions.CaptionEncoder": (
        lambda: captions.CaptionEncoder(5, 4, 6),
        lambda: [torch.randn(4, 5).sign()],
        reads_words,
    ),
    "captions.CaptionGenerator": (
        lambda: captions.CaptionGenerator(5, *SIZE, latent=3, code=4),
        lambda: [torch.randn(4, 3), torch.randn(4, 5).sign(), torch.randn(4, 4)],
        written,
    ),
    "voxels.VoxelGenerator": (
        lambda: voxels.VoxelGenerator(16, 4, 5),
        lambda: [torch.randn(4, 5)],
        lambda network, z: torch.tanh(grown_volume(network, z, (4, 4, 4)))[:, 0],
    ),
    "voxels.VoxelDiscriminator": (
        lambda: voxels.VoxelDiscriminator(16, 4),
        lambda: [image(16)],
        lambda network, x: shrunk_volume(network, x[:, None]),
    ),
    "voxels.growing": (
        lambda: voxels.growing(5, [8, 4], (1, 2, 3), 2),
        lambda: [torch.randn(4, 5)],
        lambda network, z: grown_volume(network, z, (1, 2, 3)),
    ),
    "voxels.shrinking": (
        lambda: voxels.shrinking(2, [4, 8], (1, 2, 3)),
        lambda: [torch.rand(4, 2, 4, 8, 12)],
        shrunk_volume,
    ),
    "voxels.grown": (
        lambda: voxels.grown(3, 2),
        lambda: [torch.rand(4, 3, 2, 3, 4)],
        lambda layer, x: F.conv_transpose3d(x, layer.weight, layer.bias, 2, 1),
    ),
    "voxels.shrunk": (
        lambda: voxels.shrunk(3, 2),
        lambda: [torch.rand(4, 3, 2, 4, 6)],
        lambda layer, x: F.conv3d(x, layer.weight, layer.bias, 2, 1),
    ),
    "video.OneStream": (
        lambda: video.OneStream(16, 4, 4, 5),
        lambda: [torch.randn(4, 5)],
        lambda network, z: planes_of(torch.tanh(grown_volume(network, z, (1, 4, 4)))),
    ),
    "video.TwoStreams": (lambda: video.TwoStreams(16, 4, 4, 5), lambda: [torch.randn(4, 5)], two_streams),
    "video.ClipDiscriminator": (
        lambda: video.ClipDiscriminator(16, 4, 4),
        lambda: [image(12)],
        lambda network, x: shrunk_volume(network, frames_of(x)),
    ),
    "acgan.NamingDiscriminator": (lambda: acgan.NamingDiscriminator(3, *SIZE), lambda: [image()], names),
    "infogan.ReadingDiscriminator": (
        lambda: infogan.ReadingDiscriminator(3, 2, *SIZE, hidden=6),
        lambda: [image()],
        reads,
    ),
    "bigan.PairDiscriminator": (
        lambda: bigan.PairDiscriminator(5, *SIZE, hidden=6),
        lambda: [image(), torch.rand(4, 5)],
        with_code,
    ),
    "bigan.Uniform": (lambda: bigan.Uniform(3), lambda: [torch.randn(4, 3)], gaussian_share),
    "semisupervised.ClassDiscriminator": (
        lambda: semisupervised.ClassDiscriminator(3, *SIZE),
        lambda: [image()],
        classes,
    ),
    "patch.PatchDiscriminator": (lambda: patch.PatchDiscriminator(3, 4, 1), lambda: [image(3)], patches),
    "pix2pix.UNet": (lambda: pix2pix.UNet(3, 1, 4, 3), lambda: [image(3)], u_net),
    "pix2pix.UNet, without skips": (lambda: pix2pix.UNet(3, 1, 4, 2, False), lambda: [image(3)], encoder_decoder),
    "cyclegan.ResidualBlock": (lambda: cyclegan.ResidualBlock(3), lambda: [image(3)], normed_residue),
    "cyclegan.ResidualGenerator": (
        lambda: cyclegan.ResidualGenerator(3, 1, 4, 1, 1),
        lambda: [image(3)],
        residual_generator,
    ),
    "adaptation.Restyler": (
        lambda: adaptation.Restyler(*SIZE, blocks=1, latent=5),
        lambda: [torch.rand(4, 5), image()],
        restyled,
    ),
    "adaptation.Namer": (lambda: adaptation.Namer(3, *SIZE), lambda: [image()], class_logits),
    "spade.Spade": (lambda: spade.Spade(4, 3, 5), lambda: [image(4, 8), image(3)], told_by_spade),
    "spade.Concatenated": (lambda: spade.Concatenated(4, 3), lambda: [image(4, 8), image(3)], told_by_channels),
    "spade.LayoutBlock": (
        lambda: spade.LayoutBlock(4, 2, 3, spade.Spade),
        lambda: [image(4, 8), image(3)],
        layout_block,
    ),
    "spade.LayoutGenerator": (lambda: spade.LayoutGenerator(3, 1, 16, 2), lambda: [image(3)], layout_generator),
    "minibatch.MinibatchStd, of images": (
        minibatch.MinibatchStd,
        lambda: [image(3, 8)],
        lambda network, h: torch.cat([h, h.std(dim=0, correction=0).mean() * torch.ones(4, 1, 8, 8)], dim=1),
    ),
    "growing.PixelNorm": (growing.PixelNorm, lambda: [torch.randn(4, 5)], lambda network, h: by_mean_square(h)),
    "growing.Generator": (
        lambda: at_0_3(growing.Generator(*SIZE, latent=5)),
        lambda: [torch.randn(4, 5)],
        grown_generator,
    ),
    "growing.Discriminator": (lambda: at_0_3(growing.Discriminator(*SIZE)), lambda: [image()], grown_judge),
    "biggan.ClassNorm": (lambda: biggan.ClassNorm(3, 5), lambda: [image(3, 8), torch.randn(4, 5)], told_norm),
    "biggan.Block": (lambda: biggan.Block(4, 2, 5), lambda: [image(4, 8), torch.randn(4, 5)], big_block),
    "biggan.Generator": (
        lambda: biggan.Generator(3, *SIZE, latent=5, shared=2),
        lambda: [torch.cat([torch.randn(4, 5), torch.eye(3)[LABEL]], dim=1)],
        big_generator,
    ),
    "biggan.Generator, whose norms are told nothing": (
        lambda: biggan.Generator(3, *SIZE, latent=5, shared=0),
        lambda: [torch.cat([torch.randn(4, 5), torch.eye(3)[LABEL]], dim=1)],
        big_generator,
    ),
    "biggan.steady_discriminator": (
        lambda: biggan.steady_discriminator(3, *SIZE).eval(),
        lambda: [image(), LABEL],
        steady,
    ),
    "stylegan.Mapping": (lambda: stylegan.Mapping(5, 2), lambda: [torch.randn(4, 5)], mapped),
    "stylegan.Layer": (
        lambda: stylegan.Layer(3, 4, 5, up=True),
        lambda: [image(3, 4), torch.randn(4, 5), torch.randn(4, 1, 8, 8)],
        styled_layer,
    ),
    "stylegan.Layer, of the constant": (
        lambda: stylegan.Layer(3, 3, 5, constant=True),
        lambda: [image(3, 4), torch.randn(4, 5), torch.randn(4, 1, 4, 4)],
        styled_layer,
    ),
    "stylegan.Generator": (
        lambda: stylegan.Generator(*SIZE, latent=5, depth=2, noise=False),
        lambda: [torch.randn(4, 5)],
        styled_generator,
    ),
    "srgan.PlainBlock": (lambda: srgan.PlainBlock(4), lambda: [image(4, 8)], plain_block),
    "srgan.SuperGenerator": (lambda: srgan.SuperGenerator(3, 4, 2), lambda: [image(3, 4)], large),
    "srgan.SuperGenerator, evaluating": (
        lambda: srgan.SuperGenerator(3, 4, 2).eval(),
        lambda: [image(3, 4)],
        large,
    ),
    "known_critic.Fixed": (known_critic.Fixed, lambda: [torch.randn(6, 2)], two_bumps),
    "inpainting.Pasted": (lambda: inpainting.Pasted(pix2pix.UNet(1, 1, 4, 2)), lambda: [image()], pasted),
}
NO_NETWORK = {"cyclegan.ImagePool"}  # tests/test_cyclegan.py has it


def alive(network):
    """Far from its initial weights, some of which are zeros and ones, and without dropout."""
    with torch.no_grad():
        for p in network.parameters():
            p.add_(0.3 * torch.randn_like(p))
    for module in network.modules():
        if isinstance(module, nn.Dropout):
            module.p = 0.0
    return network


@pytest.mark.parametrize("name", NETWORKS)
def test_a_network_is_its_layers(name):
    torch.manual_seed(0)
    make, takes, written = NETWORKS[name]
    network, inputs = alive(make()), takes()
    said, expected = network(*inputs), written(network, *inputs)
    for a, b in zip(*((v if isinstance(v, tuple) else (v,)) for v in (said, expected)), strict=True):
        torch.testing.assert_close(a, b)
        assert a.std() > 1e-3


def image_generator(fed, width=32, side=7):
    """Two doublings: 28 pixels from 7."""
    return [(2 * width * side**2, fed), (2 * width, width), (width, 1)]


def image_judge(channels=1, width=32, side=7):
    return [(width, channels), (2 * width, width), (1, 2 * width * side**2)]


def u_net_of(c_out=3, halvings=3):
    n = [32 * 2**i for i in range(halvings)]
    up = [(n[i] * (1 if i == halvings - 1 else 2), n[i - 1] if i else c_out) for i in reversed(range(halvings))]
    return [(n[0], 3), *zip(n[1:], n, strict=False), *up]


def patch_judge(channels, *widths):
    return [*zip(widths, (channels, *widths), strict=False), (1, widths[-1])]


def layout_sizes(n_in, n_out):
    """Of a block that is told five channels of a layout."""
    told = [(n_in, n_in + 5), (n_out, n_out + 5)]
    return [*told, (n_out, n_in), (n_out, n_out), *([(n_out, n_in)] if n_in != n_out else [])]


SIZES = {  # (outputs, inputs) of every layer, most of what is made if nobody says how large
    "small generator": (gan.small_generator, [(128, 2), (128, 128), (128, 128), (2, 128)]),
    "small discriminator": (gan.small_discriminator, [(128, 2), (128, 128), (128, 128), (1, 128)]),
    "minibatch": (
        lambda: minibatch.MinibatchGAN().discriminator,
        [(128, 2), (128, 128), (128, 128), (8 * 4, 128), (1, 128 + 8)],
    ),
    "a narrow minibatch std": (
        lambda: minibatch.MinibatchStdGAN(width=8).discriminator,
        [(8, 2), (8, 8), (8, 8), (1, 8 + 1)],
    ),
    "minibatch's layer": (lambda: minibatch.MinibatchDiscrimination(5), [(8 * 4, 5)]),
    "minibatch std": (
        lambda: minibatch.MinibatchStdGAN().discriminator,
        [(128, 2), (128, 128), (128, 128), (1, 128 + 1)],
    ),
    "with a layer": (
        lambda: minibatch.discriminator_with(nn.Identity(), 0),
        [(128, 2), (128, 128), (128, 128), (1, 128)],
    ),
    "PacGAN": (lambda: pacgan.PacGAN().discriminator, [(128, 4), (128, 128), (128, 128), (1, 128)]),
    "writer": (words.writer, [(256, 32), (256, 256), (6 * 27, 256)]),
    "reader": (words.reader, [(256, 6 * 27), (256, 256), (1, 256)]),
    "maxout": (maxout.MaxoutGAN, [(1200, 100), (1200, 1200), (784, 1200), (1200, 784), (1200, 240), (1, 240)]),
    "the narrowest maxout": (lambda: maxout.MaxoutGAN(4, 1, 4), [(4, 100), (4, 4), (16, 4), (5, 16), (5, 1), (1, 1)]),
    "maxout's layer": (lambda: maxout.Maxout(3, 2), [(2 * 5, 3)]),
    "DCGAN": (dcgan.Discriminator, [(128, 3), (256, 128), (512, 256), (1024, 512), (1, 1024 * 4 * 4)]),
    "DCGAN's game": (
        dcgan.DCGAN,
        [
            *((1024 * 4 * 4, 100), (1024, 512), (512, 256), (256, 128), (128, 3)),
            *((128, 3), (256, 128), (512, 256), (1024, 512), (1, 1024 * 4 * 4)),
        ],
    ),
    "small DCGAN": (lambda: dcgan.DCGAN(*SIZE, 5), image_generator(5, 4, 4) + image_judge(1, 4, 4)),
    "cGAN": (lambda: conditional.ConditionalGAN(3), image_generator(100 + 3) + image_judge(1 + 3)),
    "projection": (lambda: conditional.ProjectionGAN(3), image_generator(100 + 3) + image_judge()),
    "AC-GAN": (lambda: acgan.ACGAN(3), [*image_generator(100 + 3), *image_judge(), (3, 64 * 7 * 7)]),
    "small cGAN": (lambda: conditional.ConditionalGAN(3, *SIZE), image_generator(103, 4, 4) + image_judge(4, 4, 4)),
    "small projection": (
        lambda: conditional.ProjectionGAN(3, *SIZE),
        image_generator(103, 4, 4) + image_judge(1, 4, 4),
    ),
    "small AC-GAN": (lambda: acgan.ACGAN(3, *SIZE), [*image_generator(103, 4, 4), *image_judge(1, 4, 4), (3, 128)]),
    "small semi-supervised": (
        lambda: semisupervised.SemiSupervisedGAN(3, *SIZE, 5),
        [*image_generator(5, 4, 4), *image_judge(1, 4, 4)[:2], (3, 128)],
    ),
    "InfoGAN": (
        infogan.InfoGAN,
        [*image_generator(62 + 10 + 2), *image_judge(), (128, 64 * 7 * 7), (10 + 2, 128)],
    ),
    "BiGAN": (
        bigan.BiGAN,
        [
            *image_generator(12),
            *(*image_judge()[:2], (256, 64 * 7 * 7 + 12), (1, 256)),
            *(*image_judge()[:2], (12, 64 * 7 * 7)),
        ],
    ),
    "semi-supervised": (
        lambda: semisupervised.SemiSupervisedGAN(3),
        [*image_generator(100), *image_judge()[:2], (3, 64 * 7 * 7)],
    ),
    "PixelDA": (
        lambda: adaptation.PixelDA(10),
        [
            *((28 * 28, 10), (32, 2), *[(32, 32)] * 6, (1, 32)),
            *image_judge(),
            *((32, 1), (64, 32), (128, 64 * 7 * 7), (10, 128)),
        ],
    ),
    "U-Net": (lambda: pix2pix.UNet(3, 1), u_net_of(1)),
    "patches": (patch.PatchDiscriminator, patch_judge(3, 64, 128, 256, 512)),
    "deep patches": (lambda: patch.PatchDiscriminator(1, 2, 5), patch_judge(1, 2, 4, 8, 16, 16, 16)),
    "deep U-Net": (
        lambda: pix2pix.UNet(3, 1, 2, 5),
        [(2, 3), (4, 2), (8, 4), (16, 8), (16, 16), (16, 16), (32, 8), (16, 4), (8, 2), (4, 1)],
    ),
    "pix2pix": (pix2pix.Pix2Pix, u_net_of() + patch_judge(6, 32, 64)),
    "context encoder": (inpainting.ContextEncoder, u_net_of(halvings=4) + patch_judge(3, 32, 64)),
    "SRGAN": (srgan.SRGAN, [(32, 3), *[(32, 32)] * 9, *[(128, 32)] * 2, (3, 32), *patch_judge(3, 32, 64)]),
    "super-resolution": (srgan.SuperGenerator, [(32, 3), *[(32, 32)] * 9, *[(128, 32)] * 2, (3, 32)]),
    "residual": (
        cyclegan.ResidualGenerator,
        [(64, 3), (128, 64), (256, 128), *[(256, 256)] * 12, (256, 128), (128, 64), (3, 64)],
    ),
    "CycleGAN": (
        cyclegan.CycleGAN,
        [(32, 3), (64, 32), *[(64, 64)] * 6, (64, 32), (3, 32)] * 2 + patch_judge(3, 32, 64) * 2,
    ),
    "SPADE": (lambda: spade.Spade(4, 3), [(32, 3), (4, 32), (4, 32)]),
    "large, from layouts": (
        lambda: spade.LayoutGenerator(5, 1, 128, 2, spade.Concatenated),
        [
            *(*layout_sizes(16, 16), *layout_sizes(16, 16), *layout_sizes(16, 16)),
            *(*layout_sizes(16, 8), *layout_sizes(8, 4), *layout_sizes(4, 2), (1, 2)),
        ],
    ),
    "from layouts": (
        lambda: spade.LayoutGenerator(5, inject=spade.Concatenated),
        [*layout_sizes(128, 128), *layout_sizes(128, 64), *layout_sizes(64, 32), *layout_sizes(32, 16), (3, 16)],
    ),
}


@pytest.mark.parametrize("name", SIZES)
def test_a_network_has_the_sizes_of_the_course_if_nobody_says(name):
    make, sizes = SIZES[name]
    assert [tuple(layer.weight.shape[:2]) for layer in weighted(make())] == sizes


def test_maxouts_discriminator_has_two_maxout_layers_with_dropout_before_each_and_before_the_last():
    game = maxout.MaxoutGAN(8, 1, 20, latent=5)
    kinds = [type(layer) for layer in game.discriminator]
    assert kinds == [nn.Flatten, nn.Dropout, maxout.Maxout, nn.Dropout, maxout.Maxout, nn.Dropout, nn.Linear]
    assert [layer.p for layer in game.discriminator if isinstance(layer, nn.Dropout)] == [0.2, 0.5, 0.5]
    assert [layer.shape for layer in game.discriminator if isinstance(layer, maxout.Maxout)] == [(4, 5), (4, 5)]
    assert [type(layer) for layer in game.generator] == [nn.Sequential, nn.Tanh, nn.Unflatten]
    assert [layer.out_features for layer in weighted(game.generator)] == [20, 20, 64]
    semi = semisupervised.ClassDiscriminator(3, *SIZE)
    assert [m.p for m in semi.modules() if isinstance(m, nn.Dropout)] == [0.3]


@pytest.mark.parametrize("make", [lambda: dcgan.Discriminator(), lambda: dcgan.Generator()])
def test_dcgan_starts_from_small_normal_weights_and_no_bias(make):
    torch.manual_seed(0)
    for layer in make().modules():
        if isinstance(layer, nn.Linear | nn.Conv2d | nn.ConvTranspose2d | nn.BatchNorm2d):
            around = 1.0 if isinstance(layer, nn.BatchNorm2d) else 0.0
            n = layer.weight.numel()
            assert layer.weight.mean().item() == pytest.approx(around, abs=0.1 / math.sqrt(n))
            assert layer.weight.std().item() == pytest.approx(0.02, rel=4 / math.sqrt(n))
            assert not layer.bias.any()


def test_what_projection_learns_of_a_class_starts_from_small_normal_numbers():
    torch.manual_seed(0)
    weight = conditional.ProjectionDiscriminator(100, *SIZE).embedding.weight
    assert weight.mean().item() == pytest.approx(0, abs=0.1 / math.sqrt(weight.numel()))
    assert weight.std().item() == pytest.approx(0.02, rel=4 / math.sqrt(weight.numel()))


def test_residual_networks_begin_with_blocks_that_do_nothing_and_keep_the_signals_size():
    """So no norm is needed: what comes out of the largest has neither vanished nor grown."""
    torch.manual_seed(0)
    assert torch.equal(residual.Block(8)(h := torch.randn(4, 8, 6, 6)), h)
    before_tanh = residual.Generator(64, 3, 32).layers[:-1](torch.randn(64, residual.LATENT))
    logits = residual.Discriminator(64, 3, 32)(torch.randn(64, 3, 64, 64))
    assert 0.5 < before_tanh.std() < 2
    assert 0.5 < logits.std() < 4
    assert max(layer.weight.shape[0] for layer in weighted(residual.Discriminator(64, 3, 32, most=50))) == 50


def test_every_network_has_its_layers_written_out():
    networks = defined(lambda thing: inspect.isclass(thing) and issubclass(thing, nn.Module))
    written = {name.split(",")[0] for name in NETWORKS}
    assert {name for name, kind in networks.items() if not issubclass(kind, Game)} - written == NO_NETWORK
