"""
What is fuzzed, as a table: how bytes are taken, what is promised of any bytes at all, and the corpus they begin from.

The first line of each ``hold`` function is the promise. It returns where the promise is kept and raises where it is
broken; what the promise allows to be raised, it bears.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Final

from aescan.certificates.chain import decode
from aescan.certificates.trust import verdict
from aescan.errors import ConfigError, KeystoreError, ProbeError
from aescan.inventory.csv import read_csv
from aescan.inventory.expand import first_level
from aescan.inventory.groups import read_groups
from aescan.inventory.jsonl import read_jsonl
from aescan.inventory.services import Services, load_services
from aescan.inventory.yaml import read_yaml
from aescan.keystores.model import TrustStore
from aescan.keystores.read import read
from aescan.probe import acs, sntp
from aescan.settings.policy import Thresholds
from aescan.text import LONGEST, printable
from aescan.tls.capture import Capture, ClientCertificate
from aescan.tls.flight import MOST_BYTES, MOST_REMARKS, Answer, Flight
from aescan.tls.messages import MOST_CERTIFICATES
from aescan.tls.sslv2 import Greeting
from aescan.tls.tls13 import Tls13Flight
from tests.certificates import encode
from tests.certificates.promise import decoded
from tests.certs import ODD, odd_certificate
from tests.flights import (
    ANSWERED,
    DONE,
    FLIGHT,
    REFUSED,
    REQUEST,
    WARNING,
    answered,
    cut,
    lasting,
    record,
    recorded,
    recut,
    sslv2_record,
    sslv2_server_hello,
)
from tests.keystores import made
from tests.probe import name_service, ntp
from tests.tls import tls13_server

LONGEST_DETAIL: Final = 400
"""Characters of what an operator is told about one failure."""
OWN_REMARKS: Final = 4
"""Besides those that a flight counts: what was odd about its certificate list."""
MOMENT: Final = datetime(2026, 11, 23, tzinfo=UTC)
"""At which trust is judged."""
PIECES: Final = 61
"""Sizes, from 1 up, of the pieces that a stream is cut into; its own length chooses one."""
ERA_0: Final = datetime(1968, 1, 20, tzinfo=UTC)
ERA_1: Final = datetime(2104, 2, 27, tzinfo=UTC)
"""Between these every time of NTP lies."""
STRATA: Final = range(1, 16)
"""Of servers that follow a clock."""


@dataclass(frozen=True, slots=True)
class Target:
    """One promise over any bytes; ``seeds`` are what the bytes are made from."""

    name: str
    hold: Callable[[bytes], None]
    seeds: Callable[[], Iterable[bytes]]

    @property
    def promise(self) -> str:
        """What is promised, in one line."""
        return (self.hold.__doc__ or "").strip().splitlines()[0]


def hold_flight(data: bytes) -> None:
    """Raises ProbeError or nothing: records and flight of TLS 1.2 and before, whole and cut alike."""
    _alike(lambda: Flight(b""), data)


def hold_tls13(data: bytes) -> None:
    """Raises ProbeError or nothing: a flight of TLS 1.3 as it stands on the wire, whole and cut alike."""
    _alike(tls13_server.client, data)


def hold_tls13_messages(data: bytes) -> None:
    """Raises ProbeError or nothing: what a server of TLS 1.3 protects, whole and cut alike."""
    _alike(tls13_server.client, tls13_server.Server().flight(data, (_piece(data) * PIECES,)))


def hold_sslv2(data: bytes) -> None:
    """Raises ProbeError or nothing: a greeting of SSL 2.0, or of TLS to a hello in its format, whole and cut alike."""
    _alike(lambda: Greeting(b""), data)


def hold_certificate(data: bytes) -> None:
    """Raises nothing: bytes become facts, which agree with cryptography where it reads them, alone and in a chain."""
    facts = decoded(data)
    unknown = ClientCertificate.UNKNOWN
    chain = decode(Capture((data, encode.certificate(), data), "", "", unknown, hello="", address=""))
    assert chain.leaf == facts
    store = TrustStore("clients", (encode.certificate(), data))
    found = verdict(chain, store, MOMENT, "aes1.example.com", named=True)
    assert (found.trusted is True) == (found.reason is None)
    assert found.sentence.isprintable()
    assert all(signer is None or 0 <= signer < len(chain.certificates) for signer in chain.signers)


def hold_keystore(data: bytes) -> None:
    """Raises KeystoreError or nothing: a file of certificates in any form, with a password and without."""
    for password in (None, "secret"):
        try:
            bundle = read(data, password)
        except KeystoreError as error:
            said = str(error)
        else:
            said = bundle.form
            assert all(bundle.certificates)
        assert said.isprintable()


def hold_sntp(data: bytes) -> None:
    """Raises nothing: a datagram is an answer with a possible time, a refusal fit to show, or none at all."""
    sent, elapsed = datetime(2026, 11, 23, 12, tzinfo=UTC), float(len(data))
    found = sntp.read(data, data[24:32], sent, elapsed)
    if isinstance(found, sntp.Time):
        assert ERA_0 <= sent + timedelta(seconds=found.offset) <= ERA_1
        assert 0 <= found.delay <= elapsed
        assert found.stratum in STRATA
    elif found is not None:
        assert found.detail.isprintable()
    assert sntp.read(data, bytes(byte ^ 1 for byte in data[24:32]), sent, elapsed) is None


def hold_tlinks(data: bytes) -> None:
    """Raises ProbeError or nothing: a TSAPI name service's replies, whole and cut alike, bounded and fit to show."""
    found, in_pieces = _listed([data]), _listed(cut(data, (_piece(data),)))
    assert type(found) is type(in_pieces)
    if isinstance(found, acs.Tlinks):
        assert found == in_pieces
        assert len(found.tlinks) <= acs.MOST_TLINKS
        assert all(tlink.name.isprintable() and 0 <= tlink.port < 1 << 16 for tlink in found.tlinks)
    else:
        assert found.detail.isprintable()
        assert len(found.detail) < LONGEST_DETAIL


