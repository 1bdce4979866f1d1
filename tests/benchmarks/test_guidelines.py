"""The networks of the benchmark of DCGAN's guidelines: each differs from the reference in one respect."""

import guidelines
import pytest
import torch
from torch import nn

NORMS = (nn.BatchNorm1d, nn.BatchNorm2d, nn.Identity)
REFERENCE = "all guidelines"


def layers(name):
    """What either network of a variant is made of, layer by layer, written out; generator first."""
    torch.manual_seed(0)
    made = guidelines.VARIANTS[name]()
    return [
        [m for m in network.modules() if not list(m.children())] for network in (made.generator, made.discriminator)
    ]


def written(network):
    return [repr(layer) for layer in network]


def without(network, *kinds):
    return [repr(layer) for layer in network if not isinstance(layer, kinds)]


def test_without_batch_norm_only_the_norms_are_gone():
    for mine, theirs in zip(layers("2 no batch norm"), layers(REFERENCE), strict=True):
        assert without(mine, *NORMS) == without(theirs, *NORMS)
        assert not any(isinstance(layer, nn.BatchNorm2d) for layer in mine)


def test_batch_norm_everywhere_adds_one_at_the_output_and_one_at_the_input():
    (g, d), (plain_g, plain_d) = layers("2 batch norm everywhere"), layers(REFERENCE)
    assert written(g[:-2] + g[-1:]) == written(plain_g) and isinstance(g[-2], nn.BatchNorm2d)
    assert written(d[:1] + d[2:]) == written(plain_d) and isinstance(d[1], nn.BatchNorm2d)


@pytest.mark.parametrize(
    ("name", "norm"), [("3 dense hidden layers", nn.BatchNorm1d), ("2 and 3: dense, no norm there", nn.Identity)]
)
def test_dense_adds_one_hidden_layer_to_either_network(name, norm):
    (g, d), (plain_g, plain_d) = layers(name), layers(REFERENCE)
    added = [nn.Linear, norm]
    assert [type(layer) for layer in g[:4]] == [*added, nn.ReLU, nn.Linear] and written(g[4:]) == written(plain_g[1:])
    assert [type(layer) for layer in d[-4:]] == [*added, nn.LeakyReLU, nn.Linear]
    assert written(d[:-4]) == written(plain_d[:-1]) and repr(d[-2]) == repr(plain_d[1])
    assert g[0].in_features == plain_g[0].in_features and g[3].out_features == plain_g[0].out_features
    assert d[-4].in_features == plain_d[-1].in_features


@pytest.mark.parametrize(
    ("name", "changed", "instead"),
    [("4 tanh inside the generator", 0, "Tanh()"), ("5 ReLU in the discriminator", 1, "ReLU()")],
)
def test_an_activation_is_another_and_all_else_is_the_same(name, changed, instead):
    mine, theirs = layers(name), layers(REFERENCE)
    assert written(mine[1 - changed]) == written(theirs[1 - changed])
    pairs = list(zip(written(mine[changed]), written(theirs[changed]), strict=True))
    assert {a for a, b in pairs if a != b} == {instead}
    assert {type(b) for a, b in zip(pairs, theirs[changed], strict=True) if a[0] != a[1]} <= {nn.ReLU, nn.LeakyReLU}


def test_pooling_keeps_kernels_channels_norms_and_activations():
    for mine, theirs in zip(layers("1 pooling, not strides"), layers(REFERENCE), strict=True):
        resizing = (nn.Conv2d, nn.ConvTranspose2d, nn.MaxPool2d, nn.Upsample)
        assert without(mine, *resizing) == without(theirs, *resizing)
        convolutions = [[m for m in some if isinstance(m, nn.Conv2d | nn.ConvTranspose2d)] for some in (mine, theirs)]
        for new, old in zip(*convolutions, strict=True):
            assert (new.stride, old.stride) == ((1, 1), (2, 2)) and new.kernel_size == old.kernel_size == (4, 4)
            assert (new.in_channels, new.out_channels) == (old.in_channels, old.out_channels)
    x = torch.randn(2, 5, 14, 14)
    assert guidelines.pooled(5, 7)(x).shape == (2, 7, 7, 7) and guidelines.repeated(5, 7)(x).shape == (2, 7, 28, 28)


def test_another_start_changes_no_layer_but_the_weights():
    mine, theirs = layers("initial weights: PyTorch's"), layers(REFERENCE)
    assert [written(network) for network in mine] == [written(network) for network in theirs]
    spread = [float(some[1][0].weight.detach().std()) for some in (mine, theirs)]
    assert spread[0] > 3 * spread[1] and spread[1] == pytest.approx(0.02, rel=0.1)


def test_every_variant_of_the_record_is_one_of_these():
    assert set(guidelines.load_measured("guidelines")["results"]) == set(guidelines.VARIANTS)
