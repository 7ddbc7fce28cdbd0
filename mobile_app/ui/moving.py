"""Going to another screen without waiting for the client to say that one did."""

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
