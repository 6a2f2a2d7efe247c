"""
The chain of a server that speaks only TLS 1.3, whose Certificate message is encrypted: through the platform's TLS.

Sans-I/O like the first flight: bytes in, bytes out, an Answer at the end. Nothing is verified. The handshake is
finished because the platform gives no chain earlier; a server that demands a client certificate gives its own all the
same, since in TLS 1.3 it complains only after (RFC 8446 section 4.4.2).
"""

import contextlib
import ssl
from functools import cache

from aescan.errors import ProbeError, Reason
from aescan.tls.capture import ClientCertificate
from aescan.tls.codepoints import VERSIONS
from aescan.tls.flight import MOST_BYTES, Answer
from aescan.tls.messages import MOST_CERTIFICATES


@cache
def _context() -> ssl.SSLContext:
    """Return a context that takes any server there is; made once, because making one costs more than a handshake."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.set_ciphers("ALL:@SECLEVEL=0")  # whatever policy this machine has: a weak key is a finding, not a refusal
    return context


class Handshake:
    """Does one TLS 1.3 handshake and reads the chain from it."""

    def __init__(self, server_name: str | None) -> None:
        self.complete = False  # session tickets may follow at any time
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._received = 0
        self._tls = _context().wrap_bio(self._incoming, self._outgoing, server_hostname=server_name)
        self._step()

    def data_to_send(self) -> bytes:
        """Return what the platform's TLS wants sent."""
        return self._outgoing.read()

    def feed(self, data: bytes) -> Answer | None:
        """Take the next bytes; return the answer when the handshake has brought the chain, None before."""
        self._received += len(data)
        self._incoming.write(data)
        failure = self._step()
        if failure is None and self._received <= MOST_BYTES and self._tls.version() is None:
            return None
        certificates = self._chain()
        if not certificates:
            raise failure or ProbeError(Reason.PROTOCOL, f"TLS 1.3 handshake: no certificate in {self._received} bytes")
        return self._answer(certificates)

    def end(self) -> ProbeError:
        """Return the error of a stream that ended before the chain was there."""
        return ProbeError(Reason.CLOSED, "the server closed the connection during the TLS 1.3 handshake")

    def _step(self) -> ProbeError | None:
        try:
            self._tls.do_handshake()
        except ssl.SSLWantReadError:
            return None
        except ssl.SSLError as error:
            reason = error.reason or "unknown error"
            kind = Reason.ALERT if "ALERT" in reason else Reason.PROTOCOL
            return ProbeError(kind, f"TLS 1.3 handshake: {reason.lower().replace('_', ' ')}")
        return None

    def _chain(self) -> tuple[bytes, ...]:
        """Return the chain as presented: public from Python 3.13, before that only inside the object."""
        source = self._tls if hasattr(self._tls, "get_unverified_chain") else getattr(self._tls, "_sslobj", None)
        chain = source.get_unverified_chain() if source is not None else None
        return tuple(
            one if isinstance(one, bytes) else ssl.PEM_cert_to_DER_cert(one.public_bytes())
            for one in (chain or ())[:MOST_CERTIFICATES]
        )

    def _answer(self, certificates: tuple[bytes, ...]) -> Answer:
        cipher = self._tls.cipher()
        with contextlib.suppress(ssl.SSLError):  # it would wait for the server's; or the handshake failed
            self._tls.unwrap()  # writes close_notify
        return Answer(
            certificates=certificates,
            version=VERSIONS[0x0304],
            cipher_suite=cipher[0] if cipher else "unknown",
            client_certificate=ClientCertificate.UNKNOWN,
            remarks=(),
        )
