"""A test that gave up says how its page was."""

from __future__ import annotations

import sys

import pytest
from playwright.sync_api import Browser

from tests.e2e.driver import device
from tests.e2e.witness import account_of

pytestmark = pytest.mark.browser

COMPUTE = "setTimeout(() => { const end = Date.now() + 60000; while (Date.now() < end); }, 0)"
"""A minute of it: the page is closed before."""


def test_a_page_that_answers_is_said_to(browser: Browser) -> None:
    with device(browser, "http://127.0.0.1") as phone:
        assert "the page answers, at about:blank, with 0 roots" in account_of(phone.page)


@pytest.mark.skipif(sys.platform != "linux", reason="what processes compute is read from /proc")
def test_a_page_that_computes_without_end_is_said_to_and_so_is_the_error_of_a_test(browser: Browser) -> None:
    with pytest.raises(ValueError, match="gave up") as error:
        gives_up(browser)

    [note] = error.value.__notes__
    assert "the page does not: " in note
    assert "renderer" in note


def gives_up(browser: Browser) -> None:
    with device(browser, "http://127.0.0.1") as phone:
        phone.page.evaluate(COMPUTE)
        raise ValueError("gave up")
