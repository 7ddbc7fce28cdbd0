"""The same sources give the same bytes; what is changed in the client is changed once; a browser gets what it needs and no more."""

from __future__ import annotations

import hashlib
import json
import posixpath
from pathlib import Path

import pytest
from babel import localedata

from mobile_app.ui.i18n import LOCALES
from mobile_app.ui.theme import FONTS
from tools.web import build, packing, patches, selection
from tools.web.parts import PartError

FILES = {"index.html": b"<html>" * 100, "python/app.zip": bytes(range(256)), "sw.js": b"const RELEASE = /*RELEASE*/ null;"}


def a_patch(content: bytes, old: str, new: str = "") -> patches.Patch:
    """Return a change of a file that holds ``content`` now."""
    return patches.Patch("a.js", hashlib.sha256(content).hexdigest()[:16], old, new, "because")


def test_two_builds_of_the_same_files_are_the_same_bytes(tmp_path: Path) -> None:
    written = []
    for name in ("one", "two"):
        version, files = build.versioned(FILES)
        packing.write(tmp_path / name, files, {"version": version}, tmp_path / f"{name}.kept")
        written.append({path.relative_to(tmp_path / name): path.read_bytes() for path in (tmp_path / name).rglob("*") if path.is_file()})

    assert written[0] == written[1]


def test_any_other_byte_is_another_version() -> None:
    assert build.versioned(FILES)[0] != build.versioned(FILES | {"python/app.zip": b"other"})[0]
    assert build.versioned(FILES)[0] != build.versioned(FILES | {"sw.js": b"const RELEASE = /*RELEASE*/ null; //"})[0]


def test_the_service_worker_knows_every_file_but_itself() -> None:
    _, files = build.versioned(FILES)

    release = json.loads(files["sw.js"].decode().removeprefix("const RELEASE = ").removesuffix(";"))
    assert release["files"] == {
        path: [packing.digest(FILES[path]), len(FILES[path]), packing.type_of(path)] for path in FILES if path != "sw.js"
    }


def test_a_service_worker_without_a_place_for_the_list_stops_the_build() -> None:
    with pytest.raises(PartError, match="service worker"):
        build.versioned(FILES | {"sw.js": b""})


def test_what_was_compressed_before_is_not_compressed_again(tmp_path: Path) -> None:
    packing.write(tmp_path / "one", FILES, {}, tmp_path / "kept")
    (variant,) = (tmp_path / "kept").glob(f"{packing.digest(FILES['index.html'])}.zst")
    variant.write_bytes(b"known")

    packing.write(tmp_path / "two", FILES, {}, tmp_path / "kept")

    assert (tmp_path / "two" / "packed" / variant.name).read_bytes() == b"known"


def test_a_change_is_made_where_it_fits_once() -> None:
    content = b"let a = 1; let b = 2;"

    assert patches.patched("a.js", content, (a_patch(content, "let a = 1;"), a_patch(content, "b = 2", "b = 3"))) == b" let b = 3;"
    assert patches.patched("other.js", content, (a_patch(content, "let a = 1;"),)) == content


@pytest.mark.parametrize(("old", "times"), [("let ", 2), ("const", 0)])
def test_a_change_that_fits_nowhere_or_twice_stops_the_build(old: str, times: int) -> None:
    content = b"let a = 1; let b = 2;"

    with pytest.raises(PartError, match=f"{times} times"):
        patches.patched("a.js", content, (a_patch(content, old),))


def test_a_change_of_a_file_that_is_another_than_was_read_stops_the_build() -> None:
    with pytest.raises(PartError, match="not the file"):
        patches.patched("a.js", b"new let a", (a_patch(b"let a", "let a"),))


def test_our_page_stands_in_only_for_what_it_was_written_after(tmp_path: Path) -> None:
    (tmp_path / "python.js").write_bytes(b"known")
    known = {"python.js": hashlib.sha256(b"known").hexdigest()[:16]}
    patches.require_known(tmp_path, known)
    (tmp_path / "python.js").write_bytes(b"new")

    with pytest.raises(PartError, match=r"python\.js"):
        patches.require_known(tmp_path, known)


