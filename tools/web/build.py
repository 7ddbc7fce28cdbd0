"""Builds the app for browsers into ``var/web/VERSION``, which the sync server serves under ``/app``.

Run as ``python -m tools.web.build``; it prints the folder, last. The version is made from every byte that is served: the same sources and
parts give the same version, and a version that is there is not built again.
"""

from __future__ import annotations

import hashlib
import json
import posixpath
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from mobile_app.data.vault_schema import STEPS
from mobile_app.ui.theme import FONTS
from shared.sync.codec import PAYLOAD_VERSION
from tools import catalogues
from tools.web import manifests, memory, packing, parts, patches, selection
from tools.web.archives import archive

ROOT: Final = Path(__file__).parents[2]
HOME: Final = ROOT / "var" / "web"
KEPT: Final = parts.HOME / "kept"
PAGE: Final = Path(__file__).with_name("page")
DEVICE_JS: Final = ROOT / "mobile_app" / "web" / "js"
CLIENT: Final = (
    "flutter_bootstrap.js",
    "main.dart.js",
    "assets/AssetManifest.bin",
    "assets/AssetManifest.bin.json",
    "assets/NOTICES",
    "assets/fonts/*",
    "assets/packages/*/**/*",
    "assets/shaders/*",
    "canvaskit/canvaskit.js",
    "canvaskit/canvaskit.wasm",
    "canvaskit/chromium/canvaskit.js",
    "canvaskit/chromium/canvaskit.wasm",
    "pyodide/pyodide.asm.mjs",
    "pyodide/pyodide.asm.wasm",
    "pyodide/pyodide.mjs",
    "pyodide/python_stdlib.zip",
)
LATER: Final = ("assets/NOTICES", "licences.txt")
"""What is served and not kept for offline."""
_IMPORT: Final = re.compile(r"""^\s*(?:import|export)\b[^'"]*["'](\.[^"']+)["']""", re.MULTILINE)
_BARE: Final = re.compile(r"""((?:from|import)\s*\(?\s*)(["'])@noble/([^"']+)\2""")


def client(folder: Path) -> dict[str, bytes]:
    """Give Flutter's client and Pyodide, changed as they must be."""
    patches.require_known(folder)
    found = sorted({path for pattern in CLIENT for path in folder.glob(pattern) if path.is_file()})
    names = {path.relative_to(folder).as_posix(): path for path in found}
    files = {name: patches.patched(name, path.read_bytes()) for name, path in names.items() if not name.startswith(_unused())}
    lock = json.loads((folder / "pyodide/pyodide-lock.json").read_bytes())
    files["pyodide/pyodide-lock.json"] = json.dumps({**lock, "packages": {}}).encode()  # the app's packages come in its archive
    files["assets/FontManifest.json"] = patches.fonts((folder / "assets/FontManifest.json").read_bytes(), selection.UNUSED, FONTS)
    return files


def _unused() -> tuple[str, ...]:
    return tuple(f"assets/{name}" for name in selection.UNUSED)


def scripts(noble: Path, device: Path = DEVICE_JS) -> dict[str, bytes]:
    """Give the device's own scripts and the crypto that they import, which a browser finds only by relative paths."""
    files: dict[str, bytes] = {}
    wanted = [(f"device/{path.name}", path) for path in sorted(device.glob("*.mjs"))]
    while wanted:
        name, path = wanted.pop()
        script = relative(name, path.read_text(encoding="utf-8"))
        files[name] = script.encode()
        for found in _IMPORT.findall(script):
            other = posixpath.normpath(posixpath.join(posixpath.dirname(name), found))
            if other not in files and other.startswith("device/noble/"):
                wanted.append((other, noble / other.removeprefix("device/noble/")))
    return files


def relative(name: str, script: str) -> str:
    """Give ``script``, the file ``name``, with its imports of ``@noble/...`` as relative paths."""
    up = "../" * (name.count("/") - 1) or "./"
    return _BARE.sub(rf"\1\2{up}noble/\3\2", script)


def page(folder: Path = PAGE) -> dict[str, bytes]:
    """Give what starts the app: its first page, the service worker, and the scripts between them and the app."""
    files = {f"page/{path.name}" if path.suffix == ".mjs" else path.name: path.read_bytes() for path in sorted(folder.iterdir())}
    return files | manifests.translated(files[manifests.NAME])


def everything(folder: Path, root: Path = ROOT) -> dict[str, bytes]:
    """Give all files that a browser is served but those that name the version."""
    pyodide = folder / "client" / "pyodide"
    files = client(folder / "client") | scripts(folder / "node_modules" / "@noble")
    files |= {name: path.read_bytes() for name, path in selection.assets(root)}
    files |= page()
    files |= python(archive(selection.packages(folder / "site"), pyodide, KEPT), archive(selection.own(root), pyodide, KEPT), pyodide)
    files["licences.txt"] = selection.licences(folder / "site").encode()
    return files


def python(packages: bytes, app: bytes, pyodide: Path) -> dict[str, bytes]:
    """Give the memory of a Python that has imported the app, and archives of what of ``packages`` and ``app`` is not in it."""
    kept = memory.made((packages, app), selection.REMEMBERED, pyodide, KEPT)
    left = {"python/packages.zip": packages, "python/app.zip": app}
    return {"python/memory.bin": kept.content} | {path: memory.without(content, kept.known) for path, content in left.items()}


def versioned(files: Mapping[str, bytes], vault: int = len(STEPS), payload: int = PAYLOAD_VERSION) -> tuple[str, dict[str, bytes]]:
    """Give the version of ``files``, and all of them with the one that names it: the service worker has the list of what it keeps.

    ``vault`` and ``payload`` are what this release writes and the newest that it reads.
    """
    version = hashlib.sha256("".join(f"{path} {packing.digest(files[path])}\n" for path in sorted(files)).encode()).hexdigest()[:12]
    kept = {path: [packing.digest(content), len(content), packing.type_of(path)] for path, content in files.items() if path != "sw.js"}
    release = {"version": version, "vault": vault, "payload": payload, "files": dict(sorted(kept.items()))}
    release["later"] = LATER
    worker = files["sw.js"].replace(b"/*RELEASE*/ null", json.dumps(release, ensure_ascii=False).encode())
    if worker == files["sw.js"]:
        raise parts.PartError("The service worker has no place for the list of what it keeps.")
    return version, {**files, "sw.js": worker}


def build(home: Path = HOME) -> Path:
    """Build, and give the folder."""
    for language in catalogues.LANGUAGES:
        catalogues.compile_catalogue(language)
    version, files = versioned(everything(parts.fetch(parts.read())))
    folder = home / version
    if not folder.exists():
        packing.write(folder, files, {"version": version}, KEPT)
    return folder


def main() -> int:
    """Build and print the folder; return the exit status."""
    try:
        print(build())
    except parts.PartError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
