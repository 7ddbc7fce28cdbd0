"""Conflicts as people talk about them: a sentence, two values as equals, keep one or write another, take it back for 30 days."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

import flet as ft

from mobile_app.data.repositories.conflicts import UNDO_DAYS, ConflictView, EntryView
from mobile_app.ui import formats
from mobile_app.ui.design import Action, ConflictCard, HistoryRow, I, Press, Side, column, rows_card
from mobile_app.ui.features.values import INSTANTS, editable, field_name, shown
from mobile_app.ui.i18n import N_, Words
from mobile_app.ui.sentences import sentence_for
from shared.models.columns import instant_of
from shared.models.registry import KINDS
from shared.sync.policy import WHOLE_RECORD, Policy, Value


@dataclass(frozen=True, slots=True)
class Teller:
    """What a conflict's sentence needs: the words, who reads it, when, and whether in large letters."""

    t: Words
    me: str
    now: datetime
    zone: str
    large: bool = False
    leads: bool = True
    """Whether the reader may comment on visits."""

    def said(self, view: ConflictView, entry: EntryView) -> str:
        """One of the values as a person reads it."""
        return self._said(view.field, entry.value, entry.called)

    def in_force(self, view: ConflictView) -> str:
        """The value that the field has by now, whoever wrote it since."""
        return self._said(view.field, view.here, view.called)

    def _said(self, field: str, value: Value, called: str) -> str:
        at = instant_of(value) if field in INSTANTS else None
        return called or (formats.moment(self.t, at, self.now, self.zone) if at is not None else shown(self.t, field, value))

    def may_keep(self, view: ConflictView, place: int) -> bool:
        """Whether the office would take the value from this reader; what stands anybody may keep."""
        entry = view.entries[place]
        return entry.value == view.here or (entry.possible and (self.leads or view.field != "comment"))

    def who(self, entry: EntryView) -> str:
        """Whose value it is, as the head of its card."""
        return self.t("You") if entry.user_id == self.me else entry.user or self.t("A colleague")

    def short(self, entry: EntryView) -> str:
        """Whose value it is, inside a sentence: the first name, as colleagues say it."""
        return entry.user.split(" ", maxsplit=1)[0] or self.t("A colleague")

    def when(self, entry: EntryView) -> str:
        """When it was written."""
        return formats.moment(self.t, entry.at, self.now, self.zone)

    def with_problem(self, entry: EntryView, said: str) -> str:
        """What is ``said`` of an entry, and why its value cannot be kept as it is."""
        return said if entry.problem is None else f"{said}\n{sentence_for(self.t, entry.problem.code, entry.problem.params)}"


@dataclass(frozen=True, slots=True)
class _Did:
    """A sentence about what people did: ``changed`` what can be changed, ``noted`` what is written once."""

    changed: str
    noted: str


_ON_TWO_DEVICES: Final = _Did(
    N_("You changed it on two devices: {when}, and {then}."),
    N_("You noted it on two devices: {when}, and {then}."),
)
_AND_YOU: Final = _Did(
    N_("{name} changed it ({when}); so did you ({then}), without having seen it."),
    N_("{name} noted it ({when}); so did you ({then}), without having seen it."),
)
_AND_ANOTHER: Final = _Did(
    N_("{name} changed it ({when}); so did {other} ({then}), without having seen it."),
    N_("{name} noted it ({when}); so did {other} ({then}), without having seen it."),
)


@dataclass(frozen=True, slots=True)
class ConflictActions:
    """What one can do about a conflict."""

    keep: Callable[[ConflictView, int], Press]
    write: Callable[[ConflictView, int], Press]
    """Write another value, beginning with the one at a place."""
    undo: Callable[[ConflictView], Press]


def about(t: Words, view: ConflictView) -> str:
    """Which record and field: ``Maison Perrin · Phone``. A visit is called by its day."""
    label = formats.short_day(t, date.fromisoformat(view.label)) if view.record_kind == "visit" and view.label else view.label
    return formats.joined((view.account, label, field_name(t, view.field)))


def sentence(tell: Teller, view: ConflictView) -> str:
    """Who did what when, the reader always as *you*, last of the two."""
    first, second = (view.entries[place] for place in _pair(tell, view))
    t, mine = tell.t, second.user_id == tell.me
    if view.field == WHOLE_RECORD:
        return _existence(tell, first, second)
    said = {"name": tell.short(first), "when": tell.when(first), "other": tell.short(second), "then": tell.when(second)}
    both = mine and first.user_id == tell.me
    did = _ON_TWO_DEVICES if both else _AND_YOU if mine else _AND_ANOTHER
    return t(did.noted if _is_fact(view) else did.changed, **said)


def _is_fact(view: ConflictView) -> bool:
    """Whether it is one that is written once, as an arrival is: two people noted theirs, and neither changed anything."""
    kind = KINDS.get(view.record_kind)
    return kind is not None and kind.fields[view.field].policy is Policy.APPEND


