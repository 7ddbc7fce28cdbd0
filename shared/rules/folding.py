"""Owns folded text: what search, tags and sorting compare, so that "Œuvre", "oeuvre" and "ŒUVRE" are one word, and Άννα is αννα.

SQLite's own folding stops at the Latin accents, so text is folded here before it is indexed and before it is sought.
"""

import re
import unicodedata
from typing import Final

# Letters that Unicode does not decompose. Case folding already gave ß as ss and the final sigma as σ.
_LETTERS: Final = {"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ħ": "h", "ı": "i"}
_FIGURES: Final = re.compile(r"[0-9]{1,99}")


class _Folds(dict[int, str]):
    """What each character folds to, worked out when it is first met."""

    def __missing__(self, code: int) -> str:
        folded = _bare(_bare(chr(code)).casefold())
        self[code] = "".join(_LETTERS.get(character, character) for character in folded)
        return self[code]


class _Cuts(dict[int, str]):
    """What each character folds to where only words count: all that is neither letter nor figure is a gap."""

    def __missing__(self, code: int) -> str:
        self[code] = "".join(character if character.isalnum() else " " for character in _FOLDS[code])
        return self[code]


_FOLDS: Final = _Folds()
_CUTS: Final = _Cuts()


def fold(text: str) -> str:
    """Return ``text`` without marks (accents, tonos, dialytika), case or ligatures. Folding twice changes nothing more."""
    return text.lower() if text.isascii() else text.translate(_FOLDS)


def tokens(text: str) -> tuple[str, ...]:
    """Return the folded words of ``text`` in order: runs of letters and figures, as SQLite's index cuts them."""
    return tuple(text.translate(_CUTS).split())


def initials(name: str) -> str:
    """Return one or two capitals for an avatar: of the first and the last word. '' where a name has no letter or figure."""
    words = tokens(name)
    ends = words[:1] + words[1:][-1:]
    return "".join(word[0] for word in ends).upper()


def natural_key(text: str) -> str:
    """Return a text that sorts as people expect: folded, and with numbers by size ("Q9" before "Q10").

    It can be stored and indexed. Each run of figures (up to 99) is preceded by its length in two figures, its leading zeros dropped.
    """
    return _FIGURES.sub(_sized, fold(text).strip())


def _sized(run: re.Match[str]) -> str:
    figures = run[0].lstrip("0") or "0"
    return f"{len(figures):02d}{figures}"


def _bare(text: str) -> str:
    """Return ``text`` decomposed and without its marks."""
    return "".join(character for character in unicodedata.normalize("NFD", text) if unicodedata.category(character) != "Mn")
