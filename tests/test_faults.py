"""Holds docs/faults.md to the tests: for each fault, which tests prove it, and on which engines they run."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
FAULTS = 44
ROW = re.compile(r"^\| (\d+) \| .+? \| (.+) \| ([\w, ]+) \|$", re.MULTILINE)
NO_SERVER, SQLITE, POSTGRESQL = "no server", "SQLite", "PostgreSQL"
_BOTH_BY_FIXTURE = {"engine", "both", "door"}
_WORLDS = {"tests.simulation.world", "tests.sync_server.world"}


def numbers_of(name: str) -> list[int]:
    """Give the faults that a test's name says it is about."""
    found = re.match(r"test_fault_(\d\d(?:_(?:and_)?\d\d)*)(?=_[a-z])", name)
    return [int(number) for number in re.findall(r"\d\d", found[1])] if found else []


def engines_of(path: Path, module: ast.Module, test: ast.FunctionDef) -> set[str]:
    """Say on which engines a test's server runs, by its fixtures; ``no server`` where no server's database is involved."""
    asked = {argument.arg for argument in test.args.args}
    marked = "engine" in _marks(module) or bool(asked & _BOTH_BY_FIXTURE) or "postgresql" in "".join(map(ast.unparse, test.decorator_list))
    if marked or ("world" in asked and path.parent.name == "simulation"):
        return {SQLITE, POSTGRESQL}
    if "postgres_url" in asked:
        return {POSTGRESQL}
    alone = not _imported(module) & _WORLDS and {"mobile_app", "shared", "contract"} & set(path.parts)
    return {NO_SERVER} if alone else {SQLITE}


def _marks(module: ast.Module) -> set[str]:
    """Give the fixtures that a module uses for all its tests."""
    marks = [node.value for node in module.body if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "pytestmark"]
    return {each.value for mark in marks for each in ast.walk(mark) if isinstance(each, ast.Constant) and isinstance(each.value, str)}


def _imported(module: ast.Module) -> set[str]:
    return {node.module or "" for node in module.body if isinstance(node, ast.ImportFrom)}


def collected() -> dict[int, tuple[list[str], set[str]]]:
    """Give for each fault the tests that are named after it, and their engines."""
    found: dict[int, tuple[list[str], set[str]]] = {number: ([], set()) for number in range(1, FAULTS + 1)}
    for path in sorted(ROOT.glob("tests/**/test_*.py")):
        module = ast.parse(path.read_text(encoding="utf-8"))
        for node in module.body:
            for number in numbers_of(node.name) if isinstance(node, ast.FunctionDef) else ():
                assert isinstance(node, ast.FunctionDef)
                found[number][0].append(node.name)
                found[number][1].update(engines_of(path.relative_to(ROOT), module, node))
    return found


def rows() -> dict[int, tuple[list[str], set[str]]]:
    """Give the same as the page says it."""
    page = (ROOT / "docs/faults.md").read_text(encoding="utf-8")
    return {int(number): (re.findall(r"`(test_\w+)`", tests), set(engines.split(", "))) for number, tests, engines in ROW.findall(page)}


def test_the_page_of_faults_names_every_test_of_each_and_its_engines() -> None:
    said, here = rows(), collected()

    assert list(said) == list(range(1, FAULTS + 1))
    for number in here:
        assert (sorted(said[number][0]), said[number][1]) == (sorted(here[number][0]), here[number][1]), f"the row of fault {number}"


def test_every_fault_has_a_test_of_its_own() -> None:
    assert [number for number, (tests, _) in collected().items() if not tests] == []
