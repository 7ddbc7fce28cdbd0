"""The repositories: what the UI may ask and do, one per kind of thing. Rows are frozen; every write is one transaction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypedDict

from mobile_app.data.repositories.accounts import Accounts
from mobile_app.data.repositories.catalogue import Catalogue
from mobile_app.data.repositories.conflicts import Conflicts
from mobile_app.data.repositories.contacts import Contacts
from mobile_app.data.repositories.leftovers import Leftovers
from mobile_app.data.repositories.people import People
from mobile_app.data.repositories.photos import Photos
from mobile_app.data.repositories.quotes import Quotes
from mobile_app.data.repositories.visits import Visits
from mobile_app.data.store import Store


@dataclass(frozen=True, slots=True)
class Repositories:
    """All of them, over one store."""

    accounts: Accounts
    contacts: Contacts
    visits: Visits
    quotes: Quotes
    catalogue: Catalogue
    people: People
    conflicts: Conflicts
    photos: Photos
    leftovers: Leftovers


class ByName(TypedDict):
    """The repositories as keyword arguments."""

    accounts: Accounts
    contacts: Contacts
    visits: Visits
    quotes: Quotes
    catalogue: Catalogue
    people: People
    conflicts: Conflicts
    photos: Photos
    leftovers: Leftovers


def repositories(store: Store) -> ByName:
    """Make all of them over ``store``."""
    return ByName(
        accounts=Accounts(store),
        contacts=Contacts(store),
        visits=Visits(store),
        quotes=Quotes(store),
        catalogue=Catalogue(store),
        people=People(store),
        conflicts=Conflicts(store),
        photos=Photos(store),
        leftovers=Leftovers(store),
    )
