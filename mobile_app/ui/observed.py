"""What changes often, apart from the session, so that only who shows it renders again."""

import flet as ft

from mobile_app.data.sync_status import SyncState


class Window(ft.Observable):
    """The window's width in px, and how many times as large as we ask the device writes."""

    def __init__(self, width: float) -> None:
        self.width = width
        self.text_scale = 1.0


class Sync(ft.Observable):
    """How sync stands, in every detail."""

    def __init__(self) -> None:
        self.now = SyncState()


class Counts(ft.Observable):
    """What waits for the person, as the numbers on the tabs; ``reading``: not all has been read yet, so lists may lack something."""

    def __init__(self) -> None:
        self.attention = self.conflicts = 0
        self.reading = False
