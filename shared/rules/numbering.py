"""Owns the numbers people read: a device's short code, and a quote's number made of year, device code and the device's own counter.

Two devices can never make the same number, so none needs a lease, a server or luck.
"""

import re
from dataclasses import dataclass
from typing import Final

# One at most of each set that is misread (0ODQ, 1IL, 2Z, 5S, 6G, 8B, UVY), and no vowel, so that no code is a word.
_LETTERS: Final = "CDFHJKMNPRTVWX"
_TAIL: Final = _LETTERS + "2346789"
_NUMBER: Final = re.compile(rf"Q([0-9]{{2}})-([{_LETTERS}][{_TAIL}]+)-([0-9]{{4,}})")

# What a Greek keyboard gives for the same capital, and the dashes that phones put in.
_LOOKALIKES: Final = str.maketrans("ΗΚΜΝΡΤΧ\u2010\u2011\u2012\u2013\u2212", "HKMNPTX-----")


@dataclass(frozen=True, slots=True)
class QuoteNumber:
    """The parts of a quote's number."""

    year: int
    device_code: str
    counter: int

    def __str__(self) -> str:
        return f"Q{self.year % 100:02d}-{self.device_code}-{self.counter:04d}"


def device_code(ordinal: int) -> str:
    """Return the code of an organisation's ``ordinal``-th device, counted from 0: two characters, then three, and so on.

    Different ordinals have different codes. A code begins with a letter.

    Raises:
        ValueError: a negative ordinal.
    """
    if ordinal < 0:
        raise ValueError("a device's ordinal is never negative")
    length = 1
    while ordinal >= (size := len(_LETTERS) * len(_TAIL) ** length):
        ordinal -= size
        length += 1
    tail = ""
    for _ in range(length):
        ordinal, place = divmod(ordinal, len(_TAIL))
        tail = _TAIL[place] + tail
    return _LETTERS[ordinal] + tail


def quote_number(year: int, device_code: str, counter: int) -> str:
    """Return the number of a device's ``counter``-th quote (from 1): ``Q26-K7-0042``.

    Raises:
        ValueError: a counter below 1.
    """
    if counter < 1:
        raise ValueError("a quote's counter begins at 1")
    return str(QuoteNumber(year, device_code, counter))


def parse_quote_number(typed: str) -> QuoteNumber | None:
    """Read a quote's number as a person types it (small letters, Greek capitals, spaces around), None where it is none."""
    found = _NUMBER.fullmatch(typed.strip().upper().translate(_LOOKALIKES))
    return None if found is None else QuoteNumber(2000 + int(found[1]), found[2], int(found[3]))
