"""What faces are made of: colours, the table of hairstyles, and the textures of hair and freckles."""

from functools import cache

import torch
import torch.nn.functional as F

# Eight tones from pale to dark, L* from 88 to 27, in even steps of CIELAB: 9.75 ± 0.06.
SKINS = (
    (246, 215, 195), (232, 192, 164), (213, 167, 134), (189, 141, 106),
    (162, 116, 82), (135, 93, 64), (109, 74, 52), (85, 58, 44),
)  # fmt: skip
HAIR_COLOURS = {
    "black": (40, 36, 44), "brown": (96, 60, 42), "auburn": (146, 62, 38), "ginger": (214, 112, 42),
    "blond": (232, 192, 104), "grey": (158, 160, 168), "pink": (226, 110, 158),
}  # fmt: skip
EYE_COLOURS = {
    "brown": (96, 56, 28), "amber": (186, 116, 24), "green": (56, 146, 80),
    "blue": (48, 116, 206), "grey": (120, 134, 148),
}  # fmt: skip
BACKGROUNDS = {
    "sky": (168, 212, 240), "mint": (168, 222, 196), "yellow": (248, 222, 140),
    "peach": (248, 190, 164), "lilac": (204, 190, 236), "slate": (108, 124, 146),
}  # fmt: skip
CLOTHES = {
    "white": (236, 236, 232), "red": (204, 66, 60), "navy": (44, 62, 110),
    "green": (58, 128, 96), "mustard": (214, 158, 44), "black": (52, 50, 56),
}  # fmt: skip
GLASSES = ("none", "round", "square")
BEARDS = ("none", "stubble", "moustache", "goatee", "full")

# Lengths are in half pictures. A cap lies around the skull: how far it reaches above and beside it, how low it ends,
# how round that end is, how far it flares. An arch in it leaves the face free: half its width in head widths, its
# top, how square it is, how it leans. Then: whether the hair is curly, how ragged its edge, the radius of a bun.
HAIRSTYLES = {
    #         top    side   end   round flare opening arch square lean curly ragged bun
    "bald":   (0.00, 0.00, 0.10, 0.20, 0.00, 1.00, 0.60, 0.00, 0.00, 0.0, 0.000, 0.00),
    "short":  (0.10, 0.035, 0.08, 0.20, 0.00, 0.98, 0.50, 0.50, 0.35, 0.0, 0.035, 0.00),
    "bangs":  (0.09, 0.07, 0.46, 0.16, 0.02, 0.86, 0.35, 0.97, 0.00, 0.0, 0.020, 0.00),
    "bob":    (0.11, 0.10, 0.62, 0.24, 0.05, 0.86, 0.58, 0.30, -0.18, 0.0, 0.008, 0.00),
    "long":   (0.09, 0.07, 1.30, 0.30, 0.12, 0.86, 0.56, 0.05, 0.08, 0.0, 0.008, 0.00),
    "afro":   (0.22, 0.20, 0.36, 0.46, 0.00, 0.92, 0.56, 0.30, 0.00, 1.0, 0.015, 0.00),
    "bun":    (0.06, 0.025, 0.06, 0.20, 0.00, 0.98, 0.60, 0.20, 0.00, 0.0, 0.006, 0.19),
    "mohawk": (0.26, -0.33, -0.10, 0.20, 0.00, 1.00, 0.62, 0.00, 0.00, 0.0, 0.010, 0.00),
}  # fmt: skip

TILE = 128  # rows of a texture of hair, 2.4 half pictures high
ACROSS = 768  # and 6 wide
SPOTS = 256  # the side of the texture of freckles, a torus 2.5 half pictures across


@cache
def colours(device):
    """Of skin, hair, eyes, background and clothes by the factor's name, each of shape (3, k, 1, 1)."""
    rows = {
        "skin": SKINS, "hair_colour": HAIR_COLOURS.values(), "eye_colour": EYE_COLOURS.values(),
        "background": BACKGROUNDS.values(), "clothes": CLOTHES.values(),
    }  # fmt: skip
    return {
        name: torch.tensor(list(c), dtype=torch.float32, device=device).t()[..., None, None] for name, c in rows.items()
    }


@cache
def styles(device):
    """The table of hairstyles, shape (8, 12)."""
    return torch.tensor(list(HAIRSTYLES.values()), device=device)


@cache
def strands(device):
    """Two textures in [-1, 1], smooth strands and below them curls, shape (1, 1, 256, 768)."""
    g = torch.Generator().manual_seed(1)
    coarse, fine = (
        F.interpolate(torch.rand(1, 1, 4, k, generator=g) * 2 - 1, (TILE, ACROSS), mode="bicubic")[0, 0]
        for k in (60, 130)
    )
    rows, columns = (torch.arange(TILE) + 0.5) / TILE * 2.4, (torch.arange(ACROSS) + 0.5) / ACROSS * 6
    pixels = torch.cartesian_prod(rows, columns)
    middles = torch.cartesian_prod(torch.arange(24) / 10, torch.arange(60) / 10)  # of curls: one in each tenth
    middles = middles + 0.09 * torch.rand(middles.shape, generator=g)
    curls = 1 - 26 * torch.cdist(pixels, middles).amin(dim=1).view(TILE, ACROSS)
    return torch.cat([coarse + fine, curls]).clamp(-1, 1)[None, None].to(device)


@cache
def freckles(device, size):
    """Small spots here and there on a torus, as sharp as a picture of this size shows them, shape (1, 1, 256, 256)."""
    at = torch.rand(420, 2, generator=torch.Generator().manual_seed(0))
    away = ((torch.arange(SPOTS) + 0.5).view(-1, 1, 1) / SPOTS - at).abs()
    x2, y2 = torch.minimum(away, 1 - away).mul(2.5).square().unbind(dim=-1)
    distance = torch.stack([(row + x2).amin(dim=1) for row in y2]).sqrt()
    return ((0.026 - distance) * (size / 2) + 0.5).clamp(0, 1)[None, None].to(device)
