"""The networks that the metrics look through: what they take, what they know, and what was shipped."""

import json
import os
from pathlib import Path

import pytest
import torch
from torch.nn import functional as F

from classroom import ROOT
from gancourse.course import CourseError
from gancourse.data.worlds.faces import faces
from gancourse.data.worlds.glyphs import glyphs
from gancourse.data.worlds.shapes import shapes
from gancourse.metrics.distances import frechet_distance, kernel_distance, moments
from gancourse.metrics.features import (
    WEIGHTS,
    Classifier,
    Inception,
    disturbed,
    load_features,
    save_features,
    train_classifier,
)
from gancourse.metrics.neighbours import density_coverage, precision_recall

SHARED = Path(os.environ.get("GANCOURSE_SHARED", ROOT.parent / "shared"))
TWO = {"label": 10, "angle": 1}


def seeded(seed):
    return torch.Generator().manual_seed(seed)


@pytest.fixture(scope="module")
def small():
    torch.manual_seed(0)
    network = Classifier(TWO, channels=3, width=4)
    network.mean_angle.fill_(5.0)
    network.scale_angle.fill_(2.0)
    return network.eval()


# --- what they take ---------------------------------------------------------------------------------------------------


def test_bytes_and_floats_are_the_same_images(small):
    x = torch.randint(0, 256, (5, 3, 32, 32), dtype=torch.uint8, generator=seeded(0))
    torch.testing.assert_close(small.features(x), small.features(x / 127.5 - 1))


@pytest.mark.parametrize("size", [(28, 28), (32, 32), (64, 64), (100, 100), (128, 96), (8, 8)])
def test_images_of_any_size_are_taken(small, size):
    x = torch.rand(4, 3, *size, generator=seeded(0)) * 2 - 1
    assert small.fitted(x).shape == (4, 3, 32, 32)
    assert small.features(x).shape == (4, 64)


@pytest.mark.parametrize("size", [64, 96, 100, 128])
def test_every_pixel_counts_when_large_images_shrink(small, size):
    """As where the resize is antialiased: a checkerboard becomes grey, whatever its phase."""
    i, j = torch.meshgrid(torch.arange(size), torch.arange(size), indexing="ij")
    board = ((i + j) % 2 * 2.0 - 1).expand(1, 3, -1, -1)
    assert small.fitted(board).abs().max() < (1e-6 if size % 64 == 0 else 0.25)
    smooth = F.interpolate(torch.rand(1, 3, 6, 6, generator=seeded(0)), size=(size, size), mode="bicubic")
    expected = F.interpolate(smooth, size=(32, 32), mode="bilinear", antialias=True)
    torch.testing.assert_close(small.fitted(smooth), expected, atol=0.03, rtol=0)


def test_features_do_not_depend_on_the_batch_they_come_in(small, monkeypatch):
    x = torch.rand(11, 3, 32, 32, generator=seeded(0))
    whole = small.features(x)
    monkeypatch.setattr(Classifier, "at_once", 4)
    torch.testing.assert_close(small.features(x), whole)
    torch.testing.assert_close(small.features(x[7:8]), whole[7:8])


def test_only_forward_keeps_a_graph(small):
    x = torch.rand(2, 3, 32, 32, requires_grad=True)
    assert small(x)["label"].requires_grad
    assert not small.features(x).requires_grad
    assert not small.probabilities(x).requires_grad


def test_heads_say_probabilities_or_a_number_in_its_unit(small):
    x = torch.rand(6, 3, 32, 32, generator=seeded(0))
    out = small(x)
    assert {name: tuple(o.shape) for name, o in out.items()} == {"label": (6, 10), "angle": (6, 1)}
    torch.testing.assert_close(small.probabilities(x), out["label"].softmax(dim=1))
    torch.testing.assert_close(small.estimate(x, "angle"), 5 + 2 * out["angle"][:, 0])
    said = small.predict(x)
    torch.testing.assert_close(said, {"label": out["label"].argmax(dim=1), "angle": 5 + 2 * out["angle"][:, 0]})
    assert Classifier({"label": 7}, width=4).eval()(x[:, :1]).shape == (6, 7), "one head needs no name"


