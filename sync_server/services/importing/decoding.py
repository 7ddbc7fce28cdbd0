"""Owns the step from bytes to text: which encoding a file is in, and what in it was lost before it came here."""

import re
from dataclasses import dataclass

from charset_normalizer import from_bytes

LOST = "\ufffd"
_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_GREEK = ["cp1253", "iso8859_7"]
_SCRIPTS = [*_GREEK, "cp1251", "koi8_r"]
_LATIN = ["cp1252", "mac_roman"]
_HIGH_RUN = re.compile(rb"[\xa1-\xff]{2,}")
_HIGH = re.compile(rb"[\x80-\xff]")
_UTF8 = re.compile(rb"[\xc3-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_QUESTION = re.compile(r"\w\?(?=\w|\s\w)|\?\?")
_TWICE_DECODED = re.compile("Ã[\u0080-\u00bf]|Â[\u00a0-\u00bf]|[ÎÏ][\u0080-\u00bf\u0192\u20ac\u2020\u2021\u2026]")


@dataclass(frozen=True, slots=True)
class Decoded:
    """A file's text and the encoding it was read in. Bytes that mean nothing there stand as U+FFFD."""

    text: str
    encoding: str


def decode(data: bytes) -> Decoded:
    """Return the text of ``data``: by its byte order mark, as UTF-8 or UTF-16, else as the likeliest Greek or Western code page."""
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return Decoded(data.decode(encoding, errors="replace").lstrip("\ufeff"), encoding)
    for guess in (_utf16(data), "utf-8" if _is_utf8(data) else ""):
        if guess:
            return Decoded(data.decode(guess, errors="replace"), guess)
    encoding = _code_page(data)
    return Decoded(data.decode(encoding, errors="replace"), encoding)


def is_suspect(text: str) -> bool:
    """Say whether letters were probably lost before the file was made: "Caf? de la gare", "BoulangÃ¨re"."""
    return bool(_QUESTION.search(text) or _TWICE_DECODED.search(text))


def _utf16(data: bytes) -> str:
    """Name UTF-16 without its mark, by where the zero bytes stand; '' where it is not."""
    sample = data[:2_000]
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    if max(even, odd) * 5 < len(sample):
        return ""
    return "utf-16-be" if even > odd else "utf-16-le"


def _is_utf8(data: bytes) -> bool:
    """Say whether ``data`` is UTF-8, perhaps with a few broken bytes."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        sound = len(_UTF8.findall(data))
        broken = data.decode("utf-8", errors="replace").count(LOST)
        return sound > 2 * broken
    return True


def _code_page(data: bytes) -> str:
    """Tell Greek, whose words are runs of high bytes, from French, where a high byte stands alone."""
    high = len(_HIGH.findall(data))
    in_runs = sum(len(run) for run in _HIGH_RUN.findall(data))
    if in_runs * 2 < high:
        return _best(data, _LATIN)
    guess = _best(data, _SCRIPTS)
    return _greek(data) if guess in _GREEK else guess


def _greek(data: bytes) -> str:
    """Tell the two Greek code pages apart: they differ in the letter Ά, and only Windows' has signs below A0."""
    windows = len(re.findall(rb"[\x80-\x9f]|\xa2[\xc1-\xfe]", data))
    iso = len(re.findall(rb"\xb6[\xc1-\xfe]", data))
    return "iso8859_7" if iso > windows else "cp1253"


def _best(data: bytes, candidates: list[str]) -> str:
    found = from_bytes(data, cp_isolation=candidates, enable_fallback=False).best()
    return found.encoding if found is not None and found.encoding in candidates else candidates[0]
