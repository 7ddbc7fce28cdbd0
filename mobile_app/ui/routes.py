"""What a screen asks of its own address. Which screen stands where is ``tree.py``."""

import flet as ft


def chosen(name: str = "id") -> str:
    """Return the part of the address called ``name``, or '' where this address has none. A hook."""
    return ft.use_route_params().get(name) or ""
