"""What a record's fields must look like."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Text

from shared.models.registry import KINDS, table_of
from shared.rules.checks import LAST_INSTANT, Stored
from shared.rules.lifecycle import QUOTE, VISIT
from shared.rules.validation import _CHECKS, CODES, WARNINGS, blocking, check, check_value

ACCOUNT: dict[str, Stored] = {"name": "Four d'Or", "territory_id": "lyon", "country": "FR"}
CONTACT: dict[str, Stored] = {"account_id": "a", "last_name": "Martin"}
VISIT_FIELDS: dict[str, Stored] = {"account_id": "a", "user_id": "u", "zone": "Europe/Paris", "state": "planned"}
QUOTE_FIELDS: dict[str, Stored] = {
    "account_id": "a",
    "user_id": "u",
    "number": "Q26-K7-0042",
    "revision": 1,
    "currency": "EUR",
    "rounding": "line",
    "quoted_on": "2026-11-22",
    "state": "draft",
}
LINE: dict[str, Stored] = {"account_id": "a", "quote_id": "q", "quantity": 1_000, "unit_price": 2_080, "tax_rate": 2_000}
SOUND = {"account": ACCOUNT, "contact": CONTACT, "visit": VISIT_FIELDS, "quote": QUOTE_FIELDS, "quote_line": LINE}

stored_values: st.SearchStrategy[Stored] = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**63), 2**63),
    st.floats(),
    st.text(max_size=10),
    st.lists(st.text(max_size=5), max_size=3),
    st.sampled_from(["2026-11-22", "2026-02-30", "a@b.gr", "FR", "line", "sent", 10_001]),
)


def codes(
    kind: str, fields: dict[str, Stored], existing: dict[str, Stored] | None = None, *, today: str | None = None
) -> set[tuple[str, str]]:
    return {(error.field, error.code) for error in check(kind, fields, existing, today=today)}


@pytest.mark.parametrize("kind", SOUND)
def test_a_plain_new_record_is_sound(kind: str) -> None:
    assert check(kind, SOUND[kind]) == ()


@pytest.mark.parametrize("kind", SOUND)
def test_a_new_record_names_every_value_that_it_lacks(kind: str) -> None:
    missing = {field for field, code in codes(kind, {}) if code == "required"}

    assert missing
    assert missing <= set(SOUND[kind])


def test_an_edit_is_judged_by_what_it_writes() -> None:
    assert codes("account", {"city": "Lyon"}, ACCOUNT) == set()
    assert codes("account", {"name": "  "}, ACCOUNT) == {("name", "required")}
    assert codes("account", {"name": None}, ACCOUNT) == {("name", "required")}


@pytest.mark.parametrize(
    "name", ["x" * 200, "مخبز الضوء", "Φούρνος 🥐👩‍🍳", "a" + "\u0301" * 100, "\u200fمخبز\u200e", "O'Neill & fils <b>"]
)
def test_long_right_to_left_and_emoji_names_are_fine(name: str) -> None:
    assert codes("account", {"name": name}, ACCOUNT) == set()


def test_a_text_that_is_too_long_says_how_long_it_may_be() -> None:
    (error,) = check("account", {"name": "x" * 201}, ACCOUNT)

    assert (error.code, error.params) == ("text_too_long", {"length": "201", "max": "200"})


@pytest.mark.parametrize("character", ["\x00", "\x1b", "\n", "\x85", "\ud800"])
def test_control_characters_are_refused_where_they_stand(character: str) -> None:
    (error,) = check("account", {"name": f"ab{character}c"}, ACCOUNT)

    assert (error.code, error.params) == ("control_character", {"position": "3"})


def test_notes_have_lines() -> None:
    assert codes("account", {"note": "one\n\ttwo\r\n"}, ACCOUNT) == set()
    assert codes("account", {"note": "one\x00"}, ACCOUNT) == {("note", "control_character")}


@pytest.mark.parametrize("address", ["info@four.gr", "a.b+c@sub.four-d-or.fr", "élodie@φούρνος.gr", ""])
def test_e_mail_addresses(address: str) -> None:
    assert codes("account", {"email": address}, ACCOUNT) == set()


@pytest.mark.parametrize("address", ["info", "info@four", "a b@four.gr", "a@@four.gr", "a@four..gr", "Nikos <n@four.gr>", "@four.gr"])
def test_what_is_no_e_mail_address(address: str) -> None:
    assert codes("account", {"email": address}, ACCOUNT) == {("email", "not_an_email")}


@pytest.mark.parametrize("address", ["four.gr", "https://www.four.gr/φούρνοι?a=1", "four.gr:8080"])
def test_web_addresses(address: str) -> None:
    assert codes("account", {"website": address}, ACCOUNT) == set()


@pytest.mark.parametrize("address", ["four", "a@four.gr", "four gr.", "javascript:alert(1)"])
def test_what_is_no_web_address(address: str) -> None:
    assert codes("account", {"website": address}, ACCOUNT) == {("website", "not_a_website")}


def test_an_odd_phone_number_is_said_and_no_number_at_all_is_refused() -> None:
    assert codes("account", {"phone": "04 72 00 11 22"}, ACCOUNT) == set()
    assert codes("account", {"phone": "04 72 00 11"}, ACCOUNT) == {("phone", "phone_unrecognised")}
    assert codes("account", {"phone": "ask Marie"}, ACCOUNT) == {("phone", "not_a_phone")}


def test_a_contacts_national_numbers_are_dialled_in_its_accounts_country() -> None:
    fields: dict[str, Stored] = {"phones": ["2310 123456"]}

    assert check("contact", fields, CONTACT) == ()
    assert check("contact", fields, CONTACT, country="GR") == ()
    assert [error.code for error in check("contact", fields, CONTACT, country="FR")] == ["phone_unrecognised"]


def test_a_blank_or_misshapen_member_of_a_list_is_refused() -> None:
    assert codes("contact", {"emails": ["a@four.gr", " "]}, CONTACT) == {("emails", "required"), ("emails", "not_an_email")}
    assert codes("account", {"tags": [f"tag {number}" for number in range(51)]}, ACCOUNT) == {("tags", "too_many")}
    assert codes("account", {"tags": "vip"}, ACCOUNT) == {("tags", "wrong_type")}


def test_a_vat_id_is_checked_in_the_country_of_the_address() -> None:
    assert codes("account", {"vat_id": "40 303 265 045"}, ACCOUNT) == set()
    assert codes("account", {"vat_id": "40 303 265 046"}, ACCOUNT) == {("vat_id", "vat_checksum")}
    assert codes("account", {"vat_id": "EL094259216"}, ACCOUNT) == {("vat_id", "vat_other_country")}
    assert codes("account", {"vat_id": "094259216", "country": "GR"}, ACCOUNT) == set()


def test_a_move_abroad_does_not_refuse_the_standing_vat_id() -> None:
    assert codes("account", {"country": "GR"}, {**ACCOUNT, "vat_id": "FR40303265045"}) == set()


@pytest.mark.parametrize("country", ["Fr", "EL", "XX", "F", "France"])
def test_what_is_no_country_code(country: str) -> None:
    assert "country" in {error.field for error in blocking(check("account", {"country": country}, ACCOUNT))}


def test_a_place_is_on_the_earth_and_whole() -> None:
    assert codes("account", {"lat": 45.76, "lon": 4.84}, ACCOUNT) == set()
    assert codes("account", {"lat": 95.0, "lon": 4.84}, ACCOUNT) == {("lat", "too_large"), ("lat", "place_incomplete")}
    assert codes("account", {"lat": 45.76}, ACCOUNT) == {("lon", "place_incomplete")}
    assert codes("account", {"lat": float("nan"), "lon": -181.0}, ACCOUNT) == {("lat", "too_small"), ("lon", "too_small")}


def test_a_contact_has_a_name() -> None:
    assert codes("contact", {"account_id": "a"}) == {("last_name", "required")}
    assert codes("contact", {"account_id": "a", "first_name": "Élodie"}) == set()
    assert codes("contact", {"last_name": ""}, CONTACT) == {("last_name", "required")}
    assert codes("contact", {"last_name": ""}, {**CONTACT, "first_name": "Élodie"}) == set()


@pytest.mark.parametrize("quantity", [0, -1, -1_000])
def test_a_quantity_of_zero_or_less_is_refused(quantity: int) -> None:
    assert codes("quote_line", {"quantity": quantity}, LINE) == {("quantity", "not_positive")}


@given(st.integers(1, 10**9), st.integers(1, 10**9), st.integers(0, 10_000))
def test_any_quantity_price_and_discount_in_range_are_sound(quantity: int, price: int, discount: int) -> None:
    assert check("quote_line", {"quantity": quantity, "unit_price": price, "discount": discount}, LINE) == ()


def test_a_price_of_zero_is_said_and_allowed_and_a_negative_one_refused() -> None:
    found = check("quote_line", {"unit_price": 0}, LINE)

    assert [error.code for error in found] == ["price_zero"]
    assert found[0].is_warning
    assert blocking(found) == ()
    assert codes("quote_line", {"unit_price": -1}, LINE) == {("unit_price", "too_small")}


def test_caps_and_discounts_over_a_hundred_per_cent() -> None:
    assert codes("quote_line", {"discount": 10_001}, LINE) == {("discount", "discount_over_100")}
    assert codes("quote_line", {"discount": -1}, LINE) == {("discount", "too_small")}
    assert codes("quote_line", {"quantity": 10**9 + 1}, LINE) == {("quantity", "too_large")}
    assert codes("quote_line", {"quantity": True}, LINE) == {("quantity", "wrong_type")}
    assert codes("quote_line", {"quantity": 1.5}, LINE) == {("quantity", "wrong_type")}


@pytest.mark.parametrize("written", ["2026-02-30", "22/11/2026", "20261122", "2026-W47-7", 20261122])
def test_what_is_no_date(written: Stored) -> None:
    assert codes("quote", {"valid_until": written}, QUOTE_FIELDS) == {("valid_until", "not_a_date")}


def test_a_quote_is_not_over_before_it_is_made() -> None:
    assert codes("quote", {"valid_until": "2026-11-22"}, QUOTE_FIELDS) == set()
    assert codes("quote", {"valid_until": "2026-11-21"}, QUOTE_FIELDS) == {("valid_until", "valid_until_before_quoted_on")}
    assert codes("quote", {"quoted_on": "2026-12-24"}, {**QUOTE_FIELDS, "valid_until": "2026-12-23"}) == {
        ("valid_until", "valid_until_before_quoted_on")
    }
    assert codes("quote", {"note": "x"}, {**QUOTE_FIELDS, "valid_until": "2000-01-01"}) == set()


def test_days_gone_by_are_said_but_stop_nothing() -> None:
    today = "2026-11-22"
    past = check("visit", {"next_step_on": "2026-11-21"}, VISIT_FIELDS, today=today)

    assert [(error.code, error.params) for error in past] == [("date_in_past", {"date": "2026-11-21"})]
    assert blocking(past) == ()
    assert codes("visit", {"next_step_on": today}, VISIT_FIELDS, today=today) == set()
    assert codes("visit", {"next_step_on": "2026-11-21"}, VISIT_FIELDS) == set()
    assert codes("quote", {"valid_until": "2026-11-22"}, QUOTE_FIELDS, today="2026-11-23") == {("valid_until", "date_in_past")}


def test_a_visit_is_planned_in_the_past_only_when_that_day_is_over_everywhere() -> None:
    noon_of_the_22nd = 1_795_348_800_000

    assert codes("visit", {"planned_at": noon_of_the_22nd}, VISIT_FIELDS, today="2026-11-23") == set()
    assert codes("visit", {"planned_at": noon_of_the_22nd}, VISIT_FIELDS, today="2026-11-24") == {("planned_at", "date_in_past")}
    assert codes("visit", {"planned_at": noon_of_the_22nd, "state": "checked_in"}, VISIT_FIELDS, today="2026-11-24") == set()
    assert codes("visit", {"planned_at": LAST_INSTANT}, VISIT_FIELDS, today="2026-11-24") == set()


def test_nobody_leaves_before_arriving() -> None:
    assert codes("visit", {"left_at": 5}, {**VISIT_FIELDS, "arrived_at": 5}) == set()
    assert codes("visit", {"left_at": 4}, {**VISIT_FIELDS, "arrived_at": 5}) == {("left_at", "left_before_arrived")}
    assert codes("visit", {"left_at": 4}, VISIT_FIELDS) == {("left_at", "left_before_arrived")}
    assert codes("visit", {"left_at": -4}, VISIT_FIELDS) == {("left_at", "not_an_instant")}


@pytest.mark.parametrize(("kind", "states"), [("visit", VISIT.states), ("quote", QUOTE.states)])
def test_only_known_states_are_taken(kind: str, states: frozenset[str]) -> None:
    assert not any(codes(kind, {"state": state}, SOUND[kind]) for state in states)
    assert codes(kind, {"state": "flying"}, SOUND[kind]) == {("state", "not_a_choice")}


def test_a_period_does_not_end_before_it_begins() -> None:
    fields: dict[str, Stored] = {"name": "2026", "version": 1, "currency": "EUR", "valid_from": "2026-02-01", "valid_to": "2026-01-31"}

    assert codes("price_list", fields) == {("valid_to", "ends_before_it_begins")}
    assert codes("price_list", {**fields, "valid_to": None}) == set()
    assert codes("price_list", {**fields, "currency": "euro"}) >= {("currency", "text_too_long")}


def test_every_checked_field_is_a_field_of_its_kind() -> None:
    for kind, fields in _CHECKS.items():
        assert set(fields) == set(KINDS[kind].fields), kind


@settings(max_examples=300)
@given(st.data(), st.sampled_from(sorted(_CHECKS)))
def test_any_stored_value_is_judged_by_known_codes(data: st.DataObject, kind: str) -> None:
    names = st.sampled_from(sorted(_CHECKS[kind]))
    fields = data.draw(st.dictionaries(names, stored_values, max_size=6))
    existing = data.draw(st.none() | st.dictionaries(names, stored_values, max_size=3))

    found = check(kind, fields, existing, today="2026-11-22", country=data.draw(st.sampled_from(["", "FR", "GR"])))

    assert {error.code for error in found} <= set(CODES)
    assert all(isinstance(value, str) for error in found for value in error.params.values())
    assert len(blocking(found)) == sum(error.code not in WARNINGS for error in found)


def test_unknown_kinds_and_fields_are_somebody_elses_business() -> None:
    assert check("balloon", {"colour": "red"}) == ()
    assert codes("account", {"colour": "red"}, ACCOUNT) == set()


def test_every_warning_is_a_known_code() -> None:
    assert set(CODES) >= WARNINGS


@pytest.mark.parametrize(("currency", "codes"), [("EUR", []), ("CHF", []), ("JPY", ["not_a_currency"]), ("KWD", ["not_a_currency"])])
def test_a_price_list_is_in_a_currency_of_hundredths(currency: str, codes: list[str]) -> None:
    found = check("price_list", {"name": "2026", "version": 1, "currency": currency, "valid_from": "2026-01-01"})

    assert [error.code for error in found] == codes


@pytest.mark.parametrize("kind", sorted(_CHECKS))
def test_an_empty_text_fits_a_text_and_nothing_else(kind: str) -> None:
    columns = table_of(kind).columns
    texts = {name for name in _CHECKS[kind] if isinstance(columns[name].type, Text)}

    assert {name for name in _CHECKS[kind] if not list(check_value(kind, name, ""))} == texts


@pytest.mark.parametrize("zone", ["UTC", "GMT", "Europe/Athens", "America/Argentina/Buenos_Aires", "Etc/GMT+5", "Land/Not_Yet_Named"])
def test_a_zone_is_taken_by_its_shape_so_that_a_newer_list_may_hold_it(zone: str) -> None:
    assert codes("visit", {"zone": zone}, VISIT_FIELDS) == set()


@pytest.mark.parametrize("zone", ["../../etc/passwd", "/etc/passwd", "Europe//Paris", "Europe/", "a" * 65, "Ζώνη/Αθήνα", 5])
def test_what_is_not_the_name_of_a_zone_is_wrong(zone: Stored) -> None:
    assert codes("visit", {"zone": zone}, VISIT_FIELDS) == {("zone", "wrong_type")}
