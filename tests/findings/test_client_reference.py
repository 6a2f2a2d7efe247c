"""What is known of clients, as text."""

from aescan.findings.client_reference import client_manual
from aescan.settings.profiles import Change, ClientProfile, Signer
from tests.findings.clients import CHANGES, SHIPPED, fact


def test_every_fact_with_its_source() -> None:
    """Facts, what no text tells of the important ones, and the words of a change."""
    profile = ClientProfile(
        key="client",
        title="A client",
        services=("tsapi", "cvlan"),
        protocols=fact(("TLS 1.0", "TLS 1.1")),
        minimum_rsa_bits=fact(1024, "unverified"),
        validity=fact(value=True),
        trust_store="ours",
    )
    change = Change(
        key="change",
        title="a change",
        signature_hash=fact("sha256"),
        signer=fact(Signer.ITSELF),
        named=fact(value=False),
    )

    assert (
        client_manual([profile], [change])
        == """\
client: A client
services: tsapi, cvlan
trust store in the settings: ours

protocols: TLS 1.0, TLS 1.1
    sourced: a text

cipher_suites: (no text tells)

minimum_rsa_bits: 1024
    unverified: a text

validity: yes
    sourced: a text

name: (no text tells)

trusts: (no text tells)


after change: a change

signature_hash: sha256
    sourced: a text

signer: itself
    sourced: a text

named: no
    sourced: a text"""
    )


def test_a_client_of_every_service() -> None:
    """It is said so."""
    assert "\nservices: all\n" in client_manual([ClientProfile(key="x", title="X")], ())


def test_the_shipped_ones_fit_a_terminal() -> None:
    """Eighty columns hold every line, and every client and change is there."""
    text = client_manual(SHIPPED.values(), CHANGES)

    assert max(map(len, text.splitlines())) <= 80
    assert all(f"{key}: " in text for key in SHIPPED)
    assert all(f"after {change.key}: " in text for change in CHANGES)
