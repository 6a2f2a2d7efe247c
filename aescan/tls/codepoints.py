"""
The numbers of TLS under their registered names (IANA registry "Transport Layer Security (TLS) Parameters").

Numbers come in, names go out; a number without a name is shown as hexadecimal, never an error.
"""

from enum import IntEnum
from typing import Final

from aescan.tls.suites import CIPHER_SUITES


class ContentType(IntEnum):
    """RFC 8446 section 5.1 and RFC 6520: what a record may hold."""

    CHANGE_CIPHER_SPEC = 20
    ALERT = 21
    HANDSHAKE = 22
    APPLICATION_DATA = 23
    HEARTBEAT = 24


class HandshakeType(IntEnum):
    """RFC 5246 section 7.4 and RFC 8446 section 4: our hello, and what a server may send before its flight ends."""

    HELLO_REQUEST = 0
    CLIENT_HELLO = 1
    SERVER_HELLO = 2
    ENCRYPTED_EXTENSIONS = 8
    CERTIFICATE = 11
    SERVER_KEY_EXCHANGE = 12
    CERTIFICATE_REQUEST = 13
    SERVER_HELLO_DONE = 14
    CERTIFICATE_VERIFY = 15
    FINISHED = 20
    CERTIFICATE_STATUS = 22
    COMPRESSED_CERTIFICATE = 25
    MESSAGE_HASH = 254


class AlertLevel(IntEnum):
    """RFC 5246 section 7.2."""

    WARNING = 1
    FATAL = 2


class AlertDescription(IntEnum):
    """RFC 8446 section 6 and RFC 5246 section 7.2, with the reserved ones that old servers still send."""

    CLOSE_NOTIFY = 0
    UNEXPECTED_MESSAGE = 10
    BAD_RECORD_MAC = 20
    DECRYPTION_FAILED = 21
    RECORD_OVERFLOW = 22
    DECOMPRESSION_FAILURE = 30
    HANDSHAKE_FAILURE = 40
    NO_CERTIFICATE = 41
    BAD_CERTIFICATE = 42
    UNSUPPORTED_CERTIFICATE = 43
    CERTIFICATE_REVOKED = 44
    CERTIFICATE_EXPIRED = 45
    CERTIFICATE_UNKNOWN = 46
    ILLEGAL_PARAMETER = 47
    UNKNOWN_CA = 48
    ACCESS_DENIED = 49
    DECODE_ERROR = 50
    DECRYPT_ERROR = 51
    EXPORT_RESTRICTION = 60
    PROTOCOL_VERSION = 70
    INSUFFICIENT_SECURITY = 71
    INTERNAL_ERROR = 80
    INAPPROPRIATE_FALLBACK = 86
    USER_CANCELED = 90
    NO_RENEGOTIATION = 100
    MISSING_EXTENSION = 109
    UNSUPPORTED_EXTENSION = 110
    CERTIFICATE_UNOBTAINABLE = 111
    UNRECOGNIZED_NAME = 112
    BAD_CERTIFICATE_STATUS_RESPONSE = 113
    BAD_CERTIFICATE_HASH_VALUE = 114
    UNKNOWN_PSK_IDENTITY = 115
    CERTIFICATE_REQUIRED = 116
    NO_APPLICATION_PROTOCOL = 120


VERSIONS: Final = {
    0x0002: "SSL 2.0",
    0x0300: "SSL 3.0",
    0x0301: "TLS 1.0",
    0x0302: "TLS 1.1",
    0x0303: "TLS 1.2",
    0x0304: "TLS 1.3",
}

GROUPS: Final = {
    0x0017: "secp256r1",
    0x0018: "secp384r1",
    0x0019: "secp521r1",
    0x001A: "brainpoolP256r1",
    0x001B: "brainpoolP384r1",
    0x001C: "brainpoolP512r1",
    0x001D: "x25519",
    0x001E: "x448",
    0x0100: "ffdhe2048",
    0x0101: "ffdhe3072",
    0x0102: "ffdhe4096",
    0x0103: "ffdhe6144",
    0x0104: "ffdhe8192",
    0x11EB: "SecP256r1MLKEM768",
    0x11EC: "X25519MLKEM768",
    0x11ED: "SecP384r1MLKEM1024",
}
"""Groups of key exchange: the IANA registry "TLS Supported Groups", as far as servers ask for them in TLS 1.3."""

_ALERTS: Final = {alert.value: alert.name.lower() for alert in AlertDescription}


def version_name(version: int) -> str:
    """Return ``TLS 1.2`` for 0x0303, ``0x0305`` for a number without a name."""
    return VERSIONS.get(version) or f"0x{version:04X}"


def cipher_suite_name(cipher_suite: int) -> str:
    """Return the IANA name of a cipher suite, or its number as ``0x1301``."""
    return CIPHER_SUITES.get(cipher_suite) or f"0x{cipher_suite:04X}"


def group_name(group: int) -> str:
    """Return the IANA name of a group of key exchange, or its number as ``0x001D``."""
    return GROUPS.get(group) or f"0x{group:04X}"


def alert_name(description: int) -> str:
    """Return the RFC's name of an alert with its number: ``handshake_failure (40)``."""
    return f"{_ALERTS.get(description, 'unknown alert')} ({description})"
