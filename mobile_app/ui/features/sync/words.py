"""What the sync badge and the sync sheet say."""

from collections.abc import Mapping
from typing import Final

import flet as ft

from mobile_app.data.sheet import OutboxItem
from mobile_app.data.sync_status import SyncState
from mobile_app.ui.design import I
from mobile_app.ui.design import SyncState as BadgeState
from mobile_app.ui.features.values import FIELD_NAMES, field_name
from mobile_app.ui.i18n import N_, Words
from mobile_app.ui.sentences import PHASES, joined_sentences, sentence_for

ACTIONS: Final[Mapping[str, tuple[ft.IconData, str]]] = {
    "account.create": (I.STOREFRONT_ROUNDED, N_("New customer {name}")),
    "account.edit": (I.STOREFRONT_ROUNDED, N_("Customer {name} changed")),
    "account.delete": (I.STOREFRONT_ROUNDED, N_("Customer {name} deleted")),
    "contact.create": (I.PERSON_ROUNDED, N_("New contact {name}")),
    "contact.edit": (I.PERSON_ROUNDED, N_("Contact {name} changed")),
    "contact.delete": (I.PERSON_ROUNDED, N_("Contact {name} deleted")),
    "visit.plan": (I.EVENT_ROUNDED, N_("Visit planned: {name}")),
    "visit.check_in": (I.WHERE_TO_VOTE_ROUNDED, N_("Arrived at {name}")),
    "visit.notes": (I.EDIT_NOTE_ROUNDED, N_("Notes on the visit to {name}")),
    "visit.check_out": (I.TASK_ALT_ROUNDED, N_("Visit to {name} finished")),
    "visit.cancel": (I.EVENT_BUSY_ROUNDED, N_("Visit to {name} cancelled")),
    "visit.comment": (I.RATE_REVIEW_ROUNDED, N_("Comment on the visit to {name}")),
    "visit.review": (I.RATE_REVIEW_ROUNDED, N_("Visit to {name} reviewed")),
    "photo.add": (I.ADD_A_PHOTO_ROUNDED, N_("New photo of {name}")),
    "photo.caption": (I.PHOTO_ROUNDED, N_("Caption of a photo of {name}")),
    "photo.delete": (I.HIDE_IMAGE_ROUNDED, N_("Photo of {name} deleted")),
    "photo.restore": (I.PHOTO_ROUNDED, N_("Photo of {name} taken back")),
    "quote.create": (I.REQUEST_QUOTE_ROUNDED, N_("New quote {number}")),
    "quote.edit": (I.REQUEST_QUOTE_ROUNDED, N_("Quote {number} changed")),
    "quote.add_line": (I.REQUEST_QUOTE_ROUNDED, N_("Line added to quote {number}")),
    "quote.set_line": (I.REQUEST_QUOTE_ROUNDED, N_("Line of quote {number} changed")),
    "quote.remove_line": (I.REQUEST_QUOTE_ROUNDED, N_("Line taken off quote {number}")),
    "quote.restore_line": (I.REQUEST_QUOTE_ROUNDED, N_("Line put back on quote {number}")),
    "quote.send": (I.SEND_ROUNDED, N_("Quote {number} sent")),
    "quote.accept": (I.HANDSHAKE_ROUNDED, N_("Quote {number} accepted")),
    "quote.decline": (I.DO_NOT_DISTURB_ROUNDED, N_("Quote {number} declined")),
    "quote.revise": (I.REQUEST_QUOTE_ROUNDED, N_("Revision of quote {number}")),
    "draft.kept": (I.EDIT_NOTE_ROUNDED, N_("Typed about {name}, not saved")),
    "conflict.keep": (I.CALL_SPLIT_ROUNDED, N_("{field} of {name} settled")),
    "conflict.write": (I.CALL_SPLIT_ROUNDED, N_("{field} of {name} settled")),
    "conflict.undo": (I.UNDO_ROUNDED, N_("{field} of {name} taken back")),
}
"""By the action's label, what it looks like and is called in the sheet."""


class _Named(dict[str, str]):
    """What an older app did not note is left open."""

    def __missing__(self, key: str) -> str:
        return "…"


def icon_of(item: OutboxItem) -> ft.IconData:
    """What a transaction looks like."""
    return ACTIONS.get(item.action, (I.EDIT_ROUNDED, ""))[0]


def title_of(t: Words, item: OutboxItem) -> str:
    """What a transaction is called."""
    known = ACTIONS.get(item.action)
    if known is None:
        return t("A change")
    params = item.params | ({"field": field_name(t, item.params["field"])} if "field" in item.params else {})
    return t(known[1]).format_map(_Named({name: value or "…" for name, value in params.items()}))


def reason_of(t: Words, item: OutboxItem) -> str:
    """Why a transaction was not taken, in sentences; each names its field where there is one."""
    if item.state == "held":
        return sentence_for(t, "held")
    said = []
    for error in item.errors:
        sentence = sentence_for(t, error.code, error.params)
        named = error.field in FIELD_NAMES
        said.append(t("{field}: {sentence}", field=field_name(t, error.field), sentence=sentence) if named else sentence)
    return joined_sentences(said) if said else sentence_for(t, item.code or "server_refused")


def badge_of(t: Words, sync: SyncState) -> tuple[BadgeState, str]:
    """What the badge says: what a person must do comes first, then what waits, then the network."""
    if sync.unread:
        return "attention", t("Not exchanged")
    if sync.stuck_since is not None and not sync.attention and sync.phase not in ("signed_out", "outdated"):
        return "attention", t("Not getting through")
    return _usual_badge(t, sync)


def _usual_badge(t: Words, sync: SyncState) -> tuple[BadgeState, str]:
    count = t.plural("{n} waiting", "{n} waiting", sync.waiting) if sync.waiting else ""
    if not count and sync.files:
        count = t.plural("{n} photo", "{n} photos", sync.files)
    if sync.phase in ("signed_out", "outdated") or sync.attention:
        return "attention", t("Sign in") if sync.phase == "signed_out" else t("To look at")
    if sync.work_offline or sync.phase in ("offline", "captive", "paused"):
        return "offline", count or t("Offline")
    if sync.phase == "failed":
        return "offline", count or t("Not exchanged")
    if count:
        return "waiting", count
    if sync.progress:
        return "working", t("{percent}% here", percent=round(100 * sync.progress[0] / max(sync.progress[1], 1)))
    return "synced", t("Up to date")


def state_sentence(t: Words, sync: SyncState) -> str:
    """How the exchange with the office stands, and that nothing is lost."""
    if sync.unread or sync.work_offline or sync.phase == "paused":
        return sentence_for(t, "vault_unread" if sync.unread else "paused")
    if sync.phase == "offline":
        return t("No signal. Everything is saved on this phone.")
    if sync.phase == "failed" and sync.error_code:
        return sentence_for(t, sync.error_code)
    if sync.phase in PHASES:
        return sentence_for(t, PHASES[sync.phase])
    if sync.phase in ("pushing", "pulling"):
        return t("Exchanging with the office now.")
    return t("Nothing gets lost in between.") if sync.waiting or sync.files else t("Office and phone have the same data.")
