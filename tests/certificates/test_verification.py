"""What the library says of a path."""

import pytest
from cryptography import x509

from aescan.certificates.verification import limits_names, outside_constraints, unknown_critical, web_refusal
from aescan.lab.certificates import Identity, authority, server
from tests.certificates import encode
from tests.certs import HOST, make_authority, make_certificate
from tests.facts import NOW

ROOT = make_authority()
LEAF = make_certificate(issuer=ROOT)
PRIVATE = encode.extension("1.3.9", b"\5\0", encode.tlv(encode.BOOLEAN, b"\xff"))


def limited(*, permitted: str = "", excluded: str = "") -> Identity:
    """Return a root that may certify some names only."""
    trees = [[x509.DNSName(name)] if name else None for name in (permitted, excluded)]
    return make_certificate("CN=Limited", extensions=(*authority(), x509.NameConstraints(*trees)))


def test_critical_extensions() -> None:
    """Those of RFC 5280 are known, others are not, and of no certificate nothing can be told."""
    odd = encode.certificate(extensions=(*encode.EXTENSIONS, PRIVATE))

    assert unknown_critical(LEAF.der) == ()
    assert unknown_critical(odd) == ("1.3.9",)
    assert unknown_critical(b"no certificate") is None


@pytest.mark.parametrize(
    ("root", "expected"),
    [
        (limited(permitted="example.com"), (False, "")),
        (limited(permitted="example.org"), (True, "no permitted name constraints matched SAN")),
        (limited(excluded="example.com"), (True, "excluded name constraint matched SAN")),
    ],
)
def test_name_constraints(root: Identity, expected: tuple[bool | None, str]) -> None:
    """A name inside, one outside, one shut out."""
    assert limits_names(root.der)
    assert outside_constraints((make_certificate(issuer=root).der, root.der), NOW) == expected


def test_name_constraints_that_cannot_be_judged() -> None:
    """What the library refuses for another reason says nothing about names."""
    outside, said = outside_constraints((LEAF.der, b"no certificate"), NOW)

    assert outside is None
    assert said
    assert not limits_names(ROOT.der)
    assert not limits_names(b"no certificate")


@pytest.mark.parametrize(
    ("host", "refusal"),
    [
        (HOST, None),
        ("aes2.example.com", "leaf certificate has no matching subjectAltName"),
        ("10.20.0.11", "leaf certificate has no matching subjectAltName"),
        ("bücher.example", "leaf certificate has no matching subjectAltName"),
        ("no name", "invalid domain name"),
    ],
)
def test_the_public_web(host: str, refusal: str | None) -> None:
    """Names are compared, whatever the operator calls the host."""
    assert web_refusal((LEAF.der, ROOT.der), NOW, host) == refusal


def test_the_public_web_wants_alternative_names() -> None:
    """A common name alone is not enough there."""
    leaf = make_certificate(issuer=ROOT, extensions=server())

    assert web_refusal((leaf.der, ROOT.der), NOW, HOST) == "leaf server certificate has no subjectAltName"
