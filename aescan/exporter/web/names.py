"""
Whether a client's certificate has one of the names that the web configuration lets in.

The names of a verified certificate come in as Python's ``ssl`` gives them (``getpeercert``); yes or no goes out.
"""

import ipaddress
from collections.abc import Collection, Mapping


def allowed(certificate: Mapping[str, object] | None, names: Collection[str]) -> bool:
    """Return whether a subject alternative name (DNS, address, URI or mail) of the certificate is among ``names``."""
    entries = (certificate or {}).get("subjectAltName", ())
    if not isinstance(entries, tuple):
        return False
    wanted = {_canonical(name) for name in names}
    return any(_canonical(value.strip()) in wanted for _, value in entries)


def _canonical(name: str) -> str:
    try:
        return str(ipaddress.ip_address(name))
    except ValueError:
        return name
