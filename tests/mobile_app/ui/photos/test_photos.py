"""Photos of a visit: added, looked at, captioned, taken back; nothing of it needs a signal."""

import flet as ft
import pytest

from mobile_app.data.ports import Picked
from tests.fakes.pictures import png
from tests.mobile_app.ui.harness import run
from tests.mobile_app.ui.records import HOUR, NOW, visit
from tests.mobile_app.ui.rep import Rep, rep

OPEN = visit("v1", "a1", NOW - HOUR, state="checked_in", arrived_at=NOW - 12 * 60_000)
OVER = visit("v1", "a1", NOW - HOUR, state="checked_out", arrived_at=NOW - 12 * 60_000, left_at=NOW)
PHOTO = Picked("window.png", png(40, 30))


async def with_photo(r: Rep) -> str:
    """Add a photo; its id."""
    r.picker.photos = (PHOTO,)
    await r.tap("add-photo")
    await r.sees("Photo 1 of 1, Not sent yet")
    [row] = await r.device.photos.of_visit("v1")
    return row.id


def test_a_photo_added_during_a_visit_is_shown_as_kept_here_and_not_sent() -> None:
    async def go() -> None:
        async with rep(OPEN, route="/visits/v1") as r:
            await r.sees("No photo yet.")

            await with_photo(r)

            await r.sees("The photo is on this phone.")
            assert len([image for image in r.h.find(ft.Image) if isinstance(image.src, bytes)]) == 1
            assert r.device.status.now.files == 1

    run(go())


def test_a_file_that_is_no_picture_is_refused_in_a_sentence_and_nothing_is_kept() -> None:
    async def go() -> int:
        async with rep(OPEN, route="/visits/v1") as r:
            r.picker.photos = (Picked("prices.pdf", b"%PDF-1.7"),)
            await r.tap("add-photo")
            await r.sees("This file is not a photo that can be shown.")
            return len(await r.device.photos.of_visit("v1"))

    assert run(go()) == 0


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "2 photos are on this phone. 1 photo could not be added. This file is not a photo that can be shown."),
        ("fr", "2 photos sont sur ce téléphone. 1 photo n’a pas pu être ajoutée. Ce fichier n’est pas une photo"),
        ("el", "2 φωτογραφίες είναι σε αυτό το τηλέφωνο. 1 φωτογραφία δεν προστέθηκε."),
    ],
    ids=["en", "fr", "el"],
)
def test_one_bad_file_among_the_chosen_ones_costs_no_other_and_is_said(language: str, said: str) -> None:
    async def go() -> int:
        async with rep(OPEN, route="/visits/v1", language=language) as r:
            r.picker.photos = (PHOTO, Picked("prices.heic", b""), Picked("door.png", png(41, 30)))
            await r.tap("add-photo")
            await r.sees(said)
            return len(await r.device.photos.of_visit("v1"))

    assert run(go()) == 2


def test_of_several_that_cannot_be_kept_it_is_said_how_many_and_each_reason_once() -> None:
    async def go() -> int:
        async with rep(OPEN, route="/visits/v1") as r:
            r.picker.photos = (PHOTO, Picked("a.pdf", b"%PDF-1.7"), Picked("b.pdf", b"%PDF-1.7"))
            r.phone.disk.full = True
            await r.tap("add-photo")
            await r.sees("3 photos could not be added. This phone is full")
            said = next(words for words in r.shown() if words.startswith("3 photos"))
            assert said.count("This file is not a photo") == 1
            return len(await r.device.photos.of_visit("v1"))

    assert run(go()) == 0


def test_whoever_thinks_better_of_it_adds_nothing() -> None:
    async def go() -> None:
        async with rep(OPEN, route="/visits/v1") as r:
            await r.tap("add-photo")
            await r.sees("No photo yet.")

    run(go())


def test_a_photo_is_looked_at_closely_and_says_what_it_shows() -> None:
    async def go() -> str:
        async with rep(OVER, route="/visits/v1") as r:
            id_ = await with_photo(r)
            await r.tap("photo-1")
            await r.h.until(lambda: bool(r.h.find(ft.InteractiveViewer)))
            assert r.route == f"/photos/{id_}"
            await r.type("field-caption", "The new oven", leave=True)
            await r.h.settle()
            return (await r.device.photos.get(id_)).caption

    assert run(go()) == "The new oven"


def test_a_deleted_photo_leaves_the_visit_and_can_be_taken_back() -> None:
    async def go() -> None:
        async with rep(OVER, route="/visits/v1") as r:
            id_ = await with_photo(r)
            await r.tap("photo-1")
            await r.tap("delete-photo")
            await r.sees("The photo is deleted.")
            await r.sees("No photo yet.")

            [result] = [bar for bar in r.h.find(ft.SnackBar) if isinstance(bar.action, ft.SnackBarAction)]
            assert isinstance(result.action, ft.SnackBarAction)
            await r.h.fire(result.action, "click")

            await r.sees("The photo is back.")
            await r.sees("Photo 1 of 1")
            assert [row.id for row in await r.device.photos.of_visit("v1")] == [id_]

    run(go())


