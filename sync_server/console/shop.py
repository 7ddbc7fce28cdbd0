"""What every command needs: the organisation's folder opened, and a failure told in a sentence instead of a traceback."""

import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from typer.core import TyperGroup

from shared.errors import RecordNotFound, RecordRefused, StorageFailed, TourneeError
from shared.ports import Clock, Randomness, SystemClock, SystemRandomness
from sync_server.config import Config, ConfigError
from sync_server.services import epochs
from sync_server.services.authoring import Author
from sync_server.services.organisation import NotInitialised, load_organisation
from sync_server.services.passwords import Passwords
from sync_server.storage.database import Database, is_there
from sync_server.storage.dump import TextUnstorable
from sync_server.storage.folders import keep_private
from sync_server.storage.postgresql import DatabaseUnreachable

DataOption = Annotated[Path | None, typer.Option("--data", help="The organisation's folder (TOURNEE_SERVER_DATA, else var/server).")]
PasswordStdin = Annotated[bool, typer.Option("--password-stdin", help="Read the password from the first line of the standard input.")]

_WIDE = 240
_SENTENCES = {
    "not_initialised": "There is no organisation in this folder yet. Create one: tournee init --data FOLDER --name NAME",
    "already_initialised": "There is an organisation in this folder already. A second one needs a folder of its own.",
    "recovery_key_damaged": "There is a recovery.key in this folder that holds no key. Put it elsewhere: a new organisation gets one.",
    "storage_busy": "Another process is using this organisation's database. Stop it, or try again in a moment.",
    "schema_too_new": "A later release has changed this organisation's database. Install that release again; nothing was touched.",
    "role_forbidden": "PostgreSQL does not let this role work in its schema: give it a schema that it owns, or the right to make one.",
    "database_unreachable": "There is no connection to PostgreSQL. See that it runs and lets this machine in, and that host, port, "
    "database, user and password in the address are right.",
    "disk_full": "The disk is full: nothing was changed. Free some space and try again.",
    "storage_failed": "The disk refused to read or write the organisation's database. `tournee doctor` says more.",
    "database_damaged": "The organisation's database is damaged. Stop the server, set org.db aside with its -wal and -shm, and restore "
    "the last backup; devices send again what it lacks.",
    "record_not_found": "There is nothing by that name here.",
    "login_taken": "Somebody signs in with this login already. Choose another.",
    "login_malformed": "A login is 1 to 64 letters, digits or the signs . _ - @ + without spaces.",
    "name_missing": "A name is needed.",
    "name_too_long": "The name is too long: at most 200 characters.",
    "password_too_short": "The password is too short: at least 8 characters.",
    "password_not_typed": "There is no terminal to type a password at. Pipe it in, with --password-stdin.",
    "password_not_utf8": "The password on the standard input is not UTF-8, so nobody could type it; nothing was changed.",
    "password_too_long": "The password is too long: at most 128 characters.",
    "password_is_login": "The password must not be the login.",
    "territory_taken": "There is a territory by that name already.",
    "territory_ambiguous": "Several territories have that name; give its id.",
    "rules_overlap": "Two prices hold for the same product, quantity and day, and nothing says which. Nothing was changed.",
    "place_out_of_range": "A latitude lies between -90 and 90 and a longitude between -180 and 180; give both.",
    "already_assigned": "This user works that territory already.",
    "not_assigned": "This user does not work that territory.",
    "dates_reversed": "The last day lies before the first.",
    "own_deputy": "Nobody stands in for herself.",
    "nothing_to_lend": "There is no territory to lend on these days.",
    "role_unknown": "There is no such role.",
    "last_admin": "This is the only admin who can sign in. Make another one first.",
    "backup_unknown": "This file is no backup of this program.",
    "backup_other_key": "The backup was sealed with another key. Name the right one with --key.",
    "backup_broken": "The backup was altered or cut off: nothing was changed. Take another one.",
    "backup_too_new": "A later release made this backup. Install that release, then restore it; nothing was changed.",
    "backup_differs": "What was read back is not what was written: nothing counts. Look at the disk, then try again.",
    "backup_key_damaged": "The file of the backups' key holds no key: put your copy of it back. Without one, remove it for a new key; "
    "no backup that was sealed with the old one can be opened then.",
    "not_empty": "There is data already; this goes into an empty one.",
    "organisation_moved": "This organisation moved to another database. Set TOURNEE_SERVER_DATABASE to it, or take the file it moved to.",
    "organisation_arriving": "This organisation's move into this database was cut off. Run `tournee migrate-to` again where it came from.",
    "text_unstorable": "A text has a NUL in it, which PostgreSQL cannot keep: nothing was changed. Write that field anew, then try again.",
    "move_differs": "What arrived is not what left: nothing was kept, and the organisation stays where it is.",
}
_DETAILS = {"text_unstorable": "It is the field {}.", "database_unreachable": "It says: {}"}


