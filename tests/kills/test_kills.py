"""A phone or its server is killed in the middle of its work; nothing that was saved is lost, and nothing is there twice."""

from pathlib import Path

import pytest

from tests.kills.points import POINTS, Point
from tests.kills.runs import Run, Template, run


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Template:
    return Template(tmp_path_factory.mktemp("template"))


@pytest.mark.parametrize("point", POINTS, ids=lambda point: point.name)
def test_a_kill_loses_nothing_and_doubles_nothing(template: Template, point: Point, tmp_path: Path) -> None:
    assert run(template, point, 1, tmp_path) == Run(died=True, wrong=[])
