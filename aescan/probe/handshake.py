"""
A whole handshake with an orderly end, for sites whose intrusion detection dislikes handshakes that are broken off.

A server name comes in; bytes of the server go in and ours come out as in any ``Conversation``, and so does the answer.
This machine's OpenSSL shakes hands, in memory, with every version and suite that it still has, and verifies nothing.
What the server says in clear is read along as in any flight, so that a handshake which fails behind the certificate (a
client certificate demanded, a key too small for OpenSSL) still brings the chain, with a remark.
"""

import ssl
import warnings
from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import cache
from typing import Final, cast

from aescan.errors import ProbeError, ProtocolError, Reason
from aescan.probe.transport import Conversation
from aescan.tls.capture import ClientCertificate
from aescan.tls.codepoints import version_name
from aescan.tls.flight import MOST_BYTES, Answer, Flight
from aescan.tls.tls13 import TLS13

CIPHERS: Final = "ALL:!aNULL:!PSK:!SRP:@SECLEVEL=0"
"""In OpenSSL's notation: all that go with a certificate, with keys and signatures of any age."""

_DER: Final = 2
"""``_ssl.ENCODING_DER``; the module that has the name promises nothing."""


class _Session(ssl.SSLObject):
    """A session that notes whether the server asked for a client certificate."""

    asked = False


@cache
def _context() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.set_ciphers(CIPHERS)
    context.options |= getattr(ssl, "OP_LEGACY_SERVER_CONNECT", 0x4)  # named so from Python 3.12 on
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # old versions are what this is for
        context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    context.sslobject_class = _Session
    context._msg_callback = _note  # type: ignore[attr-defined] # noqa: SLF001 - the only way to see a request in TLS 1.3
    return context


def _note(session: ssl.SSLObject, direction: str, _version: int, kind: int, message: int, _data: bytes) -> None:
    if direction == "read" and (kind, message) == (22, 13) and isinstance(session, _Session):
        session.asked = True


class Handshake:
    """Says OpenSSL's hello and finishes what it began."""

    def __init__(self, server_name: str | None) -> None:
        self.complete = False
        self._seen: Answer | None = None
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        session = _context().wrap_bio(self._incoming, self._outgoing, server_hostname=server_name)
        self._session = cast("_Session", session)
        self._flight: Flight | None = Flight(b"")
        self._received = 0
        self._over = False
        self._advance(self._session.do_handshake)

    def data_to_send(self) -> bytes:
        """Return the bytes to send now."""
        return self._outgoing.read()

    def feed(self, data: bytes) -> Answer | None:
        """Take the next bytes; return the answer when the handshake is over, with our farewell among what to send."""
        self._received += len(data)
        if self._received > MOST_BYTES:
            self.complete = True
            raise ProtocolError(f"shaking hands: no end of it within {MOST_BYTES} bytes")
        self._incoming.write(data)
        if self._over:
            self.complete = self._advance(self._session.unwrap) is not _WAITING
            return None
        met = self._read_along(data)
        error = self._advance(self._session.do_handshake)
        if error is _WAITING:
            return None
        self._over = True
        answer = self._finished() if error is None else self._broken_off(error, met)
        self._advance(self._session.unwrap)
        return answer

    def end(self) -> ProbeError:
        """Return the error of a stream that ended before the handshake did."""
        after = f" after {self._received} bytes" if self._received else ""
        return ProbeError(Reason.CLOSED, f"the server closed the connection{after} before the handshake was over")

    def _advance(self, step: Callable[[], object]) -> ssl.SSLError | None:
        try:
            step()
        except ssl.SSLError as error:
            return _WAITING if isinstance(error, ssl.SSLWantReadError) else error
        return None

    def _read_along(self, data: bytes) -> ProbeError | None:
        """Return what the flight has to say against these bytes, which means little if OpenSSL likes them."""
        if self._flight is None or self._flight.complete:
            return None
        try:
            self._seen = self._flight.feed(data) or self._seen
        except ProbeError as error:
            self._flight = None  # TLS 1.3 goes dark behind the ServerHello
            return error
        return None

    def presented(self) -> Answer | None:
        """Return what the server has presented so far, whatever becomes of the handshake; None before that."""
        if self._seen is not None:
            return self._seen
        if not (certificates := _chain(self._session)):
            return None
        asked = ClientCertificate.REQUESTED if self._session.asked else ClientCertificate.NOT_REQUESTED
        suite = (self._session.cipher() or ("unknown",))[0]
        return Answer(certificates, version_name(TLS13), suite, asked, ())  # any other is read along

    def _finished(self) -> Answer:
        if (answer := self.presented()) is None:
            raise ProbeError(Reason.NO_CERTIFICATE, "the handshake was finished without a certificate")
        return answer

    def _broken_off(self, error: ssl.SSLError, met: ProbeError | None) -> Answer:
        """Return what was presented, or raise what says best why nothing was."""
        why = (error.reason or error.strerror or str(error)).replace("_", " ").lower()
        if (answer := self.presented()) is not None:
            return unfinished(answer, why)
        if met is not None and not isinstance(met, ProtocolError):
            raise met
        raise ProtocolError(f"shaking hands: {ssl.OPENSSL_VERSION} cannot: {why}")


_WAITING: Final = ssl.SSLWantReadError()
"""Stands for all of its kind: more bytes are needed."""


def _chain(session: ssl.SSLObject) -> tuple[bytes, ...]:
    """Return what the server presented, DER, in its order; Python before 3.13 has no public name for it."""
    if hasattr(session, "get_unverified_chain"):
        return tuple(session.get_unverified_chain())
    found = session._sslobj.get_unverified_chain()  # type: ignore[attr-defined] # noqa: SLF001 - see above
    return tuple(certificate.public_bytes(_DER) for certificate in found or ())


def unfinished(seen: Answer, why: str) -> Answer:
    """Return the answer of a handshake that failed behind the certificate."""
    return replace(seen, remarks=(*seen.remarks, f"the handshake could not be finished: {why}"))


async def shake_hands(handshake: Handshake, say: Callable[[Conversation[Answer]], Awaitable[Answer]]) -> Answer:
    """
    Return the answer to a handshake that ``say`` carries over a connection; raises ProbeError.

    A connection that fails behind the certificate takes nothing away.
    """
    try:
        return await say(handshake)
    except ProbeError as error:
        if (presented := handshake.presented()) is None:
            raise
        return unfinished(presented, error.detail)
