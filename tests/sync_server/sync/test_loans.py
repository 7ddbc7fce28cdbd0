"""Territories that are lent to a deputy: never twice for the same day, and never to whoever has them anyway."""

from datetime import date

import pytest

from shared.errors import RecordRefused
from sync_server.services import moves, territories
from tests.sync_server.sync.test_moves import login
from tests.sync_server.world import World

Loans = list[tuple[str, str]]


def day(number: int) -> date:
    return date(2026, 12, number)


class Office:
    """An organisation whose Élodie and Nikos may lend to each other."""

    def __init__(self) -> None:
        self.world = World()
        self.elodie = login(self.world, self.world.elodie, "elodie")
        self.nikos = login(self.world, self.world.nikos, "nikos")

    def lend(self, deputy: str, absent: str, first: int, last: int) -> list[str]:
        with self.world.database.write() as connection:
            return moves.deputise(connection, self.world.author, deputy, absent, (day(first), day(last)))

    def loans(self, user: tuple[str, str], territory: str) -> Loans:
        with self.world.database.read() as connection:
            found = territories.assignments_of(connection, user[0])
        return sorted((since[-2:], until[-2:]) for id_, since, until in found if id_ == territory)


def test_a_loan_that_is_repeated_is_there_once_and_said() -> None:
    office = Office()
    office.lend(office.nikos, office.elodie, 10, 20)

    with pytest.raises(RecordRefused) as refused:
        office.lend(office.nikos, office.elodie, 10, 20)

    assert refused.value.code == "already_assigned"
    assert office.loans(office.world.nikos, office.world.lyon) == [("10", "20")]


def test_of_a_longer_loan_only_the_days_that_are_new_are_lent() -> None:
    office = Office()
    office.lend(office.nikos, office.elodie, 10, 12)
    office.lend(office.nikos, office.elodie, 15, 16)

    assert office.lend(office.nikos, office.elodie, 8, 20) == [office.world.lyon]

    assert office.loans(office.world.nikos, office.world.lyon) == [("08", "09"), ("10", "12"), ("13", "14"), ("15", "16"), ("17", "20")]


def test_what_was_borrowed_is_not_lent_back_to_its_owner() -> None:
    office = Office()
    office.lend(office.nikos, office.elodie, 10, 20)
    before = office.loans(office.world.elodie, office.world.lyon)

    assert office.lend(office.elodie, office.nikos, 15, 25) == [office.world.nantes]

    assert office.loans(office.world.elodie, office.world.lyon) == before
    assert office.loans(office.world.elodie, office.world.nantes) == [("15", "25")]
