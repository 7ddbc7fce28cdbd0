"""The forms: what was shown is kept, what is wrong is said, what was typed survives."""

import flet as ft

from mobile_app.data.sheet import OutboxItem
from tests.fakes.dump import drafts
from tests.mobile_app.data.store.phone import account
from tests.mobile_app.ui.harness import run
from tests.mobile_app.ui.records import assignment, contact
from tests.mobile_app.ui.rep import rep

BEFORE = {"name": "Maison Lefèvre", "city": "Lyon", "phone": "+33 4 72 00 11 22", "lat": 45.76, "lon": 4.84}


def test_an_edit_is_one_transaction_and_waits_on_the_page() -> None:
    async def go() -> list[str]:
        async with rep(route="/customers/a1") as r:
            await r.tap("edit-customer")
            await r.type("field-phone", "04 72 00 11 23")
            await r.tap("save-customer")
            await r.sees("Waiting to be sent")
            assert r.route == "/customers/a1"
            waiting = await r.device.store.waiting()
            assert [tuple(change.fields) for item in waiting for change in item.changes] == [("phone",)]
            return [item.action for item in waiting]

    assert run(go()) == ["account.edit"]


def test_what_came_from_elsewhere_while_the_form_was_open_stands() -> None:
    async def go() -> tuple[str, str]:
        async with rep(route="/customers/a1/edit") as r:
            await r.type("field-city", "Villeurbanne")
            await r.phone.pull(account("a1", 9, **{**BEFORE, "phone": "+33 4 00 00 00 00"}))  # type: ignore[arg-type]
            await r.tap("save-customer")
            await r.h.until(lambda: r.route == "/customers/a1")
            kept = await r.device.accounts.get("a1")
            return kept.city, kept.phone

    assert run(go()) == ("Villeurbanne", "+33 4 00 00 00 00")


def test_what_was_typed_survives_a_kill_with_what_had_been_shown() -> None:
    """Saved after the kill, it is still an edit against what the form showed at first."""

    async def go() -> tuple[str, dict[str, object]]:
        async with rep(route="/customers/a1/edit") as r:
            await r.type("field-city", "Villeurbanne")
            phone = r.phone
        await phone.kill()
        await phone.pull(account("a1", 9, **{**BEFORE, "city": "Oullins"}))  # type: ignore[arg-type]
        async with rep(phone=phone, route="/customers/a1/edit") as again:
            await again.sees("What you typed before is back.")
            typed = again.value("field-city")
            await again.tap("save-customer")
            await again.h.until(lambda: again.route == "/customers/a1")
            [item] = await again.device.store.waiting()
            base = item.changes[0].base
            return typed, {"rev": base.rev if base else None, "fields": tuple(item.changes[0].fields)}

    assert run(go()) == ("Villeurbanne", {"rev": 1, "fields": ("city",)})


def test_a_draft_that_is_not_wanted_is_dropped() -> None:
    async def go() -> tuple[str, list[str]]:
        async with rep(route="/customers/a1/edit") as r:
            await r.type("field-city", "Villeurbanne")
            phone = r.phone
        async with rep(phone=phone, route="/customers/a1/edit") as again:
            await again.tap("discard-draft")
            return again.value("field-city"), drafts(again.device.store)

    assert run(go()) == ("Lyon", [])


def test_what_is_wrong_is_said_when_one_leaves_the_field_and_goes_when_it_is_mended() -> None:
    async def go() -> bool:
        async with rep(route="/customers/a1/edit") as r:
            await r.type("field-email", "abc", leave=True)
            await r.sees("This is not an e-mail address: it needs a name, an @ and a domain.")
            await r.tap("save-customer")
            assert r.route == "/customers/a1/edit"
            await r.type("field-email", "abc@example.org")
            return any("no e-mail address" in text for text in r.shown())

    assert not run(go())


def test_a_new_customer_needs_a_name_and_belongs_to_the_only_territory() -> None:
    async def go() -> tuple[str, str, str]:
        async with rep(*assignment("lyon"), route="/customers/new") as r:
            await r.tap("save-customer")
            await r.sees("This is needed.")
            await r.type("field-name", "Le Pain Quotidien")
            await r.tap("save-customer")
            await r.h.until(lambda: r.route != "/customers/new")
            made = await r.device.accounts.get(r.route.removeprefix("/customers/"))
            assert drafts(r.device.store) == []
            return made.name, made.territory_id, made.country

    assert run(go()) == ("Le Pain Quotidien", "lyon", "FR")


def test_who_works_in_several_territories_chooses_one() -> None:
    async def go() -> list[str | None]:
        async with rep(*assignment("lyon"), *assignment("nantes"), route="/customers/new") as r:
            await r.type("field-name", "Le Pain")
            await r.tap("save-customer")
            await r.h.until(lambda: r.h.find(ft.Dropdown, label="Territory", error_text="This is needed.") != [])
            [territory] = r.h.find(ft.Dropdown, label="Territory")
            return [option.text for option in territory.options or []]

    assert run(go()) == ["Lyon", "Nantes"]


def test_who_may_already_be_a_customer_is_shown_with_reasons() -> None:
    async def go() -> str:
        async with rep(*assignment("lyon"), route="/customers/new") as r:
            await r.type("field-name", "Maison Lefevre")
            await r.type("field-phone", "04 72 00 11 22")
            await r.sees("Already a customer?")
            await r.sees("Same phone number · Same name")
            await r.tap("duplicate-a1")
            await r.sees("Details")
            return r.route

    assert run(go()) == "/customers/a1"


