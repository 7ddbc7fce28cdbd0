"""Owns the check of VAT ids: format and check figures by country, with the prefix of the EU (EL for Greece), without the network."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

_PREFIX: Final = {"GR": "EL", "MC": "FR", "IM": "GB"}
_EU: Final = frozenset(
    {"AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "EL", "ES", "FI", "FR", "HR", "HU", "IE", "IT", "LT", "LU", "LV", "MT"}
    | {"NL", "PL", "PT", "RO", "SE", "SI", "SK", "XI"}
)


class VatProblem(StrEnum):
    """Why a VAT id is not a country's."""

    FORMAT = "vat_format"
    LENGTH = "vat_length"
    CHECKSUM = "vat_checksum"
    OTHER_COUNTRY = "vat_other_country"


@dataclass(frozen=True, slots=True)
class VatCheck:
    """A VAT id without separators and with its prefix where that is known, what is wrong with it, and whether its figures were checked."""

    value: str
    problem: VatProblem | None = None
    checked: bool = False


def check_vat_id(typed: str, country: str) -> VatCheck:
    """Normalise and check a VAT id, with or without prefix, of a customer in ``country`` (ISO code).

    Outside the EU it is only cleaned. A sound id of another member state is normalised and called ``OTHER_COUNTRY``: unusual, not wrong.
    """
    bare = "".join(character for character in typed if character.isalnum()).upper()
    bare = f"EL{bare[2:]}" if bare.startswith("GR") else bare
    own = _PREFIX.get(country.upper(), country.upper())
    other = bare[:2] if bare[:2] in _EU else ""
    if not bare or not (own in _EU or other):
        return VatCheck(bare)
    home = _checked(own, bare.removeprefix(own)) if own in _EU else None
    if home is not None and (home.problem is None or other in {"", own}):
        return home
    abroad = _checked(other, bare[2:])
    if abroad.problem is not None:
        return VatCheck(bare, abroad.problem, checked=True)
    return VatCheck(abroad.value, VatProblem.OTHER_COUNTRY if country else None, checked=True)


def _checked(prefix: str, figures: str) -> VatCheck:
    """Check the figures of a member state's id."""
    from stdnum import exceptions  # noqa: PLC0415  (loaded by the first VAT id)
    from stdnum.eu import vat  # noqa: PLC0415

    reasons: dict[type[exceptions.ValidationError], VatProblem] = {
        exceptions.InvalidLength: VatProblem.LENGTH,
        exceptions.InvalidChecksum: VatProblem.CHECKSUM,
    }
    whole = prefix + figures
    if not whole.isascii():
        return VatCheck(whole, VatProblem.FORMAT, checked=True)
    try:
        return VatCheck(vat.validate(whole), checked=True)
    except exceptions.ValidationError as refusal:
        return VatCheck(whole, reasons.get(type(refusal), VatProblem.FORMAT), checked=True)
