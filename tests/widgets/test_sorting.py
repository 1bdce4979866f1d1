"""Pictures to sort: each comes once, what was said of it is judged, and the last word counts."""

import io

import numpy as np
import torch
from PIL import Image

from gancourse.widgets.sorting import PictureSorter


def sorter(n=3, m=2):
    """Real pictures are light, made ones dark, each of another shade."""
    shades = [torch.linspace(0.5, 0.9, n), -torch.linspace(0.5, 0.9, m)]
    return PictureSorter(*(s[:, None, None, None].expand(-1, 1, 4, 4) for s in shades))


def shade(widget):
    return int(np.asarray(Image.open(io.BytesIO(widget.image.value)).convert("L"))[0, 0])


def test_every_picture_comes_once_and_is_judged_by_what_it_is():
    widget, seen = sorter(), []
    for at in range(1, 6):
        widget.at.value = at
        assert widget.says.value == "–" and f"Picture {at} of 5." in widget.words.value
        seen.append(shade(widget))
        truth = "real" if seen[-1] > 128 else "made"
        widget.says.value = truth
        assert f"You say {truth}, and it is {truth}: right." in widget.words.value
        assert widget.answers[at] is True
    assert len(set(seen)) == 5 and sum(s > 128 for s in seen) == 3
    assert seen != sorted(seen, reverse=True), "in no order that gives them away"
    low = 1 / (1 + 1.96**2 / 5)  # where five of five lie 1.96 standard errors of that share above it
    assert widget.tally.value == f"5 of 5 right. With 95 % confidence you are right in {low:.0%} to 100%."


def test_the_last_word_on_a_picture_counts():
    widget = sorter()
    truth = "real" if shade(widget) > 128 else "made"
    wrong = {"real": "made", "made": "real"}[truth]
    widget.says.value = wrong
    assert f"You say {wrong}, and it is {truth}: wrong." in widget.words.value
    assert widget.tally.value.startswith("0 of 1 right.")
    widget.says.value = truth
    assert widget.tally.value.startswith("1 of 1 right.")
    widget.at.value = 2
    widget.at.value = 1
    assert widget.tally.value.startswith("1 of 1 right."), "to look again is no answer"
