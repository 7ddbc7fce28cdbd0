"""The memory that a browser lays down is the same whenever it is made, and says which files it makes superfluous."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

from tools.web import memory, parts

SOURCES = {
    "chance.py": "import random, time\nknown = {random.random(), time.time(), time.monotonic(), hash('word')}\n",
    "later.py": "import missing\n",
    "words.txt": "",
}


def archive() -> bytes:
    """Return an archive of the sources."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as packed:
        for name, source in SOURCES.items():
            packed.writestr(name, source)
    return buffer.getvalue()


def test_neither_the_hour_nor_chance_is_kept_in_a_memory(tmp_path: Path) -> None:
    pyodide = parts.fetch(parts.read()) / "client" / "pyodide"

    one, two = (memory.made((archive(),), ("chance",), pyodide, tmp_path / name) for name in ("one", "two"))

    assert one == two
    assert one.known == {"chance.py"}


def test_what_is_in_the_memory_is_left_out_of_the_archive() -> None:
    left = memory.without(archive(), {"chance.py"})

    assert zipfile.ZipFile(io.BytesIO(left)).namelist() == ["later.py", "words.txt"]
