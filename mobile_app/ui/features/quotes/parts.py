"""What a quote's page is made of: what to know about it, its lines, its terms, its totals. Words and callbacks only."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import flet as ft

from mobile_app.data.repositories.quote_detail import LineRow, QuoteDetail
from mobile_app.ui import formats
from mobile_app.ui.design import (
    INFO,
    INK,
    OK,
    WAIT,
    Action,
    Banner,
    Chip,
    EmptyState,
    I,
    Press,
    QuoteLineRow,
    QuoteTotals,
    StatusChip,
    Stepper,
    button,
    card,
    fact,
    field,
    heading,
    left,
)
from mobile_app.ui.features.dates import DayField
from mobile_app.ui.features.quotes.terms_form import TermsForm
from mobile_app.ui.features.quotes.words import amount_words, certainty, has_lapsed, percent_words, price_words
from mobile_app.ui.i18n import Words
from mobile_app.ui.sentences import sentence_for
from mobile_app.ui.theme import Space, Type
from shared.rules.validation import FieldError

REVISABLE = frozenset({"sent", "declined", "expired"})
"""From here a quote goes on as a revision."""
VALID_STEPS = (7, 30, 60)
"""The days from today that are offered as a quote's last one."""


@dataclass(frozen=True, slots=True)
class QuoteActions:
    """What one can do from a quote's page."""

    add: Press
    edit: Callable[[str], Press]
    step: Callable[[str, int], Press]
    keep: Press
    revise: Press
    settle: Press
    later: Press


@dataclass(frozen=True, slots=True)
class Shown:
    """What the page shows of the quote: whose it is, whether it may be changed here, today, and the list that holds today."""

    quote: QuoteDetail
    mine: bool
    editable: bool
    today: date
    current_list: str


def quote_body(t: Words, shown: Shown, form: TermsForm, do: QuoteActions) -> list[ft.Control]:
    """A quote's page from its first line to its last."""
    quote = shown.quote
    lines = [line_row(t, shown, line, do) for line in quote.lines]
    add = [button(Action(t("Add a product"), do.add, I.ADD_ROUNDED, "add-product"), "outlined")] if shown.editable else []
    if not lines:
        lines, add = [nothing_yet(t, do.add if shown.editable else None)], []
    terms = terms_card(t, form, shown.today, do) if shown.editable else terms_read(t, quote, shown.today)
    return [*marks(t, shown, do), *lines, *add, totals_card(t, quote, shown.today), *terms]


def marks(t: Words, shown: Shown, do: QuoteActions) -> list[ft.Control]:
    """What is true of the whole quote."""
    quote, found = shown.quote, list[ft.Control]()
    if quote.conflicts:
        words = t.plural("{n} value was changed twice", "{n} values were changed twice", len(quote.conflicts))
        found.append(Banner(words, Action(t("Settle it"), do.settle, None, "settle-conflict"), I.CALL_SPLIT_ROUNDED, INFO))
    found += _fate(t, shown, do)
    if not shown.mine:
        made_by = t("{name} made this quote. You can read it here.", name=quote.user or t("A colleague"))
        found.append(Banner(made_by, name=I.VISIBILITY_OUTLINED))
    if quote.pending or any(line.pending for line in quote.lines):
        found.append(left(StatusChip(Chip(t("Waiting to be sent"), WAIT, I.CLOUD_UPLOAD_ROUNDED))))
    return found


def _fate(t: Words, shown: Shown, do: QuoteActions) -> list[ft.Control]:
    """What became of a quote that has left the house, and whether it can go on as a revision."""
    quote, banner = shown.quote, _fate_words(t, shown)
    if banner is None:
        return []
    if quote.state == "superseded" and quote.superseded_by:
        onward = Action(t("Open the revision"), do.later, I.ARROW_FORWARD_ROUNDED, "open-revision")
    elif quote.state in REVISABLE and shown.mine:
        onward = Action(t("Make a revision"), do.revise, I.EDIT_NOTE_ROUNDED, "revise-quote")
    else:
        return [banner]
    return [banner, left(button(onward, "outlined", small=True))]


def _fate_words(t: Words, shown: Shown) -> ft.Control | None:
    quote = shown.quote
    if has_lapsed(quote.state, quote.valid_until, shown.today):
        return Banner(t("Its last day has passed. The customer may still say yes or no."), None, I.SCHEDULE_ROUNDED, WAIT)
    if quote.state == "sent":
        sent = formats.short_day(t, quote.sent_at.date(), shown.today) if quote.sent_at else ""
        words = t("Sent on {day}. It stands as the customer has it; changes make a revision.", day=sent)
        return Banner(words, None, I.SEND_ROUNDED, INFO)
    if quote.state == "accepted":
        return Banner(t("The customer has accepted this quote. It stands as it is."), None, I.CHECK_CIRCLE_ROUNDED, OK)
    if quote.state == "declined":
        return Banner(t("The customer has declined this quote."), None, I.THUMB_DOWN_OUTLINED)
    return Banner(t("A revision has replaced this quote."), None, I.HISTORY_ROUNDED) if quote.state == "superseded" else None


