"""Opening hours in words: those in OpenStreetMap's notation (``Mo-Fr 07:00-19:00``) are said as the reader's language says them."""

from collections.abc import Sequence

from babel.dates import get_day_names

from mobile_app.ui.formats import capitalised
from mobile_app.ui.i18n import Words
from shared.rules.opening import HOLIDAYS, NEVER_SHUT, WEEK, Opening, read_hours

EXAMPLE = "Mo-Fr 07:00-12:30,14:00-19:00; Su off"


def hours_words(t: Words, hours: str) -> str:
    """Return ``hours`` as a person says them, a line for each rule; what somebody wrote freely stays as it is."""
    return hours_read(t, hours) or hours


def hours_read(t: Words, hours: str) -> str:
    """Return ``hours`` as a person says them; '' where they cannot be read."""
    return "\n".join(_rule(t, rule) for rule in read_hours(hours) or ())


def hours_reading(t: Words, typed: str) -> str:
    """Say how what is ``typed`` reads, or that it cannot be read; how to write it, where nothing is."""
    if not typed.strip():
        return t("For instance {example}", example=EXAMPLE)
    read = hours_read(t, typed)
    return read or t("This cannot be read as days and times: it is shown as you type it. For instance {example}", example=EXAMPLE)


def _rule(t: Words, rule: Opening) -> str:
    if rule == Opening(WEEK, NEVER_SHUT):
        return t("Open day and night")
    days = t("every day") if rule.days == WEEK else ", ".join(_run(t, run) for run in rule.days)
    times = ", ".join(f"{begin}–{end}" for begin, end in rule.times) or t.sense("opening hours", "closed")
    return t("{days}: {times}", days=capitalised(days), times=times)


def _run(t: Words, run: Sequence[int]) -> str:
    first, last = (_day(t, place) for place in run)
    return first if first == last else t("{first} to {last}", first=first, last=last)


def _day(t: Words, place: int) -> str:
    if place == HOLIDAYS:
        return t("public holidays")
    return str(get_day_names("wide", context="stand-alone", locale=t.locale)[place])
