"""No form is forgotten: what was typed into any of them stays with its author when its record leaves the device."""

import ast
import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

import mobile_app.ui
from mobile_app.data.drafts import about
from mobile_app.ui.features.customers import account_form, person_form
from mobile_app.ui.features.quotes import line_numbers, terms_form
from mobile_app.ui.features.values import FIELD_NAMES, shown
from mobile_app.ui.features.visits import model as visit_form
from mobile_app.ui.features.visits import plan
from mobile_app.ui.i18n import words
from shared.models.registry import KINDS
from tests.fakes.dump import drafts
from tests.mobile_app.data.repositories.shop import shop
from tests.mobile_app.data.store.phone import Phone, account, server_record
from tests.mobile_app.ui.rep import device_of

FEATURES = Path(mobile_app.ui.__file__).parent / "features"
MAKERS = frozenset({"DraftKeeper", "RecordForm"})
"""Whoever calls one of these, or is one, is a form with a draft."""
OF_ALL = "forms.py"
"""Forms give their keys to this one."""
OF_A_CUSTOMER = {"account", "plan"}
"""Forms that are known by the customer's id."""
STAYS = {"attention"}
"""What was typed to mend a refused transaction: that one stays in *Needs attention*, and the draft with it."""


def modules() -> Iterator[tuple[str, ast.Module]]:
    """The modules that have forms of their own."""
    for path in sorted(FEATURES.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        called = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)]
        bases = [base for node in ast.walk(tree) if isinstance(node, ast.ClassDef) for base in node.bases]
        if path.name != OF_ALL and MAKERS & {node.id for node in (*called, *bases) if isinstance(node, ast.Name)}:
            yield path.relative_to(FEATURES).as_posix(), tree


def forms_in(tree: ast.Module) -> set[str]:
    """What stands before the colon of the keys in a module; '' where it is worked out, as the kind and id of a conflict are."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            text = "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)
            form, colon, named = text.partition(":")
            if colon and named.startswith("{}") and " " not in text:
                found.add("" if "{}" in form else form)
    return found


FORMS = {form for _, tree in modules() for form in forms_in(tree)}


def test_every_module_with_a_form_has_a_key_that_is_found() -> None:
    assert [name for name, tree in modules() if not forms_in(tree)] == []
    assert {"account", "contact", "visit", "plan", "review", "photo", "quote", "quote_line", "attention", ""} <= FORMS


@pytest.mark.parametrize("form", sorted(FORMS - STAYS - {""}))
def test_what_was_typed_into_a_form_whose_record_leaves_becomes_a_copy(form: str) -> None:
    async def scenario() -> None:
        kind, _ = about(f"{form}:")
        assert kind in KINDS, f"nobody knows what {form!r} is about: a draft of it would stay where no screen shows it"
        phone = Phone()
        await phone.start()
        id_ = "a1" if form in OF_A_CUSTOMER else "x1"
        await phone.pull(account("a1", name="Perrin"), *([] if id_ == "a1" else [server_record(kind, id_, 1, account_id="a1")]))
        await phone.store.draft_put(f"{form}:{id_}", {"note": "ten minutes' work"})

        await phone.pull(left=["a1"])

        (copy,) = await phone.store.attention()
        assert (copy.state, copy.params) == ("copy", {"name": "Perrin"})
        assert [edit.to for change in copy.changes for edit in change.fields.values()] == ["ten minutes' work"]
        assert drafts(phone.store) == []

    asyncio.run(scenario())


def test_every_field_of_every_form_has_a_name_and_a_plan_is_read_in_words() -> None:
    of_records = {*account_form.FIELDS, *person_form.FIELDS, *visit_form.FIELDS, *terms_form.NAMES, *line_numbers.NAMES}

    assert {*of_records, *plan._FIELDS, "comment", "caption"} <= FIELD_NAMES.keys()
    assert [shown(words("en"), *field) for field in (("day", "2026-09-21"), ("clock", "14:30"), ("minutes", 45))] == [
        "21/09/2026",
        "14:30",
        "45\u00a0min",
    ]


def test_of_a_real_form_the_copy_has_the_one_field_that_was_typed_into() -> None:
    async def scenario() -> None:
        phone, _ = await shop()
        opened = account_form.AccountFormModel(device_of(phone), "a1")
        await opened.load()
        opened.form.put("note", "the key is under the mat")
        await opened.form.flush()

        await phone.pull(left=["a1"])

        (copy,) = await phone.store.attention()
        assert {name: edit.to for name, edit in copy.changes[0].fields.items()} == {"note": "the key is under the mat"}

    asyncio.run(scenario())
