"""Tests of ``aescan.tls.key_exchange``; RFC 7748 and the cryptography library's own other half are the oracles."""

from contextlib import suppress

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, x25519
from hypothesis import given
from hypothesis import strategies as st

from aescan.errors import ProtocolError
from aescan.tls.key_exchange import (
    KEY_PAIRS,
    SECP256R1,
    SECP384R1,
    SECP521R1,
    X25519,
    CurvePair,
    KeyPair,
    X25519Pair,
    new_key_pair,
    shared_key_pair,
)

LENGTHS = {X25519: 32, SECP256R1: 65, SECP384R1: 97, SECP521R1: 133}
OF_SMALL_ORDER = (
    bytes(32),
    b"\x01" + bytes(31),
    bytes.fromhex("e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800"),
    bytes.fromhex("5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157"),
    bytes.fromhex("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"),
)
"""Points that RFC 7748 section 6.1 warns of: any private key makes the same secret with them, all zero."""


@pytest.mark.parametrize("group", KEY_PAIRS)
def test_both_sides_agree(group: int) -> None:
    """Two pairs of one group come to the same secret, and a third to another one."""
    ours, theirs, strangers = (new_key_pair(group) for _ in range(3))
    assert len(ours.public) == LENGTHS[group]
    assert ours.exchange(theirs.public) == theirs.exchange(ours.public)
    assert ours.exchange(strangers.public) != ours.exchange(theirs.public)


@pytest.mark.parametrize("group", KEY_PAIRS)
def test_probes_share_a_pair(group: int) -> None:
    """All probes of a process have one pair of a group, which is none of those made for one exchange."""
    shared = shared_key_pair(group)
    assert shared_key_pair(group) is shared
    assert shared.public == shared.public
    assert shared.public != new_key_pair(group).public


def test_rfc_7748() -> None:
    """Bob of RFC 7748 section 6.1 has the public key printed there, and with Alice's the secret printed there."""
    bob = X25519Pair(
        x25519.X25519PrivateKey.from_private_bytes(
            bytes.fromhex("5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb")
        )
    )
    alice = bytes.fromhex("8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a")
    assert bob.public.hex() == "de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f"
    assert bob.exchange(alice).hex() == "4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742"


@pytest.mark.parametrize("public", OF_SMALL_ORDER, ids=bytes.hex)
def test_points_of_small_order_are_refused(public: bytes) -> None:
    """A key share that would make the secret all zero is no public key (RFC 8446 section 7.4.2)."""
    with pytest.raises(ProtocolError) as caught:
        new_key_pair(X25519).exchange(public)
    assert caught.value.detail == "agreeing on keys: the server's key share of 32 bytes is no public key of x25519"


@pytest.mark.parametrize("group", [SECP256R1, SECP384R1, SECP521R1])
def test_points_off_the_curve_are_refused(group: int) -> None:
    """A key share that is no point of the curve is no public key (RFC 8446 section 4.2.8.2)."""
    pair = new_key_pair(group)
    public = bytearray(new_key_pair(group).public)
    public[-1] ^= 1
    with pytest.raises(ProtocolError):
        pair.exchange(bytes(public))


@pytest.mark.parametrize("group", KEY_PAIRS)
@pytest.mark.parametrize("public", [b"", b"\x00", b"\x04", bytes(31), bytes(33), bytes(65), b"\xff" * 133])
def test_other_bytes_are_refused(group: int, public: bytes) -> None:
    """No bytes, the point at infinity, a wrong length, coordinates beyond the field: none is a public key."""
    with pytest.raises(ProtocolError):
        new_key_pair(group).exchange(public)


FIXED: tuple[KeyPair, ...] = (
    X25519Pair(x25519.X25519PrivateKey.from_private_bytes(b"\x05" * 32)),
    CurvePair(SECP256R1, ec.derive_private_key(5, ec.SECP256R1())),
)


@given(st.sampled_from(FIXED), st.one_of(st.binary(max_size=140), st.binary(min_size=32, max_size=32)))
def test_any_bytes(pair: KeyPair, public: bytes) -> None:
    """Any bytes make a secret or are refused."""
    with suppress(ProtocolError):
        assert len(pair.exchange(public)) == 32
