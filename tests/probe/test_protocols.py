"""Which versions an endpoint accepts, asked of servers restricted to one or some of them."""

import asyncio
import ssl
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from aescan.errors import ProbeError, Reason
from aescan.inventory.model import Target
from aescan.lab.answers import Tls
from aescan.lab.contexts import TlsSettings, tls_context
from aescan.lab.servers import Server, serving
from aescan.probe.pace import Limits, Pace
from aescan.probe.probe import Prober
from aescan.probe.protocols import refuses
from aescan.tls.capture import Capture, ViewName
from tests import certs, flights
from tests.peers import openssl_server, reset, scripted, tlslite_server
from tests.probe.hostile import SSL2_HELLO

CHAIN = certs.make_chain(3, keys=(certs.rsa_key(),))
DERS = tuple(identity.der for identity in CHAIN)
LEVEL = ("-cipher", "ALL:@SECLEVEL=0")
VERSIONS = ("SSL 2.0", "SSL 3.0", "TLS 1.0", "TLS 1.1", "TLS 1.2", "TLS 1.3")
TLS10_FLIGHT = flights.record(flights.server_hello(0x0301)) + flights.CERTIFICATE + flights.DONE
OLDEST_TLS, NEWEST_TLS = ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_3


async def asked(port: int, prober: Prober | None = None, name: str | None = certs.HOST) -> Capture:
    """Probe a port of loopback and ask for its versions."""
    target = Target("one", "127.0.0.1", port, server_name=name, protocols=True)
    return await (prober or Prober()).probe(target)


def told(capture: Capture) -> dict[str, bool | None]:
    """Return the answers by version, having seen that every version has one, in order."""
    assert tuple(one.version for one in capture.protocols) == VERSIONS
    return {one.version: one.supported for one in capture.protocols}


def accepted(capture: Capture) -> list[str]:
    """Return the versions accepted, having seen that all others were refused."""
    answers = told(capture)
    assert None not in answers.values()
    return [version for version, supported in answers.items() if supported]


def test_not_asked() -> None:
    """Unless it is wanted, there is one connection and no answer."""
    with serving([Server("127.0.0.1", partial(Tls, context=tls_context(CHAIN, TlsSettings())))]) as (port,):
        capture = asyncio.run(Prober().probe(Target("one", "127.0.0.1", port)))

    assert (capture.protocols, capture.connections) == ((), 1)


@pytest.mark.parametrize(
    ("option", "version", "connections"),
    [("-tls1", "TLS 1.0", 5), ("-tls1_1", "TLS 1.1", 5), ("-tls1_2", "TLS 1.2", 6), ("-tls1_3", "TLS 1.3", 7)],
)
async def test_openssl_restricted_to_one(tmp_path: Path, option: str, version: str, connections: int) -> None:
    """OpenSSL's own server accepts the one it was given, and its chain is the ordinary one."""
    with openssl_server(tmp_path, CHAIN, option, *LEVEL) as port:
        capture = await asked(port)

    assert accepted(capture) == [version]
    assert (capture.certificates, capture.version, capture.connections) == (DERS, version, connections)


@pytest.mark.parametrize(
    ("versions", "expected"),
    [
        ((OLDEST_TLS, NEWEST_TLS), ["TLS 1.0", "TLS 1.1", "TLS 1.2", "TLS 1.3"]),
        ((OLDEST_TLS, ssl.TLSVersion.TLSv1_1), ["TLS 1.0", "TLS 1.1"]),
        ((ssl.TLSVersion.TLSv1_2, NEWEST_TLS), ["TLS 1.2", "TLS 1.3"]),
    ],
)
@pytest.mark.parametrize("client_certificate", [False, True])
async def test_openssl_with_some(
    versions: tuple[ssl.TLSVersion, ssl.TLSVersion], expected: list[str], client_certificate: bool
) -> None:
    """Each version of a range is accepted by itself, whether or not a client certificate is demanded."""
    context = tls_context(CHAIN, TlsSettings(versions=versions, client_certificate=client_certificate))
    with serving([Server("127.0.0.1", partial(Tls, context=context))]) as (port,):
        capture = await asked(port)

    assert accepted(capture) == expected


