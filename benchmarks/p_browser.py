"""P5, P6 and P8 in a browser's Python: the same work inside Pyodide and natively, in one run.

Pyodide runs under Node, which has the engine of Chromium and the same WebAssembly, but not a browser's file system: the device's files
lie in memory there, and a flush costs nothing. There is no goal.
"""

from __future__ import annotations

import asyncio
import json
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks.anywhere import worked
from benchmarks.figures import middle, milliseconds, p95, report
from mobile_app.bootstrap import Ports
from tests.web.pyodide import HERE, run_in_pyodide


async def main(count: int = 10_000, runs: int = 200) -> None:
    """Measure and report."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        asked = ("benchmarks.anywhere", f"{HERE}/seconds.json", str(count), str(runs))
        done = await asyncio.to_thread(run_in_pyodide, *asked, folder=folder, seconds=900)
        if done.status:
            raise RuntimeError(done.output[-2_000:])
        browser = json.loads((folder / "seconds.json").read_text(encoding="utf-8"))
        native = await worked(folder / "native", Ports(), count, runs)
    _report("P5-browser", browser["save"], native["save"], f"a save on a phone with {count} records")
    _report("P6-browser", browser["first"], native["first"], f"an unlock of {count} records until today's stops are there")
    _report("P6-browser", browser["everything"], native["everything"], f"an unlock of {count} records until all is searchable")
    _report("P8-browser", browser["search"], native["search"], f"a query among {count} customers")


def _report(name: str, browser: Sequence[float], native: Sequence[float], what: str) -> None:
    report(
        name,
        middle(browser) / middle(native),
        None,
        f"the same natively: {what}, {milliseconds(middle(native))} ms at the median",
        p50_ms=milliseconds(middle(browser)),
        p95_ms=milliseconds(p95(browser)),
        native_p50_ms=milliseconds(middle(native)),
        native_p95_ms=milliseconds(p95(native)),
    )


if __name__ == "__main__":
    asyncio.run(main())