@pytest.mark.parametrize(
    ("x", "message"),
    [
        (torch.zeros(2, 1, 32, 32), r"\(2, 1, 32, 32\); this network needs \(n, 3, H, W\)"),
        (torch.zeros(3, 32, 32), "needs"),
        (torch.full((2, 3, 32, 32), 255.0), r"images reach 255; floats need to be in \[-1, 1\]"),
    ],
)
def test_what_is_no_image_is_refused(small, x, message):
    with pytest.raises(ValueError, match=message):
        small.features(x)


def test_a_head_of_the_wrong_kind_is_refused(small):
    x = torch.zeros(1, 3, 32, 32)
    with pytest.raises(ValueError, match="'angle' is no head for this; there are label"):
        small.probabilities(x, "angle")
    with pytest.raises(ValueError, match="'label' is no head for this; there are angle"):
        small.estimate(x, "label")


# --- training ---------------------------------------------------------------------------------------------------------


def test_a_classifier_learns_classes_and_numbers():
    torch.manual_seed(0)
    some, others = (glyphs(n, characters="017", generator=seeded(n)) for n in (2000, 500))
    network = train_classifier(
        some.image, {"label": some.label, "angle": some.angle}, 100, batch=64, size=16, width=8, progress=False
    )
    assert (network.probabilities(others.image).argmax(dim=1) == others.label).float().mean() > 0.97
    error = network.estimate(others.image, "angle") - others.angle
    assert error.square().mean() < 0.35 * others.angle.var()
    assert not network.training and not any(p.requires_grad for p in network.parameters())


def test_training_is_the_seeds():
    g = glyphs(64, generator=seeded(0))
    networks = []
    for _ in range(2):
        torch.manual_seed(1)
        networks.append(train_classifier(g.image, g.label, 3, width=4, progress=False))
    first, again = networks
    torch.testing.assert_close(first.features(g.image), again.features(g.image), rtol=0, atol=0)


def test_labels_need_to_be_as_many_as_images():
    with pytest.raises(ValueError, match=r"label has shape \(3,\); 4 images need \(4,\)"):
        train_classifier(torch.zeros(4, 1, 32, 32, dtype=torch.uint8), torch.zeros(3, dtype=torch.long))


def test_half_of_the_training_images_are_disturbed_and_none_leaves_the_range():
    torch.manual_seed(0)
    x = torch.rand(400, 1, 8, 8) * 2 - 1
    y = disturbed(x)
    same = (x == y).flatten(1).all(dim=1).float().mean()
    assert 0.4 < same < 0.6 and y.abs().max() <= 1


def test_mnist_is_learnt():
    if not (SHARED / "data" / "MNIST").exists():
        pytest.skip("needs MNIST's bytes in ../shared/data, or GANCOURSE_SHARED")
    from torchvision.datasets import MNIST

    torch.manual_seed(0)
    some, others = (MNIST(SHARED / "data", train=train, download=False) for train in (True, False))
    network = train_classifier(some.data[:, None], some.targets, 150, batch=64, width=8, progress=False)
    found = network.probabilities(others.data[:, None]).argmax(dim=1)
    assert (found == others.targets).float().mean() > 0.95, "98 % and more in a minute, here in a few seconds"


# --- what was shipped -------------------------------------------------------------------------------------------------


def test_a_written_classifier_is_read_again_in_half_precision(small, tmp_path):
    save_features(small, "mine", {"seconds": 1}, tmp_path)
    again = load_features("mine", tmp_path)
    x = torch.rand(3, 3, 32, 32, generator=seeded(0))
    torch.testing.assert_close(again.features(x), small.features(x), atol=2e-2, rtol=2e-2)
    torch.testing.assert_close(again.estimate(x, "angle"), small.estimate(x, "angle"), atol=2e-2, rtol=2e-2)
    assert json.loads((tmp_path / "features-mine.json").read_text())["seconds"] == 1
    with pytest.raises(ValueError, match="No features called 'other'; there are mine"):
        load_features("other", tmp_path)


