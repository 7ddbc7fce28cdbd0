"""What the organisation allows devices in browsers, which have no key store: none, fewer days without the server, or the same as others."""

from shared.errors import ServerRefused
from shared.sync.protocol import BROWSER
from sync_server.config import Leases

LEAST_DAYS = 1
"""What a device in a browser that enrolled before they were forbidden has to send and to give away what lies on it."""


class BrowsersForbidden(ServerRefused):
    """403: the organisation has no devices in browsers. What lies on one that is there is taken; it is given nothing more."""

    code = "browsers_forbidden"

    def __init__(self) -> None:
        super().__init__(403)


def require_allowed(leases: Leases, platform: str) -> None:
    """Let a device pass that may have the organisation's data.

    Raises:
        BrowsersForbidden: it is in a browser, and they may not.
    """
    if platform == BROWSER and leases.browser_days == 0:
        raise BrowsersForbidden


def days_of(leases: Leases, platform: str) -> int:
    """Give for how many days a device works without its server; one in a browser never longer than others."""
    return max(min(leases.browser_days, leases.days), LEAST_DAYS) if platform == BROWSER else leases.days
