"""Tells the shell around the app how much lies here that the server has not settled."""

from __future__ import annotations

from mobile_app.data.gate import Gate, NotEnrolled, Opened, Shut
from mobile_app.data.ports import Shell
from mobile_app.data.sync_status import StatusHandle, SyncState


class Telling:
    """Follows a gate for as long as the process runs: at a locked door it tells what lies behind it, and in all other vaults.

    While another person enrols, what the vaults held before still counts; after a sign-off or a wipe of the last one nothing does.
    """

    def __init__(self, gate: Gate, shell: Shell) -> None:
        self._gate = gate
        self._shell = shell
        self._beside = 0
        self._mine = 0
        self._told: int | None = None
        self._heard: StatusHandle | None = None
        gate.subscribe(self._look)
        self._look()

    def _look(self) -> None:
        if self._heard is not None:
            self._heard.unsubscribe()
            self._heard = None
        state = self._gate.state
        if isinstance(state, Opened):
            self._heard = state.device.status.subscribe(self._hear)
            self._hear(state.device.status.now)
        elif isinstance(state, Shut):
            self._mine, self._beside = state.counts.unsettled, state.beside
            self._tell()
        elif isinstance(state, NotEnrolled):
            self._mine, self._beside = 0, 0 if state.code else self._mine + self._beside
            self._tell()

    def _hear(self, sync: SyncState) -> None:
        self._mine = sync.waiting + sync.attention
        self._tell()

    def _tell(self) -> None:
        count = self._mine + self._beside
        if count != self._told:
            self._told = count
            self._shell.unsent(count)
