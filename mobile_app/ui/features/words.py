"""Words for stored values that several screens show."""

from mobile_app.ui.i18n import N_, Words

VISIT_STATES = {
    "planned": N_("Planned"),
    "en_route": N_("On the way"),
    "checked_in": N_("Visit in progress"),
    "checked_out": N_("Done"),
    "reviewed": N_("Reviewed"),
    "cancelled": N_("Cancelled"),
    "missed": N_("Missed"),
}
OUTCOMES = {
    "order": N_("Order"),
    "quote": N_("Quote asked"),
    "follow_up": N_("To follow up"),
    "no_need": N_("No need now"),
    "absent": N_("Nobody there"),
}
"""What can come of a visit, by stored value."""


def outcome_words(t: Words, outcome: str | None) -> str:
    """An outcome in words; one that this app does not know is shown as it is."""
    if not outcome:
        return ""
    return t(OUTCOMES[outcome]) if outcome in OUTCOMES else outcome


def visit_state(t: Words, state: str | None) -> str:
    """A visit's state in words."""
    return t(VISIT_STATES[state]) if state in VISIT_STATES else ""
