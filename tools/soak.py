"""Plays many seeds of the fleet on all cores, and says in one line what broke. Stopped and started again, it goes on where it was.

``python -m tools.soak --seeds 10000 --first 1``; ``--replay SEED`` tells one seed's story step by step.
"""

from __future__ import annotations

import argparse
import logging
import multiprocessing
import os
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from itertools import islice
from pathlib import Path
from typing import Final

import msgspec

from tests.simulation.fleet.story import run

STATE: Final = Path(__file__).parents[1] / "var" / "soak.json"
ORACLES: Final = ("lost", "diverged", "doubled", "causality", "scope", "stuck")
CHUNK: Final = 25


class Tally(msgspec.Struct):
    """What the seeds done so far came to; ``done`` holds the first seed of each finished chunk."""

    first: int
    seeds: int
    done: list[int] = []
    faults: dict[str, int] = {}
    broken: dict[str, int] = {}
    failed: dict[int, str] = {}
    """By seed, the first thing that was wrong."""
    seconds: float = 0.0

    def add(self, other: Tally) -> None:
        """Take in a chunk."""
        self.done += other.done
        self.faults = dict(Counter(self.faults) + Counter(other.faults))
        self.broken = dict(Counter(self.broken) + Counter(other.broken))
        self.failed |= other.failed
        self.seconds += other.seconds

    def line(self) -> str:
        """The one line."""
        broken = " ".join(f"{name}={self.broken.get(name, 0)}" for name in ORACLES)
        return f"seeds={self.seeds} faults={sum(self.faults.values())} {broken}"


def play(first: int, seeds: int) -> Tally:
    """Play a chunk."""
    tally = Tally(first, seeds, [first])
    began = time.process_time()
    for seed in range(first, first + seeds):
        report = run(seed)
        tally.faults = dict(Counter(tally.faults) + report.faults)
        if report.broken:
            tally.failed[seed] = f"{report.broken[0].oracle}: {report.broken[0].what}"
            tally.broken = dict(Counter(tally.broken) + Counter({each.oracle for each in report.broken}))
    tally.seconds = time.process_time() - began
    return tally


def chunks(first: int, seeds: int, done: Sequence[int] = ()) -> Iterator[tuple[int, int]]:
    """Cut the seeds into chunks (first seed, how many), without those that are done."""
    for start in range(first, first + seeds, CHUNK):
        if start not in done:
            yield start, min(CHUNK, first + seeds - start)


def soak(first: int, seeds: int, state: Path, workers: int) -> Tally:
    """Play all seeds that are not done yet, keeping in ``state`` what is."""
    total = _resumed(first, seeds, state)
    rest = chunks(first, seeds, tuple(total.done))
    with ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn"), initializer=logging.disable) as pool:
        running = {pool.submit(play, *chunk) for chunk in islice(rest, 2 * workers)}
        while running:
            ended, running = wait(running, return_when=FIRST_COMPLETED)
            for each in ended:
                part = each.result()
                total.add(part)
                for seed, what in part.failed.items():
                    print(f"{what}\n  replay with: python -m tools.soak --replay {seed}", flush=True)
            running |= {pool.submit(play, *chunk) for chunk in islice(rest, len(ended))}
            state.parent.mkdir(parents=True, exist_ok=True)
            state.write_bytes(msgspec.json.encode(total))
    return total


def _resumed(first: int, seeds: int, state: Path) -> Tally:
    if state.exists():
        kept = msgspec.json.decode(state.read_bytes(), type=Tally)
        if (kept.first, kept.seeds) == (first, seeds) and len(list(chunks(first, seeds, kept.done))) > 0:
            return kept
    return Tally(first, seeds)


def replay(seed: int) -> int:
    """Tell a seed's story and what was wrong in it."""
    report = run(seed)
    print("\n".join(report.story))
    for each in report.broken:
        print(f"{each.oracle}: {each.what}")
    print(f"trace {report.trace}")
    return int(bool(report.broken))


def main(arguments: Sequence[str] | None = None) -> int:
    """Soak, or replay one seed; 1 where something broke."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=10_000)
    parser.add_argument("--first", type=int, default=1)
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--state", type=Path, default=STATE)
    parser.add_argument("--replay", type=int, metavar="SEED")
    wanted = parser.parse_args(arguments)
    if wanted.replay is not None:
        logging.disable()
        return replay(wanted.replay)
    total = soak(wanted.first, wanted.seeds, wanted.state, wanted.workers)
    for name, times in sorted(total.faults.items()):
        print(f"  {times:>7} {name}")
    print(f"  {total.seconds / max(1, total.seeds):.2f} s of a core for each seed")
    print(total.line())
    return int(bool(total.failed))


if __name__ == "__main__":
    raise SystemExit(main())
