"""Owns made-up VAT ids, phone numbers and addresses on the net: valid in form, and as far as possible nobody's.

French landlines come from the ranges that Arcep keeps for films and books; SIREN numbers beginning with 0 and Greek tax numbers beginning
with 7 are not given to companies.
"""

from stdnum import luhn
from stdnum.gr import vat as greek_vat

from shared.rules.folding import tokens

_LANDLINES = {"lyon": "+3346571", "nantes": "+3326191", "thessaloniki": "+30231000"}
_MOBILES = {"lyon": "+3360000", "nantes": "+3360000", "thessaloniki": "+30690000"}
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
    """Return a shop's number as it is stored; ``number`` below 10,000."""
    return f"{_LANDLINES[area]}{number:04}"


def mobile(area: str, number: int) -> str:
    """Return a person's number as it is stored; ``number`` below 10,000."""
    return f"{_MOBILES[area]}{number:04}"


def slug(text: str) -> str:
    """Return ``text`` as it may stand in an address on the net: Latin letters, figures and dashes."""
    return "-".join(word for word in (token.replace("ου", "ou").translate(_LATIN) for token in tokens(text)) if word.isascii())


def domain(name: str) -> str:
    """Return a customer's domain, under the top level that is kept for examples."""
    whole = slug(name)
    return f"{whole[:48].rpartition('-')[0] if len(whole) > 48 else whole}.example"