def line_row(t: Words, shown: Shown, line: LineRow, do: QuoteActions) -> ft.Control:
    """One line; a tap on its words or its number opens it."""
    quote = shown.quote
    parts = [price_words(t, line.unit_price, quote.currency, line.unit)]
    if line.discount:
        parts.append(t("discount {percent}", percent=percent_words(t, line.discount)))
    return QuoteLineRow(
        formats.product_name(line.description),
        formats.joined(parts),
        certainty(t, line, quote, shown.current_list, shown.today),
        formats.money_of(t, line.net, quote.currency),
        stepper(t, line, do) if shown.editable else None,
        quantity=amount_words(t, line.quantity, line.unit),
        on_press=do.edit(line.id) if shown.editable else None,
        key=line.id,
    )


def stepper(t: Words, line: LineRow, do: QuoteActions) -> ft.Control:
    """Fewer, how many, more; each button says of what."""
    less = Action(t("One fewer: {name}", name=line.description), do.step(line.id, -1), I.REMOVE_ROUNDED, f"less-{line.id}")
    more = Action(t("One more: {name}", name=line.description), do.step(line.id, 1), I.ADD_ROUNDED, f"more-{line.id}")
    edit = Action(t("Quantity of {name}", name=line.description), do.edit(line.id), None, f"quantity-{line.id}")
    return Stepper(formats.number(t, line.quantity.normalize()), less, more, edit, can_less=line.quantity > Decimal(1))


def nothing_yet(t: Words, add: Press | None) -> ft.Control:
    """A quote without lines."""
    action = Action(t("Add a product"), add, I.ADD_ROUNDED, "add-product") if add else None
    return EmptyState(
        I.REQUEST_QUOTE_OUTLINED, t("Nothing on this quote yet"), t("Prices, discounts and VAT work without a signal."), action
    )


def totals_card(t: Words, quote: QuoteDetail, today: date) -> ft.Control:
    """Net, VAT by rate, gross, and how it was rounded."""

    def amount(value: Decimal) -> str:
        return formats.money_of(t, value, quote.currency)

    bands = [(t("VAT {rate} on {net}", rate=percent_words(t, band.rate), net=amount(band.net)), amount(band.tax)) for band in quote.bands]
    note = t("VAT rounded line by line.") if quote.rounding == "line" else t("VAT rounded once for each rate.")
    if quote.valid_until is not None:
        note = t("Valid until {day}. {rounding}", day=formats.short_day(t, quote.valid_until, today), rounding=note)
    return QuoteTotals([(t("Net"), amount(quote.net)), *bands], (t("Total with VAT"), amount(quote.gross)), note)


def terms_card(t: Words, form: TermsForm, today: date, do: QuoteActions) -> list[ft.Control]:
    """Validity and note of a draft; what is left is saved."""
    offered = {date.fromordinal(today.toordinal() + step).isoformat() for step in VALID_STEPS}
    until, note = form.problem("valid_until"), form.problem("note")

    def choose(value: str) -> Awaitable[None] | None:
        form.choose("valid_until", value)
        return do.keep() if value in offered else None

    day = DayField(
        t("Valid until"),
        form.text("valid_until"),
        choose,
        today,
        VALID_STEPS,
        error=words_of(t, until),
        identifier="field-valid-until",
        on_blur=do.keep,
    )
    said = field(
        t("Note on the quote"),
        form.text("note"),
        lambda value: form.put("note", value),
        error=words_of(t, note),
        lines=2,
        on_blur=do.keep,
        identifier="field-note",
    )
    return [card(heading(t("Terms")), day, said, fact(I.CHECK_ROUNDED, t("Kept on this phone as you type.")), spacing=Space.M)]


def terms_read(t: Words, quote: QuoteDetail, today: date) -> list[ft.Control]:
    """The note, and what the prices rest on, of a quote that is only read."""
    facts: list[ft.Control] = []
    if quote.note:
        facts.append(fact(I.STICKY_NOTE_2_OUTLINED, quote.note, INK, Type.BODY))
    if quote.quoted_on is not None:
        facts.append(fact(I.EVENT_ROUNDED, t("Quoted on {day}", day=formats.short_day(t, quote.quoted_on, today)), INK, Type.BODY))
    return [card(heading(t("Terms")), *facts, spacing=Space.M)] if facts else []


def words_of(t: Words, problem: FieldError | None) -> str | None:
    """What is wrong with a field, or only worth a word, as a sentence."""
    return None if problem is None else sentence_for(t, problem.code, problem.params)
