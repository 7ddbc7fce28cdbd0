"""What each page of the gallery is given: its words, its window, and a log of what was pressed."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime

import flet as ft

from mobile_app.ui.design import (
    Action,
    Press,
    SyncBadge,
)
from mobile_app.ui.i18n import Words
from mobile_app.ui.layouts import Frame

TODAY = date(2026, 3, 12)
NOW = datetime(2026, 3, 12, 9, 41, tzinfo=UTC)
ZONE = "Europe/Paris"
GREEK = "Αρτοποιείο Παπαδόπουλος & Υιοί Ο.Ε."
FRENCH = "Boulangerie-Pâtisserie Au Fournil de la Croix-Rousse"


@ft.observable
@dataclass
class Log:
    """What was pressed, in order; shown at the top of each page so that a test can read it."""

    pressed: list[str] = field(default_factory=list)
    typed: str = ""
    digits: str = ""
    on: bool = False
    chosen: int = 1


@dataclass(frozen=True)
class Desk:
    """What a page of the gallery needs."""

    t: Words
    frame: Frame
    log: Log

    def press(self, what: str) -> Press:
        """Return a callback that notes ``what``."""

        async def note() -> None:
            self.log.pressed = [*self.log.pressed, what]

        return note

    def action(self, label: str, icon: ft.IconData | None = None) -> Action:
        """Return an action that notes its own label."""
        return Action(label, self.press(label), icon)

    def badge(self) -> ft.Control:
        """Return the badge with what was pressed last, so that it announces it."""
        said = f"{len(self.log.pressed)} {self.log.pressed[-1]}" if self.log.pressed else "3 waiting"
        return SyncBadge("waiting", said[:24], self.press("badge"))
