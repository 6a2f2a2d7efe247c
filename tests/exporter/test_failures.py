"""What failed last is kept, and not more of it than anybody reads."""

from dataclasses import replace
from datetime import timedelta

from aescan.errors import Reason
from aescan.exporter.failures import MOST, Failures
from tests.exporter.estate import LOST, SOUND
from tests.facts import NOW, failed, seen


def test_of_the_sweep() -> None:
    """The last failure of each target, the newest first; it stays when the target is back."""
    failures = Failures()
    for observation in (failed(SOUND), failed(LOST), failed(SOUND, Reason.TIMEOUT), seen(SOUND), seen(LOST)):
        failures.note_swept(observation)

    assert failures.swept == (failed(SOUND, Reason.TIMEOUT), failed(LOST))
    assert failures.asked == ()


def test_on_demand() -> None:
    """Each failed probe."""
    failures = Failures()
    for observation in (failed(SOUND), seen(SOUND), failed(SOUND, Reason.TIMEOUT)):
        failures.note_asked(observation)

    assert failures.asked == (failed(SOUND, Reason.TIMEOUT), failed(SOUND))
    assert failures.swept == ()


def test_bounded() -> None:
    """The oldest go."""
    failures = Failures()
    for number in range(MOST + 5):
        late = failed(replace(SOUND, name=f"aes{number}"), moment=NOW + timedelta(seconds=number))
        failures.note_swept(late)
        failures.note_asked(late)

    for kept in failures.swept, failures.asked:
        assert [each.target.name for each in kept] == [f"aes{number}" for number in reversed(range(5, MOST + 5))]
