"""An event is one line of JSON."""

import json
from dataclasses import replace

from aescan.events.lines import line
from tests.events.samples import ONE, lost, raised


def test_a_line() -> None:
    """Literally."""
    assert json.loads(line(raised())) == {
        "time": "2026-11-23T12:00:00.250Z",
        "event": "finding_raised",
        "target": "aes1.example.com:4722",
        "host": "aes1.example.com",
        "port": 4722,
        "aes_service": "dmcc",
        "severity": "warning",
        "message": "warning finding on aes1.example.com:4722: the leaf ends in 29 days",
        "facts": {"code": "expires_soon", "severity": "warning"},
        "labels": {"site": "Stockholm", "owner": "telephony"},
    }


def test_one_line_each() -> None:
    """Whatever an inventory calls its targets."""
    content = line(lost(replace(ONE, name="a\nb\u2028c")))

    assert content.endswith(b"}\n")
    assert len(content.decode().splitlines()) == 1
    assert json.loads(content)["target"] == "a\\x0ab\\u2028c"
    assert json.loads(content)["severity"] is None
