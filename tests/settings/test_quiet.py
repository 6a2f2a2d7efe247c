"""Quiet hours and time zones as a site writes them."""

from datetime import time
from pathlib import Path

import pytest

from aescan.errors import ConfigError
from aescan.settings.load import load_settings
from aescan.settings.quiet import QuietHours


def load(tmp_path: Path, text: str) -> tuple[tuple[QuietHours, ...], str]:
    """Return the quiet hours and the zone of a file with this text."""
    path = tmp_path / "aescan.yml"
    path.write_text(text)
    settings = load_settings(path)
    return settings.quiet_hours, settings.time_zone.key


def test_hours(tmp_path: Path) -> None:
    """Hours may go over midnight; there are none by default, and the day is that of UTC."""
    assert load(tmp_path, 'quiet_hours: ["22:00-06:30"]\ntime_zone: America/Denver') == (
        (QuietHours(time(22), time(6, 30)),),
        "America/Denver",
    )
    assert load(tmp_path, "timeout: 5s") == ((), "UTC")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("quiet_hours: ['24:00-06:00']", '"24:00-06:00" is not a span of hours, such as "22:00-06:00"'),
        ("quiet_hours: ['22-6']", '"22-6" is not a span of hours'),
        ("quiet_hours: [7]", "7 is not a span of hours"),
        ("quiet_hours: ['06:00-06:00']", "06:00-06:00 is the whole day\n"),
        ("time_zone: Mars/Olympus", "this system knows no time zone 'Mars/Olympus'\n"),
        ("time_zone: ../../etc/passwd", "this system knows no time zone"),
        ("time_zone: 1", "1 is not a time zone, such as Europe/Stockholm"),
    ],
)
def test_mistakes(tmp_path: Path, text: str, problem: str) -> None:
    """Each mistake is told."""
    with pytest.raises(ConfigError) as refused:
        load(tmp_path, text)
    assert problem in "\n".join(refused.value.problems)
