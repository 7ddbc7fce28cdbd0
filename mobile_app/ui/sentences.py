"""Codes become sentences here and nowhere else: what happened, what is safe, what helps. Never a code alone."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Final

from babel import Locale

from mobile_app.ui import formats
from mobile_app.ui.i18n import N_, Words
from shared.errors import RecordRefused, ServerRefused, TourneeError

_DATES: Final = ("date", "quoted_on", "begins")

FIELDS: Final[Mapping[str, str]] = {
    "required": N_("This is needed."),
    "wrong_type": N_("This does not fit here."),
    "text_too_long": N_("This is too long: {length}\u00a0characters, {max} fit."),
    "control_character": N_("There is an invisible character at place {position}. Delete it and type it anew."),
    "too_many": N_("There are {count} of these, {max} fit."),
    "not_an_email": N_("This is not an e-mail address: it needs a name, an @ and a domain."),
    "not_a_phone": N_("This is not a phone number."),
    "phone_unrecognised": N_("No phone in this country has such a number. It is kept as you typed it."),
    "not_a_website": N_("This is not a web address."),
    "vat_format": N_("This is not a VAT number: it begins with the country, as in FR or EL."),
    "vat_length": N_("This VAT number has too many or too few figures."),
    "vat_checksum": N_("A figure of this VAT number is mistyped."),
    "vat_other_country": N_("This VAT number is from another country than the address."),
    "not_a_country": N_("No country has this code."),
    "not_a_currency": N_("Quotes are written in currencies of hundredths only, such as EUR or CHF. This is none of them."),
    "not_a_choice": N_("This is not one of the choices."),
    "not_a_date": N_("This is not a date. Type day, month and year."),
    "not_an_instant": N_("This is not a time."),
    "not_a_quote_number": N_("This is not a quote number."),
    "not_a_hash": N_("This names no file."),
    "not_a_number": N_("This is not a number."),
    "number_empty": N_("Type a number."),
    "number_malformed": N_("This is not a number."),
    "number_ambiguous": N_("Is this thousands or decimals? Write the number without separators between thousands."),
    "number_too_precise": N_("This has too many decimals."),
    "number_too_large": N_("This number is too large."),
    "too_small": N_("This is too small."),
    "too_large": N_("This is too large."),
    "not_positive": N_("The quantity must be above zero."),
    "discount_over_100": N_("A discount goes up to 100%."),
    "price_zero": N_("This line is free of charge."),
    "place_incomplete": N_("A position needs both its numbers."),
    "date_in_past": N_("This day is over: {date}."),
    "valid_until_before_quoted_on": N_("The quote would end before its date, {quoted_on}."),
    "ends_before_it_begins": N_("It would end before it begins, {begins}."),
    "left_before_arrived": N_("The departure is before the arrival."),
    "invalid": N_("Something in this form cannot be kept. Look at the marked fields."),
}
"""The codes of ``shared.rules.validation``, beside the field."""

DEVICE: Final[Mapping[str, str]] = {
    "error": N_("That did not work. What was saved before is safe."),
    "device_error": N_("That did not work on this phone. What was saved before is safe."),
    "vault_locked": N_("The app has been locked. Everything you saved is here; enter your PIN."),
    "vault_too_new": N_("A newer version of the app has kept this data. Update the app; nothing was touched."),
    "vault_damaged": N_("The data on this phone is damaged. What can be read is kept, the rest is downloaded again."),
    "users_damaged": N_(
        "The list of who uses this device was damaged and has been put together again from what is here. A name that is missing comes"
        " back once that person’s PIN is entered."
    ),
    "users_lost": N_(
        "The list of who uses this device was damaged, and nobody’s data was found here. Sign in with a connection to use it."
    ),
    "seal_broken": N_("A piece of the data on this phone cannot be read. The rest is kept, and it is downloaded again."),
    "wrong_key": N_("This data was sealed with another key. Sign in again; nothing was touched."),
    "already_enrolled": N_("You already have your data on this device. Go back and enter your PIN, or sign in again there."),
    "storage_failed": N_("This phone could not save that. What was saved before is safe; try again."),
    "disk_full": N_("This phone is full, so that was not saved. Everything before it is. Free some space and try again."),
    "storage_busy": N_("Another window is using the same data, so that was not saved. Try again in a moment."),
    "vault_unread": N_(
        "This phone cannot read all of its data now, so nothing is exchanged with the office."
        " What you saved is safe, and it is tried again by itself. If this lasts, restart the phone."
    ),
    "record_not_found": N_("This is no longer here: it was deleted, or it belongs to a colleague now."),
    "pin_not_digits": N_("A PIN has digits only."),
    "pin_too_short": N_("A PIN has at least 6\u00a0digits."),
    "pin_too_long": N_("A PIN has at most 12\u00a0digits."),
    "pin_too_simple": N_("That PIN is too easy to guess. Choose one that is not a row or a repetition."),
    "pins_differ": N_("Those were two different PINs. Choose one and enter it twice."),
}
"""What this device met."""

LINK: Final[Mapping[str, str]] = {
    "sync_error": N_("The exchange with the office did not work. Everything is saved on this phone; it is tried again by itself."),
    "offline": N_("Nobody answers at that address now. Check the address and your connection; nothing on this phone is lost."),
    "link_broke": N_("The connection broke off. Nothing on this phone is lost; try again."),
    "captive_portal": N_("This Wi-Fi wants a sign-in of its own first. Open a web page, sign in there, then try again."),
    "download_paused": N_("You work offline, so the download waits. Use the network for it; after that the whole day works without."),
    "paused": N_("You work offline. Nothing is sent until you switch it off; everything is saved on this phone."),
    "bad_address": N_("This is not an office’s address. It looks like https://sync.example.com."),
    "answer_malformed": N_("Something other than Tournée answers at that address. Check it; nothing on this phone is lost."),
    "not_found": N_("Something other than Tournée answers at that address. Check it; nothing on this phone is lost."),
    "digest_mismatch": N_("A comparison with the office found a difference. It is downloaded again by itself; what you wrote is kept."),
    "server_refused": N_("The office did not take that. Everything is saved on this phone."),
    "session_expired": N_("Your sign-in has run out. Sign in again to exchange; everything is saved on this phone."),
    "device_revoked": N_(
        "The office has signed this device off, and its data was removed from it. Sign in to use it again, or ask your manager."
    ),
    "device_retired": N_("You have retired this device: what was waiting was sent, and its data was removed. Sign in to use it again."),
    "not_your_device": N_("The office does not know this device as yours. Ask your manager."),
    "protocol_too_old": N_("This version of the app is too old to exchange. Update it; everything you wrote is kept."),
    "wrong_credentials": N_("Login or password is not right."),
    "browsers_forbidden": N_("Your organisation has no devices in browsers. Ask your manager which device to use."),
    "user_disabled": N_("This account is switched off. Ask your manager."),
    "too_many_attempts": N_("Too many tries. Wait a few minutes, then try again."),
    "sign_in_needed": N_("Sign in with your password once more for this."),
    "recovery_unavailable": N_("The office cannot open this phone's data now. Ask your manager; nothing is lost."),
    "device_restored": N_("This device was restored from a backup. Sign in again so that it gets a name of its own."),
    "internal_error": N_("Something went wrong at the office. Everything is saved on this phone; it is tried again by itself."),
    "role_forbidden": N_("Something went wrong at the office. Everything is saved on this phone; it is tried again by itself."),
    "unavailable": N_("The office is busy. Everything is saved on this phone; it is tried again by itself."),
    "server_busy": N_("The office is busy. Everything is saved on this phone; it is tried again by itself."),
    "too_many_requests": N_("The office is busy. Everything is saved on this phone; it is tried again by itself."),
    "body_too_slow": N_("That was too much at once. It is sent in parts, by itself."),
    "too_many_streams": N_("The office is busy. Everything is saved on this phone; it is tried again by itself."),
    "too_many_changes": N_("That was too much at once. It is sent in parts, by itself."),
    "body_too_large": N_("That was too much at once. It is sent in parts, by itself."),
    "malformed_body": N_("The office did not understand this app. Update it; everything you wrote is kept."),
    "invalid_body": N_("The office did not understand this app. Update it; everything you wrote is kept."),
    "invalid_request": N_("The office did not understand this app. Update it; everything you wrote is kept."),
    "encoding_unknown": N_("The office did not understand this app. Update it; everything you wrote is kept."),
    "blob_erased": N_("The office has erased the person whom this photo is about. It is not kept there."),
    "offset_mismatch": N_("The office asks for this photo from another place on. It is sent again by itself."),
    "chunk_misplaced": N_("The office did not understand this app. Update it; everything you wrote is kept."),
    "range_not_satisfiable": N_("The office did not understand this app. Update it; everything you wrote is kept."),
    "epoch_changed": N_("The office was restored from a backup. This phone brings it up to date by itself; what you wrote is kept."),
    "organisation_moved": N_("The office moved to another server. Ask its admin for the new address; everything is saved on this phone."),
    "organisation_arriving": N_("The office is busy. Everything is saved on this phone; it is tried again by itself."),
    "schema_too_new": N_("The office’s program is older than its data. Its admin must update it; everything is saved on this phone."),
    "bad_cursor": N_("The office asks this phone to download its data again. What you wrote is kept."),
}
"""What device and office met on the way to each other."""

REFUSALS: Final[Mapping[str, str]] = {
    "unknown_record": N_("What this is about is not there any more, or belongs to a colleague now."),
    "erased": N_("What this is about was erased at a person's wish, so nothing can be added to it."),
    "illegal_step": N_("This step is not possible from where it stands now. Open it to see what happened meanwhile."),
    "visit_already_open": N_("You are in another visit. Check out there first."),
    "quote_is_sent": N_("The customer already has this quote. Make a revision to change it."),
    "quote_is_accepted": N_("The customer has accepted this quote, so it stays as it is. Make a new one."),
    "quote_is_empty": N_("There is nothing on this quote yet. Add a product first."),
    "quote_unfinished": N_("A field of this quote must be mended first. It is marked."),
    "quote_line_unfinished": N_("What you typed on a line of this quote is not saved yet. The line is open: finish it, then send."),
    "price_differs": N_("A price on this quote is not the price list’s. Open its line and choose the price anew."),
    "totals_differ": N_(
        "This quote adds up to something else than you saw: its lines were changed meanwhile. Open it, look, and send it again."
    ),
    "tax_differs": N_("A VAT rate on this quote is not the one of the customer’s country. Open its line and save it once more."),
    "quote_unsaved": N_("What you typed on this quote is not saved yet. Open the quote, finish it there, then send."),
    "quote_line_gone": N_("This line was taken off the quote meanwhile. What you typed on it is in Needs attention."),
    "fact_is_final": N_("This was noted once, when it happened, and cannot be changed afterwards."),
    "server_field": N_("Only the office fills this in."),
    "unknown_field": N_("This app knows something that the office does not. Ask your manager."),
    "unknown_state": N_("This app knows something that the office does not. Ask your manager."),
    "no_price": N_("The price list has no price for this product. Type one."),
    "tax_unknown": N_("The VAT rate is not known for this customer. Check the country of the address."),
    "numbers_unknown": N_(
        "This phone's data was damaged, and with it the last number of your quotes. Let it sync once, then begin the quote."
    ),
    "nothing_to_undo": N_("There is no other value to go back to."),
    "record_left": N_("You were typing this when the customer left your territory. Pass it on to whoever has the customer now."),
    "conflict_elsewhere": N_("Somebody else wrote something different, and the customer is no longer yours. This is what you wrote."),
    "work_unsent": N_("Something is still waiting here. Let it be sent first, or save it as a file."),
    "more_remains": N_("More than you were told would be lost with this phone, so it was not retired. Try again to see what."),
    "another_organisation": N_("Another organisation answers at this address. Nothing was changed."),
    "organisation_replaced": N_(
        "Another organisation answers at this address now. What is on this phone stays as it is."
        " To begin there, lock the app and choose “Somebody else”."
    ),
    "passphrase_too_short": N_("A passphrase has at least 8\u00a0characters."),
    "wrong_passphrase": N_("The passphrase is not the file's, or the file was altered."),
    "not_a_handover": N_("This is not the file of a phone's outbox."),
    "handover_of_another": N_("This file belongs to somebody else."),
    "manager_only": N_("Only a manager may do this."),
    "own_name_only": N_("This can only be done in one's own name."),
    "past_assignment": N_("It was written after this customer went to a colleague."),
    "server_kind": N_("Only the office may change this."),
    "unknown_kind": N_("This app knows something that the office does not. Ask your manager."),
    "bad_id": N_("This could not be filed at the office. Copy what matters and write it anew."),
    "repeated_record": N_("The same thing was written twice in one step. Copy what matters and write it anew."),
    "malformed_transaction": N_("The office could not read this. Copy what matters and write it anew."),
    "transaction_reused": N_("The office has already seen this in another form. Copy what matters and write it anew."),
    "empty_file": N_("The file is empty."),
    "file_too_large": N_("The file is too large."),
    "not_a_picture": N_("This file is not a photo that can be shown. Take it as JPEG, PNG or WebP."),
    "too_many_pixels": N_("This picture is too large to be shown on a phone. Make it smaller and add it again."),
    "blob_too_large": N_("This photo is larger than the office takes. Make it smaller and add it again."),
    "photo_damaged": N_("This photo was damaged on this phone before it could be sent. Add it again if you still have it."),
    "quota_exceeded": N_("The office has no room for photos left. It is sent once there is; ask your manager."),
    "hash_mismatch": N_("This photo was damaged on its way. It is sent again by itself."),
    "held": N_("It waits for something that must be settled first."),
}
"""Why a rule of the business did not take something."""

PHASES: Final[Mapping[str, str]] = {
    "captive": "captive_portal",
    "signed_out": "session_expired",
    "outdated": "protocol_too_old",
    "revoked": "device_revoked",
    "failed": "sync_error",
}
"""A phase of the exchange that says what happened, by the code that has the sentence."""

SENTENCES: Final[Mapping[str, str]] = {**FIELDS, **DEVICE, **LINK, **REFUSALS}


class _Params(dict[str, str]):
    """A value that was not told is left open rather than losing the whole sentence."""

    def __missing__(self, key: str) -> str:
        return "…"


def sentence_for(t: Words, code: str, params: Mapping[str, str] | None = None) -> str:
    """Return what ``code`` means to a person; one that this app does not know says that something was not taken, and what is safe."""
    known = SENTENCES.get(code)
    if known is None:
        return t("That was not taken, for a reason that this app does not know yet ({code}). Everything is saved.", code=code)
    return t(known).format_map(_Params({name: _readable(t, name, value) for name, value in (params or {}).items()}))


def sentence_for_error(t: Words, error: Exception) -> str:
    """Say what an action met and what of it was kept."""
    if isinstance(error, RecordRefused | ServerRefused) and error.errors:
        return joined_sentences(sentence_for(t, code) for code in dict.fromkeys(error.errors.values()))
    return sentence_for(t, error.code if isinstance(error, TourneeError) else "error")


def joined_sentences(sentences: Iterable[str]) -> str:
    """Return sentences after one another."""
    return " ".join(dict.fromkeys(sentences))


def _readable(t: Words, name: str, value: str) -> str:
    if name in _DATES:
        try:
            return formats.numeric_day(t, date.fromisoformat(value))
        except ValueError:
            return value
    if name == "country":
        return str(Locale.parse(str(t.locale)).territories.get(value, value))
    return value
