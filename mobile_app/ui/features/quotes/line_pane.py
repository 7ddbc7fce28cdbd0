"""A line of a quote, opened: quantity, discount, a price of one's own, and what it comes to while one types."""

from collections.abc import Callable

import flet as ft

from mobile_app.data.repositories.quote_detail import LineRow, QuoteDetail
from mobile_app.ui import formats
from mobile_app.ui.design import (
    ALERT,
    INK,
    NEUTRAL,
    WAIT,
    Action,
    Banner,
    Chip,
    I,
    Press,
    PrimaryBar,
    StatusChip,
    TopBar,
    TotalRow,
    card,
    column,
    fact,
    field,
    icon_button,
    left,
    link,
    row,
    use_model,
)
from mobile_app.ui.features.leaving import use_kept
from mobile_app.ui.features.quotes.line_form import LineForm, Preview
from mobile_app.ui.features.quotes.where import Where
from mobile_app.ui.features.quotes.words import break_words, price_words
from mobile_app.ui.features.states import gone
from mobile_app.ui.i18n import Words, use_words
from mobile_app.ui.layouts import Pane
from mobile_app.ui.sentences import sentence_for
from mobile_app.ui.session import use_frame, use_session
from mobile_app.ui.theme import Space, Type
from shared.errors import RecordRefused, StorageFailed


@ft.component
def LinePane(quote_id: str, line_id: str, at: Where, remove: Callable[[str], object], *, there: bool) -> ft.Control:
    """One line being changed; leaving it saves it, or keeps what cannot be saved yet as a draft.

    ``there`` is whether it is on the quote: once it was and no longer is, the pane closes and says so.
    """
    session, t, frame = use_session(), use_words(), use_frame("quotes")
    form = use_model(lambda: LineForm(session.device, quote_id, line_id, t))

    async def leave() -> None:
        try:
            if form.phase != "ready" or not form.changed or await form.save():
                at.close()
        except (RecordRefused, StorageFailed):
            at.close()
            if not form.changed:  # else the pane, as it goes, tries once more and says what the disk says; the text is its draft
                raise

    ft.use_effect(form.open, [])
    _use_followed(form, at, line_id, there=there)
    ft.use_effect(lambda: at.left_by(line_id, leave), [], cleanup=lambda: at.left_by(line_id, None))
    use_kept(form.keep)

    async def give_up() -> None:
        at.close()  # first: a disk that refuses to forget must not keep anybody here
        await form.forget()

    async def away() -> None:
        at.close()
        await form.forget()
        result = remove(line_id)
        if result is not None:
            await result  # type: ignore[misc]

    back = Action(t("Back to the quote"), leave, I.ARROW_BACK_ROUNDED, "close-line")
    quote, line = form.quote, form.line
    if form.phase == "gone":
        return Pane(frame, TopBar(t("Line"), "", back), [gone(t, at.close)])
    if quote is None or line is None or form.phase != "ready":
        return Pane(frame, TopBar(t("Line"), "", back), [])
    drop = link(Action(t("Remove the line"), away, I.DELETE_OUTLINE_ROUNDED, "remove-line"))
    body = [*_refusal(t, form), _numbers(t, form), _price(t, form, quote, line), row(drop, Discard(form.preview, give_up), wrap=True)]
    done = Action(t.sense("button", "Done"), leave, I.CHECK_ROUNDED, "save-line")
    bar = PrimaryBar(done, lead=LineTotal(form.preview, quote.currency), enabled=not form.saving, wide=frame.wide, large=frame.large)
    return Pane(frame, TopBar(formats.product_name(line.description), line.sku, back), body, bar)


def _use_followed(form: LineForm, at: Where, line_id: str, *, there: bool) -> None:
    """Close the pane of a line that somebody took off elsewhere, and say so. A hook."""
    session, t, seen = use_session(), use_words(), ft.use_ref(there)

    async def follow() -> None:
        if there:
            seen.current = True
        elif seen.current and at.line_id == line_id:  # else whoever took it off is here
            lost = form.changed
            try:
                await (form.leave_behind() if lost else form.forget())
            finally:
                at.close()
            session.say(sentence_for(t, "quote_line_gone") if lost else t("This line was taken off the quote meanwhile."))

    ft.use_effect(follow, [there])


