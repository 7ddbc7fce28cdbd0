"""Going to another screen without waiting for the client to say that one did, and back to where one came from."""

import flet as ft


def show_at(page: ft.Page, route: str) -> None:
    """Show the screen at ``route`` now, and have the client put the address into its history.

    ``Page.navigate`` alone asks the client, draws nothing until its answer is back, and so costs a second way to the client and a frame
    there. Here the page is told at once what the client will say; when it says so, nothing is left to do.
    """
    session = page.session
    page.navigate(route)
    session.apply_page_patch({"route": route})
    page.run_task(session.dispatch_event, page._i, "route_change", {"route": route})


class Trail:
    """The screens that lead back from the one that is shown."""

    def __init__(self, page: ft.Page) -> None:
        self._page = page
        self._behind: list[str] = []

    @property
    def here(self) -> str:
        """The route that is shown."""
        return self._page.route or "/"

    def stands_at(self, done: str) -> bool:
        """Whether ``done`` is still shown; '' always is."""
        return done in ("", self.here)

    def go(self, route: str, *, anew: bool) -> None:
        """Show another screen; ``anew`` is one from which nothing leads back."""
        if anew:
            self._behind.clear()
        elif self._page.route:
            self._behind.append(self.here)
        show_at(self._page, route)

    def back(self, home: str) -> None:
        """Show the screen from which one came; after a deep link what this one belongs to, else ``home``."""
        here = self.here
        while self._behind and self._behind[-1] == here:
            self._behind.pop()
        show_at(self._page, self._behind.pop() if self._behind else (here.rsplit("/", 1)[0] or home))
