"""Tests of the TLS 1.3 hello in ``aescan.tls.hellos``; tlslite-ng's parser reads what is written."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aescan.tls.hellos import ECDSA, RSA, Tls13Hello
from aescan.tls.key_exchange import KEY_PAIRS, SECP256R1, X25519
from aescan.tls.key_schedule import SUITES
from tests.tls import oracle
from tests.tls.tls13_server import HELLO, NAME, fixed_pair

SHARES = {group: fixed_pair(group).public for group in (X25519, SECP256R1)}
SERVER_NAME, GROUPS, SIGNATURES, PADDING, VERSIONS, COOKIE, KEY_SHARE = 0, 10, 13, 21, 43, 44, 51
CERTIFICATE_SIGNATURES = 50


def parsed(message: bytes) -> Any:  # noqa: ANN401  tlslite-ng has no types
    """Return tlslite-ng's reading of a message, which has to be one ClientHello and nothing else."""
    parser = oracle.Parser(bytearray(message))
    assert parser.get(1) == oracle.HandshakeType.client_hello
    read = oracle.ClientHello().parse(parser)
    assert parser.getRemainingLength() == 0
    return read


def test_fields() -> None:
    """It looks like a hello of TLS 1.2 with a session, and offers TLS 1.3 alone."""
    hello = parsed(HELLO.message(SHARES))
    assert hello.client_version == (3, 3)
    assert (bytes(hello.random), bytes(hello.session_id)) == (HELLO.random, HELLO.session_id)
    assert hello.compression_methods == [0]
    assert hello.getExtension(VERSIONS).versions == [(3, 4)]


def test_suites_are_those_that_can_be_read() -> None:
    """Every suite offered has its cipher here, and the other way round."""
    assert parsed(HELLO.message(SHARES)).cipher_suites == [*SUITES]


def test_groups_are_those_that_can_be_agreed_on() -> None:
    """Every group offered has its key pairs here, in the order of preference; two of them come with a key."""
    hello = parsed(HELLO.message(SHARES))
    assert hello.getExtension(GROUPS).groups == [*KEY_PAIRS]
    assert [(share.group, bytes(share.key_exchange)) for share in hello.getExtension(KEY_SHARE).client_shares] == [
        *SHARES.items()
    ]


def test_signature_algorithms() -> None:
    """All that a server's key may sign with, and what its certificates may be signed with, SHA-1 included; no DSA."""
    offered = {
        hash_ * 256 + signature for hash_, signature in parsed(HELLO.message(SHARES)).getExtension(SIGNATURES).sigalgs
    }
    ecdsa, rsa_pss, edwards = (
        {0x0403, 0x0503, 0x0603},
        {0x0804, 0x0805, 0x0806, 0x0809, 0x080A, 0x080B},
        {0x0807, 0x0808},
    )
    assert offered >= ecdsa | rsa_pss | edwards | {0x0401, 0x0501, 0x0601, 0x0201, 0x0203}
    assert offered & {0x0202, 0x0402} == set()


@pytest.mark.parametrize(("key", "first"), [(RSA, 0x0804), (ECDSA, 0x0403)])
def test_signature_algorithms_for_a_kind_of_key(key: str, first: int) -> None:
    """The server's own key can sign only so, its certificates may be signed by any (RFC 8446 section 4.2.3)."""
    plain = {kind * 256 + by for kind, by in parsed(HELLO.message(SHARES)).getExtension(SIGNATURES).sigalgs}
    hello = parsed(replace(HELLO, key=key).message(SHARES))
    own = [kind * 256 + by for kind, by in hello.getExtension(SIGNATURES).sigalgs]
    assert own[0] == first
    assert {kind * 256 + by for kind, by in hello.getExtension(CERTIFICATE_SIGNATURES).sigalgs} == plain


def test_kinds_of_key_share_no_signature() -> None:
    """A signature tells which kind of key made it; between them, the kinds have all that TLS 1.3 has."""
    rsa, ecdsa = (
        {tuple(one) for one in parsed(replace(HELLO, key=key).message(SHARES)).getExtension(SIGNATURES).sigalgs}
        for key in (RSA, ECDSA)
    )
    only_certificates = {(4, 1), (5, 1), (6, 1), (2, 1), (2, 3)}
    every = {tuple(one) for one in parsed(HELLO.message(SHARES)).getExtension(SIGNATURES).sigalgs}
    assert rsa & ecdsa == set()
    assert rsa | ecdsa == every - only_certificates


def test_nothing_else_is_offered() -> None:
    """No early data, no PSK, no compression of certificates, no status: what is not offered cannot come back."""
    hello = parsed(HELLO.message(SHARES, b"cookie"))
    assert [one.extType for one in hello.extensions] == [
        SERVER_NAME, GROUPS, SIGNATURES, VERSIONS, COOKIE, KEY_SHARE, PADDING
    ]  # fmt: skip


def test_server_name() -> None:
    """The name is sent where there is one, and no extension where there is none."""
    assert parsed(HELLO.message(SHARES)).getExtension(SERVER_NAME).hostNames == (bytearray(NAME.encode()),)
    nameless = Tls13Hello(None, HELLO.random, HELLO.session_id)
    assert parsed(nameless.message(SHARES)).getExtension(SERVER_NAME) is None


def test_cookie() -> None:
    """A cookie is repeated as it came, and there is no extension without one."""
    assert bytes(parsed(HELLO.message(SHARES, b"cookie")).getExtension(COOKIE).cookie) == b"cookie"
    assert parsed(HELLO.message(SHARES)).getExtension(COOKIE) is None


@pytest.mark.parametrize("shares", [SHARES, {X25519: SHARES[X25519]}, {SECP256R1: SHARES[SECP256R1]}])
@given(st.integers(0, 253), st.integers(0, 300))
def test_no_length_of_trouble(shares: dict[int, bytes], name: int, cookie: int) -> None:
    """With any name and any cookie the message has fewer than 256 bytes, or 512 and more (RFC 7685)."""
    message = Tls13Hello("a" * name, HELLO.random, HELLO.session_id).message(shares, b"c" * cookie)
    assert not 256 <= len(message) < 512
    parsed(message)
