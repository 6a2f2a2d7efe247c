"""Which chain is shown to which hello."""

from dataclasses import replace
from datetime import timedelta

from aescan.errors import Reason
from aescan.observation import Failed, Observation
from aescan.report.terminal.page import Page
from aescan.report.terminal.views import views
from aescan.tls.capture import ViewName
from tests.facts import LEAF, NOW, failed, looked_at, name, seen, target

OTHER = replace(
    LEAF, der=b"other", subject=name(("CN", "other")), key_algorithm=None, key_bits=None, not_after=NOW + timedelta(40)
)
ENDLESS = replace(LEAF, der=b"endless", self_signed=True, not_after=None)


def lines(*observations: Observation) -> list[str]:
    """Return the lines, blanks at their end removed."""
    return [one.plain.rstrip() for one in views(observations, Page(120, colour=False))]


def test_no_views() -> None:
    """Where nothing was asked there are no lines."""
    assert lines(seen(), failed()) == []


def test_several_chains() -> None:
    """Each chain stands once, with the hellos that were shown it; a view that was shown none says why."""
    of = looked_at(
        seen(),
        (ViewName.RSA, seen()),
        (ViewName.ECDSA, seen(None, OTHER)),
        (ViewName.NO_SNI, failed(reason=Reason.ALERT, detail="handshake_failure (40)")),
        (ViewName.SNI, seen(None, ENDLESS)),
    )
    assert lines(of) == [
        "  aes1.example.com:4722",
        "    ordinary, rsa               aes1.example.com, issued by Example Issuing CA, RSA 2048, ends 2027-08-15",
        "    ecdsa                       other, issued by Example Issuing CA, unknown key, ends 2027-01-02",
        "    no_sni                      nothing: alert: handshake_failure (40)",
        "    sni                         aes1.example.com, self-signed, RSA 2048, end unknown",
    ]


def test_chains_that_look_alike() -> None:
    """Two chains whose words are the same are two chains."""
    of = looked_at(seen(), (ViewName.RSA, seen(None, replace(LEAF, der=b"twin"))))
    assert [line.split()[0] for line in lines(of)] == ["aes1.example.com:4722", "ordinary", "rsa"]


def test_the_same_chain_for_all() -> None:
    """Targets that make no difference are named together."""
    assert lines(*(looked_at(seen(target(port=port)), (ViewName.RSA, seen())) for port in (443, 4722))) == [
        "  the same chain for every hello, 2 targets on 1 host",
        "    aes1.example.com:443, :4722",
    ]


def test_failures_that_are_alike() -> None:
    """Views that failed alike stand together."""
    missed = Failed(Reason.ALERT, "no")
    of = looked_at(seen(), *((view, failed(reason=missed.reason, detail=missed.detail)) for view in ViewName))
    assert lines(of)[2:] == ["    rsa, ecdsa, no_sni, sni     nothing: alert: no"]
