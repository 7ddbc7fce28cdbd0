"""What every test relies on: property tests are judged by their answers, never by how busy the machine is."""

from hypothesis import HealthCheck, settings

settings.register_profile("tournee", deadline=None, suppress_health_check=[HealthCheck.too_slow], database=None)
settings.register_profile("tournee-ci", settings.get_profile("tournee"), derandomize=True, print_blob=True)
