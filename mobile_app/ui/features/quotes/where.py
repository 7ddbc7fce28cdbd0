"""What of a quote is open, how one leaves it, and what is said to whoever leaves a line that is gone."""

from collections.abc import Awaitable

import flet as ft

from mobile_app.data.device import Device
from mobile_app.ui.design import Press
from shared.errors import RecordNotFound, RecordRefused


class Where(ft.Observable):
    """What of a quote is open: its page, the catalogue, or a line. It outlives the pane, so that going back can close it."""

    def __init__(self) -> None:
        self.searching = False
        self.line_id = ""
        self._leaves: dict[str, Press] = {}

    @property
    def deep(self) -> bool:
        """Whether something stands over the page."""
        return self.searching or bool(self.line_id)

    def search(self) -> None:
        """Open the catalogue."""
        self.searching = True

    def edit(self, line_id: str) -> None:
        """Open a line, over whatever is open."""
        self.line_id = line_id

    def close(self) -> None:
        """Close what was opened last."""
        if self.line_id:
            self.line_id = ""
        else:
            self.searching = False

    def leave(self) -> None:
        """Show the page."""
        self.line_id, self.searching = "", False

    def left_by(self, line_id: str, leave: Press | None) -> None:
        """Note how an open line is left; None once it is closed."""
        if leave is not None:
            self._leaves[line_id] = leave
        else:
            self._leaves.pop(line_id, None)

    def back(self) -> Awaitable[None] | None:
        """Do what the arrow of what was opened last does: it is what the phone's own Back does."""
        leave = self._leaves.get(self.line_id, self.close)
        return leave()


async def refuse_gone_line(device: Device, quote_id: str) -> None:
    """Say that a line was taken off its quote. Where that is gone as a whole its page says so, and nothing else has to.

    Raises:
        RecordRefused: ``quote_line_gone``: the quote is there, without the line.
    """
    try:
        await device.quotes.get(quote_id)
    except RecordNotFound:
        return
    raise RecordRefused("quote_line_gone")
