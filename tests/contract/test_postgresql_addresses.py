"""An address of PostgreSQL that is wrong is said to be, with what helps, and never shown: there is a password in it."""

import pytest
from sqlalchemy import make_url

from sync_server.config import Config, ConfigError
from sync_server.services.pull import PullService
from sync_server.storage import retrying
from sync_server.storage.postgresql import DatabaseUnreachable
from tests.sync_server.cli.conftest import Tournee, folder, organisation, tournee
from tests.sync_server.sync.test_http import Line

__all__ = ["folder", "organisation", "tournee"]
UNREADABLE = ("postgresql://[::1/x", "postgresql://u:geheim%nis@h/x", "postgresql://u:geheimnis@h/x?foo=bar", "postgresql://h:port/x")


@pytest.mark.parametrize("address", UNREADABLE)
def test_an_address_that_cannot_be_read_is_said_and_not_shown(tournee: Tournee, monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setenv("TOURNEE_SERVER_DATABASE", address)

    refused = tournee("user", "list")

    assert refused.exit_code == 1
    assert refused.output.startswith("TOURNEE_SERVER_DATABASE cannot be read as postgresql://"), refused.exception
    assert "nis" not in refused.output
    assert tournee("migrate-to", address).exit_code == 1


@pytest.mark.parametrize("hosts", ["one,two", "db.example.org:5432", "", "[::1]"])
def test_addresses_as_the_manual_has_them_are_taken(hosts: str) -> None:
    address = f"postgresql://tournee:SECRET@{hosts}/tournee?target_session_attrs=read-write&sslmode=verify-full"

    assert Config.read({"TOURNEE_SERVER_DATABASE": address}).database_url == address
    with pytest.raises(ConfigError):
        Config.read({"TOURNEE_SERVER_DATABASE": address + "&colour=red"})


@pytest.mark.parametrize("command", [("user", "list"), ("serve",), ("migrate",), ("init", "--name", "Maison Fournil")])
def test_a_database_that_is_not_there_is_not_said_to_be_used_by_another_process(
    tournee: Tournee, monkeypatch: pytest.MonkeyPatch, postgres_url: str, command: tuple[str, ...]
) -> None:
    monkeypatch.setattr(retrying, "_FIRST_WAIT_S", 0.0)
    monkeypatch.setenv("TOURNEE_SERVER_DATABASE", make_url(postgres_url).set(database="nowhere").render_as_string(hide_password=False))

    refused = tournee(*command)

    assert refused.exit_code == 1
    assert refused.output.startswith("There is no connection to PostgreSQL."), refused.exception
    assert 'database "nowhere" does not exist' in refused.output


def test_a_phone_hears_that_the_office_is_busy_while_its_database_cannot_be_reached(monkeypatch: pytest.MonkeyPatch) -> None:
    line = Line()

    def unreachable(*_given: object, **_named: object) -> object:
        raise DatabaseUnreachable

    monkeypatch.setattr(PullService, "brief", unreachable)

    assert line.problem("GET", "/v1/sync/pull") == (503, "storage_busy")
