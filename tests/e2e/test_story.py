"""The story this product is made for, on two phones and a tablet at once: a morning offline, a conflict as a sentence, everybody alike."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from sqlmodel import Session

from mobile_app.bootstrap import Ports
from mobile_app.bootstrap.host import DeviceHost
from mobile_app.data.gate import Opened
from mobile_app.ui.i18n import words
from shared.models.registry import raw_table
from shared.rules.phones import same_number
from sync_server.demo import DEMO_LOGINS
from sync_server.demo.organisation import territory_id
from tests.e2e.actor import Actor
from tests.e2e.driver import PHONE, TABLET, wait_until
from tests.e2e.proxy import FaultProxy
from tests.e2e.stack import Stack, person, running

pytestmark = pytest.mark.browser

CUSTOMER = "Maison Perrin"
LOGINS = {login.login: login for login in DEMO_LOGINS}


@dataclass
class Cast:
    """The three, each with the link that the test can cut."""

    stack: Stack
    elodie: Actor
    elodie_link: FaultProxy
    nikos: Actor
    nikos_link: FaultProxy
    camille: Actor
    camille_link: FaultProxy


@pytest.fixture
def cast(browser: Browser, organisation: Path, tmp_path: Path) -> Iterator[Cast]:
    """Give everybody a device of her own."""
    with ExitStack() as exits:
        stack = exits.enter_context(running(tmp_path, organisation))
        people: list[tuple[Actor, FaultProxy]] = []
        for login, screen, language in (("elodie", PHONE, "fr-FR"), ("nikos", PHONE, "el-GR"), ("camille", TABLET, "fr-FR")):
            driver, link = exits.enter_context(person(browser, stack, screen, language=language))
            known = LOGINS[login]
            actor = Actor(driver, words(known.language), known.pin)
            actor.enrol(link.url, known.login, known.password, language[:2])
            people.append((actor, link))
        for actor, _ in people:
            actor.synced()
        yield Cast(stack, *people[0], *people[1], *people[2])


def test_a_morning_offline_merges_with_the_office_and_one_conflict_is_settled_in_a_sentence(cast: Cast) -> None:
    work_offline(cast)
    office_works_meanwhile(cast)

    cast.elodie_link.mend()
    come_back(cast)

    everybody_is_alike(cast)


def test_the_same_morning_with_the_server_killed_after_its_commit_and_before_its_answer(cast: Cast) -> None:
    work_offline(cast)
    office_works_meanwhile(cast)

    before = cast.stack.transactions()
    cast.elodie_link.lose_answer("/v1/sync/push", cast.stack.kill_server)
    cast.elodie_link.mend()
    cast.elodie.sync_now()
    wait_until(lambda: not cast.stack.server_runs, "the server to be killed")
    assert cast.stack.transactions() > before
    waiting = cast.elodie.t.plural("{n} waiting", "{n} waiting", 9)
    cast.elodie.d.sees(waiting)
    cast.stack.start_server()
    come_back(cast)

    everybody_is_alike(cast)


def work_offline(cast: Cast) -> None:
    """Élodie loses the signal, changes a phone number, adds a note, visits, and makes a quote of five lines."""
    elodie = cast.elodie
    cast.elodie_link.cut()
    elodie.open_customer(CUSTOMER)
    elodie.change_customer({"Phone": "04 78 28 19 60"}, note="Madame Perrin veut un four à sole.")
    elodie.visit(CUSTOMER, "Elle compare deux fours.\nRappeler mardi.")
    elodie.quote(
        CUSTOMER, {"four a sole": "Four à sole", "petrin": "Pétrin", "farine": "Farine", "levure": "Levure", "chocolat": "Chocolat"}
    )


def office_works_meanwhile(cast: Cast) -> None:
    """Camille changes the same number and the street; Nikos adds a contact to a customer of his."""
    camille, nikos = cast.camille, cast.nikos
    camille.open_customer(CUSTOMER)
    camille.change_customer({"Phone": "04 78 28 19 99", "Street and number": "29 rue du Bœuf"}, note="Paie à 30 jours.")
    camille.sync_now()
    camille.synced()
    nikos.add_contact("Αρτοποιείο Παπαδόπουλος & Υιοί Ο.Ε.", {"First name": "Μαρία", "Last name": "Νικολάου"})
    nikos.sync_now()
    nikos.synced()


def come_back(cast: Cast) -> None:
    """Élodie's link is there again: the conflict reads as a sentence, and she settles it."""
    elodie = cast.elodie
    elodie.sync_now()
    elodie.synced()
    elodie.d.open("/todo")
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
    cast.camille.sync_now()
    cast.camille.synced()


def everybody_is_alike(cast: Cast) -> None:
    """Every device's digests equal the server's; the manager sees the visit; Nikos never held a record of Lyon."""
    cast.camille.d.open("/review")
    cast.camille.d.sees(CUSTOMER)
    cast.camille.d.picture("story-review")
    for actor in (cast.elodie, cast.nikos, cast.camille):
        actor.d.assert_self_contained()
    lyon = territory_id("lyon").encode()
    assert not any(b"territory:" + lyon in answer for answer in cast.nikos_link.carried)
    assert not any(b"Maison Perrin" in answer for answer in cast.nikos_link.carried)
    cast.stack.stop_app()
    with ThreadPoolExecutor(1) as apart:  # Playwright keeps a loop running in this thread
        vaults = apart.submit(lambda: asyncio.run(look_into_vaults(cast.stack))).result()
    assert set(vaults) == {"elodie", "nikos", "camille"}
    assert {login: (held.phase, held.repaired) for login, held in vaults.items()} == dict.fromkeys(vaults, ("idle", ()))
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


async def look_into_vaults(stack: Stack) -> dict[str, Held]:
    """Open each device's vault with its PIN, as the app would, compare its digests with the server's, and look inside."""
    found: dict[str, Held] = {}
    for folder in sorted((stack.folder / "devices" / "devices").iterdir()):
        host = DeviceHost(folder, "", Ports())
        await host.arrive()
        login = getattr(host.state, "login", "")
        await host.unlock(LOGINS[login].pin)
        assert isinstance(host.state, Opened), host.state
        opened = host._open
        assert opened is not None
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
