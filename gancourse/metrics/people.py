"""People as judges: how often they were right, and within what bounds that may lie by chance.

Taught in lecture 09. Zhou et al. (2019, HYPE) measure generators so: people sort pictures into real and made, and a
perfect generator leaves them right in half of the cases.
"""

import math


def share_interval(right, n, z=1.96):
    """The interval of a share, of which `right` in n were counted (Wilson 1927): for z = 1.96 it has the truth in 95 %.

    Unlike right/n ± z standard errors it stays within 0 and 1, and is no point where right is 0 or n.

    Returns:
        Two numbers, low and high.

    Raises:
        ValueError: n is 0, or right is not between 0 and n.
    """
    if not 0 <= right <= n or n == 0:
        raise ValueError(f"{right} of {n} is no share; count at least one, and no more right than there are.")
    share, wide = right / n, z**2 / n
    middle = (share + wide / 2) / (1 + wide)
    half = math.sqrt(wide * share * (1 - share) + wide**2 / 4) / (1 + wide)
    return middle - half, middle + half
