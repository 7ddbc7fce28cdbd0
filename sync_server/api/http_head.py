"""What comes before a request's body is bounded as well: uvicorn's quicker parser keeps as many headers as anyone sends, token or none."""

from asyncio import Protocol
from typing import Final

HEAD_CAP: Final = 32 * 1024
"""Bytes of a request's line and headers."""

try:
    from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
except ImportError:  # not on every platform; h11 has a bound of its own
    HTTP: type[Protocol] | str = "h11"
else:

    class _TooLongError(Exception):
        """Makes the parser give up, which answers 400. Never leaves it."""

    class BoundedHttp(HttpToolsProtocol):
        """Answers 400 and hangs up once a head is longer than ``HEAD_CAP``, whether its lines are many or one."""

        _in_head = True
        _arrived = 0
        _kept = 0

        def data_received(self, data: bytes) -> None:
            """Read what came."""
            super().data_received(data)
            if self._in_head:
                self._arrived += len(data)
                if self._arrived > HEAD_CAP and not self.transport.is_closing():
                    self.send_400_response("The request's head is too long.")

        def on_message_begin(self) -> None:
            """Begin a head."""
            self._in_head, self._arrived, self._kept = True, 0, 0
            super().on_message_begin()

        def on_url(self, url: bytes) -> None:
            """Take a part of its first line."""
            self._keep(len(url))
            super().on_url(url)

        def on_header(self, name: bytes, value: bytes) -> None:
            """Take a line."""
            self._keep(len(name) + len(value))
            super().on_header(name, value)

        def on_headers_complete(self) -> None:
            """End it."""
            self._in_head = False
            super().on_headers_complete()

        def _keep(self, size: int) -> None:
            self._kept += size
            if self._kept > HEAD_CAP:
                raise _TooLongError

    HTTP = BoundedHttp
