"""What every test relies on: properties judged by their answers, never by how busy the machine is; browser tests last."""

import os

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile("tournee", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", settings.get_profile("tournee"), derandomize=True, print_blob=True, database=None)
settings.load_profile("ci" if os.environ.get("CI") else "tournee")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run the browser tests after all others: Playwright keeps an event loop running, and what is quick should fail first."""
    items.sort(key=lambda item: "e2e" in item.path.parts)
