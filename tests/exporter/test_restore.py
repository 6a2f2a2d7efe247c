"""What the history knows is on the page of the next process as it was on that of the last."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from aescan.errors import Reason
from aescan.exporter.configuration import Configuration
from aescan.exporter.restore import restored
from aescan.exporter.state import State, Status
from aescan.findings.model import Finding
from aescan.history.keeper import History
from aescan.history.model import Known
from aescan.inventory.model import Addresses, Target
from aescan.observation import Observation, Seen
from aescan.probe.ladder import Remembered, Rung
from aescan.settings.policy import Policy
from aescan.tls.capture import Capture
from tests.exporter.estate import BUILD, LOST, NEW, SOUND, FakeSweep, configuration
from tests.facts import NOW, failed, finding
from tests.history.samples import after, at, captured, leaf

PATIENCE = 60.0


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Give a place for the history."""
    return tmp_path / "history.db"


def remember(path: Path, *observations: Observation) -> tuple[Known, ...]:
    """Write observations to the history, one after the other, and return what it knows then."""
    history = History(path, timedelta(days=400))
    history.start()
    for observation in observations:
        history.note(observation)
        assert history.settle(PATIENCE)
    history.close()
    return history.load()


def states(state: State) -> tuple[Status, ...]:
    """Return what is known of each target, but for what only a running exporter knows: the leaf before, the hellos."""
    return tuple(replace(status, previous=None, last=without_rungs(status.last)) for status in state.statuses)


def without_rungs(last: Observation | None) -> Observation | None:
    """Return what is known of a last probe but for what each of its hellos met."""
    if last is None or isinstance(last.outcome, Seen):
        return last
    return replace(last, outcome=replace(last.outcome, rungs=None))


def test_as_it_was(path: Path) -> None:
    """The state after a restart is the one before it, but for the counters of the process."""
    observations = (
        at(NOW, SOUND, leaf(1)),
        at(after(hours=1), SOUND, leaf(2)),
        at(NOW, LOST, leaf(3)),
        failed(LOST, Reason.ALERT, "handshake_failure", after(hours=1)),
    )
    before = State((SOUND, LOST, NEW), NOW, BUILD)
    for observation in observations:
        before.observe(observation)
    before.judge_estate(Policy(), NOW)
    after_it = restored(remember(path, *observations), configuration(FakeSweep(), SOUND, LOST, NEW), NOW)

    assert states(after_it) == states(before)
    assert [finding.code for finding in findings(states(after_it)[0])] == ["renewed_with_same_key", "shared_key"]
    assert [status.changes for status in states(after_it)] == [1, 0, 0]
    assert after_it.snapshot().probes == 0


def test_labels_and_thresholds_are_those_of_today(path: Path) -> None:
    """What the inventory says now counts, and captures are judged by it, as of the moment they were seen."""
    judged = list[tuple[Target, Capture, datetime]]()

    def judge(of: Target, capture: Capture, moment: datetime) -> Seen:
        judged.append((of, capture, moment))
        (known,) = (at(moment, of, *capture.certificates),)
        assert isinstance(known.outcome, Seen)
        return replace(known.outcome, findings=(finding("new_rule"),))

    relabelled = replace(SOUND, labels={"site": "Uppsala"})
    today = replace(configuration(FakeSweep(), relabelled), judge=judge)
    (status,) = states(restored(remember(path, at(NOW, SOUND, leaf(1))), today, after(days=3)))

    assert judged == [(relabelled, captured(leaf(1)), NOW)]
    assert status.target is relabelled
    assert status.last is not None
    assert status.last.target is relabelled
    assert status.success is not None
    assert [one.code for one in findings(status)] == ["new_rule"]


def findings(status: Status) -> Iterator[Finding]:
    """Yield the findings about the chain last seen."""
    assert status.success is not None
    yield from status.success.seen.findings


def test_what_was_told(path: Path) -> None:
    """The findings that the last process knew of are known until this one has seen the target itself."""
    observation = at(NOW, SOUND, leaf(1))
    assert isinstance(observation.outcome, Seen)
    outcome = replace(observation.outcome, findings=(finding("clock_skew"),))
    known = remember(path, replace(observation, outcome=outcome), failed(SOUND))
    state = restored(known, configuration(FakeSweep(), SOUND), NOW)
    assert [status.told for status in states(state)] == [{"clock_skew"}]
    state.observe(failed(SOUND))
    assert [status.told for status in states(state)] == [{"clock_skew"}]
    state.observe(observation)
    assert [status.told for status in states(state)] == [frozenset()]


@pytest.mark.parametrize("changed", [replace(SOUND, port=1), replace(SOUND, server_name="other")])
def test_what_is_no_fact_of_the_target(path: Path, changed: Target) -> None:
    """A target that left, or whose name means another endpoint now, begins anew."""
    known = remember(path, at(NOW, SOUND, leaf(1)), at(NOW, LOST, leaf(2)))

    assert states(restored(known, configuration(FakeSweep(), changed), NOW)) == (Status(changed.name, changed),)


def test_an_endpoint_that_a_name_means_again(path: Path) -> None:
    """Of all the endpoints that a name has meant, the one it means now counts."""
    moved = replace(SOUND, port=1)
    known = remember(path, at(NOW, SOUND, leaf(1)), at(after(hours=1), moved, leaf(2)))
    for of, moment in (SOUND, NOW), (moved, after(hours=1)):
        (status,) = states(restored(known, configuration(FakeSweep(), of), NOW))

        assert status.success is not None
        assert status.success.moment == moment


def test_addresses_of_a_name(path: Path) -> None:
    """The addresses that a name had last stand in its place before it is looked up again."""
    name = replace(SOUND, addresses=Addresses.ALL)
    first, second = (replace(name, name=f"{name.name}@192.0.2.{end}", address=f"192.0.2.{end}") for end in "12")
    known = remember(path, at(NOW, first, leaf(1)), failed(second))
    found = states(restored(known, configuration(FakeSweep(), LOST, name), NOW))

    assert [status.label for status in found] == [LOST.name, first.name, second.name]
    assert found[1].success is not None


def test_rungs_that_worked(path: Path) -> None:
    """The hello that brought a chain before the restart comes first after it."""
    remembered = Remembered()
    observation = at(NOW, SOUND, leaf(1))
    assert isinstance(observation.outcome, Seen)
    outcome = replace(observation.outcome, capture=replace(captured(leaf(1)), hello=Rung.TLS10))
    today: Configuration = replace(configuration(FakeSweep(), SOUND), recall=remembered.recall)
    restored(remember(path, replace(observation, outcome=outcome)), today, NOW)

    assert remembered.begin(SOUND.name) is Rung.TLS10


def test_a_capture_that_cannot_be_read_any_more() -> None:
    """Without a capture a success says nothing."""
    known = Known(SOUND, NOW, 0.1, 1, failed=None, success=None, changes=3)

    assert states(restored((known,), configuration(FakeSweep(), SOUND), NOW)) == (Status(SOUND.name, SOUND),)
