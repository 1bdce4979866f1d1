"""The layers of a face, from back to front; each is a function that paints its own on a `Canvas`."""

import torch
import torch.nn.functional as F

from gancourse.data.worlds.face_canvas import BROWS, Canvas, ellipse, hidden_unless
from gancourse.data.worlds.face_palette import BEARDS, GLASSES, HAIRSTYLES, freckles, strands, styles

EVERYWHERE = slice(None)


def render(image, layout, factors):
    """Paint faces with these factors into `image`, (n, 3, size, size), and `layout`, (n, size, size), both uint8."""
    c = Canvas(factors, image.shape[-1])
    torch.mul(c.ground, 1.02 - 0.10 * c.y - 0.06 * c.f.light * c.x, out=c.picture)
    _head(c)
    _back_hair(c)
    for layer in (
        _bust, _ears, _skin, _freckles, _wrinkles, _beard, _nose, _mouth, _eyes,
        _brows, _front_hair, _glasses, _earrings,
    ):  # fmt: skip
        layer(c)
    image.copy_(c.picture.clamp_(0, 255).add_(0.5).transpose(0, 1))
    layout.copy_(c.layout)


def _head(c):
    """How far within the head each point is, `head`, how much of it that covers, `face`, and how bright it is, `glow`.

    An ellipse, squarer by the term in x²y², and below its middle narrower.
    """
    f = c.f
    r2 = c.v / f.height
    c.glow = 0.76 - 0.12 * r2
    low = r2.clamp(min=0)
    x = torch.addcmul(c.u, low, -0.16 * f.sin)  # the chin goes to where the face looks
    x.mul_(low.square_().mul_((0.30 - 0.20 * f.build) / f.width).add_(1 / f.width))
    c.glow.addcmul_(x, 0.40 * f.light)
    x.square_()
    r2.square_()
    r2.addcmul_(x.clamp(max=1).mul_(r2), -0.42 - 0.22 * f.build).add_(x)  # clamped: else it is open at the sides
    c.glow.add_(r2, alpha=-0.30)
    c.head = r2.clamp_(min=0).sqrt_().sub_(1).mul_(-(f.width * f.height).sqrt())
    c.face = c.cover(c.head.clone())


def _back_hair(c):
    """Find the cap of hair and the arch cut out of it; paint what lies behind the face, keep the rest as `front`.

    Sets `shade`, how bright the skin is with the hair's shadow on it, and `sheen`, how bright the hair.
    """
    f, row = c.f, styles(c.device)[c.f.hairstyle.view(-1).long()].t()[..., None, None]
    top, side, end, rounding, flare, opening, line, square, lean, curly, ragged, bun = row
    texture = _texture(c, curly)
    cap = (c.u + 0.10 * f.sin).div_(c.v.clamp(min=0).mul_(flare).add_(f.width + side)).square_()
    cap += c.v.clamp(max=0).div_(f.height + top).square_()
    cap += (c.v - (end - rounding)).clamp_(min=0).div_(rounding).square_()
    cap.sqrt_().sub_(1).mul_(-0.1 - f.width).addcmul_(texture, 0.006 + 0.020 * curly)
    cap -= hidden_unless(f.hairstyle != list(HAIRSTYLES).index("bald"))
    _add_bun(c, cap, top, bun)
    middle = c.u - 0.55 * f.width * f.sin
    arch = (middle / (opening * f.width * (0.45 + 0.55 * f.cos))).square_()
    rise = torch.addcmul(c.v - 0.15, middle, lean).clamp_(max=0).div_(0.15 + line * f.height).square_()
    arch.add_(rise.addcmul_(arch.clamp(max=1).mul_(rise), -square))
    arch.sqrt_().sub_(1).mul_(0.9 * f.width).addcmul_(texture, ragged)
    c.front = torch.minimum(cap, arch)
    c.shade = torch.add(c.glow, c.front.mul(9).add_(1.1).clamp_(0, 1), alpha=-0.4).clamp_(0, 1)
    # A band of gloss across the head, where the strands are smooth.
    gloss = middle.sub_(0.15 * f.light).square_().mul_(0.5).add_(c.v).add_(0.60 * f.height).mul_(9)
    gloss.square_().sub_(1).clamp_(max=0)
    c.sheen = c.glow.mul(0.55).add_(0.12).add_(texture, alpha=0.16).addcmul_(gloss, 0.22 * curly - 0.35).clamp_(0, 1)
    c.paint(EVERYWHERE, c.hair_dark, c.cover(cap), "hair", to=c.hair, shade=0.5 * c.sheen)


