"""The app for browsers, served under ``/app`` as its build wrote it: what the build's list names is there, and nothing else.

A file has two addresses: its path, which is asked anew each time, and ``h/HASH/NAME``, which never changes and is kept for a year.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import msgspec
from fastapi import FastAPI, Request, Response
from starlette.responses import FileResponse, RedirectResponse

from shared.errors import ServerRefused
from sync_server.config import ENV_PREFIX, ConfigError

PREFIX: Final = "/app"
LIST: Final = "files.json"
INDEX: Final = "index.html"
PYTHON: Final = "page/worker.mjs"
_FOR_EVER: Final = "public, max-age=31536000, immutable"
_ASK: Final = "no-cache"
_SUFFIXES: Final = {"zstd": "zst", "gzip": "gz"}
"""From the best to the one that every browser knows."""

_POLICY: Final = {
    "default-src": "'none'",
    # Flutter's CanvasKit and Pyodide are WebAssembly. No inline script, no eval, no foreign origin.
    "script-src": "'self' 'wasm-unsafe-eval'",
    "worker-src": "'self'",
    # Flutter makes its style sheets at run time, where they have neither a hash nor an address.
    "style-src": "'self' 'unsafe-inline'",
    # Photos are shown from memory: Flutter decodes them by blob: and data: addresses.
    "img-src": "'self' blob: data:",
    "connect-src": "'self' blob: data:",
    "font-src": "'self'",
    "manifest-src": "'self'",
    "media-src": "blob:",
    "base-uri": "'self'",
    "form-action": "'none'",
    "frame-ancestors": "'none'",
    "object-src": "'none'",
}
_PYTHONS_POLICY: Final = {
    "default-src": "'none'",
    "script-src": "'self' 'wasm-unsafe-eval'",
    "connect-src": "'self'",
}
"""Of the worker in which Python runs; it has no page."""


def _written(policy: dict[str, str]) -> str:
    return "; ".join(f"{name} {value}" for name, value in policy.items())


_HEADERS: Final = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), geolocation=(self), microphone=(), payment=(), usb=()",
    "Referrer-Policy": "no-referrer",
    "Vary": "Accept-Encoding",
}


class AppFile(msgspec.Struct, frozen=True):
    """One file, as the build lists it."""

    hash: str
    size: int
    type: str
    encodings: tuple[str, ...]


class Listed(msgspec.Struct, frozen=True):
    """The build's list."""

    version: str
    files: dict[str, AppFile]


class AppFiles:
    """The files of one build."""

    def __init__(self, folder: Path) -> None:
        """Read the list of the build in ``folder``.

        Raises:
            OSError: there is none.
            msgspec.MsgspecError: it is no list.
        """
        self._folder = folder
        self._listed = msgspec.json.decode((folder / LIST).read_bytes(), type=Listed)
        self._by_address = {f"h/{each.hash}/{path.rpartition('/')[2]}": path for path, each in self._listed.files.items()}

    @property
    def version(self) -> str:
        """The build's version."""
        return self._listed.version

    def answer(self, asked: str, accepted: str, known: str) -> Response:
        """Give the file at the address ``asked`` in the best encoding ``accepted``, or say that the ``known`` one is still it.

        Raises:
            ServerRefused: the build has no such file.
        """
        path = self._by_address.get(asked, asked or INDEX)
        file = self._listed.files.get(path)
        if file is None:
            raise ServerRefused(404, "not_found")
        encoding = _best(file.encodings, accepted)
        tag = f'"{file.hash}-{encoding}"' if encoding else f'"{file.hash}"'
        headers = {
            **_HEADERS,
            "Cache-Control": _FOR_EVER if asked in self._by_address else _ASK,
            "Content-Security-Policy": _written(_PYTHONS_POLICY if path == PYTHON else _POLICY),
            "ETag": tag,
        }
        if tag in (each.strip().removeprefix("W/") for each in known.split(",")):
            return Response(status_code=304, headers=headers)
        if not encoding:
            return FileResponse(self._folder / "files" / path, headers=headers, media_type=file.type)
        headers["Content-Encoding"] = encoding
        return FileResponse(self._folder / "packed" / f"{file.hash}.{_SUFFIXES[encoding]}", headers=headers, media_type=file.type)


def _best(there: tuple[str, ...], accepted: str) -> str:
    offered = {name.strip() for name, _, weight in (each.partition(";") for each in accepted.lower().split(",")) if weight.strip() != "q=0"}
    return next((name for name in _SUFFIXES if name in there and name in offered), "")


def install(app: FastAPI, folder: Path) -> None:
    """Serve the build in ``folder``; ``/`` leads there.

    Raises:
        ConfigError: its list was cut off, or is none.
    """
    try:
        files = AppFiles(folder)
    except msgspec.MsgspecError as error:
        raise ConfigError(f"{ENV_PREFIX}APP: {folder / LIST} is not what `make web` wrote. Copy the whole folder again.") from error

    def file(request: Request) -> Response:
        headers = request.headers
        return files.answer(request.path_params["path"], headers.get("Accept-Encoding", ""), headers.get("If-None-Match", ""))

    def there(_request: Request) -> Response:
        return RedirectResponse(f"{PREFIX}/")

    app.add_route(f"{PREFIX}/{{path:path}}", file, methods=["GET"])
    for address in ("/", PREFIX):
        app.add_route(address, there, methods=["GET"])
