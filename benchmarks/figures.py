"""Figures: how a benchmark times, and the one JSON line that it prints."""

from __future__ import annotations

import gc
import json
from collections.abc import Awaitable, Callable, Sequence
from statistics import median, quantiles
from time import perf_counter

Seconds = float


def timed(work: Callable[[], object], *, sweep: bool = True) -> Seconds:
    """Run ``work`` once; ``sweep`` collects the garbage of what came before."""
    if sweep:
        gc.collect()
    began = perf_counter()
    work()
    return perf_counter() - began


async def timed_async(work: Callable[[], Awaitable[object]], *, sweep: bool = True) -> Seconds:
    """Await ``work`` once; ``sweep`` collects the garbage of what came before."""
    if sweep:
        gc.collect()
    began = perf_counter()
    await work()
    return perf_counter() - began


def p95(values: Sequence[float]) -> float:
    """Give the 95th percentile of at least two ``values``."""
    return quantiles(values, n=20, method="inclusive")[18]


def middle(values: Sequence[float]) -> float:
    """Give the median."""
    return median(values)


def milliseconds(seconds: Seconds) -> float:
    """Write a time for people."""
    return round(seconds * 1000, 3)


def report(name: str, value: float, goal: float | None, floor: str, *, also: bool = True, **extra: object) -> None:
    """Print the figure. It meets its ``goal``, if any, when ``value`` is at most that and what else it must hold (``also``) does."""
    met = goal is None or value <= goal
    line = {"id": name, "value": round(value, 3), "goal": goal, "ok": bool(met and also), "floor": floor, **extra}
    print(json.dumps(line, ensure_ascii=False), flush=True)
