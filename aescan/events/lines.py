"""
An event as a line of JSON.

An event comes in, one object on one line goes out. Nothing is written here.
"""

import json
from datetime import UTC

from aescan.events.model import Event
from aescan.text import printable


def line(event: Event) -> bytes:
    """Return the event as JSON, with its end of line."""
    target = event.target
    document = {
        "time": f"{event.moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec='milliseconds')}Z",
        "event": event.kind,
        "target": printable(target.name),
        "host": target.host,
        "port": target.port,
        "aes_service": target.service,
        "severity": event.severity.label if event.severity is not None else None,
        "message": event.text,
        "facts": dict(event.facts),
        "labels": {printable(name): printable(value) for name, value in target.labels.items()},
    }
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
