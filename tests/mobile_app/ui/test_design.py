"""Components answer to a person: pressed once, named in full, and never tappable without an answer."""

from collections.abc import Callable

import flet as ft

from mobile_app.ui.design import (
    WAIT,
    Action,
    Banner,
    Chip,
    ChoiceRow,
    ConflictCard,
    CustomerTile,
    I,
    PinPad,
    Press,
    Question,
    Result,
    Side,
    Stepper,
    SyncBadge,
    TopBar,
    VisitTile,
    button,
    column,
    field,
    icon_button,
    keyed,
    marked,
    report_failures,
    switch_row,
    use_model,
)
from mobile_app.ui.i18n import words
from tests.mobile_app.ui.harness import Harness, run

Note = Callable[[object], None]


def shown(*controls: ft.Control) -> Callable[[ft.Page], None]:
    """Return an app that shows ``controls``."""

    @ft.component
    def root() -> list[ft.View]:
        return [ft.View(controls=list(controls))]

    def main(page: ft.Page) -> None:
        page.render_views(root)

    return main


def noting(pressed: list[str], what: str) -> Press:
    return lambda: pressed.append(what)


def test_a_visit_is_one_button_with_one_full_name() -> None:
    pressed: list[str] = []
    tile = VisitTile("11:40", "Saint-Clair", "Caluire", "late", noting(pressed, "visit"), chip=Chip("Closes at 12:00", WAIT))

    async def go() -> None:
        async with Harness(shown(tile)) as h:
            await h.tap("11:40, Saint-Clair, Caluire, Closes at 12:00")

    run(go())

    assert pressed == ["visit"]


def test_a_tile_without_an_answer_is_no_button() -> None:
    tile = CustomerTile("MP", "Maison Perrin", "Lyon")

    assert isinstance(tile, ft.Semantics)
    assert (tile.button, tile.on_tap, getattr(tile.content, "on_click", None)) == (None, None, None)


def test_a_lambda_that_returns_a_coroutine_is_awaited() -> None:
    pressed: list[str] = []

    async def save(what: str) -> None:
        pressed.append(what)

    async def go() -> None:
        async with Harness(shown(button(Action("Save", lambda: save("quote"))))) as h:
            await h.press("Save")

    run(go())

    assert pressed == ["quote"]


def test_a_failing_handler_is_reported_and_the_screen_stays() -> None:
    failures: list[Exception] = []

    def fail() -> None:
        raise RuntimeError("disk full")

    async def go() -> list[str]:
        async with Harness(shown(column(button(Action("Save", fail)), field("Name", "x", lambda _text: fail())))) as h:
            report_failures(h.page, failures.append)
            await h.press("Save")
            await h.fill("Name", "y")
            return h.connection.crashes

    crashes = run(go())

    assert [str(failure) for failure in failures] == ["disk full", "disk full"]
    assert crashes == []


def test_a_field_and_a_switch_tell_their_new_value() -> None:
    told: list[object] = []

    async def go() -> None:
        controls = (field("Name", "", told.append), switch_row(I.CLOUD_OFF, "Work offline", "", False, told.append))
        async with Harness(shown(*controls)) as h:
            await h.fill("Name", "Élodie")
            await h.fire(h.find(ft.Switch)[0], "change", value=True)

    run(go())

    assert told == ["Élodie", True]


def test_an_icon_button_has_the_name_of_what_it_does() -> None:
    pressed: list[str] = []

    async def go() -> None:
        async with Harness(shown(icon_button(Action("Call the bakery", noting(pressed, "call"), I.CALL)))) as h:
            await h.press("Call the bakery")

    run(go())

    assert pressed == ["call"]


def test_the_pin_pad_gives_digits_and_nothing_while_a_delay_runs() -> None:
    digits: list[str] = []
    t = words("fr")

    async def go() -> None:
        async with Harness(shown(PinPad(t, digits.append, noting(digits, "delete")))) as h:
            await h.tap("4")
            await h.tap("Effacer le dernier chiffre")

    run(go())
    waiting = PinPad(t, digits.append, noting(digits, "delete"), enabled=False)

    assert digits == ["4", "delete"]
    assert not [s for s in _semantics(waiting) if s.on_tap]


def test_a_choice_says_which_is_chosen_and_takes_another() -> None:
    chosen: list[int] = []

    async def go() -> list[bool | None]:
        async with Harness(shown(ChoiceRow(("Yes", "No", "To check"), 1, chosen.append))) as h:
            await h.tap("To check")
            return [s.selected for s in h.find(ft.Semantics) if s.button]

    selected = run(go())

    assert (chosen, selected) == ([2], [False, True, False])


