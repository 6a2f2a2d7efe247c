"""
What the table says of one target: short texts, before anything is known of the terminal.

An observation comes in, a ``Row`` goes out. Names are shortened to the attribute that tells most; the whole names are
in the other formats. Nothing here is ready to show: the page makes it printable.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from aescan.certificates.facts import Certificate, Name
from aescan.inventory.model import Addresses
from aescan.observation import Failed, Observation
from aescan.report.model import Standing, days_left, standing
from aescan.text import printable

LONGEST_NAME: Final = 100
"""Characters of a name: half as much again as RFC 5280 appendix A.1 allows a common name, less than two lines."""
LONGEST_DETAIL: Final = 200
"""Characters of why nothing was seen: all of it stands once below the table."""

_TELLING: Final = ("CN", "OU", "O")
"""The attributes that tell most about a name, in that order."""


@dataclass(frozen=True, slots=True)
class Row:
    """
    What is shown of one target.

    ``cells``
        Column heading to text.
    ``names``
        Subject and issuer in words, for a row without room for them; empty where no chain was seen.
    ``words``
        What was found, or why nothing was seen: each text with the standing to colour it by.
    """

    standing: Standing
    cells: dict[str, str]
    names: str
    words: tuple[tuple[Standing, str], ...]

    @property
    def shared(self) -> tuple[object, ...]:
        """What neighbouring rows must have in common to be explained together: one machine, one explanation."""
        return self.cells["host"], self.standing, self.names, self.words


def row(observation: Observation, moment: datetime) -> Row:
    """Return what to show of ``observation``, days counted from ``moment``."""
    target = observation.target
    stands = standing(observation)
    one_of_many = target.addresses is Addresses.ALL and target.address is not None
    place = {
        "severity": stands.value,
        "host": f"{target.address} ({target.host})" if one_of_many else target.host or target.name,
        "service": target.service,
        "port": str(target.port or ""),
    }
    outcome = observation.outcome
    if isinstance(outcome, Failed):
        nothing = dict.fromkeys(("subject", "issuer", "not after", "days left"), "–")
        why = printable(f"{outcome.reason}: {outcome.detail}", LONGEST_DETAIL)
        return Row(stands, place | nothing, "", ((Standing.FAILED, why),))
    leaf = outcome.chain.leaf
    certificate = {"subject": _name(leaf.subject), "issuer": _issuer(leaf)}
    words = tuple((Standing(finding.severity.label), finding.title) for finding in outcome.findings)
    return Row(stands, place | certificate | _end(outcome.not_after, moment), names(leaf), words)


def _end(end: datetime | None, moment: datetime) -> dict[str, str]:
    if end is None:
        return {"not after": "unknown", "days left": "–"}
    return {"not after": end.date().isoformat(), "days left": str(days_left(end, moment))}


def _name(name: Name | None) -> str:
    if name is None:
        return "(unreadable)"
    values = (name.values(kind)[-1].strip() for kind in _TELLING if name.values(kind))
    return printable(next(filter(None, values), name.text) or "(empty)", LONGEST_NAME)


def _issuer(leaf: Certificate) -> str:
    return "(self-signed)" if leaf.self_signed else _name(leaf.issuer)


def names(leaf: Certificate) -> str:
    """Return subject and issuer in words."""
    by = "self-signed" if leaf.self_signed else f"issued by {_name(leaf.issuer)}"
    return f"{_name(leaf.subject)}, {by}"
