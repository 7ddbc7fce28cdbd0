"""What every screen of records shows while it is loading, when it failed, and when its record is gone."""

import flet as ft

from mobile_app.ui.design import Action, EmptyState, ErrorState, I, Press, Skeleton, card
from mobile_app.ui.features.live import Phase
from mobile_app.ui.i18n import Words
from mobile_app.ui.session import Session


def failed(t: Words, again: Press) -> ft.Control:
    """What was asked for could not be read."""
    retry = Action(t("Try again"), again, I.REFRESH_ROUNDED)
    return ErrorState(t("This page could not be opened"), t("Nothing was lost. What you typed is saved."), retry)


def gone(t: Words, back: Press) -> ft.Control:
    """The record is not on this device (any more)."""
    return EmptyState(
        I.SEARCH_OFF_ROUNDED,
        t("This is no longer here"),
        t("It was deleted, or it now belongs to a colleague."),
        Action(t("Go back"), back, I.ARROW_BACK_ROUNDED),
    )


def nothing_here(t: Words, session: Session, empty: ft.Control) -> ft.Control:
    """A list without a row: ``empty`` says so, unless its rows may only not have been read yet. For a screen with a frame."""
    if not session.counts.reading:
        return empty
    return EmptyState(
        I.HOURGLASS_TOP_ROUNDED, t("Not read yet"), t("Your data is still being read. What belongs here follows in a moment.")
    )


def unready(t: Words, phase: Phase, again: Press, back: Press) -> list[ft.Control] | None:
    """The body of a screen whose record is not there to be shown; None once it is."""
    if phase == "ready":
        return None
    if phase == "slow":
        return [card(Skeleton(4, t("Loading")))]
    if phase == "failed":
        return [failed(t, again)]
    return [gone(t, back)] if phase == "gone" else []
