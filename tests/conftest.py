"""What every test shares: time that a busy machine does not make short."""

from hypothesis import HealthCheck, settings

from tests.patient import PatientLoop

settings.register_profile("untimed", settings.default, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")


def pytest_asyncio_loop_factories() -> dict[str, type[PatientLoop]]:
    """Run what is asynchronous on a loop whose deadlines hardly come nearer while there is something to do."""
    return {"patient": PatientLoop}
