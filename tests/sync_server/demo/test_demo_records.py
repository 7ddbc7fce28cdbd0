"""The demo organisation is whole, sound, the same every time, and small."""

from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from shared.models.registry import KINDS
from shared.rules.phones import to_e164
from shared.rules.pricing import PriceRule, overlapping, tax_rate_for
from shared.rules.totals import QuoteLineInput, totals
from shared.rules.validation import check
from shared.rules.vat import check_vat_id
from sync_server.demo import DEMO_LOGINS, DemoRecord, demo_records
from sync_server.demo.catalogue import catalogue
from sync_server.demo.identifiers import domain
from sync_server.demo.organisation import territory_id
from sync_server.demo.places import AREAS, DATA, apart_km, towns
from sync_server.demo.seeds import Value

TODAY = date(2026, 11, 23)
Stored = Mapping[str, Value]


@pytest.fixture(scope="module")
def records() -> list[DemoRecord]:
    return list(demo_records(TODAY))


@pytest.fixture(scope="module")
def kinds(records: list[DemoRecord]) -> dict[str, dict[str, Stored]]:
    found: dict[str, dict[str, Stored]] = {}
    for kind, identifier, fields in records:
        found.setdefault(kind, {})[identifier] = fields
    return found


def number(value: Value) -> int:
    assert isinstance(value, int)
    return value


def test_the_organisation_has_the_promised_size(records: list[DemoRecord]) -> None:
    counts = Counter(kind for kind, _, _ in records)

    assert {kind: counts[kind] for kind in ("territory", "user", "account", "contact", "product", "price_list", "quote")} == {
        "territory": 3,
        "user": 5,
        "account": 600,
        "contact": 900,
        "product": 180,
        "price_list": 2,
        "quote": 350,
    }
    assert 1_450 <= counts["visit"] <= 1_550
    assert 3 * 350 <= counts["quote_line"] <= 8 * 350


def test_the_same_day_and_seed_give_the_same_records(records: list[DemoRecord]) -> None:
    assert list(demo_records(TODAY)) == records


def test_another_seed_gives_other_records_and_other_ids(records: list[DemoRecord]) -> None:
    other = {identifier for _, identifier, _ in demo_records(TODAY, seed=2)}

    assert not other & {identifier for _, identifier, _ in records}


def test_customers_and_people_keep_their_ids_from_day_to_day(records: list[DemoRecord]) -> None:
    lasting = {"territory", "user", "assignment", "product", "account", "contact"}

    tomorrow = [record for record in demo_records(TODAY + timedelta(days=1)) if record[0] in lasting]

    assert tomorrow == [record for record in records if record[0] in lasting]


@pytest.mark.parametrize("today", [date(2027, 1, 1), date(2027, 2, 28), date(2028, 2, 29), date(2026, 3, 29)])
def test_any_day_can_be_today(today: date) -> None:
    assert Counter(kind for kind, _, _ in demo_records(today))["quote"] == 350


def test_ids_are_unique_and_nothing_comes_before_what_it_refers_to(records: list[DemoRecord]) -> None:
    seen: dict[str, str] = {}

    for kind, identifier, fields in records:
        assert identifier not in seen
        for name, target in KINDS[kind].references.items():
            assert fields[name] is None or seen[str(fields[name])] == target
        seen[identifier] = kind


def test_every_record_has_exactly_the_fields_of_its_kind_and_passes_validation(kinds: dict[str, dict[str, Stored]]) -> None:
    for kind, of_kind in kinds.items():
        for fields in of_kind.values():
            account = kinds["account"].get(str(fields.get("account_id")), {})
            assert set(fields) == set(KINDS[kind].fields)
            assert check(kind, fields, country=str(account.get("country", ""))) == ()


def test_vat_ids_and_phone_numbers_are_valid_and_each_is_one_customers(kinds: dict[str, dict[str, Stored]]) -> None:
    accounts = kinds["account"].values()

    for account in accounts:
        vat = check_vat_id(str(account["vat_id"]), str(account["country"]))
        assert (vat.checked, vat.problem) == (True, None)
    numbers = Counter(to_e164(str(account["phone"]), str(account["country"])) for account in accounts)
    people = [phone for contact in kinds["contact"].values() for phone in contact["phones"] or []]  # type: ignore[union-attr]
    assert None not in numbers
    assert set(numbers.values()) == {1}
    assert all(to_e164(phone, "") for phone in people)
    assert len(set(people)) == len(people)


def test_customers_stand_in_their_own_town_and_no_town_has_two_of_a_name(kinds: dict[str, dict[str, Stored]]) -> None:
    keys = {territory_id(key): key for key in AREAS}

    for account in kinds["account"].values():
        place = (float(str(account["lat"])), float(str(account["lon"])))
        same = [town for town in towns(keys[str(account["territory_id"])]) if town.postcode == account["postcode"]]
        assert min(apart_km(place, (town.lat, town.lon)) for town in same) < 8
    names = Counter((account["name"], account["city"]) for account in kinds["account"].values())
    assert set(names.values()) == {1}


