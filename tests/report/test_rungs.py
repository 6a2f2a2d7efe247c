"""A probe as a log."""

from dataclasses import replace

from aescan.errors import Met, Reason
from aescan.observation import Failed, Observation, Seen
from aescan.report.rungs import NOT_KEPT, lines
from tests.facts import failed, seen

ALERT = "the server answered with protocol_version (70)"
FIRST = Met("tls12", "192.0.2.1", 0.0123, Reason.ALERT, ALERT, "then tls13: why")
SECOND = Met("tls13", "192.0.2.1", 1.5)


def told(rungs: tuple[Met, ...] | None, connections: int) -> Observation:
    """Return an observation of a chain with this ladder."""
    one = seen()
    assert isinstance(one.outcome, Seen)
    capture = replace(one.outcome.capture, rungs=rungs)
    return replace(one, outcome=replace(one.outcome, capture=capture), connections=connections)


def test_lines() -> None:
    """One for each hello: which, where to, what came back, after how long, what came next."""
    assert list(lines(told((FIRST, SECOND), 2))) == [
        "tls12 to 192.0.2.1: alert after 0.012 s: the server answered with protocol_version (70); then tls13: why",
        "tls13 to 192.0.2.1: answered after 1.500 s",
    ]


def test_further_connections() -> None:
    """Connections that were no rungs are told of."""
    assert list(lines(told((SECOND,), 2)))[1:] == [
        "besides: 1 connection, for views, protocol versions, or addresses before these"
    ]


def test_a_failed_one() -> None:
    """A probe in vain has its ladder too; where no hello was said there is nothing to tell."""
    assert list(lines(failed())) == [
        "tls12 to 127.0.0.1: refused after 0.002 s: connection refused; no other hello would help"
    ]
    assert list(lines(failed(reason=Reason.DNS))) == []


def test_not_known() -> None:
    """What the history brought back has none, and that is said."""
    assert list(lines(told(None, 2))) == [NOT_KEPT]
    assert list(lines(replace(failed(), outcome=Failed(Reason.REFUSED, "")))) == [NOT_KEPT]
