"""
An event as a syslog message (RFC 5424).

An event comes in, one message of at most 1,400 bytes goes out, always well formed: what is too long is cut and marked
as cut. Structured data has the labels of the metrics. Nothing is sent here.
"""

import re
from dataclasses import dataclass
from datetime import UTC
from typing import Final

from aescan.events.model import Event, Kind
from aescan.findings.model import Severity
from aescan.text import printable

MOST_BYTES: Final = 1400
"""Of a message: fits into one packet on any path in use. RFC 5424 section 6.1 asks receivers for 2,048."""

MOST_OF_DATA: Final = 900
"""Bytes of the structured data, so that always something of the text is left."""

MOST_OF_VALUE: Final = 255
"""Bytes of one value, before its escapes."""

MOST_OF_HOSTNAME: Final = 255
"""RFC 5424 section 6."""

WARNING: Final = 4
NOTICE: Final = 5

LEVELS: Final = {Severity.CRITICAL: 2, Severity.WARNING: WARNING, Severity.NOTICE: NOTICE}
"""RFC 5424 section 6.2.1: critical, warning, notice."""

BYTE_ORDER_MARK: Final = "\ufeff"
"""Before a text that is not all ASCII (RFC 5424 section 6.4)."""

NAME: Final = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]{0,31}", re.ASCII)
"""A label that may be the name of a parameter (RFC 5424 section 6.3.3)."""

CUT: Final = ' truncated="true"'


@dataclass(frozen=True, slots=True)
class Sender:
    """
    Who says it.

    ``hostname``, ``process``
        Of this program.
    ``facility``
        Number of the facility.
    ``enterprise``
        The private enterprise number in the name of the structured data (RFC 5424 section 7.2.2).
    """

    hostname: str
    process: str
    facility: int
    enterprise: int


def message(event: Event, sender: Sender) -> bytes:
    """Return the message that tells of ``event``."""
    head = (
        f"<{sender.facility * 8 + _level(event)}>1"
        f" {event.moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec='milliseconds')}Z"
        f" {_word(sender.hostname)} aescan {_word(sender.process)} {event.kind} "
    )
    data, whole = _data(event, f"aescan@{sender.enterprise}")
    text = printable(event.text, MOST_BYTES)
    if not text.isascii():
        text = BYTE_ORDER_MARK + text
    room = MOST_BYTES - len(head) - len(data.encode()) - len(" ")
    if not whole or len(text.encode()) > room:
        data = f"{data[:-1]}{CUT}]"
        text = cut(text, room - len(CUT))
    return f"{head}{data} {text}".encode()


def framed(content: bytes) -> bytes:
    """Return a message as it stands in a stream: its length before it (RFC 5425 section 4.3)."""
    return b"%d %s" % (len(content), content)


def cut(text: str, most: int) -> str:
    """Return ``text`` in at most so many bytes of UTF-8, with an ellipsis where something had to go."""
    encoded = text.encode()
    if len(encoded) <= most:
        return text
    return encoded[: most - len("…".encode())].decode(errors="ignore") + "…"


def parameters(event: Event) -> dict[str, str]:
    """Return what there is to tell of an event by names: facts first, the operator's own labels last."""
    target = event.target
    own = {
        "target": target.name,
        **event.facts,
        "host": target.host,
        "port": str(target.port),
        "aes_service": target.service,
    }
    return own | {name: value for name, value in target.labels.items() if name not in own}


def _data(event: Event, name: str) -> tuple[str, bool]:
    """Return the structured data, and whether all of it is there."""
    data, whole = f"[{name}", True
    room = MOST_OF_DATA - len(f"[{name}]{CUT}")
    for key, value in parameters(event).items():
        if not value:
            continue
        text = printable(value, MOST_OF_VALUE + 1)
        kept = cut(text, MOST_OF_VALUE)
        parameter = f' {key}="{_escaped(kept)}"'
        fits = NAME.fullmatch(key) is not None and len(parameter.encode()) <= room
        if fits:
            data += parameter
            room -= len(parameter.encode())
        whole = whole and fits and kept == text
    return f"{data}]", whole


def _escaped(value: str) -> str:
    """RFC 5424 section 6.3.3."""
    return re.sub(r'["\\\]]', r"\\\g<0>", value)


def _word(text: str) -> str:
    """Return a field of the header: printable ASCII without spaces, or the sign that there is none."""
    return re.sub(r"[^!-~]", "", text)[:MOST_OF_HOSTNAME] or "-"


def _level(event: Event) -> int:
    if event.severity is not None:
        return LEVELS[event.severity]
    return WARNING if event.kind is Kind.TARGET_LOST else NOTICE
