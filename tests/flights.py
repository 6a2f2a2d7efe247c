"""
Flights to order: the recorded ones of ``tests/vectors``, and a small builder for those that no server of ours sends.

The builder writes what it is told, lies included; ``outcome`` reads a flight as a probe would, piece by piece. The
certificates of built flights are a few letters: a flight does not look into them.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import chain, cycle, pairwise
from pathlib import Path

from aescan.errors import ProbeError
from aescan.tls.capture import ClientCertificate
from aescan.tls.codepoints import AlertDescription, AlertLevel, ContentType, HandshakeType
from aescan.tls.flight import Answer, Flight

VECTORS = Path(__file__).parent / "vectors"

LEAF = "fb6067da3f5b9de37d4edf7e216b28289a264221ccad10c2a763e26106ecd3b5"
"""SHA-256 of the DER as ``openssl x509 -outform DER | sha256sum`` says, like those below."""
EC_LEAF = "930713c2a9742df422e799d94f835cb0336d81de966d6b3ee992133ebe1f2e3d"
OLD_LEAF = "dae130acbddf285726fca96e121798a8ffcca4ee64dc86b1e55ed33393d9a344"
ISSUER = "fef0f9b5d9f63c782c1f3da23782e60aba4e30c49dcb0a00f02555fc8aa09766"

ANSWERED = (
    "openssl_tls12_rsa",
    "openssl_tls12_ecdhe",
    "openssl_tls12_ecdsa",
    "openssl_tls10_rsa",
    "openssl_tls12_verify",
    "openssl_tls12_short_records",
    "openssl_tls12_name_warning",
    "openssl_tls13_downgrade",
    "tlslite_ssl30_3des",
    "tlslite_ssl30_rc4_md5",
    "tlslite_tls10_rc4",
    "tlslite_tls11_request",
    "tlslite_tls12_dhe_request",
    "jsse_tls12_need_client",
    "jsse_sslv3",
    "gnutls_tls12_ecdhe",
)
"""The recorded flights that bring certificates."""
REFUSED = ("openssl_tls13_only", "openssl_no_shared_cipher", "openssl_tls12_name_fatal", "gnutls_tls13_only")
"""Those that are one fatal alert."""


def recorded(name: str) -> bytes:
    """Return a recorded flight."""
    return (VECTORS / f"{name}.bin").read_bytes()


def record(fragment: bytes, kind: int = ContentType.HANDSHAKE, version: int = 0x0303) -> bytes:
    """Return one record."""
    return bytes((kind,)) + version.to_bytes(2) + vector(2, fragment)


def vector(length_bytes: int, data: bytes) -> bytes:
    """Return ``data`` with its length before it."""
    return len(data).to_bytes(length_bytes) + data


def handshake(kind: int, body: bytes = b"") -> bytes:
    """Return one handshake message."""
    return bytes((kind,)) + vector(3, body)


def server_hello(
    version: int = 0x0303, cipher_suite: int = 0x002F, session_id: bytes = b"", random: bytes = bytes(32)
) -> bytes:
    """Return a ServerHello message without extensions."""
    body = version.to_bytes(2) + random + vector(1, session_id) + cipher_suite.to_bytes(2) + b"\x00"
    return handshake(HandshakeType.SERVER_HELLO, body)


def entries(*certificates: bytes) -> bytes:
    """Return the entries of a certificate list, without the length of the list."""
    return b"".join(vector(3, certificate) for certificate in certificates)


def certificate_body(listed: bytes, *, declared: int | None = None) -> bytes:
    """Return the body of a Certificate message around ``listed``, whose length is what is ``declared``, if anything."""
    return (len(listed) if declared is None else declared).to_bytes(3) + listed


def certificate(*certificates: bytes) -> bytes:
    """Return an honest Certificate message."""
    return handshake(HandshakeType.CERTIFICATE, certificate_body(entries(*certificates)))


def alert(description: int, level: int = AlertLevel.FATAL) -> bytes:
    """Return an alert in its record."""
    return record(bytes((level, description)), ContentType.ALERT)


CHAIN = (b"leaf", b"issuer")
HELLO = record(server_hello())
CERTIFICATE = record(certificate(*CHAIN))
REQUEST = record(handshake(HandshakeType.CERTIFICATE_REQUEST, b"\x01\x01\x00\x00"))
DONE = record(handshake(HandshakeType.SERVER_HELLO_DONE))
WARNING = alert(AlertDescription.UNRECOGNIZED_NAME, AlertLevel.WARNING)
FLIGHT = HELLO + CERTIFICATE + DONE
"""The plainest flight there is: RSA key exchange, no client certificate asked for."""


def outcome(pieces: Iterable[bytes], flight: Flight | None = None) -> Answer | ProbeError:
    """Return what a probe gets out of a stream that arrives in these pieces and then ends."""
    flight = flight or Flight(b"")
    for piece in pieces:
        try:
            answer = flight.feed(piece)
        except ProbeError as error:
            return error
        if answer is not None:
            return answer
    return flight.end()


def answered(pieces: Iterable[bytes]) -> Answer:
    """Return the answer that the flight in these pieces brings, whatever it says of client certificates."""
    answer = outcome(pieces)
    assert isinstance(answer, Answer), answer
    return lasting(answer)


def lasting(answer: Answer) -> Answer:
    """Return an answer without the one thing in it that depends on how far behind the certificate was read."""
    return replace(answer, client_certificate=ClientCertificate.UNKNOWN)


def refused(pieces: Iterable[bytes]) -> ProbeError:
    """Return the error that the flight in these pieces ends with."""
    error = outcome(pieces)
    assert isinstance(error, ProbeError), error
    return error


def one_by_one(data: bytes) -> Iterator[bytes]:
    """Yield the bytes one at a time."""
    return (data[position : position + 1] for position in range(len(data)))


def cut(data: bytes, sizes: Iterable[int]) -> Iterator[bytes]:
    """Yield ``data`` in pieces of these sizes, over and over; there must be one above 0."""
    position = 0
    for size in cycle(sizes):
        if position >= len(data):
            return
        yield data[position : position + size]
        position += size


def recut(flight: bytes, sizes: Iterable[int]) -> bytes:
    """Return the messages of an honest flight in records of these sizes, over and over, and nothing else."""
    fragments = [fragment for kind, fragment in records(flight) if kind == ContentType.HANDSHAKE]
    return b"".join(map(record, cut(b"".join(fragments), sizes)))


def records(flight: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield type and fragment of each record of an honest flight."""
    position = 0
    while position < len(flight):
        body = position + 5
        end = body + int.from_bytes(flight[position + 3 : body])
        yield flight[position], flight[body:end]
        position = end


