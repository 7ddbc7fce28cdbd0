"""The story this product is made for, in steps that any kind of device plays: a morning offline, a conflict, everybody alike."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from sqlmodel import Session

from mobile_app.bootstrap import Ports
from mobile_app.bootstrap.host import DeviceHost
from mobile_app.data.gate import Opened
from shared.models.registry import raw_table
from shared.rules.phones import same_number
from sync_server.demo import DEMO_LOGINS
from sync_server.demo.organisation import territory_id
from tests.e2e.actor import Actor
from tests.e2e.driver import PHONE, TABLET, wait_until
from tests.e2e.stack import Stack

CUSTOMER = "Maison Perrin"
LOGINS = {login.login: login for login in DEMO_LOGINS}
ROLES = (("elodie", PHONE, "fr-FR"), ("nikos", PHONE, "el-GR"), ("camille", TABLET, "fr-FR"))
"""Who, with which screen, and the language that the browser asks for."""


class Link(Protocol):
    """A device's way to the server; ``carried`` is what the server answered."""

    @property
    def carried(self) -> Sequence[bytes]: ...

    def cut(self) -> None:
        """No signal."""

    def mend(self) -> None:
        """A signal again."""

    def lose_answer(self, path: str, then: Callable[[], None]) -> None:
        """Let the next request of ``path`` arrive, but not its answer: call ``then`` instead."""


@dataclass
class Cast:
    """The three, each with the link that the test can cut. ``folders`` ends their devices and says where each one's files lie."""

    stack: Stack
    elodie: Actor
    elodie_link: Link
    nikos: Actor
    nikos_link: Link
    camille: Actor
    folders: Callable[[], Iterable[Path]]


def work_offline(cast: Cast) -> None:
    """Élodie, without a signal, changes a phone number, adds a note, visits, and makes a quote of five lines."""
    elodie = cast.elodie
    elodie.wake()
    elodie.open_customer(CUSTOMER)
    elodie.change_customer({"Phone": "04 78 28 19 60"}, note="Madame Perrin veut un four à sole.")
    elodie.visit(CUSTOMER, "Elle compare deux fours.\nRappeler mardi.")
    elodie.quote(
        CUSTOMER, {"four a sole": "Four à sole", "petrin": "Pétrin", "farine": "Farine", "levure": "Levure", "chocolat": "Chocolat"}
    )


def office_works_meanwhile(cast: Cast) -> None:
    """Camille changes the same number and the street; Nikos adds a contact to a customer of his."""
    camille, nikos = cast.camille, cast.nikos
    camille.wake()
    camille.open_customer(CUSTOMER)
    camille.change_customer({"Phone": "04 78 28 19 99", "Street and number": "29 rue du Bœuf"}, note="Paie à 30 jours.")
    camille.sync_now()
    camille.synced()
    nikos.wake()
    nikos.add_contact("Αρτοποιείο Παπαδόπουλος & Υιοί Ο.Ε.", {"First name": "Μαρία", "Last name": "Νικολάου"})
    nikos.sync_now()
    nikos.synced()


def lose_the_answer(cast: Cast) -> None:
    """Élodie's link is there again, and the server is killed between its commit and its answer; then it is started again."""
    elodie, before = cast.elodie, cast.stack.transactions()
    elodie.wake()
    cast.elodie_link.lose_answer("/v1/sync/push", cast.stack.kill_server)
    cast.elodie_link.mend()
    elodie.sync_now()
    wait_until(lambda: not cast.stack.server_runs, "the server to be killed")
    assert cast.stack.transactions() > before
    elodie.d.sees(elodie.t.plural("{n} waiting", "{n} waiting", 9))
    cast.stack.start_server()


def come_back(cast: Cast) -> None:
    """Élodie's link is there again: the conflict reads as a sentence, and she settles it."""
    elodie = cast.elodie
    elodie.wake()
    elodie.sync_now()
    elodie.synced()
    elodie.d.move("/todo")
    elodie.d.sees("04 78 28 19 60")
    elodie.d.sees("04 78 28 19 99")
    elodie.d.sees("Camille")
    elodie.d.picture("story-conflict")
    elodie.press("Keep mine")
    elodie.sees("Settled.")
    elodie.sync_now()
    elodie.synced()
    elodie.open_customer(CUSTOMER)
    for shown in ("29 rue du Bœuf", "Madame Perrin veut un four à sole.", "Paie à 30 jours."):
        elodie.d.sees(shown)
    cast.camille.wake()
    cast.camille.sync_now()
    cast.camille.synced()


def everybody_is_alike(cast: Cast) -> None:
    """Every device's digests equal the server's; the manager sees the visit; Nikos never held a record of Lyon."""
    cast.camille.d.move("/review")
    cast.camille.d.sees(CUSTOMER)
    cast.camille.d.picture("story-review")
    for actor in (cast.elodie, cast.nikos, cast.camille):
        actor.d.assert_self_contained()
    lyon = territory_id("lyon").encode()
    assert not any(b"territory:" + lyon in answer for answer in cast.nikos_link.carried)
    assert not any(b"Maison Perrin" in answer for answer in cast.nikos_link.carried)
    folders = cast.folders()
    with ThreadPoolExecutor(1) as apart:  # Playwright keeps a loop running in this thread
        vaults = apart.submit(lambda: asyncio.run(look_into_vaults(folders))).result()
    assert set(vaults) == {"elodie", "nikos", "camille"}
    ended = {login: (held.phase, held.repaired) for login, held in vaults.items()}
    assert ended == dict.fromkeys(vaults, ("idle", ())), ended
    assert not [each for each in vaults["nikos"].scopes if each.endswith(territory_id("lyon"))]
    perrin = [fields for fields in vaults["elodie"].accounts if fields["name"] == CUSTOMER]
    assert [same_number(str(fields["phone"]), "04 78 28 19 60", "FR") for fields in perrin] == [True]
    assert perrin == [fields for fields in vaults["camille"].accounts if fields["name"] == CUSTOMER]


@dataclass
class Held:
    """What a vault holds, how a verified round with the server ended, and which scopes differed from the server's."""

    phase: str
    repaired: tuple[str, ...]
    scopes: set[str]
    accounts: list[dict[str, object]]


async def look_into_vaults(folders: Iterable[Path]) -> dict[str, Held]:
    """Open each device's vault with its PIN, as the app would, compare its digests with the server's, and look inside."""
    found: dict[str, Held] = {}
    for folder in folders:
        host = DeviceHost(folder, "", Ports())
        await host.arrive()
        login = getattr(host.state, "login", "")
        await host.unlock(LOGINS[login].pin)
        assert isinstance(host.state, Opened), host.state
        opened = host._open
        assert opened is not None
        await opened.begun()  # it would start the scheduler again, and rounds are one at a time
        await opened.scheduler.stop()
        end = await opened.engine.round(verify=True)
        verified = opened.device.store.status.now.verified
        assert verified is not None
        found[login] = Held(
            end.phase, verified.repaired, await opened.device.store.read(_scopes), await opened.device.store.read(_accounts)
        )
        await host.close()
    return found


def _scopes(session: Session) -> set[str]:
    return {str(row[0]) for row in session.connection().exec_driver_sql("SELECT DISTINCT scope FROM entry")}


def _accounts(session: Session) -> list[dict[str, object]]:
    return [dict(row) for row in session.connection().execute(raw_table("account").select()).mappings()]
