"""A whole handshake: finished and closed in order, and no chain lost where it cannot be."""

import asyncio
import contextlib
import ssl
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from aescan.errors import ProbeError, Reason
from aescan.inventory.model import Target
from aescan.lab.answers import Connections, Tls
from aescan.lab.contexts import TlsSettings, tls_context
from aescan.lab.servers import Server, serving
from aescan.probe.handshake import Handshake
from aescan.probe.ladder import Remembered, Rung
from aescan.probe.probe import Prober
from aescan.tls.capture import Capture, ClientCertificate, ViewName
from aescan.tls.flight import MOST_BYTES
from tests import certs
from tests.peers import openssl_server, scripted, tlslite_server

CHAIN = certs.make_chain(3, keys=(certs.rsa_key(),))
DERS = tuple(identity.der for identity in CHAIN)
VERSIONS = {
    "TLS 1.0": ssl.TLSVersion.TLSv1,
    "TLS 1.1": ssl.TLSVersion.TLSv1_1,
    "TLS 1.2": ssl.TLSVersion.TLSv1_2,
    "TLS 1.3": ssl.TLSVersion.TLSv1_3,
}


class Witness(Tls):
    """A server that tells how each of its sessions went."""

    def __init__(self, connections: Connections, context: ssl.SSLContext, seen: list[str]) -> None:
        super().__init__(connections, context)
        self.seen = seen

    def data_received(self, data: bytes) -> None:
        """Note when the handshake is over, and when the client says farewell."""
        self.incoming.write(data)
        with contextlib.suppress(ssl.SSLWantReadError):
            self.session.do_handshake()
            self.seen.append("finished")
            if self.session.read(1) == b"":
                self.seen.append("farewell")
        self.transport.write(self.outgoing.read())

    def connection_lost(self, exc: Exception | None) -> None:
        """Note how the connection ended."""
        super().connection_lost(exc)
        self.seen.append("closed" if exc is None else "reset")


def target(port: int) -> Target:
    """Return a target of loopback that wants a whole handshake."""
    return Target("one", "127.0.0.1", port, server_name=certs.HOST, full_handshake=True)


def probe(port: int, prober: Prober | None = None) -> Capture:
    """Probe that target."""
    return asyncio.run((prober or Prober()).probe(target(port)))


@pytest.fixture(params=VERSIONS)
def version(request: pytest.FixtureRequest) -> str:
    """Give each version that OpenSSL still speaks."""
    return str(request.param)


@pytest.mark.parametrize("asked", [False, True], ids=["", "client certificate"])
def test_the_chain_whatever_is_demanded(version: str, *, asked: bool) -> None:
    """Every version brings the whole chain by one connection, and tells that a client certificate was asked for."""
    settings = TlsSettings((VERSIONS[version], VERSIONS[version]), client_certificate=asked)
    with serving([Server("127.0.0.1", partial(Tls, context=tls_context(CHAIN, settings)))]) as (port,):
        capture = probe(port)

    assert capture.certificates == DERS
    assert (capture.version, capture.hello, capture.connections) == (version, "handshake", 1)
    wanted = ClientCertificate.REQUESTED if asked else ClientCertificate.NOT_REQUESTED
    assert capture.client_certificate is wanted
    # A server of TLS 1.3 says no only after the handshake.
    refused = ("the handshake could not be finished: sslv3 alert handshake failure",)
    assert capture.remarks == (refused if asked and version != "TLS 1.3" else ())
    assert capture.cipher_suite.startswith("TLS_")


def test_the_server_sees_an_orderly_client(version: str) -> None:
    """The handshake is finished, and the last thing the server hears is close_notify."""
    seen: list[str] = []
    context = tls_context(CHAIN, TlsSettings((VERSIONS[version], VERSIONS[version])))
    with serving([Server("127.0.0.1", partial(Witness, context=context, seen=seen))]) as (port,):
        probe(port)

    assert list(dict.fromkeys(seen)) == ["finished", "farewell", "closed"]


def test_without_a_server_name(tmp_path: Path) -> None:
    """No name is sent where there is none to send; OpenSSL's own server has the same chain for it."""
    with openssl_server(tmp_path, CHAIN) as port:
        capture = asyncio.run(Prober().probe(Target("one", "127.0.0.1", port, full_handshake=True)))

    assert (capture.certificates, capture.hello) == (DERS, "handshake")


def test_a_server_that_openssl_gave_up() -> None:
    """SSL 3.0 is compiled out: the ladder brings the chain, with a remark, and the rung is remembered."""
    prober = Prober(remembered=Remembered())
    with tlslite_server(CHAIN, minVersion=(3, 0), maxVersion=(3, 0), cipherNames=["3des"]) as port:
        first, second = probe(port, prober), probe(port, prober)

    assert first.certificates == second.certificates == DERS
    assert (first.version, first.hello) == ("SSL 3.0", "tls12")
    assert (first.connections, second.connections) == (2, 1)
    (remark,) = first.remarks
    assert remark.startswith("no full handshake: ")
    assert second.remarks == ("no full handshake: an earlier one failed",)


ENDINGS = {
    "close": "the server closed the connection after ",
    "silence": "waiting for the certificate: no answer in time; ",
    "nonsense": "wrong version number",
}


