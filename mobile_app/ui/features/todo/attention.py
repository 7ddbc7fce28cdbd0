"""One transaction that was not taken: why, in the author's own words what it was, mend it and send it again, or give it up."""

from collections.abc import Sequence
from functools import partial

import flet as ft

from mobile_app.data.sheet import OutboxItem
from mobile_app.ui import formats
from mobile_app.ui.design import (
    ALERT,
    MUTED,
    WAIT,
    Action,
    Banner,
    I,
    Press,
    PrimaryBar,
    Question,
    TopBar,
    button,
    card,
    column,
    divider,
    field,
    heading,
    keyed,
    text,
    use_value,
)
from mobile_app.ui.features.badge import SyncBadgeHere
from mobile_app.ui.features.live import use_live
from mobile_app.ui.features.open_form import use_open_form
from mobile_app.ui.features.states import unready
from mobile_app.ui.features.sync import reason_of, title_of
from mobile_app.ui.features.todo.model import AttentionModel, value_of
from mobile_app.ui.features.values import field_name, readable, shown
from mobile_app.ui.i18n import Words, use_words
from mobile_app.ui.layouts import Pane, Screen
from mobile_app.ui.routes import chosen
from mobile_app.ui.sentences import sentence_for
from mobile_app.ui.session import Session, use_frame, use_session
from mobile_app.ui.theme import Type
from shared.sync.change import Change


@ft.component
def AttentionScreen() -> ft.Control:
    """The screen of ``/attention/:txn``."""
    txn = chosen("txn")
    return keyed(AttentionOf, txn)(txn)


@ft.component
def AttentionOf(txn: str) -> ft.View:
    """Look at one, mend it, send it again."""
    session, t, frame = use_session(), use_words(), use_frame("todo")
    model = use_live(lambda: AttentionModel(session.device, txn))
    use_open_form()
    asking, ask = use_value(initial=False)

    async def again() -> None:
        here = session.here
        if await model.retry(t):
            session.say(t("It is sent again."))
            session.back(here)

    async def discard() -> None:
        here = session.here
        ask(False)
        await model.discard()
        session.say(t("Discarded."))
        session.back(here)

    def open_quote() -> None:
        if model.quote is not None:
            session.go(f"/quotes/{model.quote.id}")

    ft.use_dialog(
        discard_question(t, model.dependents, Action(t("Discard"), discard, identifier="discard-now"), lambda: ask(False))
        if asking
        else None
    )
    item = model.item if model.phase == "ready" else None
    top = TopBar(
        title_of(t, item) if item else t("Needs attention"),
        t("Needs attention") if item else "",
        Action(t("Back"), session.back, I.ARROW_BACK_ROUNDED),
        SyncBadgeHere(),
    )
    if item is None:
        return Screen(
            t, frame, Pane(frame, top, unready(t, model.phase, model.reload, session.back) or []), tabs=False, route=ft.use_view_path()
        )
    copying = Action(t("Copy the text"), partial(_copy, session, t, item), I.CONTENT_COPY_ROUNDED, "copy-text")
    sharing = Action(t("Pass the text on"), partial(_share, session, t, item), I.SHARE_ROUNDED, "share-text")
    sending = Action(t("Send again"), again, I.SEND_ROUNDED, "send-again")
    bar = PrimaryBar(
        copying if item.state == "copy" else sending,
        Action(t("Discard"), lambda: ask(True), identifier="discard"),
        enabled=not model.busy and item.state != "held",
        wide=frame.wide,
    )
    return Screen(
        t, frame, Pane(frame, top, _body(t, model, item, (sharing, copying), open_quote), bar), tabs=False, route=ft.use_view_path()
    )


def _body(t: Words, model: AttentionModel, item: OutboxItem, ways_on: tuple[Action, Action], open_quote: Press) -> list[ft.Control]:
    reason = Banner(reason_of(t, item), None, I.REPORT_PROBLEM_ROUNDED, WAIT if item.state == "held" else ALERT)
    safe = text(t("What you wrote is kept on this phone until you decide."), Type.META, MUTED)
    rest = [button(way, "outlined") for way in (ways_on[:1] if item.state == "copy" else ways_on)]  # to copy stands below then
    written = (part for change in item.changes for part in _change(t, model, change))
    return [reason, *_quote(t, model, open_quote), *written, *_dependents(t, model), safe, *rest]


