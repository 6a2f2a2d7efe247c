"""
What to do about findings, as plain frozen data: jobs and their steps, each with its source.

Made from ``aescan/data/jobs.yml`` and a site's own file by ``jobs`` beside this. No I/O, no clock, no YAML here, so
that the core may import it.
"""

from dataclasses import dataclass
from typing import Final

OTHER: Final = "other"
"""Key of the job of findings that no job knows; no catalogue may use it."""
LOOK: Final = "look"
"""Key of the job of targets that could not be looked at, likewise."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the ways to do a step; ``how`` is what it takes, in order."""

    title: str
    source: str
    how: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """
    One thing to do.

    ``menu``
        Where in the AE Services Management Console, or an empty string.
    ``once``
        Whether it is done once for all hosts.
    ``services``
        Only where one of these is concerned; empty for always.
    ``aacc``
        Only for targets that work with AACC, or only for others; None for both.
    ``choices``
        Ways to do it, one of which is enough.
    ``source``, ``confidence``
        Where it comes from; ``sourced``, ``derived`` or ``unverified``.
    """

    key: str
    text: str
    source: str
    confidence: str
    menu: str = ""
    once: bool = False
    services: tuple[str, ...] = ()
    aacc: bool | None = None
    choices: tuple[Choice, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """
    Work that some findings call for.

    ``codes``
        Those findings.
    ``dated``
        Whether it has to be done before the chain ends.
    """

    key: str
    title: str
    codes: tuple[str, ...]
    steps: tuple[Step, ...]
    dated: bool = False
