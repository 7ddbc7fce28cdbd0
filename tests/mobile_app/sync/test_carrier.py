"""Files travel beside the rounds: never in front of records, and over links that drop."""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import replace

from mobile_app.sync.engine import RoundEnd
from shared.sync.protocol import BLOB_CHUNK
from tests.mobile_app.sync.carrying import Shelf, SlowServer, carrier, photo, run


def test_fault_28_ten_megabytes_at_20_kb_a_second_with_a_drop_each_minute_resend_at_most_one_chunk_a_drop() -> None:
    data, transfer = photo(10_000_000)
    server, shelf = SlowServer(), Shelf(transfer, data)

    run(carrier(shelf, server).carry_all())

    assert hashlib.sha256(server.kept).hexdigest() == transfer.sha256
    assert server.drops >= 8
    assert server.carried - len(data) <= server.drops * BLOB_CHUNK
    assert shelf.noted[-1] == (len(data), True)
    assert [offset for offset, _ in shelf.noted] == sorted({offset for offset, _ in shelf.noted})


def test_fault_29_a_photo_never_holds_up_a_record() -> None:
    data, transfer = photo(2_000_000)
    server, shelf = SlowServer(drops=False), Shelf(transfer, data)

    async def story() -> None:
        carried = carrier(shelf, server)

        async def record_round() -> RoundEnd:
            server.heard.append("round begins")
            for _ in range(50):
                await asyncio.sleep(0)
            server.heard.append("round ends")
            return RoundEnd("idle", pulled=True)

        sending = asyncio.create_task(carried.carry_all())
        while len(server.heard) < 3:
            await asyncio.sleep(0)
        for _ in range(3):
            await carried.around(record_round)
        await sending

    run(story())

    rounds = [place for place, what in enumerate(server.heard) if what == "round begins"]
    during = [server.heard[place + 1 : server.heard.index("round ends", place)] for place in rounds]
    assert len(rounds) == 3
    assert max(len(pieces) for pieces in during) <= 1  # what the link had been handed already
    assert server.kept == data


def test_a_download_goes_on_where_it_stopped() -> None:
    data, transfer = photo(3_000_000)
    server = SlowServer()
    server.kept = data
    shelf = Shelf(replace(transfer, way="down"))

    run(carrier(shelf, server).carry_all())

    assert shelf.got == data
    assert server.drops >= 2
