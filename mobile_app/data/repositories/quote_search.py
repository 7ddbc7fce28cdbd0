"""Finding quotes as one types: by number, or by whatever a customer is found by."""

from __future__ import annotations

from sqlmodel import Session, col, or_

from mobile_app.data.repositories.merging import duplicates_here
from mobile_app.data.repositories.reading import lists
from mobile_app.data.search import CANDIDATES, sought
from shared.models.quote import Quote
from shared.rules.folding import fold


def matching(session: Session, query: str):  # type: ignore[no-untyped-def]  # noqa: ANN201 - an expression of SQLAlchemy's
    """The condition that a quote's number holds ``query``, or that its customer is found by it."""
    found = lists(session).accounts.search(query, None, CANDIDATES) if sought(query) else []
    stand = {id_ for _, _, id_ in found}
    customers = [*stand, *(id_ for id_, survivor in duplicates_here(session).items() if survivor in stand)]
    number = fold(query).strip().upper().translate({ord(sign): f"\\{sign}" for sign in "%_\\"})
    return or_(col(Quote.number).like(f"%{number}%", escape="\\"), col(Quote.account_id).in_(customers))
