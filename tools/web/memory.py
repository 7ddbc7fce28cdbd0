"""The memory of a Python that has imported the app, which a browser lays down, and the archives of what is not in it."""

from __future__ import annotations

import hashlib
import io
import json
import subprocess
import zipfile
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tools.web.parts import PartError, node

MAKER: Final = Path(__file__).with_name("memory.mjs")
LAID_WITH: Final = tuple(Path(__file__).with_name("page") / name for name in ("libraries.mjs", "unpack.mjs"))


@dataclass(frozen=True, slots=True)
class Memory:
    """The memory, and the names of the archives' files that it makes superfluous."""

    content: bytes
    known: frozenset[str]


def made(archives: Sequence[bytes], modules: Collection[str], pyodide: Path, kept: Path) -> Memory:
    """Give the memory in which ``modules`` of ``archives`` are imported. What was made of the same is taken from the folder ``kept``.

    Raises:
        PartError: they cannot be imported.
    """
    parts = (*archives, ",".join(modules).encode(), *(path.read_bytes() for path in (MAKER, *LAID_WITH, pyodide / "pyodide-lock.json")))
    name = hashlib.sha256("".join(hashlib.sha256(part).hexdigest() for part in parts).encode()).hexdigest()[:24]
    content, names = kept / f"{name}.memory", kept / f"{name}.names"
    if not names.exists():
        kept.mkdir(parents=True, exist_ok=True)
        _make(archives, modules, pyodide, (content, names))
    return Memory(content.read_bytes(), frozenset(json.loads(names.read_bytes())))


def _make(archives: Sequence[bytes], modules: Collection[str], pyodide: Path, targets: tuple[Path, Path]) -> None:
    given = [targets[0].with_suffix(f".{number}.in") for number in range(len(archives))]
    for path, archive in zip(given, archives, strict=True):
        path.write_bytes(archive)
    partial = [target.with_suffix(f"{target.suffix}.partial") for target in targets]
    command = (*node(), MAKER, pyodide, *partial, ",".join(modules), *given)
    done = subprocess.run([str(each) for each in command], capture_output=True, text=True, encoding="utf-8", check=False)
    for path in given:
        path.unlink()
    if done.returncode:
        raise PartError(f"The app cannot be imported under Pyodide:\n{done.stderr.strip()[-2000:]}")
    for path, target in zip(partial, targets, strict=True):
        path.replace(target)


def without(archive: bytes, names: Collection[str]) -> bytes:
    """Give ``archive`` without the files called ``names``."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as given, zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as left:
        for entry in given.infolist():
            if entry.filename not in names:
                left.writestr(entry, given.read(entry))
    return buffer.getvalue()
