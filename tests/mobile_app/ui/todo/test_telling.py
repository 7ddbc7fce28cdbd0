"""How a conflict is told: who, when, about what."""

from datetime import UTC, datetime

import pytest

from mobile_app.data.repositories.conflicts import ConflictView, EntryView
from mobile_app.ui.features.todo.conflicts import Teller, about, sentence
from mobile_app.ui.i18n import words
from shared.sync.change import Base

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
