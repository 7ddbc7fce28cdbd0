"""No statement of a round reads a whole table: what a round costs does not grow with the organisation."""

from typing import Any

from sqlalchemy import Engine, event

from shared.sync.change import Edit
from tests.sync_server.world import World

SMALL = frozenset({"meta", "scope_digest"})
"""What has a handful of rows in any organisation."""


class Plans:
    """How SQLite means to run each statement that reads or changes rows."""

    def __init__(self, engine: Engine) -> None:
        self.whole: dict[str, str] = {}
        event.listen(engine, "before_cursor_execute", self._explain)

    def _explain(self, _connection: object, cursor: Any, statement: str, parameters: Any, *_: object) -> None:  # noqa: ANN401 - the driver's
        if not statement.startswith(("SELECT", "UPDATE", "DELETE")):
            return
        one = parameters[0] if isinstance(parameters, list) else parameters
        for *_numbers, step in cursor.connection.execute(f"EXPLAIN QUERY PLAN {statement}", one):
            words = step.split()
            if words[0] == "SCAN" and "VIRTUAL" not in words and words[1] not in SMALL:
                self.whole[statement] = step


def test_no_statement_of_a_push_and_a_pull_reads_a_whole_table() -> None:
    world = World()
    accounts = [world.account(f"Fournil {number}") for number in range(5)]
    phone, other = world.phone(world.elodie), world.phone(world.marie)
    phone.pull()
    plans = Plans(world.database.engine)

    phone.push_all(*(phone.edit("account", account, city="Vienne", tags=Edit(add=("fair",))) for account in accounts))
    phone.push_all(phone.edit("account", accounts[0], territory_id=world.nantes))
    other.pull()
    other.push_all(other.edit("account", accounts[1], territory_id=world.nantes))
    phone.pull()

    assert plans.whole == {}
