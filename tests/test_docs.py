"""Holds the pages under ``docs`` to the code: every symbol, test and rule that they name is there."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = sorted(ROOT.glob("docs/**/*.md"))
SYMBOL = re.compile(r"`([A-Za-z_][\w.]*)` in `([\w/]+\.py)`")


def known_tests() -> set[str]:
    """Return the names of all tests."""
    return {name for path in ROOT.glob("tests/**/test_*.py") for name in re.findall(r"def (test_\w+)\(", path.read_text(encoding="utf-8"))}


def symbols_of(path: Path) -> set[str]:
    """Return what a module defines: functions, classes, their methods as ``Class.method``, and names."""
    found: set[str] = set()
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        found |= _names(node)
        if isinstance(node, ast.ClassDef):
            found |= {f"{node.name}.{name}" for inner in node.body for name in _names(inner)}
    return found


def _names(node: ast.stmt) -> set[str]:
    match node:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            return {name}
        case ast.Assign(targets=targets):
            return {target.id for target in targets if isinstance(target, ast.Name)}
        case ast.AnnAssign(target=ast.Name(id=name)):
            return {name}
        case _:
            return set()


def rules() -> list[str]:
    """Return the numbered rules of the protocol's page."""
    return re.findall(r"^(\d+\. .*)$", (ROOT / "docs/protocol.md").read_text(encoding="utf-8"), re.MULTILINE)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.name))
def test_every_test_that_a_page_names_exists(page: Path) -> None:
    named = set(re.findall(r"`(test_\w+)`", page.read_text(encoding="utf-8")))

    assert named - known_tests() == set()


def test_every_symbol_that_a_page_names_is_where_it_says() -> None:
    named = {match for page in PAGES for match in SYMBOL.findall(page.read_text(encoding="utf-8"))}

    assert named
    assert {(symbol, path) for symbol, path in named if symbol not in symbols_of(ROOT / path)} == set()


def test_every_step_of_the_architecture_names_its_symbol() -> None:
    text = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")
    tables = re.findall(r"^\| step \|.*\n\|[-|]+\n((?:\|.*\n)+)", text, re.MULTILINE)

    assert tables
    assert [row for table in tables for row in table.splitlines() if not SYMBOL.search(row)] == []


def test_every_rule_of_the_protocol_says_must_and_names_its_test() -> None:
    bare = [rule for rule in rules() if "MUST" not in rule or not re.search(r"`test_\w+`\.$", rule)]

    assert len(rules()) > 50
    assert bare == []


def test_the_rules_of_the_protocol_are_numbered_through() -> None:
    numbers = [int(rule.partition(".")[0]) for rule in rules()]

    assert numbers == list(range(1, len(numbers) + 1))


def test_every_route_is_on_the_protocols_page() -> None:
    text = (ROOT / "docs/protocol.md").read_text(encoding="utf-8")
    routed = set()
    for path in (ROOT / "sync_server/api/routes").glob("*.py"):
        source = path.read_text(encoding="utf-8")
        prefix = re.search(r'APIRouter\((?:[^)]*?)prefix="([^"]+)"', source)
        routed |= {(prefix[1] if prefix else "") + route for route in re.findall(r'@router\.\w+\("([^"]+)"', source)}

    assert routed
    assert {route for route in routed if route not in text} == set()
