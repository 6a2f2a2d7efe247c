"""Who signed whom is told by signatures, in any order, at a bounded cost."""

from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from aescan.certificates import chain as module
from aescan.certificates import signatures
from aescan.certificates.chain import MOST_CHECKS, Chain, Role, decode
from aescan.tls.capture import Capture, ClientCertificate
from tests.certificates import encode
from tests.certificates.encode import UTC_TIME, algorithm, certificate, common_name, extension, integer, sequence, tlv
from tests.certs import make_authority, make_certificate, make_chain

MD2 = algorithm("1.2.840.113549.1.1.2", tlv(encode.NULL))
GARBAGE = b"no certificate"
LEAF, INTERMEDIATE, ROOT = (identity.der for identity in make_chain(3))
BROKEN = certificate(end=b"\x00", subject=encode.ISSUER)
"""The certificate of the key that signs what ``certificate`` makes, refused by the library."""


def presented(*certificates: bytes) -> Chain:
    """Return the chain of these certificates as captured."""
    return decode(Capture(certificates, "TLS 1.2", "", ClientCertificate.UNKNOWN, "tls12", "127.0.0.1"))


@pytest.mark.parametrize(
    ("certificates", "signers"),
    [
        ((LEAF,), (None,)),
        ((LEAF, INTERMEDIATE), (1, None)),
        ((LEAF, INTERMEDIATE, ROOT), (1, 2, 2)),
        ((LEAF, ROOT, INTERMEDIATE), (2, 1, 1)),
        ((INTERMEDIATE, LEAF), (None, 0)),
        ((INTERMEDIATE, LEAF, INTERMEDIATE), (None, 2, None)),
        ((ROOT, INTERMEDIATE, LEAF), (0, 0, 1)),
        ((LEAF, ROOT), (None, 1)),
        ((ROOT,), (0,)),
        ((LEAF, LEAF, INTERMEDIATE, INTERMEDIATE, ROOT, ROOT), (2, 2, 4, 4, 4, 5)),
        ((LEAF, GARBAGE, INTERMEDIATE), (2, None, None)),
        ((GARBAGE,), (None,)),
        ((GARBAGE, GARBAGE), (None, None)),
    ],
)
def test_signers(certificates: tuple[bytes, ...], signers: tuple[int | None, ...]) -> None:
    """The signer is found wherever it stands; one that is not there, or is no certificate, signed nothing."""
    chain = presented(*certificates)
    assert chain.signers == signers
    assert tuple(facts.der for facts in chain.certificates) == certificates
    assert chain.leaf is chain.certificates[0]


def test_one_name_and_two_keys() -> None:
    """Of two System Manager CAs of one name only the one whose key signed is the signer."""
    name = ("O=AVAYA", "OU=MGMT", "CN=System Manager CA")
    mine, other = make_authority(*name), make_authority(*name)
    leaf = make_certificate(issuer=mine).der
    assert presented(leaf, other.der).signers == (None, 1)
    assert presented(leaf, other.der, mine.der).signers == (2, 1, 2)
    assert presented(leaf, mine.der, other.der).signers == (1, 1, 2)


def test_a_self_signed_leaf() -> None:
    """A self-signed leaf signed itself, and is a leaf all the same."""
    chain = presented(make_certificate().der)
    assert chain.signers == (0,)
    assert chain.role(0) is Role.LEAF


def test_roles() -> None:
    """The first is the leaf; after it, one that signed itself is a root, any other an intermediate."""
    chain = presented(LEAF, INTERMEDIATE, ROOT, GARBAGE)
    assert [chain.role(position) for position in range(4)] == [
        Role.LEAF,
        Role.INTERMEDIATE,
        Role.ROOT,
        Role.INTERMEDIATE,
    ]


def key_identifiers(subject: int | None, authority: int | None) -> tuple[bytes, ...]:
    """Return the extensions for these two, where they are given."""
    own = (extension("2.5.29.14", tlv(encode.OCTETS, integer(subject))),) if subject else ()
    wanted = tlv(encode.KEY_IDENTIFIER, integer(authority)) if authority else b""
    return (*own, extension("2.5.29.35", sequence(wanted))) if authority else own


