"""Reads opening hours in OpenStreetMap's notation (``Tu-Sa 06:30-13:00,15:30-19:30; Su off``), as customers have them. Pure."""

import re
from dataclasses import dataclass
from typing import Final

DAYS: Final = ("mo", "tu", "we", "th", "fr", "sa", "su")
HOLIDAYS: Final = 7
"""The day after the seven of the week: any public holiday."""
WEEK: Final = ((0, 6),)
NEVER_SHUT: Final = (("00:00", "24:00"),)

_DAY: Final = rf"(?:{'|'.join(DAYS)}|ph)"
_TIME: Final = r"(?:[01]?[0-9]|2[0-4]):[0-5][0-9]"
_DAY_LIST: Final = rf"{_DAY}(?:-{_DAY})?(?:,{_DAY}(?:-{_DAY})?)*"
_TIME_LIST: Final = rf"{_TIME}-{_TIME}(?:,{_TIME}-{_TIME})*"
_RULE: Final = re.compile(rf"(?P<days>{_DAY_LIST})?\s*:?\s*(?P<times>{_TIME_LIST}|off|closed)")
_PARTED: Final = re.compile(rf"\s*[;\n]\s*|(?<=[0-9fd]),(?={_DAY}\b)")
_SIGNS: Final = re.compile(r"[^\S\n]*([-,;\u2013\u2014])[^\S\n]*")


@dataclass(frozen=True, slots=True)
class Opening:
    """When it is open on some days: runs of days (0 is Monday), and from when till when; without any time it is closed."""

    days: tuple[tuple[int, int], ...]
    times: tuple[tuple[str, str], ...]


def read_hours(text: str) -> tuple[Opening, ...] | None:
    """Read the hours rule by rule, forgiving capitals, blanks and dashes; None where something is none of the notation's."""
    plain = _SIGNS.sub(lambda sign: sign[1] if sign[1] in ",;" else "-", text.strip().lower()).strip(";\n ")
    if plain == "24/7":
        return (Opening(WEEK, NEVER_SHUT),)
    rules = [_RULE.fullmatch(part) for part in _PARTED.split(plain)]
    found = tuple(Opening(_days(rule["days"]), _times(rule["times"])) for rule in rules if rule is not None)
    return found if found and len(found) == len(rules) else None


def _days(typed: str | None) -> tuple[tuple[int, int], ...]:
    if typed is None:
        return WEEK
    runs = [part.split("-") for part in typed.split(",")]
    return tuple((_place(run[0]), _place(run[-1])) for run in runs)


def _place(day: str) -> int:
    return DAYS.index(day) if day in DAYS else HOLIDAYS


def _times(typed: str) -> tuple[tuple[str, str], ...]:
    if typed in ("off", "closed"):
        return ()
    runs = [part.split("-") for part in typed.split(",")]
    return tuple((begin.zfill(5), end.zfill(5)) for begin, end in runs)
