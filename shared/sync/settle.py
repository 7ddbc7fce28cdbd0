"""How each policy settles one field: what stands, what is kept beside it, what is refused (DESIGN §6)."""

from collections.abc import Mapping
from typing import Final

import msgspec

from shared.sync.change import FIRST, Edit, Epoch
from shared.sync.policy import FieldSpec, Policy, Value
from shared.sync.record import REMOVED, Mark, Record
from shared.sync.text3 import merge_text

NOBODY: Final = ""
"""The device of a mark whose value several wrote without having seen each other's part."""


class Witness(msgspec.Struct, frozen=True, gc=False):
    """Who submits a change and what he had seen: everything up to rev ``seen`` and all that his device wrote before.

    ``mark`` is what a value that is taken will carry. ``server`` may write what devices may not. A ``stranger`` meant another record,
    and has seen nothing of this one, whatever his device wrote here. ``epoch`` is the one that merges: it knows what restores took away.
    ``knew`` is how much of a lost epoch he had seen who wrote there and sends only now.
    """

    mark: Mark
    seen: int
    server: bool = False
    stranger: bool = False
    epoch: Epoch = FIRST
    knew: int = 0

    def has_seen(self, mark: Mark) -> bool:
        """Say whether the author knew the value that carries ``mark``. No clock is asked.

        Of what a lost epoch had acknowledged, its author had seen what her base there says.
        """
        if mark.rev <= self.seen:
            return True
        own = mark.device == self.mark.device and mark.seq < self.mark.seq and mark.beside <= self.seen and not self.stranger
        return own or self.had_seen(mark)

    def had_seen(self, mark: Mark) -> bool:
        """Say whether the author knew the value that carries ``mark`` in the epoch that was lost."""
        return mark.lost > 0 and self.epoch.showed(mark.lost, max(self.mark.knew, self.knew))

    def wrote(self, mark: Mark) -> bool:
        """Say whether the value that carries ``mark`` is of this very change."""
        return mark.device == self.mark.device and mark.seq == self.mark.seq

    def was_before(self, mark: Mark) -> bool:
        """Say whether a lost epoch had heard of this change before it heard of the value that carries ``mark``."""
        return 0 < self.mark.lost < mark.lost

    def after(self, mark: Mark) -> Mark:
        """Give the author's mark, made later than ``mark``, so that stamps of a field never go back."""
        return self.mark if self.mark.stamp > mark.stamp else msgspec.structs.replace(self.mark, stamp=mark.stamp + 1)

    def jointly(self, mark: Mark) -> Mark:
        """Give the mark of a value that holds the author's part beside what carries ``mark``.

        Where the author had not seen that, nobody has seen the whole before it was pulled: the mark is no device's. Of a lost epoch it is
        as late as the later of the two, and it is this epoch's if one of them is or no lost epoch knew both.
        """
        after = self.after(mark)
        if self.has_seen(mark):
            return after
        return msgspec.structs.replace(after, device=NOBODY, seq=0, lost=self.epoch.latest((self.mark.lost, mark.lost)))

    def beside(self, mark: Mark) -> Mark:
        """Give the mark of a member that the author adds and somebody had added before, with ``mark``."""
        if self.has_seen(mark):
            return self.mark
        is_own = mark.device == self.mark.device
        unseen, seq = (mark.beside, max(mark.seq, self.mark.seq)) if is_own else (mark.rev, self.mark.seq)
        return msgspec.structs.replace(self.jointly(mark), device=self.mark.device, seq=seq, beside=unseen)


class Side(msgspec.Struct, frozen=True, gc=False):
    """One of two values that met, and who wrote it."""

    value: Value
    mark: Mark


class Clash(msgspec.Struct, frozen=True, gc=False):
    """Two values of one field that did not see each other: the one that stands and the one kept beside it."""

    field: str
    kept: Side
    lost: Side
    asked: bool = True
    """False where what stands in another field has decided about this one: its question is asked there."""


class Refusal(msgspec.Struct, frozen=True, gc=False):
    """Why a change cannot be taken: a stable code and the field it is about."""

    code: str
    field: str = ""


class Draft(msgspec.Struct):
    """The record while its fields are merged one by one."""

    fields: dict[str, Value]
    marks: dict[str, Mark]
    adds: dict[str, dict[str, Mark]]
    clashes: list[Clash] = []


