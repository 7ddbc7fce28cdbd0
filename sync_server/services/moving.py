"""An organisation that moves from one database to another, of whichever engine: whole, verified, and never to live in both.

The two commit one after the other. So what is copied says that it is arriving, and serves nobody; then what is left says that it moved, and
serves nobody either; then the copy says no more that it is arriving. A move that was cut off in between is finished by the same one again.
"""

from dataclasses import dataclass

from sqlalchemy import Connection

from shared.errors import TourneeError
from sync_server.services import epochs
from sync_server.services.organisation import load_organisation
from sync_server.services.seeding import NotEmpty
from sync_server.storage import dump, meta
from sync_server.storage.database import Database
from sync_server.storage.postgresql import be_patient


class MoveDiffers(TourneeError):  # noqa: N818 - named like the rest of the tree
    """What arrived is not what left; nothing of it was kept."""

    code = "move_differs"


@dataclass(frozen=True, slots=True)
class Moved:
    """How much moved: rows of all tables, and scopes, whose digests are equal."""

    rows: int
    scopes: int


def move(source: Database, target: Database, where: str) -> Moved:
    """Copy everything, sessions too, table by table in one transaction; then the source serves nobody any more, and says ``where`` it went.

    Nobody writes to either meanwhile. The epoch stays: devices notice nothing but a pause. Repeatable until it is done.

    Raises:
        NotInitialised: there is no organisation in the source.
        OrganisationMoved: it left before.
        NotEmpty: the target holds something, which is not what such a move left there.
        MoveDiffers: a count or a digest differs. Nothing was kept, and the source goes on.
        TextUnstorable: the target is PostgreSQL, which cannot keep one of the texts. Nothing was kept, and the source goes on.
    """
    with source.write() as here:
        be_patient(here)
        organisation = load_organisation(here).id
        if meta.get(here, meta.MOVED) != where:
            epochs.standing(here)
            with target.write() as there:
                be_patient(there)
                _copy(here, there, organisation)
            meta.put(here, meta.MOVED, where)
    with target.write() as there:
        if meta.get(there, meta.ARRIVING) != organisation:
            raise epochs.OrganisationMoved
        meta.remove(there, meta.ARRIVING)
        return Moved(sum(dump.counts(there, dump.everything()).values()), len(dump.kept_digests(there)))


def _copy(here: Connection, there: Connection, organisation: str) -> None:
    if meta.get(there, meta.ARRIVING) == organisation:
        dump.clear(there)
    if any(dump.counts(there, dump.everything()).values()):
        raise NotEmpty
    for table in dump.everything():
        for batch in dump.rows(here, table):
            dump.fill(there, table, dump.columns(table), batch)
    counts, digests = dump.counts(here, dump.everything()), dump.kept_digests(here)
    same = counts == dump.counts(there, dump.everything()) and digests == dump.kept_digests(there) == dump.counted_digests(there)
    if not same:
        raise MoveDiffers
    meta.put(there, meta.ARRIVING, organisation)
