"""The sentences of an import: what a reason's or a refusal's code means to the person at the keyboard."""

from collections.abc import Mapping

_WORDS = {
    "file_too_large": "the file is larger than {max_bytes} bytes",
    "empty_file": "the file is empty",
    "no_cards": "the file holds no vCard",
    "no_name_column": "no column is a customer's or a person's name",
    "too_many_rows": "the file has more than {max_rows} rows; divide it",
    "malformed_row": "its quotes cannot be read",
    "malformed_card": "the card cannot be read",
    "extra_cells": "it has {found} cells where the header has {expected}",
    "broken_characters": "letters were lost when the file was saved; export it again as UTF-8",
    "suspect_characters": "letters look wrong; check the file's encoding",
    "required": "a value is needed",
    "wrong_type": "this is not of the expected type ({expected})",
    "text_too_long": "too long: {length} characters, at most {max}",
    "control_character": "an unprintable character at position {position}",
    "too_many": "too many: {count}, at most {max}",
    "not_a_number": "not a number",
    "not_an_email": "not an e-mail address",
    "not_a_phone": "not a phone number",
    "phone_unrecognised": "no number of {country} that we know",
    "not_a_website": "not a web address",
    "vat_format": "not a VAT id",
    "vat_length": "a VAT id with too many or too few figures",
    "vat_checksum": "a figure of the VAT id is mistyped",
    "vat_other_country": "the VAT id is of another country than the address",
    "not_a_country": "not a country",
    "not_a_choice": "not one of: {allowed}",
    "too_small": "less than {min}",
    "too_large": "more than {max}",
    "place_incomplete": "a latitude needs its longitude, and the other way round",
    "same_vat_id": "same VAT id {vat_id}",
    "same_phone": "same phone number {phone}",
    "same_name_and_place": "same name and place",
    "similar_name": "a similar name in the same place ({percent} %)",
    "repeated_row": "the row is there twice",
    "differs": "{value} is not taken: by row {row} it is {kept}",
    "not_in": "{value} is not taken: row {row} has none",
}


def said(code: str, params: Mapping[str, str]) -> str:
    """Say what ``code`` means; an unknown one is shown as it is."""
    try:
        return _WORDS.get(code, code).format_map(params)
    except KeyError:
        return code
