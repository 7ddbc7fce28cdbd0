"""A form of one record: what is typed, what was shown when it opened, what is wrong with it, and its saved draft.

Handlers read the form, never a value that a render captured. What was shown (``base``, ``shown``) is kept as it was when the form
opened, also through a kill of the app, so that what came from elsewhere meanwhile is merged and never overwritten unseen.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Protocol

import flet as ft

from mobile_app.data.desk import Written
from mobile_app.ui.features.drafts import DraftKeeper, base_noted, noted, shown_noted
from mobile_app.ui.features.numbers import country_of, filled, stored
from shared.errors import RecordRefused
from shared.rules.validation import FieldError, check
from shared.sync.change import Base
from shared.sync.edits import bare
from shared.sync.policy import Value

Fields = Mapping[str, Value]


class DraftStore(Protocol):
    """Where drafts are kept: the device's store."""

    async def draft_get(self, key: str) -> dict[str, Value] | None:
        """What was typed into the form called ``key``, or None."""
        ...

    async def draft_put(self, key: str, fields: dict[str, Value]) -> None:
        """Keep what is typed."""
        ...

    async def draft_delete(self, key: str) -> None:
        """Forget it. Repeatable."""
        ...


class RecordForm(ft.Observable):
    """The fields ``names`` of a record of ``kind``; ``key`` names its draft. Only what a person should see at once notifies."""

    def __init__(self, kind: str, names: Sequence[str], drafts: DraftStore, key: str) -> None:
        self.ready = False
        self.restored = False
        self.saving = False
        self.refusal = ""
        self.problems: tuple[FieldError, ...] = ()
        self.base: Base | None = None
        self._kind = kind
        self._names = tuple(names)
        self._drafts = DraftKeeper(drafts, key, self._snapshot)
        self.key = key
        self._store = drafts
        self._shown: dict[str, Value] = {}
        self._typed: dict[str, Value] = {}
        self._filled: dict[str, Value] = {}
        self._saved: Fields = {}
        self._saved_typed: Fields = {}
        self._judged: set[str] = set()
        self._new = False
        self._opened: tuple[Base | None, Fields, Fields | None] = (None, {}, None)
        self._today: Callable[[], str | None] = lambda: None
        self._country: Callable[[], str] = lambda: ""

    def judge_by(self, today: Callable[[], str | None], country: Callable[[], str]) -> None:
        """Tell what the rules need: the day (ISO) and the country where the record's phone numbers are dialled."""
        self._today, self._country = today, country

    async def open(self, base: Base | None, shown: Fields, start: Fields | None = None) -> None:
        """Show the record, or what was typed before the app was killed; a new one (``start``) begins with some values."""
        self._new = start is not None
        self._opened = (base, shown, start)
        await self._drafts.flush()
        self._begin(base, shown, start)
        begun = dict(self._typed)
        draft = await self._store.draft_get(self.key)
        if draft is not None and self._typed == begun:
            self._restore(draft)
        self.ready = True

    async def follow(self, base: Base | None, shown: Fields) -> None:
        """Show the record as it is now, unless something is typed that is not saved; the first time, what an earlier run left typed."""
        if not self.ready:
            await self.open(base, shown)
        elif not self.changed and not self.saving:
            self._opened = (base, shown, None)
            self._begin(*self._opened)

    def stands(self, base: Base | None, shown: Fields) -> None:
        """Go on from the record as it is after a save: from here on that is what was shown.

        Whoever has typed on meanwhile has not seen what it was merged with: what was shown to her is what she herself wrote, at the base
        of before.
        """
        meanwhile = {name: value for name, value in self._typed.items() if value != self._saved_typed.get(name)}
        if meanwhile:
            base, shown = self.base, self._saved
        self.base, self._shown = base, {name: shown.get(name) for name in self._names}
        self._fill()
        if meanwhile:
            self._typed |= meanwhile
            self._drafts.keep()

    async def start_over(self) -> None:
        """Drop what was typed, and show the form as it was opened."""
        await self._drafts.forget()
        self._begin(*self._opened)
        self.tell()

    def _begin(self, base: Base | None, shown: Fields, start: Fields | None) -> None:
        self.base, self._shown = base, {name: shown.get(name) for name in self._names}
        self._fill()
        self._typed |= {name: filled(name, value, self._country()) for name, value in (start or {}).items()}
        self._judged = set()
        self.problems, self.refusal, self.restored = (), "", False

    def _fill(self) -> None:
        """Fill every field with what is shown, and note it: what is still so when the form is saved was not touched."""
        country = country_of(self._shown, self._country())
        self._filled = {name: filled(name, value, country) for name, value in self._shown.items()}
        self._typed = dict(self._filled)

    # ---- typing
    def text(self, name: str) -> str:
        """What a text field holds."""
        value = self._typed.get(name)
        return value if isinstance(value, str) else ""

    def members(self, name: str) -> list[str]:
        """What a list of fields holds, the blank ones included."""
        value = self._typed.get(name)
        return list(value) if isinstance(value, list) else []

    def put(self, name: str, value: Value) -> None:
        """Note what was typed and keep it as a draft."""
        self._typed[name] = value
        self._drafts.keep()
        if name in self._judged:
            self._judge()

    def choose(self, name: str, value: Value) -> None:
        """Note what was chosen, and show it."""
        self.put(name, value)
        self.tell()

    def put_member(self, name: str, place: int, value: str) -> None:
        """Note what was typed into one field of a list."""
        members = self.members(name)
        members[place] = value
        self.put(name, list(members))

    def add_member(self, name: str, value: str = "") -> None:
        """Add a field to a list."""
        self.put(name, [*self.members(name), value])
        self.tell()

    def remove_member(self, name: str, place: int) -> None:
        """Take a field off a list."""
        members = self.members(name)
        self.put(name, [*members[:place], *members[place + 1 :]])
        self.tell()

    def leave(self, name: str) -> None:
        """The person has left the field: from now on it is judged as it stands."""
        if self._typed.get(name) != self._filled.get(name):
            self._judged.add(name)
        self._judge()

    def tell(self) -> None:
        """Have who shows the form render it again."""
        self.notify()  # type: ignore[no-untyped-call]  # Flet's own

    # ---- judging
    def problem(self, name: str) -> FieldError | None:
        """What is wrong with a field that has been judged, or only worth a word."""
        return next((problem for problem in self.problems if problem.field == name), None)

    def member_problem(self, name: str, place: int) -> FieldError | None:
        """What is wrong with one field of a list."""
        member = self.members(name)[place].strip()
        if name not in self._judged or not member:
            return None
        found = check(self._kind, {name: [member]}, self._shown, country=self._country())
        return next((problem for problem in found if problem.field == name), None)

    def complete(self) -> bool:
        """Judge the whole form; say whether it may be saved."""
        self._judged = set(self._names)
        self.refusal = ""
        self._judge()
        return not any(not problem.is_warning for problem in self.problems)

    def refuse(self, refusal: RecordRefused) -> None:
        """Show what the store would not take."""
        self.problems = tuple(FieldError(name, code) for name, code in refusal.errors.items())
        self.refusal = refusal.code

    # ---- saving
    @property
    def shown(self) -> Fields:
        """What the form showed when it opened."""
        return dict(self._shown)

    def wanted(self) -> dict[str, Value]:
        """The stored values that the person wants, those of untouched fields exactly as they were."""
        return {name: self._wanted(name) for name in self._typed}

    @property
    def changed(self) -> bool:
        """Whether anything was typed that is not saved."""
        return any(value != bare(self._shown.get(name)) for name, value in self.wanted().items())

    async def save(self) -> str | None:
        """Save and give the record's id; None where something must be mended first, or a save is under way."""
        if self.saving or not self.complete():
            return None
        self.saving = True
        try:
            await self._drafts.flush()
            self.hand_over()
            return (await self.write()).id
        except RecordRefused as refusal:
            self.refuse(refusal)
            return None
        finally:
            self.saving = False

    def hand_over(self) -> None:
        """Note what is being saved: what differs from it afterwards was typed meanwhile."""
        self._saved, self._saved_typed = self.wanted(), dict(self._typed)

    async def write(self) -> Written:
        """Hand what is wanted, and the draft's key, to the repository.

        Raises:
            RecordRefused: a rule refuses it.
        """
        raise NotImplementedError

    async def flush(self) -> None:
        """Wait until all that is typed is kept."""
        await self._drafts.flush()

    async def forget(self) -> None:
        """Drop what was typed: the person does not want it."""
        await self._drafts.forget()

    def _wanted(self, name: str) -> Value:
        typed, shown = self._typed[name], self._shown.get(name)
        if typed == self._filled.get(name):
            return bare(shown)
        return bare(stored(name, typed, shown, self._country()))

    def _judge(self) -> None:
        wanted = self.wanted()
        written = wanted if self._new else {name: value for name, value in wanted.items() if value != bare(self._shown.get(name))}
        found = check(self._kind, written, None if self._new else self._shown, today=self._today(), country=self._country())
        self.problems = tuple(problem for problem in found if problem.field in self._judged)

    def _snapshot(self) -> dict[str, Value] | None:
        if not self.changed:  # a draft of what is there anyway would hold the form at it for good
            return None
        return {**self._typed, **noted(self.base, self._shown)}

    def _restore(self, draft: Fields) -> None:
        self.base = base_noted(draft)
        self._shown |= {name: value for name, value in shown_noted(draft).items() if name in self._names}
        self._fill()
        self._typed |= {name: draft[name] for name in self._names if name in draft}
        self.restored = self.changed
        if not self.changed:
            self._begin(*self._opened)
            self._drafts.keep()


def split_tags(text: str) -> list[str]:
    """Read tags parted by commas (or Greek semicolons)."""
    parts: Iterable[str] = text.replace(";", ",").replace("·", ",").split(",")
    return list(dict.fromkeys(part.strip() for part in parts if part.strip()))