@ft.component
def LineTotal(preview: Preview, currency: str) -> ft.Control:
    """What the line comes to by now: a leaf, so that the fields are left alone while one types."""
    t = use_words()
    now = use_model(lambda: preview)
    return TotalRow(t("This line, net"), formats.money_of(t, now.net, currency) if now.net is not None else "–", small=True)


@ft.component
def Discard(preview: Preview, give_up: Press) -> ft.Control:
    """The way out of anything typed, a leaf as well: what cannot be saved, for whatever reason, can be given up."""
    t = use_words()
    undo = link(Action(t("Discard what I typed"), give_up, I.UNDO_ROUNDED, "discard-line"))
    return undo if use_model(lambda: preview).changed else ft.Container()


@ft.component
def ListPrice(preview: Preview, unit: str, take: Press) -> ft.Control:
    """What the list says for the typed quantity, from which quantity it says less, and whether the line has another price of it."""
    t = use_words()
    now = use_model(lambda: preview)
    offer = now.offer
    if offer is None or offer.price is None:
        return fact(I.SELL_OUTLINED, t("The list has no price for this quantity."))
    said: list[ft.Control] = [
        fact(I.SELL_OUTLINED, t("List price {price}", price=price_words(t, offer.price, offer.currency, unit)), INK, Type.BODY)
    ]
    if offer.break_from is not None and offer.break_price is not None:
        cheaper = break_words(t, offer.break_from, offer.break_price, offer.currency, unit)
        said.append(fact(I.TRENDING_DOWN_ROUNDED, formats.capitalised(cheaper), INK, Type.BODY))
    if now.other is not None:
        price = price_words(t, now.other, offer.currency, unit)
        other = t("This line still has {price}. That is not the list’s price.", price=price)
        said += [Banner(other, None, I.PRICE_CHANGE_OUTLINED, WAIT), _list_price(t, take)]
    return column(*said, spacing=6)


def _refusal(t: Words, form: LineForm) -> list[ft.Control]:
    return [Banner(sentence_for(t, form.refusal), name=I.REPORT_PROBLEM_ROUNDED, tone=ALERT)] if form.refusal else []


def _numbers(t: Words, form: LineForm) -> ft.Control:
    less = Action(t("One fewer"), lambda: form.add(-1), I.REMOVE_ROUNDED, "one-fewer")
    more = Action(t("One more"), lambda: form.add(1), I.ADD_ROUNDED, "one-more")
    quantity = row(
        icon_button(less, "neutral"),
        _number(t, form, "quantity", t("Quantity")),
        icon_button(more, "neutral"),
        align=ft.CrossAxisAlignment.START,
    )
    return card(quantity, row(_number(t, form, "discount", t("Discount"), suffix="%")), spacing=Space.L)


def _price(t: Words, form: LineForm, quote: QuoteDetail, line: LineRow) -> ft.Control:
    typed = bool(form.text("unit_price").strip())
    symbol = formats.currency_symbol(t, quote.currency)
    own = _number(t, form, "unit_price", t("Your price"), suffix=symbol, helper=t("Leave it empty for the list’s price."))
    mark = left(StatusChip(Chip(t("Price typed by you, never overwritten"), NEUTRAL, I.EDIT_ROUNDED)))
    free = [left(StatusChip(Chip(t("Free of charge"), WAIT)))] if any(p.code == "price_zero" for p in form.problems) else []
    return card(
        ListPrice(form.preview, line.unit, form.use_list_price),
        row(own),
        *free,
        *([mark, _list_price(t, form.use_list_price)] if typed else []),
        spacing=Space.M,
    )


def _list_price(t: Words, take: Press) -> ft.Control:
    return left(link(Action(t("Take the list’s price"), take, I.UNDO_ROUNDED, "use-list-price")))


def _number(t: Words, form: LineForm, name: str, label: str, *, suffix: str | None = None, helper: str | None = None) -> ft.Control:
    problem = form.problem(name)
    words = sentence_for(t, problem.code, problem.params) if problem is not None else None
    stops = problem is not None and not problem.is_warning
    return field(
        label,
        form.text(name),
        lambda text: form.put(name, text),
        error=words if stops else None,
        helper=helper if stops or words is None else words,
        keyboard=ft.KeyboardType.NUMBER,
        suffix=suffix,
        on_blur=lambda: form.leave(name),
        identifier=f"field-{name}",
        expand=True,
    )
