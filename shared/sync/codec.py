"""Bytes and back: what is sealed on the device and what travels. Payloads carry their version and are upcast here."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

import msgspec

from shared.errors import AnswerMalformed
from shared.sync.policy import Value
from shared.sync.protocol import KindRows, PullAnswer, Row
from shared.sync.record import Record

PAYLOAD_VERSION = 1
Upcast = Callable[[Any], Any]
_UPCASTS: dict[int, Upcast] = {}
"""From payload version n to n + 1, on plain decoded JSON; a start never rewrites, a write stores the newest."""

T = TypeVar("T")


class TornPayloadError(ValueError):
    """Bytes that are not a whole payload of a version known here."""


class _Envelope(msgspec.Struct, array_like=True, frozen=True):
    version: int
    body: msgspec.Raw


_encoder = msgspec.json.Encoder()
_envelope = msgspec.json.Decoder(_Envelope)
_decoders: dict[type, Any] = {}


def seal_payload(value: msgspec.Struct | dict[str, Any]) -> bytes:
    """Encode what the vault will seal, with the payload's version in front."""
    return _encoder.encode(_Envelope(PAYLOAD_VERSION, msgspec.Raw(_encoder.encode(value))))


def open_payload(payload: bytes, type_: type[T]) -> T:
    """Decode what the vault held, upcasting older versions.

    Raises:
        TornPayloadError: the bytes are damaged, or from a newer version of the app.
    """
    try:
        envelope = _envelope.decode(payload)
        if envelope.version == PAYLOAD_VERSION:
            return decode(envelope.body, type_)
        if envelope.version > PAYLOAD_VERSION:
            raise TornPayloadError("a newer app wrote this")
        plain = msgspec.json.decode(envelope.body)
        for version in range(envelope.version, PAYLOAD_VERSION):
            plain = _UPCASTS[version](plain)
        return msgspec.convert(plain, type_)
    except (msgspec.MsgspecError, KeyError) as error:
        raise TornPayloadError(str(error)) from error


def encode(value: Any) -> bytes:  # noqa: ANN401 - any struct of the protocol
    """Encode a struct of the protocol as JSON."""
    return _encoder.encode(value)


def decode(data: bytes | msgspec.Raw, type_: type[T]) -> T:
    """Decode and check a struct of the protocol.

    Raises:
        msgspec.MsgspecError: the bytes are torn or do not fit ``type_``; nothing of them is used.
    """
    decoder = _decoders.get(type_)
    if decoder is None:
        decoder = _decoders[type_] = msgspec.json.Decoder(type_)
    result: T = decoder.decode(data)
    return result


def to_rows(records: Iterable[Record], columns: dict[str, list[str]], scopes: dict[str, int]) -> dict[str, KindRows]:
    """Lay records out as rows per kind; ``scopes`` gives each scope's index and grows by those it lacks."""
    kinds: dict[str, KindRows] = {}
    for record in records:
        laid = kinds.get(record.kind)
        if laid is None:
            laid = kinds[record.kind] = KindRows(columns[record.kind], [])
        laid.rows.append(
            (
                record.id,
                "" if record.root == record.id else record.root,
                scopes.setdefault(record.scope, len(scopes)),
                record.rev,
                record.deleted,
                record.mark,
                record.marks or None,
                record.adds or None,
                _trimmed([record.fields.get(name) for name in laid.columns]),
            )
        )
    return kinds


def _trimmed(values: list[Any]) -> list[Any]:
    end = len(values)
    while end and values[end - 1] is None:
        end -= 1
    return values[:end]


def from_rows(page: PullAnswer) -> list[Record]:
    """Read a page's records. Fields this version does not know are kept, so that they survive a later upgrade."""
    return records_of(page.kinds, page.scopes)


def records_of(kinds: Mapping[str, KindRows], scopes: Sequence[str]) -> list[Record]:
    """Read records that are laid out as rows.

    Raises:
        AnswerMalformed: a row names a scope that is not among ``scopes``.
    """
    try:
        return [_record(kind, rows.columns, scopes, row) for kind, rows in kinds.items() for row in rows.rows]
    except IndexError as error:
        raise AnswerMalformed from error


def _record(kind: str, columns: list[str], scopes: Sequence[str], row: Row) -> Record:
    id_, root, scope, rev, deleted, mark, marks, adds, values = row
    fields: dict[str, Value] = dict(zip(columns, values, strict=False))
    if None in values:
        fields = {name: value for name, value in fields.items() if value is not None}
    return Record(kind, id_, root or id_, scopes[scope], rev, mark, fields, deleted, marks or {}, adds or {})
