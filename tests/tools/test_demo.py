"""The demo's settings, words and care with data; what it starts is tested where it lives."""

from __future__ import annotations

import socket
from datetime import date, timedelta
from pathlib import Path

import pytest

from tools.demo import DemoError, Settings, built_app, main, require_free, reset, services, welcome


def settings(tmp_path: Path) -> Settings:
    """Return the settings of a demo on ports that nobody listens on."""
    return Settings(app_port=1, sync_port=2, data=tmp_path)


def finished(demo: Settings) -> Settings:
    """Put an organisation where the demo makes its own."""
    demo.organisation.mkdir()
    (demo.organisation / "accounts.txt").write_text("elodie  bonjour-2026\n", encoding="utf-8")
    return demo


def test_the_ports_come_from_the_environment_and_have_defaults() -> None:
    assert Settings.read({}).app_url == "http://127.0.0.1:8550"
    assert Settings.read({"SYNC_PORT": "9001"}).sync_url == "http://127.0.0.1:9001"


@pytest.mark.parametrize("port", ["http", "0", "65536", "-1", "85.5"])
def test_a_port_that_is_none_is_refused_in_a_sentence(port: str) -> None:
    with pytest.raises(DemoError, match=r"APP_PORT is .* no port"):
        Settings.read({"APP_PORT": port})


def test_one_port_for_both_is_refused() -> None:
    with pytest.raises(DemoError, match="a port each"):
        Settings.read({"APP_PORT": "9000", "SYNC_PORT": "9000"})


def test_a_taken_port_is_named_with_the_way_out() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        with pytest.raises(DemoError, match=rf"Port {port} is taken.*APP_PORT=.* make demo"):
            require_free("APP_PORT", port)


def test_a_demo_that_cannot_start_says_so_and_fails(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("APP_PORT", "none")

    status = main([])

    assert status == 1
    assert "APP_PORT" in capsys.readouterr().err


def test_the_server_is_told_the_app_that_it_gives_to_browsers_and_the_apps_own_port(tmp_path: Path) -> None:
    (server,) = services(settings(tmp_path), tmp_path / "build")

    assert server.url == "http://127.0.0.1:1/app/"
    assert server.command[-2:] == ("--port", "2")
    assert server.env == {"PYTHONUTF8": "1", "TOURNEE_SERVER_APP": str(tmp_path / "build"), "TOURNEE_SERVER_APP_PORT": "1"}


def test_where_the_app_for_browsers_cannot_be_built_that_is_said_and_the_demo_goes_on(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def refused() -> Path:
        raise DemoError("npm has no registry")

    assert built_app(settings(tmp_path), refused) is None
    assert "cannot be built here" in capsys.readouterr().err
    assert "npm has no registry" in (tmp_path / "web.log").read_text(encoding="utf-8")


def test_an_app_beside_the_server_is_told_its_port_its_folder_and_the_server(tmp_path: Path) -> None:
    server, app = services(settings(tmp_path), None)

    assert server.url.startswith("http://127.0.0.1:2/")
    assert app.env == {
        "PYTHONUTF8": "1",
        "APP_HOST": "127.0.0.1",
        "APP_PORT": "1",
        "TOURNEE_DATA": str(tmp_path / "devices"),
        "TOURNEE_SERVER": "http://127.0.0.1:2",
    }


def test_the_welcome_names_accounts_and_pins_and_ends_with_the_ready_line(tmp_path: Path) -> None:
    demo = finished(settings(tmp_path))
    made = date.fromtimestamp((demo.organisation / "accounts.txt").stat().st_mtime)  # noqa: DTZ012 - the day where the demo runs

    words = welcome(demo, made)

    assert "elodie  bonjour-2026" in words
    assert "PIN" in words
    assert "demo-reset" not in words
    assert words.splitlines()[-1] == "ready: http://127.0.0.1:1"


def test_tours_of_another_day_are_said_to_be_so(tmp_path: Path) -> None:
    demo = finished(settings(tmp_path))
    made = date.fromtimestamp((demo.organisation / "accounts.txt").stat().st_mtime)  # noqa: DTZ012 - the day where the demo runs

    words = welcome(demo, made + timedelta(days=1))

    assert f"Its tours are those of {made}" in words


def test_a_reset_deletes_the_demo_and_nothing_else_in_its_folder(tmp_path: Path) -> None:
    demo = finished(settings(tmp_path))
    demo.devices.mkdir()
    (tmp_path / "app.log").touch()
    (tmp_path / "thesis.odt").touch()

    reset(demo)

    assert [path.name for path in tmp_path.iterdir()] == ["thesis.odt"]
