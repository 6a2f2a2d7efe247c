"""The keys of an inventory file and their bounds; the sample shows all of them."""

import re
from pathlib import Path

import pytest
from pydantic import BaseModel

from aescan.inventory.entries import GroupEntry, HostEntry, InventoryFile, PortEntry
from aescan.inventory.services import load_services
from aescan.settings.document import parse
from aescan.settings.thresholds import ThresholdsEntry
from aescan.settings.validation import check

SAMPLE = Path(__file__).parents[2] / "config" / "inventory.yml"
SERVICES = load_services()
KNOWN = "known are oam, dmcc, tsapi, cvlan, tr87, weblm, ldap, dlg"
LABEL = "is not a label name (letters, digits and underscores, no digit first)"
NO_SNI = "is an address, which TLS does not allow as SNI"


@pytest.mark.parametrize(
    ("line", "path", "column", "said", "hint"),
    [
        ("host: ", "host", 6, "the value is missing; write a host name or an address, or take the key out", ""),
        ("host: 12", "host", 7, '12 means the number 12 in YAML; write "12" in quotes', ""),
        (
            "host: 1:2:3:4:5:6:7:8",
            "host",
            7,
            '1:2:3:4:5:6:7:8 means the number 2895057742028 in YAML; write "1:2:3:4:5:6:7:8" in quotes',
            "",
        ),
        (
            "host: [2001:db8::1]",
            "host",
            7,
            "brackets without quotes around them make a list",
            'write "[2001:db8::1]" in quotes, or leave the brackets out',
        ),
        ("host: [a, b]", "host", 7, "a list is not a host name or an address", ""),
        ("host: a:4722", "host", 7, "a:4722 holds a port", "write 4722 under ports"),
        ("host: a b", "host", 7, "a b is neither a host name nor an address", ""),
        (
            "{host: 10.0.0.0/30, name: x}",
            "",
            1,
            "10.0.0.0/30 is a range, whose hosts cannot share one name",
            "take name out",
        ),
        (
            "{host: 10.0.0.0/30, address: 10.1.2.3}",
            "",
            1,
            "10.0.0.0/30 is a range, whose hosts cannot share one address",
            "take address out",
        ),
        (
            "{host: 10.0.0.0/30, ports: [{port: 1, name: x}]}",
            "",
            1,
            "10.0.0.0/30 is a range, whose ports cannot have names",
            "take the names out",
        ),
        ("{host: a, address: b}", "address", 20, "b is not an address such as 10.1.2.3 or 2001:db8::1", ""),
        ("{host: a, address: 12}", "address", 20, '12 means the number 12 in YAML; write "12" in quotes', ""),
        ("{host: a, services: [dmc]}", "services[0]", 22, "dmc is not the name of a service", "did you mean dmcc?"),
        ("{host: a, services: [xyz]}", "services[0]", 22, "xyz is not the name of a service", KNOWN),
        ("{host: a, services: [NO]}", "services[0]", 22, 'NO means false in YAML; write "NO" in quotes', ""),
        ("{host: a, services: dmcc}", "services", 21, "dmcc is not a list", "write [dmcc]"),
        (
            "{host: a, services: [dlg]}",
            "services[0]",
            22,
            "dlg has no port with TLS, so there is nothing to scan",
            "take it out, or list ports",
        ),
        (
            "{host: a, ports: [{port: 1, service: dmc}]}",
            "ports[0].service",
            38,
            "dmc is not the name of a service",
            "did you mean dmcc?",
        ),
        ("{host: a, ports: [4722, 70000]}", "ports[1]", 25, "70000 is not a port (1–65535)", ""),
        ("{host: a, ports: [010]}", "ports[0]", 19, "010 means the number 8 in YAML; write 8", ""),
        ("{host: a, ports: [0x10]}", "ports[0]", 19, "0x10 means the number 16 in YAML; write 16", ""),
        ("{host: a, ports: [22:30]}", "ports[0]", 19, "22:30 is not a port (1–65535)", ""),
        ('{host: a, ports: ["4722"]}', "ports[0]", 19, '"4722" is text; write 4722 without quotes', ""),
        ("{host: a, ports: [dmcc]}", "ports[0]", 19, "dmcc is not a port (1–65535)", ""),
        ("{host: a, ports: [{}]}", "ports[0]", 19, "the key port is missing", ""),
        (
            "{host: a, ports: [{port: 1-2, name: x}]}",
            "ports[0]",
            19,
            "several ports cannot share one name",
            "give each its own entry",
        ),
        ("{host: a, ports: [1-65535, 1]}", "", 1, "the ports come to 65,536; a host has 65,535", ""),
        ("{host: a, sni: 10.1.2.3}", "sni", 16, f"10.1.2.3 {NO_SNI}", "write a host name, or false"),
        ("{host: a, sni: 10.0.0.0/8}", "sni", 16, f"10.0.0.0/8 {NO_SNI}", "write a host name, or false"),
        ("{host: a, sni: true}", "sni", 16, "true is not a host name, or false to send none", ""),
        ("{host: a, sni: 12}", "sni", 16, '12 means the number 12 in YAML; write "12" in quotes', ""),
        ("{host: a, release: 8.1}", "release", 20, '8.1 means the number 8.1 in YAML; write "8.1" in quotes', ""),
        ("{host: a, addresses: every}", "addresses", 22, "every is not one of first, all", ""),
        ("{host: a, protocols: 1}", "protocols", 22, "1 is not true or false", ""),
        ("{host: a, protocols: maybe}", "protocols", 22, "maybe is not true or false", ""),
        (
            "{host: a, views: [rsa, dsa]}",
            "views[1]",
            24,
            "dsa is not one of rsa, ecdsa, no_sni, sni",
            "did you mean ecdsa?",
        ),
        (
            "{host: a, thresholds: {warning: 45}}",
            "thresholds.warning",
            33,
            "45 has no unit",
            "write one of 45s, 45m, 45h, 45d: seconds, minutes, hours or days",
        ),
        ("{host: a, labels: {country: NO}}", "labels.country", 29, 'NO means false in YAML; write "NO" in quotes', ""),
        (
            "{host: a, labels: {shift: 22:30}}",
            "labels.shift",
            27,
            '22:30 means the number 1350 in YAML; write "22:30" in quotes',
            "",
        ),
        ("{host: a, labels: {site-a: x}}", "labels.site-a", 20, f"site-a {LABEL}", ""),
        ("{host: a, labels: {1a: x}}", "labels.1a", 20, f"1a {LABEL}", ""),
        (
            "{host: a, labels: {__a: x}}",
            "labels.__a",
            20,
            "__a begins with two underscores, which Prometheus keeps for itself",
            "",
        ),
        (
            "{host: a, labels: {port: x}}",
            "labels.port",
            20,
            "port is a label that aescan sets itself",
            "take another name, such as my_port",
        ),
        ('{host: a, labels: {site: ""}}', "labels.site", 26, "the text is empty", ""),
        ("{host: a, labels: x}", "labels", 19, "x is not a mapping of keys to values", ""),
        ("{host: a, port: 1}", "port", 11, "there is no such key", "did you mean ports?"),
    ],
)
def test_each_mistake_is_told(line: str, path: str, column: int, said: str, hint: str) -> None:
    """The whole text is the place, the sentence, the line with its caret, and the hint."""
    document = parse("f", f"hosts:\n  - {line}\n".encode(), "")

    assert check(HostEntry, document, ("hosts", 0), context=SERVICES) is None

    where = "hosts[0]" + (f".{path}" if path else "")
    caret = " " * (column + 7) + "^"
    tail = f"\n    {hint}" if hint else ""
    expected = f"f:2:{column + 4}: {where}: {said}\n      - {line}\n{caret}{tail}"
    assert document.texts() == [expected]


def test_there_is_a_limit_to_labels() -> None:
    """Thirty are the most."""
    document = parse("f", f"host: a\nlabels: {{{', '.join(f'l{number}: x' for number in range(31))}}}\n".encode(), "")

    assert check(HostEntry, document, context=SERVICES) is None
    assert document.problems[0].text == "these are 31 labels; 30 are the most"


@pytest.mark.parametrize("written", ["12", "NO", "[a]", ""])
def test_a_plain_entry_is_text(written: str) -> None:
    """A host that stands by itself is checked like one with a key."""
    document = parse("f", f"hosts:\n  - {written}\n".encode(), "")

    assert check(HostEntry, document, ("hosts", 0), context=SERVICES) is None
    assert len(document.problems) == 1


@pytest.mark.parametrize("model", [InventoryFile, GroupEntry, HostEntry, PortEntry, ThresholdsEntry])
def test_the_sample_shows_every_key(model: type[BaseModel]) -> None:
    """A key without a default stands in a comment, or with a host."""
    shown = set(re.findall(r"(?:^|[-#{, ]) *([a-z_]+):", SAMPLE.read_text(encoding="utf-8"), re.MULTILINE))

    assert set(model.model_fields) <= shown
