"""
Which addresses may be dialled on demand, lest the exporter becomes a scanner for whoever reaches it.

The name asked for and an address that it was resolved to come in, yes or no goes out; the address is then the one that
is dialled, so that a second answer of the resolver changes nothing. Pure. Addresses that stand for others (IPv4-mapped,
NAT64, 6to4) are judged as what they lead to.
"""

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Final

from aescan.settings.probes import ProbeSettings

NAT64: Final = ip_network("64:ff9b::/96")
"""RFC 6052 section 2.1: the last 32 bits are the IPv4 address. A site's own prefix cannot be known."""

LOCAL_NAT64: Final = ip_network("64:ff9b:1::/48")
"""RFC 8215: where the address stands in it is up to the site, so that none of it can be told from a special one."""


def leads_to(address: str) -> IPv4Address | IPv6Address | None:
    """Return the address that is reached by dialling ``address``; None where that cannot be told."""
    try:
        dialled = ip_address(address)
    except ValueError:
        return None
    if isinstance(dialled, IPv4Address):
        return dialled
    if dialled in LOCAL_NAT64:
        return None
    if dialled in NAT64:
        return IPv4Address(int(dialled) & 0xFFFFFFFF)
    return dialled.ipv4_mapped or dialled.sixtofour or dialled


def special(address: IPv4Address | IPv6Address) -> bool:
    """Return whether no name may lead there: this host, this link, everybody, nobody (RFC 6890)."""
    return (
        address.is_loopback
        or address.is_link_local
        or address.is_multicast
        or address.is_unspecified
        or address.is_reserved
        or address == IPv4Address("255.255.255.255")
    )


def permitted(name: str, address: str, settings: ProbeSettings) -> bool:
    """
    Return whether ``address`` may be dialled for ``name``, which is itself an address where one was asked for.

    A network permits every address in it, special ones too where it says so. A name permits what it resolves to, except
    for special addresses: else whoever can change one DNS record could point the exporter at the host that it runs on.
    """
    reached = leads_to(address)
    if reached is None:
        return False
    scoped = isinstance(reached, IPv6Address) and reached.scope_id is not None
    if not scoped and any(reached in network for network in settings.networks):
        return True
    return not special(reached) and not scoped and any(_matches(name, pattern) for pattern in settings.names)


def may_ask(name: str, settings: ProbeSettings) -> bool:
    """Return whether it is worth resolving ``name``: with networks any name may lead into one."""
    return bool(settings.networks) or any(_matches(name, pattern) for pattern in settings.names)


def _matches(name: str, pattern: str) -> bool:
    text = name.lower().removesuffix(".")
    if pattern.startswith("*."):
        return text.endswith(pattern[1:]) and len(text) > len(pattern) - 1
    return text == pattern
