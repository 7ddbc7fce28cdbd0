"""What waits for a person: transactions that were not taken, and conflicts, open and lately settled."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

import flet as ft

from mobile_app.data.device import Device
from mobile_app.data.drafts import TYPED_IN, is_spelling, language_of, spelt
from mobile_app.data.repositories.answering import problem_of
from mobile_app.data.repositories.conflicts import Conflicts, ConflictView
from mobile_app.data.repositories.leftovers import Leftover
from mobile_app.data.repositories.quote_detail import QuoteDetail
from mobile_app.data.repositories.quotes import SEND
from mobile_app.data.sheet import OutboxItem
from mobile_app.data.store import Store
from mobile_app.ui.features.drafts import DraftKeeper, base_noted, noted, shown_noted
from mobile_app.ui.features.live import Live, LiveWithOutbox
from mobile_app.ui.features.quotes.unsaved import check_saved
from mobile_app.ui.features.values import editable, parsed, read_in, respelt
from mobile_app.ui.features.values import typed as as_typed
from mobile_app.ui.i18n import Words
from shared.errors import RecordNotFound, RecordRefused
from shared.rules.validation import FieldError, check
from shared.sync.change import Change
from shared.sync.policy import Value

KINDS = ("conflict", "account", "contact", "visit", "quote", "quote_line", "attachment", "user")


class TodoModel(LiveWithOutbox):
    """All of it, for the list."""

    def __init__(self, device: Device) -> None:
        super().__init__(device, KINDS)
        self.attention: tuple[OutboxItem, ...] = ()
        self.leftovers: tuple[Leftover, ...] = ()
        self.open: tuple[ConflictView, ...] = ()
        self.settled: tuple[ConflictView, ...] = ()

    async def load(self) -> None:
        """Ask the outbox, the drafts and the conflicts."""
        self.attention = tuple(await self._device.store.attention())
        self.leftovers = tuple(await self._device.leftovers.all())
        self.open = tuple(await self._device.conflicts.open())
        self.settled = tuple(await self._device.conflicts.recent())


class AttentionModel(Live):
    """One transaction that was not taken, its author's own words, and what would go with it."""

    def __init__(self, device: Device, txn: str) -> None:
        super().__init__(device.notifier, ())
        self.item: OutboxItem | None = None
        self.dependents: tuple[OutboxItem, ...] = ()
        self.problems: Mapping[tuple[str, str], tuple[str, Mapping[str, str]]] = {}
        self.quote: QuoteDetail | None = None
        """The quote that it is about, or that what waits for it sends, as it stands here."""
        self.busy = False
        self._device = device
        self._txn = txn
        self._key = f"attention:{txn}"
        self._words: dict[str, str] = {}
        self._languages: dict[str, str] = {}
        self._keeper = DraftKeeper(device.store, self._key, self._snapshot)

    async def load(self) -> None:
        """Ask the outbox, and for what was typed here before.

        Raises:
            RecordNotFound: it needs no attention (any more).
        """
        items = {item.txn: item for item in await self._device.store.attention()}
        if self._txn not in items:
            raise RecordNotFound
        item = items[self._txn]
        draft = await self._device.store.draft_get(self._key) or {}
        self._words = {key: text for key, text in draft.items() if isinstance(text, str) and not is_spelling(key)}
        self._languages = {key: language_of(draft, key) for key in self._words}
        self.dependents = tuple(await self._device.store.dependents(self._txn))
        self.problems = {(error.id, error.field): (error.code, error.params) for error in item.errors}
        waiting = [change for each in await self._sends_behind() for change in each.changes]
        self.quote = await self._device.quotes.around([*item.changes, *waiting])
        self.item = item

    @property
    def sends(self) -> bool:
        """Whether it would send the quote."""
        return self.quote is not None and self.item is not None and self.item.action == SEND

    def text(self, t: Words, change: Change, field: str) -> str:
        """What a field holds: what was typed here, else what was sent."""
        key = _key(change, field)
        kept = self._words.get(key)
        return respelt(t, field, kept, self._languages[key]) if kept is not None else as_typed(t, field, value_of(change, field))

    def put(self, t: Words, change: Change, field: str, text: str) -> None:
        """Note a better value and keep it as a draft."""
        key = _key(change, field)
        self._words[key], self._languages[key] = text, t.language
        self._keeper.keep()

    def mendable(self, change: Change) -> list[str]:
        """The fields of a change that were refused and can be typed anew; all plain ones where no field was named."""
        if self.item is not None and self.item.state == "copy":
            return []
        fields = [name for name in change.fields if editable(name, value_of(change, name))]
        named = [name for name in fields if (change.id, name) in self.problems]
        return named or ([] if self.problems else fields)

    async def retry(self, t: Words) -> bool:
        """Send it again with what is typed; False where the rules of this device already refuse it.

        Raises:
            RecordRefused: ``quote_unsaved``: it would send a quote without what is typed on it; or the repository's reasons.
        """
        assert self.item is not None  # noqa: S101  # the button stands on a loaded screen
        problems: dict[tuple[str, str], tuple[str, Mapping[str, str]]] = {}
        fixes: dict[str, dict[str, Value]] = {}
        for change in self.item.changes:
            fixed, unread = self._fixes(t, change)
            problems |= {(change.id, name): (code, {}) for name, code in unread.items()}
            if fixed:
                fixes[change.id] = fixed
            for error in check(change.kind, fixed, None if change.op == "create" and not fixed else {}):
                if not error.is_warning and error.field in fixed:
                    problems[(change.id, error.field)] = (error.code, error.params)
        if problems:
            self.problems = problems
            return False
        self.busy = True
        try:
            if self.sends and self.quote is not None:
                await check_saved(self._device, self.quote.id)
                await self._device.quotes.send(self.quote.id)
            else:
                await self._check_saved(await self._sends_behind())
                await self._device.store.retry(self._txn, fixes, form=self._key)
            await self._keeper.forget()
        finally:
            self.busy = False
        self._device.actions.edited()
        return True

    async def discard(self) -> None:
        """Give it up, with all that depends on it.

        Raises:
            RecordRefused: ``quote_unsaved``: a quote that only waits for its turn would go without what is typed on it.
        """
        gone = {each.txn for each in self.dependents}
        await self._check_saved([each for each in await self._sends_behind() if each.txn not in gone])
        await self._device.store.discard(self._txn, form=self._key)
        await self._keeper.forget()
        self._device.actions.edited()  # what it held may go now

    async def _sends_behind(self) -> list[OutboxItem]:
        """The quotes' sends that wait for it: those that depend on it, and those that are only to come after it."""
        dependents = {each.txn for each in await self._device.store.dependents(self._txn)}
        held = [each for each in await self._device.store.attention() if each.state == "held" and each.action == SEND]
        return [each for each in held if each.txn in dependents or self._txn in each.by]

    async def _check_saved(self, sends: Iterable[OutboxItem]) -> None:
        for each in sends:
            quote = await self._device.quotes.around(each.changes)
            if quote is not None:  # else it is not made here either, and nobody can type on it
                await check_saved(self._device, quote.id)

    def _snapshot(self) -> dict[str, Value]:
        """What was typed, each in the language it was typed in: what that cannot read no other one reads."""
        return {**self._words, **{spelt(key): language for key, language in self._languages.items()}}

    def _fixes(self, t: Words, change: Change) -> tuple[dict[str, Value], dict[str, str]]:
        """What was typed for a change, and why what cannot be read cannot be."""
        found: dict[str, Value] = {}
        unread: dict[str, str] = {}
        for name in change.fields:
            key = _key(change, name)
            text = self._words.get(key)
            if text is not None:
                try:
                    found[name] = parsed(t, name, text, value_of(change, name), self._languages[key])
                except RecordRefused as refused:
                    unread[name] = refused.code
        return found, unread


