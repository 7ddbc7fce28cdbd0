"""What a component needs around it to be built: the session and its words."""

from collections.abc import Callable
from typing import TypeVar

from mobile_app.ui.i18n import WordsContext
from mobile_app.ui.session import Session, SessionContext

V = TypeVar("V")


def within(session: Session, build: Callable[[], V]) -> V:
    """Build with ``session`` and its words around it: the app, and every component in a dialog.

    A dialog is drawn again while it goes, when the component that opened it may be gone already, and what that one had around it too.
    """
    return SessionContext(session, lambda: WordsContext(session.words, build))
