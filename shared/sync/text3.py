"""Three-way merge of texts by lines (diff3), for notes that two people wrote at once."""

from collections import Counter
from difflib import SequenceMatcher
from typing import Final, NamedTuple

MOST_WORK: Final = 1_000_000
"""How much work two texts may be to align (pairs of equal lines, times lines): some milliseconds. A page of notes is a hundredth of it."""


class MergedText(NamedTuple):
    """The merged text, and whether both sides had touched the same lines (then both are in it)."""

    text: str
    clashed: bool


class _Hunk(NamedTuple):
    start: int
    end: int
    lines: list[str]


def merge_text(base: str, ours: str, theirs: str) -> MergedText:
    """Merge two edits of ``base``. Where both touched the same lines, keep ours and then theirs, and say so.

    Two people who each add lines at one place (most often the end) touch nothing of each other's: both stand, nobody is asked.
    Symmetric in what it keeps: every line that either side added is in the result, and one that was only moved is there as often as before;
    what both kept of equal lines is there, wherever each of them moved them.
    """
    if theirs in (ours, base):
        return MergedText(ours, clashed=False)
    if ours == base:
        return MergedText(theirs, clashed=False)
    base_lines, our_lines, their_lines = base.splitlines(), ours.splitlines(), theirs.splitlines()
    left, right = _hunks(base_lines, our_lines), _hunks(base_lines, their_lines)
    merged: list[str] = []
    clashed = False
    at = 0
    while left or right:
        group_left, group_right, start, end = _next_group(left, right)
        merged += base_lines[at:start]
        mine, yours = _apply(base_lines, group_left, start, end), _apply(base_lines, group_right, start, end)
        both = bool(group_left and group_right) and mine != yours
        clashed = clashed or (both and end > start)
        if both:
            merged += _joined(mine, yours, base_lines[start:end])
        else:
            merged += mine if group_left else yours
        at = end
    merged += base_lines[at:]
    merged = _all_kept(_as_often(merged, base_lines, our_lines, their_lines), base_lines, our_lines, their_lines)
    return MergedText("\n".join(merged), clashed)


def _joined(mine: list[str], yours: list[str], base: list[str]) -> list[str]:
    """Put two versions of one place after one another: once what both begin and end with, and what neither of them wrote."""
    head, tail = _equal_ends(mine, yours)
    left = Counter(base) & Counter(mine)
    rest = []
    for line in yours[head : len(yours) - tail]:
        if left[line] > 0:
            left[line] -= 1
        else:
            rest.append(line)
    return mine[: len(mine) - tail] + rest + mine[len(mine) - tail :]


def _hunks(base: list[str], other: list[str]) -> list[_Hunk]:
    """Say where ``other`` differs from ``base``: one hunk for all between their equal ends where aligning that would take too long."""
    head, tail = _equal_ends(base, other)
    old, new = base[head : len(base) - tail], other[head : len(other) - tail]
    if _work(old, new) > MOST_WORK:
        return [_Hunk(head, head + len(old), new)]
    codes = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    return [_Hunk(head + i1, head + i2, new[j1:j2]) for tag, i1, i2, j1, j2 in codes if tag != "equal"]


def _equal_ends(one: list[str], other: list[str]) -> tuple[int, int]:
    """Count the lines that two texts have in common at their beginning, and behind those at their end."""
    shorter = min(len(one), len(other))
    head = next((at for at in range(shorter) if one[at] != other[at]), shorter)
    tail = next((at for at in range(shorter - head) if one[-1 - at] != other[-1 - at]), shorter - head)
    return head, tail


def _work(one: list[str], other: list[str]) -> int:
    """Bound the steps of aligning two texts: repeated lines make it quadratic, and cubic where they alternate."""
    seen = Counter(one)
    return sum(seen[line] for line in other) * min(len(one), len(other))


def _next_group(left: list[_Hunk], right: list[_Hunk]) -> tuple[list[_Hunk], list[_Hunk], int, int]:
    """Take the next hunks off both lists that touch each other; give them and the range of base lines they cover."""
    first = min((hunks[0] for hunks in (left, right) if hunks), key=lambda hunk: (hunk.start, hunk.end))
    start, end = first.start, first.end
    taken: tuple[list[_Hunk], list[_Hunk]] = ([], [])
    grown = True
    while grown:
        grown = False
        for hunks, group in zip((left, right), taken, strict=True):
            while hunks and _touches(hunks[0], start, end):
                hunk = hunks.pop(0)
                group.append(hunk)
                end = max(end, hunk.end)
                grown = True
    return *taken, start, end


def _touches(hunk: _Hunk, start: int, end: int) -> bool:
    """Two insertions at one place touch; hunks that merely border on each other do not."""
    return hunk.start < end or hunk.start == hunk.end == start


def _as_often(merged: list[str], base: list[str], *sides: list[str]) -> list[str]:
    """Drop the later ones of a line that neither side has more often than the base had: who moved it did not write it again."""
    had, most, there = Counter(base), Counter[str](), Counter(merged)
    for side in sides:
        most |= Counter(side)
    left = {line: had[line] for line in had if most[line] <= had[line] < there[line]}
    if not left:
        return merged
    kept = []
    for line in merged:
        if left.get(line, 1) > 0:
            kept.append(line)
        if line in left:
            left[line] -= 1
    return kept


def _all_kept(merged: list[str], base: list[str], ours: list[str], theirs: list[str]) -> list[str]:
    """Put back what both sides kept of equal lines, where ours has it: of two that were moved to one place, one each, one was left."""
    had, mine, yours, there = Counter(base), Counter(ours), Counter(theirs), Counter(merged)
    kept = {line: min(count, yours[line], count + yours[line] - had[line]) for line, count in mine.items()}
    if all(there[line] >= count for line, count in kept.items()):
        return merged
    places: dict[str, list[int]] = {}
    for at, line in enumerate(merged):
        places.setdefault(line, []).append(at)
    behind: dict[int, list[str]] = {}
    seen, last = Counter[str](), -1
    for line in ours:
        seen[line] += 1
        if seen[line] <= there[line]:
            last = places[line][seen[line] - 1]
        elif seen[line] <= kept[line]:
            behind.setdefault(last, []).append(line)
    return [*behind.get(-1, []), *(each for at, line in enumerate(merged) for each in (line, *behind.get(at, [])))]


def _apply(base: list[str], hunks: list[_Hunk], start: int, end: int) -> list[str]:
    lines: list[str] = []
    at = start
    for hunk in hunks:
        lines += base[at : hunk.start] + hunk.lines
        at = hunk.end
    return lines + base[at:end]
