"""CSV becomes targets, or all its mistakes at once."""

import csv
import io
from datetime import timedelta
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aescan.errors import ConfigError
from aescan.inventory.csv import cell_places, read_csv
from aescan.inventory.expand import Level, first_level
from aescan.inventory.listing import Listing
from aescan.inventory.model import Addresses
from aescan.inventory.services import load_services
from aescan.settings.document import lines_of
from aescan.settings.policy import Thresholds
from aescan.tls.capture import ViewName

SERVICES = load_services()
FIRST = first_level(Thresholds(), SERVICES)


def listing(*lines: str, level: Level = FIRST, end: str = "\n") -> Listing:
    """Return what a file of these lines lists."""
    return read_csv("a.csv", end.join(lines).encode(), level, SERVICES)


def said(*lines: str) -> list[str]:
    """Return the first lines of what is wrong with a file."""
    return [text.splitlines()[0] for text in listing(*lines).document.texts()]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_each_row_is_a_host(end: str) -> None:
    """The first row names what stands in the columns; an empty cell and an empty row say nothing."""
    found = listing(
        "\ufeffHost,port,labels.site,thresholds.warning",
        "aes1.example.com,4722,paris,45d",
        "",
        ",,,",
        "aes2:443,,,",
        " 2001:db8::1 ,9998 443;1066-1067,,",
        "10.0.0.0/30,1,,",
        end=end,
    )

    assert found.document.problems == []
    assert [(target.name, target.service, target.labels) for target in found.targets] == [
        ("aes1.example.com:4722", "dmcc", {"site": "paris"}),
        ("aes2:443", "oam", {}),
        ("[2001:db8::1]:9998", "cvlan", {}),
        ("[2001:db8::1]:443", "oam", {}),
        ("[2001:db8::1]:1066", "tsapi", {}),
        ("[2001:db8::1]:1067", "tsapi", {}),
        ("10.0.0.1:1", "", {}),
        ("10.0.0.2:1", "", {}),
    ]
    assert found.targets[0].thresholds.warning == timedelta(days=45)
    assert found.targets[1].thresholds.warning == timedelta(days=30)
    assert found.locations == [(2, 1), (5, 1), *[(6, 1)] * 4, *[(7, 1)] * 2]


def test_every_key_has_a_column() -> None:
    """Words, switches and lists are those of YAML."""
    (target, *_) = listing(
        "host;name;address;services;sni;release;addresses;protocols;views;discover;labels.site;sntp",
        'aes1;"the ""first"", here";192.0.2.1;tsapi;FALSE;10.1;first;TRUE;rsa, ecdsa;tsapi;"a;b";false',
    ).targets

    assert (target.name, target.host, target.address) == ('the "first", here:1066', "aes1", "192.0.2.1")
    assert (target.server_name, target.release, target.addresses) == (None, "10.1", Addresses.FIRST)
    assert (target.protocols, target.sntp, target.discover) == (True, False, 450)
    assert target.views == (ViewName.RSA, ViewName.ECDSA)
    assert target.labels == {"site": "a;b"}


def test_hosts_without_ports() -> None:
    """The default services stand for them, as in YAML."""
    assert len(listing("host", "aes1").targets) == len(FIRST.endpoints)


def test_mistakes_of_all_rows() -> None:
    """Each at its cell."""
    assert said(
        "host,ports,labels.site,protocols,thresholds.critical",
        "aes1,4722,x,maybe,",
        '"aes 2",,y,,',
        'aes3:5,"1, 2",z,,',
        "aes4,99999,z,,31d",
        "aes5,1",
        ",1,z,true,",
        '"aes6","1',
        '","bad\tvalue",,',
        f"aes7,{'9' * 5000},,,",
    ) == [
        "a.csv:2:13: protocols: maybe is not true or false",
        "a.csv:3:1: aes 2 is neither a host name nor an address",
        "a.csv:4:1: the host holds the port 5, and there are others beside it",
        "a.csv:5:6: ports: 99999 is not a port (1–65535)",
        "a.csv:6:1: this row has 2 cells, the first row 5",
        "a.csv:7:1: the key host is missing",
        "a.csv:9:3: labels.site: the character U+0009 cannot be shown",
        f"a.csv:10:6: ports: {'9' * 59}… is not a port (1–65535)",
    ]


