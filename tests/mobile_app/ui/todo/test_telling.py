"""How a conflict is told: who, when, about what."""

from dataclasses import replace
from datetime import UTC, datetime

import flet as ft
import pytest

from mobile_app.data.repositories.conflicts import ConflictView, EntryView
from mobile_app.ui.design import Press
from mobile_app.ui.features.todo.conflicts import ConflictActions, Teller, about, conflict_card, sentence
from mobile_app.ui.features.values import FIELD_NAMES
from mobile_app.ui.i18n import words
from shared.models.registry import KINDS
from shared.sync.change import Base
from shared.sync.policy import FieldSpec, KindSpec, Policy, Value
from tests.mobile_app.ui.harness import controls_in

NOW = datetime(2026, 3, 12, 12, 0, tzinfo=UTC)


def met(*people: str, kind: str = "account", label: str = "") -> ConflictView:
    entries = tuple(EntryView(f"v{place}", f"u{place}", name, "D1", NOW, place == 0, merged=False) for place, name in enumerate(people))
    return ConflictView(
        id="x1",
        record_kind=kind,
        record_id="r1",
        account_id="a1",
        account="Maison Perrin",
        label=label,
        field="phone",
        entries=entries,
        standing=0,
        open=True,
        opened_at=NOW,
        closed_at=None,
        closed_by="",
        settling=False,
        here="v0",
        base=Base("e1", 7),
    )


@pytest.mark.parametrize(("language", "said"), [("en", "A colleague changed it"), ("fr", "Un collègue"), ("el", "Ένας συνάδελφος")])
def test_somebody_without_a_name_is_a_colleague(language: str, said: str) -> None:
    assert said in sentence(Teller(words(language), "me", NOW, "UTC"), met("", "Camille Rey"))


def test_colleagues_are_called_by_their_first_names() -> None:
    told = sentence(Teller(words("en"), "me", NOW, "UTC"), met("Élodie Marchand", "Camille Rey"))

    assert "Élodie changed it" in told
    assert "so did Camille" in told


@pytest.mark.parametrize(("language", "day"), [("en", "12 March"), ("fr", "12 mars"), ("el", "12 Μαρτίου")])
def test_a_visit_is_called_by_its_day_as_people_write_it(language: str, day: str) -> None:
    assert day in about(words(language), met("Élodie", "Camille", kind="visit", label="2026-03-12"))


def asked(field: str, *values: Value, possible: bool = True, called: str = "") -> ConflictView:
    view = met("Élodie", "Camille", kind="visit")
    entries = tuple(
        replace(entry, value=value, possible=possible or not place, called=called)
        for place, (entry, value) in enumerate(zip(view.entries, values, strict=True))
    )
    return replace(view, field=field, entries=entries, here=values[0])


def offered(tell: Teller, view: ConflictView) -> list[str]:
    """The words on the card's buttons."""
    card = conflict_card(tell, view, ConflictActions(nothing, nothing, nothing))
    said = [control.value for control in controls_in(card, set()) if isinstance(control, ft.Text)]
    return [word for word in said if word in {"Keep this one", "Noted", "Write another"}]


def nothing(*_: object) -> Press:
    return lambda: None


def test_moments_people_and_territories_are_read_and_no_numbers_or_ids() -> None:
    tell, at = Teller(words("en"), "me", NOW, "Europe/Paris"), int(NOW.timestamp() * 1000)
    arrival, person = asked("arrived_at", at, at + 600_000), asked("user_id", "0198-a", "0198-b", called="Nikos")

    assert [tell.said(arrival, entry) for entry in arrival.entries] == ["today, 13:00", "today, 13:10"]
    assert tell.said(person, person.entries[0]) == "Nikos"


def test_of_a_fact_only_what_stands_is_offered_and_only_noted() -> None:
    tell = Teller(words("en"), "me", NOW, "UTC")

    assert offered(tell, asked("arrived_at", 1, 2, possible=False)) == ["Noted"]
    assert offered(tell, asked("purpose", "Order", "Complaint")) == ["Keep this one", "Keep this one", "Write another"]


def test_a_rep_notes_what_stands_of_a_managers_comment_and_a_manager_chooses() -> None:
    view = asked("comment", "Good.", "Very good.")

    assert offered(Teller(words("en"), "me", NOW, "UTC", leads=False), view) == ["Noted"]
    assert "Write another" in offered(Teller(words("en"), "me", NOW, "UTC"), view)


def test_whatever_can_be_asked_about_has_a_name() -> None:
    named = {name for kind in KINDS.values() if kind.writable for name, field in kind.fields.items() if is_asked(kind, field)}

    assert named - FIELD_NAMES.keys() == set()


def is_asked(kind: KindSpec, field: FieldSpec) -> bool:
    """Whether two people can write it unseen of each other, after it was made."""
    settled = field.beside or field.policy in (Policy.SERVER, Policy.DERIVED, Policy.SET)
    made_once = (
        field.name in {kind.parent, *(kind.owner or ()), "visit_id", "number", "revision", "supersedes"} or kind.kind == "attachment"
    )
    return not settled and not (made_once and field.policy is Policy.APPEND)


@pytest.mark.parametrize("field", ["arrived_at", "left_at"])
@pytest.mark.parametrize(
    ("language", "theirs", "mine", "alone"),
    [
        ("en", "Élodie noted it (", "so did you (", "You noted it on two devices"),
        ("fr", "Élodie l’a noté (", "vous aussi (", "Vous l’avez noté sur deux appareils"),
        ("el", "Élodie: καταγραφή (", "το καταγράψατε κι εσείς (", "Το καταγράψατε σε δύο συσκευές"),
    ],
)
def test_an_arrival_and_a_departure_are_noted_and_not_changed(field: str, language: str, theirs: str, mine: str, alone: str) -> None:
    view, t = asked(field, 1, 2, possible=False), words(language)
    same = replace(view, entries=tuple(replace(entry, user_id="u1") for entry in view.entries))

    assert sentence(Teller(t, "me", NOW, "UTC"), view).startswith(theirs)
    assert mine in sentence(Teller(t, "u1", NOW, "UTC"), view)
    assert sentence(Teller(t, "u1", NOW, "UTC"), same).startswith(alone)


def test_what_can_still_be_written_is_changed_also_where_it_is_a_moment() -> None:
    assert sentence(Teller(words("en"), "me", NOW, "UTC"), asked("planned_at", 1, 2)).startswith("Élodie changed it (")
