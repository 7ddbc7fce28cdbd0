"""What a browser installs the app by, once for each language: its own names for the places that a long press offers."""

from __future__ import annotations

import json
from typing import Final

from tools import catalogues

NAME: Final = "manifest.webmanifest"
DESCRIPTIONS: Final = {
    "fr": "Clients, visites et devis, avec ou sans réseau.",
    "el": "Πελάτες, επισκέψεις και προσφορές, με ή χωρίς σήμα.",
}


def translated(english: bytes) -> dict[str, bytes]:
    """Give the manifests of the other languages by their names, made of the English one and the app's own words.

    Raises:
        KeyError: the app has no such word.
    """
    made = {}
    for language in catalogues.LANGUAGES:
        manifest = json.loads(english)
        catalogue = catalogues.load(language)
        for shortcut in manifest["shortcuts"]:
            shortcut["name"] = str(catalogue[shortcut["name"]].string)
        manifest |= {"lang": language, "description": DESCRIPTIONS[language]}
        made[f"manifest.{language}.webmanifest"] = json.dumps(manifest, ensure_ascii=False, indent=1).encode()
    return made
