"""Every message is one of RFC 5424, whatever it tells of, and fits into one packet."""

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aescan.events.model import Event
from aescan.events.syslog import MOST_BYTES, Sender, cut, framed, message
from aescan.findings.model import Severity
from aescan.inventory.model import Target
from tests.events.samples import ONE, SENDER, changed, lost, raised

VALUE = r'"(?:[^"\\\]]|\\["\\\]])*"'
RFC5424 = re.compile(
    r"<(?P<priority>[0-9]{1,3})>1 (?P<time>[0-9-]{10}T[0-9:]{8}(?:\.[0-9]{1,6})?Z) (?P<host>[!-~]{1,255}) aescan"
    r" (?P<process>[!-~]{1,128}) (?P<kind>[!-~]{1,32})"
    rf" \[(?P<id>[^ =\]\"]{{1,32}})(?P<parameters>(?: [a-zA-Z_][a-zA-Z0-9_]{{0,31}}={VALUE})*)\] (?P<text>.*)"
)
"""The grammar of section 6, as far as it is used."""


def read(content: bytes) -> tuple[dict[str, str], dict[str, str]]:
    """Return the fields of a message and its structured data."""
    found = RFC5424.fullmatch(content.decode())
    assert found is not None, content
    parameters = re.findall(rf" ([a-z_A-Z0-9]+)=({VALUE})", found["parameters"])
    return found.groupdict(), {name: re.sub(r"\\(.)", r"\1", value[1:-1]) for name, value in parameters}


def test_a_message() -> None:
    """Literally."""
    assert message(raised(), SENDER).decode() == (
        "<28>1 2026-11-23T12:00:00.250Z scanner.example.com aescan 4711 finding_raised"
        ' [aescan@32473 target="aes1.example.com:4722" code="expires_soon" severity="warning"'
        ' host="aes1.example.com" port="4722" aes_service="dmcc" site="Stockholm" owner="telephony"]'
        " warning finding on aes1.example.com:4722: the leaf ends in 29 days"
    )


@pytest.mark.parametrize(
    ("event", "level"),
    [
        (replace(raised(), severity=Severity.CRITICAL), 2),
        (raised(), 4),
        (replace(raised(), severity=Severity.NOTICE), 5),
        (lost(), 4),
        (changed(), 5),
    ],
)
def test_level(event: Event, level: int) -> None:
    """A finding has its own, a target lost is a warning, other things are notices."""
    fields, _ = read(message(event, SENDER))

    assert int(fields["priority"]) == 3 * 8 + level


def test_escapes() -> None:
    """The three characters that end a value are escaped, unprintable ones shown."""
    odd = replace(ONE, name='a "quoted" [name] \\ \n', labels={"site": "]\u202e"})
    _, parameters = read(message(raised(odd), SENDER))

    assert parameters["target"] == 'a "quoted" [name] \\ \\x0a'
    assert parameters["site"] == "]\\u202e"


def test_labels_that_are_no_names() -> None:
    """A label whose name no parameter may have is left out, and the message says that it is not whole."""
    _, parameters = read(message(raised(replace(ONE, labels={"a b": "1", "é": "2", "x" * 33: "3", "ok": "4"})), SENDER))

    assert {key for key in parameters if key not in read(message(raised(), SENDER))[1]} == {"ok", "truncated"}


def test_own_names_win() -> None:
    """A label cannot stand for a fact."""
    _, parameters = read(message(raised(replace(ONE, labels={"code": "mine", "port": "1"})), SENDER))

    assert (parameters["code"], parameters["port"]) == ("expires_soon", "4722")


def test_text_that_is_not_ascii() -> None:
    """It is announced by a byte order mark."""
    content = message(raised(sentence="läuft ab"), SENDER)

    assert b"] \xef\xbb\xbfwarning finding" in content
    assert b"] warning finding" in message(raised(), SENDER)


@pytest.mark.parametrize("sentence", ["long " * 1000, "lång " * 1000, "\n" * 3000])
def test_long_text(sentence: str) -> None:
    """What is too long is cut, and said to be."""
    content = message(raised(sentence=sentence), SENDER)
    fields, parameters = read(content)

    assert MOST_BYTES - 4 < len(content) <= MOST_BYTES
    assert fields["text"].endswith("…")
    assert parameters["truncated"] == "true"
    assert parameters["owner"] == "telephony"


def test_many_labels() -> None:
    """Labels that have no room are left out, from the last on, and something of the text is left."""
    many = replace(ONE, labels={f"label_{number}": "x" * 100 for number in range(50)})
    fields, parameters = read(message(raised(many), SENDER))

    assert parameters["code"] == "expires_soon"
    assert [name for name in parameters if name.startswith("label")] == [f"label_{number}" for number in range(6)]
    assert parameters["truncated"] == "true"
    assert fields["text"] == "warning finding on aes1.example.com:4722: the leaf ends in 29 days"


def test_a_host_without_a_name() -> None:
    """What cannot stand in the header is left out."""
    for name, shown in ("", "-"), ("räksmörgås host", "rksmrgshost"), ("x" * 300, "x" * 255):
        fields, _ = read(message(raised(), replace(SENDER, hostname=name)))

        assert fields["host"] == shown


@given(
    name=st.text(min_size=1, max_size=600),
    labels=st.dictionaries(st.text(max_size=40), st.text(max_size=300), max_size=8),
    sentence=st.text(max_size=3000),
    hostname=st.text(max_size=300),
)
def test_any_event(name: str, labels: dict[str, str], sentence: str, hostname: str) -> None:
    """The grammar and the length hold for all names, labels and texts."""
    of = Target(name, "2001:db8::1", 65535, "dmcc", labels=labels)
    for event in raised(of, sentence), replace(changed(of), text=sentence):
        content = message(event, Sender(hostname, "1", 23, 2**32 - 1))
        fields, _ = read(content)

        assert len(content) <= MOST_BYTES
        assert fields["text"].isprintable() or fields["text"].startswith("\ufeff")


def test_framed() -> None:
    """The length counts bytes."""
    assert framed("ä".encode()) == b"2 \xc3\xa4"


def test_cut() -> None:
    """At a character, never inside one."""
    assert [cut("aäb", most) for most in (4, 3)] == ["aäb", "…"]
    assert cut("aäbcdef", 5) == "a…"
