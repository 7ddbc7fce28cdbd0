"""The sync badge of every work screen."""

import flet as ft

from mobile_app.ui.design import SyncBadge, SyncState
from mobile_app.ui.i18n import use_words
from mobile_app.ui.session import use_sync


@ft.component
def SyncBadgeHere() -> ft.Control:
    """How sync stands, in two words."""
    t, sync = use_words(), use_sync()
    state: SyncState = "waiting" if sync.waiting else "synced"
    return SyncBadge(state, t.plural("{n} waiting", "{n} waiting", sync.waiting) if sync.waiting else t("Up to date"))
