"""The badge, the sheet and the notice say how the exchange stands, and let a person decide."""

import pytest

from mobile_app.data.sheet import OutboxItem
from mobile_app.data.sync_status import SyncState
from mobile_app.ui.features.gate.opening import STOPPED
from mobile_app.ui.features.sync import badge_of
from mobile_app.ui.features.sync.words import ACTIONS, state_sentence, title_of
from mobile_app.ui.i18n import LOCALES, words
from mobile_app.ui.sentences import PHASES, sentence_for
from tests.mobile_app.data.repositories.shop import shop
from tests.mobile_app.data.store.phone import Phone
from tests.mobile_app.ui.harness import run
from tests.mobile_app.ui.rep import rep


@pytest.mark.parametrize(
    ("sync", "state", "said"),
    [
        (SyncState(), "synced", "Up to date"),
        (SyncState(waiting=3), "waiting", "3 waiting"),
        (SyncState("offline", waiting=3), "offline", "3 waiting"),
        (SyncState("captive"), "offline", "Offline"),
        (SyncState("paused", work_offline=True), "offline", "Offline"),
        (SyncState("failed"), "offline", "Not exchanged"),
        (SyncState("pulling", progress=(1, 4)), "working", "25% here"),
        (SyncState(waiting=2, attention=1), "attention", "To look at"),
        (SyncState("signed_out", waiting=2), "attention", "Sign in"),
        (SyncState("outdated"), "attention", "To look at"),
        (SyncState("failed", waiting=2, stuck_since=0), "attention", "Not getting through"),
        (SyncState("signed_out", waiting=2, stuck_since=0), "attention", "Sign in"),
        (SyncState(waiting=1, filling=0, unread=True), "attention", "Not exchanged"),
    ],
)
def test_the_badge_says_what_matters_most(sync: SyncState, state: str, said: str) -> None:
    assert badge_of(words("en"), sync) == (state, said)


@pytest.mark.parametrize("language", LOCALES)
@pytest.mark.parametrize("action", ACTIONS)
def test_every_action_has_a_title_in_every_language(action: str, language: str) -> None:
    item = OutboxItem("t", action, {"name": "Maison Perrin", "number": "Q26-K7-0041", "field": "phone"}, "waiting", 0, ())

    said = title_of(words(language), item)

    assert "Maison Perrin" in said or "Q26-K7-0041" in said


def test_a_title_without_its_values_is_still_one() -> None:
    assert title_of(words("en"), OutboxItem("t", "visit.plan", {}, "waiting", 0, ())) == "Visit planned: …"
    assert title_of(words("en"), OutboxItem("t", "from.later", {}, "waiting", 0, ())) == "A change"


@pytest.mark.parametrize(
    "phase", ["idle", "pushing", "pulling", "offline", "paused", "signed_out", "revoked", "outdated", "captive", "failed"]
)
def test_every_phase_is_a_sentence(phase: str) -> None:
    assert state_sentence(words("en"), SyncState(phase)).endswith(".")  # type: ignore[arg-type]  # each of the closed set


def test_the_sheet_lists_what_waits_and_works_offline_on_demand() -> None:
    async def go() -> None:
        phone, _ = await shop()
        await phone.edit("account", "a1", {"name": "Maison Lefèvre"}, 1, name="Maison Lefèvre & Fils")
        async with rep(route="/todo", phone=phone) as app:
            await app.tap("sync-badge")
            await app.sees("1 change on this phone")
            await app.sees("Customer … changed")
            switch = app.h.by_id("work-offline")
            assert switch is not None
            app.device.actions.set_work_offline(on=True)

            assert app.device.actions.offline  # type: ignore[attr-defined]  # the fake notes it

    run(go())


def test_a_clock_that_is_off_by_a_day_is_said() -> None:
    async def go() -> None:
        async with rep(route="/todo") as app:
            app.device.status.update(clock_offset_ms=-26 * 3_600_000)
            await app.tap("sync-badge")
            await app.sees("This phone's clock is wrong by 1\u00a0day.")

    run(go())


def test_fault_38_the_sheet_says_since_when_work_does_not_get_through() -> None:
    async def go() -> None:
        async with rep(route="/todo") as app:
            app.device.status.update(stuck_since=app.device.clock.now_ms() - 3_600_000, phase="failed", waiting=1)
            await app.tap("sync-badge")
            await app.sees("The office answers, but what waits here does not get through (since: today,")

    run(go())


def test_when_the_session_has_run_out_one_signs_in_over_the_screen() -> None:
    async def go() -> None:
        async with rep(route="/todo") as app:
            app.device.status.update(phase="signed_out")
            await app.sees("Your sign-in has run out.")
            await app.tap("sign-in-again")
            await app.sees("Your screen stays as it is.")

            assert app.route == "/todo"
            assert "Nothing to settle" in app.shown()

    run(go())


@pytest.mark.parametrize("phase", STOPPED)
def test_a_download_that_stopped_says_why_in_a_sentence(phase: str) -> None:
    said = sentence_for(words("en"), PHASES.get(phase, phase))

    assert "does not know yet" not in said


def test_a_download_counts_both_its_numbers_as_its_language_writes_them() -> None:
    async def go() -> None:
        empty = Phone()
        await empty.start()
        empty.store.status.update(phase="pulling", progress=(3_260, 10_480))
        async with rep(phone=empty, language="fr") as app:
            await app.sees("3\u202f260 sur 10\u202f480")

    run(go())


def test_a_download_that_waits_for_somebody_who_works_offline_offers_her_the_network() -> None:
    async def go() -> None:
        empty = Phone()
        await empty.start()
        empty.store.status.update(work_offline=True, phase="paused")
        async with rep(phone=empty) as app:
            app.device.actions.set_work_offline(on=True)
            await app.sees("You work offline, so the download waits.")
            assert not any("Nothing is sent" in said for said in app.shown())
            await app.tap("use-the-network")

            assert not app.device.actions.offline  # type: ignore[attr-defined]  # the fake notes it

    run(go())


def test_while_the_vault_is_read_the_screens_say_so_and_an_empty_list_does_not_say_that_there_is_nothing() -> None:
    async def go() -> tuple[list[str], list[str], list[str]]:
        async with rep(route="/customers", language="el") as r:
            r.device.status.update(filling=3)
            await r.type("search-customers", "zzz")
            await r.sees("Δεν διαβάστηκε ακόμη")
            during = r.shown()
            r.device.status.update(filling=None)
            await r.sees("zzz")
            return during, r.shown(), [text for text in during if "30" in text]

    during, after, share = run(go())

    assert share
    assert not any("zzz" in text for text in during if "«" in text)
    assert not any("Δεν διαβάστηκε ακόμη" in text for text in after)


def test_a_vault_that_the_disk_does_not_give_is_said_on_every_screen_and_can_be_tried_again() -> None:
    async def go() -> None:
        async with rep(route="/todo") as app:
            app.device.status.update(filling=2, unread=True, waiting=1)
            await app.sees("This phone cannot read all of its data now, so nothing is exchanged with the office.")
            await app.tap("read-again")

            assert app.device.actions.asked == 1  # type: ignore[attr-defined]  # the fake notes it
            assert state_sentence(words("en"), app.device.status.now).startswith("This phone cannot read")

    run(go())


def test_a_device_in_a_browser_that_may_no_longer_be_one_says_what_that_means() -> None:
    async def go() -> None:
        async with rep() as app:
            app.device.status.update(phase="failed", error_code="browsers_forbidden")
            await app.sees("Your organisation has no devices in browsers.")
            await app.sees("What you write here is still sent")

    run(go())
