"""What is sealed and what travels comes back as it was, and torn bytes are refused whole."""

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.errors import AnswerMalformed
from shared.models.registry import COLUMNS, KINDS
from shared.sync import codec, digest
from shared.sync.change import Base, Change, Edit, Epoch, Transaction
from shared.sync.protocol import PullAnswer
from shared.sync.record import Mark, Record

marks = st.builds(Mark, st.integers(0, 2**62), st.sampled_from(["K7", "S0"]), st.integers(1, 99), st.integers(0, 9))
texts = st.text(max_size=8)


def record_of(kind: str, values: dict[str, str], mark: Mark, rev: int) -> Record:
    return Record(kind, f"{kind}-{rev}", "root", "territory:1", rev, mark, dict(values), 0, {"name": mark}, {"tags": {"x": mark}})


records = st.builds(
    record_of,
    st.sampled_from(["account", "contact"]),
    st.dictionaries(st.sampled_from(["note"]), texts),
    marks,
    st.integers(1, 10**6),
)


@given(records)
def test_a_sealed_record_comes_back_as_it_was(record: Record) -> None:
    assert codec.open_payload(codec.seal_payload(record), Record) == record


@settings(max_examples=50)
@given(st.lists(records, max_size=5))
def test_a_page_of_rows_comes_back_as_it_was(sent: list[Record]) -> None:
    scopes: dict[str, int] = {}
    kinds = codec.to_rows(sent, COLUMNS, scopes)
    page = PullAnswer(Epoch("e"), 1, "", "c", False, 9, list(scopes), kinds, 1, 0)

    received = codec.from_rows(codec.decode(codec.encode(page), PullAnswer))

    assert sorted(received, key=repr) == sorted(sent, key=repr)


def test_a_row_that_names_a_scope_that_was_not_sent_is_refused_with_its_page() -> None:
    scopes: dict[str, int] = {}
    kinds = codec.to_rows([record_of("account", {"note": "x"}, Mark(1, "K7", 1, 1), 3)], COLUMNS, scopes)

    with pytest.raises(AnswerMalformed):
        codec.records_of(kinds, [])


def test_every_prefix_of_a_payload_is_refused_whole() -> None:
    transaction = Transaction("t", (Change("account", "a", "update", 7, {"name": Edit(to="x")}, Base("e", 3)),), ("n",), 4)
    payload = codec.seal_payload(transaction)

    assert codec.open_payload(payload, Transaction) == transaction
    for length in range(len(payload)):
        with pytest.raises(codec.TornPayloadError):
            codec.open_payload(payload[:length], Transaction)


def test_a_payload_of_a_newer_app_is_refused_not_guessed() -> None:
    newer = msgspec.json.encode((codec.PAYLOAD_VERSION + 1, {"id": "t", "changes": []}))

    with pytest.raises(codec.TornPayloadError):
        codec.open_payload(newer, Transaction)


@given(st.lists(records, max_size=6, unique_by=lambda record: record.id), st.data())
def test_a_digest_kept_up_to_date_equals_one_computed_anew(held: list[Record], data: st.DataObject) -> None:
    kept = 0
    for record in data.draw(st.permutations(held)):
        kept = digest.replaced(kept, 0, digest.item(record))

    assert kept == digest.total(digest.item(record) for record in held)


def test_a_digest_sees_a_changed_value_and_a_changed_rev() -> None:
    one = Record("account", "a", "a", "s", 1, Mark(1, "K7", 1), {"name": "x"})

    other_value = msgspec.structs.replace(one, fields={"name": "y"})
    other_rev = msgspec.structs.replace(one, rev=2)

    assert len({digest.item(record) for record in (one, other_value, other_rev)}) == 3


def test_every_field_of_every_kind_has_a_policy() -> None:
    assert all(spec.fields for spec in KINDS.values())
    assert KINDS["account"].fields["phone"].policy == "latest"
    assert KINDS["visit"].fields["state"].lifecycle is not None


def test_a_payload_of_an_older_app_is_upcast_when_it_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    old = codec.seal_payload({"id": "t", "steps": []})
    monkeypatch.setattr(codec, "PAYLOAD_VERSION", 2)
    monkeypatch.setitem(codec._UPCASTS, 1, lambda plain: {"id": plain["id"], "changes": plain["steps"]})

    assert codec.open_payload(old, Transaction) == Transaction("t", ())
