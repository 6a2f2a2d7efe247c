"""
How much this machine lets us do at once.

The concurrency that the operator wants comes in, the one that file descriptors allow goes out.
"""

from typing import Final

RESERVE: Final = 64
"""File descriptors for everything but probes: listener, scrapes, files, the event loop itself."""


def usable_concurrency(wanted: int) -> int:
    """Return ``wanted``, or less where the limit of open files is lower; raises that limit as far as it goes first."""
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return wanted
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != resource.RLIM_INFINITY and soft < wanted + RESERVE:
        raised = wanted + RESERVE if hard == resource.RLIM_INFINITY else min(hard, wanted + RESERVE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (raised, hard))
        soft = raised
    return wanted if soft == resource.RLIM_INFINITY else max(1, min(wanted, soft - RESERVE))
