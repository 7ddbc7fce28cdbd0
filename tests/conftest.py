"""What every test relies on: a property is judged by its answers, never by how busy the machine is."""

import os

from hypothesis import HealthCheck, settings

settings.register_profile("tournee", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", settings.get_profile("tournee"), derandomize=True, print_blob=True, database=None)
settings.load_profile("ci" if os.environ.get("CI") else "tournee")
