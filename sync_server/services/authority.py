"""Who may write what: a change's record, its root and all it refers to must be within the device's scopes (PROTOCOL 13)."""

from shared.models.registry import KINDS, ROOT
from shared.sync.change import Change
from shared.sync.merge import Home
from shared.sync.policy import KindSpec
from shared.sync.record import ERASED, Record
from sync_server.services.identity import DeviceIdentity
from sync_server.services.refusal import refused, unknown
from sync_server.services.scopes import Grants, active, territory_scope
from sync_server.services.validation import is_id
from sync_server.services.workspace import Workspace
from sync_server.storage.records import Place
from sync_server.storage.tombstones import Dropped

MANAGER = "manager"
PAST_ASSIGNMENT = "past_assignment"
"""Flag: written in a territory that was its author's when she wrote it, and is no more."""
MOVED_AWAY = "moved_away"
"""Flag: written about an account that has since moved to a territory that is not its author's."""
PAST_ROLE = "past_role"
"""Flag: written in a role that its author has no more."""


class Authority:
    """Judges the changes of one device. What it may not see answers like what does not exist."""

    def __init__(self, workspace: Workspace, device: DeviceIdentity, grants: Grants) -> None:
        self._workspace = workspace
        self._device = device
        self._grants = grants

    def led(self, made_at: int, flags: list[str]) -> bool:
        """Say whether the device's user leads others, or did when a change was made."""
        if self._device.role == MANAGER:
            return True
        did = self._grants.role_then(made_at) == MANAGER
        _flag(flags, PAST_ROLE, raised=did)
        return did

    def spec_of(self, change: Change) -> KindSpec:
        """Give the kind of a change that devices may write.

        Raises:
            TransactionRefusedError: an unknown kind, one that only the server writes, or an id that is none.
        """
        spec = KINDS.get(change.kind)
        if spec is None:
            raise refused("unknown_kind", change)
        if not spec.writable:
            raise refused("server_kind", change)
        if not is_id(change.id):
            raise refused("bad_id", change)
        return spec

    def admit(self, change: Change, spec: KindSpec, made_at: int, flags: list[str]) -> None:
        """Let a change pass if its record, where there is one, and all its references are within reach.

        Raises:
            TransactionRefusedError: something is unknown or out of scope, which is the same answer.
        """
        place = self._workspace.place(change.id)
        if place is not None and (place.kind != change.kind or not self._may_write(place, made_at, flags)):
            raise unknown(change)
        for name, kind in spec.references.items():
            edit = change.fields.get(name)
            if edit is not None and edit.to is not None and not self._reaches(edit.to, kind, made_at, flags):
                raise unknown(change, name)

    def _reaches(self, target: object, kind: str, made_at: int, flags: list[str]) -> bool:
        place = self._workspace.place(str(target))
        if place is None:
            return self.may_bring_back(str(target), kind, made_at, flags)
        if place.kind != kind or place.deleted == ERASED:
            return False
        return active(place.scope) in self._grants.visible or self._may_write(place, made_at, flags)

    def may_write(self, record: Record, made_at: int) -> bool:
        """Say whether a record may be written that is there, by a change made at ``made_at``."""
        return self._may_write(record, made_at, [])

    def may_bring_back(self, id_: str, kind: str, made_at: int, flags: list[str]) -> bool:
        """Say whether a record was of this kind and within reach whose tombstone was dropped."""
        was = self._workspace.dropped(id_)
        return was is not None and was.kind == kind and self._may_write(was, made_at, flags)

    def _may_write(self, place: Place | Record | Dropped, made_at: int, flags: list[str]) -> bool:
        """Judge by where the record is now, and by where its root was when the change was made."""
        if self._may_write_in(active(place.scope), made_at, flags):
            return True
        if not self._grants.then(made_at):
            return False
        allowed = self._workspace.scope_then(place.root, made_at) in self._grants.then(made_at)
        _flag(flags, MOVED_AWAY, raised=allowed)
        return allowed

    def _may_write_in(self, scope: str, made_at: int, flags: list[str]) -> bool:
        if scope in self._grants.current:
            return True
        allowed = scope in self._grants.then(made_at)
        _flag(flags, PAST_ASSIGNMENT, raised=allowed)
        return allowed

    def home_of(self, change: Change, spec: KindSpec, made_at: int, flags: list[str]) -> Home:
        """Say where a new record belongs.

        Raises:
            TransactionRefusedError: its root, or an account's territory, is missing or out of scope.
        """
        if change.kind == ROOT:
            return Home(change.id, self._territory(change, made_at, flags))
        root = self.root_named(change, spec, made_at, flags)
        return Home(root.id, root.scope)

    def _territory(self, change: Change, made_at: int, flags: list[str]) -> str:
        edit = change.fields.get("territory_id")
        if edit is None or not edit.to:
            raise refused("required", change, "territory_id")
        scope = territory_scope(edit.to)
        if not self._may_write_in(scope, made_at, flags):
            raise unknown(change, "territory_id")
        return scope

    def root_named(self, change: Change, spec: KindSpec, made_at: int, flags: list[str]) -> Place | Record:
        """Give the root that a change names as its record's parent.

        Raises:
            TransactionRefusedError: none is named, or it is out of scope.
        """
        parent = spec.parent or ""
        edit = change.fields.get(parent)
        root = self._workspace.place(str(edit.to)) if edit is not None and edit.to is not None else None
        if root is None or root.kind != ROOT or not self._may_write(root, made_at, flags):
            raise unknown(change, parent)
        return root

    def may_move(self, change: Change, target: str, made_at: int, flags: list[str]) -> None:
        """Let an account go to another territory's scope.

        Raises:
            TransactionRefusedError: the author leads nobody, or the target is not hers.
        """
        if not self.led(made_at, flags):
            raise refused("manager_only", change, "territory_id")
        if not self._may_write_in(target, made_at, flags):
            raise unknown(change, "territory_id")


def _flag(flags: list[str], name: str, *, raised: bool) -> None:
    if raised and name not in flags:
        flags.append(name)
