"""What a restored server takes back from its phones: changes that the lost epoch had acknowledged, and records that it had given.

Pure. The order in which phones come does not matter for a field of one value: what the lost epoch wrote last stands (PROTOCOL 20, 21).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import msgspec

from shared.sync.change import FIRST, Change, Epoch
from shared.sync.merge import Clash, Side
from shared.sync.policy import WHOLE_RECORD, FieldSpec, KindSpec, Policy, Value
from shared.sync.record import DELETED, ERASED, LIVE, RECOVERED, TOLD, Mark, Record, every_mark
from shared.sync.settle import was_removed

_MERGED = frozenset({Policy.SET, Policy.TEXT, Policy.APPEND})
"""Policies under which a later write does not replace an earlier one."""
_PLACE = "territory_id"
"""Where a root belongs: no offer may move it."""
_KEPT = frozenset({Policy.ASK, Policy.STATE, Policy.LATEST})
"""Policies under which what stands may be older than what it met."""


class Taken(NamedTuple):
    """What became of an offered record. ``record`` is the standing one where nothing of the offer was news."""

    record: Record
    clashes: tuple[Clash, ...] = ()


def still_new(standing: Record | None, change: Change, mark: Mark, spec: KindSpec, epoch: Epoch = FIRST) -> Change | None:
    """Give what of a change that a lost epoch had acknowledged, as ``mark`` says, is still to be merged; None for nothing of it.

    ``epoch`` is the one that merges.
    """
    lost = mark.lost
    if standing is None or standing.deleted == ERASED:
        return change
    recovered = standing.marks.get(RECOVERED)
    if recovered is not None and epoch.showed(lost, recovered.lost):  # it came back as the lost epoch knew it then, but for its place
        moved = change.fields.get(_PLACE) if spec.parent is None and not epoch.showed(lost, standing.mark_of(_PLACE).lost) else None
        return msgspec.structs.replace(change, fields={_PLACE: moved}) if moved is not None else None
    if change.op == "create" and not standing.live and standing.lost_removal >= lost:  # whoever deleted it had seen it
        return None
    single = (spec.fields[name] for name in change.fields if _is_single(spec, name))
    late = {each.name for each in single if _is_late(standing.mark_of(each.name), mark, each, epoch)}
    if not late:
        return change
    rest = {name: edit for name, edit in change.fields.items() if name not in late}
    return msgspec.structs.replace(change, fields=rest) if rest else None


def _is_late(here: Mark, mark: Mark, spec: FieldSpec, epoch: Epoch) -> bool:
    """Say whether what stands was written later in the lost epoch, by somebody who had seen this: what she had not seen is asked about."""
    if here.lost <= mark.lost or spec.policy is Policy.DERIVED:
        return here.lost >= mark.lost
    known = here.lost if here.knew == TOLD else here.knew
    return epoch.showed(mark.lost, known) or (here.device == mark.device and here.seq > mark.seq)


@dataclass(frozen=True, slots=True)
class Offer:
    """A record as a device holds it from a lost epoch, of which revs up to ``fork`` are shared with this one.

    ``rev`` is the transaction's rev now; ``by`` who offers, at which stamp; ``guarded`` are fields that an offer may not change; ``epoch``
    is the one that takes it.
    """

    record: Record
    fork: int
    rev: int
    by: Mark
    guarded: frozenset[str] = frozenset()
    epoch: Epoch = FIRST

    def shared(self, rev: int) -> bool:
        """Say whether this epoch has what the other one gave ``rev``."""
        return rev <= self.fork or self.epoch.outlived(rev)

    def knew(self, mark: Mark, rev: int) -> bool:
        """Say whether the lost epoch had heard of what carries ``mark`` when it gave ``rev``."""
        return self.epoch.showed(mark.rev, rev) or self.epoch.showed(mark.lost, rev)

    def follows(self, here: Mark, theirs: Mark) -> bool:
        """Say whether the lost epoch heard of ``here`` before it heard of what the offer carries as ``theirs``."""
        return here.lost != theirs.rev and self.knew(here, theirs.rev)

    def was_known(self, theirs: Mark, here: Mark) -> bool:
        """Say whether the lost epoch had heard of what the offer carries before ``here``: not where somebody wrote that after a restore."""
        return here.lost > 0 and self.epoch.showed(theirs.rev, here.lost)

    def moved(self, mark: Mark) -> Mark:
        """Give a mark as it stands in this epoch. What it stood over, unseen, is in a question that comes with the record."""
        if self.shared(mark.rev):
            return mark
        beside = mark.beside if self.shared(mark.beside) else self.rev
        return msgspec.structs.replace(mark, rev=self.rev, lost=mark.rev, beside=beside, knew=TOLD)

    @property
    def stamped(self) -> Mark:
        """Who gave the record back."""
        return msgspec.structs.replace(self.by, rev=self.rev, seq=0, lost=self.record.rev)


def take(standing: Record | None, offer: Offer, spec: KindSpec) -> Taken:
    """Take of an offered record what this epoch lacks. A value that meets an edit of this epoch is kept beside it, in a clash."""
    if standing is None:
        return Taken(_whole(offer))
    if standing.deleted == ERASED:
        return Taken(standing)
    draft = _Draft(dict(standing.fields), dict(standing.marks), {name: dict(members) for name, members in standing.adds.items()})
    for name, field_spec in sorted(spec.fields.items(), key=lambda item: bool(item[1].beside)):  # what they go with is settled first
        if name not in offer.guarded and not _is_told(standing, offer, offer.record.mark_of(name)):
            merge = _take_set if field_spec.policy is Policy.SET else _take_value
            merge(standing, offer, field_spec, draft)
    is_news = bool(draft.clashes) or (draft.fields, draft.marks, draft.adds) != (standing.fields, standing.marks, standing.adds)
    deleted = _revived(standing, offer, draft) if is_news and offer.record.live else _deleted(standing, offer, draft)
    if (draft.fields, draft.marks, draft.adds, deleted) == (standing.fields, standing.marks, standing.adds, standing.deleted):
        return Taken(standing, tuple(draft.clashes))
    draft.marks[RECOVERED] = offer.stamped
    taken = msgspec.structs.replace(standing, rev=offer.rev, fields=draft.fields, marks=draft.marks, adds=draft.adds, deleted=deleted)
    return Taken(taken, tuple(draft.clashes))


@dataclass(slots=True)
class _Draft:
    fields: dict[str, Value]
    marks: dict[str, Mark]
    adds: dict[str, dict[str, Mark]]
    clashes: list[Clash] = field(default_factory=list)


def _is_told(standing: Record, offer: Offer, mark: Mark) -> bool:
    """Say whether what an offer carries with ``mark`` was here, or came back with the record: whoever changed that since has met it."""
    recovered = standing.marks.get(RECOVERED)
    return offer.shared(mark.rev) or (recovered is not None and offer.epoch.showed(mark.rev, recovered.lost))


def _whole(offer: Offer) -> Record:
    record = offer.record
    return msgspec.structs.replace(
        record,
        rev=offer.rev,
        mark=offer.moved(record.mark),
        marks=_moved(offer, record.marks) | {RECOVERED: offer.stamped},
        adds={name: _moved(offer, members) for name, members in record.adds.items()},
        fields={name: value for name, value in record.fields.items() if name not in offer.guarded},
    )


def _moved(offer: Offer, marks: Mapping[str, Mark]) -> dict[str, Mark]:
    return {name: offer.moved(mark) for name, mark in marks.items()}


def _is_single(spec: KindSpec, name: str) -> bool:
    return name in spec.fields and spec.fields[name].policy not in _MERGED


def _take_value(standing: Record, offer: Offer, spec: FieldSpec, draft: _Draft) -> None:
    here, theirs = standing.mark_of(spec.name), offer.record.mark_of(spec.name)
    value = offer.record.value(spec.name)
    # The record tells what the lost epoch had made of all that it was told by then, also of what had come later and did not stand.
    told = spec.policy in _KEPT and offer.knew(here, offer.record.rev) and here.lost != theirs.rev
    if _led_elsewhere(standing, offer, spec, draft):
        if value != standing.value(spec.name):
            lost = Side(value, offer.moved(theirs))
            draft.clashes.append(Clash(spec.name, Side(standing.value(spec.name), here), lost, asked=False))
    elif offer.follows(here, theirs) or told:
        draft.fields[spec.name] = value
        if value is None:
            del draft.fields[spec.name]
        draft.marks[spec.name] = offer.moved(theirs)
    elif not offer.was_known(theirs, here) and value != standing.value(spec.name) and spec.policy is not Policy.DERIVED:
        draft.clashes.append(Clash(spec.name, Side(standing.value(spec.name), here), Side(value, offer.moved(theirs))))


def _led_elsewhere(standing: Record, offer: Offer, spec: FieldSpec, draft: _Draft) -> bool:
    """Say whether what the field goes with stands by another word than the offered one: of two arrivals one stands whole."""
    if not spec.beside or draft.fields.get(spec.beside) is None:
        return False
    mark, theirs = draft.marks.get(spec.beside, standing.mark), offer.record.mark_of(spec.beside)
    return not (mark == theirs or mark == offer.moved(theirs) or 0 < mark.lost == theirs.rev)


def _take_set(standing: Record, offer: Offer, spec: FieldSpec, draft: _Draft) -> None:
    """Members that the lost epoch added come, those that it removed go; what was done since stays."""
    last = offer.record.mark_of(spec.name)
    here, theirs = _by_identity(spec, standing.value(spec.name)), _by_identity(spec, offer.record.value(spec.name))
    adds, offered = dict(standing.adds.get(spec.name, {})), offer.record.adds.get(spec.name, {})
    told = standing.mark_of(spec.name)
    if told.knew == TOLD and offer.epoch.showed(last.rev, told.lost):  # a record told already what the lost epoch made of it later
        return
    kept: list[str] = []
    for identity, member in here.items():
        added = adds.get(identity, standing.mark)
        if identity in theirs or not offer.follows(added, last):
            kept.append(member)
        else:
            adds.pop(identity, None)
    for identity, member in theirs.items():
        added = offered.get(identity, offer.record.mark)
        if identity not in here and not offer.shared(added.rev) and not was_removed(adds, identity, added.rev, added, offer.epoch):
            kept.append(member)
            adds[identity] = offer.moved(added)
    if kept == list(here.values()):
        return
    draft.fields[spec.name] = kept
    if not kept:
        del draft.fields[spec.name]
    draft.adds[spec.name] = adds
    if not adds:
        del draft.adds[spec.name]
    draft.marks[spec.name] = offer.moved(last)


def _by_identity(spec: FieldSpec, value: Value) -> dict[str, str]:
    return {spec.identity(member): member for member in value} if isinstance(value, list) else {}


def _revived(standing: Record, offer: Offer, draft: _Draft) -> int:
    """Let a record live that was deleted since the restore, before what the lost epoch had written came back: an edit beats a delete."""
    deleted, removal = _deleted(standing, offer, draft), standing.removal
    if deleted != DELETED or offer.knew(removal, offer.record.rev) or offer.epoch.latest((removal.lost, offer.record.rev)):
        return deleted
    mark = msgspec.structs.replace(offer.stamped, stamp=max(offer.by.stamp, removal.stamp + 1))
    draft.marks[WHOLE_RECORD] = mark
    draft.clashes.append(Clash(WHOLE_RECORD, Side("live", mark), Side("deleted", removal)))
    return LIVE


def _deleted(standing: Record, offer: Offer, draft: _Draft) -> int:
    """Decide whether the record lives: a deletion of the lost epoch stands unless somebody wrote since."""
    theirs, here = offer.record.marks.get(WHOLE_RECORD), standing.removal
    if theirs is None or _is_told(standing, offer, theirs):
        return standing.deleted
    if offer.record.live == standing.live:
        if not standing.live:
            draft.marks |= {WHOLE_RECORD: standing.deleted_too(theirs.rev).removal}
        return standing.deleted
    if standing.live:
        if any(not offer.follows(mark, theirs) for mark in every_mark(standing)):
            return standing.deleted
    elif not offer.follows(here, theirs):
        return standing.deleted
    draft.marks[WHOLE_RECORD] = offer.moved(theirs)
    return LIVE if offer.record.live else DELETED