@pytest.mark.parametrize("leaf", [certs.rsa_key(), None], ids=["RSA", "ECDSA"])
async def test_either_kind_of_key(leaf: RSAPrivateKey | None) -> None:
    """The older versions are accepted with a leaf of either kind."""
    chain = certs.make_chain(2, keys=(leaf,) if leaf else ())
    context = tls_context(chain, TlsSettings(versions=(OLDEST_TLS, NEWEST_TLS)))
    with serving([Server("127.0.0.1", partial(Tls, context=context))]) as (port,):
        assert accepted(await asked(port)) == ["TLS 1.0", "TLS 1.1", "TLS 1.2", "TLS 1.3"]


@pytest.mark.parametrize(
    ("lowest", "highest", "expected"),
    [
        ((3, 0), (3, 0), ["SSL 3.0"]),
        ((3, 1), (3, 1), ["TLS 1.0"]),
        ((3, 2), (3, 2), ["TLS 1.1"]),
        ((3, 0), (3, 1), ["SSL 3.0", "TLS 1.0"]),
        ((3, 0), (3, 3), ["SSL 3.0", "TLS 1.0", "TLS 1.1", "TLS 1.2"]),
    ],
)
async def test_tlslite(lowest: tuple[int, int], highest: tuple[int, int], expected: list[str]) -> None:
    """A server that still speaks SSL 3.0 accepts exactly what it was given."""
    with tlslite_server(CHAIN, minVersion=lowest, maxVersion=highest, cipherNames=["3des", "aes128"]) as port:
        capture = await asked(port)

    assert accepted(capture) == expected
    assert capture.certificates == DERS


@pytest.mark.parametrize("refusal", ["FIN", "RST"])
async def test_ssl2_alone(refusal: str) -> None:
    """A server of SSL 2.0 hangs up on all but its own greeting."""
    hellos = []

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readexactly(2)
        if head[0] >= SSL2_HELLO:
            hellos.append(await reader.readexactly(int.from_bytes(head) % 0x8000))
            writer.write(flights.sslv2_record(flights.sslv2_server_hello(DERS[0])))
            await reader.read()
            return
        await reader.readexactly(3)
        if refusal == "RST":
            reset(writer)

    async with scripted(script) as port:
        capture = await asked(port)

    assert accepted(capture) == ["SSL 2.0"]
    assert (capture.hello, capture.connections) == ("ssl2", 8)
    assert len(hellos) == 1  # the capture itself: what it told is not asked again


async def test_ssl2_beside_a_newer_one() -> None:
    """SSL 2.0 is asked about by a greeting that speaks of nothing newer."""
    greetings = []

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readexactly(5)
        if head[0] >= SSL2_HELLO:
            greetings.append(head[2:])
            writer.write(flights.sslv2_record(flights.sslv2_server_hello(DERS[0])))
        elif b"\x03\x04" not in (hello := await reader.read(600)) and hello[4:6] == b"\x03\x03":
            writer.write(flights.FLIGHT)
        else:
            writer.write(flights.alert(70))
        await reader.read()

    async with scripted(script) as port:
        assert accepted(await asked(port)) == ["SSL 2.0", "TLS 1.2"]
    assert greetings == [b"\x01\x00\x02"]


async def test_an_answer_in_an_older_version_tells_two() -> None:
    """A server that answers TLS 1.2's question in TLS 1.0 is not asked about that any more."""
    versions = []

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        versions.append((await reader.read(200))[9:11])
        writer.write(TLS10_FLIGHT)
        await reader.read()

    async with scripted(script) as port:
        answers = told(await asked(port))

    assert [version for version, supported in answers.items() if supported] == ["TLS 1.0"]
    assert [version for version, supported in answers.items() if supported is None] == ["TLS 1.3"]  # not readable
    assert versions[0] == b"\x03\x03"
    assert b"\x03\x01" not in versions


