"""Lays the pictures of a folder out on contact sheets, so that a person can look at all of them.

Run as ``python -m tools.contact_sheet docs/screens``. A picture's name is its screen, then what it varies in
(``today-phone-dark-el.png``); pictures that share the latter share a sheet (``contact-phone-dark-el.png``).
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path

from PIL import Image, ImageDraw, ImageOps

PREFIX = "contact-"
PER_ROW = 6
PER_SHEET = 24
CELL = (390, 600)  # pixels that a picture is fitted into; its name stands below
LABEL = 24
GAP = 12
GROUND = "#d8dadd"
INK = "#1b1c1e"


def groups(pictures: Iterable[Path]) -> dict[str, list[Path]]:
    """Return the pictures that share what they vary in, by that; a name without a variant belongs to ``plain``."""
    found: dict[str, list[Path]] = defaultdict(list)
    for picture in sorted(pictures):
        if not picture.name.startswith(PREFIX):
            found[picture.stem.partition("-")[2] or "plain"].append(picture)
    return dict(found)


def sheet(pictures: Sequence[Path]) -> Image.Image:
    """Return one sheet with ``pictures`` in rows, each whole and named."""
    columns = min(PER_ROW, len(pictures))
    rows = -(-len(pictures) // columns)
    width, height = CELL[0] + GAP, CELL[1] + LABEL + GAP
    canvas = Image.new("RGB", (columns * width + GAP, rows * height + GAP), GROUND)
    draw = ImageDraw.Draw(canvas)
    for index, path in enumerate(pictures):
        left, top = GAP + index % columns * width, GAP + index // columns * height
        with Image.open(path) as picture:
            canvas.paste(ImageOps.contain(picture.convert("RGB"), CELL), (left, top))
        draw.text((left, top + CELL[1] + 4), path.stem, fill=INK, font_size=14)
    return canvas


def write_sheets(folder: Path) -> list[Path]:
    """Replace the sheets of ``folder`` by new ones, at most 24 pictures on each, and return their paths."""
    for old in folder.glob(f"{PREFIX}*.png"):
        old.unlink()
    written = []
    for variant, pictures in groups(folder.glob("*.png")).items():
        for start in range(0, len(pictures), PER_SHEET):
            number = f"-{start // PER_SHEET + 1}" if len(pictures) > PER_SHEET else ""
            path = folder / f"{PREFIX}{variant}{number}.png"
            sheet(pictures[start : start + PER_SHEET]).save(path, optimize=True)
            written.append(path)
    return written


def main(arguments: Sequence[str]) -> int:
    """Write the sheets of each folder named and print their paths; 1 when there was no picture."""
    written = [path for folder in arguments for path in write_sheets(Path(folder))]
    for path in written:
        print(path)
    return 0 if written else 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
