"""Where a change of a customer goes that was merged into another one: to the one that stands."""

from shared.models.registry import ROOT
from shared.rules.merging import survivor
from shared.sync.change import Change
from shared.sync.policy import Value
from sync_server.services.workspace import Workspace


def target_of(workspace: Workspace, change: Change) -> str:
    """Give the id of the record that ``change`` is for: its own, or that of its customer's survivor.

    A deletion stays with the duplicate: nobody who deletes it means the customer that stands.
    """
    if change.kind != ROOT or change.op != "update" or not _merged_into(workspace, change.id):
        return change.id

    def into(id_: str) -> str | None:
        named = _merged_into(workspace, id_)
        if not named:
            return None
        standing = workspace.record(str(named))
        return standing.id if standing is not None and standing.kind == ROOT and standing.live else None

    return survivor(change.id, into)


def _merged_into(workspace: Workspace, id_: str) -> Value:
    record = workspace.record(id_)
    return None if record is None else record.value("merged_into")
