"""Fields that go with another one: of two arrivals, decisions or prices one stands whole."""

import pytest

from shared.models.registry import KINDS
from shared.sync.change import Base, Change, Edit
from shared.sync.clock import pack
from shared.sync.merge import Home, Merged, Witness, merge_change
from shared.sync.policy import Value
from shared.sync.record import Mark, Record
from tests.shared.sync.worlds import EPOCH

PLANNED: dict[str, Value] = {"state": "planned"}
SENT: dict[str, Value] = {"state": "sent", "sent_at": 5}


def record(kind: str, fields: dict[str, Value]) -> Record:
    return Record(kind, "r", "r", "territory:1", 1, Mark(pack(1), "S0", 1), dict(fields))


def changed(kind: str, standing: Record | None, device: str, fields: dict[str, Edit], *, seen: int = 1, seq: int = 1) -> Merged:
    """Let ``device`` write ``fields`` (the last one first, as a message may have them) at the next rev."""
    assert standing is not None
    rev = standing.rev + 1
    said = Change(kind, "r", "update", pack(50), dict(reversed(fields.items())), Base(EPOCH.id, seen))
    return merge_change(standing, said, Witness(Mark(pack(50), device, rev, seq), seen), KINDS[kind], Home("r", "territory:1"))


def arrival(at: int, **place: Value) -> dict[str, Edit]:
    return {"state": Edit("checked_in", "planned"), "arrived_at": Edit(at)} | {name: Edit(value) for name, value in place.items()}


def test_an_arrival_without_a_place_is_not_given_the_place_of_another_arrival() -> None:
    one = changed("visit", record("visit", PLANNED), "a", arrival(900))
    two = changed("visit", one.record, "b", arrival(910, arrived_lat=45.7, arrived_lon=4.8, arrived_mocked=False))

    assert two.record is not None
    assert two.record.fields == {"state": "checked_in", "arrived_at": 900}
    assert {(clash.field, clash.kept.value, clash.lost.value) for clash in two.clashes} == {
        ("arrived_at", 900, 910),
        ("arrived_lat", None, 45.7),
        ("arrived_lon", None, 4.8),
        ("arrived_mocked", None, False),
    }


def test_a_place_that_is_found_a_moment_after_the_arrival_is_taken() -> None:
    one = changed("visit", record("visit", PLANNED), "a", arrival(900))
    other = changed("visit", one.record, "b", {"purpose": Edit("Order")}, seen=0)
    two = changed("visit", other.record, "a", {"arrived_lat": Edit(45.7)}, seq=2)

    assert two.record is not None
    assert (two.record.value("arrived_lat"), two.clashes) == (45.7, ())


@pytest.mark.parametrize("accepted_first", [True, False])
def test_a_quotes_moment_of_decision_is_that_of_the_decision_that_stands(*, accepted_first: bool) -> None:
    said = {
        "a": {"state": Edit("accepted", "sent"), "decided_at": Edit(10)},
        "b": {"state": Edit("declined", "sent"), "decided_at": Edit(20)},
    }
    first, second = ("a", "b") if accepted_first else ("b", "a")

    one = changed("quote", record("quote", SENT), first, said[first])
    two = changed("quote", one.record, second, said[second])

    assert two.record is not None
    assert (two.record.value("state"), two.record.value("decided_at")) == ("accepted", 10)
    assert {(clash.field, clash.kept.value, clash.lost.value) for clash in two.clashes} == {
        ("state", "accepted", "declined"),
        ("decided_at", 10, 20),
    }


def test_of_two_who_accept_at_once_the_first_one_heard_of_keeps_its_moment() -> None:
    one = changed("quote", record("quote", SENT), "a", {"state": Edit("accepted", "sent"), "decided_at": Edit(10)})
    two = changed("quote", one.record, "b", {"state": Edit("accepted", "sent"), "decided_at": Edit(20)})

    assert two.record is not None
    assert two.record.value("decided_at") == 10
    assert [(clash.field, clash.lost.value) for clash in two.clashes] == [("decided_at", 20)]


@pytest.mark.parametrize("listed_first", [True, False])
def test_where_a_price_came_from_goes_with_the_price_that_stands(*, listed_first: bool) -> None:
    standing = record("quote_line", {"unit_price": 80, "price_origin": "manual"})
    said = {"a": {"unit_price": Edit(90), "price_origin": Edit("list")}, "b": {"unit_price": Edit(85)}}
    first, second = ("a", "b") if listed_first else ("b", "a")

    one = changed("quote_line", standing, first, said[first])
    two = changed("quote_line", one.record, second, said[second])

    assert two.record is not None
    assert two.record.fields == (
        {"unit_price": 90, "price_origin": "list"} if listed_first else {"unit_price": 85, "price_origin": "manual"}
    )
    assert "unit_price" in {clash.field for clash in two.clashes}


def test_what_goes_with_another_field_is_settled_by_itself_where_only_it_was_written() -> None:
    standing = record("visit", {"state": "reviewed", "reviewed_at": 10})
    one = changed("visit", standing, "a", {"reviewed_at": Edit(20)})
    two = changed("visit", one.record, "b", {"reviewed_at": Edit(30)})

    assert two.record is not None
    assert two.record.value("reviewed_at") == 30
    assert [(clash.kept.value, clash.lost.value) for clash in two.clashes] == [(30, 20)]
