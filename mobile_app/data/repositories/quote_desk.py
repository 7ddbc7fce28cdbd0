"""Working on a quote at the desk: its stored values with the lines that are about to change."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from mobile_app.data.desk import Desk, RecordEdit
from mobile_app.data.position import QUOTES
from mobile_app.data.repositories import saving
from mobile_app.data.repositories.pricing import DEFAULT_CURRENCY, listed, price_lists, tax_rates
from mobile_app.data.repositories.reading import ask, base_of, stored
from shared.errors import RecordNotFound, RecordRefused
from shared.models.registry import KINDS
from shared.rules.lifecycle import QUOTE, quote_is_frozen, quote_is_immutable
from shared.rules.numbering import quote_number
from shared.rules.pricing import PriceList, list_at, tax_rate_for
from shared.rules.totals import Rounding, sums
from shared.sync.change import Base, Edit
from shared.sync.edits import edits
from shared.sync.policy import Value

VALID_DAYS: Final = 30
Fields = dict[str, Value]
SeenLine = tuple[Base | None, Mapping[str, Value]]
"""What a person saw of a line: its stored values, and the base that they were shown at."""


class QuoteDesk:
    """One quote while an action on it is decided. ``edits`` collects what is written.

    ``subject`` is the record that the action is about: the quote, or a new line.
    """

    def __init__(self, desk: Desk, quote_id: str) -> None:
        quote = stored(desk.session, "quote", quote_id)
        if quote is None:
            raise RecordNotFound
        self.id = quote_id
        self.quote = quote
        self.lines: dict[str, Fields] = {}
        for (line_id,) in ask(desk.session, "SELECT id FROM quote_line WHERE quote_id = ? ORDER BY position, id", quote_id):
            self.lines[line_id] = stored(desk.session, "quote_line", line_id) or {}
        self.subject = quote_id
        self.edits: list[RecordEdit] = []
        self._desk = desk
        self._head: Fields = {}

    @property
    def account(self) -> Fields:
        """The customer's stored values; none where it is not here."""
        return stored(self._desk.session, "account", str(self.quote["account_id"])) or {}

    @property
    def label(self) -> dict[str, str]:
        """What the sync sheet says of an action on this quote."""
        return {"number": str(self.quote["number"] or ""), "name": str(self.account.get("name") or "")}

    def must_be_draft(self) -> None:
        """Lines and figures of a quote that has left the house stand as sent.

        Raises:
            RecordRefused: ``quote_is_sent`` or ``quote_is_accepted``: make a revision.
        """
        state = str(self.quote["state"])
        if quote_is_frozen(state):
            raise RecordRefused("quote_is_accepted" if quote_is_immutable(state) else "quote_is_sent")

    def step(self, to: str, facts: Mapping[str, Value]) -> None:
        """Take a step of the life cycle, with its facts.

        Raises:
            RecordRefused: ``illegal_step``, or ``quote_is_accepted``.
        """
        state = str(self.quote["state"])
        if not QUOTE.legal(state, to):
            raise RecordRefused("quote_is_accepted" if quote_is_immutable(state) else "illegal_step", {"state": "illegal_step"})
        self._head |= {"state": to, **facts}

    def add(self, line_id: str, fields: Fields) -> None:
        """Add a line at the end."""
        position = max((_integer(line.get("position")) for line in self.lines.values()), default=0) + 1
        whole: Fields = {"quote_id": self.id, "account_id": self.quote["account_id"], "position": position, **fields}
        self.lines[line_id] = whole
        self.subject = line_id
        self.edits.append(saving.creation("quote_line", line_id, whole))

    def change(self, line_id: str, wanted: Fields, seen: SeenLine | None = None) -> None:
        """Change a line against what was ``seen`` of it; None: as it stands at this moment.

        A price of somebody's own may have come since: where the list's was asked for, where it comes from is written over that.

        Raises:
            RecordNotFound: no such line.
        """
        line = self._line(line_id)
        base, shown = seen or (base_of(self._desk.session, self._desk.epoch, line_id), line)
        over = {"price_origin": line["price_origin"]} if wanted.get("price_origin", "") == "list" != line["price_origin"] else {}
        changed = edits(KINDS["quote_line"], {**line, **shown, **over}, wanted)
        if changed:
            self.edits.append(RecordEdit("quote_line", line_id, "update", base, changed))
        self.lines[line_id] = line | wanted

    def remove(self, line_id: str) -> None:
        """Take a line off.

        Raises:
            RecordNotFound: no such line.
        """
        self._line(line_id)
        del self.lines[line_id]
        base = base_of(self._desk.session, self._desk.epoch, line_id)
        self.edits.append(saving.removal(self._desk, "quote_line", line_id, base))

    def restore(self, line_id: str) -> None:
        """Bring a line back that was taken off, as it was when it went."""
        self.edits.append(RecordEdit("quote_line", line_id, "update", base_of(self._desk.session, self._desk.epoch, line_id)))

    def finish(self) -> tuple[RecordEdit, ...]:
        """Give all edits, with the quote's own first. With a step out of the house go the sums that its sender sees."""
        head = edits(KINDS["quote"], self.quote, self._head)
        if quote_is_frozen(str(self._head.get("state"))) and not quote_is_frozen(str(self.quote["state"])):
            head |= {name: Edit(amount) for name, amount in sums(self.lines.values(), self.quote["rounding"]).items()}
        if head:
            base = base_of(self._desk.session, self._desk.epoch, self.id)
            return (RecordEdit("quote", self.id, "update", base, head), *self.edits)
        return tuple(self.edits)

    def priced(self, product_id: str, quantity: int) -> Fields:
        """The list's price for a quantity, from the list that is frozen on the quote; no fields where it gives none."""
        return listed(self._desk.session, self.quote, self.account.get("segment"), product_id, quantity)

    def tax(self, tax_code: Value, on: str) -> int:
        """The customer's country's rate on a day.

        Raises:
            RecordRefused: ``tax_unknown``: the customer's country is not known, or has no such rate.
        """
        rate = tax_rate_for(str(self.account.get("country") or ""), str(tax_code or ""), on, tax_rates(self._desk.session))
        if rate is None:
            raise RecordRefused("tax_unknown", {"tax_rate": "tax_unknown"})
        return rate

    def _line(self, line_id: str) -> Fields:
        line = self.lines.get(line_id)
        if line is None:
            raise RecordNotFound
        return line


def new_quote(desk: Desk, account_id: str, visit_id: str | None, *, user_id: str, device: str) -> tuple[str, Fields]:
    """Give the id and the stored values of an empty draft, numbered by this device's counter."""
    today = desk.today()
    price_list = list_at(today.isoformat(), price_lists(desk.session)) or PriceList("", 0, DEFAULT_CURRENCY, "")
    fields: Fields = {
        "account_id": account_id,
        "user_id": user_id,
        "visit_id": visit_id,
        "number": quote_number(today.year, device, desk.number(QUOTES)),
        "revision": 1,
        "currency": price_list.currency,
        "price_list_id": price_list.id or None,
        "price_list_version": price_list.version or None,
        "rounding": Rounding.RATE.value,
        "quoted_on": today.isoformat(),
        "valid_until": (today + timedelta(days=VALID_DAYS)).isoformat(),
        "state": QUOTE.initial,
    }
    return desk.new_id(), fields


def _integer(value: Value) -> int:
    return value if isinstance(value, int) else 0