def test_no_two_prices_compete(kinds: dict[str, dict[str, Stored]]) -> None:
    goods = catalogue(TODAY, seed=1)
    rules = [
        PriceRule(
            price_list_id=str(rule["price_list_id"]),
            product_id=str(rule["product_id"]),
            min_quantity=number(rule["min_quantity"]),
            price=number(rule["price"]),
            segment=str(rule["segment"]),
            priority=number(rule["priority"]),
        )
        for rule in kinds["price_rule"].values()
    ]

    assert overlapping(goods.lists, rules) == ()
    assert {rule.segment for rule in rules} == {"", "chain", "horeca"}
    assert {(rule.price_list_id, rule.product_id) for rule in rules if not rule.segment and not rule.min_quantity} == {
        (each.id, article.id) for each in goods.lists for article in goods.articles
    }


def test_rates_are_those_of_france_and_greece() -> None:
    rates = catalogue(TODAY, seed=1).rates

    def rate(country: str, code: str) -> int | None:
        return tax_rate_for(country, code, TODAY.isoformat(), rates)

    assert [rate("FR", code) for code in ("standard", "intermediate", "reduced", "super")] == [2000, 1000, 550, 210]
    assert [rate("GR", code) for code in ("standard", "intermediate", "reduced", "super")] == [2400, 1300, 1300, 600]


def test_every_quotes_totals_can_be_recomputed_from_its_lines(kinds: dict[str, dict[str, Stored]]) -> None:
    lines: dict[str, list[QuoteLineInput]] = {}
    for line in kinds["quote_line"].values():
        amounts = (number(line[name]) for name in ("quantity", "unit_price", "discount", "tax_rate"))
        lines.setdefault(str(line["quote_id"]), []).append(QuoteLineInput(*amounts))

    for identifier, quote in kinds["quote"].items():
        sums = totals(lines[identifier], str(quote["rounding"]))
        assert 3 <= len(lines[identifier]) <= 8
        assert (sums.net, sums.tax, sums.gross) == (quote["net_total"], quote["tax_total"], quote["gross_total"])


def test_quotes_are_in_every_state_and_none_is_decided_before_it_was_sent(kinds: dict[str, dict[str, Stored]]) -> None:
    quotes = list(kinds["quote"].values())

    assert {quote["state"] for quote in quotes} == {"draft", "sent", "accepted", "declined", "expired"}
    assert len({quote["number"] for quote in quotes}) == 350
    for quote in quotes:
        assert (quote["sent_at"] is None) == (quote["state"] == "draft")
        assert quote["decided_at"] is None or number(quote["decided_at"]) >= number(quote["sent_at"])
        assert quote["state"] != "expired" or str(quote["valid_until"]) < TODAY.isoformat()


def test_every_rep_has_seven_stops_today_in_order_and_some_tomorrow(kinds: dict[str, dict[str, Stored]]) -> None:
    for login in (login for login in DEMO_LOGINS if login.role == "rep"):
        zone = ZoneInfo(AREAS[login.territories[0]].zone)
        mine = [visit for visit in kinds["visit"].values() if visit["user_id"] == login.user_id() and visit["state"] == "planned"]
        times = [datetime.fromtimestamp(number(visit["planned_at"]) / 1000, zone) for visit in mine]
        today = [moment.time() for moment in times if moment.date() == TODAY]
        assert len(today) == 7
        assert (today[0], today[-1]) == (time(8, 15), time(16, 45))
        assert times == sorted(times)
        assert len(times) == 7 + 4


def test_the_anchors_of_the_story_open_the_tours(kinds: dict[str, dict[str, Stored]]) -> None:
    first: dict[Value, Stored] = {}
    for visit in kinds["visit"].values():
        if visit["state"] == "planned":
            first.setdefault(str(visit["user_id"]), kinds["account"][str(visit["account_id"])])
    elodie, _, nikos = (login.user_id() for login in DEMO_LOGINS[:3])

    assert (first[elodie]["name"], first[elodie]["phone"]) == ("Maison Perrin", "+33478281906")
    assert first[nikos]["name"] == "Αρτοποιείο Παπαδόπουλος & Υιοί Ο.Ε."


def test_a_rep_is_at_one_place_at_a_time_and_leaves_after_arriving(kinds: dict[str, dict[str, Stored]]) -> None:
    stays: dict[Value, list[tuple[int, int]]] = {}
    for visit in kinds["visit"].values():
        if visit["arrived_at"] is not None:
            stays.setdefault(str(visit["user_id"]), []).append((number(visit["arrived_at"]), number(visit["left_at"])))

    for own in stays.values():
        own.sort()
        assert all(arrived < left for arrived, left in own)
        assert all(before[1] <= after[0] for before, after in pairwise(own))


def test_logins_are_distinct_and_every_territory_has_its_rep_and_manager(kinds: dict[str, dict[str, Stored]]) -> None:
    assert len({login.login for login in DEMO_LOGINS}) == len({login.password for login in DEMO_LOGINS}) == 5
    assert {login.user_id() for login in DEMO_LOGINS} == set(kinds["user"])
    assert Counter(fields["territory_id"] for fields in kinds["assignment"].values()) == {territory_id(key): 2 for key in AREAS}


def test_a_long_name_gives_a_domain_that_ends_at_a_word() -> None:
    assert domain("Εργαστήριο Ζαχαροπλαστικής Κωνσταντίνα Θεσσαλονίκη") == "ergastirio-zacharoplastikis-konstantina.example"


def test_the_data_files_are_small_and_credit_their_source() -> None:
    sizes = [path.stat().st_size for path in Path(DATA).iterdir()]

    assert sum(sizes) < 40_000
    assert "GeoNames" in (DATA / "towns.csv").read_text(encoding="utf-8").splitlines()[0]
