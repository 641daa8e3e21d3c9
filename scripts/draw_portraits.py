"""Draw the portraits of the invented people in the sample register.

Run it from the root of the repository; it writes src/krid/registrar/portraits/*.jpg. Nothing is
random: the same version of Pillow draws the same bytes again. Needs Pillow, which krid does not.
"""

from pathlib import Path

from krid.registrar.drawing import Look, draw

FOLDER = Path(__file__).parents[1] / "src" / "krid" / "registrar" / "portraits"
MAX_BYTES = 8 * 1024

PEOPLE = {
    "hong-gildong": Look(
        background="#cfe3ea",
        skin="#f2c9a2",
        hair="#1f1a1c",
        style="topknot",
        clothes="#2f5d9b",
        trim="#1d3557",
        garment="hanbok",
        brow=1,
    ),
    "kim-cheolsu": Look(
        background="#e6e2d8",
        skin="#e8b98e",
        hair="#2b2422",
        style="parted",
        clothes="#3c4454",
        trim="#a8323e",
        garment="suit",
        jaw=6,
        mouth="calm",
        glasses=True,
    ),
    "lee-younghee": Look(
        background="#f4dfd3",
        skin="#f6d3b3",
        hair="#5a3423",
        style="bob",
        clothes="#2a8c82",
        trim="#f4efe2",
        garment="shirt",
        mouth="open",
        blush=True,
    ),
    "seong-chunhyang": Look(
        background="#fbe9b8",
        skin="#f9d9bd",
        hair="#231c22",
        style="braid",
        clothes="#f2c230",
        trim="#c9314b",
        garment="hanbok",
        jaw=-3,
        blush=True,
    ),
    "yi-mongryong": Look(
        background="#d8ebd0",
        skin="#f4cfa8",
        hair="#33261f",
        style="tousled",
        clothes="#e2703a",
        trim="#fff3df",
        garment="sweater",
        jaw=-2,
        mouth="open",
        brow=2,
    ),
    "sim-cheong": Look(
        background="#dcd8f0",
        skin="#f7d5b5",
        hair="#3b2a4a",
        style="long",
        clothes="#7a5aa8",
        trim="#efe6fa",
        garment="sweater",
        jaw=-4,
        blush=True,
    ),
    "park-cheomji": Look(
        background="#dfe5d6",
        skin="#e3b78f",
        hair="#e9e7e2",
        style="sides",
        clothes="#6d7f5c",
        trim="#47543c",
        garment="hanbok",
        mouth="calm",
        beard=True,
        lines=True,
        brow=-1,
    ),
}


def main() -> None:
    """Draw everybody."""
    FOLDER.mkdir(exist_ok=True)
    for slug, look in PEOPLE.items():
        path = FOLDER / f"{slug}.jpg"
        jpeg = draw(look).jpeg()
        if len(jpeg) > MAX_BYTES:
            raise SystemExit(f"{path.name} takes {len(jpeg)} bytes")
        path.write_bytes(jpeg)
        print(f"{path.name}: {len(jpeg)} bytes")


if __name__ == "__main__":
    main()
