"""The way in: one door for each state, every refusal a sentence, and nobody's work is lost on the way."""

import flet as ft
import pytest

from mobile_app.data.gate import NotEnrolled, Opening, Shut
from mobile_app.data.key_states import Destroyed, KeyState, LeaseOver, Locked, MustWait, NoSecret, WrongPin
from mobile_app.data.vault import VaultCounts
from mobile_app.ui.app import Around
from mobile_app.ui.features.gate.enrol import office_address
from shared.errors import DiskFull, Offline, RecordRefused, ServerRefused
from shared.ports import SystemClock
from tests.fakes.shell import FakeShell, FakeStorage
from tests.mobile_app.ui.door import FakeGate, FakeHosts, door, enter, link, submit
from tests.mobile_app.ui.harness import run

SERVER = "http://office"
PIN = "284619"


def shut(keys: KeyState, *, changes: int = 3, drafts: int = 1, others: tuple[tuple[str, str], ...] = ()) -> Shut:
    counts = VaultCounts(230, {"waiting": changes} if changes else {}, 0, drafts)
    return Shut("u1", "Élodie Marchand", "elodie", "", keys, counts, others)


def test_enrolling_asks_who_and_where_and_a_pin_twice() -> None:
    async def go() -> None:
        gate = FakeGate(NotEnrolled(SERVER))
        async with door(gate) as h:
            await h.fill("Login", "elodie")
            await h.fill("Password", "secret")
            await submit(h)
            await enter(h, PIN)
            await enter(h, PIN)

            assert gate.asked == [("enrol", SERVER, "elodie", "secret", PIN)]

    run(go())


@pytest.mark.parametrize(("refusal", "asked"), [(None, 1), (ServerRefused(403, "browsers_forbidden"), 0)])
def test_a_browser_is_asked_to_keep_its_storage_once_the_device_has_enrolled(refusal: Exception | None, asked: int) -> None:
    async def go() -> None:
        gate, shell, storage = FakeGate(NotEnrolled(SERVER)), FakeShell(), FakeStorage(promises=True)
        gate.raises = refusal
        async with door(gate, own=Around(SystemClock(), shell, storage)) as h:
            await h.fill("Login", "elodie")
            await h.fill("Password", "secret")
            await submit(h)
            assert shell.writing == [True]  # a PIN is being chosen
            await enter(h, PIN)
            await enter(h, PIN)

            assert storage.asked == asked
            assert any("no devices in browsers" in said for said in h.texts()) == (refusal is not None)

    run(go())


def test_a_device_is_where_its_browser_says_it_is() -> None:
    async def go() -> None:
        hosts = FakeHosts(FakeGate(NotEnrolled("")))
        async with door(hosts.gate, zone="Europe/Athens", hosts=hosts):
            assert hosts.zones == ["Europe/Athens"]

    run(go())


def test_what_is_missing_is_said_under_its_field() -> None:
    async def go() -> None:
        gate = FakeGate(NotEnrolled(""))
        async with door(gate) as h:
            await submit(h)

            assert [field.error for field in h.find(ft.TextField)] == ["This is needed."] * 3
            assert gate.asked == []

    run(go())


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (Offline(), "Nobody answers at that address now."),
        (ServerRefused(401, "wrong_credentials"), "Login or password is not right."),
        (ServerRefused(403, "user_disabled"), "This account is switched off."),
        (DiskFull(), "This phone is full"),
    ],
)
def test_a_refusal_is_a_sentence_and_what_was_typed_stays(error: Exception, said: str) -> None:
    async def go() -> None:
        gate = FakeGate(NotEnrolled(SERVER))
        gate.raises = error
        async with door(gate) as h:
            await h.fill("Login", "elodie")
            await h.fill("Password", "secret")
            await submit(h)
            await enter(h, PIN)
            await enter(h, PIN)

            assert any(text.startswith(said) for text in h.texts())
            assert h.find(ft.TextField, label="Login")[0].value == "elodie"

    run(go())


@pytest.mark.parametrize(("second", "said"), [("284610", "Those were two different PINs."), ("", "That PIN is too easy to guess.")])
def test_a_pin_that_cannot_be_chosen_is_chosen_again(second: str, said: str) -> None:
    async def go() -> None:
        gate = FakeGate(NotEnrolled(SERVER))
        async with door(gate) as h:
            await h.fill("Login", "elodie")
            await h.fill("Password", "secret")
            await submit(h)
            await enter(h, PIN if second else "123456")
            await enter(h, second)

            assert any(text.startswith(said) for text in h.texts())
            assert "Choose a PIN" in h.texts()
            assert gate.asked == []

    run(go())


def test_a_revoked_device_says_so_before_anything_else() -> None:
    async def go() -> None:
        async with door(FakeGate(NotEnrolled(SERVER, "device_revoked"))) as h:
            assert "This device was signed off" in h.texts()

    run(go())


@pytest.mark.parametrize("keys", [Locked(10, biometrics=False), NoSecret()])
def test_a_list_of_users_that_was_put_together_again_is_said_so_at_the_door(keys: KeyState) -> None:
    async def go() -> None:
        nameless = Shut("u1", "", "", "", keys, VaultCounts(0, {}, 0, 0), (("u2", ""),), mended=True)
        async with door(FakeGate(nameless)) as h:
            assert any("who uses this device was damaged" in said for said in h.texts())
            assert "Somebody else" in h.texts()

    run(go())


