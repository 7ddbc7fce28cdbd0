"""The plugin that Pyodide's run uses in place of ``tests/conftest.py``, which knows servers and processes: fewer examples, no deadline."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

settings.register_profile(
    "pyodide", deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=10, derandomize=True, database=None
)
settings.load_profile("pyodide")
