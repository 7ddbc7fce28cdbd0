"""What persons do on their phones: every kind of writing that a screen offers, on whatever the phone shows."""

from __future__ import annotations

import random
from collections.abc import Callable, Coroutine, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final

from mobile_app.data.desk import Draft, Label, RecordEdit
from mobile_app.data.ports import Fix
from mobile_app.data.repositories import saving
from mobile_app.data.repositories.reading import Seen, seen
from shared.errors import RecordNotFound, TourneeError
from shared.sync.change import Edit
from shared.sync.policy import Value
from tests.simulation.fleet.handset import Handset
from tests.simulation.fleet.stands import lines
from tests.simulation.fleet.start import Start

TAGS: Final = ("bio", "fair", "vip", "web")
MAILS: Final = ("a@b.fr", "c@d.fr", "e@f.gr")
_TYPED: Final[Mapping[str, tuple[str, ...]]] = {
    "account": ("name", "city"),
    "contact": ("first_name",),
    "visit": ("purpose", "outcome"),
}
_MINUTE = 60_000
Work = Coroutine[Any, Any, object]


@dataclass
class Form:
    """A form that stays open while the world goes on."""

    kind: str
    id: str
    seen: Seen


@dataclass
class People:
    """All of them, with one seed's dice."""

    start: Start
    dice: random.Random
    forms: dict[str, list[Form]] = field(default_factory=dict)
    deletes: int = 5
    """How often somebody deletes something, of about 130 actions."""
    _typed: int = 0

    def act(self, phone: Handset) -> str:
        """Let the person at ``phone`` do something; what it was, and how it ended if not well. The phone may die in it."""
        actions: list[tuple[Callable[[Handset], Work | None], int]] = [
            (self._edit, 34),
            (self._open_form, 10),
            (self._save_form, 10),
            (self._create_contact, 6),
            (self._create_account, 3),
            (self._card, 4),
            (self._delete, self.deletes),
            (self._plan, 6),
            (self._step, 18),
            (self._review, 4),
            (self._quote, 5),
            (self._line, 9),
            (self._decide, 5),
            (self._settle, 9),
            (self._attend, 12),
            (self._move, 2),
        ]
        action = self.dice.choices([each for each, _ in actions], [weight for _, weight in actions])[0]
        work = action(phone)
        name = action.__name__
        if work is None:
            return f"{name}:-"
        try:
            phone.loop.do(work)
        except TourneeError as error:
            return f"{name}:{error.code}"
        return name

    def leave_work(self, phone: Handset) -> None:
        """Let the person at ``phone`` change this and that, unsent, before it is laid aside. The phone may die in it."""
        for _ in range(3):
            work = self._edit(phone)
            if work is not None:
                with suppress(TourneeError):
                    phone.loop.do(work)

    def _pick(self, phone: Handset, query: str, *values: object) -> tuple[Any, ...] | None:
        """One of the rows, the first ones more often, so that people meet."""
        rows = phone.app.working_set.ask(query, values)
        return rows[min(self.dice.randrange(len(rows)), self.dice.randrange(len(rows)))] if rows else None

    def _word(self, phone: Handset) -> str:
        self._typed += 1
        return f"{phone.name} {self._typed}"

    # ---- forms ------------------------------------------------------------------------------------------------------
    def _form(self, phone: Handset) -> Form | None:
        kind = self.dice.choices(("account", "contact", "visit"), (6, 3, 2))[0]
        found = self._pick(phone, f"SELECT id FROM {kind} ORDER BY id")  # noqa: S608
        if found is None:
            return None
        return Form(kind, str(found[0]), self._seen(phone, kind, str(found[0])))

    def _seen(self, phone: Handset, kind: str, id_: str) -> Seen:
        """What a form that opens now shows."""
        store = phone.app.store
        return phone.loop.do(store.read(lambda session: seen(session, store.epoch.id, kind, id_)))

    def _edit(self, phone: Handset) -> Work | None:
        form = self._form(phone)
        return self._saved(phone, form) if form is not None else None

    def _open_form(self, phone: Handset) -> Work | None:
        form = self._form(phone)
        if form is not None:
            self.forms.setdefault(phone.name, []).append(form)
        return None

    def _save_form(self, phone: Handset) -> Work | None:
        forms = self.forms.get(phone.name)
        return self._saved(phone, forms.pop(0)) if forms else None

    def _saved(self, phone: Handset, form: Form) -> Work:
        shown = form.seen.shown
        wanted: dict[str, Value] = {}
        for _ in range(self.dice.choice((1, 1, 2))):
            wanted |= self._change(phone, form.kind, shown)
        return saving.save(phone.app.store, form.kind, form.id, form.seen.base, shown=shown, wanted=wanted, label=Label("test"))

    def _change(self, phone: Handset, kind: str, shown: Mapping[str, Value]) -> dict[str, Value]:
        roll = self.dice.random()
        sets = {"account": ("tags", TAGS), "contact": ("emails", MAILS)}
        if roll < 0.3:
            return {"note": self._rewritten(phone, shown["note"])}
        if roll < 0.5 and kind in sets:
            name, members = sets[kind]
            here = list(shown[name] or ())  # type: ignore[arg-type]
            member = self.dice.choice(members)
            return {name: [each for each in here if each != member] if member in here else [*here, member]}
        return {self.dice.choice(_TYPED[kind]): self._word(phone)}

    def _rewritten(self, phone: Handset, text: Value) -> str:
        rows = lines(text)
        place = self.dice.randrange(len(rows) + 1)
        roll = self.dice.random()
        if rows and roll < 0.2:
            del rows[min(place, len(rows) - 1)]
        elif rows and roll < 0.4:
            rows[min(place, len(rows) - 1)] = self._word(phone)
        else:
            rows.insert(place, self._word(phone))
        return "\n".join(rows)

    # ---- customers --------------------------------------------------------------------------------------------------
    def _create_contact(self, phone: Handset) -> Work | None:
        account = self._pick(phone, "SELECT id FROM account ORDER BY id")
        if account is None:
            return None
        return phone.app.do.contacts.create({"account_id": account[0], "last_name": self._word(phone), "emails": [MAILS[0]]})

    def _create_account(self, phone: Handset) -> Work:
        """In a territory of her own or, by mistake, in another."""
        territory = self.dice.choice(list(self.start.territories.values()))
        return phone.app.do.accounts.create({"name": self._word(phone), "territory_id": territory, "country": "FR"})

    def _card(self, phone: Handset) -> Work | None:
        """A card is read: what it says of somebody at a customer's, new or known, and of the customer, in one action."""
        found = self._pick(phone, "SELECT id, city FROM account ORDER BY id")
        if found is None:
            return None
        (id_, city), store = found, phone.app.store
        known = self._pick(phone, "SELECT id, first_name FROM contact WHERE account_id = ? ORDER BY id", id_)
        told = RecordEdit("account", id_, "update", self._seen(phone, "account", id_).base, {"city": Edit(self._word(phone), city)})
        if known is not None and self.dice.random() < 0.5:
            name = {"first_name": Edit(self._word(phone), known[1])}
            person = RecordEdit("contact", known[0], "update", self._seen(phone, "contact", known[0]).base, name)
        else:
            name = {"account_id": Edit(id_), "last_name": Edit(self._word(phone))}
            person = RecordEdit("contact", store.new_id(), "create", None, name)
        return store.write(Draft((person, told), Label("test")))

    def _delete(self, phone: Handset) -> Work | None:
        kind = self.dice.choices(("contact", "visit", "account"), (5, 3, 2))[0]
        found = self._pick(phone, f"SELECT id FROM {kind} ORDER BY id")  # noqa: S608
        if found is None:
            return None
        base = self._seen(phone, kind, str(found[0])).base
        return saving.delete(phone.app.store, kind, str(found[0]), base, Label("test"))

    def _move(self, phone: Handset) -> Work | None:
        """A manager gives a customer to another territory."""
        found = self._pick(phone, "SELECT id FROM account ORDER BY id")
        if found is None or phone.role != "manager":
            return None
        form = self._seen(phone, "account", str(found[0]))
        wanted: dict[str, Value] = {"territory_id": self.dice.choice(list(self.start.territories.values()))}
        return phone.app.do.accounts.edit(str(found[0]), form.base, form.shown, wanted)

    # ---- visits -----------------------------------------------------------------------------------------------------
    def _plan(self, phone: Handset) -> Work | None:
        account = self._pick(phone, "SELECT id FROM account ORDER BY id")
        if account is None:
            return None
        visits = phone.app.do.visits
        if self.dice.random() < 0.3:
            return visits.start(account[0], *self._place())
        return visits.plan(account[0], phone.clock.now + self.dice.randrange(600) * _MINUTE, purpose=self._word(phone))

    def _step(self, phone: Handset) -> Work | None:
        found = self._pick(phone, "SELECT id, state FROM visit WHERE state NOT IN ('checked_out', 'reviewed') ORDER BY id")
        if found is None:
            return None
        visits, id_ = phone.app.do.visits, found[0]
        if found[1] == "checked_in":
            return visits.check_out(id_, wanted={"outcome": self._word(phone)}, shown={})
        return visits.check_in(id_, *self._place()) if self.dice.random() < 0.6 else visits.cancel(id_)

    def _place(self) -> tuple[Fix | None, str]:
        """Where somebody is, or that the phone does not know."""
        if self.dice.random() < 0.5:
            return None, self.dice.choice(("off", "timeout"))
        return Fix(self.dice.random(), self.dice.random(), 8.0, mocked=self.dice.random() < 0.1), "given"

    def _review(self, phone: Handset) -> Work | None:
        found = self._pick(phone, "SELECT id FROM visit WHERE state = 'checked_out' ORDER BY id")
        if found is None or phone.role != "manager":
            return None
        return phone.app.do.visits.review(found[0], self._word(phone))

    # ---- quotes -----------------------------------------------------------------------------------------------------
    def _quote(self, phone: Handset) -> Work | None:
        account = self._pick(phone, "SELECT id FROM account ORDER BY id")
        return phone.app.do.quotes.create(account[0]) if account is not None else None

    def _line(self, phone: Handset) -> Work | None:
        quote = self._pick(phone, "SELECT id FROM quote WHERE state = 'draft' ORDER BY id")
        if quote is None:
            return None
        quotes, quantity = phone.app.do.quotes, self.dice.randrange(1, 9) * 1_000
        line = self._pick(phone, "SELECT id FROM quote_line WHERE quote_id = ? ORDER BY id", quote[0])
        roll = self.dice.random()
        if line is None or roll < 0.5:
            return quotes.add_line(quote[0], self.dice.choice(self.start.products), quantity)
        if roll < 0.8:
            return quotes.set_line(quote[0], line[0], quantity=quantity, description=self._word(phone))
        return quotes.remove_line(quote[0], line[0])

    def _decide(self, phone: Handset) -> Work | None:
        quote = self._pick(phone, "SELECT id, state FROM quote WHERE state IN ('draft', 'sent', 'declined') ORDER BY id")
        if quote is None:
            return None
        quotes, id_ = phone.app.do.quotes, quote[0]
        if quote[1] == "draft":
            return quotes.send(id_)
        return self.dice.choice((quotes.accept, quotes.decline, quotes.revise))(id_)

    # ---- what waits for a person ------------------------------------------------------------------------------------
    def _settle(self, phone: Handset) -> Work | None:
        found, conflicts = self._pick(phone, "SELECT id FROM conflict ORDER BY id"), phone.app.do.conflicts
        try:
            view = phone.loop.do(conflicts.get(found[0] if found is not None else ""))
        except RecordNotFound:  # none is here, or it is one that nobody is asked about by itself
            return None
        roll = self.dice.random()
        if roll < 0.6:
            return conflicts.keep(view, self.dice.randrange(len(view.entries)))
        if roll < 0.8 and view.field in _TYPED.get(view.record_kind, ()):
            return conflicts.write(view, self._word(phone))
        return conflicts.undo(view)

    def _attend(self, phone: Handset) -> Work | None:
        store = phone.app.store
        refused = [item for item in phone.loop.do(store.attention()) if item.state == "refused"]
        if not refused:
            return None
        item = self.dice.choice(refused)
        if self.dice.random() < 0.4:
            return store.discard(item.txn)
        wrong = {change.id: {"territory_id": self._own(phone)} for change in item.changes if "territory_id" in change.fields}
        return store.retry(item.txn, wrong)

    def _own(self, phone: Handset) -> str:
        found = self._pick(phone, "SELECT territory_id FROM account WHERE territory_id IS NOT NULL ORDER BY id")
        return str(found[0]) if found is not None else self.dice.choice(list(self.start.territories.values()))