def end_of_certificate(flight: bytes) -> int:
    """Return how many bytes of an honest flight, of ServerHello and Certificate first, it takes to complete these."""
    fragments = [
        (fragment if kind == ContentType.HANDSHAKE else b"", len(fragment)) for kind, fragment in records(flight)
    ]
    messages = b"".join(fragment for fragment, _ in fragments)
    wanted = 0
    for _ in "ServerHello", "Certificate":
        wanted += 4 + int.from_bytes(messages[wanted + 1 : wanted + 4])
    position = 0
    for fragment, length in fragments:
        position += 5 + length
        wanted -= len(fragment)
        if wanted <= 0:
            break
    return position


def split_at(data: bytes, places: Iterable[int]) -> list[bytes]:
    """Return ``data`` cut at these places, which need not be in order nor within it."""
    marks = chain((0,), sorted(min(place, len(data)) for place in places), (len(data),))
    return [data[start:end] for start, end in pairwise(marks)]


def sslv2_record(message: bytes, *, header: int = 2) -> bytes:
    """Return a record of SSL 2.0 with a header of 2 or 3 bytes and no padding."""
    length = len(message)
    return ((0x8000 | length).to_bytes(2) if header == 2 else length.to_bytes(2) + b"\x00") + message


def sslv2_server_hello(
    certificate: bytes,
    *,
    cipher_kinds: Iterable[int] = (0x010080,),
    session_hit: int = 0,
    kind: int = 1,
    version: int = 0x0002,
) -> bytes:
    """Return a SERVER-HELLO of SSL 2.0 as section 2.6 of its specification lays it out."""
    kinds = b"".join(number.to_bytes(3) for number in cipher_kinds)
    connection = bytes(16)
    lengths = b"".join(len(part).to_bytes(2) for part in (certificate, kinds, connection))
    return bytes((4, session_hit, kind)) + version.to_bytes(2) + lengths + certificate + kinds + connection
