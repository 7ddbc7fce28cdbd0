"""Every command that the project's pages name is one of the command line's."""

from __future__ import annotations

from typer.main import get_command

from sync_server.cli import app
from tests.test_project import texts


def commands(command: object, words: str = "tournee") -> set[str]:
    """Return the commands below ``command``, as they are typed."""
    below = getattr(command, "commands", None)
    if below is None:
        return {words}
    return {each for name, child in below.items() for each in commands(child, f"{words} {name}")}


def test_every_command_that_a_page_names_exists() -> None:
    known = commands(get_command(app))

    named = texts(r"(?:\n|`)(tournee(?: [a-z][a-z-]*)+)")

    assert {(page, name) for page, name in named if not any(f"{name} ".startswith(f"{each} ") for each in known)} == set()
