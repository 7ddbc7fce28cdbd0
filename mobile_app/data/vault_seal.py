"""Sealing of the vault's values: each is bound to its organisation, table, id and key version, so that none can take another's place."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from mobile_app.data.key_states import DataKey
from mobile_app.data.ports import Cipher, CryptoPort
from shared.errors import SealBroken, VaultLocked

PLAIN: Final = 0


class Sealer:
    """Holds the data key's cipher while the vault is unlocked."""

    def __init__(self, organisation: str, crypto: CryptoPort) -> None:
        if "|" in organisation:
            raise ValueError("an organisation's id has no '|': it would blur what a seal is bound to")
        self._organisation = organisation
        self._crypto = crypto
        self._cipher: Cipher | None = None
        self._version = PLAIN

    @property
    def unlocked(self) -> bool:
        """Whether the key is here."""
        return self._cipher is not None

    @property
    def version(self) -> int:
        """The version of the key that seals now.

        Raises:
            VaultLocked: there is no key.
        """
        if self._cipher is None:
            raise VaultLocked
        return self._version

    def take(self, key: DataKey) -> None:
        """Seal and open with ``key`` from now on."""
        if key.version <= PLAIN:
            raise ValueError("key versions begin at 1")
        self._cipher, self._version = self._crypto.cipher(key.secret), key.version

    def drop(self) -> None:
        """Forget the key."""
        self._cipher, self._version = None, PLAIN

    def for_table(self, table: str) -> tuple[Callable[[str, bytes], bytes], Callable[[str, int, bytes], bytes]]:
        """A pair of functions for one table: ``seal(id, data)`` and ``open(id, key_version, sealed)``.

        Made once per call of a table's method, so that a row costs little more than its cipher.

        Raises:
            VaultLocked: there is no key.
        """
        if self._cipher is None:
            raise VaultLocked
        cipher_seal, cipher_open, version = self._cipher.seal, self._cipher.open, self._version
        before, after = f"{self._organisation}|{table}|".encode(), f"|{self._version}".encode()

        def seal(identifier: str, data: bytes) -> bytes:
            return cipher_seal(data, before + identifier.encode() + after)

        def open_(identifier: str, key_version: int, sealed: bytes) -> bytes:
            if key_version != version:
                raise SealBroken
            return cipher_open(sealed, before + identifier.encode() + after)

        return seal, open_
