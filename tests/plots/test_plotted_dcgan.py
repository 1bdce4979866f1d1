"""What the figures of lecture 08 draw, against values reckoned here from what they are given."""

import numpy as np
import pytest
import torch

from drawn import assert_level, bars, style, ticks, title
from gancourse.plots import FAKE, REAL
from gancourse.plots import dcgan as figures


def test_guidelines_draw_every_seed_in_the_row_of_its_variant():
    results = {"all guidelines": [11.0, 12.5, 30.0], "2 no batch norm": [26.0, 27.0, 35.0], "1 pooling": [90.0, 80.0]}
    (ax,) = figures.guidelines({"steps": 10, "results": results}).axes
    *dots, whole = ax.get_lines()
    looks = [(REAL, "None", "o"), (FAKE, "None", "^"), (FAKE, "None", "^")]
    for row, (line, values, look) in enumerate(zip(dots, results.values(), looks, strict=True)):
        x, y = line.get_xydata().T
        assert list(x) == values and style(line) == look
        assert (np.abs(y - row) < 0.4).all()
    assert_level(whole, x=12.5, colour=REAL)
    assert ticks(ax.yaxis) == {name: row for row, name in enumerate(results)} and ax.yaxis_inverted()
    assert all(int(name) == place for name, place in ticks(ax.xaxis).items())
    assert ax.get_xscale() == "log"
    assert "3 seeds" in title(ax) and "10 steps" in ax.get_xlabel()


def test_overlaps_draw_how_many_inputs_paint_each_output():
    figure = figures.overlaps([3, 4])
    for ax, kernel in zip(figure.axes, (3, 4), strict=True):
        painted = np.zeros(7 * 2 + kernel)
        for position in range(8):
            painted[2 * position : 2 * position + kernel] += 1
        drawn = bars(ax.containers[0])
        np.testing.assert_allclose(drawn[:, 0] + drawn[:, 1] / 2, range(len(painted)))
        np.testing.assert_allclose(drawn[:, 2:], np.column_stack([0 * painted, painted]))
    uneven, even = (ax.containers[0][0] for ax in figure.axes)
    assert [title(ax) for ax in figure.axes] == ["kernel 3: uneven", "kernel 4: even"]
    assert (style(uneven)[0], style(even)[0]) == (FAKE, REAL)
    assert uneven.get_hatch() and not even.get_hatch()


def test_spectra_draw_the_first_image_and_where_the_power_of_all_lies():
    columns = torch.arange(8)
    board = (-1.0) ** (columns[:, None] + columns)  # all power at the highest frequency of both directions
    wave = torch.cos(2 * torch.pi * 2 * columns / 8).expand(8, 8)  # twice across, the same in every row
    figure = figures.spectra([("board", board[None, None]), ("wave", torch.stack([wave, -wave])[:, None])])
    board_image, wave_image, board_power, wave_power = (
        np.asarray(ax.get_images()[0].get_array()) for ax in figure.axes
    )
    np.testing.assert_allclose(board_image, (board.numpy() + 1) / 2)
    np.testing.assert_allclose(wave_image, (wave.numpy() + 1) / 2, atol=1e-6)
    wanted = np.full((8, 8), 1e-12)
    wanted[0, 0] = 1  # the rim: the corner is the highest frequency, the middle the mean
    np.testing.assert_allclose(board_power, np.log10(wanted), atol=1e-3)
    wanted[0, 0], wanted[4, 2], wanted[4, 6] = 1e-12, 0.5, 0.5
    np.testing.assert_allclose(wave_power, np.log10(wanted), atol=0.01)
    assert [title(ax) for ax in figure.axes[:2]] == ["board", "wave"]
    assert [ax.get_xlabel() for ax in figure.axes[2:]] == ["100.0% at the rim", "0.0% at the rim"]
    assert figure.axes[2].get_images()[0].get_clim() == pytest.approx((-6, -1))
