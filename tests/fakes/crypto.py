"""The crypto that a device has where the tests run, and what its organisation does with a recovery seal: natively, or in Pyodide."""

from __future__ import annotations

import sys

if sys.platform == "emscripten":
    from tests.web.noble import DeviceCrypto, open_seal, recovery_keys
else:
    from mobile_app.data.crypto import NativeCrypto as DeviceCrypto
    from shared.recovery import open_seal, recovery_keys

__all__ = ["DeviceCrypto", "open_seal", "recovery_keys"]
