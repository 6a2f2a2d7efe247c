"""The handshakes that RFC 8448 prints, octet by octet, from ``tests/vectors``."""

from functools import cache

from tests.flights import VECTORS


@cache
def trace(section: int) -> dict[str, bytes]:
    """Return what one section prints, by the names that the file gives it."""
    facts: dict[str, str] = {}
    name = ""
    for line in (VECTORS / f"rfc8448_section{section}.txt").read_text("ascii").splitlines():
        if line.startswith(" "):
            facts[name] = facts.get(name, "") + line.strip()
        else:
            name = line
    return {name: bytes.fromhex(octets) for name, octets in facts.items()}
