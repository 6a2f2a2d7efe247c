"""What every test shares: Hypothesis, which measures no time, so that a busy machine fails nothing."""

from hypothesis import HealthCheck, settings

settings.register_profile("untimed", settings.default, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")
