"""The only clock."""

from datetime import UTC, datetime, timedelta

from aescan.scan.schedule import now


def test_now_is_aware_utc() -> None:
    """Moments carry their zone."""
    before = datetime.now(UTC)

    assert before <= now() <= before + timedelta(minutes=1)
    assert now().tzinfo is UTC
