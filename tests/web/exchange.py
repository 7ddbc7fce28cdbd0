"""What both sides compute and store, to be compared. Run inside Pyodide, it reads the native vault and leaves one of its own."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from mobile_app.data.ports import CryptoPort
from shared.recovery_format import recovery_context
from tests.fakes.crypto import DeviceCrypto, recovery_keys
from tests.fakes.device import SeededRandomness

SEED = 7


def computed(crypto: CryptoPort, public_key: bytes) -> dict[str, str]:
    """Each primitive on a few inputs, with chance from a seed: the same bytes wherever it runs."""
    cipher = crypto.cipher(bytes(range(32)))
    made = {
        "scrypt": crypto.scrypt(b"258013", bytes(16), 1 << 15),
        "hkdf": crypto.hkdf(b"secret", b"salt", b"info"),
        "empty": cipher.seal(b"", b""),
        "short": cipher.seal(b"Boulangerie", b"row"),
        "long": cipher.seal(bytes(range(256)) * 300, b"row"),
        "recovery": crypto.seal_to(public_key, b"data key", recovery_context("org", "device", 1)),
    }
    return {name: value.hex() for name, value in made.items()}


def main(folder: Path) -> None:
    """See the module."""
    from tests.mobile_app.data.vaults import all_records, fill, open_vault  # noqa: PLC0415 - not natively beside the tests that compare

    public = recovery_keys(bytes(range(32)))[1]
    (folder / "computed.json").write_text(json.dumps(computed(DeviceCrypto(SeededRandomness(SEED)), public)), encoding="utf-8")
    native = open_vault(folder / "native")
    rows = [(name, rev, payload.hex()) for name, rev, payload in all_records(native)]
    native.close()
    (folder / "read.json").write_text(json.dumps(rows), encoding="utf-8")
    own = open_vault(folder / "browser")
    fill(own)
    own.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
