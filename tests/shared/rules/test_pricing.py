"""Price lookup."""

from hypothesis import given
from hypothesis import strategies as st

from shared.rules.pricing import (
    PriceBreak,
    PriceList,
    PriceRule,
    TaxRate,
    list_at,
    next_break,
    overlapping,
    price_for,
    price_in,
    tax_rate_for,
)

SPRING = PriceList("spring", 1, "EUR", "2026-01-01", "2026-06-30")
AUTUMN = PriceList("autumn", 2, "EUR", "2026-06-01")
OVEN = [
    PriceRule("autumn", "oven", 1_000, 2_400),
    PriceRule("autumn", "oven", 40_000, 2_080),
    PriceRule("autumn", "oven", 1_000, 2_200, segment="gold"),
    PriceRule("spring", "oven", 1_000, 2_300),
]

dates = st.sampled_from([f"2026-0{month}-01" for month in range(1, 7)])
price_lists = st.lists(
    st.builds(PriceList, st.sampled_from("ab"), st.integers(1, 2), st.just("EUR"), dates, st.none() | dates),
    max_size=3,
    unique_by=lambda each: each.id,
)
price_rules = st.lists(
    st.builds(
        PriceRule,
        st.sampled_from("ab"),
        st.sampled_from("xy"),
        st.sampled_from([0, 1_000, 2_000]),
        st.integers(0, 3),
        st.sampled_from(["", "gold"]),
        st.integers(0, 1),
    ),
    max_size=8,
)
quantities = st.sampled_from([0, 500, 1_000, 1_500, 2_000, 3_000])
segments = st.sampled_from(["", "gold", "silver"])


def test_the_highest_version_that_holds_on_the_day_is_the_list() -> None:
    lists = [AUTUMN, SPRING]

    assert list_at("2026-05-31", lists) == SPRING
    assert list_at("2026-06-01", lists) == AUTUMN
    assert list_at("2025-12-31", lists) is None


def test_a_segments_price_beats_everyones_even_for_more_pieces() -> None:
    gold = price_for("oven", "2026-11-22", 50_000, "gold", lists=[SPRING, AUTUMN], rules=OVEN)
    other = price_for("oven", "2026-11-22", 50_000, "silver", lists=[SPRING, AUTUMN], rules=OVEN)

    assert gold is not None
    assert gold.amount == 2_200
    assert other is not None
    assert (other.amount, other.price_list, other.rule.min_quantity) == (2_080, AUTUMN, 40_000)


def test_a_higher_priority_beats_a_larger_quantity() -> None:
    rules = [*OVEN, PriceRule("autumn", "oven", 1_000, 1_990, priority=5)]

    price = price_in(AUTUMN, "oven", 60_000, "", rules)

    assert price is not None
    assert price.amount == 1_990


def test_below_the_smallest_quantity_there_is_no_price() -> None:
    assert price_in(AUTUMN, "oven", 999, "", OVEN) is None
    assert price_for("oven", "2020-01-01", 1_000, "", lists=[AUTUMN], rules=OVEN) is None
    assert price_for("mixer", "2026-11-22", 1_000, "", lists=[AUTUMN], rules=OVEN) is None


def test_the_next_break_says_from_forty_twenty_eighty() -> None:
    assert next_break(AUTUMN, "oven", 1_000, "", OVEN) == PriceBreak(40_000, 2_080)
    assert next_break(AUTUMN, "oven", 40_000, "", OVEN) is None
    assert next_break(AUTUMN, "oven", 1_000, "gold", OVEN) is None


def test_without_a_price_yet_the_next_break_is_the_first_one() -> None:
    assert next_break(AUTUMN, "oven", 500, "", OVEN) == PriceBreak(1_000, 2_400)


@given(price_lists, price_rules.flatmap(lambda rules: st.tuples(st.just(rules), st.permutations(rules))), dates, quantities, segments)
def test_a_price_never_depends_on_the_order_of_lists_and_rules(
    lists: list[PriceList], orders: tuple[list[PriceRule], list[PriceRule]], on: str, quantity: int, segment: str
) -> None:
    written, shuffled = orders

    price = price_for("x", on, quantity, segment, lists=lists, rules=written)

    assert price_for("x", on, quantity, segment, lists=lists[::-1], rules=shuffled) == price


@given(price_lists, price_rules, dates, quantities, segments)
def test_a_price_comes_from_a_rule_that_no_other_beats(
    lists: list[PriceList], rules: list[PriceRule], on: str, quantity: int, segment: str
) -> None:
    price = price_for("x", on, quantity, segment, lists=lists, rules=rules)

    holding = list_at(on, lists)
    fitting = [
        (rule.segment != "", rule.priority, rule.min_quantity)
        for rule in rules
        if holding
        and (rule.price_list_id, rule.product_id) == (holding.id, "x")
        and rule.segment in ("", segment)
        and rule.min_quantity <= quantity
    ]
    if price is None:
        assert not fitting
    else:
        assert (price.rule.segment != "", price.rule.priority, price.rule.min_quantity) == max(fitting)
        assert price.amount == price.rule.price


@given(price_rules, quantities, segments)
def test_a_break_is_larger_and_cheaper_and_true(rules: list[PriceRule], quantity: int, segment: str) -> None:
    only = PriceList("a", 1, "EUR", "2026-01-01")

    found = next_break(only, "x", quantity, segment, rules)

    if found is not None:
        now = price_in(only, "x", quantity, segment, rules)
        there = price_in(only, "x", found.min_quantity, segment, rules)
        assert found.min_quantity > quantity
        assert there is not None
        assert there.amount == found.amount
        assert now is None or found.amount < now.amount


def test_the_tax_rate_is_the_one_of_the_day_and_greece_has_two_names() -> None:
    rates = [
        TaxRate("GR", "standard", 2300, "2010-07-01", "2016-05-31"),
        TaxRate("GR", "standard", 2400, "2016-06-01"),
        TaxRate("FR", "standard", 2000, "2014-01-01"),
    ]

    assert tax_rate_for("GR", "standard", "2016-05-31", rates) == 2300
    assert tax_rate_for("EL", "standard", "2026-11-22", rates) == 2400
    assert tax_rate_for("FR", "standard", "2026-11-22", rates) == 2000
    assert tax_rate_for("FR", "reduced", "2026-11-22", rates) is None
    assert tax_rate_for("DE", "standard", "2026-11-22", rates) is None


def test_rules_between_which_nothing_decides_are_found() -> None:
    twin = PriceRule("autumn", "oven", 1_000, 9_999)

    assert overlapping([SPRING, AUTUMN], OVEN) == ()
    assert overlapping([SPRING, AUTUMN], [*OVEN, twin]) == ((OVEN[0], twin),)


def test_lists_of_one_version_compete_only_while_their_periods_meet() -> None:
    first = PriceList("first", 1, "EUR", "2026-01-01", "2026-03-31")
    second = PriceList("second", 1, "EUR", "2026-04-01")
    meeting = PriceList("second", 1, "EUR", "2026-03-31")
    rules = [PriceRule("first", "x", 0, 1), PriceRule("second", "x", 0, 2)]

    assert overlapping([first, second], rules) == ()
    assert overlapping([first, meeting], rules) == ((rules[0], rules[1]),)
    assert overlapping([first], rules) == ()
