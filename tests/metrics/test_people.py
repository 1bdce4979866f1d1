"""The interval of a share, against what defines it: the shares whose own spread reaches what was counted."""

import pytest

from gancourse.metrics.people import share_interval


@pytest.mark.parametrize(("right", "n"), [(15, 30), (29, 30), (3, 8)])
def test_at_either_end_the_count_is_z_standard_errors_off(right, n):
    for end in share_interval(right, n, z=1.96):
        assert abs(right / n - end) == pytest.approx(1.96 * (end * (1 - end) / n) ** 0.5)


def test_nobody_and_everybody_leave_room():
    low, high = share_interval(0, 10)
    assert low == pytest.approx(0, abs=1e-12) and 0.2 < high < 0.35
    assert share_interval(10, 10) == pytest.approx((1 - high, 1))
    narrow, wide = share_interval(15, 30, z=1), share_interval(15, 30)
    assert wide[0] < narrow[0] < 0.5 < narrow[1] < wide[1]


@pytest.mark.parametrize(("right", "n"), [(0, 0), (4, 3), (-1, 3)])
def test_what_is_no_share_is_refused(right, n):
    with pytest.raises(ValueError, match="no share"):
        share_interval(right, n)
