"""Duplicates: customers that may be the one being typed in, with the reasons."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final

from sqlmodel import Session, col, select

from mobile_app.data.repositories.reading import lists
from mobile_app.data.search import sought
from shared.models.customer import Account
from shared.rules.folding import fold, tokens
from shared.rules.phones import same_number
from shared.rules.vat import check_vat_id

_ALIKE: Final = 0.85
_MOST: Final = 5
_SHORTEST: Final = 3
_WEIGHTS: Final = {"same_vat": 8, "same_phone": 4, "same_name": 2, "similar_name": 1}


@dataclass(frozen=True, slots=True)
class Candidate:
    """A customer that may be the same, and why: ``same_vat``, ``same_phone``, ``same_name`` or ``similar_name``."""

    id: str
    name: str
    city: str
    reasons: tuple[str, ...]


def candidates(session: Session, name: str, phone: str, vat: str, *, country: str, but: str) -> list[Candidate]:
    """At most five, the surest first."""
    numbers = _numbers(session, name, phone, vat, country=country)
    listing = lists(session).accounts
    found = session.exec(select(Account).where(col(Account.id).in_(listing.ids(numbers)))).all()
    rated = [(_reasons(account, name, phone, vat, country=country), account) for account in found if account.id != but]
    sure = sorted((pair for pair in rated if pair[0]), key=lambda pair: (-sum(map(_WEIGHTS.__getitem__, pair[0])), pair[1].id))
    return [Candidate(account.id, account.name or "", account.city or "", reasons) for reasons, account in sure[:_MOST]]


def _numbers(session: Session, name: str, phone: str, vat: str, *, country: str) -> set[int]:
    """The rows worth a look: those that share the VAT id, the end of the phone number, or a word of the name."""
    index = lists(session).accounts.index
    words = [(word,) for word in tokens(name) if len(word) >= _SHORTEST]
    figures = sought(phone)
    wanted = [*words, *([figures] if figures else [])]
    if vat:
        wanted.append(tokens(check_vat_id(vat, country).value))
    return {number for query in wanted if query for number in index.matching(query)}


def _reasons(account: Account, name: str, phone: str, vat: str, *, country: str) -> tuple[str, ...]:
    reasons = []
    where = account.country or country
    if vat and account.vat_id and check_vat_id(vat, country or where).value == check_vat_id(account.vat_id, where).value:
        reasons.append("same_vat")
    if phone and account.phone and same_number(phone, account.phone, where):
        reasons.append("same_phone")
    mine, theirs = sorted(tokens(name)), sorted(tokens(account.name or ""))
    if mine and mine == theirs:
        reasons.append("same_name")
    elif mine and SequenceMatcher(None, fold(name), fold(account.name or "")).ratio() >= _ALIKE:
        reasons.append("similar_name")
    return tuple(reasons)