def test_values_of_thresholds_have_their_place() -> None:
    """They are held against each other like those of YAML."""
    assert said("host,thresholds.critical,thresholds.warning", "aes1,31d,30d", "aes2,x,") == [
        "a.csv:2:6: thresholds: notice 60d, warning 30d, critical 31d are out of order",
        "a.csv:3:6: thresholds.critical: x is not a length of time from 0s to 3650d",
    ]


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("hosts", ["a.csv:1:1: there is no column hosts"]),
        ("host,,host", ["a.csv:1:6: this column has no name", "a.csv:1:7: there are two columns host"]),
        ("host,ports,port", ["a.csv:1:12: there are two columns ports"]),
        ("ports", ["a.csv:1:1: there is no column host"]),
        ("host,labels", ["a.csv:1:6: a column of labels says of which"]),
        ("host,thresholds.warn", ["a.csv:1:6: there is no column thresholds.warn"]),
    ],
)
def test_mistakes_of_the_first_row(header: str, expected: list[str]) -> None:
    """Without its names no other row can be read."""
    assert said(header, "a,b,c,d,e") == expected


def test_hints_of_the_first_row() -> None:
    """What is meant, where that can be guessed."""
    (near, far) = listing("hosts,colour").document.texts()

    assert near == "a.csv:1:1: there is no column hosts\n    hosts,colour\n    ^\n    did you mean host?"
    assert "    a label of yours is labels.NAME; there are " in far


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ((), "a.csv:1:1: no hosts are listed"),
        (("host",), "a.csv:1:1: no hosts are listed"),
        (("host", 'aes1"'), ""),
        (("host", '"aes1" x'), "a.csv:2:1: this is not CSV: ',' expected after '\"'"),
        (("host", '"aes1'), "a.csv:2:1: this is not CSV: unexpected end of data"),
        (("host", "a" * 200_000), "a.csv:2:1: this is not CSV: field larger than field limit (131072)"),
    ],
)
def test_what_is_no_csv(lines: tuple[str, ...], expected: str) -> None:
    """It is told at the row where it was noticed."""
    first = said(*lines)[0]
    assert first == expected or (not expected and first.endswith("is neither a host name nor an address"))


def test_what_is_no_text_is_raised() -> None:
    """There is nothing to point at but the byte."""
    with pytest.raises(ConfigError, match=r"^a\.csv:2:1: the byte 0xe9 is not UTF-8"):
        read_csv("a.csv", b"host\n\xe9", FIRST, SERVICES)


def test_cells_are_found_in_quotes_and_over_lines() -> None:
    """Line and column of each, as an editor counts them."""
    assert cell_places(['a,"b,""c', 'd",e'], 3, ",") == [(3, 1), (3, 3), (4, 4)]
    assert cell_places(['a"b,c"', ""], 1, ",") == [(1, 1), (1, 5)]
    assert cell_places([""], 1, ";") == [(1, 1)]


CELLS = st.text(st.sampled_from("a\";, \n\r\t'"), max_size=6)


@given(st.lists(CELLS, min_size=1, max_size=5), st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]))
def test_cells_are_found_however_they_are_written(cells: list[str], quoting: Literal[0, 1]) -> None:
    """As many as the library reads."""
    written = io.StringIO(newline="")
    csv.writer(written, quoting=quoting).writerow(cells)
    lines = lines_of(written.getvalue().removesuffix("\r\n"))

    assert len(cell_places(lines, 1, ",")) == len(cells)