# What a face tells less of, or hides: bangs lie over brows, frames over eyes, beards over wrinkles.
HARD = {
    "age": 0.55, "freckles": 0.25, "brows": 0.6, "eye_size": 0.75, "gaze": 0.75, "nose": 0.7, "smile": 0.75,
    "eye_colour": 0.92, "beard": 0.9,
}  # fmt: skip
SHIPPED = sorted(path.stem.removeprefix("features-") for path in WEIGHTS.glob("*.json"))


@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_weights_are_small_and_say_how_they_were_made(name):
    about = json.loads((WEIGHTS / f"features-{name}.json").read_text())
    assert {"network", "command", "machine", "versions", "training", "held_out"} <= set(about)
    assert (WEIGHTS / f"features-{name}.safetensors").stat().st_size < 2**21
    for head, scores in about["held_out"]["clean"].items():
        assert scores.get("accuracy", 1) >= HARD.get(head, 0.98) and scores.get("r2", 1) >= HARD.get(head, 0.9), head
    network = load_features(name)
    assert network.features(torch.zeros(2, network.channels, 28, 28)).dtype == torch.float32


def test_glyphs_are_known_as_well_as_their_json_says():
    held_out = json.loads((WEIGHTS / "features-glyphs.json").read_text())["held_out"]["clean"]
    network, g = load_features("glyphs"), glyphs(600, generator=seeded(5))
    assert (network.probabilities(g.image).argmax(dim=1) == g.label).float().mean() > 0.99
    for name in ("angle", "thickness"):
        error = network.estimate(g.image, name) - getattr(g, name)
        assert error.square().mean().sqrt() == pytest.approx(held_out[name]["rms_error"], rel=0.25)


@pytest.mark.parametrize("size", [32, 64])
def test_scenes_are_known_at_both_sizes(size):
    network, s = load_features("shapes"), shapes(600, size, generator=seeded(5))
    for name, truth in (("shape", s.shape[:, 0]), ("colour", s.colour[:, 0]), ("striped", s.striped[:, 0])):
        assert (network.probabilities(s.image, name).argmax(dim=1) == truth).float().mean() > 0.98, name
    assert (network.probabilities(s.image, "background").argmax(dim=1) == s.background).float().mean() > 0.98


@pytest.mark.parametrize("seed", range(3))
def test_scenes_are_known_to_more_than_99_per_cent(seed):
    network, s = load_features("shapes"), shapes(1000, 32, generator=seeded(100 + seed))
    truth = {"shape": s.shape[:, 0], "colour": s.colour[:, 0], "striped": s.striped[:, 0], "background": s.background}
    for name, is_so in truth.items():
        assert (network.probabilities(s.image, name).argmax(dim=1) == is_so).double().mean() > 0.99, name


@pytest.mark.parametrize("seed", range(3))
def test_what_fools_the_distances_is_as_lecture_09_says(seed):
    """Training images by heart, and noise with their features' moments, come out nearer than new images."""
    network, n = load_features("glyphs"), 2000
    trained, new = (glyphs(n, generator=seeded(200 + 2 * seed + k)).image for k in (0, 1))
    target, honest = network.features(trained), network.features(new)
    by_heart = target[torch.randint(n, (n,), generator=seeded(seed))]
    torch.manual_seed(seed)
    blob = torch.distributions.MultivariateNormal(*map(torch.from_numpy, moments(target))).sample((n,))
    distance = [frechet_distance(target, f) for f in (by_heart, blob, honest)]
    assert max(distance[:2]) < distance[2]
    assert kernel_distance(target, blob).mean > 10 * abs(kernel_distance(target, honest).mean), "but it is seen"
    assert precision_recall(target, blob).recall > 0.75 and density_coverage(target, blob).coverage < 0.01
    moved = new[:500].roll(1, dims=3)
    for space, low, high in ((lambda x: x.flatten(1).float(), 0.5, 0.6), (network.features, 0.15, 0.18)):
        here, there, other = (space(x) for x in (new[:500], moved, new[:500].roll(1, dims=0)))
        assert low < (here - there).norm(dim=1).mean() / (here - other).norm(dim=1).mean() < high