def test_a_stepper_counts_and_lets_one_type() -> None:
    pressed: list[str] = []
    less, more = Action("One fewer", noting(pressed, "less"), I.REMOVE), Action("One more", noting(pressed, "more"), I.ADD)

    async def go() -> None:
        async with Harness(shown(Stepper("3", less, more, Action("Quantity", noting(pressed, "edit"))))) as h:
            await h.press("One fewer")
            await h.press("One more")
            await h.tap("Quantity, 3")

    run(go())

    assert pressed == ["less", "more", "edit"]


def test_the_sync_badge_announces_its_change() -> None:
    badge = SyncBadge("waiting", "3 waiting", lambda: None)

    assert isinstance(badge, ft.Semantics)
    assert (badge.live_region, badge.label, badge.identifier) == (True, "3 waiting", "sync-badge")


def test_an_action_under_a_long_sentence_is_no_wider_than_its_words() -> None:
    again = Action("Try again", lambda: None)

    async def go() -> list[ft.Alignment | None]:
        async with Harness(shown(Banner("It is tried again by itself. " * 4, again))) as h:
            return [box.alignment for box in h.find(ft.Container) if isinstance(box.content, ft.TextButton)]

    assert run(go()) == [ft.Alignment.CENTER_RIGHT]


def test_a_long_result_stands_for_longer_and_hides_no_more_of_a_wide_screen_than_it_needs() -> None:
    short, long = Result("Settled."), Result("This line was taken off the quote meanwhile, so what you typed is gone too.", wide=True)

    assert isinstance(short.duration, ft.Duration)
    assert isinstance(long.duration, ft.Duration)
    assert short.duration.seconds == 6
    assert long.duration.seconds > 6
    assert (short.width, long.width) == (None, 560)


def test_a_question_is_no_wider_than_is_read_easily() -> None:
    question = Question("Sure?", "It is gone after this. " * 9, Action("Yes", lambda: None), Action("No", lambda: None))

    assert isinstance(question.content, ft.Container)
    assert question.content.width == 440


def test_each_value_of_a_conflict_has_its_own_button() -> None:
    pressed: list[str] = []
    mine = Side("You", "today, 08:47", "04 78 28 19 60", Action("Keep mine", noting(pressed, "mine")), stands=True)
    theirs = Side("Camille", "yesterday, 14:02", "04 78 28 19 06", Action("Take Camille’s", noting(pressed, "theirs")))

    async def go() -> list[str]:
        card = ConflictCard(
            "Maison Perrin", "Camille changed it yesterday; you changed it today.", (mine, theirs), "Stands", note="30 days"
        )
        async with Harness(shown(card)) as h:
            await h.press("Keep mine")
            await h.press("Take Camille’s")
            return h.texts()

    texts = run(go())

    assert pressed == ["mine", "theirs"]
    assert {"04 78 28 19 60", "04 78 28 19 06", "Stands"} <= set(texts)


def test_only_the_words_that_differ_are_marked() -> None:
    spans = marked("04 78 28 19 60", "04 78 28 19 06").spans or []

    assert [span.text for span in spans if span.style] == ["60"]
    assert marked("quite another sentence here", "04 78 28 19").spans is None or not marked("a b", "c d").spans


def test_a_title_is_a_heading_and_its_way_back_has_a_name() -> None:
    async def go() -> tuple[list[ft.Semantics], str]:
        async with Harness(shown(TopBar("Maison Perrin", "Lyon", Action("Back", lambda: None, I.ARROW_BACK)))) as h:
            await h.press("Back")
            return h.find(ft.Semantics, header=True), "".join(h.texts())

    headings, texts = run(go())

    assert [heading.heading_level for heading in headings] == [1]
    assert "Maison Perrin" in texts


@ft.observable
class _Counter:
    def __init__(self) -> None:
        self.value = 0


def test_a_customers_name_over_the_number_of_a_quote_has_two_lines() -> None:
    async def go() -> list[int | None]:
        async with Harness(shown(TopBar("Q26-K7-0043", "Αρτοβιομηχανία Κεσίδη Α.Ε."))) as h:
            return [words.max_lines for words in h.find(ft.Text) if words.value == "Αρτοβιομηχανία Κεσίδη Α.Ε."]

    assert run(go()) == [2]


def test_a_keyed_component_keeps_its_own_model() -> None:
    @ft.component
    def counter(name: str) -> ft.Control:
        model = use_model(_Counter)

        def more() -> None:
            model.value += 1

        return button(Action(f"{name} {model.value}", more))

    @ft.component
    def root() -> list[ft.View]:
        return [ft.View(controls=[keyed(counter, name)(name) for name in ("a", "b")])]

    async def go() -> list[str]:
        async with Harness(lambda page: page.render_views(root)) as h:
            await h.press("b 0")
            return h.texts()

    assert run(go()) == ["a 0", "b 1"]


def _semantics(control: object) -> list[ft.Semantics]:
    found = [control] if isinstance(control, ft.Semantics) else []
    inner = [getattr(control, "content", None), *(getattr(control, "controls", None) or [])]
    return found + [s for child in inner if child is not None for s in _semantics(child)]
