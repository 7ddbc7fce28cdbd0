"""Calling listeners: one that fails is logged, and neither the others nor whoever has something to tell hear of it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")
_log = logging.getLogger(__name__)


def tell(listener: Callable[[T], None], what: T) -> None:
    """Call a listener: what it was to hear of has happened, whatever comes of its own work."""
    try:
        listener(what)
    except Exception:
        _log.exception("a listener failed")
