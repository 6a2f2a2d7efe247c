"""Whom the operator names to be told."""

from pathlib import Path

import pytest

from aescan.errors import ConfigError
from aescan.settings.events import DEFAULT, FACILITIES, EventSettings, SyslogReceiver, Transport
from aescan.settings.load import load_settings

WANTED = 'is not a name or an address with a port, such as "syslog.example.com:514"'


def load(folder: Path, events: str) -> EventSettings:
    """Return the section of a file with this under ``events``."""
    path = folder / "aescan.yml"
    path.write_text(f"events: {events}\n", encoding="utf-8")
    return load_settings(path).events


def test_nobody_is_told_by_default(tmp_path: Path) -> None:
    """No receiver is known that the operator did not name."""
    assert load_settings(None).events == load(tmp_path, "{rate: 50}") == DEFAULT
    assert (DEFAULT.syslog, DEFAULT.file) == ((), None)


def test_every_key(tmp_path: Path) -> None:
    """Paths are those beside the file, brackets are gone."""
    events = load(
        tmp_path,
        "{syslog: [{address: 'syslog:514'}, {address: '[2001:DB8::1]:6514', transport: tls, ca_file: ca.pem,"
        " cert_file: own.pem, key_file: /etc/own.key}], file: events.jsonl, rate: 5, facility: local3,"
        " enterprise_number: 0}",
    )

    assert events == EventSettings(
        syslog=(
            SyslogReceiver("syslog", 514),
            SyslogReceiver(
                "2001:db8::1", 6514, Transport.TLS, tmp_path / "ca.pem", tmp_path / "own.pem", Path("/etc/own.key")
            ),
        ),
        file=tmp_path / "events.jsonl",
        rate=5,
        facility="local3",
        enterprise_number=0,
    )


@pytest.mark.parametrize(
    ("events", "said"),
    [
        *(
            (f"{{syslog: [{{address: '{odd}'}}]}}", f'1:29: events.syslog[0].address: "{odd}" {WANTED}')
            for odd in ("syslog", "syslog:0", "syslog:65536", "[::g]:514", "a b:514")
        ),
        (
            "{syslog: [{address: 514}]}",
            '1:29: events.syslog[0].address: 514 means the number 514 in YAML; write "514" in quotes',
        ),
        (
            "{syslog: [{address: 'a:1', transport: smoke}]}",
            "1:47: events.syslog[0].transport: smoke is not one of udp, tcp, tls",
        ),
        (
            "{syslog: [{address: 'a:1'}, {address: 'b:1'}, {address: 'a:1', transport: tcp}, {address: 'a:1'}]}",
            "1:9: events: the collector at a, port 1, is named twice for udp",
        ),
        (
            "{syslog: [{address: 'a:1', ca_file: ca.pem}]}",
            "1:19: events.syslog[0]: certificates are of use with TLS alone",
        ),
        (
            "{syslog: [{address: 'a:1', transport: tls, key_file: a.key}]}",
            "1:19: events.syslog[0]: cert_file and key_file need each other",
        ),
        ("{rate: 0}", "1:16: events.rate: 0 is not a whole number from 1 to 10000"),
        ("{facility: local8}", f"1:20: events.facility: local8 is not one of {', '.join(FACILITIES)}"),
    ],
)
def test_mistakes(tmp_path: Path, events: str, said: str) -> None:
    """Each is told at its place."""
    with pytest.raises(ConfigError) as caught:
        load(tmp_path, events)

    assert [problem.splitlines()[0].split("aescan.yml:")[1] for problem in caught.value.problems] == [said]


def test_facilities() -> None:
    """The numbers are those of RFC 5424."""
    assert (FACILITIES["kern"], FACILITIES["daemon"], FACILITIES["local0"], FACILITIES["local7"]) == (0, 3, 16, 23)
