"""The few places where the client and Pyodide are changed, each of which must be there exactly once in exactly the file that was read."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tools.web.parts import PartError


@dataclass(frozen=True, slots=True)
class Patch:
    """One change of one file; ``sha256`` is that of the file before any change, its first 16 signs."""

    path: str
    sha256: str
    old: str
    new: str
    why: str


PATCHES: Final = (
    Patch(
        "pyodide/pyodide.asm.mjs",
        "f7cdc8ece80678ce",
        "function ___syscall_fdatasync(fd){try{var stream=SYSCALLS.getStreamFromFD(fd);return 0}",
        "function ___syscall_fdatasync(fd){try{var stream=SYSCALLS.getStreamFromFD(fd);return stream.stream_ops?.fsync?.(stream)??0}",
        "SQLite asks for fdatasync, which did nothing: a commit was not on the disk when it was acknowledged.",
    ),
    Patch(
        "flutter_bootstrap.js",
        "fbddf77eab302c4c",
        """    serviceWorkerSettings: {
        serviceWorkerVersion: "1804020039" /* Flutter's service worker is deprecated and will be removed in a future Flutter release. */,
    },
""",
        "",
        "Flutter's service worker would take the place of ours at the second visit, and remove it.",
    ),
    Patch(
        "flutter_bootstrap.js",
        "fbddf77eab302c4c",
        "document.getElementById('loading')?.remove();",
        "",
        "The first frame is empty; our start screen stays until the app has drawn something.",
    ),
    Patch(
        "flutter_bootstrap.js",
        "fbddf77eab302c4c",
        "var flutterConfig = {\n",
        "var flutterConfig = {\n    canvasKitVariant: flet.canvasKitVariant,\n",
        "Which CanvasKit is kept for offline must be the one that is loaded.",
    ),
    Patch(
        "flutter_bootstrap.js",
        "fbddf77eab302c4c",
        "//# sourceMappingURL=flutter.js.map",
        "",
        "There is no map beside it.",
    ),
    Patch(
        "main.dart.js",
        "ab4f1dae4d5c4511",
        "return A.p(A.b34(),$async$aCV)",
        "return A.p(null,$async$aCV)",
        "Rive's player would be asked for at a foreign address; the app has no such pictures.",
    ),
)
REPLACED: Final = {"python.js": "067edcca81167320", "python-worker.js": "5c2f0c4ac3a7c2a8", "index.html": "971ecd93a39b8258"}
"""Files that ours stand in for, with the sha256 of what was read when ours were written."""


def require_known(client: Path, replaced: dict[str, str] = REPLACED) -> None:
    """Make sure that what our own page stands in for is what it was written after.

    Raises:
        PartError: a file is another.
    """
    for name, known in replaced.items():
        if _digest((client / name).read_bytes()) != known:
            raise PartError(f"{name} of the client has changed: read it, then tools/web/page, then tools/web/patches.py.")


def patched(path: str, content: bytes, patches: tuple[Patch, ...] = PATCHES) -> bytes:
    """Give ``content``, the client's file at ``path``, with its changes.

    Raises:
        PartError: the file is not the known one, or a change does not fit exactly once.
    """
    mine = [patch for patch in patches if patch.path == path]
    if any(patch.sha256 != _digest(content) for patch in mine):
        raise PartError(f"{path} is not the file that was patched before: {_digest(content)}")
    text = content.decode() if mine else ""
    for patch in mine:
        if text.count(patch.old) != 1:
            raise PartError(f"{path}: what is to be changed is there {text.count(patch.old)} times, not once: {patch.why}")
        text = text.replace(patch.old, patch.new)
    return text.encode() if mine else content


def fonts(manifest: bytes, unused: tuple[str, ...], own: Mapping[str, str]) -> bytes:
    """Give the client's list of the fonts that it loads before it draws: without the unused ones, with its Roboto and the app's ``own``.

    ``own`` says by family where each lies beside the page. Signs that are drawn before their font is there are looked for in fonts that
    nobody serves.
    """
    listed = [font for font in json.loads(manifest) if not any(font["family"].startswith(name) for name in unused)]
    places = {"Roboto": "fonts/roboto.woff2", **{family: f"../{place}" for family, place in own.items()}}
    return json.dumps([*listed, *({"family": family, "fonts": [{"asset": place}]} for family, place in places.items())]).encode()


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:16]
