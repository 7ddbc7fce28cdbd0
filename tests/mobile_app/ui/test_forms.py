"""A record's form: what it goes on from after a save, and when it keeps a draft."""

import asyncio

from mobile_app.data.desk import Written
from mobile_app.ui.features.forms import RecordForm
from shared.sync.change import Base
from shared.sync.policy import Value

FIRST, SECOND = Base("e1", 3), Base("e1", 5)


class Drafts:
    """Drafts in memory."""

    def __init__(self) -> None:
        self.kept: dict[str, dict[str, Value]] = {}

    async def draft_get(self, key: str) -> dict[str, Value] | None:
        return self.kept.get(key)

    async def draft_put(self, key: str, fields: dict[str, Value]) -> None:
        self.kept[key] = fields

    async def draft_delete(self, key: str) -> None:
        self.kept.pop(key, None)


class Visit(RecordForm):
    """A visit's note and next step, saved where somebody else has written meanwhile; ``typed_meanwhile`` comes while it is saved."""

    def __init__(self, drafts: Drafts, typed_meanwhile: str = "") -> None:
        super().__init__("visit", ("note", "next_step"), drafts, "visit:v1")
        self.typed_meanwhile = typed_meanwhile

    async def write(self) -> Written:
        if self.typed_meanwhile:
            self.put("note", self.typed_meanwhile)
        self.stands(SECOND, {"note": "Theirs\nMine", "next_step": "Call"})
        return Written("t1", "v1")


async def opened(form: Visit) -> Visit:
    await form.open(FIRST, {"note": None, "next_step": None})
    return form


def test_after_a_save_the_form_shows_what_its_text_was_merged_into() -> None:
    async def story() -> Visit:
        form = await opened(Visit(Drafts()))
        form.put("note", "Mine ")
        await form.save()
        return form

    form = asyncio.run(story())

    assert (form.text("note"), form.text("next_step"), form.base) == ("Theirs\nMine", "Call", SECOND)
    assert not form.changed


def test_what_is_typed_during_a_save_stays_typed_against_what_was_on_the_screen_and_is_kept() -> None:
    async def story() -> tuple[Visit, dict[str, Value]]:
        drafts = Drafts()
        form = await opened(Visit(drafts, typed_meanwhile="Mine, and more"))
        form.put("note", "Mine")
        await form.save()
        await form.flush()
        return form, drafts.kept[form.key]

    form, kept = asyncio.run(story())

    assert (form.text("note"), form.text("next_step")) == ("Mine, and more", "")
    assert (form.base, form.shown) == (FIRST, {"note": "Mine", "next_step": None})
    assert (kept["note"], kept["shown.note"], kept["base.rev"]) == ("Mine, and more", "Mine", 3)


def test_what_was_typed_and_taken_back_is_no_draft_and_the_form_goes_on_following_the_record() -> None:
    async def story() -> tuple[Visit, Drafts]:
        drafts = Drafts()
        form = await opened(Visit(drafts))
        form.put("note", "x")
        await form.flush()
        form.put("note", "")
        await form.flush()
        await form.follow(SECOND, {"note": "Theirs", "next_step": None})
        return form, drafts

    form, drafts = asyncio.run(story())

    assert drafts.kept == {}
    assert (form.text("note"), form.base, form.changed) == ("Theirs", SECOND, False)


def test_a_draft_in_which_nothing_was_typed_does_not_hold_a_form_at_what_was_there_once() -> None:
    async def story() -> tuple[Visit, Drafts]:
        drafts = Drafts()
        drafts.kept["visit:v1"] = {"note": "Once", "shown.note": "Once", "base.epoch": "e1", "base.rev": 3}
        form = Visit(drafts)
        await form.open(SECOND, {"note": "Theirs", "next_step": None})
        await form.flush()
        return form, drafts

    form, drafts = asyncio.run(story())

    assert (form.text("note"), form.base, form.restored) == ("Theirs", SECOND, False)
    assert drafts.kept == {}


def test_a_draft_is_read_after_what_is_still_being_kept_of_it() -> None:
    async def story() -> Visit:
        drafts = Drafts()
        form = await opened(Visit(drafts))
        form.put("note", "Mine")
        form.ready = False
        await form.follow(SECOND, {"note": "Theirs", "next_step": None})
        return form

    form = asyncio.run(story())

    assert (form.text("note"), form.base, form.restored) == ("Mine", FIRST, True)
