"""Design tokens: colours, type, space, and the two themes made of them.

All colours live in Material's ColorScheme, so components name a role and light and dark need no code. The product's own
meanings ride on Material's "fixed" roles, which no Material widget uses:
hero = primary_fixed, ok = secondary_fixed, wait = tertiary_fixed; the accent is tertiary, trouble is error.
"""

from dataclasses import replace

import flet as ft

SEED = "#1B3F8B"  # bleu de travail: the blue of the French work jacket

LIGHT = {
    "primary": "#1B3F8B",
    "on_primary": "#FFFFFF",
    "primary_container": "#DCE6FF",
    "on_primary_container": "#0A2356",
    "secondary": "#414B60",
    "on_secondary": "#FFFFFF",
    "secondary_container": "#DCE6FF",
    "on_secondary_container": "#0A2356",
    "tertiary": "#FFB703",
    "on_tertiary": "#221700",
    "tertiary_container": "#FFE7AD",
    "on_tertiary_container": "#4A3000",
    "error": "#A62B0C",
    "on_error": "#FFFFFF",
    "error_container": "#FFE0D6",
    "on_error_container": "#7A1C04",
    "surface": "#F1F4F9",
    "on_surface": "#111726",
    "on_surface_variant": "#414B60",
    "surface_container_lowest": "#FFFFFF",
    "surface_container_low": "#FFFFFF",
    "surface_container": "#FFFFFF",
    "surface_container_high": "#E7ECF4",
    "surface_container_highest": "#DDE3EE",
    "outline": "#667089",
    "outline_variant": "#CFD6E3",
    "inverse_surface": "#111726",
    "on_inverse_surface": "#F1F4F9",
    "inverse_primary": "#FFB703",
    "primary_fixed": "#15357A",
    "on_primary_fixed": "#FFFFFF",
    "on_primary_fixed_variant": "#CBD9FF",
    "primary_fixed_dim": "#2B4F9E",
    "secondary_fixed": "#CDEFE4",
    "on_secondary_fixed": "#00513F",
    "tertiary_fixed": "#FFE7AD",
    "on_tertiary_fixed": "#5C3B00",
    "surface_tint": "#F1F4F9",
}
DARK = {
    "primary": "#A9C4FF",
    "on_primary": "#08235C",
    "primary_container": "#24427F",
    "on_primary_container": "#DCE6FF",
    "secondary": "#B8C2D8",
    "on_secondary": "#1C2438",
    "secondary_container": "#24427F",
    "on_secondary_container": "#DCE6FF",
    "tertiary": "#FFC233",
    "on_tertiary": "#221700",
    "tertiary_container": "#47330A",
    "on_tertiary_container": "#FFD98F",
    "error": "#FFB4A0",
    "on_error": "#5A1200",
    "error_container": "#571D0E",
    "on_error_container": "#FFDACF",
    "surface": "#0C111D",
    "on_surface": "#EDF1FA",
    "on_surface_variant": "#B8C2D8",
    "surface_container_lowest": "#171E2E",
    "surface_container_low": "#171E2E",
    "surface_container": "#171E2E",
    "surface_container_high": "#222B40",
    "surface_container_highest": "#2D3850",
    "outline": "#8490AC",
    "outline_variant": "#36415A",
    "inverse_surface": "#EDF1FA",
    "on_inverse_surface": "#111726",
    "inverse_primary": "#1B3F8B",
    "primary_fixed": "#1E4190",
    "on_primary_fixed": "#FFFFFF",
    "on_primary_fixed_variant": "#CBD9FF",
    "primary_fixed_dim": "#34589F",
    "secondary_fixed": "#0C3D33",
    "on_secondary_fixed": "#8FE7C9",
    "tertiary_fixed": "#47330A",
    "on_tertiary_fixed": "#FFD27A",
    "surface_tint": "#0C111D",
}

REGULAR, SEMIBOLD, BOLD = "Commissioner", "Commissioner SemiBold", "Commissioner Bold"
FONTS = {
    REGULAR: "fonts/Commissioner-Regular.ttf",
    SEMIBOLD: "fonts/Commissioner-SemiBold.ttf",
    BOLD: "fonts/Commissioner-Bold.ttf",
}