def _listed(pieces: Iterable[bytes]) -> acs.Tlinks | ProbeError:
    service = acs.NameService()
    for piece in pieces:
        try:
            found = service.feed(piece)
        except ProbeError as error:
            return error
        if found is not None:
            return found
    return service.end()


def hold_text(data: bytes) -> None:
    """Raises nothing: any text becomes printable within its limit, and stays as it is when shown again."""
    limit = len(data) % LONGEST + 1
    for encoding, errors in ("utf-8", "surrogateescape"), ("latin-1", "strict"), ("utf-32-le", "replace"):
        shown = printable(data.decode(encoding, errors), limit)
        assert shown.isprintable()
        assert len(shown) <= limit
        assert printable(shown, limit) == shown


def hold_inventory(data: bytes) -> None:
    """Raises ConfigError or nothing: an inventory in any format, with problems that are fit to show."""
    services = _services()
    level = first_level(Thresholds(), services)
    for read_listing in read_yaml, read_csv, read_jsonl, read_groups:
        try:
            problems = read_listing("inventory", data, level, services).document.texts()
        except ConfigError as error:
            problems = list(error.problems)
            assert problems
        assert all(line.isprintable() for problem in problems for line in problem.split("\n"))


@cache
def _services() -> Services:
    return load_services()


def _piece(data: bytes) -> int:
    return len(data) % PIECES + 1


def _alike(make: Callable[[], Flight | Greeting | Tls13Flight], data: bytes) -> None:
    """Hold what every conversation promises of a server's bytes."""
    whole, in_pieces = _outcome(make(), [data]), _outcome(make(), cut(data, (_piece(data),)))
    if isinstance(whole, Answer):
        assert 0 < len(whole.certificates) <= MOST_CERTIFICATES
        assert all(whole.certificates)
        assert sum(map(len, whole.certificates)) < min(MOST_BYTES, len(data))
        assert len(whole.remarks) <= MOST_REMARKS + OWN_REMARKS
        assert isinstance(in_pieces, Answer), in_pieces
        assert lasting(in_pieces) == lasting(whole)
    else:
        assert whole.detail.isprintable()
        assert len(whole.detail) < LONGEST_DETAIL
        assert isinstance(in_pieces, ProbeError), in_pieces
        assert (in_pieces.reason, in_pieces.alert) == (whole.reason, whole.alert)


def _outcome(flight: Flight | Greeting | Tls13Flight, pieces: Iterable[bytes]) -> Answer | ProbeError:
    for piece in pieces:
        try:
            answer = flight.feed(piece)
        except ProbeError as error:
            return error
        if answer is not None:
            return answer
    return flight.end()


def _flights() -> Iterable[bytes]:
    yield from map(recorded, (*ANSWERED, *REFUSED))
    yield from (recut(recorded(name), (300, 7)) for name in ANSWERED[:2])
    yield from (FLIGHT, WARNING + FLIGHT + REQUEST + DONE, b"HTTP/1.1 400 Bad Request\r\n\r\n", b"SSH-2.0-OpenSSH\r\n")


