"""Contact sheets show every picture, whole and named."""

from __future__ import annotations

from pathlib import Path

from PIL import Image

from tools.contact_sheet import CELL, GAP, LABEL, write_sheets


def picture(folder: Path, name: str, size: tuple[int, int] = (390, 844)) -> None:
    """Write a plain red picture."""
    Image.new("RGB", size, "#ff0000").save(folder / name)


def test_pictures_that_vary_alike_share_a_sheet(tmp_path: Path) -> None:
    for name in ("today-phone-dark.png", "visit-phone-dark.png", "today-tablet-light.png", "today.png"):
        picture(tmp_path, name)

    sheets = write_sheets(tmp_path)

    assert sorted(path.name for path in sheets) == ["contact-phone-dark.png", "contact-plain.png", "contact-tablet-light.png"]


def test_a_new_run_replaces_the_old_sheets_and_never_shows_them(tmp_path: Path) -> None:
    picture(tmp_path, "today-phone.png")
    first = write_sheets(tmp_path)

    again = write_sheets(tmp_path)

    assert again == first
    assert sorted(path.name for path in tmp_path.iterdir()) == ["contact-phone.png", "today-phone.png"]


def test_a_wide_picture_is_fitted_whole(tmp_path: Path) -> None:
    picture(tmp_path, "team-tablet.png", (1024, 768))

    (path,) = write_sheets(tmp_path)

    with Image.open(path) as sheet:
        assert sheet.size == (CELL[0] + 2 * GAP, CELL[1] + LABEL + 2 * GAP)
        assert sheet.getpixel((GAP, GAP)) == (255, 0, 0)
        assert sheet.getpixel((GAP + CELL[0] - 1, GAP)) == (255, 0, 0)


def test_more_pictures_than_a_sheet_holds_go_on_the_next(tmp_path: Path) -> None:
    for number in range(25):
        picture(tmp_path, f"s{number:02}-phone.png", (39, 84))

    sheets = write_sheets(tmp_path)

    assert [path.name for path in sheets] == ["contact-phone-1.png", "contact-phone-2.png"]
