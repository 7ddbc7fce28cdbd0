"""Visits on the server: who may review, and what is kept as evidence of where and when. Facts are never altered."""

from collections.abc import Callable, Mapping
from typing import Final

from shared.sync.change import Change
from shared.sync.policy import Value
from shared.sync.record import Record
from sync_server.services.refusal import refused

ARRIVAL_OFF: Final = "arrival_off"
PLACE_MOCKED: Final = "place_mocked"
TOLERANCE_MS: Final = 15 * 60 * 1000
"""How far an arrival may be from the moment it was written down before it is flagged."""

OUT_OF_ORDER: Final = "left_before_arrived"
_TIMES: Final = ("arrived_at", "left_at")
_REVIEW: Final[tuple[str, ...]] = ("comment", "reviewed_by", "reviewed_at")
_REVIEWED: Final = "reviewed"
_ENDED: Final = "checked_out"


def check_rights(change: Change, before: Record | None, user_id: str, led: Callable[[], bool]) -> None:
    """Let only who leads others (``led``) comment on and review visits, and only in her own name. What stands anybody may say again.

    Raises:
        TransactionRefusedError: somebody else does.
    """
    if change.kind != "visit":
        return
    told = {name for name, edit in change.fields.items() if before is not None and edit.to == before.value(name)}
    written = [name for name in _REVIEW if name in change.fields and name not in told]
    state = change.fields.get("state")
    if state is not None and state.to == _REVIEWED and "state" not in told:
        written.append("state")
    if written and not led():
        raise refused("manager_only", change, written[0])
    reviewer = change.fields.get("reviewed_by")
    if reviewer is not None and reviewer.to not in (None, user_id) and "reviewed_by" not in told:
        raise refused("own_name_only", change, "reviewed_by")


def of_two(change: Change, after: Record) -> bool:
    """Whether arrival and departure, as they stand and as they were written, are two people's: each was there at a time of his own."""
    times = [name for name in _TIMES if after.value(name) is not None]
    lost = any(name in change.fields and change.fields[name].to != after.value(name) for name in _TIMES)
    return lost or len({after.mark_of(name).device for name in times}) > 1


def unreviewed(fields: Mapping[str, Value]) -> dict[str, Value]:
    """Give a visit's values as they were before anybody reviewed it."""
    rest = {name: value for name, value in fields.items() if name not in _REVIEW}
    return rest | {"state": _ENDED} if rest.get("state") == _REVIEWED else rest


def gather_evidence(change: Change, made_at: int, offset: int, flags: list[str]) -> None:
    """Flag an arrival that is far from the moment it was written (both by the server's clock), or whose place was mocked."""
    if change.kind != "visit":
        return
    arrived, mocked = change.fields.get("arrived_at"), change.fields.get("arrived_mocked")
    if arrived is not None and isinstance(arrived.to, int) and abs(arrived.to + offset - made_at) > TOLERANCE_MS:
        flags.append(f"{ARRIVAL_OFF}:{change.id}")
    if mocked is not None and mocked.to is True:
        flags.append(f"{PLACE_MOCKED}:{change.id}")
