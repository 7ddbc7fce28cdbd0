"""The app for browsers as the server gives it: types, variants, caching, and a policy under which nothing leaves the origin."""

from __future__ import annotations

import asyncio
import gzip
from pathlib import Path

import httpx
import msgspec
import pytest
import zstandard
from fastapi import FastAPI

from sync_server.api import app_files, errors
from sync_server.config import Config, ConfigError
from tests.sync_server.sync.test_http import Line
from tools.web import packing

SCRIPT = b"export const answer = 42;\n" * 200
FILES = {
    "index.html": b"<!DOCTYPE html>",
    "main.wasm": b"\0asm" + bytes(4000),
    "page/boot.mjs": SCRIPT,
    "page/worker.mjs": b"self.onmessage = null;",
    "icons/icon.png": b"\x89PNG" + bytes(4000),
    "manifest.webmanifest": b"{}",
}


class Site:
    """A small build, served."""

    def __init__(self, folder: Path) -> None:
        self.listed = packing.write(folder / "build", FILES, {"version": "v1"}, folder / "kept")
        (folder / "build" / "secret.txt").write_text("not on the list")
        self.app = FastAPI()
        app_files.install(self.app, folder / "build")
        errors.install(self.app)

    def get(self, path: str, encoding: str = "", **headers: str) -> httpx.Response:
        """Ask for ``path``."""
        named = {"Accept-Encoding": encoding} | {name.replace("_", "-"): value for name, value in headers.items()}

        async def sent() -> httpx.Response:
            transport = httpx.ASGITransport(self.app)
            async with httpx.AsyncClient(transport=transport, base_url="http://server", trust_env=False) as client:
                async with client.stream("GET", path, headers=named) as answer:
                    body = b"".join([part async for part in answer.aiter_raw()])
                answer.extensions["body"] = body
                return answer

        return asyncio.run(sent())

    def address(self, path: str) -> str:
        """Where ``path`` never changes."""
        return f"/app/h/{self.listed[path].hash}/{path.rpartition('/')[2]}"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    return Site(tmp_path_factory.mktemp("site"))


def _body(answer: httpx.Response) -> bytes:
    body: bytes = answer.extensions["body"]
    return body


def test_the_root_leads_to_the_app_and_the_app_to_its_first_page(site: Site) -> None:
    assert site.get("/").headers["Location"] == "/app/"
    assert site.get("/app").headers["Location"] == "/app/"
    assert _body(site.get("/app/")) == FILES["index.html"]


@pytest.mark.parametrize(
    ("path", "type_"),
    [
        ("main.wasm", "application/wasm"),
        ("page/boot.mjs", "text/javascript; charset=utf-8"),
        ("manifest.webmanifest", "application/manifest+json"),
        ("icons/icon.png", "image/png"),
    ],
)
def test_each_file_has_the_type_that_browsers_insist_on(site: Site, path: str, type_: str) -> None:
    assert site.get(f"/app/{path}").headers["Content-Type"] == type_


def test_a_browser_gets_the_smallest_variant_that_it_reads(site: Site) -> None:
    best, older, plain = (site.get("/app/page/boot.mjs", said) for said in ("gzip, deflate, br, zstd", "gzip, zstd;q=0", ""))

    assert (best.headers["Content-Encoding"], zstandard.ZstdDecompressor().decompress(_body(best))) == ("zstd", SCRIPT)
    assert (older.headers["Content-Encoding"], gzip.decompress(_body(older))) == ("gzip", SCRIPT)
    assert ("Content-Encoding" in plain.headers, _body(plain)) == (False, SCRIPT)
    assert {each.headers["Vary"] for each in (best, older, plain)} == {"Accept-Encoding"}
    assert len({each.headers["ETag"] for each in (best, older, plain)}) == 3


def test_what_is_compressed_already_is_not_compressed_again(site: Site) -> None:
    assert "Content-Encoding" not in site.get("/app/icons/icon.png", "gzip, zstd").headers


def test_a_path_is_asked_anew_and_a_hashed_address_is_kept_for_a_year(site: Site) -> None:
    named, hashed = site.get("/app/page/boot.mjs"), site.get(site.address("page/boot.mjs"))

    assert named.headers["Cache-Control"] == "no-cache"
    assert hashed.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert _body(named) == _body(hashed) == SCRIPT


def test_a_browser_that_has_it_is_not_sent_it_again(site: Site) -> None:
    first = site.get("/app/page/boot.mjs", "zstd")
    again = site.get("/app/page/boot.mjs", "zstd", If_None_Match=f'"other", W/{first.headers["ETag"]}')

    assert (again.status_code, _body(again)) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]
    assert site.get("/app/page/boot.mjs", "gzip", If_None_Match=first.headers["ETag"]).status_code == 200


@pytest.mark.parametrize(
    "path", ["secret.txt", "files.json", "../build/secret.txt", "%2e%2e/secret.txt", "h/0/boot.mjs", "page", "index.html/"]
)
def test_nothing_but_what_the_build_lists_is_there(site: Site, path: str) -> None:
    assert site.get(f"/app/{path}").status_code == 404


def test_nothing_on_the_page_may_reach_a_foreign_origin_nor_be_written_into_it(site: Site) -> None:
    policy = dict(each.strip().split(" ", 1) for each in site.get("/app/").headers["Content-Security-Policy"].split(";"))

    allowed = {word for value in policy.values() for word in value.split()}
    assert policy["default-src"] == "'none'"
    assert allowed <= {"'self'", "'none'", "'wasm-unsafe-eval'", "'unsafe-inline'", "blob:", "data:"}
    assert [name for name, value in policy.items() if "'unsafe-inline'" in value] == ["style-src"]
    assert "blob:" not in policy["script-src"]
    assert "data:" not in policy["script-src"]


def test_the_worker_has_a_policy_of_its_own_at_both_its_addresses(site: Site) -> None:
    named, hashed = (
        site.get(path).headers["Content-Security-Policy"] for path in ("/app/page/worker.mjs", site.address("page/worker.mjs"))
    )

    assert named == hashed
    assert "img-src" not in named
    assert "default-src 'none'" in named


def test_a_service_worker_needs_no_wider_scope_than_its_own_folder(site: Site) -> None:
    assert "Service-Worker-Allowed" not in site.get("/app/index.html").headers


def test_without_a_build_there_is_no_app(engine: object) -> None:
    assert Line().send("GET", "/app/").status_code == 404


def test_the_servers_own_envelope_leaves_the_apps_caching_as_it_is(tmp_path: Path, engine: object) -> None:
    packing.write(tmp_path / "build", FILES, {"version": "v1"}, tmp_path / "kept")
    line = Line(Config(app=tmp_path / "build"))

    assert line.send("GET", "/app/page/boot.mjs").headers["Cache-Control"] == "no-cache"
    assert line.send("GET", "/healthz").headers["Cache-Control"] == "no-store"


def test_a_folder_that_no_build_wrote_is_named_at_the_start(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="make web"):
        Config.read({"TOURNEE_SERVER_APP": str(tmp_path)})

    packing.write(tmp_path / "build", FILES, {"version": "v1"}, tmp_path / "kept")
    assert Config.read({"TOURNEE_SERVER_APP": str(tmp_path / "build")}).app == tmp_path / "build"


def test_a_list_that_is_none_stops_the_start(tmp_path: Path) -> None:
    (tmp_path / "files.json").write_text("[]")

    with pytest.raises(msgspec.MsgspecError):
        app_files.AppFiles(tmp_path)