def _texture(c, curly):
    """How light or dark hair is at each pixel, in [-1, 1]: strands fan out from above the head, curls do not."""
    at = torch.empty(c.n, c.size, c.size, 2, device=c.device)
    deep = torch.addcmul(4.05 - 1.05 * curly, c.v, 3 - 3 * curly)
    torch.addcdiv(c.noise[0] * 1.1 - 0.55, c.u - 0.1 * c.f.sin, deep, out=at[..., 0])
    torch.add(curly - 0.5, c.v, alpha=0.42, out=at[..., 1])
    atlas = strands(c.device).expand(c.n, -1, -1, -1)
    return F.grid_sample(atlas, at, padding_mode="border", align_corners=False)[:, 0]


def _add_bun(c, cap, top, bun):
    """Put a ball of hair on the cap, where the style has one."""
    rows, u, v = c.band(-1, -0.5)
    radius = bun.clamp(min=1e-3)
    knot = ellipse((u + 0.2 * c.f.sin) / radius, (v + (c.f.height + top + 0.55 * bun)) / radius, radius)
    torch.maximum(cap[:, rows], knot.sub_(hidden_unless(bun > 0)), out=cap[:, rows])


def _front_hair(c):
    c.paint(EVERYWHERE, c.hair_dark, c.cover(c.front.clone()), "hair", to=c.hair_light, shade=c.sheen)


def _bust(c):
    """Neck and clothes, which do not turn."""
    f, neck = c.f, 0.19 + 0.05 * c.f.build
    rows, _, v = c.band(0.3, 1)
    shade = 0.2 + 0.25 * f.light * c.x
    c.paint(rows, c.dark, c.cover(neck - c.x.abs()).expand_as(v), "skin", to=c.fair, shade=shade)
    rows, _, v = c.band(0.7, 1)
    x, y = c.x.expand_as(v), c.y[:, rows]
    chest = ellipse(x / (0.84 + 0.10 * f.build), (y - 1.25) / 0.52, 0.52)
    collar = ellipse(x / (neck + 0.07), (y - 0.66) / 0.20, 0.2)
    shade = 0.5 + 0.5 * f.light * x
    neckline = torch.minimum(chest, collar + 0.05)  # under the edge of the cloth, too, and not at the shoulders
    c.paint(rows, c.dark, c.cover(neckline), "skin", to=c.fair, shade=shade)
    cloth = torch.minimum(chest, collar.neg_())
    c.paint(rows, c.cloth * 0.84, c.cover(cloth), "clothes", to=c.cloth * 1.06, shade=shade)


def _ears(c):
    f = c.f
    rows, u, v = c.band(-0.24, 0.42)
    out = (u + 0.06 * f.sin).abs_().sub_(f.width * f.cos + 0.01).div_(0.085)
    ear = ellipse(out, (v - (f.eyes + 0.05)).div_(0.14), 0.1)
    c.paint(rows, c.dark, c.cover(ear.clone()), "skin", to=c.fair, shade=torch.tensor(0.6, device=c.device))
    c.paint(rows, c.dark, c.cover(ear.sub_(0.045)), opacity=0.7)


def _skin(c):
    """The skin of the face, and a blush on the cheeks."""
    f = c.f
    rows, _, _ = c.band(-0.76, 0.78)
    c.paint(rows, c.dark, c.face[:, rows], "skin", to=c.fair, shade=c.shade[:, rows])
    rows, u, v = c.band(-0.16, 0.54)
    out = (u - 0.86 * f.width * f.sin).abs_().sub_(0.62 * f.width * f.cos)
    cheek = v.sub(0.33 * f.height).div_(0.13).square_().add_(out.div_(0.16).square_())
    c.paint(rows, c.skin * c.rgb(1.04, 0.66, 0.66), cheek.neg_().add_(1).clamp_(min=0), opacity=0.5 * c.face[:, rows])


def _freckles(c):
    """On cheeks and nose, darker where the skin is."""
    f = c.f
    rows, u, v = c.band(-0.20, 0.56)
    x = u - 0.72 * f.width * f.sin
    at = torch.stack([x.mul(0.8).add_(4 * c.noise[1]), v.mul(0.8).add_(4 * c.noise[2])], dim=-1)
    spots = freckles(c.device, c.size).expand(c.n, -1, -1, -1)
    spots = F.grid_sample(spots, at.remainder_(2).sub_(1), padding_mode="border", align_corners=False)[:, 0]
    spots *= (
        x.div_(0.9 * f.width).square_().add_(v.sub(0.30 * f.height).div_(0.24).square_()).mul_(-2).add_(2).clamp_(0, 1)
    )
    c.paint(rows, c.dark * 0.64, spots.mul_(c.face[:, rows]), opacity=f.freckles)


