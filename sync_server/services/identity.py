"""Who is speaking: what the rest of the server knows of an authenticated device."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DeviceIdentity:
    """An enrolled device that showed a good access token, and whose it is. ``until`` (ms) is when the token ends.

    ``unsent_since`` (ms) is set while its outbox is stuck. ``passed`` is the rev through which it had come
    at ``noted_at`` (ms). ``platform`` is what it said when it enrolled. ``family`` is what its sign-in began.
    """

    device_id: str
    code: str
    user_id: str
    role: str
    until: int = 0
    unsent_since: int | None = None
    passed: int = 0
    noted_at: int = 0
    platform: str = ""
    family: str = ""
