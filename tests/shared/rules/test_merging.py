"""Duplicates lead to the customer that stands, along any chain and out of any circle."""

from hypothesis import given
from hypothesis import strategies as st

from shared.rules.merging import survivor, survivors

IDS = st.sampled_from("abcdef")
LINKS = st.dictionaries(IDS, IDS)


def test_a_chain_leads_to_its_end() -> None:
    assert survivors({"a": "b", "b": "c"}) == {"a": "c", "b": "c"}


def test_of_a_circle_the_lowest_id_stands() -> None:
    assert survivors({"b": "c", "c": "a", "a": "b", "d": "c"}) == {"b": "a", "c": "a", "d": "a"}
    assert survivors({"a": "a"}) == {}


@given(LINKS, IDS)
def test_who_stands_leads_to_nobody_else(links: dict[str, str], id_: str) -> None:
    stands = survivor(id_, links.get)

    assert survivor(stands, links.get) == stands


@given(LINKS, IDS)
def test_a_duplicate_leads_where_the_customer_it_was_merged_into_leads(links: dict[str, str], id_: str) -> None:
    assert survivor(id_, links.get) == survivor(links.get(id_, id_), links.get)


@given(LINKS)
def test_only_duplicates_have_a_survivor_and_no_survivor_is_a_duplicate(links: dict[str, str]) -> None:
    found = survivors(links)

    assert found.keys() <= links.keys()
    assert not set(found.values()) & found.keys()