@pytest.mark.parametrize("ending", ENDINGS)
async def test_a_connection_that_fails_behind_the_certificate(ending: str) -> None:
    """What was presented is kept, whatever becomes of the handshake then."""
    context = tls_context(CHAIN, TlsSettings((VERSIONS["TLS 1.2"], VERSIONS["TLS 1.2"])))

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        session = context.wrap_bio(incoming, outgoing, server_side=True)
        while not outgoing.pending:
            incoming.write(await reader.read(4096))
            with contextlib.suppress(ssl.SSLWantReadError):
                session.do_handshake()
        writer.write(outgoing.read())
        await reader.read(4096)  # the client's second flight
        if ending == "nonsense":
            writer.write(b"nonsense")
        if ending != "close":
            await reader.read()

    async with scripted(script) as port:
        capture = await Prober(timeout=1.0 if ending == "silence" else 20.0).probe(target(port))

    assert (capture.certificates, capture.hello, capture.connections) == (DERS, "handshake", 1)
    (remark,) = capture.remarks
    assert remark.startswith(f"the handshake could not be finished: {ENDINGS[ending]}")


async def failing(script_says: bytes) -> tuple[Reason, int]:
    """Return how a server that says this and hangs up fails, and after how many connections."""

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.write(script_says)

    async with scripted(script) as port:
        with pytest.raises(ProbeError) as caught:
            await Prober().probe(target(port))
    return caught.value.reason, caught.value.connections


@pytest.mark.parametrize(
    ("says", "reason", "connections"),
    [
        (b"220 ready\r\n", Reason.PLAINTEXT, 1),
        (bytes.fromhex("15 0303 0002 0228"), Reason.ALERT, 6),
        (b"", Reason.CLOSED, 4),
        (bytes.fromhex("15 0303 0002 0230"), Reason.ALERT, 2),
    ],
    ids=["plain text", "handshake_failure", "nothing", "unknown_ca"],
)
async def test_failures(says: bytes, reason: Reason, connections: int) -> None:
    """The ladder follows where the handshake brought nothing, as long as there is a server of TLS behind the port."""
    assert await failing(says) == (reason, connections)


async def test_nobody_there() -> None:
    """A port that refuses is not asked again."""
    with pytest.raises(ProbeError) as caught:
        await Prober().probe(target(1))

    assert (caught.value.reason, caught.value.connections) == (Reason.REFUSED, 1)


def test_no_end_of_it() -> None:
    """A handshake takes a bounded number of bytes."""
    handshake = Handshake(None)
    record = bytes.fromhex("16 0303 4000") + bytes.fromhex("00 000000") * 0x1000  # HelloRequests

    def flood() -> None:
        for _ in range(MOST_BYTES // len(record) + 1):
            handshake.feed(record)

    with pytest.raises(ProbeError):
        flood()


def test_tls13_that_breaks_off() -> None:
    """Where TLS 1.3 ends behind the encrypted certificate, OpenSSL has the chain already; before it there is none."""
    context = tls_context(CHAIN, TlsSettings((VERSIONS["TLS 1.3"], VERSIONS["TLS 1.3"])))
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    server, client = context.wrap_bio(incoming, outgoing, server_side=True), Handshake(certs.HOST)
    incoming.write(client.data_to_send())
    with contextlib.suppress(ssl.SSLWantReadError):
        server.do_handshake()
    flight, lengths = outgoing.read(), []
    for number, byte in enumerate(flight[:-1]):  # all but the last byte of Finished
        assert client.feed(bytes((byte,))) is None
        if (presented := client.presented()) is not None:
            assert (presented.certificates, presented.version) == (DERS, "TLS 1.3")
            lengths.append(number)

    assert 0 < len(lengths) < len(flight) / 2
    broken = client.feed(b"\x00" if flight[-1] else b"\x01")
    assert broken is not None
    assert broken.certificates == DERS
    assert broken.remarks == ("the handshake could not be finished: decryption failed or bad record mac",)


def test_what_openssl_does_not_like() -> None:
    """A flight that is none is said to be OpenSSL's complaint, with its version."""
    client = Handshake(None)
    with pytest.raises(ProbeError) as caught:
        client.feed(bytes.fromhex("16 0303 0004 63 000000"))

    assert caught.value.reason is Reason.PROTOCOL
    assert caught.value.detail == f"shaking hands: {ssl.OPENSSL_VERSION} cannot: unexpected message"


def test_bytes_that_come_one_by_one(version: str) -> None:
    """However the network cuts a handshake, it is the same; here without any network."""
    context = tls_context(CHAIN, TlsSettings((VERSIONS[version], VERSIONS[version])))
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    server, client = context.wrap_bio(incoming, outgoing, server_side=True), Handshake(certs.HOST)
    answers = []
    for _ in range(3):
        incoming.write(client.data_to_send())
        with contextlib.suppress(ssl.SSLWantReadError):
            server.do_handshake()
        answers += [answer for byte in outgoing.read() if (answer := client.feed(bytes((byte,)))) is not None]

    (answer,) = answers
    assert (answer.certificates, answer.version) == (DERS, version)
    server.unwrap()  # our farewell has come
    assert client.feed(outgoing.read()) is None
    assert client.complete


def test_what_else_is_asked() -> None:
    """Versions and views are asked about by hellos, as of any target."""
    wanted = replace(target(0), protocols=True, views=(ViewName.NO_SNI,))
    context = tls_context(CHAIN, TlsSettings())
    with serving([Server("127.0.0.1", partial(Tls, context=context))]) as (port,):
        capture = asyncio.run(Prober().probe(replace(wanted, port=port)))

    assert {one.version for one in capture.protocols if one.supported} == {"TLS 1.2", "TLS 1.3"}
    (view,) = capture.views
    assert isinstance(view.outcome, Capture)
    assert (view.outcome.hello, view.outcome.certificates) == ("tls12-nameless", DERS)


def test_rung_of_its_own() -> None:
    """Another target's memory of a whole handshake is no reason to shake hands where that is not wanted."""
    remembered = Remembered()
    remembered.recall("one", "handshake")

    assert remembered.begin("one") is Rung.TLS12
