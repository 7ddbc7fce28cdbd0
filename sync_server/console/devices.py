"""`tournee device …`: the phones, tablets and browsers that are enrolled."""

from typing import Annotated

import typer

from sync_server.console.shop import DataOption, open_folder, say, show, when
from sync_server.services import devices, users
from sync_server.services.ledger import Ledger, Revoked

app = typer.Typer(help="The phones, tablets and browsers that are enrolled.", no_args_is_help=True)


@app.command("list")
def list_all(user: Annotated[str | None, typer.Option(help="Only this login's.")] = None, data: DataOption = None) -> None:
    """List the devices."""
    with open_folder(data) as shop, shop.database.read() as connection:
        owner = None if user is None else users.user_by_login(connection, user).id
        rows = devices.list_devices(connection, owner)
    columns = ("Code", "User", "Device", "Platform", "Enrolled", "Last seen", "Stuck since", "State", "Id")
    show(columns, (_line(row) for row in rows))


@app.command("revoke")
def revoke(device: Annotated[str, typer.Argument(help="Its code, such as K7, or its id.")], data: DataOption = None) -> None:
    """Shut a lost or stolen device out for good: its next request is refused with the order to wipe itself."""
    with open_folder(data) as shop:
        now = shop.clock.now_ms()
        with shop.database.write() as connection:
            row = devices.revoke_device(connection, device, now)
            Ledger(shop.config.ledger).append([Revoked(row.id, row.code, row.user_id, row.revoked_at or now)])
    say(f"{row.code} ({row.name}, {row.user}) is revoked. It wipes itself at its next round; its PIN can no longer be recovered.")


def _line(row: devices.DeviceRow) -> tuple[str, ...]:
    stuck = "" if row.unsent_since is None else when(row.unsent_since)
    return row.code, row.user, row.name, row.platform, when(row.enrolled_at), when(row.last_seen), stuck, _state(row), row.id


def _state(row: devices.DeviceRow) -> str:
    return "active" if row.revoked_at is None else f"revoked {when(row.revoked_at)}"
