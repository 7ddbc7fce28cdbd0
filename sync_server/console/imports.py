"""`tournee import customers`: one's own customers from a CSV or vCard file. First it is shown what would be done."""

from pathlib import Path
from typing import Annotated

import typer

from sync_server.console.import_words import said
from sync_server.console.shop import DataOption, open_folder, say, show
from sync_server.services.customer_import import apply_plan, plan_file, require_country
from sync_server.services.importing import Duplicate, ImportPlan, Parsed, Planned
from sync_server.services.territories import territory_named

app = typer.Typer(help="Bring one's own data in.", no_args_is_help=True)
PREVIEW = 20


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
    yes: Annotated[bool, typer.Option("--yes", help="Import without asking.")] = False,
    data: DataOption = None,
) -> None:
    """Import customers. Nothing is written until it is confirmed; the same file again changes nothing."""
    accepted = frozenset(accept or ())
    with open_folder(data) as shop:
        with shop.database.read() as connection:
            where = territory_named(connection, territory)
            parsed, plan = plan_file(connection, file, where.id, require_country(country))
        _say_how_read(parsed)
        _preview(plan, where.name)
        count = len(plan.transactions(accepted))
        if count == 0:
            say("There is nothing to import.")
            raise typer.Exit(1 if plan.refused and not plan.same else 0)
        if not yes and not _confirmed(count, where.name):
            say("Nothing was imported.")
            raise typer.Exit(1)
        with shop.database.write() as connection:
            apply_plan(connection, shop.author, plan, accepted)
    left_out = f" Values not taken, as listed above: {len(plan.left_out)}." if plan.left_out else ""
    say(f"Rows imported into {where.name}: {count}.{left_out}")


def _confirmed(count: int, territory: str) -> bool:
    try:
        return typer.confirm(f"Import {count} rows into {territory}?")
    except typer.Abort:
        return False


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


def _new_line(planned: Planned) -> tuple[str, ...]:
    row = planned.row
    account = (str(row.account.get(name) or "") for name in ("name", "postcode", "city", "phone"))
    person = " ".join(str(row.contact[name]) for name in ("first_name", "last_name") if row.contact.get(name))
    return (str(row.row_number), *account, person, "; ".join(f"{each.column}: {said(each.code, each.params)}" for each in row.remarks))


def _duplicate_line(found: Duplicate) -> tuple[str, ...]:
    same_as = f"row {found.of_row}: {found.of_name}" if found.of_row else found.of_name
    why = "; ".join(said(reason.code, reason.params) for reason in found.reasons)
    return (str(found.row.row_number), str(found.row.account.get("name") or ""), same_as, why)
