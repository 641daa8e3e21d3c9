"""Drawing faces that belong to nobody: the same look gives the same bytes, on one Pillow.

Needs Pillow (extra `registrar`): whoever imports this does so late.
"""

from dataclasses import dataclass
from io import BytesIO
from typing import Final

from PIL import Image, ImageDraw

WIDTH: Final = 240
HEIGHT: Final = 320
_FINE: Final = 4
_INK: Final = "#3a2c28"

Box = tuple[float, float, float, float]
Points = tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What tells one drawn person from another."""

    background: str
    skin: str
    hair: str
    style: str
    clothes: str
    trim: str
    garment: str
    jaw: float = 0.0
    brow: float = 0.0
    mouth: str = "smile"
    glasses: bool = False
    beard: bool = False
    lines: bool = False
    blush: bool = False


class Canvas:
    """A picture drawn at four times its size, in coordinates of 240 by 320."""

    def __init__(self, background: str) -> None:
        self._image = Image.new("RGB", (WIDTH * _FINE, HEIGHT * _FINE), background)
        self._pen = ImageDraw.Draw(self._image)

    def oval(self, box: Box, fill: str) -> None:
        """Fill an ellipse."""
        self._pen.ellipse([value * _FINE for value in box], fill=fill)

    def block(self, box: Box, fill: str, radius: float = 0) -> None:
        """Fill a rectangle with rounded corners."""
        self._pen.rounded_rectangle([v * _FINE for v in box], radius=radius * _FINE, fill=fill)

    def shape(self, points: Points, fill: str) -> None:
        """Fill a polygon."""
        self._pen.polygon([(x * _FINE, y * _FINE) for x, y in points], fill=fill)

    def line(self, points: Points, fill: str, width: float) -> None:
        """Draw a line through points."""
        scaled = [(x * _FINE, y * _FINE) for x, y in points]
        self._pen.line(scaled, fill=fill, width=round(width * _FINE), joint="curve")

    def arc(self, box: Box, angles: tuple[float, float], fill: str, width: float) -> None:
        """Draw a part of an ellipse."""
        scaled = [value * _FINE for value in box]
        self._pen.arc(scaled, *angles, fill=fill, width=round(width * _FINE))

    def pie(self, box: Box, angles: tuple[float, float], fill: str) -> None:
        """Fill a slice of an ellipse."""
        self._pen.pieslice([value * _FINE for value in box], *angles, fill=fill)

    def jpeg(self, *, width: int = WIDTH) -> bytes:
        """Return the picture as a JPEG image of a width; it is a third higher than wide."""
        small = self._image.resize((width, width * HEIGHT // WIDTH), Image.Resampling.LANCZOS)
        raw = BytesIO()
        small.save(raw, "JPEG", quality=70, optimize=True, subsampling=2)
        return raw.getvalue()


def mixed(color: str, other: str, share: float) -> str:
    """Mix two colours, `share` of the other into the first."""
    channels = (
        round(int(color[at : at + 2], 16) * (1 - share) + int(other[at : at + 2], 16) * share)
        for at in (1, 3, 5)
    )
    return "#" + "".join(f"{channel:02x}" for channel in channels)


def shaded(color: str) -> str:
    """Return the colour as it looks in shadow."""
    return mixed(color, "#402018", 0.16)


def draw_back_hair(canvas: Canvas, look: Look) -> None:
    """Draw the hair that hangs behind head and shoulders."""
    if look.style == "long":
        canvas.block((58, 76, 182, 268), look.hair, 56)
    if look.style == "bob":
        canvas.block((54, 70, 186, 208), look.hair, 50)
    if look.style == "braid":
        canvas.block((60, 74, 180, 190), look.hair, 54)
    if look.style == "topknot":
        canvas.oval((102, 24, 138, 62), look.hair)
        canvas.block((100, 52, 140, 62), look.trim, 5)


def draw_clothes(canvas: Canvas, look: Look) -> None:
    """Draw shoulders, neck and collar."""
    canvas.block((24, 242, 216, 420), look.clothes, 62)
    canvas.block((98, 196, 142, 264), shaded(look.skin), 18)
    garments = {
        "hanbok": draw_hanbok,
        "suit": draw_suit,
        "sweater": draw_sweater,
        "shirt": draw_shirt,
    }
    garments[look.garment](canvas, look)


def draw_hanbok(canvas: Canvas, look: Look) -> None:
    """Draw the crossed collar with its white band and the ribbon."""
    canvas.shape(((92, 240), (148, 240), (122, 292)), shaded(look.skin))
    canvas.line(((146, 236), (132, 272), (96, 324)), look.trim, 19)
    canvas.line(((144, 236), (129, 270), (118, 287)), "#ffffff", 6)
    canvas.line(((94, 236), (110, 272), (160, 330)), look.trim, 19)
    canvas.line(((97, 236), (112, 269), (132, 294)), "#ffffff", 6)
    canvas.shape(((128, 292), (146, 288), (160, 330), (140, 330)), mixed(look.trim, "#ffffff", 0.2))


def draw_suit(canvas: Canvas, look: Look) -> None:
    """Draw a white shirt, a tie and lapels."""
    canvas.shape(((88, 242), (152, 242), (120, 330)), "#f7f7f4")
    canvas.shape(((112, 262), (128, 262), (124, 276), (116, 276)), shaded(look.trim))
    canvas.shape(((116, 276), (124, 276), (132, 330), (108, 330)), look.trim)
    canvas.shape(((96, 236), (120, 262), (104, 280), (88, 246)), "#ffffff")
    canvas.shape(((144, 236), (120, 262), (136, 280), (152, 246)), "#ffffff")
    dark = shaded(look.clothes)
    canvas.shape(((86, 242), (112, 330), (84, 330), (64, 262)), dark)
    canvas.shape(((154, 242), (128, 330), (156, 330), (176, 262)), dark)


def draw_sweater(canvas: Canvas, look: Look) -> None:
    """Draw a round neck and two stripes."""
    canvas.oval((84, 226, 156, 276), look.trim)
    canvas.oval((91, 222, 149, 267), shaded(look.skin))
    canvas.block((24, 296, 216, 304), look.trim)
    canvas.block((24, 310, 216, 314), look.trim)


def draw_shirt(canvas: Canvas, look: Look) -> None:
    """Draw an open collar and buttons."""
    canvas.shape(((92, 240), (148, 240), (120, 286)), shaded(look.skin))
    canvas.shape(((96, 234), (120, 284), (98, 296), (80, 248)), look.trim)
    canvas.shape(((144, 234), (120, 284), (142, 296), (160, 248)), look.trim)
    canvas.line(((120, 284), (120, 330)), shaded(look.clothes), 2)
    canvas.oval((117, 300, 123, 306), "#ffffff")


def draw_head(canvas: Canvas, look: Look) -> None:
    """Draw ears and face, with the jaw wider or narrower."""
    for left in (55, 168):
        canvas.oval((left, 128, left + 18, 160), shaded(look.skin))
    canvas.oval((64, 60, 176, 184), look.skin)
    canvas.block((64, 116, 176, 182), look.skin, 50)
    canvas.oval((74 - look.jaw, 118, 166 + look.jaw, 218), look.skin)
    if look.blush:
        for left in (76, 142):
            canvas.oval((left, 160, left + 24, 174), mixed(look.skin, "#f08078", 0.42))


def draw_face(canvas: Canvas, look: Look) -> None:
    """Draw brows, eyes, nose and mouth."""
    for center, tilt in ((96, 1), (144, -1)):
        brow = (
            (center - 14, 124 - look.brow + tilt * 2),
            (center, 120 - look.brow),
            (center + 14, 124 - look.brow - tilt * 2),
        )
        canvas.line(brow, mixed(look.hair, _INK, 0.3), 4.5)
        canvas.oval((center - 11, 134, center + 11, 149), "#ffffff")
        canvas.oval((center - 7, 134, center + 7, 149), _INK)
        canvas.oval((center + 0.5, 136.5, center + 4.5, 140.5), "#ffffff")
        canvas.arc((center - 12, 132, center + 12, 154), (195, 345), _INK, 3)
    canvas.arc((110, 152, 130, 171), (25, 155), shaded(shaded(look.skin)), 3.5)
    draw_mouth(canvas, look)


def draw_mouth(canvas: Canvas, look: Look) -> None:
    """Draw one of three friendly mouths."""
    lips = mixed(look.skin, "#b03a3a", 0.72)
    if look.mouth == "open":
        canvas.pie((102, 170, 138, 202), (0, 180), lips)
        canvas.block((107, 186, 133, 190.5), "#ffffff", 2)
    if look.mouth == "smile":
        canvas.arc((100, 166, 140, 196), (25, 155), lips, 4.5)
    if look.mouth == "calm":
        canvas.arc((104, 176, 136, 194), (30, 150), lips, 4.5)


def draw_age(canvas: Canvas, look: Look) -> None:
    """Draw what years leave behind: lines and a beard."""
    if look.lines:
        wrinkle = shaded(look.skin)
        for box, angles in (
            ((78, 150, 112, 164), (20, 150)),
            ((128, 150, 162, 164), (30, 160)),
            ((90, 84, 150, 104), (215, 325)),
            ((84, 160, 104, 194), (290, 10)),
            ((136, 160, 156, 194), (170, 250)),
        ):
            canvas.arc(box, angles, wrinkle, 2.5)
    if look.beard:
        canvas.shape(((90, 198), (150, 198), (136, 226), (120, 258), (104, 226)), look.hair)
        canvas.oval((90, 188, 150, 222), look.hair)
        canvas.line(((94, 182), (106, 173), (120, 177), (134, 173), (146, 182)), look.hair, 7)
        canvas.arc((106, 178, 134, 198), (20, 160), mixed(look.skin, "#b03a3a", 0.72), 4.5)


def draw_long(canvas: Canvas, look: Look) -> None:
    """Draw a centre parting, for long hair and the braid."""
    hair = look.hair
    canvas.pie((58, 48, 182, 190), (180, 360), hair)
    canvas.pie((72, 82, 168, 160), (180, 360), look.skin)
    canvas.shape(((120, 50), (126, 50), (122, 86), (118, 86)), mixed(hair, look.skin, 0.6))
    canvas.block((58, 116, 70, 176), hair, 6)
    canvas.block((170, 116, 182, 176), hair, 6)


def draw_bob(canvas: Canvas, look: Look) -> None:
    """Draw a fringe and straight sides."""
    hair = look.hair
    canvas.pie((54, 44, 186, 180), (180, 360), hair)
    canvas.block((70, 96, 170, 118), hair, 9)
    canvas.block((54, 108, 72, 204), hair, 9)
    canvas.block((168, 108, 186, 204), hair, 9)


def draw_topknot(canvas: Canvas, look: Look) -> None:
    """Draw hair drawn up under a headband."""
    hair = look.hair
    canvas.pie((62, 50, 178, 174), (180, 360), hair)
    canvas.pie((72, 84, 168, 150), (180, 360), look.skin)
    canvas.shape(((62, 92), (178, 92), (177, 104), (63, 104)), look.trim)


def draw_parted(canvas: Canvas, look: Look) -> None:
    """Draw hair combed to one side."""
    hair = look.hair
    canvas.pie((60, 46, 180, 176), (180, 360), hair)
    canvas.shape(((62, 108), (76, 142), (82, 112), (104, 94), (100, 88)), hair)
    canvas.shape(((96, 86), (172, 96), (166, 142), (179, 108), (170, 74)), hair)
    canvas.pie((80, 92, 168, 146), (180, 330), look.skin)


def draw_tousled(canvas: Canvas, look: Look) -> None:
    """Draw curls on top and over the forehead."""
    hair = look.hair
    canvas.pie((60, 50, 180, 176), (180, 360), hair)
    for left, top in ((60, 58), (76, 42), (98, 34), (122, 38), (144, 56)):
        canvas.oval((left, top, left + 40, top + 40), hair)
    for left in (66, 90, 114, 138):
        canvas.pie((left - 4, 66, left + 40, 128), (20, 160), hair)
    canvas.block((60, 104, 69, 140), hair, 4)
    canvas.block((171, 104, 180, 140), hair, 4)


def draw_sides(canvas: Canvas, look: Look) -> None:
    """Draw white hair on the sides alone."""
    hair = look.hair
    canvas.pie((56, 70, 96, 176), (150, 300), hair)
    canvas.pie((144, 70, 184, 176), (240, 390), hair)
    canvas.oval((54, 98, 74, 150), hair)
    canvas.oval((166, 98, 186, 150), hair)


FRONT_HAIR = {
    "long": draw_long,
    "braid": draw_long,
    "bob": draw_bob,
    "topknot": draw_topknot,
    "parted": draw_parted,
    "tousled": draw_tousled,
    "sides": draw_sides,
}


def draw_extras(canvas: Canvas, look: Look) -> None:
    """Draw what lies on top: glasses, the braid and its ribbon."""
    if look.glasses:
        for left in (78, 126):
            canvas.arc((left, 124, left + 36, 160), (0, 360), "#2f3a4a", 3.5)
        canvas.line(((113, 140), (127, 140)), "#2f3a4a", 3.5)
    if look.style == "braid":
        for step in range(7):
            x, y = 164 - step / 2, 160 + step * 18
            canvas.oval((x, y, x + 25, y + 26), look.hair)
            if step:
                shine = mixed(look.hair, "#ffffff", 0.25)
                canvas.line(((x + 4, y + 5), (x + 20, y + 14)), shine, 2)
        canvas.shape(((158, 288), (186, 288), (194, 318), (172, 304), (150, 318)), "#d23b4e")


def draw(look: Look) -> Canvas:
    """Draw one person from back to front."""
    canvas = Canvas(look.background)
    canvas.oval((-30, 190, 270, 460), mixed(look.background, "#ffffff", 0.35))
    draw_back_hair(canvas, look)
    draw_clothes(canvas, look)
    draw_head(canvas, look)
    draw_face(canvas, look)
    draw_age(canvas, look)
    FRONT_HAIR[look.style](canvas, look)
    draw_extras(canvas, look)
    return canvas