def _wrinkles(c):
    """Furrows across the forehead, folds from the nose to the mouth's corners, bags under the eyes."""
    f = c.f
    rows, u, v = c.band(-0.52, 0.60)
    x = u - 0.90 * f.width * f.sin
    down = v - (f.nose_low + 0.05)
    fold = torch.addcmul(x.abs(), down, -0.5 - down).sub_(0.15).abs_().neg_().add_(0.022)
    fold = torch.minimum(fold, down.abs_().mul_(-0.4).add_(0.05))
    furrow = torch.addcmul(v + 0.42 * f.height, x, 0.1 * x).abs_().sub_(0.055).abs_().neg_().add_(0.02)
    furrow = torch.minimum(furrow, x.abs().mul_(-0.2).add_(0.048 * f.cos))
    t = x.abs_().sub_(f.apart).div_(0.14 * f.cos).square_().neg_().add_(1)
    bag = torch.addcmul(v - (f.eyes + 0.085), t, -0.056 - 0.036 * f.eye_size).abs_().neg_().add_(0.018)
    line = torch.maximum(torch.maximum(fold, furrow), torch.minimum(bag, t.mul_(0.1)))
    c.paint(rows, c.dark * 0.78, c.cover(line, 0.04).mul_(c.face[:, rows]), opacity=f.age)


def _beard(c):
    """Hair below an ellipse around eyes and nose, above the lip, or on the chin."""
    f, is_ = c.f, {name: (c.f.beard == k).float() for k, name in enumerate(BEARDS)}
    rows, u, v = c.band(-0.16, 0.78)
    edge, x = c.head[:, rows], u - 0.80 * f.width * f.sin
    x2 = x.square()
    cut = ellipse(x.div_(0.80 * f.width), (v + 0.04).div_(f.nose_low + 0.115), 0.35).neg_()
    full = torch.minimum(edge + 0.04 * is_["full"], torch.minimum(cut, 2 * v))
    full -= hidden_unless(is_["full"] + is_["stubble"])
    down = v - (f.mouth - 0.02)
    lip = torch.minimum(down.sub(x2, alpha=2.6).add_(0.115), x2.mul(-0.45).add_(0.02).sub_(down))
    lip -= hidden_unless(is_["moustache"] + is_["goatee"])
    chin = torch.minimum(edge + 0.03, (v - 0.92 * f.height).square_().add_(x2).sqrt_().neg_().add_(0.19))
    chin -= hidden_unless(is_["goatee"])
    beard = c.cover(torch.maximum(torch.maximum(full, lip), chin))
    colour, opacity = 0.9 * c.hair_dark + 0.1 * c.hair_light, 1 - 0.6 * is_["stubble"]
    c.paint(rows, colour, beard, "beard", opacity, to=c.hair_light, shade=0.5 * c.sheen[:, rows])


def _nose(c):
    """Its shadow, then its tip, which goes over into the bridge."""
    f = c.f
    rows, u, v = c.band(-0.20, 0.50)
    wide, tall = 0.05 + 0.10 * f.nose, 0.045 + 0.065 * f.nose
    x, y = (u - 1.12 * f.width * f.sin) / wide, (v - f.nose_low) / tall
    c.paint(rows, c.dark * 0.68 - 8, c.cover(ellipse(x + 0.28 * f.light, y - 0.35, tall)), "nose")
    above, below = y.clamp(max=0), y.clamp_(min=0)
    glow = torch.addcmul(0.85 - 0.2 * below, x, 0.25 * f.light).clamp_(0, 1)
    tip = ellipse(torch.addcmul(x, x, above, value=-0.15), above.mul_(0.32).add_(below), tall)
    c.paint(rows, c.dark, c.cover(tip, 0.05), "nose", to=c.fair + 16, shade=glow)


def _mouth(c):
    """Lips, what is between them, and teeth: all bounded by parabolas, of height t above the mouth's corners."""
    f = c.f
    rows, u, v = c.band(0.10, 0.86)
    face = c.face[:, rows]
    t = ((u - 0.84 * f.width * f.sin) / ((0.19 + 0.02 * f.smile) * f.cos)).square_().neg_().add_(1)
    down = torch.addcmul(v - (f.mouth - 0.02 - 0.045 * f.smile), t, -0.095 * f.smile)  # from the opening's upper edge
    plump, gap = 0.036 - 0.010 * f.build + 0.012 * f.lipstick, 0.014 + 0.16 * f.mouth_open
    lips = torch.minimum(
        torch.addcmul(down + 0.004, t, plump), torch.addcmul(-down, t, gap + (1.15 + 0.35 * f.smile) * plump)
    )
    natural = c.skin * 0.60 + c.rgb(62, 12, 18)
    c.paint(rows, torch.lerp(natural, c.rgb(206, 28, 62), f.lipstick), c.cover(lips).mul_(face), "mouth")
    hole = c.cover(torch.minimum(down, torch.addcmul(-down, t, gap))).mul_(face)
    c.paint(rows, c.rgb(84, 20, 28), hole, "mouth")
    teeth = c.cover(torch.add(down.neg_(), t, alpha=0.055)).mul_(hole).mul_(f.mouth_open > 0.15)
    c.paint(rows, c.rgb(250, 248, 240), teeth)