class Sentences(TyperGroup):
    """The root command: what was raised on purpose becomes a sentence and exit code 1."""

    def invoke(self, ctx: typer.Context) -> object:  # type: ignore[override]  # typer's context is click's
        """Run the command."""
        try:
            return super().invoke(ctx)
        except (TourneeError, ConfigError, OSError) as error:
            Console(stderr=True, highlight=False, soft_wrap=True).print(sentence(error), style="red", markup=False)
            raise typer.Exit(1) from error


def sentence(error: Exception) -> str:
    """Say what went wrong and what helps."""
    if isinstance(error, RecordNotFound) and str(error) != error.code:
        return str(error)
    if isinstance(error, TextUnstorable | DatabaseUnreachable):
        return f"{_SENTENCES[error.code]} {_DETAILS[error.code].format(error)}"
    if isinstance(error, RecordRefused) and error.code == "invalid":
        return "This was refused: " + ", ".join(f"{field}: {code}" for field, code in error.errors.items())
    if isinstance(error, TourneeError):
        return _SENTENCES.get(error.code) or _SENTENCES.get(_family(error), "") or f"This was refused: {error.code}"
    if isinstance(error, OSError) and error.filename:
        return f"{error.strerror or 'This cannot be read or written'}: {error.filename}"
    return str(error)


def _family(error: TourneeError) -> str:
    return StorageFailed.code if isinstance(error, StorageFailed) else error.code


@dataclass(frozen=True, slots=True)
class Shop:
    """An open organisation."""

    config: Config
    database: Database
    clock: Clock
    randomness: Randomness
    passwords: Passwords
    author: Author

    def today(self) -> date:
        """The day in UTC, by which assignments are judged."""
        return datetime.fromtimestamp(self.clock.now_ms() / 1000, UTC).date()

    def day_here(self) -> date:
        """The day in this machine's zone, as people here call it."""
        return datetime.fromtimestamp(self.clock.now_ms() / 1000, ZoneInfo(self.clock.zone())).date()


@contextmanager
def open_folder(data: Path | None, *, new: bool = False, alone: bool = False, moved: bool = False) -> Iterator[Shop]:
    """Open the organisation in ``data``; ``new`` makes folder and database where there are none, ``alone`` keeps servers off meanwhile.

    ``moved`` opens also what it left behind.

    Raises:
        NotInitialised: there is no organisation, and ``new`` is not asked for.
        OrganisationMoved: it lives in another database now, and ``moved`` is not asked for.
        OrganisationArriving: its move into this one is not done.
    """
    config, clock, randomness = Config.read(data=data), SystemClock(), SystemRandomness()
    if new:
        config.data.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not config.database_url:
            keep_private(config.database)
    elif not is_there(config):
        raise NotInitialised
    database = Database.configured(config, alone=alone)
    try:
        if not new:
            with database.read() as connection:
                load_organisation(connection)
                if not moved:
                    epochs.standing(connection)
        yield Shop(config, database, clock, randomness, Passwords(config.scrypt, randomness), Author(clock, randomness))
    finally:
        database.close()


def ask_password(*, from_stdin: bool) -> str:
    """Give the password that was typed (twice, unseen), or the first line of the standard input, which is UTF-8 whatever the locale.

    Raises:
        RecordRefused: it is not, so that nobody could type what was read; or there is nobody to type.
    """
    if from_stdin:
        return _first_line()
    if not sys.stdin.isatty():
        raise RecordRefused("password_not_typed")
    return str(typer.prompt("Password", hide_input=True, confirmation_prompt=True))


def _first_line() -> str:
    try:
        return sys.stdin.buffer.readline().decode("utf-8-sig").rstrip("\r\n")
    except UnicodeDecodeError as error:
        raise RecordRefused("password_not_utf8") from error


def say(line: str) -> None:
    """Print one line, however long, without colouring what is in it."""
    Console(highlight=False, soft_wrap=True).print(line, markup=False)


def show(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print a table. Where nobody watches (a pipe), nothing is cut or wrapped."""
    table = Table()
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*(escape(_printable(cell)) for cell in row))
    Console(width=None if sys.stdout.isatty() else _WIDE).print(table)


def _printable(cell: str) -> str:
    """A file's cell may hold a terminal's orders: none of them is obeyed."""
    return "".join(character if character.isprintable() else " " for character in cell)


def when(instant: int | None) -> str:
    """Write an instant (ms since 1970) as day and minute, in UTC."""
    return "never" if instant is None else datetime.fromtimestamp(instant / 1000, UTC).strftime("%Y-%m-%d %H:%M")
