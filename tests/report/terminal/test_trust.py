"""Which clients accept which chains."""

from aescan.certificates.trust import Distrust, Verdict
from aescan.observation import Observation
from aescan.report.terminal.page import Page
from aescan.report.terminal.trust import MOST_REASONS, trust
from tests.facts import failed, seen, target, trusting

YES = Verdict("jtapi", True, None, "the chain leads to CN=Example Root CA")
NO = Verdict("jtapi", False, Distrust.NO_PATH, "the store does not hold CN=Other CA")
OPEN = Verdict("lab", None, Distrust.UNSUPPORTED, "the dates of CN=aes1 cannot be read")


def lines(*observations: Observation) -> list[str]:
    """Return the lines, blanks at their end removed."""
    return [one.plain.rstrip() for one in trust(observations, Page(100, colour=False))]


def test_no_stores() -> None:
    """Without trust stores there are no lines."""
    assert lines(seen(), failed()) == []


def test_each_store_with_its_reasons() -> None:
    """Those that refuse say why, once for all targets; those that accept say nothing more."""
    assert lines(
        trusting(seen(target("aes1.example.com")), YES, OPEN),
        trusting(seen(target("aes2.example.com")), NO),
        trusting(seen(target("aes2.example.com", 443)), NO),
    ) == [
        "  jtapi",
        "    accepted: 1 target on 1 host",
        "    refused: 2 targets on 1 host",
        "      the store does not hold CN=Other CA (aes2.example.com:4722, :443)",
        "  lab",
        "    not known: 1 target on 1 host",
        "      the dates of CN=aes1 cannot be read (aes1.example.com:4722)",
    ]


def test_many_reasons_are_cut() -> None:
    """The most frequent reasons stand, the others are counted."""
    found = [
        trusting(seen(target(f"aes{number}.example.com")), Verdict("jtapi", False, Distrust.NAME, f"reason {number}"))
        for number in range(MOST_REASONS + 2)
    ]

    shown = lines(*found)

    assert len(shown) == MOST_REASONS + 3
    assert shown[-1] == "      and 2 more reasons; csv and json list each"
