"""
When: the only clock of the program.

Everything else is told what time it is.
"""

from datetime import UTC, datetime


def now() -> datetime:
    """Return this moment, aware UTC."""
    return datetime.now(UTC)
