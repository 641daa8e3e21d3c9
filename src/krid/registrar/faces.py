"""Invented faces: looks drawn from a seed, of either sex and of any age."""

from typing import Final

from krid.cardtypes import Sex
from krid.registrar.drawing import Look, draw
from krid.registrar.draws import Draws

_WIDTH: Final = 120
"""In pixels; such a picture takes some 2 kB, and travels with every card."""

_SKINS: Final = ("#f2c9a2", "#e8b98e", "#f6d3b3", "#f9d9bd", "#e3b78f", "#d9a679")
_HAIRS: Final = ("#1f1a1c", "#2b2422", "#5a3423", "#33261f", "#3b2a4a")
_GREY: Final = ("#e9e7e2", "#b9b4ae", "#8d8a86")
_GROUNDS: Final = ("#cfe3ea", "#e6e2d8", "#f4dfd3", "#fbe9b8", "#d8ebd0", "#dcd8f0", "#dfe5d6")
_CLOTHES: Final = ("#2f5d9b", "#3c4454", "#2a8c82", "#f2c230", "#e2703a", "#7a5aa8", "#6d7f5c")
_TRIMS: Final = ("#1d3557", "#a8323e", "#f4efe2", "#c9314b", "#fff3df", "#47543c")
_GARMENTS: Final = ("hanbok", "suit", "sweater", "shirt")
_STYLES: Final = {
    Sex.FEMALE: ("long", "bob", "braid"),
    Sex.MALE: ("parted", "tousled", "topknot"),
}
_MOUTHS: Final = ("smile", "open", "calm")


def draw_face(draws: Draws, sex: Sex, *, is_old: bool) -> bytes:
    """Draw a face as a JPEG image; the same draws give the same face."""
    style = draws.choose(_STYLES[sex])
    look = Look(
        background=draws.choose(_GROUNDS),
        skin=draws.choose(_SKINS),
        hair=draws.choose(_GREY if is_old else _HAIRS),
        style="sides" if is_old and sex is Sex.MALE else style,
        clothes=draws.choose(_CLOTHES),
        trim=draws.choose(_TRIMS),
        garment=draws.choose(_GARMENTS),
        jaw=draws.below(11) - 4,
        brow=draws.below(4) - 1,
        mouth=draws.choose(_MOUTHS),
        glasses=draws.below(4) == 0,
        beard=is_old and sex is Sex.MALE and draws.below(2) == 0,
        lines=is_old,
        blush=draws.below(3) == 0,
    )
    return draw(look).jpeg(width=_WIDTH)


def draw_faces(seed: str, count: int) -> dict[tuple[Sex, bool], tuple[bytes, ...]]:
    """Draw so many faces for each sex, young and old."""
    return {
        (sex, is_old): tuple(
            draw_face(Draws(f"{seed}/face/{int(sex)}/{is_old}", index), sex, is_old=is_old)
            for index in range(count)
        )
        for sex in Sex
        for is_old in (False, True)
    }