@pytest.mark.parametrize(
    ("wanted", "offered", "signer"), [(1, 1, 1), (1, 2, None), (1, None, 1), (None, 1, 1), (None, None, 1)]
)
def test_a_signature_that_nobody_checks(wanted: int | None, offered: int | None, signer: int | None) -> None:
    """Where a signature cannot be checked the names decide, unless the key identifiers say otherwise."""
    leaf = certificate(signature=MD2, extensions=key_identifiers(None, wanted))
    authority = certificate(subject=encode.ISSUER, issuer=common_name("a"), extensions=key_identifiers(offered, None))
    assert presented(leaf, authority).signers[0] == signer


def test_a_signature_that_nobody_checks_needs_names() -> None:
    """Where a signature cannot be checked, neither another name nor the same certificate again is the signer."""
    leaf, same = certificate(signature=MD2), certificate(signature=MD2, subject=encode.ISSUER)
    assert presented(leaf, certificate(subject=common_name("Other CA"))).signers == (None, 1)
    assert presented(same, same).signers == (None, None)


def test_an_authority_that_the_library_refuses() -> None:
    """The names decide, too, where only aescan can read the issuer."""
    leaf = certificate(key=encode.public_key(ec.generate_private_key(ec.SECP256R1()).public_key()))
    assert presented(leaf, BROKEN).signers[0] == 1


def test_names_that_cannot_be_told() -> None:
    """A certificate without an issuer, and one without a subject, are linked to nothing."""
    nameless = certificate(signature=MD2, issuer=tlv(encode.NULL), subject=tlv(encode.NULL))
    assert presented(nameless, certificate(signature=MD2)).signers == (None, None)
    assert presented(certificate(signature=MD2), nameless).signers == (None, None)


def test_signature_checks_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """A hundred certificates of one name, none of which signed another, cost a bounded number of checks."""
    checks = []

    def counted(certificate: bytes, issuer: bytes) -> bool | None:
        checks.append((certificate, issuer))
        return signatures.signed_by(certificate, issuer)

    monkeypatch.setattr(module, "signed_by", counted)
    name = common_name("Same")
    forged = [
        certificate(serial=integer(number), subject=name, issuer=name, signed=lambda tbs: bytes(256))
        for number in range(100)
    ]
    assert presented(*forged).signers == (None,) * 100
    assert len(checks) == MOST_CHECKS


def test_a_hundred_in_order() -> None:
    """A chain of a hundred is followed to its end."""
    chain = presented(*(identity.der for identity in make_chain(100)))
    assert chain.signers == (*range(1, 100), 99)


def test_the_chain_ends_with_the_first_certificate_to_end() -> None:
    """The earliest end counts, be it an intermediate's; a certificate without one does not."""
    ends = [tlv(UTC_TIME, b"%02d0101000000Z" % year) for year in (30, 28, 29)]
    assert presented(*(certificate(not_after=end) for end in ends), GARBAGE).not_after == datetime(
        2028, 1, 1, tzinfo=UTC
    )


def test_a_chain_without_an_end() -> None:
    """Where no certificate tells its end the chain has none."""
    assert presented(GARBAGE, certificate(not_after=tlv(encode.UTF8))).not_after is None


def test_the_same_chain_is_decoded_once() -> None:
    """Equal bytes from two captures give the very same chain; a certificate is shared between chains."""
    first = presented(LEAF, INTERMEDIATE)
    assert presented(*(bytes(bytearray(der)) for der in (LEAF, INTERMEDIATE))) is first
    assert first.kept
    assert presented(LEAF, INTERMEDIATE, ROOT).leaf is first.leaf


def test_what_is_too_large_is_not_kept() -> None:
    """A chain of hostile size is decoded each time, so that the memory of a scanner has a bound."""
    large = b"\x30\x83\x00\x40\x00" + bytes(0x4000)
    first, second = presented(large, large), presented(large, large)

    assert first == second
    assert first is not second
    assert first.leaf is not second.leaf
    assert not first.kept
