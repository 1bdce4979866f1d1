"""The figures of lecture 08 draw what they are given, and say it in numbers."""

from gancourse.plots import dcgan as figures


def test_every_seed_of_a_guideline_can_be_seen_though_they_overlap():
    measured = {"steps": 10, "results": {"all guidelines": [11, 12, 11], "2 no batch norm": [26, 26, 30]}}
    figure = figures.guidelines(measured)
    whole, broken, _ = figure.axes[0].get_lines()
    assert (whole.get_marker(), broken.get_marker()) == ("o", "^")
    assert len(set(zip(*whole.get_data(), strict=True))) == len(set(zip(*broken.get_data(), strict=True))) == 3
    assert [round(y) for y in broken.get_ydata()] == [1, 1, 1]
    assert "2 no batch norm: 26, 26, 30" in figure.description
