"""Runs pytest inside Pyodide with the arguments it is given; the folders are those of the device (``tests/web/test_suite.py``)."""

from __future__ import annotations

import os
import sys

from tests.web import loop

loop.install()
os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"

import pytest  # noqa: E402  (it reads the environment)

UNCLOSED = ("-W", "ignore:unclosed database:ResourceWarning")
"""From Python 3.13 on it is said of databases in memory that a test leaves to the garbage collector."""
OPTIONS = (*UNCLOSED, "-p", "_hypothesis_pytestplugin", "-p", "tests.web.profile", "--noconftest", "-p", "no:cacheprovider")

raise SystemExit(int(pytest.main([*OPTIONS, *sys.argv[1:]])))
