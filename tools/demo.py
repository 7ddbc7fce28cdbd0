"""The demo on one machine: an organisation on SQLite, and its sync server, which gives the app to browsers, where it runs whole.

Run as ``python -m tools.demo``; with ``--beside`` the app runs beside the server and a browser only shows it, which starts again in a
moment; with ``--reset`` the demo's data is deleted. ``APP_PORT``, ``SYNC_PORT`` and ``DEMO_DATA`` say where.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from tools.supervisor import Service, Supervisor, stop_on_signals

ROOT = Path(__file__).parents[1]
HOST = "127.0.0.1"
ORGANISATION = "Maison Fournil"
INSTEAD = "So the app runs on this machine beside its server, and a browser only shows it: not without a connection, and it keeps nothing."
UTF8 = {"PYTHONUTF8": "1"}  # names are French and Greek, whatever the console's encoding
CLI = (sys.executable, "-m", "sync_server.cli")


class DemoError(Exception):
    """The demo cannot start; the message says why and what helps."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Where the demo listens and keeps its data."""

    app_port: int
    sync_port: int
    data: Path

    @classmethod
    def read(cls, env: Mapping[str, str]) -> Settings:
        """Read the environment.

        Raises:
            DemoError: a port is not a number between 1 and 65535, or both are the same.
        """
        app, sync = _port(env, "APP_PORT", 8550), _port(env, "SYNC_PORT", 8551)
        if app == sync:
            message = f"APP_PORT and SYNC_PORT are both {app}; they need a port each."
            raise DemoError(message)
        return cls(app, sync, Path(env.get("DEMO_DATA", ROOT / "var/demo")))

    @property
    def organisation(self) -> Path:
        """The sync server's folder."""
        return self.data / "server"

    @property
    def unfinished(self) -> Path:
        """The sync server's folder while it is being made."""
        return self.data / "server.partial"

    @property
    def devices(self) -> Path:
        """The folder of the devices' sealed vaults."""
        return self.data / "devices"

    @property
    def app_url(self) -> str:
        """Where a browser opens the app."""
        return f"http://{HOST}:{self.app_port}"

    @property
    def sync_url(self) -> str:
        """The server address that a device enrols at."""
        return f"http://{HOST}:{self.sync_port}"


def _port(env: Mapping[str, str], name: str, default: int) -> int:
    text = env.get(name) or str(default)
    if not text.isdecimal() or not 0 < int(text) < 65536:
        message = f"{name} is {text!r}, which is no port: a number from 1 to 65535 is."
        raise DemoError(message)
    return int(text)


def require_free(name: str, port: int) -> None:
    """Make sure that nobody listens on ``port``.

    Raises:
        DemoError: somebody does.
    """
    with socket.socket() as probe:
        if probe.connect_ex((HOST, port)) == 0:
            message = f"Port {port} is taken, perhaps by a demo that still runs. Stop it, or choose another: {name}={port + 10} make demo"
            raise DemoError(message)


def create_organisation(settings: Settings) -> None:
    """Create and fill the demo organisation unless it is there. An interrupted attempt leaves nothing that looks complete."""
    if settings.organisation.exists():
        return
    print("Creating the demo organisation: customers, products, a year of visits and quotes ...", flush=True)
    partial = settings.unfinished
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    _run(*CLI, "init", "--data", str(partial), "--name", ORGANISATION)
    (partial / "accounts.txt").write_text(_run(*CLI, "seed-demo", "--data", str(partial)), encoding="utf-8")
    partial.rename(settings.organisation)


def _run(*command: str) -> str:
    env = {**os.environ, **UTF8}
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, encoding="utf-8", check=False)
    if done.returncode:
        message = f"{' '.join(command[1:])} failed:\n{done.stdout}{done.stderr}"
        raise DemoError(message)
    return done.stdout


def _build() -> Path:
    return Path(_run(sys.executable, "-m", "tools.web.build").splitlines()[-1])


def built_app(settings: Settings, build: Callable[[], Path] = _build) -> Path | None:
    """Build the app for browsers unless it is there, and give its folder; where it cannot be built that is said, and None given."""
    print("Building the app for browsers: a minute or two the first time, seconds later ...", flush=True)
    try:
        return build()
    except DemoError as error:
        log = settings.data / "web.log"
        log.write_text(f"{error}\n", encoding="utf-8")
        print(f"It cannot be built here; {log} says why. {INSTEAD}", file=sys.stderr, flush=True)
        return None


def services(settings: Settings, app: Path | None) -> list[Service]:
    """Return what the supervisor runs: the sync server with the ``app`` for browsers, or where there is none the app beside it."""
    serve = (*CLI, "serve", "--data", str(settings.organisation), "--host", HOST, "--port", str(settings.sync_port))
    log = settings.data / "server.log"
    if app is not None:
        env = {**UTF8, "TOURNEE_SERVER_APP": str(app), "TOURNEE_SERVER_APP_PORT": str(settings.app_port)}
        return [Service("The sync server", serve, f"{settings.app_url}/app/", log, env)]
    app_env = {
        **UTF8,
        "APP_HOST": HOST,
        "APP_PORT": str(settings.app_port),
        "TOURNEE_DATA": str(settings.devices),
        "TOURNEE_SERVER": settings.sync_url,
    }
    return [
        Service("The sync server", serve, f"{settings.sync_url}/readyz", log, UTF8),
        Service("The app", (sys.executable, str(ROOT / "main.py")), f"{settings.app_url}/", settings.data / "app.log", app_env),
    ]


def welcome(settings: Settings, today: date) -> str:
    """Return what a person needs to begin, the line that says it is ready last."""
    made = datetime.fromtimestamp((settings.organisation / "accounts.txt").stat().st_mtime, UTC).astimezone().date()
    stale = "" if made == today else f"Its tours are those of {made}; `make demo-reset` makes new ones, for today.\n"
    return (
        f"\n{(settings.organisation / 'accounts.txt').read_text(encoding='utf-8').strip()}\n\n"
        f"The app         {settings.app_url}\n"
        f"The sync server {settings.sync_url}\n"
        f"Logs and data   {settings.data}\n\n"
        "Sign in with one of the accounts. You choose the PIN then, for that browser profile; the one above is a suggestion.\n"
        "A private window is a second device.\n"
        f"{stale}Ctrl-C stops the demo and keeps its data.\n\n"
        f"ready: {settings.app_url}"
    )


def start(settings: Settings, *, beside: bool = False) -> int:
    """Run the demo until it is stopped, with the app in the browser or ``beside`` the server; return the exit status."""
    require_free("APP_PORT", settings.app_port)
    require_free("SYNC_PORT", settings.sync_port)
    create_organisation(settings)
    app = None if beside else built_app(settings)
    with stop_on_signals() as stop:
        supervisor = Supervisor(services(settings, app), stop, lambda line: print(line, file=sys.stderr, flush=True))
        return supervisor.run(lambda: print(welcome(settings, datetime.now(UTC).astimezone().date()), flush=True))


def reset(settings: Settings) -> int:
    """Delete what the demo made, and nothing else that is in its folder; return the exit status."""
    require_free("SYNC_PORT", settings.sync_port)
    for folder in (settings.organisation, settings.unfinished, settings.devices):
        shutil.rmtree(folder, ignore_errors=True)
    for log in settings.data.glob("*.log"):
        log.unlink()
    return 0


def main(arguments: Sequence[str]) -> int:
    """Start the demo, or delete its data; return the exit status."""
    try:
        settings = Settings.read(os.environ)
        return reset(settings) if "--reset" in arguments else start(settings, beside="--beside" in arguments)
    except DemoError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
