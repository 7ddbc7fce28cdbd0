"""`tournee territory …`: the parts of the market, and who works them."""

from datetime import date
from typing import Annotated

import typer

from sync_server.console.shop import DataOption, open_folder, say, show
from sync_server.services import moves, territories

app = typer.Typer(help="The parts of the market, and who works them.", no_args_is_help=True)
Territory = Annotated[str, typer.Argument(help="Its name or its id.")]
Login = Annotated[str, typer.Argument(help="What the user signs in with.")]
Day = Annotated[str | None, typer.Option(help="YYYY-MM-DD.")]


@app.command("add")
def add(
    name: Annotated[str, typer.Argument(help="Its name.")],
    lat: Annotated[float | None, typer.Option(help="Latitude of its middle, in degrees.")] = None,
    lon: Annotated[float | None, typer.Option(help="Longitude of its middle, in degrees.")] = None,
    data: DataOption = None,
) -> None:
    """Add a territory."""
    if (lat is None) != (lon is None):
        raise typer.BadParameter("give --lat and --lon together")
    place = None if lat is None or lon is None else (lat, lon)
    with open_folder(data) as shop, shop.database.write() as connection:
        territories.add_territory(connection, shop.author, name, place)
    say(f"Territory {name} is there. Give it to somebody: tournee territory assign {name!r} LOGIN")


@app.command("list")
def list_all(data: DataOption = None) -> None:
    """List the territories and who works them today."""
    with open_folder(data) as shop, shop.database.read() as connection:
        rows = territories.list_territories(connection, shop.today())
    lines = ((row.name, str(row.accounts), ", ".join(row.workers) or "nobody", row.id) for row in rows)
    show(("Territory", "Customers", "Worked by", "Id"), lines)


@app.command("assign")
def assign(territory: Territory, login: Login, since: Day = None, until: Day = None, data: DataOption = None) -> None:
    """Give a territory to a user, from today or from --since; her devices receive its customers at their next round."""
    with open_folder(data) as shop, shop.database.write() as connection:
        days = (_day(since) or shop.today(), _day(until))
        territories.assign(connection, shop.author, territory, login, days)
    say(f"{login} works {territory} from {days[0]}{f' to {days[1]}' if days[1] else ''}.")


@app.command("unassign")
def unassign(territory: Territory, login: Login, data: DataOption = None) -> None:
    """Take a territory from a user; her devices drop its customers at their next round, and keep her unsent work."""
    with open_folder(data) as shop, shop.database.write() as connection:
        territories.unassign(connection, shop.author, territory, login, shop.today())
    say(f"{login} no longer works {territory}.")


@app.command("move-accounts")
def move_accounts(
    source: Annotated[str, typer.Argument(help="The territory that they leave.")],
    target: Annotated[str, typer.Argument(help="The territory that they go to.")],
    city: Annotated[list[str] | None, typer.Option(help="Only the customers of this city; may be repeated.")] = None,
    account: Annotated[list[str] | None, typer.Option(help="Only the customer with this id; may be repeated.")] = None,
    data: DataOption = None,
) -> None:
    """Move customers with all that belongs to them; devices drop or receive them at their next round, and keep unsent work."""
    with open_folder(data) as shop, shop.database.write() as connection:
        chosen = moves.accounts_in(connection, source, city or ())
        if account:
            chosen = [id_ for id_ in chosen if id_ in set(account)]
        moved = moves.move_accounts(connection, shop.author, target, chosen)
    say(f"{moved} customers went from {source} to {target}.")


@app.command("deputise")
def deputise(
    login: Annotated[str, typer.Argument(help="Who stands in.")],
    absent: Annotated[str, typer.Option("--for", help="Whose territories are lent.")],
    until: Annotated[str, typer.Option(help="The last day, YYYY-MM-DD.")],
    since: Annotated[str | None, typer.Option("--from", help="The first day, YYYY-MM-DD; today if left out.")] = None,
    data: DataOption = None,
) -> None:
    """Lend somebody's territories to a deputy for a while. It ends by itself, and takes nothing from who is away."""
    with open_folder(data) as shop, shop.database.write() as connection:
        days = (_day(since) or shop.today(), _day(until) or shop.today())
        lent = moves.deputise(connection, shop.author, login, absent, days)
    say(f"{login} has {len(lent)} territories of {absent}'s from {days[0]} to {days[1]}.")


def _day(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter(f"{text!r} is no day: write it as 2026-11-22") from error
