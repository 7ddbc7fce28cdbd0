"""What a signed-in device remembers of its session, sealed in the vault: tokens are never on the disk in the clear."""

from __future__ import annotations

from typing import Final

import msgspec

from shared.sync.protocol import Profile, Tokens

NAME: Final = "session"


class SessionState(msgspec.Struct, frozen=True, omit_defaults=True):
    """Where this device belongs, who uses it, and its tokens (None: signed out, the outbox is kept)."""

    server: str
    organisation: str
    organisation_name: str
    device_id: str
    device_code: str
    profile: Profile
    tokens: Tokens | None
    recovery_key: str = ""
    lease_days: int = 14
    last_ok_at: int = 0
