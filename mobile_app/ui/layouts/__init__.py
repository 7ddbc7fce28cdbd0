"""How a screen is framed: a phone's one column with four tabs, a tablet's rail and panes, from one set of bodies.

Usage: ``Screen(t, frame, Pane(frame, top, rows, listing=True), Pane(frame, top, body, bar), route=ft.use_view_path())``.
"""

from mobile_app.ui.layouts.navigation import MANAGER_PLACES, REP_PLACES, Place, PlaceName, bottom_tabs, rail
from mobile_app.ui.layouts.screens import Frame, HeroScreen, Pane, PhoneScreen, Screen, TabletScreen

__all__ = [
    "MANAGER_PLACES",
    "REP_PLACES",
    "Frame",
    "HeroScreen",
    "Pane",
    "PhoneScreen",
    "Place",
    "PlaceName",
    "Screen",
    "TabletScreen",
    "bottom_tabs",
    "rail",
]
