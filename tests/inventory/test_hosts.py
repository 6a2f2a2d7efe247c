"""Names, addresses and ranges are told apart, normalised and bounded."""

from ipaddress import ip_network

import pytest

from aescan.inventory.hosts import Hosts, address, endpoint, hosts, name
from aescan.settings.problems import Mistake


def said(mistake: Mistake) -> str:
    """Return what a mistake says, and its hint."""
    return f"{mistake.text}; {mistake.hint}" if mistake.hint else mistake.text


@pytest.mark.parametrize(
    ("written", "text", "port"),
    [
        ("aes1", "aes1", None),
        ("AES1.Example.COM.", "aes1.example.com", None),
        ("aes_1.example.com:4722", "aes_1.example.com", 4722),
        ("xn--bcher-kva.example", "xn--bcher-kva.example", None),
        ("Bücher.example:1", "xn--bcher-kva.example", 1),
        ("3com", "3com", None),
        ("10.1.2.3", "10.1.2.3", None),
        ("10.1.2.3:65535", "10.1.2.3", 65535),
        ("2001:DB8:0::1", "2001:db8::1", None),
        ("::1", "::1", None),
        ("[2001:db8::1]", "2001:db8::1", None),
        ("[2001:db8::1]:4722", "2001:db8::1", 4722),
    ],
)
def test_one_host_is_read(written: str, text: str, port: int | None) -> None:
    """Names become small letters in ASCII without a final dot, addresses their shortest form."""
    found = endpoint(written)

    assert found == (Hosts(text, is_name=":" not in text and not text.startswith("10.")), port)
    assert list(found[0]) == [text]
    assert len(found[0]) == 1


@pytest.mark.parametrize(
    ("written", "port", "first", "last", "count"),
    [
        ("10.20.0.0/28", None, "10.20.0.1", "10.20.0.14", 14),
        ("10.20.0.0/28:4722", 4722, "10.20.0.1", "10.20.0.14", 14),
        ("10.20.0.0/30", None, "10.20.0.1", "10.20.0.2", 2),
        ("10.20.0.0/31", None, "10.20.0.0", "10.20.0.1", 2),
        ("10.20.0.7/32", None, "10.20.0.7", "10.20.0.7", 1),
        ("10.20.0.0/255.255.255.240", None, "10.20.0.1", "10.20.0.14", 14),
        ("2001:db8::/124", None, "2001:db8::", "2001:db8::f", 16),
        ("[2001:db8::/126]:4722", 4722, "2001:db8::", "2001:db8::3", 4),
    ],
)
def test_a_range_is_every_host_in_it(written: str, port: int | None, first: str, last: str, count: int) -> None:
    """Network and broadcast address of IPv4 are no hosts; every address of an IPv6 range may be one."""
    found, found_port = endpoint(written)
    every = list(found)

    assert (found_port, every[0], every[-1]) == (port, first, last)
    assert len(found) == len(every) == count
    assert not found.is_name


def test_a_huge_range_is_not_walked() -> None:
    """Only its size is worked out."""
    assert len(hosts("2001:db8::/32")) == 2**62
    assert hosts("10.0.0.0/8").network == ip_network("10.0.0.0/8")


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("", "the host is missing; write a name or an address"),
        (":4722", "the host is missing; write a name or an address"),
        ("aes 1", "aes 1 is neither a host name nor an address"),
        ("-aes", "-aes is neither a host name nor an address"),
        ("aes..com", "aes..com is neither a host name nor an address"),
        ("a" * 64, f"{'a' * 59}… is neither a host name nor an address"),
        ("a." * 128, f"{('a.' * 30)[:59]}… has more than 253 characters, which no host name has"),
        ("é" * 300, f"{'é' * 59}… is not a host name"),
        ("a\x1b[0m", "a\\x1b[0m is neither a host name nor an address"),
        ("256.1.1.1", "256.1.1.1 is not an address such as 10.1.2.3 or 2001:db8::1"),
        ("10.1.2", "10.1.2 is not an address such as 10.1.2.3 or 2001:db8::1"),
        ("010.1.2.3", "010.1.2.3 is not an address such as 10.1.2.3 or 2001:db8::1"),
        ("1:2:3", "1:2:3 is not an address such as 10.1.2.3 or 2001:db8::1"),
        ("fe80::1%eth0", "fe80::1%eth0 holds a zone, which is not supported; leave out % and what follows"),
        ("fe80::%eth0/64", "fe80::%eth0/64 holds a zone, which is not supported; leave out % and what follows"),
        ("[aes1]:4722", "[aes1]:4722 has brackets around what is no IPv6 address; take them out"),
        ("10.20.0.5/28", "10.20.0.5/28 begins in the middle of a range; write 10.20.0.0/28 for the whole range"),
        ("10.20.0.0/33", "10.20.0.0/33 is not a range of addresses such as 10.20.0.0/28"),
        ("aes1/24", "aes1/24 is not a range of addresses such as 10.20.0.0/28"),
        ("https://aes1/", "https://aes1/ is a URL; write the host, or host:port"),
        ("aes1:70000", "70000 is not a port (1–65535)"),
        ("aes1:0", "0 is not a port (1–65535)"),
        ("aes1:", "the port after the colon is missing"),
        ("aes1:http", "http is not a port (1–65535)"),
        ("aes1:٣", "٣ is not a port (1–65535)"),
        ("aes1:" + "9" * 5000, f"{'9' * 59}… is not a port (1–65535)"),
        ("[::1]:x", "x is not a port (1–65535)"),
        ("[::1]x", "[::1]x is not an address such as 10.1.2.3 or 2001:db8::1"),
    ],
)
def test_what_is_no_host_is_refused(written: str, text: str) -> None:
    """Each mistake has its own sentence, safe to show and short."""
    with pytest.raises(Mistake) as caught:
        endpoint(written)
    assert said(caught.value) == text


@pytest.mark.parametrize("written", ["aes1:4722", "[::1]:4722"])
def test_a_host_by_itself_has_no_port(written: str) -> None:
    """Where ports have a key of their own, the host does not repeat one."""
    with pytest.raises(Mistake) as caught:
        hosts(written)
    assert said(caught.value) == f"{written} holds a port; write 4722 under ports"


@pytest.mark.parametrize("written", ["2001:db8:0::1", "[2001:db8::1]"])
def test_an_address_is_shortened(written: str) -> None:
    """Brackets are allowed and dropped."""
    assert address(written) == "2001:db8::1"


@pytest.mark.parametrize("written", ["aes1", "10.0.0.0/8", "[10.1.2.3", ""])
def test_a_name_is_no_address(written: str) -> None:
    """Nothing is resolved."""
    with pytest.raises(Mistake, match="is not an address such as"):
        address(written)


def test_the_longest_name_is_allowed() -> None:
    """253 characters with labels of 63."""
    longest = ".".join(("a" * 63, "b" * 63, "c" * 63, "d" * 61))

    assert name(longest + ".") == longest