def _eyes(c):
    """Both at once, from a coordinate that goes outwards from each one's middle: white, iris, pupil, spark, lashes."""
    f = c.f
    rows, u, v = c.band(-0.30, 0.38)
    x = u - 0.89 * f.width * f.sin
    way = x.sign()
    narrow = torch.addcmul(f.cos, way, -0.52 * f.sin)  # the far eye is foreshortened
    out = x.abs_().sub_(f.apart)
    wide, tall = 0.10 + 0.055 * f.eye_size, 0.062 + 0.06 * f.eye_size
    x = out / (wide * narrow)
    t = 1 - x.square()
    y = torch.add(v - f.eyes, x, alpha=0.012)
    lid = torch.addcmul(y, t, tall * (1 - 1.7 * f.blink))  # how far below the upper lid
    white = torch.minimum(torch.minimum(lid, torch.addcmul(-y, t, 0.6 * tall)), 0.1 * t)
    white = c.cover(white).mul_(c.face[:, rows])
    c.paint(rows, c.rgb(250, 250, 250), white, "eyes")
    lash = torch.add(0.018 - 0.008 * f.build - lid.abs_(), x, alpha=0.008)
    lash = torch.minimum(lash, t.add_(0.12 - 0.12 * f.build).mul_(0.2))
    x, y = torch.addcmul(out.div_(narrow.clamp_(min=0.5)), way, -0.065 * f.gaze), y.add_(0.1 * tall)
    radius = 0.72 * tall + 0.012
    r = x.square().add_(y.square()).sqrt_()
    c.paint(rows, c.iris, c.cover(radius - r).mul_(white))
    c.paint(rows, c.rgb(22, 16, 18), c.cover(0.5 * radius - r).mul_(white))
    r = torch.addcmul(x, way, 0.35 * radius).square_().add_(y.add_(0.35 * radius).square_()).sqrt_()
    c.paint(rows, c.rgb(255, 255, 255), c.cover(0.32 * radius - r).mul_(white))
    c.paint(rows, c.rgb(34, 22, 24), c.cover(lash), "eyes")


def _brows(c):
    f = c.f
    rows, u, v = c.band(-0.50, 0.12)
    x = (u - 0.89 * f.width * f.sin).abs_().sub_(f.apart).div_(0.165 * f.cos)
    t = x.square().neg_().add_(1)
    ridge = torch.addcmul(v - BROWS * f.height, x, 0.11 * f.brows).add_(t, alpha=0.03).abs_().neg_()
    ridge.addcmul_(x.mul_(-0.3).add_(1), 0.030 + 0.012 * f.build)
    c.paint(rows, c.hair * 0.5, c.cover(torch.minimum(ridge, t.mul_(0.2))).mul_(c.face[:, rows]), "brows")


def _glasses(c):
    """Two rings, round or square, and what holds them from ear to ear."""
    f = c.f
    rows, u, v = c.band(-0.32, 0.38)
    x = u - 0.98 * f.width * f.sin
    narrow = torch.addcmul(f.cos, x.sign(), -0.45 * f.sin)
    x, y = x.abs_().sub_(f.apart + 0.02 * f.width).div_(narrow), v - (f.eyes + 0.005)
    square, worn = (f.glasses == GLASSES.index("square")).float(), f.glasses > 0
    free = torch.minimum(c.head[:, rows], -c.front[:, rows])  # hair hides the arms
    arms = torch.minimum((y + 0.04).abs_().neg_().add_(0.022), free)
    ring = (x.abs_() - 0.115 * square).clamp_(min=0).square_().add_((y.abs_() - 0.075 * square).clamp_(min=0).square_())
    ring = ring.sqrt_().sub_(0.175 - 0.105 * square)
    frame = torch.maximum(ring.abs().neg_().add_(0.024), torch.minimum(arms, ring))
    c.paint(rows, c.rgb(38, 34, 44), c.cover(frame).mul_(worn), "glasses")


def _earrings(c):
    """Two drops of gold; the one behind the head is not seen."""
    f = c.f
    rows, u, v = c.band(0.02, 0.50)
    x = u + 0.06 * f.sin
    seen = x.sign().mul_(f.sin) < 0.25
    drop = x.abs_().sub_(f.width * f.cos + 0.03).square_().add_((v - (f.eyes + 0.22)).square_()).sqrt_()
    c.paint(rows, c.rgb(250, 206, 70), c.cover(0.055 - drop).mul_(seen).mul_(f.earrings), "earrings")
