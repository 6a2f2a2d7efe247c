"""A configuration that says nothing of addresses scans its targets as they are."""

from tests.exporter.estate import LOST, SOUND, FakeSweep, configuration


async def test_targets_as_they_are() -> None:
    """None is looked up before a sweep."""
    plain = configuration(FakeSweep(), SOUND, LOST)

    assert await plain.expand(plain.targets) == (SOUND, LOST)
