"""A Gabor function that was drawn is found again: place, orientation, frequency, envelope."""

import numpy as np
import pytest

from gancourse.codes.gabor import fit_gabor, gabor


@pytest.mark.parametrize(("x", "y", "angle", "frequency"), [(5, 6, 0.3, 0.15), (7.5, 4, 1.8, 0.25), (4, 7, 2.9, 0.1)])
def test_what_was_drawn_is_found_again(x, y, angle, frequency):
    even, odd = gabor(12, x, y, angle, frequency, 2.0, 3.0)
    noise = np.random.default_rng(0).normal(size=(12, 12))
    fit = fit_gabor(0.6 * even - 0.8 * odd + 0.01 * noise)
    assert (fit.x, fit.y) == pytest.approx((x, y), abs=0.1)
    assert fit.frequency == pytest.approx(frequency, abs=0.005)
    assert (fit.orientation - (90 - np.degrees(angle)) + 90) % 180 == pytest.approx(90, abs=2)
    assert (fit.width, fit.length) == pytest.approx((2, 3), rel=0.05)
    assert 0.99 < fit.explained < 1


def test_orientation_is_that_of_the_stripes_as_seen():
    """Rising to the right is 45°: the bright line from bottom left to top right."""
    size = 12
    down, right = np.mgrid[:size, :size]
    line = np.exp(-((right + down - 11) ** 2) / 4) - 0.4 * np.exp(-((right + down - 11) ** 2) / 16)
    assert fit_gabor(line).orientation == pytest.approx(45, abs=5)
    assert min(fit_gabor(np.roll(np.eye(12)[5:6].T @ np.ones((1, 12)), 0)).orientation % 180, 5) < 5, "lying: 0°"


def test_noise_is_fitted_badly_and_no_square_is_refused():
    assert fit_gabor(np.random.default_rng(0).normal(size=144)).explained < 0.5
    with pytest.raises(ValueError, match="needs \\(size, size\\)"):
        fit_gabor(np.zeros(10))