def _tls13_flights() -> Iterable[bytes]:
    server = tls13_server
    share = server.extension(51, b"\x00\x17")  # secp256r1, asked for
    yield server.Server().flight()
    yield server.Server().flight(server.EXTENSIONS + server.REQUEST + server.CERTIFICATE, (50,))
    yield record(server.retry_request(share + server.extension(44, b"\x00\x06cookie")))
    yield from map(recorded, REFUSED)


def _tls13_messages() -> Iterable[bytes]:
    server = tls13_server
    yield server.MESSAGES
    yield server.EXTENSIONS + server.REQUEST + server.certificate(encode.certificate(), b"issuer") + server.FINISHED
    yield server.certificate(b"leaf", context=b"context", extensions=server.extension(5, bytes(20)))


def _greetings() -> Iterable[bytes]:
    hello = sslv2_server_hello(encode.certificate(), cipher_kinds=(0x010080, 0x0700C0))
    yield from (sslv2_record(hello), sslv2_record(hello, header=3), sslv2_record(b"\x00\x00\x01"))
    yield from (sslv2_record(sslv2_server_hello(b"")), sslv2_record(sslv2_server_hello(b"leaf", kind=2, version=3)))
    yield from map(recorded, (ANSWERED[0], REFUSED[0]))


def _certificates() -> Iterable[bytes]:
    yield encode.certificate(extensions=encode.EXTENSIONS)
    yield from map(odd_certificate, ODD)
    for name in ANSWERED:
        yield from answered([recorded(name)]).certificates


def _keystores() -> Iterable[bytes]:
    yield from (made.pem() + made.key(), made.bundle7(), made.bundle12(), made.bundle12(""), made.request("CN=aes1"))
    yield from (made.jks((2, der), (1, der)) for der in made.ders())


def _sntp() -> Iterable[bytes]:
    received = datetime(2026, 11, 23, 12, tzinfo=UTC)
    yield ntp.answer(b"a cookie", received)
    yield ntp.answer(b"a cookie", received, timedelta(seconds=40), clock_set=received)
    yield ntp.answer(b"a cookie", received, leap=3, stratum=0, reference=b"DENY") + bytes(20)


def _tlinks() -> Iterable[bytes]:
    encrypted, plain = name_service.ENCRYPTED, name_service.PLAIN
    yield name_service.reply(encrypted, plain)
    yield name_service.reply(plain, more=True) + name_service.reply(("AVAYA#CM2#CSTA-S#AES1", 1067, "2001:db8::7"))
    yield name_service.frame(name_service.body(encrypted), private=b"private")


def _texts() -> Iterable[bytes]:
    yield "Müller & Söhne, 東京 \x1b[31m\u202e\u2028\U000e0041".encode()
    yield "a\x00b\r\n\ue000\uffff".encode("utf-32-le")
    yield b"HTTP/1.1 400 Bad Request\r\n\xff\x9b31m"


def _inventories() -> Iterable[bytes]:
    shipped = Path(__file__).parent.parent / "config" / "inventory.yml"
    yield shipped.read_bytes()
    yield from shipped.read_bytes().split(b"\n\n")
    yield b"hosts: [aes1, 10.20.0.0/30, '[2001:db8::4]:4722', {host: &a aes3, ports: [1066-1069, {port: 1}]}]\n"
    yield b"defaults: &d {thresholds: {warning: 45d}, labels: {site: x}}\ngroups:\n  - {defaults: *d, hosts: [a, a]}\n"
    yield b'host,port,labels.site,thresholds.warning\naes1,4722,paris,45d\n"aes2:443",,"a, ""b""",\n10.0.0.0/30,"1 2"\n'
    yield b'{"host": "aes1", "ports": [4722, "1-3"], "labels": {"site": "x"}}\n\n"aes2:4722"\n'
    yield b'[{"targets": ["aes1:4722"], "labels": {"site": "x", "__meta_aescan_service": "dmcc"}}, {"targets": null}]'
    yield b"- targets: ['aes1:4722', aes2:443]\n  labels: {site: x, host: y}\n- targets: []\n"


TARGETS: Final = {
    target.name: target
    for target in (
        Target("flight", hold_flight, _flights),
        Target("tls13", hold_tls13, _tls13_flights),
        Target("tls13-messages", hold_tls13_messages, _tls13_messages),
        Target("sslv2", hold_sslv2, _greetings),
        Target("certificate", hold_certificate, _certificates),
        Target("keystore", hold_keystore, _keystores),
        Target("sntp", hold_sntp, _sntp),
        Target("tlinks", hold_tlinks, _tlinks),
        Target("text", hold_text, _texts),
        Target("inventory", hold_inventory, _inventories),
    )
}
