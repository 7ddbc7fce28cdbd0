"""What every test relies on: properties judged by their answers, never by how busy the machine is; browser tests last."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from sync_server.storage.database import Database
from tests.contract.stores import Ring, served_by
from tools.postgres import postgres

settings.register_profile("tournee", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", settings.get_profile("tournee"), derandomize=True, print_blob=True, database=None)
settings.load_profile("ci" if os.environ.get("CI") else "tournee")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run the browser tests after all others: Playwright keeps an event loop running, and what is quick should fail first.

    The few that take a minute by themselves begin: at the end one processor would wait for the other.
    """
    here = Path(__file__).parent
    items.sort(key=lambda item: (item.path.is_relative_to(here / "e2e"), not item.path.is_relative_to(here / "web")))


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """The URL of this run's own PostgreSQL."""
    if os.name != "posix":
        pytest.skip("the tests' own PostgreSQL listens on a Unix socket")
    with postgres() as url:
        yield url


@pytest.fixture(scope="session")
def ring(postgres_url: str) -> Iterator[Ring]:
    """Databases of PostgreSQL, used in turn."""
    ring = Ring(lambda turn: Database.connect(postgres_url, f"ring_{turn}"))
    yield ring
    ring.close()


@pytest.fixture(scope="session")
def memory() -> Iterator[Ring]:
    """SQLite databases in memory, used in turn."""
    ring = Ring(lambda _turn: Database.in_memory())
    yield ring
    ring.close()


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest) -> Iterator[str]:
    """The engine that ``stores.fresh`` gives databases of; a module that uses it runs on both."""
    ring = request.getfixturevalue("ring" if request.param == "postgresql" else "memory")
    with served_by(ring.fresh):
        yield request.param
