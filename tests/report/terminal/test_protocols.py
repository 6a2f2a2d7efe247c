"""Which versions are accepted where."""

from aescan.observation import Observation
from aescan.report.terminal.page import Page
from aescan.report.terminal.protocols import protocols
from tests.facts import answering, failed, seen, target


def lines(*observations: Observation) -> list[str]:
    """Return the lines, blanks at their end removed."""
    return [one.plain.rstrip() for one in protocols(observations, Page(100, colour=False))]


def test_nothing_was_asked() -> None:
    """Without an answer there are no lines."""
    assert lines(seen(), failed()) == []


def test_targets_that_answer_alike_stand_together() -> None:
    """The largest set comes first; what could not be told is said."""
    old, new = {"SSL_3_0": True, "TLS_1_0": True, "TLS_1_2": False}, {"SSL_3_0": None, "TLS_1_2": True}
    assert lines(
        answering(seen(target("aes9.example.com")), **new),
        answering(seen(target(port=443)), **old),
        answering(seen(target(port=4722)), **old),
        seen(target("aes8.example.com")),
    ) == [
        "  SSL 3.0, TLS 1.0, 2 targets on 1 host",
        "    aes1.example.com:443, :4722",
        "  TLS 1.2 (not known: SSL 3.0), 1 target on 1 host",
        "    aes9.example.com:4722",
    ]


def test_none_is_accepted() -> None:
    """Where every version is unknown or refused, that is said in words."""
    assert lines(answering(seen(), TLS_1_2=False))[0] == "  none, 1 target on 1 host"
