"""Opening hours in words: weekdays of OpenStreetMap's notation (``Mo-Fr 07:00-19:00``) are said in the reader's language."""

import re

from babel.dates import get_day_names

from mobile_app.ui.i18n import Words

_DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
_NOTATION = re.compile(r"(?:(?:Mo|Tu|We|Th|Fr|Sa|Su|PH|off|[0-9]{2}:[0-9]{2})[-,;+\s]*)+")
_DAY = re.compile(r"\b(?:Mo|Tu|We|Th|Fr|Sa|Su)\b")


def hours_words(t: Words, hours: str) -> str:
    """Return ``hours`` with its weekdays in this language; what somebody wrote freely stays as it is."""
    if not _NOTATION.fullmatch(hours.strip()):
        return hours
    names = get_day_names("abbreviated", locale=t.locale)
    said = _DAY.sub(lambda found: names[_DAYS.index(found.group())], hours.strip())
    return re.sub(r"\s*;\s*", "\n", said).replace("-", "–").replace(",", ", ").replace("off", "–")
