"""One quote, on a phone or in a tablet's pane: its page, the catalogue over it, or one of its lines."""

from collections.abc import Callable
from typing import Literal

import flet as ft

from mobile_app.ui import formats
from mobile_app.ui.design import Action, I, Press, PrimaryBar, Question, StatusChip, TopBar, TotalRow, keyed, row, use_model, use_value
from mobile_app.ui.features.beside import page_badge
from mobile_app.ui.features.leaving import use_kept
from mobile_app.ui.features.live import use_live
from mobile_app.ui.features.open_form import use_open_form
from mobile_app.ui.features.quotes.line_pane import LinePane
from mobile_app.ui.features.quotes.page_model import QuoteModel
from mobile_app.ui.features.quotes.parts import QuoteActions, Shown, quote_body
from mobile_app.ui.features.quotes.search_pane import SearchPane
from mobile_app.ui.features.quotes.where import Where
from mobile_app.ui.features.quotes.words import number_words, state_chip
from mobile_app.ui.features.states import unready
from mobile_app.ui.i18n import Words, use_words
from mobile_app.ui.layouts import Frame, Pane
from mobile_app.ui.session import Session, use_frame, use_session
from mobile_app.ui.theme import Space

Asked = Literal["", "accept", "decline"]


@ft.component
def QuotePane(quote_id: str, where: Where) -> ft.Control:
    """One quote. ``where`` belongs to the screen."""
    session, t = use_session(), use_words()
    at = use_model(lambda: where)
    model = use_live(lambda: QuoteModel(session.device, quote_id))
    use_open_form(on=model.editable)
    gone = model.phase == "gone"

    async def keep() -> None:
        await (model.form.forget() if model.phase == "gone" else model.form.keep())

    use_kept(keep)
    ft.use_effect(at.leave, [gone])

    async def remove(line_id: str) -> None:
        if await model.remove(line_id):
            session.say(t("Line removed."), Action(t("Undo"), lambda: model.put_back(line_id)))

    lines = frozenset(line.id for line in model.quote.lines) if model.quote is not None else frozenset[str]()
    if at.line_id and model.editable and not gone:
        return keyed(LinePane, at.line_id)(quote_id, at.line_id, at, remove, there=at.line_id in lines)
    if at.searching and model.editable and not gone:
        return SearchPane(quote_id, at.close, at.edit)
    return PagePane(model, at)


@ft.component
def PagePane(model: QuoteModel, at: Where) -> ft.Control:
    """The quote's page."""
    session, t, frame = use_session(), use_words(), use_frame("quotes")
    shown = use_model(lambda: model)
    form = use_model(lambda: model.form)
    asked, ask = use_value("")
    quote = shown.quote
    ft.use_dialog(_question(t, shown, asked, lambda: ask("")) if asked else None)
    back = None if frame.two_panes else Action(t("Back"), session.back, I.ARROW_BACK_ROUNDED, "back")
    if quote is None or shown.phase == "gone":
        return Pane(frame, TopBar(t("Quote"), "", back), unready(t, shown.phase, shown.reload, session.back) or [])
    chip = StatusChip(state_chip(t, quote.state, quote.valid_until, shown.today))
    top = TopBar(number_words(t, quote), quote.account, back, row(chip, *page_badge(frame), spacing=Space.S, tight=True))
    facts = Shown(quote, shown.mine, shown.editable, shown.today, shown.current_list)
    return Pane(frame, top, quote_body(t, facts, form, _actions(session, shown, at)), _bar(session, t, frame, shown, at=at, ask=ask))


def _actions(session: Session, model: QuoteModel, at: Where) -> QuoteActions:
    def edit(line_id: str) -> Press:
        return lambda: at.edit(line_id)

    def step(line_id: str, units: int) -> Press:
        return lambda: model.step(line_id, units)

    async def keep() -> None:
        await model.form.keep()

    async def revise() -> None:
        here = session.here
        session.go(f"/quotes/{await model.revise()}", here)

    quote = model.quote
    return QuoteActions(
        add=at.search,
        edit=edit,
        step=step,
        keep=keep,
        revise=revise,
        settle=lambda: session.go("/conflicts" if session.manages else "/todo"),
        later=lambda: session.go(f"/quotes/{quote.superseded_by}" if quote is not None else "/quotes"),
    )


def _bar(session: Session, t: Words, frame: Frame, model: QuoteModel, *, at: Where, ask: Callable[[str], None]) -> ft.Control | None:
    quote = model.quote
    if quote is None:
        return None
    lead = TotalRow(t("Total with VAT"), formats.money_of(t, quote.gross, quote.currency), small=True)
    if not model.mine or quote.state not in ("draft", "approved", "sent"):
        return PrimaryBar(lead=lead, wide=frame.wide, large=frame.large)

    async def send() -> None:
        half_typed = await model.half_typed()
        if half_typed:
            at.edit(half_typed)  # what is refused is shown
        await model.send()
        session.say(t("Marked as sent. Saved on this phone."))

    if quote.state == "sent":
        yes = Action(t("Accepted"), lambda: ask("accept"), I.THUMB_UP_OUTLINED, "accept-quote")
        no = Action(t("Declined"), lambda: ask("decline"), I.THUMB_DOWN_OUTLINED, "decline-quote")
        return PrimaryBar(yes, no, lead=lead, wide=frame.wide, large=frame.large)
    main = Action(t("Mark as sent"), send, I.SEND_ROUNDED, "send-quote")
    return PrimaryBar(main, lead=lead, enabled=bool(quote.lines), wide=frame.wide, large=frame.large)


def _question(t: Words, model: QuoteModel, asked: str, close: Callable[[], None]) -> ft.AlertDialog:
    """Ask before the customer's word is written down: nothing follows an accepted quote."""

    async def accept() -> None:
        close()
        await model.accept()

    async def decline() -> None:
        close()
        await model.decline()

    no = Action(t("Not yet"), close, None, "not-yet")
    if asked == "accept":
        yes = Action(t("Accepted"), accept, I.THUMB_UP_OUTLINED, "yes-accepted")
        return Question(t("Has the customer said yes?"), t("An accepted quote stands as it is; a change needs a new quote."), yes, no)
    yes = Action(t("Declined"), decline, I.THUMB_DOWN_OUTLINED, "yes-declined")
    return Question(t("Has the customer said no?"), t("You can still make a revision of it afterwards."), yes, no)
