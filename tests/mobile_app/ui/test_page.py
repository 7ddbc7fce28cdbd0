"""The page that a browser loads: Flet's own, and what only the browser knows."""

import re
from pathlib import Path

import flet_web

OURS = (Path(__file__).resolve().parents[3] / "assets" / "index.html").read_text(encoding="utf-8")
FLETS = (Path(flet_web.__file__).parent / "web" / "index.html").read_text(encoding="utf-8")


def test_the_page_does_all_that_flets_own_does() -> None:
    scripts = re.findall(r"<script.*?</script>", FLETS, re.DOTALL)

    assert scripts
    assert [script for script in scripts if script not in OURS] == []
    assert "<!-- fletAppConfig -->" in OURS


def test_the_page_says_where_the_browser_is() -> None:
    assert "localStorage.setItem('flutter.tournee.zone'" in OURS
