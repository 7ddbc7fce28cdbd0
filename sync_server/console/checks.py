"""`tournee doctor`: what is wrong with an organisation's folder, and what helps."""

import typer

from shared.ports import SystemClock
from sync_server.config import Config
from sync_server.console.shop import DataOption, open_folder, say
from sync_server.services.doctor import Level, examine
from sync_server.storage.schema import version_of

_SIGNS = {Level.OK: "ok   ", Level.NOTE: "note ", Level.WRONG: "WRONG"}


def migrate(data: DataOption = None) -> None:
    """Bring the database's tables to this release. Every command and the server do it by themselves; this one does nothing else."""
    with open_folder(data) as shop:
        step = shop.database.run(version_of, reading=True)
    say(f"The tables are at step {step}, this release's.")


def doctor(data: DataOption = None) -> None:
    """Check configuration, disk, rights, clock, database and keys; ends with status 1 if something is wrong."""
    findings = examine(Config.read(data=data), SystemClock().now_ms())
    for finding in findings:
        say(f"{_SIGNS[finding.level]}  {finding.about}: {finding.said}")
        if finding.remedy:
            say(f"       -> {finding.remedy}")
    if any(finding.level is Level.WRONG for finding in findings):
        raise typer.Exit(1)
