"""What of a server clients stumble over, whoever dials it and when."""

from dataclasses import replace

import pytest

from aescan.findings.demands import FIRST, LATER, ORDER, Demand, manner_of, versions
from aescan.tls.capture import Protocol
from tests.facts import capture


def test_every_demand_has_its_check() -> None:
    """The demands are judged in the order of their kinds; those left out here depend on who dials, and when."""
    of_others = (Demand.VALIDITY, Demand.NAME), (Demand.TRUST,)
    judged = *(demand for demand, _ in FIRST), *of_others[0], *(demand for demand, _ in LATER), *of_others[1]

    assert list(dict.fromkeys(judged)) == list(Demand)


@pytest.mark.parametrize(
    ("version", "hello", "known"),
    [
        ("TLS 1.2", "tls12", {"TLS 1.2": True}),
        ("TLS 1.0", "tls12", {"TLS 1.0": True, "TLS 1.1": False, "TLS 1.2": False, "TLS 1.3": False}),
        (
            "SSL 3.0",
            "tls12-nameless",
            {"SSL 3.0": True} | dict.fromkeys(("TLS 1.0", "TLS 1.1", "TLS 1.2", "TLS 1.3"), False),
        ),
        ("TLS 1.0", "tls10", {"TLS 1.0": True}),
        ("SSL 3.0", "tls10", {"SSL 3.0": True, "TLS 1.0": False}),
        ("SSL 3.0", "ssl3", {"SSL 3.0": True}),
        ("TLS 1.3", "tls13", dict.fromkeys(ORDER[:5], False) | {"TLS 1.3": True}),
        ("TLS 1.3", "tls13-nameless", {"TLS 1.3": True}),
        ("0x0305", "tls12", {"0x0305": True}),
    ],
)
def test_versions(version: str, hello: str, known: dict[str, bool]) -> None:
    """A server does not know what stands between its choice and what was offered: it takes the highest it knows."""
    assert versions(manner_of(replace(capture(version=version), hello=hello))) == known


def test_versions_that_were_asked_about() -> None:
    """What the server answered about a version outweighs what its choice says; no answer tells nothing."""
    asked = (
        Protocol("TLS 1.0", supported=True),
        Protocol("TLS 1.1", supported=None),
        Protocol("TLS 1.3", supported=False),
    )
    known = {"TLS 1.2": True, "TLS 1.0": True, "TLS 1.3": False}
    assert versions(manner_of(replace(capture(), protocols=asked))) == known
