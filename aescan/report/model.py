"""
What a report is made of, in which order it is told, and what exit status it comes to.

Observations come in, the same observations go out, worst first; every format renders the same ``Report``. No I/O and no
clock: the moment, the width and the version are data.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final

from aescan.findings.model import Finding, Severity
from aescan.observation import Failed, Observation, Seen
from aescan.settings.policy import Policy


class Standing(StrEnum):
    """How a target stands, worst first: one that could not be probed may be critical, so only known ones precede it."""

    CRITICAL = "critical"
    FAILED = "failed"
    WARNING = "warning"
    NOTICE = "notice"
    CLEAN = "clean"


_OF_SEVERITY: Final = {
    Severity.CRITICAL: Standing.CRITICAL,
    Severity.WARNING: Standing.WARNING,
    Severity.NOTICE: Standing.NOTICE,
    None: Standing.CLEAN,
}
_RANK: Final = {standing: rank for rank, standing in enumerate(Standing)}
_NEVER: Final = datetime.max.replace(tzinfo=UTC)
"""Where a chain without a known end stands among the others: last."""
_NUMBER: Final = re.compile("([0-9]{1,18})")
"""A number inside a name; 18 digits are more than any name counts to."""

CLEAN: Final = 0
"""Exit status: every target was seen, nothing at or above the severity asked for."""
FINDINGS: Final = 1
"""Exit status: something at or above the severity asked for."""
UNSEEN: Final = 3
"""Exit status: some target was not seen, and nothing worse. (2 is the operator's mistake, told elsewhere.)"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """
    What one sweep saw, and how to show it.

    ``observations``
        One per target that was looked at, in any order.
    ``moment``
        When the report is made, aware UTC; days left are counted from it.
    ``expected``
        Targets asked for; more than there are observations when the sweep was interrupted.
    ``version``
        Of aescan.
    ``simulated``
        Whether the estate is the lab: every format says so.
    ``complete``
        False when the sweep was interrupted.
    ``policy``
        What was judged by; what a change would do is judged by it too.
    ``fail_on``
        The least severity of a finding that makes the exit status 1; None where no finding does.
    ``width``, ``colour``
        Columns of the terminal, and whether it takes escape codes; for the text format.
    """

    observations: tuple[Observation, ...]
    moment: datetime
    expected: int
    version: str
    simulated: bool = False
    complete: bool = True
    policy: Policy = field(default_factory=Policy)
    fail_on: Severity | None = Severity.CRITICAL
    width: int = 120
    colour: bool = False


def standing(observation: Observation) -> Standing:
    """Return how the target of ``observation`` stands."""
    outcome = observation.outcome
    return Standing.FAILED if isinstance(outcome, Failed) else _OF_SEVERITY[outcome.severity]


def not_after(observation: Observation) -> datetime | None:
    """Return when the chain ends, of several the first, or None where there is no chain or no date in it."""
    return observation.outcome.not_after if isinstance(observation.outcome, Seen) else None


def worst_first(observations: Iterable[Observation]) -> list[Observation]:
    """Return the observations by standing, then the soonest end first, then by name (``aes2`` before ``aes10``)."""
    return sorted(
        observations, key=lambda one: (_RANK[standing(one)], not_after(one) or _NEVER, natural(one.target.name))
    )


def natural(name: str) -> list[str | int]:
    """Return what to sort names by, so that ``aes2`` precedes ``aes10``."""
    return [int(part) if place % 2 else part for place, part in enumerate(_NUMBER.split(name))]


def days_left(end: datetime, moment: datetime) -> int:
    """Return the whole days from ``moment`` to ``end``, rounded down: negative exactly when it is over."""
    return (end - moment).days


def iso(moment: datetime) -> str:
    """Return an aware UTC moment as RFC 3339 to the second: ``2026-11-23T12:00:00Z``."""
    return f"{moment.replace(tzinfo=None).isoformat(timespec='seconds')}Z"


def heading(report: Report, schema: str) -> dict[str, object]:
    """Return what every document of a report begins with, as JSON's types."""
    return {
        "schema": schema,
        "generated": iso(report.moment),
        "version": report.version,
        "simulated": report.simulated,
        "complete": report.complete,
    }


def counting(observation: Observation, fail_on: Severity | None) -> tuple[Finding, ...]:
    """Return the findings at or above ``fail_on``, which is None where no finding counts; worst first."""
    outcome = observation.outcome
    if fail_on is None or isinstance(outcome, Failed):
        return ()
    return tuple(finding for finding in outcome.findings if finding.severity >= fail_on)


def exit_status(report: Report) -> int:
    """
    Return the exit status: 1 for a finding that counts, else 3 when a target was not seen, else 0.

    The targets that an interrupted sweep left out were not seen, so a script never takes it for a clean one.
    """
    if any(counting(one, report.fail_on) for one in report.observations):
        return FINDINGS
    if not report.complete or any(isinstance(one.outcome, Failed) for one in report.observations):
        return UNSEEN
    return CLEAN
