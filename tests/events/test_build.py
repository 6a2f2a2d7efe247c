"""Each receiver of the settings gets an outbox."""

from pathlib import Path

import pytest

from aescan.errors import ConfigError
from aescan.events.build import outboxes
from aescan.exporter.threads import in_thread
from aescan.settings.events import EventSettings, SyslogReceiver, Transport
from tests.events.credentials import write_credentials


def test_every_receiver(tmp_path: Path) -> None:
    """In the order of the settings, the file last."""
    write_credentials(tmp_path)
    ca, own, key = (tmp_path / name for name in ("ca.pem", "client.pem", "client.key"))
    settings = EventSettings(
        (
            SyslogReceiver("a", 514),
            SyslogReceiver("b", 601, Transport.TCP),
            SyslogReceiver("c", 6514, Transport.TLS),
            SyslogReceiver("d", 6514, Transport.TLS, ca, own, key),
        ),
        tmp_path / "events.jsonl",
    )

    assert [outbox.name for outbox in outboxes(settings, in_thread)] == [
        "udp://a:514",
        "tcp://b:601",
        "tls://c:6514",
        "tls://d:6514",
        f"file:{tmp_path}/events.jsonl",
    ]


def test_nobody() -> None:
    """By default nobody is told."""
    assert outboxes(EventSettings(), in_thread) == ()


def test_certificates_that_cannot_be_used(tmp_path: Path) -> None:
    """All of them are told of at once."""
    write_credentials(tmp_path)
    (tmp_path / "empty.pem").write_bytes(b"")
    missing, empty, ca = (tmp_path / name for name in ("missing.pem", "empty.pem", "ca.pem"))
    settings = EventSettings(
        (
            SyslogReceiver("a", 1, Transport.TLS, ca_file=missing),
            SyslogReceiver("b", 2, Transport.TLS, ca_file=empty),
            SyslogReceiver("c", 3, Transport.TLS, ca, tmp_path / "client.pem", tmp_path / "server.key"),
        )
    )
    with pytest.raises(ConfigError) as caught:
        outboxes(settings, in_thread)

    assert [problem.partition(": the certificates in ")[0] for problem in caught.value.problems] == [
        "events to a:1",
        "events to b:2",
        "events to c:3",
    ]
    assert caught.value.problems[0] == f"events to a:1: the certificates in {missing}: No such file or directory"
