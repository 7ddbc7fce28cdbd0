"""Listings: whatever was listed, listed anew or taken off is found by its words as they are now, and by no others."""

import sqlite3

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mobile_app.data import search
from mobile_app.data.listing import Listing

WORDS = ("alpha", "alpine", "βελι", "77")
texts = st.lists(st.sampled_from(WORDS), max_size=2).map(" ".join)
steps = st.one_of(
    st.tuples(st.just("put"), st.dictionaries(st.sampled_from("abcdef"), texts, max_size=3)),
    st.tuples(st.just("remove"), st.sets(st.sampled_from("abcdef"), max_size=2)),
    st.tuples(st.just("undone"), st.dictionaries(st.sampled_from("abcdef"), texts, max_size=2)),
)


def found(listing: Listing, word: str) -> set[str]:
    return set(listing.ids(listing.index.matching((word,))))


@settings(max_examples=40, deadline=None)
@given(st.lists(steps, max_size=10), st.integers(0, 3), st.booleans())
def test_the_search_finds_what_the_list_says_after_any_script(script: list[tuple[str, object]], fresh: int, fts: bool) -> None:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    listing = Listing(connection, "account", fts=fts)
    said: dict[str, str] = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(search, "FRESH", fresh)
        for name, argument in script:
            connection.execute("BEGIN")
            if isinstance(argument, dict):
                listing.put([(id_, id_, words) for id_, words in argument.items()])
                said |= argument if name == "put" else {}
            elif isinstance(argument, set):
                listing.remove(argument)
                said = {id_: words for id_, words in said.items() if id_ not in argument}
            connection.execute("ROLLBACK" if name == "undone" else "COMMIT")

    assert listing.rows() == [(id_, id_, words) for id_, words in sorted(said.items())]
    for prefix in ("al", "alpi", "β", "77"):
        assert found(listing, prefix) == {id_ for id_, words in said.items() if any(word.startswith(prefix) for word in words.split())}
    connection.close()
