"""
What the operator writes for a host: a name, an address or a range of addresses, with or without a port.

Text comes in; ``Hosts`` goes out, normalised: names in small letters and ASCII, addresses in their shortest form. What
is none of these raises Mistake with the sentence for the operator. Nothing is resolved here.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import Final

from aescan.settings.fields import HIGHEST_PORT, PORT
from aescan.settings.problems import Mistake
from aescan.text import printable

LONGEST_NAME: Final = 253
"""Characters of a DNS name without its final dot (RFC 1035 section 2.3.4)."""

LONGEST_SHOWN: Final = 60
"""Characters of what was written that a message repeats."""

_LABEL: Final = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
"""RFC 1123 section 2.1, and the underscore that private names use."""

_NAME: Final = re.compile(rf"{_LABEL}(?:\.{_LABEL})*", re.ASCII)
_ALL_DIGITS: Final = re.compile(r"(?:[0-9]+\.)*[0-9]+", re.ASCII)
_BRACKETED: Final = re.compile(r"\[([^\[\]]*)\](?::(.*))?", re.DOTALL)

ADDRESS: Final = r"[0-9.]+|\[?[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*\]?"
"""What looks like an address; what is one, ``ipaddress`` tells."""

SHAPE: Final = rf"[^\s:/\[\]]+(:[0-9]{{1,5}})?|{ADDRESS}|\[[0-9A-Fa-f:.]+\]:[0-9]{{1,5}}|[0-9A-Fa-f:.]+/[0-9]{{1,3}}"
"""What looks like a host or a range, with a port or without; names may be of any script."""

_NETWORK_AND_BROADCAST: Final = 2
"""The first and last address of an IPv4 range, which are no hosts where the range is longer than these two."""


@dataclass(frozen=True, slots=True)
class Hosts:
    """
    One host, or every host of a range.

    ``text``
        The name or address, or the range in CIDR form.
    ``network``
        The range, None for a single host.
    ``is_name``
        Whether ``text`` is a DNS name.
    """

    text: str
    network: IPv4Network | IPv6Network | None = None
    is_name: bool = False

    def __len__(self) -> int:
        """How many hosts there are; capped, since a range of IPv6 may hold more than ``len`` can say."""
        if self.network is None:
            return 1
        return min(self.network.num_addresses - 2 * self._skips_ends, 2**62)

    def __iter__(self) -> Iterator[str]:
        """Yield each host: of an IPv4 range all but network and broadcast address, of an IPv6 range all."""
        if self.network is None:
            yield self.text
            return
        first = int(self.network.network_address) + self._skips_ends
        kind = type(self.network.network_address)
        for position in range(len(self)):
            yield str(kind(first + position))

    @property
    def _skips_ends(self) -> bool:
        network = self.network
        return isinstance(network, IPv4Network) and network.num_addresses > _NETWORK_AND_BROADCAST


def hosts(written: str) -> Hosts:
    """Return what stands for a host without a port: ``aes1``, ``10.1.2.3``, ``2001:db8::1``, ``10.20.0.0/28``."""
    found, port = endpoint(written)
    if port is not None:
        raise Mistake(f"{_shown(written)} holds a port", f"write {port} under ports")
    return found


def endpoint(written: str) -> tuple[Hosts, int | None]:
    """Return the hosts and the port, if there is one, of ``aes1:4722``, ``[2001:db8::1]:4722``, ``10.20.0.0/28``."""
    if "://" in written:
        raise Mistake(f"{_shown(written)} is a URL", "write the host, or host:port")
    if found := _BRACKETED.fullmatch(written):
        if ":" not in found[1]:
            raise Mistake(f"{_shown(written)} has brackets around what is no IPv6 address", "take them out")
        return _hosts(found[1]), None if found[2] is None else _port(found[2])
    if written.count(":") > 1:
        return _hosts(written), None
    host, colon, port = written.partition(":")
    return _hosts(host), _port(port) if colon else None


def name(written: str) -> str:
    """Return a DNS name in small letters, ASCII and without its final dot."""
    text = written
    if not text.isascii():
        text = _ascii(text[: LONGEST_NAME + 1])
    text = text.lower().removesuffix(".")
    if len(text) > LONGEST_NAME:
        raise Mistake(f"{_shown(written)} has more than {LONGEST_NAME} characters, which no host name has")
    if _NAME.fullmatch(text) and not _ALL_DIGITS.fullmatch(text):
        return text
    raise Mistake(f"{_shown(written)} is neither a host name nor an address")


def address(written: str) -> str:
    """Return an IPv4 or IPv6 address in its shortest form, without brackets."""
    text = written[1:-1] if written.startswith("[") and written.endswith("]") else written
    try:
        found = ip_address(text)
    except ValueError:
        raise Mistake(f"{_shown(written)} is not an address such as 10.1.2.3 or 2001:db8::1") from None
    if "%" in text:
        raise Mistake(f"{_shown(written)} holds a zone, which is not supported", "leave out % and what follows")
    return str(found)


def _hosts(written: str) -> Hosts:
    if not written:
        raise Mistake("the host is missing", "write a name or an address")
    if "/" in written:
        return _range(written)
    if ":" in written or _ALL_DIGITS.fullmatch(written):
        return Hosts(address(written))
    return Hosts(name(written), is_name=True)


def _range(written: str) -> Hosts:
    if "%" in written:
        raise Mistake(f"{_shown(written)} holds a zone, which is not supported", "leave out % and what follows")
    try:
        network = ip_network(written, strict=False)
    except ValueError:
        raise Mistake(f"{_shown(written)} is not a range of addresses such as 10.20.0.0/28") from None
    if network.network_address != ip_address(written.partition("/")[0]):
        raise Mistake(f"{_shown(written)} begins in the middle of a range", f"write {network} for the whole range")
    return Hosts(str(network), network)


def _port(written: str) -> int:
    if written.isascii() and written.isdecimal() and len(written) <= len(str(HIGHEST_PORT)):
        port = int(written)
        if 1 <= port <= HIGHEST_PORT:
            return port
    raise Mistake(f"{_shown(written)} is not {PORT}" if written else "the port after the colon is missing")


def _ascii(written: str) -> str:
    """Return the ASCII form of an internationalised name (RFC 3490)."""
    try:
        return written.encode("idna").decode("ascii")
    except UnicodeError:
        raise Mistake(f"{_shown(written)} is not a host name") from None


def _shown(written: str) -> str:
    return printable(written, LONGEST_SHOWN)
