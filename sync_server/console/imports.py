"""`tournee import customers`: one's own customers from a CSV or vCard file. First it is shown what would be done."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from shared.sync.clock import millis
from sync_server.console.import_words import said
from sync_server.console.shop import DataOption, open_folder, say, show, when
from sync_server.services.conflicts import SERVER_DEVICE
from sync_server.services.customer_import import Done, apply_plan, plan_file, require_country
from sync_server.services.importing import Compared, Difference, Duplicate, ImportPlan, Parsed, Planned
from sync_server.services.importing.planning import text
from sync_server.services.territories import territory_named

app = typer.Typer(help="Bring one's own data in.", no_args_is_help=True)
PREVIEW = 20
ALL = "all"


@app.callback()
def group() -> None:
    """Bring one's own data in."""


@app.command("customers")
def customers(
    *,
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True, help="A .csv or .vcf file.")],
    territory: Annotated[str, typer.Option(help="Name or id of the territory they belong to.")],
    country: Annotated[str, typer.Option(help="Two-letter country of rows that name none.")] = "",
    accept: Annotated[list[int] | None, typer.Option(help="Row number of a duplicate to import all the same; repeatable.")] = None,
    update: Annotated[
        list[str] | None, typer.Option(help="Row number whose values replace those that are here, or all; repeatable.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Import without asking.")] = False,
    data: DataOption = None,
) -> None:
    """Import customers. Nothing is written until it is confirmed; the same file again changes nothing."""
    accepted = frozenset(accept or ())
    chosen = _rows(update or ())
    with open_folder(data) as shop:
        with shop.database.read() as connection:
            where = territory_named(connection, territory)
            parsed, plan, compared = plan_file(connection, file, where.id, require_country(country))
        _say_how_read(parsed)
        _preview(plan, where.name)
        _say_differences(compared)
        count = len(plan.transactions(accepted))
        updates = [each for each in compared.differences if chosen is None or each.row in chosen]
        if not count and not updates:
            say("There is nothing to import.")
            raise typer.Exit(1 if plan.refused and not plan.same else 0)
        if not yes and not _confirmed(count, len(updates), where.name):
            say("Nothing was imported.")
            raise typer.Exit(1)
        with shop.database.write() as connection:
            done = apply_plan(connection, shop.author, plan, accepted, updates)
    left_out = len(plan.left_out) + len(compared.left_out)
    _say_done(done, count, left_out, where.name)


def _rows(update: Sequence[str]) -> frozenset[int] | None:
    """Read the rows to update; None for all of them."""
    if ALL in update:
        return None
    if not all(each.isdecimal() for each in update):
        message = "a row number, or all"
        raise typer.BadParameter(message, param_hint="--update")
    return frozenset(map(int, update))


def _say_done(done: Done, rows: int, left_out: int, territory: str) -> None:
    said = [f"Rows imported into {territory}: {rows - done.there}."]
    said += [f"Left out, since they came in meanwhile: {done.there}."] if done.there else []
    said += [f"Values changed: {done.changed}."] if done.changed else []
    said += [f"Left as they are, since somebody changed them meanwhile: {done.outrun}."] if done.outrun else []
    said += [f"Values not taken, as listed above: {left_out}."] if left_out else []
    say(" ".join(said))


def _confirmed(count: int, changes: int, territory: str) -> bool:
    parts = [f"import {_counted(count, 'row')} into {territory}"] if count else []
    parts += [f"change {_counted(changes, 'value')}"] if changes else []
    question = " and ".join(parts)
    try:
        return typer.confirm(f"{question[0].upper()}{question[1:]}?")
    except typer.Abort:
        return False


def _counted(count: int, thing: str) -> str:
    return f"{count} {thing}" if count == 1 else f"{count} {thing}s"


def _say_how_read(parsed: Parsed) -> None:
    if parsed.encoding:
        parted = f", parted by {parsed.delimiter!r}" if parsed.delimiter else ""
        say(f"Read as {parsed.encoding}{parted}.")
    if parsed.unknown_columns:
        say(f"Columns that are not imported: {', '.join(map(repr, parsed.unknown_columns))}.")


def _preview(plan: ImportPlan, territory: str) -> None:
    refused = len({each.row for each in plan.refused})
    say(f"For {territory}: {len(plan.new)} new, {len(plan.same)} there already, {len(plan.duplicates)} duplicates, {refused} refused.")
    if plan.new:
        show(("Row", "Customer", "Postcode", "City", "Phone", "Contact", "Remarks"), map(_new_line, plan.new[:PREVIEW]))
    if len(plan.new) > PREVIEW:
        say(f"... and {len(plan.new) - PREVIEW} more new rows.")
    if plan.duplicates:
        say("Probably customers that are there already; they are left out unless you --accept their row:")
        show(("Row", "Customer", "Same as", "Why"), map(_duplicate_line, plan.duplicates))
    if plan.left_out:
        say("Not taken, since an earlier row of the same customer or person stands:")
        kept_out = ((str(each.row), each.remark.column, said(each.remark.code, each.remark.params)) for each in plan.left_out)
        show(("Row", "Column", "Why"), kept_out)
    if plan.refused:
        say("Not taken:")
        lines = ((str(each.row) if each.row else "file", each.column, said(each.code, each.params)) for each in plan.refused)
        show(("Row", "Column", "Why"), lines)


def _say_differences(compared: Compared) -> None:
    if compared.differences:
        say("The file says otherwise than what is here; it stays as it is unless you --update the row, or all:")
        show(("Row", "Customer or person", "Column", "Here", "Last changed", "In the file"), map(_difference_line, compared.differences))
    if compared.left_out:
        say("Not taken, since an earlier row says otherwise of the same customer:")
        show(("Row", "Column", "Why"), ((str(e.row), e.remark.column, said(e.remark.code, e.remark.params)) for e in compared.left_out))


def _difference_line(found: Difference) -> tuple[str, ...]:
    by = "" if found.mark.device == SERVER_DEVICE else f", {found.mark.device}"
    since = f"{when(millis(found.mark.stamp))}{by}" if found.here is not None else ""
    new = f"+ {text(found.said)}" if found.adds else text(found.said)
    return (str(found.row), found.name, found.column, text(found.here), since, new)


def _new_line(planned: Planned) -> tuple[str, ...]:
    row = planned.row
    account = (str(row.account.get(name) or "") for name in ("name", "postcode", "city", "phone"))
    person = " ".join(str(row.contact[name]) for name in ("first_name", "last_name") if row.contact.get(name))
    return (str(row.row_number), *account, person, "; ".join(f"{each.column}: {said(each.code, each.params)}" for each in row.remarks))


def _duplicate_line(found: Duplicate) -> tuple[str, ...]:
    same_as = f"row {found.of_row}: {found.of_name}" if found.of_row else found.of_name
    why = "; ".join(said(reason.code, reason.params) for reason in found.reasons)
    return (str(found.row.row_number), str(found.row.account.get("name") or ""), same_as, why)
