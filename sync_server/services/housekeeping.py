"""What a server does by itself, once a day, on a thread beside the requests: compaction."""

import logging
from threading import Event, Thread
from typing import Final

from shared.errors import TourneeError
from shared.ports import Clock
from sync_server.services import compaction
from sync_server.storage.database import Database

LOOK_EVERY_S: Final = 300.0
_log = logging.getLogger(__name__)


class Housekeeping:
    """Looks every few minutes whether a day has gone by. Of several processes on one database one does the work."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._over = Event()
        self._thread = Thread(target=self._run, name="housekeeping", daemon=True)

    def start(self) -> None:
        """Begin to look; the first time after a few minutes, so that a start is not slowed."""
        self._thread.start()

    def stop(self) -> None:
        """End, after what is being done."""
        self._over.set()
        self._thread.join()

    def look(self) -> bool:
        """Compact if a day has gone by; say whether that was done. What fails is logged, and tried again the next day."""
        now = self._clock.now_ms()
        try:
            if not self._database.run(lambda connection: compaction.is_due(connection, now), reading=True):
                return False
            if not self._database.run(lambda connection: compaction.claim(connection, now)):
                return False
            done = compaction.compact(self._database, now)
        except TourneeError as error:
            _log.warning("compaction failed", extra={"code": error.code})
            return False
        except Exception:  # whatever it is, the thread goes on: it is the only one that looks
            _log.exception("compaction failed")
            return False
        _log.info("compacted", extra={"tombstones": done.tombstones, "lines": done.lines})
        return True

    def _run(self) -> None:
        while not self._over.wait(LOOK_EVERY_S):
            self.look()
