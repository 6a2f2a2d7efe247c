"""What the Alertmanager posts is told in words, and nothing else does any harm."""

import http.client
import json
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from queue import Queue

import pytest

from stack import receiver
from stack.receiver import LARGEST, Notification, notification, receiving

EXPIRED = {
    "status": "firing",
    "labels": {"alertname": "AescanCertificateExpired", "severity": "critical"},
    "annotations": {"summary": "aes2 port 4722: expired", "runbook_url": "docs/runbooks/AescanCertificateExpired.md"},
}
SENT = {"version": "4", "groupLabels": {"host": "aes2", "site": ""}, "alerts": [EXPIRED]}


def post(port: int, body: bytes, path: str = "/pager", headers: Mapping[str, str] | None = None) -> int:
    """Return the status of the answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("POST", path, body, headers or {})
    status = connection.getresponse().status
    connection.close()
    return status


def test_a_notification_is_told() -> None:
    """It arrives whole, under the name of its receiver."""
    told: Queue[Notification] = Queue()
    with receiving("127.0.0.1", 0, told.put) as port:
        assert post(port, json.dumps(SENT).encode()) == 200

    taken = told.get(timeout=30)
    assert (taken.receiver, taken.group, [alert.name for alert in taken.alerts]) == (
        "pager", {"host": "aes2", "site": ""}, ["AescanCertificateExpired"],
    )  # fmt: skip


def test_the_text() -> None:
    """Alerts of one kind are told together, with their runbook once; what a label lacks is left out."""
    other = EXPIRED | {"annotations": EXPIRED["annotations"] | {"summary": "aes2 port 1066: expired"}}  # type: ignore[operator]
    gone = {"status": "resolved", "labels": {"alertname": "AescanWeakKey"}, "annotations": {}}
    body = json.dumps(SENT | {"alerts": [gone, EXPIRED, other]}).encode()

    assert notification("/pager", body).text == (
        "pager: host aes2\n"
        "  FIRING critical AescanCertificateExpired, see docs/runbooks/AescanCertificateExpired.md\n"
        "    aes2 port 1066: expired\n"
        "    aes2 port 4722: expired\n"
        "  RESOLVED AescanWeakKey, see no runbook\n"
        "    no summary"
    )


def test_no_control_character_reaches_the_terminal() -> None:
    """Whatever a label holds."""
    body = json.dumps(SENT | {"groupLabels": {"host": "a\x1b[2J\n"}}).encode()

    assert notification("/pager", body).text.startswith("pager: host a\N{REPLACEMENT CHARACTER}[2J")
    assert "\x1b" not in notification("/pager", body).text


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"{}", b'{"alerts":[3],"groupLabels":{}}', b"[" * 100_000, b"\xff"])
def test_what_is_no_notification_is_refused(body: bytes) -> None:
    """With 400, and the next one is taken."""
    told: Queue[Notification] = Queue()
    with receiving("127.0.0.1", 0, told.put) as port:
        assert post(port, body) == 400
        assert post(port, json.dumps(SENT).encode()) == 200
    assert told.qsize() == 1


@pytest.mark.parametrize(("length", "status"), [("much", 411), ("-1", 411), (str(LARGEST + 1), 413)])
def test_what_is_too_long_is_not_read(length: str, status: int) -> None:
    """Nor what does not say how long it is."""
    with receiving("127.0.0.1", 0, lambda _: None) as port:
        assert post(port, b"", headers={"Content-Length": length}) == status


def test_needs_nothing_but_python() -> None:
    """It runs by itself, without aescan or any library beside Python's own, and a SIGTERM ends it."""
    code = Path(receiver.__file__).read_text(encoding="utf-8").replace("PORT: Final = 10724", "PORT: Final = 0")
    command = [sys.executable, "-I", "-S", "-c", code]
    with subprocess.Popen(command, stdout=subprocess.PIPE, encoding="utf-8") as process:
        assert process.stdout is not None
        try:
            assert process.stdout.readline().startswith("notifications are awaited at port ")
            process.send_signal(signal.SIGTERM)
            assert process.wait(30) == 0
        finally:
            process.kill()
