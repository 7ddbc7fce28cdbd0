"""The folder that the server serves: each file by its path, its compressed variants by its hash, and the list of them all."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath
from typing import Final

import zstandard

LIST: Final = "files.json"
TYPES: Final = {
    ".css": "text/css; charset=utf-8",
    ".frag": "application/octet-stream",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".mjs": "text/javascript; charset=utf-8",
    ".otf": "font/otf",
    ".png": "image/png",
    ".ttf": "font/ttf",
    ".txt": "text/plain; charset=utf-8",
    ".wasm": "application/wasm",
    ".webmanifest": "application/manifest+json",
    ".woff2": "font/woff2",
    ".zip": "application/zip",
}
_PACKED_ALREADY: Final = frozenset({".png", ".woff2"})
_WORTH: Final = 0.95
_ZSTD_LEVEL: Final = 19
_LARGE: Final = 32_000_000
_ZSTD_LEVEL_OF_LARGE: Final = 12
"""2 % more bytes than at the other level, a tenth of the time."""


@dataclass(frozen=True, slots=True)
class Served:
    """One file: the first 24 signs of its sha256, its bytes, its media type, the variants that are smaller."""

    hash: str
    size: int
    type: str
    encodings: tuple[str, ...]
    packed: int
    """Bytes of the smallest variant."""


def digest(content: bytes) -> str:
    """The name of a content."""
    return hashlib.sha256(content).hexdigest()[:24]


def type_of(path: str) -> str:
    """The media type of the file at ``path``."""
    return TYPES.get(PurePosixPath(path).suffix, "application/octet-stream")


def write(folder: Path, files: Mapping[str, bytes], about: Mapping[str, object], kept: Path) -> dict[str, Served]:
    """Write ``files`` into a new ``folder``, with the list that says ``about`` them; give the list.

    A variant that was made before is taken from the folder ``kept``. An interrupted attempt leaves nothing that looks complete.
    """
    partial = folder.with_name(f"{folder.name}.{os.getpid()}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    listed = {path: _write_one(partial, path, files[path], kept) for path in sorted(files)}
    told = {**about, "files": {path: asdict(each) for path, each in listed.items()}}
    (partial / LIST).write_text(json.dumps(told, indent=1), encoding="utf-8")
    shutil.rmtree(folder, ignore_errors=True)
    partial.rename(folder)
    return listed


def _write_one(folder: Path, path: str, content: bytes, kept: Path) -> Served:
    target = folder / "files" / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(content)
    name = digest(content)
    sizes = {}
    if PurePosixPath(path).suffix not in _PACKED_ALREADY:
        for encoding, suffix in (("zstd", "zst"), ("gzip", "gz")):
            packed = _variant(content, name, suffix, kept)
            if len(packed) < len(content) * _WORTH:
                variant = folder / "packed" / f"{name}.{suffix}"
                variant.parent.mkdir(exist_ok=True)
                variant.write_bytes(packed)
                sizes[encoding] = len(packed)
    return Served(name, len(content), type_of(path), tuple(sizes), min((len(content), *sizes.values())))


def _variant(content: bytes, name: str, suffix: str, kept: Path) -> bytes:
    known = kept / f"{name}.{suffix}"
    if not known.exists():
        kept.mkdir(parents=True, exist_ok=True)
        packed = _zstd(content) if suffix == "zst" else gzip.compress(content, 9, mtime=0)
        partial = known.with_name(f"{known.name}.{os.getpid()}")
        partial.write_bytes(packed)
        partial.replace(known)
    return known.read_bytes()


def _zstd(content: bytes) -> bytes:
    level = _ZSTD_LEVEL if len(content) < _LARGE else _ZSTD_LEVEL_OF_LARGE
    return zstandard.ZstdCompressor(level=level).compress(content)
