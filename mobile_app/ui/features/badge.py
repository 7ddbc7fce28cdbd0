"""The sync badge of every work screen, and the sheet it opens."""

import flet as ft

from mobile_app.ui.design import Sheet, SyncBadge, use_value
from mobile_app.ui.features.sync import SyncSheetBody, badge_of
from mobile_app.ui.i18n import use_words
from mobile_app.ui.session import use_session, use_sync
from mobile_app.ui.within import within


@ft.component
def SyncBadgeHere(*, compact: bool = False) -> ft.Control:
    """How sync stands, in two words or (``compact``) as a sign; a tap says more."""
    session, t, sync = use_session(), use_words(), use_sync()
    shown, show = use_value(initial=False)

    def close() -> None:
        show(False)

    ft.use_dialog(Sheet(within(session, lambda: SyncSheetBody(close)), on_dismiss=close) if shown else None)
    state, label = badge_of(t, sync)
    return SyncBadge(state, label, lambda: show(True), compact=compact)
