"""Plants bugs in production code, one at a time, and lets the fleet find each: the oracles' own test.

``python -m tools.mutants`` plays up to 1,000 seeds a bug, ``--only NAME`` one of them.
"""

from __future__ import annotations

import argparse
import logging
import multiprocessing
import os
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import Final

from tests.simulation.fleet import (
    mutants_again,
    mutants_copied,
    mutants_erased,
    mutants_phone,
    mutants_server,
    mutants_sleep,
    mutants_together,
)
from tests.simulation.fleet.mutants import MUTANTS, planted
from tests.simulation.fleet.story import run

SEEDS: Final = 1_000
__all__ = [
    "hunt",
    "main",
    "mutants_again",
    "mutants_copied",
    "mutants_erased",
    "mutants_phone",
    "mutants_server",
    "mutants_sleep",
    "mutants_together",
]


def hunt(name: str, seeds: int = SEEDS, first: int = 1) -> tuple[str, int, str]:
    """Play seeds with the bug in place: its name, the number of seeds it took (0: not found), and what gave it away."""
    run(0, steps=1)
    for number in range(seeds):
        with planted(name):
            try:
                report = run(first + number)
            except (AttributeError, NameError, TypeError):
                raise  # what it patches has another name or takes something else by now: nothing was planted
            except Exception as error:
                return name, number + 1, f"raised {type(error).__name__}"
        if report.broken:
            return name, number + 1, f"{report.broken[0].oracle}: {report.broken[0].what}"
    return name, 0, ""


def main(arguments: Sequence[str] | None = None) -> int:
    """Hunt all of them, or some; 1 where one got away."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", nargs="*", default=list(MUTANTS), choices=list(MUTANTS), metavar="NAME")
    parser.add_argument("--seeds", type=int, default=SEEDS)
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    wanted = parser.parse_args(arguments)
    names: list[str] = wanted.only
    killed = 0
    with ProcessPoolExecutor(wanted.workers, mp_context=multiprocessing.get_context("spawn"), initializer=logging.disable) as pool:
        for name, took, what in pool.map(hunt, names, [wanted.seeds] * len(names)):
            killed += took > 0
            print(f"  {name}: " + (f"killed by seed {took}, {what}" if took else "got away"), flush=True)
    print(f"mutants={len(names)} killed={killed}")
    return int(killed < len(names))


if __name__ == "__main__":
    raise SystemExit(main())
