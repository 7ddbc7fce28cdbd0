"""Runs the benchmarks, each a script ``benchmarks/p*.py`` that prints one JSON line per figure, and sums them up.

Run as ``python -m tools.bench``, or with the names of some (``python -m tools.bench p1 p5``).
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec

ROOT = Path(__file__).parents[1]


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """One measured figure: whether ``value`` is on the right side of its ``goal``, if any, and what the ``floor`` it is a ratio to was."""

    id: str
    value: float
    goal: float | None
    ok: bool
    floor: str


def figures_in(output: str) -> list[Figure]:
    """Return the figures in a script's ``output``; other lines are for people.

    Raises:
        msgspec.ValidationError: a JSON line is not a figure.
    """
    return [msgspec.json.decode(line, type=Figure) for line in output.splitlines() if line.startswith("{")]


def summary(figures: Sequence[Figure], broken: Iterable[str]) -> str:
    """Say in a few lines how many figures meet their goals, which do not, and which scripts did not run to their end."""
    held = [figure for figure in figures if figure.goal is not None]
    lines = [f"{sum(figure.ok for figure in held)} of {len(held)} figures meet their goals."]
    lines += [f"  {figure.id}: {figure.value:g}, goal {figure.goal:g} ({figure.floor})" for figure in held if not figure.ok]
    lines += [f"  {script}: did not run to its end" for script in broken]
    return "\n".join(lines)


def main(names: Sequence[str]) -> int:
    """Run the benchmarks called ``names``, or all, one after another; return 1 when a figure is missed or a script failed."""
    found = sorted((path.stem for path in ROOT.glob("benchmarks/p*.py")), key=lambda stem: (len(stem), stem))
    figures: list[Figure] = []
    broken: list[str] = []
    for name in names or found:
        done = subprocess.run([sys.executable, "-m", f"benchmarks.{name}"], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False)
        print(done.stdout, end="", flush=True)
        figures += figures_in(done.stdout)
        if done.returncode and not figures_in(done.stdout):
            broken.append(name)
    print(summary(figures, broken))
    return int(bool(broken) or not all(figure.ok for figure in figures))


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
