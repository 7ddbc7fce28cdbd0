"""Fields bound to a form: what is typed goes into it, what is wrong stands beside it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import flet as ft

from mobile_app.ui.design import ALERT, INFO, Action, Banner, I, button, column, field, icon_button, left, row, select_field
from mobile_app.ui.features.dates import DayField
from mobile_app.ui.features.forms import RecordForm
from mobile_app.ui.i18n import Words
from mobile_app.ui.sentences import sentence_for
from shared.rules.validation import FieldError


def text_input(
    t: Words,
    form: RecordForm,
    name: str,
    label: str,
    *,
    lines: int = 1,
    keyboard: ft.KeyboardType | None = None,
    helper: str | None = None,
    autofocus: bool = False,
) -> ft.Control:
    """A field of text."""
    problem = form.problem(name)
    return field(
        label,
        form.text(name),
        lambda value: form.put(name, value),
        error=_error(t, problem),
        helper=_warning(t, problem) or helper,
        lines=lines,
        keyboard=keyboard,
        autofocus=autofocus,
        on_blur=lambda: form.leave(name),
        identifier=f"field-{name}",
        key=name,
    )


def choice_input(t: Words, form: RecordForm, name: str, label: str, options: Sequence[tuple[str, str]]) -> ft.Control:
    """One of a few."""
    return select_field(
        label,
        form.text(name) or None,
        options,
        lambda value: form.choose(name, value),
        error=_error(t, form.problem(name)),
        identifier=f"field-{name}",
    )


def day_input(t: Words, form: RecordForm, name: str, label: str, *, today: date, steps: Sequence[int]) -> ft.Control:
    """A day."""
    problem = form.problem(name)
    return DayField(
        label,
        form.text(name),
        lambda value: form.choose(name, value),
        today,
        steps,
        error=_error(t, problem) or _warning(t, problem),
        identifier=f"field-{name}",
    )


@dataclass(frozen=True, slots=True)
class ListWords:
    """What a list of fields says: the label of each, the button for one more, the button that takes one away."""

    label: str
    add: str
    remove: str


def list_input(t: Words, form: RecordForm, name: str, words: ListWords, keyboard: ft.KeyboardType) -> ft.Control:
    """A list of texts: a field for each, and one more on demand."""
    rows = [_member(t, form, name, place, words=words, keyboard=keyboard) for place in range(len(form.members(name)))]
    more = Action(words.add, lambda: form.add_member(name), I.ADD_ROUNDED, f"add-{name}")
    return column(*rows, left(button(more, "outlined", small=True)))


def refusal(t: Words, form: RecordForm) -> list[ft.Control]:
    """What kept the form from being saved, where no field says it."""
    if not form.refusal or any(not problem.is_warning for problem in form.problems):
        return []
    return [Banner(sentence_for(t, form.refusal), name=I.REPORT_PROBLEM_ROUNDED, tone=ALERT)]


def restored(t: Words, form: RecordForm) -> ft.Control:
    """Say that what was typed before is back, and how to be rid of it."""

    async def drop() -> None:
        await form.start_over()

    return Banner(t("What you typed before is back."), Action(t("Discard"), drop, None, "discard-draft"), I.RESTORE_ROUNDED, INFO)


def _member(t: Words, form: RecordForm, name: str, place: int, *, words: ListWords, keyboard: ft.KeyboardType) -> ft.Control:
    problem = form.member_problem(name, place)
    members = form.members(name)
    typed = field(
        words.label if len(members) == 1 else f"{words.label} {place + 1}",
        members[place],
        lambda value: form.put_member(name, place, value),
        error=_error(t, problem),
        helper=_warning(t, problem),
        keyboard=keyboard,
        on_blur=lambda: form.leave(name),
        identifier=f"field-{name}-{place}",
        expand=True,
    )
    away = Action(f"{words.remove} {place + 1}", lambda: form.remove_member(name, place), I.CLOSE_ROUNDED, f"remove-{name}-{place}")
    return row(typed, icon_button(away), align=ft.CrossAxisAlignment.START, key=f"{name}-{place}-of-{len(members)}")


def _error(t: Words, problem: FieldError | None) -> str | None:
    return sentence_for(t, problem.code, problem.params) if problem is not None and not problem.is_warning else None


def _warning(t: Words, problem: FieldError | None) -> str | None:
    return sentence_for(t, problem.code, problem.params) if problem is not None and problem.is_warning else None
