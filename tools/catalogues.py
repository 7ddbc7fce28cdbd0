"""The translations: find the messages in the code, merge them into the catalogues, compile, check.

Usage: ``python -m tools.catalogues update|compile|check``. After adding a sentence to a screen: ``update``, then fill in the empty
``msgstr`` of ``assets/translations/*/LC_MESSAGES/tournee.po``, then ``check``.
"""

import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "mobile_app"
TRANSLATIONS = ROOT / "assets" / "translations"
LANGUAGES = ("fr", "el")
KEYWORDS = {"t": None, "N_": None, "plural": (1, 2), "sense": ((1, "c"), 2)}
_EPOCH = datetime(2026, 1, 1, tzinfo=UTC)  # a real date would change the file each time
_PLACE = re.compile(r"\{(\w*)\}")
_NARROW = re.compile(r"(?<![\u00a0\u202f])[?!»%;](?!\w)|(?<![\u00a0\u202f\d}])[:](?!//)|«(?![\u00a0\u202f])")

_COUNTED = r"days?|try|tries|jours?|essais?|ημέρα|ημέρες|προσπάθεια|προσπάθειες"
_MEASURED = r"minutes?|digits|characters|chiffres|caractères|%|€|λεπτά|ψηφία|χαρακτήρες"
_TORN = re.compile(rf"\{{n\}} (?:{_COUNTED})(?!\w)|\b\d+ (?:{_COUNTED}|{_MEASURED})(?!\w)|\{{length\}} (?:char|cara|χαρα)")
"""A number that a line may end with, its unit on the next one. Units of amounts and durations are kept where they are formatted."""


def catalogue_path(language: str) -> Path:
    """Return where ``language``'s messages are."""
    return TRANSLATIONS / language / "LC_MESSAGES" / "tournee.po"


def extract() -> Catalog:
    """Return every message of the app's code."""
    template = Catalog(project="Tournée", charset="utf-8", creation_date=_EPOCH)
    found = extract_from_dir(SOURCE, method_map=[("**.py", "python")], keywords=KEYWORDS, comment_tags=("For translators:",))
    for file, line, message, comments, context in found:
        template.add(message, None, [(f"mobile_app/{file}", line)], auto_comments=comments, context=context)
    return template


def load(language: str) -> Catalog:
    """Return ``language``'s catalogue, empty when there is none yet."""
    path = catalogue_path(language)
    if not path.exists():
        return Catalog(locale=language, project="Tournée", creation_date=_EPOCH, revision_date=_EPOCH, fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def update(language: str, template: Catalog) -> int:
    """Merge ``template`` into ``language``'s catalogue, keeping its translations; return how many are still to be written."""
    catalogue = load(language)
    catalogue.update(template, no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    _sign(catalogue)
    path = catalogue_path(language)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(file, catalogue, width=120, sort_output=True, include_lineno=False)
    return sum(1 for message in _messages(catalogue) if not _translated(message))


def _sign(catalogue: Catalog) -> None:
    """Write a header that says what is true and never changes."""
    catalogue.header_comment = f"# Tournée in {catalogue.locale.english_name if catalogue.locale else catalogue.locale_identifier}."
    catalogue.creation_date = catalogue.revision_date = _EPOCH
    catalogue.version, catalogue.fuzzy = "", False
    catalogue.last_translator = catalogue.msgid_bugs_address = catalogue.language_team = "Tournée"


def compile_catalogue(language: str) -> Path:
    """Write the binary catalogue beside the text one; return its path."""
    path = catalogue_path(language).with_suffix(".mo")
    with path.open("wb") as file:
        write_mo(file, load(language))
    return path


def problems() -> list[str]:
    """Return what is wrong with the catalogues, a sentence each; empty when they are complete and well made."""
    template = extract()
    return [problem for language in LANGUAGES for problem in _problems(language, template)]


def _problems(language: str, template: Catalog) -> Iterator[str]:
    catalogue = load(language)
    known = {(message.context, _key(message)) for message in _messages(template)}
    there = {(message.context, _key(message)) for message in _messages(catalogue)}
    for _, key in sorted(known - there, key=str):
        yield f"{language}: not in the catalogue: {key!r}"
    for _, key in sorted(there - known, key=str):
        yield f"{language}: no longer in the code: {key!r}"
    for message in _messages(catalogue):
        for problem in _faults(language, message):
            yield f"{language}: {problem}: {_key(message)!r}"


def _faults(language: str, message: Message) -> Iterator[str]:
    if not _translated(message):
        yield "not translated"
        return
    if message.fuzzy:
        yield "marked fuzzy"
    wanted = set(_PLACE.findall(_key(message, last=True)))
    forms = _forms(message)
    if set(_PLACE.findall(forms[-1])) != wanted or any(not set(_PLACE.findall(form)) <= wanted for form in forms):
        yield "other placeholders than the English"
    if language == "fr" and any(_NARROW.search(form) for form in forms):
        yield "a no-break space is missing before : ; ? ! » % or after «"
    if any(_TORN.search(form) for form in (*forms, _key(message), _key(message, last=True))):
        yield "a no-break space is missing between a number and its unit"
    if language == "fr" and any("'" in form for form in forms):
        yield "a straight apostrophe instead of ’"


def _messages(catalogue: Catalog) -> list[Message]:
    return [message for message in catalogue if message.id]


def _key(message: Message, *, last: bool = False) -> str:
    ids = message.id
    return ids if isinstance(ids, str) else str(ids[-1 if last else 0])


def _forms(message: Message) -> list[str]:
    return [message.string or ""] if isinstance(message.string, str | None) else [form or "" for form in message.string]


def _translated(message: Message) -> bool:
    return all(_forms(message))


def main(arguments: list[str]) -> int:
    """Run one command; return 0 when all is well."""
    match arguments:
        case ["update"]:
            template = extract()
            for language in LANGUAGES:
                print(f"{language}: {update(language, template)} still to translate")
        case ["compile"]:
            for language in LANGUAGES:
                print(compile_catalogue(language).relative_to(ROOT))
        case ["check"]:
            found = problems()
            print("\n".join(found) or "all messages are translated")
            return min(len(found), 1)
        case _:
            print(__doc__)
            return 2
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