class RefusedError(Exception):
    """The change cannot be taken; ``refusal`` says why. Never leaves the merge."""

    def __init__(self, code: str, field_name: str) -> None:
        super().__init__(code)
        self.refusal = Refusal(code, field_name)


def _take(draft: Draft, name: str, value: Value, mark: Mark) -> None:
    draft.fields[name] = value
    if value is None:
        del draft.fields[name]
    draft.marks[name] = mark


def _settled_alike(standing: Record, draft: Draft, spec: FieldSpec, edit: Edit, witness: Witness) -> bool:
    """Settle what needs no policy: the author had seen what stands, or both wrote the same."""
    mark = standing.mark_of(spec.name)
    if witness.has_seen(mark):
        _take(draft, spec.name, edit.to, witness.after(mark))
        return True
    return edit.to == standing.value(spec.name)


def _led(standing: Record, draft: Draft, spec: FieldSpec, witness: Witness) -> bool | None:
    """Say whose word stands in what this field is beside: the author's own of this change (True) or that of somebody whom he had not seen.

    ``None`` where it is neither, or the field goes with nothing: the field is settled by itself.
    """
    if not spec.beside or (draft.fields.get(spec.beside) is None and spec.beside not in draft.marks):
        return None
    before = standing.mark_of(spec.beside)
    mark = draft.marks.get(spec.beside, standing.mark)
    if mark != before and witness.wrote(mark):
        return True
    return None if witness.has_seen(mark) else False


def _latest(standing: Record, draft: Draft, spec: FieldSpec, edit: Edit, witness: Witness) -> None:
    value, led = standing.value(spec.name), _led(standing, draft, spec, witness)
    if (led is False and edit.to == value) or (led is not False and _settled_alike(standing, draft, spec, edit, witness)):
        return
    kept, lost = Side(value, standing.mark_of(spec.name)), Side(edit.to, witness.mark)
    if led or (led is None and lost.mark.when > kept.mark.when):
        kept, lost = lost, kept
        _take(draft, spec.name, edit.to, witness.after(lost.mark) if led else witness.mark)
    draft.clashes.append(Clash(spec.name, kept, lost, asked=led is None))


def _ask(standing: Record, draft: Draft, spec: FieldSpec, edit: Edit, witness: Witness) -> None:
    if _settled_alike(standing, draft, spec, edit, witness):
        return
    kept, lost = Side(standing.value(spec.name), standing.mark_of(spec.name)), Side(edit.to, witness.mark)
    if witness.was_before(kept.mark):
        kept, lost = lost, kept
        _take(draft, spec.name, edit.to, witness.after(lost.mark))
    draft.clashes.append(Clash(spec.name, kept, lost))


def _derived(standing: Record, draft: Draft, spec: FieldSpec, edit: Edit, witness: Witness) -> None:
    """Take what the author says he saw, without a conflict: what it is in truth is worked out, or checked, once the change is merged."""
    if edit.to != standing.value(spec.name):
        _take(draft, spec.name, edit.to, witness.after(standing.mark_of(spec.name)))


def _append(standing: Record, draft: Draft, spec: FieldSpec, edit: Edit, witness: Witness) -> None:
    value, mark = standing.value(spec.name), standing.mark_of(spec.name)
    if value == edit.to:
        return
    if value is not None and witness.has_seen(mark) and not witness.mark.lost:  # the lost epoch had taken both, and asked
        raise RefusedError("fact_is_final", spec.name)
    led = _led(standing, draft, spec, witness)
    kept, lost = Side(value, mark), Side(edit.to, witness.mark)
    if led or (led is None and value is None):
        kept, lost = lost, kept
        _take(draft, spec.name, edit.to, witness.after(mark))
        if value is None:
            return
    # An empty place is not filled with what another arrival saw.
    draft.clashes.append(Clash(spec.name, kept, lost, asked=led is None))


def _text(standing: Record, draft: Draft, spec: FieldSpec, edit: Edit, witness: Witness) -> None:
    """Merge by lines, always: a device that wrote twice while away has not seen what others wrote in between."""
    value, mark = standing.value(spec.name), standing.mark_of(spec.name)
    base, here, mine = (str(text) if text is not None else "" for text in (edit.was, value, edit.to))
    if here == mine:
        if witness.has_seen(mark):
            draft.marks[spec.name] = witness.after(mark)
        return
    merged = merge_text(base, here, mine)
    _take(draft, spec.name, merged.text or None, witness.jointly(mark))
    if merged.clashed:
        kept = Side(merged.text, witness.after(mark))
        draft.clashes.append(Clash(spec.name, kept, Side(mine, witness.mark)))


