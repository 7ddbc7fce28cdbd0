"""Flet's hello world in a browser, as Flet itself publishes it: its own page, its own worker, and a service worker that keeps all files.

What it is spared: its packages are compiled as ours are, and nothing is asked of another machine.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Final

from flet.controls.types import RouteUrlStrategy, WebRenderer
from flet_web import patch_font_manifest_json, patch_index_html

from tools.web import parts, patches, selection
from tools.web.archives import archive

TEXT: Final = "Hello, world!"
_MAIN: Final = f"""
import flet as ft

def main(page: ft.Page) -> None:
    page.add(ft.Text("{TEXT}"))

ft.run(main)
"""
_PACKAGES: Final = ("flet/", "msgpack/", "repath.py", "six.py", "typing_extensions.py")
_WORKER: Final = """
const FILES = /*FILES*/ null;
self.addEventListener("install", (event) => event.waitUntil((async () => {
  const cache = await caches.open("hello");
  await Promise.all(FILES.map(async (file) => cache.put(file, await fetch(file, { cache: "no-cache" }))));
  await self.skipWaiting();
})()));
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("fetch", (event) => {
  const path = event.request.mode === "navigate" ? "/index.html" : new URL(event.request.url).pathname;
  event.respondWith((async () => (await (await caches.open("hello")).match(path)) ?? fetch(event.request))());
});
"""
_OTHERS: Final = tuple(patch for patch in patches.PATCHES if "serviceWorkerSettings" in patch.old)
"""Flutter's own service worker would take the place of this one too."""
_REGISTER: Final = '<script>navigator.serviceWorker.register("/sw.js");</script></head>'


def publish(folder: Path) -> None:
    """Write hello world's files into a new ``folder``."""
    made = parts.fetch(parts.read())
    shutil.copytree(
        made / "client", folder, ignore=shutil.ignore_patterns("*.symbols", "skwasm*", "wimp*", "experimental*", "main.dart.wasm")
    )
    bootstrap = folder / "flutter_bootstrap.js"
    bootstrap.write_bytes(patches.patched(bootstrap.name, bootstrap.read_bytes(), _OTHERS))
    _page(folder / "index.html")
    patch_font_manifest_json(str(folder / "assets/FontManifest.json"))
    main = folder / "main.py"
    main.write_text(_MAIN, encoding="utf-8")
    packages = ((f"__pypackages__/{name}", path) for name, path in selection.packages(made / "site") if name.startswith(_PACKAGES))
    (folder / "app.zip").write_bytes(archive([("main.py", main), *packages], made / "client" / "pyodide", parts.HOME / "kept"))
    files = sorted(f"/{path.relative_to(folder).as_posix()}" for path in folder.rglob("*") if path.is_file())
    (folder / "sw.js").write_text(_WORKER.replace("/*FILES*/ null", json.dumps(files)), encoding="utf-8")


def _page(index: Path) -> None:
    patch_index_html(
        index_path=str(index),
        base_href="/",
        pyodide=True,
        pyodide_script_path="main.py",
        pyodide_version="local",
        app_package_url="app.zip",
        web_renderer=WebRenderer.CANVAS_KIT,
        route_url_strategy=RouteUrlStrategy.HASH,
        no_cdn=True,
    )
    text = index.read_text(encoding="utf-8").replace('"pyodide/pyodide.mjs"', '"/pyodide/pyodide.mjs"')
    index.write_text(text.replace("</head>", _REGISTER), encoding="utf-8")