def _quote(t: Words, model: AttentionModel, open_quote: Press) -> list[ft.Control]:
    """The way to the quote that it is about, where most of what was refused can be mended; for a send what it adds up to now."""
    quote = model.quote
    if quote is None:
        return []
    amount = formats.money_of(t, quote.gross, quote.currency)
    said = [text(t("The quote adds up to {amount} now, VAT included.", amount=amount))] if model.sends else []
    return [*said, button(Action(t("Open the quote"), open_quote, I.REQUEST_QUOTE_ROUNDED, "open-quote"), "outlined")]


async def _copy(session: Session, t: Words, item: OutboxItem) -> None:
    """Put the whole of it on the clipboard, so that it can go into a message to whoever has the customer now."""
    await ft.Clipboard().set(_words_of(t, item))
    session.say(t("Copied."))


async def _share(session: Session, t: Words, item: OutboxItem) -> None:
    """Give it to an app that the person chooses; where the system offers none it is copied."""
    if not await session.opener.share(_words_of(t, item), title_of(t, item)):
        await _copy(session, t, item)


def _words_of(t: Words, item: OutboxItem) -> str:
    lines = [title_of(t, item), reason_of(t, item)]
    for change in item.changes:
        lines += [f"{field_name(t, name)}: {shown(t, name, value_of(change, name))}" for name in _readable(change)]
    return "\n".join(lines)


def _readable(change: Change) -> list[str]:
    """The fields that say something to a person; amounts that are worked out, and ids, do not."""
    return [name for name in change.fields if readable(name, value_of(change, name)) and value_of(change, name) not in (None, "")]


def _change(t: Words, model: AttentionModel, change: Change) -> list[ft.Control]:
    """What a change wrote, its refused fields to be mended; nothing where there is nothing to read."""
    mend = model.mendable(change)
    rest = [name for name in _readable(change) if name not in mend]
    fields = [_field(t, model, change, name) for name in mend]
    facts = [_fact(t, change, name) for name in rest]
    if not fields and not facts:
        return []
    title = heading(t("What you wrote"), Type.SUBTITLE)
    return [card(title, *fields, *([divider()] if fields and facts else []), *facts, spacing=12, key=change.id)]


def _field(t: Words, model: AttentionModel, change: Change, name: str) -> ft.Control:
    problem = model.problems.get((change.id, name))
    return field(
        field_name(t, name),
        model.text(t, change, name),
        lambda typed: model.put(t, change, name, typed),
        error=sentence_for(t, problem[0], problem[1]) if problem else None,
        lines=3 if name in ("note", "comment", "opening_hours", "phones", "emails") else 1,
        identifier=f"mend-{name}",
        key=f"{change.id}.{name}",
    )


def _fact(t: Words, change: Change, name: str) -> ft.Control:
    return column(text(field_name(t, name), Type.META, MUTED), text(shown(t, name, value_of(change, name)), selectable=True), spacing=0)


def _dependents(t: Words, model: AttentionModel) -> list[ft.Control]:
    if not model.dependents:
        return []
    said = text(t("These wait for it:"), Type.META, MUTED)
    return [card(said, *[text(title_of(t, item)) for item in model.dependents])]


def discard_question(t: Words, dependents: Sequence[OutboxItem], yes: Action, no: Press) -> ft.AlertDialog:
    """Ask before what was written is gone, with all that depends on it."""
    lost = "\n".join(f"• {title_of(t, item)}" for item in dependents)
    body = t("It has never reached the office, and it is gone after this.")
    if lost:
        body = t("It has never reached the office. It is gone after this, together with what depends on it:") + "\n" + lost
    return Question(t("Discard what you wrote?"), body, yes, Action(t("Keep it"), no), danger=True)
