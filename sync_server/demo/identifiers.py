"""Owns made-up VAT ids, phone numbers and addresses on the net: valid in form, and as far as possible nobody's.

French landlines come from the ranges that Arcep keeps for films and books; SIREN numbers beginning with 0 and Greek tax numbers beginning
with 7 are not given to companies.
"""

from stdnum import luhn
from stdnum.gr import vat as greek_vat

from shared.rules.folding import tokens
from shared.rules.phones import international

_LANDLINES = {"lyon": "04 65 71", "nantes": "02 61 91"}
_LATIN = str.maketrans(dict(zip("αβγδεζηικλμνξοπρστυφω", "avgdeziiklmnxoprstyfo", strict=True)) | {"θ": "th", "χ": "ch", "ψ": "ps"})


def vat_id(country: str, number: int) -> str:
    """Return the ``number``-th VAT id of a country (FR or GR), with its check digits."""
    if country == "GR":
        figures = f"7{number:07}"
        return f"EL{figures}{greek_vat.calc_check_digit(figures)}"
    siren = f"0{number:07}"
    siren += luhn.calc_check_digit(siren)
    return f"FR{(12 + 3 * (int(siren) % 97)) % 97:02}{siren}"


def landline(area: str, number: int) -> str:
    """Return a number as the shop writes it, national; ``number`` below 10,000."""
    if area == "thessaloniki":
        return f"2310 00{number // 1000} {number % 1000:03}"
    return f"{_LANDLINES[area]} {number // 100:02} {number % 100:02}"


def mobile(area: str, number: int) -> str:
    """Return a person's number in its international form; ``number`` below 10,000."""
    if area == "thessaloniki":
        return international(f"690000{number:04}", "GR")
    return international(f"060000{number:04}", "FR")


def slug(text: str) -> str:
    """Return ``text`` as it may stand in an address on the net: Latin letters, figures and dashes."""
    return "-".join(word for word in (token.replace("ου", "ou").translate(_LATIN) for token in tokens(text)) if word.isascii())


def domain(name: str) -> str:
    """Return a customer's domain, under the top level that is kept for examples."""
    whole = slug(name)
    return f"{whole[:48].rpartition('-')[0] if len(whole) > 48 else whole}.example"
