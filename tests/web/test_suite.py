"""The device's own tests, inside the Python that a browser's device has. What fails there is a bug like any other."""

from __future__ import annotations

import ast
from pathlib import Path

from tests.test_faults import ROOT, numbers_of
from tests.web.pyodide import run_in_pyodide

FOLDERS = ("tests/mobile_app/data", "tests/mobile_app/sync", "tests/shared")
"""Store, vault, keys, repositories, search; engine, schedule, HTTP; merge, overlay, codec, rules."""

LEFT_OUT = {
    "tests/mobile_app/data/test_renditions.py": "thumbnails need Pillow, which a browser does not have: the whole picture is used",
    "tests/shared/rules/test_pictures.py": "its pictures are made with Pillow",
    "tests/shared/test_encodings.py": "zstd needs its library; a browser packs with gzip and unpacks by itself",
}
"""With the reason. Beside them the screens' tests (a client is needed) and the simulation's (its server cannot run there)."""

NOT_ASKED = {
    "tests/shared/sync/test_text3.py::test_no_text_takes_long_to_merge_whatever_its_lines": (
        "it bounds processor time, which a browser's Python does not tell from waiting"
    ),
}

FAULTS = {1, 2, 3, 6, 7, 13, 16, 24, 26, 30, 31, 32}
"""Those of docs/faults.md that a device in a browser meets."""


def test_each_fault_that_a_browser_meets_is_among_them() -> None:
    met = set()
    for path in (path for folder in FOLDERS for path in (ROOT / folder).rglob("test_*.py")):
        if path.relative_to(ROOT).as_posix() not in LEFT_OUT:
            found = ast.parse(path.read_text(encoding="utf-8")).body
            met |= {number for node in found if isinstance(node, ast.FunctionDef) for number in numbers_of(node.name)}

    assert sorted(FAULTS - met) == []


def test_the_device_passes_its_tests_in_a_browsers_python(tmp_path: Path) -> None:
    ignored = [*(f"--ignore={path}" for path in LEFT_OUT), *(f"--deselect={name}" for name in NOT_ASKED)]

    done = run_in_pyodide("tests.web.inside", "--tb=short", *FOLDERS, *ignored, folder=tmp_path, seconds=900)

    assert done.status == 0, done.output[-6_000:]
