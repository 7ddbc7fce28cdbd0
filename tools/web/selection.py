"""What of the packages and of this repository goes into a browser: the Python that runs there and the data it reads, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

LEFT_OUT: Final = re.compile(
    "|".join(
        (
            r"\.dist-info/",
            r"\.(pyi|pxd|jinja2|dart|pem|md|yaml)$",
            r"/py\.typed$",
            r"(^|/)tests?/",
            r"^babel/locale-data/(?!(root|en|en_001|en_GB|fr|fr_FR|el|el_GR)\.dat$)",
            r"^flutter/",
            r"^phonenumbers/(carrier|carrierdata|geocoder|geodata|timezone|tzdata)\b",
            r"^pydantic/(mypy|v1)\b",
            r"^sqlalchemy/(testing|dialects/(mssql|mysql|oracle|postgresql))/",
            r"^stdnum/.*\.dat$",
        )
    )
)
"""Of the packages: languages the app does not speak, places of phone numbers, other databases, what type checkers read.

A language is read from several files, each saying in what it differs from the one before: ``en_GB`` from ``en_001`` from ``en``."""
OWN: Final = ("mobile_app/**/*.py", "shared/**/*.py", "assets/translations/*/LC_MESSAGES/tournee.mo")
REMEMBERED: Final = (
    "flet.app",
    "flet.pubsub.pubsub_hub",
    "mobile_app.bootstrap",
    "mobile_app.bootstrap.telling",
    "mobile_app.ui.app",
    "msgpack",
)
"""Modules that are imported when the app is built: all it needs but what speaks to the browser."""
ASSETS: Final = ("favicon.png", "fonts/*.ttf", "icons/*.png")
"""What the client asks for by itself, from ``assets``."""
UNUSED: Final = ("packages/flutter_math_fork/", "packages/media_kit/", "packages/record_web/")
"""Of the client: formulas, films and recordings, none of which the app shows or makes."""


def packages(site: Path) -> Iterator[tuple[str, Path]]:
    """Give the name and the place of each file of the packages that a browser needs."""
    for path in sorted(site.rglob("*")):
        name = path.relative_to(site).as_posix()
        if path.is_file() and not LEFT_OUT.search(name):
            yield name, path


def own(root: Path) -> Iterator[tuple[str, Path]]:
    """Give the name and the place of each file of the app's own that a browser needs."""
    return _matching(root, OWN)


def assets(root: Path) -> Iterator[tuple[str, Path]]:
    """Give the name and the place of each picture and font."""
    return _matching(root / "assets", ASSETS)


def _matching(root: Path, patterns: tuple[str, ...]) -> Iterator[tuple[str, Path]]:
    for path in sorted(found for pattern in patterns for found in root.glob(pattern)):
        yield path.relative_to(root).as_posix(), path


def licences(site: Path) -> str:
    """Give the licences of all packages, one after the other."""
    found = sorted(
        path for path in site.rglob("*.dist-info/**/*") if path.is_file() and re.match(r"LICEN[CS]E|COPYING|NOTICE|AUTHORS", path.name)
    )
    return "\n\n".join(f"{path.relative_to(site).as_posix()}\n\n{path.read_text(encoding='utf-8', errors='replace')}" for path in found)