def _existence(tell: Teller, first: EntryView, second: EntryView) -> str:
    gone, kept = (first, second) if first.value == "deleted" else (second, first)
    t, said = tell.t, {"when": tell.when(gone), "then": tell.when(kept)}
    if gone.user_id == tell.me:
        return t("You deleted it ({when}); {name} changed it ({then}).", name=tell.short(kept), **said)
    if kept.user_id == tell.me:
        return t("{name} deleted it ({when}); you changed it ({then}).", name=tell.short(gone), **said)
    return t(
        "{name} deleted it ({when}); {other} changed it ({then}).",
        name=tell.short(gone),
        other=tell.short(kept),
        **said,
    )


def _pair(tell: Teller, view: ConflictView) -> tuple[int, int]:
    """The standing value and the newest other one; the reader's own comes last. A text of several is one of the two only if need be."""
    places = [place for place, entry in enumerate(view.entries) if not entry.merged]
    places = places if len(places) > 1 else list(range(len(view.entries)))
    standing = view.standing if view.standing in places else places[0]
    others = [place for place in places if place != standing] or [standing]
    other = max(others, key=lambda place: view.entries[place].at)
    return (other, standing) if view.entries[standing].user_id == tell.me else (standing, other)


def conflict_card(tell: Teller, view: ConflictView, do: ConflictActions) -> ft.Control:
    """One open conflict; more than two values follow under it, each with its own way to keep it."""
    t, pair = tell.t, _pair(tell, view)
    sides = tuple(_side(tell, view, place, do) for place in reversed(pair))
    write = (
        Action(t("Write another"), do.write(view, view.standing), I.EDIT_ROUNDED, f"write-{view.id}")
        if editable(view.field, view.entries[0].value) and _is_open_to_others(tell, view)
        else None
    )
    if _is_open_to_others(tell, view):
        note = t.plural("Can be taken back for {n}\u00a0day", "Can be taken back for {n}\u00a0days", UNDO_DAYS)
    else:
        note = t("A manager decides about this.") if view.field == "comment" else t("What stands can no longer be changed.")
    made = ConflictCard(
        about(t, view), sentence(tell, view), (sides[0], sides[1]), t("In force"), note=note, write=write, large=tell.large, key=view.id
    )
    more = [place for place in range(len(view.entries)) if place not in pair]
    return column(made, rows_card(*[_more(tell, view, place, do) for place in more]), spacing=4, key=view.id) if more else made


def _is_open_to_others(tell: Teller, view: ConflictView) -> bool:
    """Whether another value than the one that stands would be taken."""
    return any(tell.may_keep(view, place) for place, entry in enumerate(view.entries) if entry.value != view.here)


def _keep(tell: Teller, view: ConflictView, place: int, do: ConflictActions, label: str) -> Action | None:
    """The way to keep a value; where nothing else can be, what stands is taken note of."""
    entry = view.entries[place]
    if not tell.may_keep(view, place):
        return None
    if entry.problem is not None:
        way = tell.t("Shorten it") if entry.problem.code == "text_too_long" else tell.t("Correct it")
        return Action(way, do.write(view, place), identifier=f"mend-{view.id}-{place}") if editable(view.field, entry.value) else None
    said = label if _is_open_to_others(tell, view) else tell.t("Noted")
    return Action(said, do.keep(view, place), identifier=f"keep-{view.id}-{place}")


def _side(tell: Teller, view: ConflictView, place: int, do: ConflictActions) -> Side:
    t, entry = tell.t, view.entries[place]
    mine = entry.user_id == tell.me
    someone = any(other.user_id == tell.me for other in view.entries)
    label = t("Keep mine") if mine else t("Take the other") if someone else t("Keep this one")
    keep = _keep(tell, view, place, do, label)
    return Side(tell.who(entry), tell.with_problem(entry, tell.when(entry)), tell.said(view, entry), keep, stands=place == view.standing)


def _more(tell: Teller, view: ConflictView, place: int, do: ConflictActions) -> ft.Control:
    t, entry = tell.t, view.entries[place]
    who = t("Both texts in one") if entry.merged else tell.who(entry)
    meta = tell.with_problem(entry, formats.joined((who, tell.when(entry), t("In force") if place == view.standing else "")))
    keep = _keep(tell, view, place, do, t("Keep"))
    return HistoryRow(I.NOTES_ROUNDED, tell.said(view, entry), meta, action=keep, divider=False, key=f"{view.id}-{place}")


def settled_row(tell: Teller, view: ConflictView, do: ConflictActions, *, divider: bool) -> ft.Control:
    """One that was settled lately: the value in force, who decided, and *Undo*."""
    t = tell.t
    if view.settling:
        meta = t("Settled here, not sent yet")
    elif view.closed_at is not None:
        who = view.closed_by or t("A colleague")
        meta = t("Settled by {name}, {when}", name=who, when=formats.moment(t, view.closed_at, tell.now, tell.zone))
    else:
        meta = ""
    undo = Action(t("Undo"), do.undo(view), identifier=f"undo-{view.id}") if view.other is not None else None
    value = "" if view.settling or not view.entries else tell.in_force(view)
    title = formats.joined((about(t, view), value))
    return HistoryRow(I.CALL_SPLIT_ROUNDED, title, meta, action=undo, divider=divider, key=view.id)
