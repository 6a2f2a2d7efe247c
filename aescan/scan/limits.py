"""
How much this machine lets us do at once.

The concurrency that the operator wants comes in, the one that file descriptors allow goes out, and how many clients may
be connected to us beside it.
"""

from typing import Final

RESERVE: Final = 64
"""File descriptors for everything but probes and clients: listeners, files, name lookups, the event loop itself."""

MOST_CLIENTS: Final = 512
"""Connections of clients: many times what scrapes, browsers and proxies of one exporter need."""


def usable_concurrency(wanted: int, clients: int = 0) -> int:
    """
    Return ``wanted``, or less where the limit of open files is lower; raises that limit as far as it goes first.

    ``clients`` may be connected to us beside that; where there is not room for all, they get half of it.
    """
    soft = _limit(wanted + clients + RESERVE)
    return wanted if soft is None else max(1, min(wanted, soft - RESERVE - _share(clients, soft)))


def usable_clients(wanted: int = MOST_CLIENTS) -> int:
    """Return ``wanted``, or less where the limit of open files has no room for them beside probes."""
    soft = _limit(0)
    return wanted if soft is None else _share(wanted, soft)


def _share(clients: int, soft: int) -> int:
    return min(clients, max(1, (soft - RESERVE) // 2))


def _limit(needed: int) -> int | None:
    """Return how many files may be open, None for any number; raised to what is needed as far as it goes."""
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return None
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != resource.RLIM_INFINITY and soft < needed:
        raised = needed if hard == resource.RLIM_INFINITY else min(hard, needed)
        resource.setrlimit(resource.RLIMIT_NOFILE, (raised, hard))
        soft = raised
    return None if soft == resource.RLIM_INFINITY else soft
