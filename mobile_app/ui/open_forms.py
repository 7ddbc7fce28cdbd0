"""The forms that are open in a tab, of which the shell around the app is told: nothing changes under them."""

from mobile_app.data.ports import Shell


class OpenForms:
    """Counts them; the shell, where there is one, hears of the first that opens and of the last that closes."""

    def __init__(self, shell: Shell | None) -> None:
        self._shell = shell
        self._open: set[object] = set()

    def note(self, form: object, *, on: bool) -> None:
        """``form`` is open, or not any more. Repeatable."""
        before = bool(self._open)
        if on:
            self._open.add(form)
        else:
            self._open.discard(form)
        if self._shell is not None and bool(self._open) != before:
            self._shell.busy(on=not before)
