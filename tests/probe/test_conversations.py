"""What each rung says, and the capture that its answer makes."""

import pytest

from aescan.probe.conversations import captured, conversation
from aescan.probe.ladder import NAMELESS, Rung
from aescan.tls.capture import Capture, ClientCertificate
from aescan.tls.flight import Answer
from aescan.tls.hellos import ECDSA, RSA
from aescan.tls.sslv2 import CLIENT_HELLO

NAME = "aes1.example.com"
STARTS = {
    Rung.TLS12: "160301",
    Rung.TLS12_NAMELESS: "160301",
    Rung.TLS10: "160301",
    Rung.SSL3: "160300",
    Rung.TLS13: "160301",
    Rung.TLS13_NAMELESS: "160301",
    Rung.HANDSHAKE: "160301",
}
NAMED = {Rung.TLS12, Rung.TLS13, Rung.HANDSHAKE}
RSA_SUITE, ECDSA_SUITE = b"\x00\x2f", b"\xc0\x09"
"""TLS_RSA_WITH_AES_128_CBC_SHA and TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA."""


@pytest.mark.parametrize("rung", STARTS)
def test_rungs(rung: Rung) -> None:
    """Each says its own hello, with the name where it has one, and never the same bytes twice."""
    said = conversation(rung, NAME).data_to_send()
    assert said[:3].hex() == STARTS[rung]
    assert (NAME.encode() in said) == (rung in NAMED)
    assert said != conversation(rung, NAME).data_to_send()


def test_nameless_rungs_are_those_that_leave_it_out() -> None:
    """The rungs without a name differ from their likes in nothing else."""
    for nameless, named in NAMELESS.items():
        assert len(conversation(nameless, NAME).data_to_send()) == len(conversation(named, None).data_to_send())


def test_ssl2() -> None:
    """SSL 2.0 has a format of its own."""
    said = conversation(Rung.SSL2, NAME).data_to_send()
    assert (said[0] & 0x80, said[2]) == (0x80, CLIENT_HELLO)


@pytest.mark.parametrize(
    ("rung", "key", "offered"),
    [
        (Rung.TLS12, None, (True, True)),
        (Rung.TLS12, RSA, (True, False)),
        (Rung.TLS12, ECDSA, (False, True)),
        (Rung.TLS10, ECDSA, (False, True)),
        (Rung.SSL3, RSA, (True, False)),
    ],
)
def test_keys(rung: Rung, key: str | None, offered: tuple[bool, bool]) -> None:
    """For a kind of key, only what a server with such a key can choose is offered."""
    said = conversation(rung, NAME, key).data_to_send()
    suites = said[46 : 46 + int.from_bytes(said[44:46])]
    pairs = {suites[start : start + 2] for start in range(0, len(suites), 2)}
    assert (RSA_SUITE in pairs, ECDSA_SUITE in pairs) == offered


def test_keys_of_tls13() -> None:
    """In TLS 1.3 the kind of key goes by the signatures."""
    ours, theirs = (conversation(Rung.TLS13, None, key).data_to_send() for key in (None, RSA))
    assert b"\x00\x32" not in ours[-60:]
    assert theirs != ours


def test_captured() -> None:
    """The capture has what the answer tells, the rung and where it was said."""
    answer = Answer((b"leaf",), "TLS 1.2", "suite", ClientCertificate.REQUESTED, ("odd",))
    assert captured(answer, Rung.TLS10, "192.0.2.1", 2) == Capture(
        certificates=(b"leaf",),
        version="TLS 1.2",
        cipher_suite="suite",
        client_certificate=ClientCertificate.REQUESTED,
        hello="tls10",
        address="192.0.2.1",
        connections=2,
        remarks=("odd",),
    )
