"""The shell port over the page, which decides when a new version takes over."""

from __future__ import annotations

from tournee_js import shell

from mobile_app.data.vault_schema import STEPS
from shared.sync.codec import PAYLOAD_VERSION


class PageShell:
    """Says it over a channel of the browser's: the page hears it whenever it listens, and answers nothing."""

    def shown(self) -> None:
        """The first screen is rendered."""
        shell.shown()

    def failed(self) -> None:
        """There will be no first screen: the page goes back to the version before, where there is one."""
        shell.failed()

    def busy(self, *, on: bool) -> None:
        """A form is open, or none is any more."""
        shell.busy(on)

    def unsent(self, count: int) -> None:
        """So many lie here that the server has not settled, in the versions that this code writes."""
        shell.unsent(count, len(STEPS), PAYLOAD_VERSION)