@pytest.mark.parametrize("size", [32, 64])
def test_an_edited_face_is_seen_to_have_changed_in_that_factor(size):
    network, f = load_features("faces"), faces(200, size, glasses="none", smile=-0.8, generator=seeded(5))
    before, glasses, smile = (
        network.predict(x.image) for x in (f, f.changed(glasses="round"), f.changed(smile=0.8))
    )  # fmt: skip
    assert (before["glasses"] == 0).float().mean() > 0.97 and (glasses["glasses"] == 1).float().mean() > 0.97
    assert (smile["smile"] - before["smile"]).mean() > 1
    for other in ("hairstyle", "skin", "lipstick", "background"):
        assert (glasses[other] == before[other]).float().mean() > 0.97, other
        assert (smile[other] == before[other]).float().mean() > 0.97, other


def test_the_angle_of_a_turned_glyph_follows_it():
    network, g = load_features("glyphs"), glyphs(200, angle=0.0, generator=seeded(6))
    turned = [network.estimate(g.changed(angle=a).image, "angle").mean() for a in (-20.0, 0.0, 20.0)]
    assert turned == pytest.approx([-20, 0, 20], abs=1.5)


def test_the_frechet_distance_through_the_glyphs_features_orders_generators():
    network = load_features("glyphs")
    g, other = glyphs(1000, generator=seeded(7)), glyphs(1000, generator=seeded(8))
    real = network.features(g.image)
    blurred = F.avg_pool2d(other.image / 127.5 - 1, 3, stride=1, padding=1)
    noise = torch.randint(0, 256, (1000, 1, 28, 28), dtype=torch.uint8, generator=seeded(9))
    distance = [frechet_distance(real, network.features(x)) for x in (other.image, blurred, noise)]
    distance.insert(2, frechet_distance(real, network.features(other.image[other.label > 4])))
    assert distance == sorted(distance) and distance[1] > 5 * distance[0]


# --- Inception --------------------------------------------------------------------------------------------------------


@pytest.fixture
def empty_hub(tmp_path):
    before = torch.hub.get_dir()
    torch.hub.set_dir(tmp_path)
    yield tmp_path
    torch.hub.set_dir(before)


def test_inception_without_weights_names_the_fallback_and_downloads_nothing(empty_hub):
    with pytest.raises(FileNotFoundError, match="load_features") as error:
        Inception()
    assert "\n" not in str(error.value) and not list(empty_hub.iterdir())


def test_inception_is_torchvisions_on_images_from_minus_one_to_one(empty_hub):
    from torchvision.models import Inception_V3_Weights, inception_v3

    torch.manual_seed(0)
    theirs = inception_v3(init_weights=False, transform_input=True).eval()
    (empty_hub / "checkpoints").mkdir()
    torch.save(theirs.state_dict(), empty_hub / "checkpoints" / Path(Inception_V3_Weights.DEFAULT.url).name)
    network, grey = Inception(), torch.rand(2, 1, 299, 299, generator=seeded(0)) * 2 - 1
    assert network.features(grey[:, :, ::4, ::4]).shape == (2, 2048)
    mean, std = (torch.tensor(v).view(3, 1, 1) for v in ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225)))
    with torch.no_grad():
        expected = theirs(((grey.expand(-1, 3, -1, -1) + 1) / 2 - mean) / std)
    torch.testing.assert_close(network(grey), expected, rtol=1e-3, atol=1e-4)
    torch.testing.assert_close(network.probabilities(grey), expected.softmax(dim=1), rtol=1e-3, atol=1e-5)


def test_floats_in_0_to_1_are_warned_of():
    network = load_features("glyphs")
    x = torch.rand(4, 1, 32, 32)
    with pytest.warns(UserWarning, match=r"2 \* x - 1"):
        network.features(x)


def test_damaged_weights_are_one_line(tmp_path):
    for file in WEIGHTS.glob("features-glyphs.*"):
        (tmp_path / file.name).write_bytes(file.read_bytes()[: -100 if file.suffix == ".safetensors" else None])
    with pytest.raises(CourseError, match="cannot be read"):
        load_features("glyphs", tmp_path)
