"""How the exchange with the office stands: the badge's words, the sheet, the notice when one must sign in."""

from mobile_app.ui.features.sync.notice import SyncNotice
from mobile_app.ui.features.sync.sheet import SyncSheetBody
from mobile_app.ui.features.sync.words import badge_of, icon_of, reason_of, title_of

__all__ = ["SyncNotice", "SyncSheetBody", "badge_of", "icon_of", "reason_of", "title_of"]