def test_a_contact_has_as_many_phones_and_mails_as_one_adds() -> None:
    async def go() -> tuple[tuple[str, ...], tuple[str, ...]]:
        async with rep(route="/customers/a1/contacts/new") as r:
            await r.type("field-first_name", "Claire")
            await r.type("field-phones-0", "06 00 00 28 06")
            await r.tap("add-phones")
            await r.type("field-phones-1", "04 72 00 11 22")
            await r.tap("add-phones")
            await r.type("field-emails-0", "claire@example.org")
            await r.tap("save-contact")
            await r.h.until(lambda: not r.route.endswith("new"))
            [person] = (await r.device.accounts.get("a1")).contacts
            return person.phones, person.emails

    assert run(go()) == (("+33600002806", "+33472001122"), ("claire@example.org",))


def test_a_number_is_shown_as_dialled_there_and_spelling_it_anew_changes_nothing() -> None:
    async def go() -> tuple[str, list[OutboxItem]]:
        there = account("a1", 1, **{**BEFORE, "country": "FR"})  # type: ignore[arg-type]
        async with rep(there, route="/customers/a1/edit") as r:
            await r.sees("Edit")
            shown = r.value("field-phone")
            await r.type("field-phone", "0033 472 00 11 22")
            await r.tap("save-customer")
            await r.h.until(lambda: r.route == "/customers/a1")
            return shown, await r.device.store.waiting()

    assert run(go()) == ("04 72 00 11 22", [])


def test_one_more_number_leaves_the_others_as_they_were_stored() -> None:
    before = contact("c1", "a1", first_name="Claire", phones=["04 72 00 11 22", "+33600002806"])

    async def go() -> tuple[tuple[str, ...], tuple[str, ...]]:
        async with rep(before, route="/contacts/c1/edit") as r:
            await r.tap("add-phones")
            await r.type("field-phones-2", "06 00 00 28 07")
            await r.tap("save-contact")
            await r.h.until(lambda: r.route != "/contacts/c1/edit")
            ((edit,),) = [[change.fields["phones"] for change in item.changes] for item in await r.device.store.waiting()]
            return edit.add, edit.remove

    assert run(go()) == (("+33600002807",), ())


def test_a_number_that_no_plan_knows_stays_as_typed_with_a_word_about_it() -> None:
    async def go() -> str:
        async with rep(route="/customers/a1/edit") as r:
            await r.type("field-phone", "04 72 00", leave=True)
            await r.sees("No phone in this country has such a number. It is kept as you typed it.")
            await r.tap("save-customer")
            await r.h.until(lambda: r.route == "/customers/a1")
            return (await r.device.accounts.get("a1")).phone

    assert run(go()) == "04 72 00"


def test_one_of_several_phones_is_taken_away_and_a_bad_one_is_named() -> None:
    before = contact("c1", "a1", first_name="Claire", phones=["+33600002806", "+33472001122"])

    async def go() -> tuple[str, ...]:
        async with rep(before, route="/contacts/c1/edit") as r:
            await r.tap("remove-phones-0")
            await r.tap("add-emails")
            await r.type("field-emails-0", "abc", leave=True)
            await r.sees("This is not an e-mail address: it needs a name, an @ and a domain.")
            await r.type("field-emails-0", "c@example.org")
            await r.tap("save-contact")
            await r.h.until(lambda: r.route != "/contacts/c1/edit")
            return (await r.device.contacts.get("c1")).phones

    assert run(go()) == ("+33472001122",)


def test_a_contact_is_deleted_after_a_question() -> None:
    async def go() -> int:
        async with rep(contact("c1", "a1", first_name="Claire"), route="/customers/a1") as r:
            await r.tap("contact-c1")
            await r.tap("delete-contact")
            await r.tap("confirm-delete")
            await r.sees("Nobody yet. Add whom you meet there.")
            return len((await r.device.accounts.get("a1")).contacts)

    assert run(go()) == 0


def test_the_opening_hours_that_are_typed_are_read_below_and_what_cannot_be_read_is_said() -> None:
    async def go() -> None:
        async with rep(account("a9", 6, name="Four", opening_hours="Su off"), route="/customers/a9/edit", language="fr") as r:
            await r.sees("Dimanche\u00a0: fermé")
            await r.type("field-opening_hours", "Mo-Fr 07:00-12:30,14:00-19:00")
            await r.sees("Du lundi au vendredi\u00a0: 07:00–12:30, 14:00–19:00")
            await r.type("field-opening_hours", "le matin")
            await r.sees("Cela ne se lit pas comme des jours et des heures")
            await r.type("field-opening_hours", "")
            await r.sees("Par exemple Mo-Fr 07:00-12:30")

    run(go())


def test_starting_over_reads_the_opening_hours_that_were_there() -> None:
    async def go() -> None:
        async with rep(account("a9", 6, name="Four", opening_hours="Su off"), route="/customers/a9/edit") as r:
            await r.type("field-opening_hours", "Mo off")
            await r.sees("Monday: closed")
            phone = r.phone
        await phone.kill()
        async with rep(phone=phone, route="/customers/a9/edit") as again:
            await again.sees("Monday: closed")
            await again.tap("discard-draft")
            await again.sees("Sunday: closed")

    run(go())
