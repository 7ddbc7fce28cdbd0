"""Records that come back: their tombstones were dropped, and somebody who had not heard of it still wrote about them (ADR 0014).

Of such a record this server has only the place. Its device still has what it said, and sends it when it is asked; so the edit beats the
deletion that it had not seen, as it always does.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final

from shared.ids import instant_of
from shared.models.registry import KINDS, MODELS, PARENTS
from shared.sync.change import Change, Edit, Whole
from shared.sync.clock import pack
from shared.sync.policy import FieldSpec, Policy, Value
from shared.sync.record import Mark, Record
from sync_server.services import closed_records
from sync_server.services.authority import Authority
from sync_server.services.conflicts import SERVER_DEVICE
from sync_server.services.refusal import unknown
from sync_server.services.validation import as_stored, could_stand, is_id
from sync_server.services.visits import unreviewed
from sync_server.services.workspace import Workspace

BROUGHT_BACK: Final = "brought_back"
"""Flag: what a record holds is what its author's device said of it, in other people's name too."""
_ORDER: Final = {kind: place for place, kind in enumerate(MODELS)}


class Returning:
    """What one device brings back."""

    def __init__(self, workspace: Workspace, authority: Authority) -> None:
        self._workspace = workspace
        self._authority = authority

    def missing(self, changes: Sequence[Change], made_at: Callable[[], int]) -> tuple[str, ...]:
        """Name the dropped records that ``changes`` write or put something below, as far as their author may write there."""
        place = self._workspace.place
        unknown_here = {pair: None for change in changes for pair in _rests_on(change) if place(pair[0]) is None}
        if not unknown_here:
            return ()
        fresh, at = {change.id for change in changes if change.op == "create"}, made_at()
        return tuple(id_ for id_, kind in unknown_here if id_ not in fresh and self._authority.may_bring_back(id_, kind, at, []))

    def take(self, given: Iterable[Whole], made_at: int, flags: list[str]) -> None:
        """Bring back those of the ``given`` records that were dropped; of the others this server knows better.

        Raises:
            TransactionRefusedError: one of them belongs where its author may not write.
        """
        for whole in sorted(given, key=lambda each: _ORDER.get(each.kind, len(_ORDER))):
            if is_id(whole.id) and self._workspace.place(whole.id) is None:
                change = as_stored(_creation(whole, made_at)) if KINDS.get(whole.kind) and KINDS[whole.kind].writable else None
                if change is not None and self._authority.may_bring_back(whole.id, whole.kind, made_at, flags):
                    self._bring_back(whole, change, made_at, flags)

    def _bring_back(self, whole: Whole, change: Change, made_at: int, flags: list[str]) -> None:
        spec = KINDS[whole.kind]
        fields = {name: list(edit.add) if edit.add else edit.to for name, edit in change.fields.items()}
        if not could_stand(whole.kind, fields):
            raise unknown(change)
        home = self._authority.home_of(change, spec, made_at, flags)
        owner = None if spec.owner is None else self._workspace.place(str(fields.get(spec.owner[0])))
        if spec.owner is not None and (owner is None or owner.root != home.root):
            raise unknown(change)
        if whole.kind == "visit" and not self._authority.led(made_at, flags):  # only a manager's word makes a review
            fields = unreviewed(fields)
        seen = min(max(whole.rev, 0), self._workspace.head)
        mark = Mark(pack(min(_made(whole.id), made_at)), SERVER_DEVICE, seen)
        record = Record(whole.kind, whole.id, home.root, home.scope, self._workspace.head + 1, mark, fields)
        flags.append(f"{BROUGHT_BACK}:{whole.id}")
        closed_records.call_back_owner(self._workspace, record)
        self._workspace.stage(record)


def _rests_on(change: Change) -> Iterator[tuple[str, str]]:
    """Give the records (and their kinds) without which a change means nothing: its own, and those that it belongs to."""
    parents = PARENTS.get(change.kind)
    if parents is None or change.op == "delete":
        return
    if change.op != "create":
        yield change.id, change.kind
    for name, kind in parents.items():
        edit = change.fields.get(name)
        if edit is not None and isinstance(edit.to, str):
            yield edit.to, kind


def _creation(whole: Whole, made_at: int) -> Change:
    """Say what a record holds as a change, without what only the server writes."""
    known = KINDS[whole.kind].fields
    kept = {name: value for name, value in whole.fields.items() if name in known and value is not None and _fits(known[name], value)}
    edits = {name: Edit(add=tuple(value)) if isinstance(value, list) else Edit(value) for name, value in kept.items()}
    return Change(whole.kind, whole.id, "create", pack(made_at), edits)


def _fits(field: FieldSpec, value: Value) -> bool:
    return field.policy is not Policy.SERVER and isinstance(value, list) == (field.policy is Policy.SET)


def _made(id_: str) -> int:
    """Say when a record was made, by its id; the beginning of time for an id that does not tell."""
    try:
        return max(0, instant_of(id_))
    except ValueError:
        return 0
