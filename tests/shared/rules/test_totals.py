"""The sums of a quote."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.rules.totals import FULL, QuoteLineInput, Rounding, TaxBand, line_net, sums, tax_on, totals

rates = st.sampled_from([0, 550, 1000, 1300, 2000, 2400])
lines = st.builds(
    QuoteLineInput,
    quantity=st.integers(1, 5_000),
    unit_price=st.integers(0, 3_000),
    discount=st.integers(0, FULL),
    tax_rate=rates,
)
quotes = st.lists(lines, max_size=8)
roundings = st.sampled_from([each.value for each in Rounding])


def test_a_quote_in_two_rates_adds_up() -> None:
    lines = [QuoteLineInput(2_000, 1_999, 0, 2000), QuoteLineInput(500, 333, 1_000, 550)]

    result = totals(lines, "rate")

    assert result.by_rate == (TaxBand(550, 150, 8), TaxBand(2000, 3_998, 800))
    assert (result.net, result.tax, result.gross) == (4_148, 808, 4_956)


def test_the_two_roundings_differ_by_cents_and_each_is_kept() -> None:
    three_small_lines = [QuoteLineInput(1_000, 2, 0, 2000)] * 3

    assert totals(three_small_lines, "line").tax == 0
    assert totals(three_small_lines, "rate").tax == 1


def test_an_unknown_rounding_is_an_error() -> None:
    with pytest.raises(ValueError, match="banker"):
        totals([], "banker")


def test_no_lines_make_nothing() -> None:
    result = totals([], "line")

    assert (result.net, result.tax, result.gross, result.by_rate) == (0, 0, 0, ())


@given(quotes, roundings)
def test_gross_is_net_and_tax_and_the_bands_sum_to_both(quote: list[QuoteLineInput], rounding: str) -> None:
    result = totals(quote, rounding)

    assert result.gross == result.net + result.tax
    assert sum(band.net for band in result.by_rate) == result.net == sum(line_net(line) for line in quote)
    assert sum(band.tax for band in result.by_rate) == result.tax
    assert [band.rate for band in result.by_rate] == sorted({line.tax_rate for line in quote})


@given(quotes.flatmap(lambda quote: st.tuples(st.just(quote), st.permutations(quote))), roundings)
def test_the_order_of_lines_changes_nothing(quotes: tuple[list[QuoteLineInput], list[QuoteLineInput]], rounding: str) -> None:
    written, shuffled = quotes

    assert totals(written, rounding) == totals(shuffled, rounding)


@given(quotes, roundings)
def test_adding_a_line_never_lowers_a_quote_by_more_than_its_rounding(quote: list[QuoteLineInput], rounding: str) -> None:
    for count in range(len(quote)):
        before, after = totals(quote[:count], rounding), totals(quote[: count + 1], rounding)
        assert after.net >= before.net
        assert after.tax >= before.tax


@given(lines, st.integers(0, 500))
def test_a_line_rises_with_quantity_and_price_and_falls_with_discount(line: QuoteLineInput, more: int) -> None:
    dearer = QuoteLineInput(line.quantity, line.unit_price + more, line.discount, line.tax_rate)
    longer = QuoteLineInput(line.quantity + more, line.unit_price, line.discount, line.tax_rate)
    cheaper = QuoteLineInput(line.quantity, line.unit_price, min(FULL, line.discount + more), line.tax_rate)

    assert line_net(dearer) >= line_net(line)
    assert line_net(longer) >= line_net(line)
    assert line_net(cheaper) <= line_net(line)


@given(lines)
def test_no_discount_is_the_plain_product_and_a_full_one_is_nothing(line: QuoteLineInput) -> None:
    plain = QuoteLineInput(line.quantity, line.unit_price, 0, line.tax_rate)
    free = QuoteLineInput(line.quantity, line.unit_price, FULL, line.tax_rate)

    assert abs(1_000 * line_net(plain) - line.quantity * line.unit_price) <= 500
    assert line_net(free) == 0


@given(st.integers(1, 1_000), st.integers(0, 10**6), rates)
def test_whole_quantities_at_no_discount_need_no_rounding(count: int, price: int, rate: int) -> None:
    assert line_net(QuoteLineInput(count * 1_000, price, 0, rate)) == count * price


@given(lines, roundings)
def test_a_credit_note_mirrors_its_quote(line: QuoteLineInput, rounding: str) -> None:
    back = QuoteLineInput(-line.quantity, line.unit_price, line.discount, line.tax_rate)

    assert totals([back], rounding).gross == -totals([line], rounding).gross


@given(quotes)
def test_the_roundings_differ_by_at_most_half_a_cent_a_line_and_a_band(quote: list[QuoteLineInput]) -> None:
    by_line, by_rate = totals(quote, "line"), totals(quote, "rate")

    assert by_line.net == by_rate.net
    assert 2 * abs(by_line.tax - by_rate.tax) <= len(quote) + len(by_rate.by_rate)


@given(st.integers(0, 10**9), rates)
def test_tax_is_within_half_a_cent_of_the_exact_one(net: int, rate: int) -> None:
    assert 2 * abs(FULL * tax_on(net, rate) - net * rate) <= FULL


@pytest.mark.parametrize(("rounding", "tax"), [("line", 2), ("rate", 1), (None, 1), ("some newer rule", 1)])
def test_the_fields_of_a_quote_are_summed_from_stored_lines_whatever_they_lack(rounding: str | None, tax: int) -> None:
    stored = [{"quantity": 1_000, "unit_price": 3, "tax_rate": 2000}, {"quantity": 1_000, "unit_price": 3, "tax_rate": 2000}, {}]

    assert sums(stored, rounding) == {"net_total": 6, "tax_total": tax, "gross_total": 6 + tax}