async def test_the_manner_that_brought_the_chain() -> None:
    """A server that knows no extensions and no name is not asked with any."""
    hellos: list[bytes] = []

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readexactly(5)
        hello = await reader.readexactly(int.from_bytes(head[3:]))
        hellos.append(hello)
        bare = len(hello) == 4 + 35 + 2 + int.from_bytes(hello[39:41]) + 2
        writer.write(TLS10_FLIGHT if bare and hello[4:6] == b"\x03\x01" else flights.alert(50))
        await reader.read()

    async with scripted(script) as port:
        capture = await asked(port)

    assert capture.hello == "tls10"
    questions = [hello for hello in hellos[2:] if hello[:1] == b"\x01" and b"\x00\x2b\x00\x03\x02\x03\x04" not in hello]
    assert [hello[4:6] for hello in questions] == [b"\x03\x03", b"\x03\x02", b"\x03\x00"]
    assert not any(certs.HOST.encode() in hello for hello in questions)


class CountingPace(Pace):
    """Turns, counted; one at a time at each host."""

    def __init__(self) -> None:
        super().__init__(Limits(host_concurrency=1))
        self.taken = 0

    def end(self, address: str) -> None:
        """Count a turn that is over."""
        self.taken += 1
        super().end(address)


async def test_every_question_waits_for_its_turn() -> None:
    """Two targets of one host take turns with each of their connections, further hellos like the first."""
    pace = CountingPace()
    prober = Prober(pace=pace)
    context = tls_context(CHAIN, TlsSettings())
    with serving([Server("127.0.0.1", partial(Tls, context=context))]) as (port,):
        one = Target("one", "127.0.0.1", port, server_name=certs.HOST, protocols=True, views=tuple(ViewName))
        captures = await asyncio.gather(*(prober.probe(replace(one, name=name)) for name in ("one", "other")))

    assert [capture.connections for capture in captures] == [1 + 4 + 5] * 2
    assert pace.taken == 20
    assert max(capture.waited for capture in captures) > 0
    assert [accepted(capture) for capture in captures] == [["TLS 1.2", "TLS 1.3"]] * 2


async def test_silence_tells_nothing_and_harms_nothing() -> None:
    """A server that swallows every question keeps its chain; all else is not known."""
    connections = 0

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal connections
        connections += 1
        if connections == 1:
            writer.write(flights.FLIGHT)
        await reader.read()

    async with scripted(script) as port:
        capture = await asked(port, Prober(timeout=1.0))

    assert told(capture) == dict.fromkeys(VERSIONS) | {capture.version: True}
    assert (capture.connections, connections) == (6, 6)


async def test_a_port_that_closes_after_the_capture() -> None:
    """Where nobody listens any more when the questions come, nothing is known of them and the chain stands."""

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        server.close()
        writer.write(flights.FLIGHT)
        await reader.read()
        writer.close()

    server = await asyncio.start_server(script, "127.0.0.1", 0)
    capture = await asked(server.sockets[0].getsockname()[1])

    assert told(capture) == dict.fromkeys(VERSIONS) | {capture.version: True}


def error(reason: Reason, *, alert: int | None = None, silent: bool = False) -> ProbeError:
    """Return an error as the transport raises it."""
    met = ProbeError(reason, "", alert=alert)
    met.silent = silent
    return met


MET: Mapping[str, tuple[ProbeError, bool]] = {
    "alert": (error(Reason.ALERT, alert=70), True),
    "SSL 2.0's error": (error(Reason.ALERT), True),
    "alert about the name": (error(Reason.ALERT, alert=112), False),
    "FIN": (error(Reason.CLOSED, silent=True), True),
    "FIN inside an answer": (error(Reason.CLOSED), False),
    "RST": (error(Reason.RESET, silent=True), True),
    "RST inside an answer": (error(Reason.RESET), False),
    "plain text": (error(Reason.PLAINTEXT), True),
    "silence": (error(Reason.TIMEOUT, silent=True), False),
    "refused": (error(Reason.REFUSED), False),
    "unreachable": (error(Reason.UNREACHABLE), False),
    "no certificate": (error(Reason.NO_CERTIFICATE), False),
    "unreadable": (error(Reason.PROTOCOL), False),
}


@pytest.mark.parametrize("case", MET)
def test_what_is_a_refusal(case: str) -> None:
    """Only the endpoint's own no is one."""
    met, refusal = MET[case]
    assert refuses(met) is refusal
