"""`tournee`: runs the server and everything an administrator does on its machine."""

from typing import Annotated

import typer

from shared.lasting import lasting

with lasting():
    from sync_server.config import Config
    from sync_server.console import (
        archive,
        backups,
        blobs,
        checks,
        compact,
        demo,
        devices,
        erase,
        imports,
        moving,
        start,
        territories,
        users,
    )
    from sync_server.console.shop import DataOption, Sentences
    from sync_server.main import run

app = typer.Typer(
    name="tournee",
    help="The sync server of an offline-first field sales app. One organisation is one folder.",
    cls=Sentences,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command()(start.init)
app.command("seed-demo")(demo.seed_demo)
app.command()(checks.doctor)
app.command()(checks.migrate)
app.command("migrate-to")(moving.migrate_to)
app.command()(backups.backup)
app.command()(backups.restore)
app.command()(erase.erase)
app.command()(archive.archive)
app.command()(compact.compact)
app.add_typer(users.app, name="user")
app.add_typer(devices.app, name="device")
app.add_typer(territories.app, name="territory")
app.add_typer(imports.app, name="import")
app.add_typer(blobs.app, name="blobs")


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on; 0 takes a free one.")] = None,
    data: DataOption = None,
) -> None:
    """Serve the organisation until stopped. Put a reverse proxy with TLS in front where devices are not on this machine."""
    run(Config.read(data=data, host=host, port=port))


def main() -> None:
    """Run the command line."""
    app()


if __name__ == "__main__":
    main()