def test_the_sync_sheet_names_each_photo_and_how_much_of_it_is_sent() -> None:
    async def go() -> None:
        async with rep(OVER, route="/visits/v1") as r:
            await with_photo(r)
            [waiting] = await r.device.store.blobs.waiting()
            await r.tap("sync-badge")
            await r.sees("Photo of Maison Lefèvre")
            await r.sees("0% of 1\u00a0kB sent")
            await r.device.store.blobs.refuse(waiting.sha256, "blob_too_large")
            await r.sees("This photo is larger than the office takes.")

    run(go())


def test_a_manager_sees_the_photos_of_a_visit_and_adds_none() -> None:
    async def go() -> None:
        async with rep(OVER, route="/review/v1", role="manager", width=1024) as r:
            await r.sees("No photos were taken.")
            assert [s for s in r.h.find(ft.Semantics) if s.identifier == "add-photo"] == []

    run(go())


def test_a_photo_that_is_not_here_is_asked_for_and_said_so() -> None:
    async def go() -> None:
        async with rep(OVER, route="/visits/v1") as r:
            id_ = await with_photo(r)
            row = await r.device.photos.get(id_)
            for name in (row.sha256, row.thumb_sha256):
                r.device.store.blobs.shelf._drop(name)
            r.session.go(f"/photos/{id_}")
            await r.sees("It comes with the next exchange.")
            transfer = await r.device.store.blobs.next(())
            assert transfer is not None
            assert transfer.way == "down"

    run(go())


REFUSED = {
    "en": ("2 photos were not taken: larger than the office takes.", "1 photo was not taken: no room left at the office."),
    "fr": (
        "2 photos n’ont pas été acceptées\u00a0: taille au-delà de ce que",
        "1 photo n’a pas été acceptée\u00a0: plus de place au bureau.",
    ),
    "el": ("2 φωτογραφίες δεν έγιναν δεκτές: μέγεθος πάνω από", "1 φωτογραφία δεν έγινε δεκτή: δεν υπάρχει χώρος στο γραφείο."),
}


@pytest.mark.parametrize("language", REFUSED)
def test_how_many_photos_the_office_did_not_take_and_why_is_said_below_them(language: str) -> None:
    async def go() -> list[str]:
        async with rep(OVER, route="/visits/v1", language=language) as r:
            for width, code in ((40, ""), (41, "blob_too_large"), (42, "blob_too_large"), (43, "quota_exceeded"), (44, "unheard_of")):
                await r.device.photos.add("v1", "window.png", png(width, 30))
                [*_, last] = await r.device.store.blobs.waiting()
                if code:
                    await r.device.store.blobs.refuse(last.sha256, code)
            r.session.go("/today")
            await r.h.settle()
            r.session.go("/visits/v1")
            await r.sees(REFUSED[language][0])
            return r.h.texts()

    shown = run(go())

    assert any(words.startswith(REFUSED[language][1]) for words in shown)
    assert len([words for words in shown if words.startswith(("1 photo", "2 photo", "1 φωτο", "2 φωτο"))]) == 3


DAMAGED = {
    "en": ("1 photo was not taken: damaged on this phone.", "This photo was damaged on this phone before it could be sent."),
    "fr": ("1 photo n’a pas été acceptée\u00a0: données abîmées sur ce téléphone.", "Cette photo a été abîmée sur ce téléphone avant"),
    "el": ("1 φωτογραφία δεν έγινε δεκτή: αλλοίωση στο τηλέφωνο.", "Η φωτογραφία αλλοιώθηκε στο τηλέφωνο πριν σταλεί."),
}


@pytest.mark.parametrize("language", DAMAGED)
def test_that_a_photo_was_damaged_before_it_was_sent_is_said_wherever_it_is_seen(language: str) -> None:
    async def go() -> None:
        async with rep(OVER, route="/visits/v1", language=language) as r:
            await r.device.photos.add("v1", "window.png", PHOTO.data)
            [row] = await r.device.photos.of_visit("v1")
            for name in (row.sha256, row.thumb_sha256):
                r.device.store.blobs.shelf._files.drop(name)

            r.session.go(f"/photos/{row.id}")

            await r.sees(DAMAGED[language][1])
            assert r.h.find(ft.ProgressRing) == []
            r.session.go("/visits/v1")
            await r.sees(DAMAGED[language][0])
            await r.tap("sync-badge")
            await r.sees(DAMAGED[language][1])

    run(go())