def test_a_list_of_users_of_which_nothing_is_left_is_said_before_anybody_enrols() -> None:
    async def go() -> None:
        async with door(FakeGate(NotEnrolled(SERVER, "users_damaged"))) as h:
            assert "Welcome" in h.texts()
            assert any("nobody’s data was found here" in said for said in h.texts())
            assert not any("PIN is entered" in said for said in h.texts())

    run(go())


def test_six_digits_unlock() -> None:
    async def go() -> None:
        gate = FakeGate(shut(Locked(10, biometrics=False)), Opening(1, 2))
        async with door(gate) as h:
            await enter(h, PIN)

            assert gate.asked == [("unlock", PIN)]
            assert "Opening your data" in h.texts()
            assert gate.touched == len(PIN)

    run(go())


def test_a_wrong_pin_says_how_many_tries_are_left() -> None:
    async def go() -> None:
        gate = FakeGate(shut(Locked(9, biometrics=False)))
        gate.outcome = WrongPin(9, 0)
        async with door(gate) as h:
            await enter(h, PIN)

            assert "That PIN was not right. You have 9\u00a0tries left." in h.texts()

    run(go())


def test_while_one_must_wait_the_time_is_counted_and_no_key_works() -> None:
    async def go() -> None:
        gate = FakeGate(shut(MustWait(SystemClock().now_ms() + 59_500, 4)))
        async with door(gate) as h:
            assert any(text.startswith(("Wait 1:00", "Wait 0:59")) and "4\u00a0tries" in text for text in h.texts())
            assert h.by_id("pin-1").on_tap is None

    run(go())


def test_a_forgotten_pin_names_what_is_kept_and_needs_a_new_one() -> None:
    async def go() -> None:
        gate = FakeGate(shut(Locked(10, biometrics=False)))
        async with door(gate) as h:
            await link(h, "forgotten-pin")
            assert "Kept on this phone, not sent yet: 3 changes and 1 draft." in h.texts()
            await h.fill("Password", "secret")
            await submit(h)
            await enter(h, PIN)
            await enter(h, PIN)

            assert gate.asked == [("recover", "elodie", "secret", PIN)]

    run(go())


@pytest.mark.parametrize(
    ("keys", "said", "asked"),
    [
        (Destroyed(), "Ten PINs were wrong", ("recover", "elodie", "secret", PIN)),
        (NoSecret(), "This phone has reset its secure storage", ("recover", "elodie", "secret", PIN)),
        (LeaseOver(0), "This phone has not been in contact for too long", ("renew", "elodie", "secret")),
    ],
)
def test_where_no_pin_can_work_one_signs_in(keys: KeyState, said: str, asked: tuple[str, ...]) -> None:
    async def go() -> None:
        gate = FakeGate(shut(keys, changes=0, drafts=0))
        async with door(gate) as h:
            assert any(text.startswith(said) for text in h.texts())
            assert "Everything from this phone has been sent." in h.texts()
            await h.fill("Password", "secret")
            await submit(h)
            if asked[0] == "recover":
                await enter(h, PIN)
                await enter(h, PIN)

            assert gate.asked == [asked]

    run(go())


@pytest.mark.parametrize("keys", [Locked(10, biometrics=False), Destroyed(), NoSecret(), LeaseOver(0)])
def test_another_person_finds_her_own_door(keys: KeyState) -> None:
    async def go() -> None:
        gate = FakeGate(shut(keys, others=(("u2", "Camille Rey"),)))
        async with door(gate) as h:
            await link(h, "other-user")

            assert gate.asked == [("choose", "u2")]

    run(go())


def test_the_browser_chooses_the_language_until_a_person_does() -> None:
    async def go() -> None:
        async with door(FakeGate(NotEnrolled(SERVER)), languages=("el-GR", "en")) as h:
            assert "Καλώς ήρθατε" in h.texts()
            await link(h, "language-fr")

            assert "Bienvenue" in h.texts()

    run(go())


def test_a_failure_nobody_foresaw_leaves_the_screen_and_says_what_is_safe() -> None:
    async def go() -> None:
        gate = FakeGate(shut(Locked(10, biometrics=False)))
        gate.raises = ZeroDivisionError()
        async with door(gate) as h:
            await enter(h, PIN)

            assert h.connection.crashes == []
            assert "That did not work. What was saved before is safe." in h.texts()
            assert h.by_id("pin-1").on_tap is not None

    run(go())


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ("office.example", "https://office.example"),
        (" http://127.0.0.1:8551/ ", "http://127.0.0.1:8551"),
        ("https://o.example", "https://o.example"),
    ],
)
def test_an_address_is_read_as_people_type_it(typed: str, asked: str) -> None:
    assert office_address(typed) == asked


@pytest.mark.parametrize("typed", ["ftp://office.example", "https://", "my office", "https://office:port", "http://[::1"])
def test_what_is_no_address_is_refused_with_a_sentence(typed: str) -> None:
    with pytest.raises(RecordRefused) as refused:
        office_address(typed)

    assert refused.value.code == "bad_address"


def test_a_first_screen_that_fails_inside_a_component_ends_the_start_and_is_never_said_to_be_shown() -> None:
    shell = FakeShell()

    async def go() -> None:
        broken = Opening("nothing", "at all")  # type: ignore[arg-type]
        async with door(FakeGate(broken), own=Around(SystemClock(), shell, FakeStorage(promises=False))):
            pass

    with pytest.raises(TypeError):
        run(go())
    assert shell.times_shown == 0
