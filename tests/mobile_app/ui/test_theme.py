"""Every text on every ground it stands on is readable: WCAG AA, in both themes."""

import pytest

from mobile_app.ui.theme import DARK, LIGHT


def contrast(a: str, b: str) -> float:
    """WCAG 2.2 contrast ratio of two #RRGGBB colours."""

    def luminance(colour: str) -> float:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        r, g, b = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
        return 0.2126 * r + 0.7152 * g + 0.0722 * b

    high, low = sorted((luminance(a), luminance(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


CARD = "surface_container_lowest"
TEXT_PAIRS = [
    (fg, bg)
    for bg in ("surface", CARD, "surface_container_high", "surface_container_highest")
    for fg in ("on_surface", "on_surface_variant")
]
TEXT_PAIRS += [
    (f"on_{c}", c)
    for c in (
        "primary",
        "primary_container",
        "tertiary",
        "tertiary_container",
        "error",
        "error_container",
        "primary_fixed",
        "secondary_fixed",
        "tertiary_fixed",
    )
]
TEXT_PAIRS += [(fg, bg) for fg in ("primary", "error", "on_secondary_fixed", "on_tertiary_fixed") for bg in ("surface", CARD)]
TEXT_PAIRS += [
    ("primary", "primary_container"),
    ("on_primary_fixed_variant", "primary_fixed"),
    ("tertiary", "primary_fixed"),
    ("on_primary_fixed", "primary_fixed_dim"),
]
GRAPHIC_PAIRS = [("outline", CARD), ("outline", "surface"), ("tertiary", "primary_fixed")]  # 3:1 is enough
TEXT_PAIRS += [("on_inverse_surface", "inverse_surface"), ("inverse_primary", "inverse_surface")]


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("ink", "ground"), TEXT_PAIRS)
def test_text_is_readable_on_its_ground(scheme: dict[str, str], ink: str, ground: str) -> None:
    assert contrast(scheme[ink], scheme[ground]) >= 4.5


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("ink", "ground"), GRAPHIC_PAIRS)
def test_a_mark_is_visible_on_its_ground(scheme: dict[str, str], ink: str, ground: str) -> None:
    assert contrast(scheme[ink], scheme[ground]) >= 3


def test_the_quietest_body_text_reaches_seven_to_one_on_cards_and_ground() -> None:
    for scheme in (LIGHT, DARK):
        assert min(contrast(scheme["on_surface_variant"], scheme[ground]) for ground in ("surface", CARD)) >= 7
