"""Kills a phone or its server, with SIGKILL and in real processes, at each named point in turn: ``python -m tools.kills --runs 500``."""

from __future__ import annotations

import argparse
import shutil
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from tests.kills.points import POINTS
from tests.kills.runs import Template, run


def main(arguments: Sequence[str] | None = None) -> int:
    """Return 1 when anything was lost or doubled, or when a point was never died at."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition(":")[0])
    parser.add_argument("--runs", type=int, default=500)
    parser.add_argument("--first", type=int, default=1)
    wanted = parser.parse_args(arguments)
    died: Counter[str] = Counter()
    wrong = 0
    with tempfile.TemporaryDirectory(prefix="tournee-kills-") as folder:
        template = Template(Path(folder) / "template")
        for seed in range(wanted.first, wanted.first + wanted.runs):
            point = POINTS[seed % len(POINTS)]
            place = Path(folder) / str(seed)
            end = run(template, point, seed, place)
            died[point.name] += end.died
            wrong += bool(end.wrong)
            for fault in end.wrong:
                print(f"seed {seed}, {point.name}: {fault}", flush=True)
            shutil.rmtree(place)
    for point in POINTS:
        print(f"{died[point.name]:4} {point.side}, {point.name}")
    print(f"runs={wanted.runs} points={len(POINTS)} died={died.total()} wrong={wrong}")
    return int(wrong > 0 or any(not died[point.name] for point in POINTS))


if __name__ == "__main__":
    raise SystemExit(main())