class Another(ft.Observable):
    """Another value for a conflict, while it is typed: a draft, until it is saved or given up.

    ``about`` is the conflict as it was when the field opened, also after a restart: what comes later has not been seen.
    """

    def __init__(self, store: Store) -> None:
        self.about: ConflictView | None = None
        self.problem: FieldError | None = None
        """Why what is typed was not taken."""
        self._store = store
        self._text = ""
        self._here = self._language = ""
        """The language that is typed in, and the one that what stands was typed in."""
        self._drafts: DraftKeeper | None = None

    @property
    def text(self) -> str:
        """What is typed."""
        return self._text

    async def begin(self, t: Words, view: ConflictView, text: str) -> None:
        """Open the field with what was typed here before, else with what stands."""
        key = f"{view.record_kind}.{view.id}:{view.record_id}"
        draft = await self._store.draft_get(key) or {}
        seen = replace(view, base=base_noted(draft) or view.base, here=shown_noted(draft).get(view.field, view.here))
        kept = draft.get(view.field)
        self._text, self._language, self._here = text, t.language, t.language
        if isinstance(kept, str):
            self._text = respelt(t, view.field, kept, language_of(draft))
            self._language = read_in(t, view.field, kept, language_of(draft))
        about = noted(seen.base, {view.field: seen.here})
        self._drafts = DraftKeeper(self._store, key, lambda: {view.field: self._text, TYPED_IN: self._language, **about})
        self.about, self.problem = seen, None

    async def save(self, t: Words, conflicts: Conflicts) -> bool:
        """Let what is typed stand; where it cannot be taken as it is say False, and why at its field. The draft stays then.

        Raises:
            RecordNotFound: what the question is about is gone.
            RecordRefused: a rule refuses it that is not about this field.
        """
        assert self.about is not None  # noqa: S101  # the button stands beside the open field
        try:
            self.problem = await self._refused(t, self.about, conflicts)
        except RecordRefused as refused:
            if self.about.field not in refused.errors:
                raise
            self.problem = FieldError(self.about.field, refused.errors[self.about.field])
        if self.problem is not None:
            return False
        await self.end()
        return True

    def put(self, text: str) -> None:
        """Note what is typed."""
        self._text, self._language = text, self._here
        if self._drafts is not None:
            self._drafts.keep()

    async def end(self) -> None:
        """Close it and forget what was typed."""
        drafts, self._drafts, self.about = self._drafts, None, None
        if drafts is not None:
            await drafts.forget()

    async def _refused(self, t: Words, view: ConflictView, conflicts: Conflicts) -> FieldError | None:
        """Write what is typed; give what its field does not take, with the figures that its sentence names."""
        value = parsed(t, view.field, self._text, view.entries[view.standing].value, self._language)
        problem = problem_of(view.record_kind, view.field, value) if value != view.here else None
        if problem is None:
            await conflicts.write(view, value)
        return problem


def value_of(change: Change, field: str) -> Value:
    """What a change wrote into a field; for a set what it added."""
    edit = change.fields[field]
    return list(edit.add) if edit.to is None and edit.add else edit.to


def _key(change: Change, field: str) -> str:
    return f"{change.id}.{field}"
