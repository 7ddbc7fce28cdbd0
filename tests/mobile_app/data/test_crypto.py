"""The primitives agree with their RFCs, and every seal notices a change."""

from __future__ import annotations

import asyncio
import sys
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mobile_app.data.executor import InlineExecutor, ThreadExecutor
from shared.errors import SealBroken
from shared.recovery_format import recovery_context
from tests.fakes.crypto import DeviceCrypto, open_seal, recovery_keys
from tests.fakes.device import SeededRandomness

CRYPTO = DeviceCrypto(SeededRandomness())
KEY = bytes(range(32))
THREADS = pytest.mark.skipif(sys.platform == "emscripten", reason="a browser has no threads")


def test_hkdf_answers_as_in_rfc_5869() -> None:
    # Appendix A.1, the first 32 of its 42 bytes.
    made = CRYPTO.hkdf(bytes([0x0B] * 22), bytes(range(13)), bytes(range(0xF0, 0xFA)))

    assert made.hex() == "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf"


def test_scrypt_depends_on_secret_salt_and_cost() -> None:
    made = {CRYPTO.scrypt(secret, salt, n) for secret in (b"a", b"b") for salt in (b"1", b"2") for n in (2, 4)}

    assert len(made) == 8


@given(st.binary(max_size=40), st.binary(max_size=10))
def test_what_was_sealed_opens_again(data: bytes, associated: bytes) -> None:
    cipher = CRYPTO.cipher(KEY)

    assert cipher.open(cipher.seal(data, associated), associated) == data


@given(st.binary(max_size=20), st.data())
def test_any_changed_byte_is_noticed(data: bytes, draw: st.DataObject) -> None:
    cipher = CRYPTO.cipher(KEY)
    sealed = bytearray(cipher.seal(data, b"row"))
    place = draw.draw(st.integers(0, len(sealed) - 1))
    sealed[place] ^= draw.draw(st.integers(1, 255))

    with pytest.raises(SealBroken):
        cipher.open(bytes(sealed), b"row")


@pytest.mark.parametrize("sealed", [b"", b"short", bytes(28)])
def test_what_is_no_seal_is_refused(sealed: bytes) -> None:
    with pytest.raises(SealBroken):
        CRYPTO.cipher(KEY).open(sealed, b"row")


def test_another_row_or_another_key_does_not_open_a_seal() -> None:
    sealed = CRYPTO.cipher(KEY).seal(b"data", b"row 1")

    with pytest.raises(SealBroken):
        CRYPTO.cipher(KEY).open(sealed, b"row 2")
    with pytest.raises(SealBroken):
        CRYPTO.cipher(KEY[::-1]).open(sealed, b"row 1")


def test_the_recovery_key_opens_a_recovery_seal_and_no_other_does() -> None:
    private, public = recovery_keys(KEY)
    context = recovery_context("org", "device", 1)
    sealed = CRYPTO.seal_to(public, b"data key", context)

    assert open_seal(private, sealed, context) == b"data key"
    with pytest.raises(SealBroken):
        open_seal(recovery_keys(KEY[::-1])[0], sealed, context)
    with pytest.raises(SealBroken):
        open_seal(private, sealed, recovery_context("org", "another device", 1))


@pytest.mark.parametrize("sealed", [b"", b"\x01", b"\x01" + bytes(31), b"\x01" + bytes(60), b"\x02" + bytes(80)])
def test_what_is_no_recovery_seal_is_refused(sealed: bytes) -> None:
    with pytest.raises(SealBroken):
        open_seal(KEY, sealed, b"")


@THREADS
def test_the_thread_executor_runs_all_on_one_named_thread_and_ends_it() -> None:
    executor = ThreadExecutor("owner")

    async def twice() -> set[str]:
        return {await executor.run(lambda: threading.current_thread().name) for _ in range(2)}

    names = asyncio.run(twice())
    executor.close()
    executor.close()

    assert len(names) == 1
    assert names.pop().startswith("owner")
    assert not any(thread.name.startswith("owner") for thread in threading.enumerate())


@pytest.mark.parametrize("make", [pytest.param(ThreadExecutor, marks=THREADS), InlineExecutor])
def test_an_executor_gives_results_and_exceptions(make: type[ThreadExecutor | InlineExecutor]) -> None:
    executor = make()

    async def use() -> int:
        with pytest.raises(ZeroDivisionError):
            await executor.run(lambda: 1 // 0)
        return await executor.run(int, "7", base=8)

    result = asyncio.run(use())
    executor.close()

    assert result == 7
