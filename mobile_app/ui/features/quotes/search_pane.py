"""Choosing products for a quote: found as one types, at this customer's prices; a tap adds one."""

from collections.abc import Callable

import flet as ft

from mobile_app.data.repositories.catalogue import ProductRow
from mobile_app.data.repositories.quote_detail import QuoteDetail
from mobile_app.ui import formats
from mobile_app.ui.design import (
    NEUTRAL,
    OK,
    Action,
    Chip,
    EmptyState,
    HistoryRow,
    I,
    PrimaryBar,
    TopBar,
    TotalRow,
    column,
    rows_card,
    search_field,
)
from mobile_app.ui.features.live import use_live
from mobile_app.ui.features.paging import until_ready
from mobile_app.ui.features.quotes.search_model import SearchModel
from mobile_app.ui.features.quotes.words import amount_words, break_words, unit_word
from mobile_app.ui.features.states import nothing_here
from mobile_app.ui.i18n import Words, use_words
from mobile_app.ui.layouts import Pane
from mobile_app.ui.session import Session, use_frame, use_session
from mobile_app.ui.theme import Space


@ft.component
def SearchPane(quote_id: str, close: Callable[[], None], edit: Callable[[str], None]) -> ft.Control:
    """The catalogue; ``edit`` opens the line of a product that is in the quote already."""
    session, t, frame = use_session(), use_words(), use_frame("quotes")
    model = use_live(lambda: SearchModel(session.device, quote_id, t.language))
    back = Action(t("Back to the quote"), close, I.ARROW_BACK_ROUNDED, "close-search")
    clear = Action(t("Clear the search"), lambda: model.search(""))
    find = search_field(t("Product or number"), model.query, model.search, clear, identifier="search-products")
    margin = Space.TABLET if frame.wide else Space.PHONE
    title = TopBar(t("Add a product"), model.quote.account if model.quote else "", back)
    top = column(title, ft.Container(find, padding=ft.Padding(left=Space.PHONE, right=Space.PHONE, bottom=Space.S)), spacing=0)
    bar = _bar(t, model.quote, close, wide=frame.wide) if model.quote is not None else None
    return Pane(frame, top, _found(session, t, model, edit, margin), bar)


def _bar(t: Words, quote: QuoteDetail, close: Callable[[], None], *, wide: bool) -> ft.Control:
    lead = TotalRow(
        t.plural("{n} line, with VAT", "{n} lines, with VAT", len(quote.lines)),
        formats.money_of(t, quote.gross, quote.currency),
        small=True,
    )
    return PrimaryBar(Action(t.sense("button", "Done"), close, I.CHECK_ROUNDED, "search-done"), lead=lead, wide=wide)


def _found(session: Session, t: Words, model: SearchModel, edit: Callable[[str], None], margin: float) -> ft.Control | list[ft.Control]:
    unready = until_ready(t, model)
    if unready is not None:
        return unready
    if not model.rows:
        words = t("Nothing found for “{query}”", query=model.found_for) if model.found_for.strip() else t("No products here yet")
        hint = t("Try fewer letters, or the product’s number.") if model.found_for.strip() else t("They come with the first download.")
        return [nothing_here(t, session, EmptyState(I.SEARCH_OFF_ROUNDED, words, hint))]
    rows = [_product(t, model, row, edit, last=row is model.rows[-1]) for row in model.rows]
    return ft.ListView([rows_card(*rows)], expand=True, padding=ft.Padding(left=margin, right=margin, top=4, bottom=Space.XL))


def _product(t: Words, model: SearchModel, product: ProductRow, edit: Callable[[str], None], *, last: bool) -> ft.Control:
    line = model.line_of(product.id)
    parts = [product.sku, unit_word(t, product.unit)]
    if product.break_from is not None and product.break_price is not None:
        parts.append(break_words(t, product.break_from, product.break_price, product.currency, product.unit))
    chip: Chip | None = None
    if line is not None:
        chip = Chip(t("On the quote: {amount}", amount=amount_words(t, line.quantity, line.unit)), OK)
    elif product.price is None:
        chip = Chip(t("No price in the list"), NEUTRAL, I.INFO_ROUNDED)

    async def press() -> None:
        known = model.line_of(product.id)
        if known is not None:
            edit(known.id)
        else:
            await model.add(product.id)

    return HistoryRow(
        I.ADD_CIRCLE_OUTLINE_ROUNDED if line is None else I.CHECK_CIRCLE_ROUNDED,
        formats.product_name(product.name),
        formats.joined(parts),
        press if product.price is not None or line is not None else None,
        trailing=formats.money_of(t, product.price, product.currency) if product.price is not None else "",
        chip=chip,
        divider=not last,
        identifier=f"product-{product.sku}",
        key=product.id,
    )
