"""A second client, written from docs/protocol.md alone: nothing of the app or of its shared rules is imported. It keeps all in memory."""

from __future__ import annotations

import hashlib
import json
import os
import uuid
from collections.abc import Callable
from typing import Any

Json = dict[str, Any]
Send = Callable[[str, str, dict[str, str], bytes], tuple[int, bytes]]
PARENTS = ("account_id", "quote_id")


class Problem(Exception):  # noqa: N818 - the protocol's word
    """What the server refused, by its code."""

    def __init__(self, problem: Json) -> None:
        super().__init__(problem["code"])
        self.code: str = problem["code"]


class SecondClient:
    """``send(method, path, headers, body)`` gives status and body; ``clock`` gives milliseconds."""

    def __init__(self, send: Send, clock: Callable[[], int]) -> None:
        self._send, self._clock = send, clock
        self.records: dict[str, Json] = {}
        self.cursor, self.stamp, self.seq = "", 0, 0
        self.device, self.epoch, self.tokens = "", "", {"access": "", "refresh": ""}
        self.outbox: list[Json] = []
        self.attention: list[Json] = []
        self.stale: set[str] = set()

    # ---- talking
    def _ask(self, method: str, path: str, body: Json | None = None, *, signed: bool = True, again: bool = True) -> Json:
        headers = {"X-Tournee-Protocol": "3", "Content-Type": "application/json"}
        if signed:
            headers["Authorization"] = f"Bearer {self.tokens['access']}"
        status, content = self._send(method, path, headers, b"" if body is None else json.dumps(body).encode())
        answer: Json = json.loads(content)
        if status == 401 and answer["code"] == "session_expired" and signed and again:
            self.tokens = self._ask("POST", "/v1/auth/refresh", {"device_id": self.device, "refresh": self.tokens["refresh"]}, signed=False)
            return self._ask(method, path, body, again=False)
        if status >= 400:
            raise Problem(answer)
        self.stamp = max(self.stamp, answer.get("stamp", 0))
        return answer

    def enrol(self, login: str, password: str) -> None:
        """Become a device of this person."""
        asked = {"login": login, "password": password, "device_name": "second client", "platform": "test"}
        answer = self._ask("POST", "/v1/devices/enrol", asked, signed=False)
        self.device, self.tokens, self.epoch = answer["device_id"], answer["tokens"], answer["epoch"]["id"]

    # ---- writing
    def new_id(self) -> str:
        """Make a UUIDv7."""
        number = self._clock() << 80 | 7 << 76 | 2 << 62
        return str(uuid.UUID(int=number | int.from_bytes(os.urandom(9)) & 0xFFF_3FFF_FFFF_FFFF_FFFF))

    def write(self, kind: str, id_: str, op: str, fields: Json | None = None, needs: tuple[str, ...] = ()) -> str:
        """Put an action into the outbox; ``fields`` has edits. The base is what is here now."""
        self.stamp = max(self._clock() << 16, self.stamp + 1)
        change: Json = {"kind": kind, "id": id_, "op": op, "stamp": self.stamp, "fields": fields or {}}
        if op != "create":
            change["base"] = [self.epoch, self.records[id_]["rev"]]
        self.outbox.append({"id": self.new_id(), "changes": [change], "needs": list(needs)})
        return str(self.outbox[-1]["id"])

    # ---- rounds
    def round(self) -> None:
        """Push all, then pull all, and compare digests; what differs is fetched again, once."""
        while self.outbox:
            self._push(self.outbox[:100])
        wrong = self._pull()
        if wrong:
            self._forget(lambda record: record["scope"] in wrong)
            self.cursor += "!" + ",".join(wrong)
            wrong = self._pull()
        assert not wrong, f"digests differ: {wrong}"

    def _push(self, batch: list[Json]) -> None:
        for transaction in batch:
            if "seq" not in transaction:
                self.seq += 1
                transaction["seq"] = self.seq
        answer = self._ask("POST", "/v1/sync/push", {"clock": self._clock(), "epoch": self.epoch, "transactions": batch})
        for transaction, outcome in zip(batch, answer["outcomes"], strict=True):
            assert outcome["txn"] == transaction["id"]
            if outcome["status"] in ("refused", "held"):
                self.attention.append(transaction | {"outcome": outcome})
            if outcome["status"] == "need_full":
                held = [self.records[id_] for id_ in outcome["by"] if id_ in self.records]
                transaction["whole"] = [{name: each[name] for name in ("kind", "id", "rev", "fields")} for each in held]
        done = {outcome["txn"] for outcome in answer["outcomes"] if outcome["status"] != "need_full"}
        self.outbox = [transaction for transaction in self.outbox if transaction["id"] not in done]

    def _pull(self) -> list[str]:
        while True:
            page = self._ask("GET", f"/v1/sync/pull?cursor={self.cursor}&limit=50&digest=true")
            assert page["asked"] == self.cursor
            self._take(page)
            if not page.get("more"):
                ours = self.digests()
                return [scope for scope, digest in page["digests"].items() if ours.get(scope, "0:" + "0" * 16) != digest]

    def _take(self, page: Json) -> None:
        left, lost, again = (set(page.get(name, [])) for name in ("left", "lost_scopes", "again"))
        self._forget(lambda record: record["scope"] in lost or (not again and bool({record["id"], record["root"]} & left)))
        self.stale |= {id_ for id_, here in self.records.items() if again and (here["scope"] in again or {id_, here["root"]} & left)}
        for kind, laid in page["kinds"].items():
            for id_, root, scope, rev, deleted, _mark, _marks, _adds, values in laid["rows"]:
                if id_ not in self.records or rev > self.records[id_]["rev"]:
                    fields = {name: value for name, value in zip(laid["columns"], values, strict=False) if value not in (None, [])}
                    here = {"id": id_, "kind": kind, "root": root or id_, "scope": page["scopes"][scope], "rev": rev}
                    self.records[id_] = here | {"deleted": deleted, "fields": fields}
                self.stale.discard(id_)
        if not page.get("more"):
            self._forget(lambda record: record["id"] in self.stale)
            self.stale = set()
        self.cursor, self.epoch = page["cursor"], page["epoch"]["id"]

    def _forget(self, gone: Callable[[Json], bool]) -> None:
        self.records = {id_: record for id_, record in self.records.items() if not gone(record)}

    def digests(self) -> dict[str, str]:
        """Sum up each scope as the server does."""
        sums: dict[str, tuple[int, int]] = {}
        for record in filter(lambda each: not each["deleted"], self.records.values()):
            said = [record["id"], record["rev"], record["deleted"], record["fields"]]
            text = json.dumps(said, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
            count, total = sums.get(record["scope"], (0, 0))
            sums[record["scope"]] = count + 1, (total + int.from_bytes(hashlib.sha256(text.encode()).digest()[:8])) % 2**64
        return {scope: f"{count}:{total:016x}" for scope, (count, total) in sums.items()}

    # ---- reading
    def get(self, id_: str) -> Json | None:
        """Give a record's values, or None where there is none, it was deleted, or what it belongs to has not come."""
        record = self.records.get(id_)
        if record is None or record["deleted"]:
            return None
        parents = [record["fields"][name] for name in PARENTS if name in record["fields"]]
        return record["fields"] if all(self.get(parent) is not None for parent in parents) else None

    def all(self, kind: str) -> list[Json]:
        """Give the values of all records of a kind."""
        return [record["fields"] for record in self.records.values() if record["kind"] == kind and self.get(record["id"]) is not None]
