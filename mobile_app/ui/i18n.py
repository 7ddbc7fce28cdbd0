"""The app's words in one language: a ``Words`` object per session, never a global language.

In web mode sessions with different languages share one process. A component asks ``t = use_words()`` and says ``t("Customers")``;
a plain function is handed ``t``. Tables of words at module level are marked with ``N_`` and looked up later with ``t(...)``.
``tools/catalogues.py`` finds ``t``, ``t.plural``, ``t.sense`` and ``N_`` in the code.
"""

import gettext
import io
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import flet as ft
from babel import Locale
from babel.numbers import format_decimal

TRANSLATIONS = Path(__file__).resolve().parents[2] / "assets" / "translations"
DOMAIN = "tournee"
LOCALES = {"en": "en_GB", "fr": "fr_FR", "el": "el_GR"}
"""Language code to the locale that writes its dates, numbers and money."""
LANGUAGE_NAMES = {"en": "English", "fr": "Français", "el": "Ελληνικά"}
"""Each language in its own words, for the switch."""


def N_(message: str) -> str:
    """Mark ``message`` for the catalogues where no session is at hand."""
    return message


@dataclass(frozen=True, slots=True)
class Words:
    """Everything that depends on a person's language. Values are put in by name: ``t("{name} is back", name=name)``."""

    language: str
    locale: Locale
    catalogue: gettext.NullTranslations = field(repr=False)

    def __call__(self, message: str, /, **values: object) -> str:
        """Return ``message`` in this language with ``values`` in its places."""
        return _placed(self.catalogue.gettext(message), values)

    def plural(self, one: str, many: str, n: int, /, **values: object) -> str:
        """Return the form for ``n`` things; ``{n}`` stands for the number as this language writes it."""
        return self.catalogue.ngettext(one, many, n).format(n=format_decimal(n, locale=self.locale), **values)

    def sense(self, context: str, message: str, /, **values: object) -> str:
        """Return ``message`` as meant in ``context``, where the English words mean two things."""
        return _placed(self.catalogue.pgettext(context, message), values)


def _placed(message: str, values: dict[str, object]) -> str:
    return message.format(**values) if values else message


@lru_cache(maxsize=len(LOCALES))
def words(language: str) -> Words:
    """Load ``language`` (``en``, ``fr`` or ``el``) once per process.

    Raises:
        KeyError: no such language.
    """
    return Words(language, Locale.parse(LOCALES[language]), _catalogue(language))


def _catalogue(language: str) -> gettext.NullTranslations:
    """Read the compiled catalogue, or compile the text one in memory (about 30 ms) when there is none or it is older.

    A browser is sent the compiled ones alone.
    """
    if language == "en":
        return gettext.NullTranslations()
    text = TRANSLATIONS / language / "LC_MESSAGES" / f"{DOMAIN}.po"
    compiled = text.with_suffix(".mo")
    if compiled.exists() and (not text.exists() or compiled.stat().st_mtime >= text.stat().st_mtime):
        with compiled.open("rb") as file:
            return gettext.GNUTranslations(file)
    from babel.messages.mofile import write_mo  # noqa: PLC0415  (a start does not need them)
    from babel.messages.pofile import read_po  # noqa: PLC0415

    buffer = io.BytesIO()
    with text.open("rb") as file:
        write_mo(buffer, read_po(file, locale=language))
    buffer.seek(0)
    return gettext.GNUTranslations(buffer)


def best_language(wanted: Iterable[str]) -> str:
    """Return the first of the ``wanted`` language tags (``el-GR``, ``fr``) that the app speaks, else English."""
    for tag in wanted:
        code = tag.replace("_", "-").split("-")[0].lower()
        if code in LOCALES:
            return code
    return "en"


WordsContext = ft.create_context(words("en"))
"""The root wraps the app in ``WordsContext(words(language), build)`` and keys ``build``'s component by the language."""


def use_words() -> Words:
    """Return the session's words; call it in a component's body, like any hook."""
    return ft.use_context(WordsContext)