def _state(standing: Record, draft: Draft, spec: FieldSpec, edit: Edit, witness: Witness) -> None:
    value, mark = standing.value(spec.name), standing.mark_of(spec.name)
    here, to, was = str(value), str(edit.to), str(edit.was if edit.was is not None else value)
    cycle = spec.lifecycle
    if cycle is None or to not in cycle.precedence:
        raise RefusedError("unknown_state", spec.name)
    if here == to:
        if witness.has_seen(mark):
            draft.marks[spec.name] = witness.after(mark)
        return
    if not (cycle.legal(was, to) or cycle.legal(here, to)):
        raise RefusedError("illegal_step", spec.name)
    if witness.has_seen(mark) or here == was:
        if not cycle.legal(here, to) and not witness.mark.lost:  # the step in between may come from another phone later
            raise RefusedError("illegal_step", spec.name)
        _take(draft, spec.name, to, witness.after(mark))
        return
    kept, lost = Side(here, mark), Side(to, witness.mark)
    if cycle.precedence[to] > cycle.precedence.get(here, -1):
        if not (cycle.reachable(was, here) or witness.mark.lost):  # nothing leads from there to here: the record was never in it
            raise RefusedError("illegal_step", spec.name)
        kept, lost = lost, kept
        _take(draft, spec.name, to, witness.after(mark))
    draft.clashes.append(Clash(spec.name, kept, lost))


def _set(standing: Record, draft: Draft, spec: FieldSpec, edit: Edit, witness: Witness) -> None:
    """Add and remove members by identity; a remove takes only an add that its author had seen."""
    value = standing.value(spec.name)
    members = list(value) if isinstance(value, list) else []
    adds = draft.adds.setdefault(spec.name, {})
    for identity in (spec.identity(member) for member in edit.remove):
        if witness.mark.lost:
            adds[REMOVED + identity] = witness.mark
        if witness.has_seen(adds.get(identity, standing.mark)):
            members = [member for member in members if spec.identity(member) != identity]
            adds.pop(identity, None)
    members, added = members_added(spec, members, _not_removed(spec, adds, edit, witness))
    for identity in added:
        standing_add = adds.get(identity)
        adds[identity] = witness.mark if standing_add is None else witness.beside(standing_add)
    if not adds:
        del draft.adds[spec.name]
    _take(draft, spec.name, members or None, witness.jointly(standing.mark_of(spec.name)))


def _not_removed(spec: FieldSpec, adds: Mapping[str, Mark], edit: Edit, witness: Witness) -> Edit:
    """Leave out what a lost epoch had removed after it was added: the removal came back first."""
    mark = witness.mark
    if not mark.lost or not edit.add:
        return edit
    return Edit(add=tuple(member for member in edit.add if not was_removed(adds, spec.identity(member), mark.lost, mark, witness.epoch)))


def was_removed(adds: Mapping[str, Mark], identity: str, rev: int, mark: Mark, epoch: Epoch) -> bool:
    """Say whether a lost epoch had a member removed by somebody who had seen it as ``mark`` added it there, at ``rev``."""
    removal = adds.get(REMOVED + identity)
    if removal is None:
        return False
    return epoch.showed(rev, removal.knew) or (removal.device == mark.device and removal.seq > mark.seq)


def members_added(spec: FieldSpec, members: list[str], edit: Edit) -> tuple[list[str], list[str]]:
    """Give the members with the added ones behind them, and the identities that were added (or added again)."""
    present = {spec.identity(member) for member in members}
    result, identities = list(members), []
    for member in edit.add:
        identity = spec.identity(member)
        identities.append(identity)
        if identity not in present:
            present.add(identity)
            result.append(member)
    return result, identities


SETTLE = {
    Policy.LATEST: _latest,
    Policy.ASK: _ask,
    Policy.DERIVED: _derived,
    Policy.APPEND: _append,
    Policy.TEXT: _text,
    Policy.STATE: _state,
    Policy.SET: _set,
    Policy.SERVER: _latest,
}
