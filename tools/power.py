"""Cuts the power of a phone's vault many times, and says what was lost: ``python -m tools.power --runs 3000``.

Each run is a seed: ``python -m tools.power --first 17 --runs 1`` is run 17 again. With SQLite's ``synchronous=NORMAL`` the same runs must
lose something, or the test is blind.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterable, Sequence
from functools import partial
from multiprocessing import get_context

from tests.power.runs import lost

BLIND_AFTER = 300
"""Runs with lesser durability in which a loss must have been seen."""


def losses(seeds: Iterable[int], synchronous: str) -> dict[int, list[str]]:
    """Run each seed, on all cores, and give what was lost by seed; those that lost nothing are left out."""
    seeds = list(seeds)
    with get_context("spawn").Pool(min(os.cpu_count() or 1, len(seeds))) as pool:
        found = pool.map(partial(lost, synchronous=synchronous), seeds, chunksize=8)
    return {seed: gone for seed, gone in zip(seeds, found, strict=True) if gone}


def main(arguments: Sequence[str] | None = None) -> int:
    """Return 1 when anything was lost, or when the lesser durability lost nothing."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--runs", type=int, default=3_000)
    parser.add_argument("--first", type=int, default=1)
    wanted = parser.parse_args(arguments)
    seeds = range(wanted.first, wanted.first + wanted.runs)
    gone = losses(seeds, "FULL")
    for seed, what in gone.items():
        print(f"seed {seed}: {', '.join(what)}")
    control = seeds[:BLIND_AFTER]
    seen = losses(control, "NORMAL")
    print(f"runs={len(seeds)} lost={len(gone)}; with synchronous=NORMAL runs={len(control)} lost={len(seen)}")
    blind = len(control) == BLIND_AFTER and not seen
    return int(bool(gone) or blind)


if __name__ == "__main__":
    raise SystemExit(main())
