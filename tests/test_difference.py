"""A run tells what became different since the last one, and is the last one for the next."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from aescan.certificates.chain import decode
from aescan.cli import main
from aescan.difference import Difference
from aescan.errors import ConfigError, Reason
from aescan.history.store import Store
from aescan.inventory.model import Target
from aescan.lab.servers import Server, serving
from aescan.observation import Observation, Seen
from aescan.report.model import Report
from aescan.settings.policy import Policy
from aescan.tls.capture import Capture
from tests.facts import NOW, failed, finding
from tests.history.samples import ONE, OTHER, after, at, leaf
from tests.test_restart import Peer

KEEP = timedelta(days=400)


def judge(_of: Target, capture: Capture, _moment: datetime) -> Seen:
    """Return what a capture comes to where nothing is wrong."""
    return Seen(capture, decode(capture), ())


def run(path: Path, *observations: Observation, form: str = "text", complete: bool = True, expected: int = 2) -> str:
    """Return what a run tells that observes this."""
    difference = Difference(path, KEEP, judge, Policy(), form)
    moment = max(one.moment for one in observations)
    report = Report(observations=observations, moment=moment, expected=expected, version="1", complete=complete)
    return "".join(difference.render(report))


def with_findings(observation: Observation, *codes: str) -> Observation:
    """Return the observation with these findings."""
    assert isinstance(observation.outcome, Seen)
    return replace(observation, outcome=replace(observation.outcome, findings=tuple(map(finding, codes))))


def test_runs(tmp_path: Path) -> None:
    """Literally: the first run, one without news, one with."""
    path = tmp_path / "history.db"
    first = with_findings(at(NOW, ONE, leaf(1)), "weak_key", "clock_skew"), at(NOW, OTHER, leaf(2, of_key=1))
    assert run(path, *first) == f"nothing to compare with yet: {path} knows none of these targets\n"
    again = [replace(one, moment=after(days=1)) for one in first]
    assert run(path, *again) == "since 2026-11-23 12:00:00 UTC: 0 changes; 2 targets known before, 0 new\n"
    later = with_findings(at(after(days=2), ONE, leaf(1)), "weak_key", "expired"), failed(OTHER, moment=after(days=2))
    new = failed(replace(ONE, name="new", port=1), moment=after(days=2))

    assert run(path, *later, new, expected=4, complete=False) == (
        "since 2026-11-24 12:00:00 UTC: 3 changes; 2 targets known before, 1 new\n"
        "incomplete: only 3 of 4 targets were scanned\n"
        "finding raised      warning finding on aes1.example.com:4722: expired, as seen\n"
        "finding cleared     finding on aes1.example.com:4722 is over: clock_skew\n"
        "target lost         aes2.example.com:4722 is lost: refused: connection refused\n"
    )


def test_json_lines(tmp_path: Path) -> None:
    """The events alone, for programs."""
    path = tmp_path / "history.db"
    assert run(path, at(NOW, ONE, leaf(1)), form="jsonl") == ""
    told = run(path, failed(ONE, Reason.TIMEOUT, moment=after(days=1)), form="jsonl")

    assert [json.loads(line)["event"] for line in told.splitlines()] == ["target_lost"]


def test_beside_others(tmp_path: Path) -> None:
    """Findings about targets beside each other are judged for both runs alike."""
    path = tmp_path / "history.db"
    shared = at(NOW, ONE, leaf(1)), with_findings(at(NOW, OTHER, leaf(2)), "shared_key")
    run(path, with_findings(shared[0], "shared_key"), shared[1])
    again = [with_findings(replace(one, moment=after(days=1)), "shared_key") for one in shared]
    assert run(path, *again).count("\n") == 1
    told = run(path, at(after(days=2), ONE, leaf(1)), at(after(days=2), OTHER, leaf(3, of_key=1)))

    assert [line[:17] for line in told.splitlines()[1:]] == [
        "finding cleared  ",
        "certificate chang",
        "finding cleared  ",
    ]


def test_back_again(tmp_path: Path) -> None:
    """What was seen before a failure is what the next success is compared with."""
    path = tmp_path / "history.db"
    run(path, at(NOW, ONE, leaf(1)))
    run(path, failed(ONE, moment=after(days=1)))
    told = run(path, at(after(days=2), ONE, leaf(2)))

    assert [line[:19] for line in told.splitlines()[1:]] == ["target back        ", "certificate changed"]


def test_a_format_that_there_is_not(tmp_path: Path) -> None:
    """It is said before anything is scanned."""
    with pytest.raises(ConfigError) as caught:
        Difference(tmp_path / "history.db", KEEP, judge, Policy(), "csv")

    assert caught.value.problems == ("--format csv: --diff has no such format; there are text, jsonl",)


def no_folder(path: Path) -> None:
    """Make no folder for the file."""
    assert not path.parent.exists()


def garbage(path: Path) -> None:
    """Make a file that is no database."""
    path.parent.mkdir()
    path.write_bytes(b"garbage" * 1000)


@pytest.mark.parametrize(
    ("make", "why"), [(no_folder, "unable to open database file"), (garbage, "file is not a database")]
)
def test_a_file_that_cannot_be_used(tmp_path: Path, make: Callable[[Path], None], why: str) -> None:
    """It is said before anything is scanned, and the file is left as it is."""
    path = tmp_path / "folder" / "history.db"
    make(path)
    with pytest.raises(ConfigError) as caught:
        Difference(path, KEEP, judge, Policy(), "text")

    assert caught.value.problems == (f"comparing with the history {path}: {why}",)


def test_what_cannot_be_read_any_more(tmp_path: Path) -> None:
    """A target without a capture that can be read is a new one."""
    path = tmp_path / "history.db"
    run(path, at(NOW, ONE, leaf(1)))
    store = Store.open(path)
    store._connection.execute("UPDATE captures SET capture = '{}'")
    store.close()

    assert run(path, at(after(days=1), ONE, leaf(2))).startswith("nothing to compare with yet")


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The exit status is that of a report."""
    peer, path = Peer(), tmp_path / "history.db"
    with serving([Server("127.0.0.1", peer)]) as (port,):
        arguments = ["--once", "--diff", "--history-file", str(path), f"127.0.0.1:{port}", "--fail-on", "warning"]
        assert main(arguments) == 1
        peer.answer = peer.presenting(2)
        assert main(arguments) == 1
    told = capsys.readouterr().out.splitlines()

    assert told[0] == f"nothing to compare with yet: {path} knows none of these targets"
    assert told[1].endswith("1 target known before, 0 new")
    assert told[2].startswith(f"certificate changed 127.0.0.1:{port} presents another certificate, with the same key")