def test_a_browser_finds_the_crypto_by_relative_paths() -> None:
    script = "import { x } from '@noble/hashes/utils.js';\nimport { y } from './own.mjs';\nexport * from \"@noble/ciphers/aes.js\";"

    assert build.relative("device/crypto.mjs", script).splitlines() == [
        "import { x } from './noble/hashes/utils.js';",
        "import { y } from './own.mjs';",
        'export * from "./noble/ciphers/aes.js";',
    ]
    assert "'../../noble/hashes/utils.js'" in build.relative("device/noble/curves/ed25519.js", script)


def test_only_the_crypto_that_is_imported_is_served(tmp_path: Path) -> None:
    noble, device = tmp_path / "noble", tmp_path / "device"
    for name, text in {"ciphers/aes.js": "import { u } from './utils.js';", "ciphers/utils.js": "", "ciphers/salsa.js": ""}.items():
        (noble / name).parent.mkdir(parents=True, exist_ok=True)
        (noble / name).write_text(text)
    device.mkdir()
    (device / "crypto.mjs").write_text("import { gcm } from '@noble/ciphers/aes.js';")

    assert set(build.scripts(noble, device)) == {"device/crypto.mjs", "device/noble/ciphers/aes.js", "device/noble/ciphers/utils.js"}


def test_of_the_packages_only_what_runs_or_is_read_goes_along(tmp_path: Path) -> None:
    kept = [
        "babel/core.py",
        "babel/locale-data/el_GR.dat",
        "msgspec/_core.so",
        "phonenumbers/data/region_FR.py",
        "tzdata/zoneinfo/Europe/Paris",
    ]
    left = [
        "babel/locale-data/de.dat",
        "flet-1.dist-info/METADATA",
        "phonenumbers/geodata/data0.py",
        "pydantic/py.typed",
        "anyio/tests/test_a.py",
    ]
    for name in kept + left:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()

    assert [name for name, _ in selection.packages(tmp_path)] == sorted(kept)


@pytest.mark.parametrize("locale", LOCALES.values())
def test_a_language_goes_along_with_all_that_it_is_read_from(locale: str, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []
    monkeypatch.setattr(localedata, "_cache", {})
    resolve = localedata.resolve_locale_filename

    def noted(name: str) -> str:
        read.append(name)
        return str(resolve(name))

    monkeypatch.setattr(localedata, "resolve_locale_filename", noted)

    localedata.load(locale)

    assert {"root", locale} <= set(read)
    assert [name for name in read if selection.LEFT_OUT.search(f"babel/locale-data/{name}.dat")] == []


def test_the_client_loads_the_fonts_that_the_app_shows_before_it_draws_and_no_others() -> None:
    listed = json.dumps([{"family": "MaterialIcons"}, {"family": "packages/flutter_math_fork/KaTeX_Main"}]).encode()

    made = json.loads(patches.fonts(listed, selection.UNUSED, FONTS))

    assert [font["family"] for font in made] == ["MaterialIcons", "Roboto", *FONTS]
    served = {name for name, _ in selection.assets(build.ROOT)}
    assert {posixpath.normpath("assets/" + font["fonts"][0]["asset"]) for font in made[2:]} <= served


def test_what_a_browser_installs_by_speaks_each_language_and_is_one_app() -> None:
    made = {name: json.loads(content) for name, content in build.page().items() if name.endswith(".webmanifest")}

    assert {manifest["lang"]: [each["name"] for each in manifest["shortcuts"]] for manifest in made.values()} == {
        "en": ["Today", "Customers"],
        "fr": ["Tournée", "Clients"],
        "el": ["Διαδρομή", "Πελάτες"],
    }
    assert len({(manifest["id"], manifest["start_url"]) for manifest in made.values()}) == 1
