"""Holds the project's own files to what they promise: docs name what exists, locks name no index, files stay small."""

from __future__ import annotations

import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LOCKS = sorted(ROOT.glob("requirements/*.txt"))
SOURCES = ("shared", "mobile_app", "sync_server", "tools", "tests", "benchmarks")
LONGEST_FILE = 300


def names_locked(lock: Path) -> dict[str, str]:
    """Return the version that ``lock`` pins for each package."""
    return dict(re.findall(r"^([a-z0-9-]+)==([^ ]+)", lock.read_text(encoding="utf-8"), re.MULTILINE))


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: str(lock.name))
def test_a_lock_names_no_index_and_no_path_and_hashes_every_package(lock: Path) -> None:
    lines = lock.read_text(encoding="utf-8").splitlines()

    requirements = [line for line in lines if not line.startswith(" ")]
    hashes = [line for line in lines if line.startswith(" ")]

    assert all(re.fullmatch(r"[a-z0-9-]+==[^ /]+( ; [^/]+)? \\", line) for line in requirements)
    assert all(re.fullmatch(r"    --hash=sha256:[0-9a-f]{64}( \\)?", line) for line in hashes)


def test_the_locks_agree_on_every_version() -> None:
    everything = names_locked(ROOT / "requirements/dev.txt")

    differing = {name for lock in LOCKS for name, version in names_locked(lock).items() if everything.get(name) != version}

    assert differing == set()


def test_every_dependency_of_the_project_is_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    declared = [*project["dependencies"], *(line for extra in project["optional-dependencies"].values() for line in extra)]

    names = {re.split(r"[\s\[<>=!~;]", line, maxsplit=1)[0].lower() for line in declared}

    assert names <= names_locked(ROOT / "requirements/dev.txt").keys()


def test_every_source_file_owns_one_thing_and_stays_short() -> None:
    files = [*ROOT.glob("*.py"), *(path for folder in SOURCES for path in ROOT.glob(f"{folder}/**/*.py"))]

    long = {str(path.relative_to(ROOT)) for path in files if len(path.read_text(encoding="utf-8").splitlines()) > LONGEST_FILE}

    assert long == set()


def test_make_alone_lists_every_target_with_its_words() -> None:
    targets = re.findall(r"^\.PHONY: (.+)$", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)[0].split()

    listing = subprocess.run(["make", "--no-print-directory"], cwd=ROOT, capture_output=True, text=True, check=True).stdout

    assert [target for target in targets if not re.search(rf"make {target} +[A-Z]", listing)] == []


def test_ci_runs_what_a_developer_runs() -> None:
    script = (ROOT / ".ci/run").read_text(encoding="utf-8")

    assert script.splitlines()[-1] == "exec make test"


DOCS = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]


def texts(pattern: str) -> set[tuple[str, str]]:
    """Return each match of ``pattern`` in the project's pages, with its page."""
    return {(str(page.relative_to(ROOT)), match) for page in DOCS for match in re.findall(pattern, page.read_text(encoding="utf-8"))}


def test_every_relative_link_leads_somewhere() -> None:
    links = texts(r"\]\((?!https?:|mailto:|#)([^)#\s]+)")

    assert {(page, link) for page, link in links if not (ROOT / page).parent.joinpath(link).exists()} == set()


def test_every_file_that_a_page_names_exists() -> None:
    named = texts(r"`((?:shared|mobile_app|sync_server|tools|tests|benchmarks|docs|requirements|assets)/[\w./-]+)`")

    assert {(page, path) for page, path in named if not (ROOT / path).exists()} == set()


def test_every_make_target_that_a_page_names_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))

    named = texts(r"(?:`|^)make ([a-z-]+)") | texts(r"\nmake ([a-z-]+)")

    assert {(page, target) for page, target in named if target not in targets} == set()


def test_every_python_module_that_a_page_runs_exists() -> None:
    named = texts(r"python -m ((?:tools|mobile_app|sync_server|benchmarks)[\w.]*)")

    assert {(page, name) for page, name in named if not (ROOT / f"{name.replace('.', '/')}.py").exists()} == set()


def test_sync_and_rules_never_ask_what_time_it_is() -> None:
    files = [path for folder in ("shared/sync", "shared/rules") for path in ROOT.glob(f"{folder}/**/*.py")]

    assert [path.name for path in files if re.search(r"\.(now|today|utcnow)\(", path.read_text(encoding="utf-8"))] == []