def _style(size: float, line: float, family: str, spacing: float = 0) -> ft.TextStyle:
    """Return a style ``line`` px high; the weight is in the family, so Flutter must not add one."""
    return ft.TextStyle(size=size, height=line / size, font_family=family, letter_spacing=spacing, weight=ft.FontWeight.NORMAL)


class Type:
    """Seven sizes; nothing under 13 px, and 13 only for overlines."""

    FIGURE = _style(32, 38, BOLD, -0.5)
    HEADLINE = _style(26, 32, BOLD, -0.3)
    TITLE = _style(20, 26, SEMIBOLD, -0.1)
    SUBTITLE = _style(17, 23, SEMIBOLD)
    BODY = _style(16, 23, REGULAR)
    STRONG = _style(16, 22, SEMIBOLD)
    META = _style(14, 20, REGULAR)
    META_STRONG = _style(14, 20, SEMIBOLD)
    OVERLINE = _style(13, 18, SEMIBOLD, 0.5)


class Space:
    """Distances in px; nothing between them."""

    XS, S, M, L, XL, XXL = 4, 8, 12, 16, 24, 32
    PHONE, TABLET = 16, 24  # screen margins


class Radius:
    """Corner radii in px."""

    CHIP, FIELD, CARD, HERO, SHEET = 8, 12, 16, 24, 28


class Size:
    """Heights and widths that something must have: a thumb's target, a main button, a stop on the road, the tablet's rail."""

    TOUCH, ACTION, NODE, RAIL = 48, 56, 26, 104


def _theme(scheme: dict[str, str]) -> ft.Theme:
    shape = ft.RoundedRectangleBorder(radius=Radius.CARD)
    # A theme style without a colour is painted black, also in the dark theme.
    chosen, other = replace(Type.META_STRONG, color=scheme["on_surface"]), replace(Type.META, color=scheme["on_surface_variant"])
    return ft.Theme(
        color_scheme_seed=SEED,
        color_scheme=ft.ColorScheme(**scheme),
        font_family=REGULAR,
        scaffold_bgcolor=scheme["surface"],
        visual_density=ft.VisualDensity.STANDARD,
        text_theme=ft.TextTheme(
            body_large=Type.BODY,
            body_medium=Type.BODY,
            body_small=Type.META,
            label_large=Type.STRONG,
            label_medium=Type.META_STRONG,
            label_small=Type.OVERLINE,
            title_large=Type.TITLE,
            title_medium=Type.SUBTITLE,
            title_small=Type.STRONG,
            headline_medium=Type.HEADLINE,
            display_small=Type.FIGURE,
        ),
        filled_button_theme=ft.FilledButtonTheme(style=ft.ButtonStyle(shape=shape, text_style=Type.STRONG)),
        outlined_button_theme=ft.OutlinedButtonTheme(style=ft.ButtonStyle(shape=shape, text_style=Type.STRONG)),
        text_button_theme=ft.TextButtonTheme(style=ft.ButtonStyle(shape=shape, text_style=Type.STRONG)),
        navigation_bar_theme=ft.NavigationBarTheme(
            bgcolor=scheme["surface_container_lowest"],
            indicator_color=scheme["primary_container"],
            elevation=0,
            height=72,
            label_text_style={ft.ControlState.SELECTED: chosen, ft.ControlState.DEFAULT: other},
        ),
        navigation_rail_theme=ft.NavigationRailTheme(
            bgcolor=scheme["surface_container_lowest"],
            indicator_color=scheme["primary_container"],
            min_width=96,
            selected_label_text_style=chosen,
            unselected_label_text_style=other,
        ),
        bottom_sheet_theme=ft.BottomSheetTheme(bgcolor=scheme["surface_container_lowest"], elevation=0),
    )


light_theme, dark_theme = _theme(LIGHT), _theme(DARK)


def still(theme: ft.Theme) -> ft.Theme:
    """Return ``theme`` without moving screens in and out: a browser's pages do not slide, and each frame delays what was asked for."""
    none = ft.PageTransitionTheme.NONE
    return replace(theme, page_transitions=ft.PageTransitionsTheme(android=none, ios=none, linux=none, macos=none, windows=none))
