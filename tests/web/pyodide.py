"""Runs a module of the tests inside Pyodide, under Node: the Python, the SQLite and the packages that a browser's device has."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from tools.web import parts, patches

ROOT: Final = Path(__file__).parents[2]
HERE: Final = "/here"
TESTING: Final = ("hypothesis", "iniconfig", "packaging", "pluggy", "pygments", "pytest", "sortedcontainers")


@dataclass(frozen=True, slots=True)
class Done:
    """How it ended."""

    status: int
    output: str


def run_in_pyodide(
    module: str,
    *args: str,
    folder: Path,
    mounts: Mapping[Path, str] | None = None,
    env: Mapping[str, str] | None = None,
    seconds: float = 300,
) -> Done:
    """Run ``module`` as ``__main__``; its ``HERE`` is ``folder``, and each of ``mounts`` is seen under its name."""
    told = parts.read()
    base, testing = parts.fetch(told), parts.fetch(_testing(told))
    cache = parts.HOME / "pycache"
    cache.mkdir(exist_ok=True)
    asked = {
        "client": str(_client(base, folder)),
        "js": str(_javascript(base, folder)),
        "mounts": {
            str(ROOT): "/work",
            str(base / "site"): "/site",
            str(testing / "site"): "/testing",
            str(cache): "/cache",
            str(folder): HERE,
            **{str(there): here for there, here in (mounts or {}).items()},
        },
        "module": module,
        "args": [module, *args],
        "env": {"HOME": HERE, "TMPDIR": HERE, **(env or {})},
    }
    command = [*parts.node(), str(ROOT / "tests/web/host.mjs"), json.dumps(asked)]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", timeout=seconds, check=False, env=_environment())
    return Done(done.returncode, done.stdout + done.stderr)


def seen_in_pyodide(module: str, folder: Path) -> dict[str, Any]:
    """Run ``module``, which ends well and writes what it saw into the file that is its argument; give that."""
    done = run_in_pyodide(module, f"{HERE}/found.json", folder=folder)
    assert done.status == 0, done.output
    seen: dict[str, Any] = json.loads((folder / "found.json").read_text(encoding="utf-8"))
    return seen


def _testing(told: parts.Parts) -> parts.Parts:
    return replace(told, client="", npm=(), locked=parts.locked(TESTING, parts.LOCK.with_name("dev.txt")))


def _client(base: Path, folder: Path) -> Path:
    """Pyodide as the build changes it."""
    made = folder / "client"
    (made / "pyodide").mkdir(parents=True, exist_ok=True)
    for path in (base / "client/pyodide").iterdir():
        name = f"pyodide/{path.name}"
        content = path.read_bytes() if path.suffix == ".mjs" else b""
        if content and (changed := patches.patched(name, content)) != content:
            (made / name).write_bytes(changed)
        elif not (made / name).exists():
            (made / name).symlink_to(path)
    return made


def _javascript(base: Path, folder: Path) -> Path:
    """The app's JavaScript where Node finds what it imports."""
    made = folder / "js"
    shutil.copytree(ROOT / "mobile_app/web/js", made / "app", dirs_exist_ok=True)
    if not (made / "node_modules").exists():
        (made / "node_modules").symlink_to(base / "node_modules", target_is_directory=True)
    return made / "app"


def _environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith(("NODE_", "PYTHON"))}
