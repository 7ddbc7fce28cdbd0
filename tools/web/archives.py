"""One archive of Python for the browser: compiled by the Pyodide that will run it, so that nothing is compiled at a start."""

from __future__ import annotations

import hashlib
import io
import subprocess
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from tools.web.parts import PartError, node

COMPILER: Final = Path(__file__).with_name("compile.mjs")


def archive(files: Iterable[tuple[str, Path]], pyodide: Path, kept: Path) -> bytes:
    """Give the compiled archive of ``files``. The same files under the same Pyodide are compiled once, into the folder ``kept``.

    Raises:
        PartError: a file does not compile.
    """
    given = _zipped(files)
    name = hashlib.sha256(given + COMPILER.read_bytes() + (pyodide / "pyodide-lock.json").read_bytes()).hexdigest()[:24]
    compiled = kept / f"{name}.zip"
    if not compiled.exists():
        kept.mkdir(parents=True, exist_ok=True)
        source, partial = kept / f"{name}.in", kept / f"{name}.partial"
        source.write_bytes(given)
        _compile(source, partial, pyodide)
        source.unlink()
        partial.replace(compiled)
    return compiled.read_bytes()


def _zipped(files: Iterable[tuple[str, Path]]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as packed:
        for name, path in sorted(files):
            packed.writestr(zipfile.ZipInfo(name), path.read_bytes())
    return buffer.getvalue()


def _compile(source: Path, target: Path, pyodide: Path) -> None:
    command = (*node(), str(COMPILER), str(pyodide), str(source), str(target))
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
    if done.returncode:
        raise PartError(f"The Python of the app does not compile under Pyodide:\n{done.stderr.strip()[-2000:]}")
