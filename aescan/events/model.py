"""
What became different between two observations of a target, as events.

What was known and what was observed come in, events go out, in the order to tell them. Pure: no clock, no I/O. Of a
target that nothing was known of there is no event, so that neither a first start nor a new inventory makes a storm.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from aescan.certificates.facts import Certificate, Name
from aescan.findings.model import Finding, Severity
from aescan.inventory.model import Target
from aescan.observation import Failed, Observation, Seen
from aescan.text import printable


class Kind(StrEnum):
    """What happened; a public API, for collectors filter by it."""

    TARGET_LOST = "target_lost"
    TARGET_BACK = "target_back"
    CERTIFICATE_CHANGED = "certificate_changed"
    FINDING_RAISED = "finding_raised"
    FINDING_CLEARED = "finding_cleared"


@dataclass(frozen=True, slots=True)
class Known:
    """
    What was known of a target before an observation.

    ``last``
        Its last observation, None where there was none.
    ``seen``
        Its last chain as it is judged now, however many probes failed since; None where there was none.
    ``told``
        Codes of the findings that were known by another process, which this one cannot judge anew.
    """

    last: Observation | None = None
    seen: Seen | None = None
    told: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Event:
    """
    Something that happened to a target.

    ``severity``
        Of the finding raised; None for everything else.
    ``text``
        It in words, fit to show.
    ``facts``
        It as names and values, under the names that the metrics have as labels; the most important first.
    """

    kind: Kind
    target: Target
    moment: datetime
    severity: Severity | None
    text: str
    facts: Mapping[str, str]


def diff(known: Known, observation: Observation) -> tuple[Event, ...]:
    """Return what happened from what was known to this observation."""
    return tuple(_diff(known, observation)) if known.last is not None else ()


def _diff(known: Known, observation: Observation) -> Iterator[Event]:
    now, before = observation.outcome, known.last.outcome if known.last is not None else None
    name = printable(observation.target.name)
    if isinstance(now, Failed):
        if isinstance(before, Seen):
            text = f"{name} is lost: {now.reason}: {printable(now.detail)}"
            yield _event(Kind.TARGET_LOST, observation, text, {"reason": now.reason})
        return
    if isinstance(before, Failed):
        yield _event(Kind.TARGET_BACK, observation, f"{name} is back, after {before.reason}", {"reason": before.reason})
    if known.seen is None:
        return
    if known.seen.chain.leaf.fingerprint_sha256 != now.chain.leaf.fingerprint_sha256:
        yield _changed(known.seen.chain.leaf, now.chain.leaf, observation)
    yield from compare(observation.target, observation.moment, known.seen.findings, now.findings, known.told)


def compare(
    target: Target, moment: datetime, old: Iterable[Finding], new: Iterable[Finding], told: frozenset[str] = frozenset()
) -> Iterator[Event]:
    """Yield what became of the findings on a target; ``told`` as in ``Known``."""
    name, before, now = printable(target.name), _by_code(old), _by_code(new)
    for code, finding in now.items():
        if code not in before and code not in told:
            text = f"{finding.severity.label} finding on {name}: {finding.sentence}"
            yield Event(Kind.FINDING_RAISED, target, moment, finding.severity, text, _facts(code, finding))
    for code in sorted(told or before):
        if code not in now:
            over = before.get(code)
            text = f"finding on {name} is over: {over.title if over is not None else code}"
            yield Event(Kind.FINDING_CLEARED, target, moment, None, text, _facts(code, over))


def _facts(code: str, finding: Finding | None) -> dict[str, str]:
    return {"code": code} | ({"severity": finding.severity.label} if finding is not None else {})


def _by_code(findings: Iterable[Finding]) -> dict[str, Finding]:
    found: dict[str, Finding] = {}
    for finding in findings:
        found.setdefault(finding.code, finding)
    return found


def _changed(old: Certificate, new: Certificate, observation: Observation) -> Event:
    same_key = _same(old.public_key_sha256, new.public_key_sha256)
    same_issuer = _same(old.issuer and old.issuer.normalised, new.issuer and new.issuer.normalised)
    facts = {
        "fingerprint_sha256": new.fingerprint_sha256,
        "former_fingerprint_sha256": old.fingerprint_sha256,
        "not_after": _stamp(new.not_after),
        "former_not_after": _stamp(old.not_after),
        "same_key": same_key,
        "same_issuer": same_issuer,
        "subject": _text(new.subject),
        "issuer": _text(new.issuer),
        "serial_number": "" if new.serial_number is None else f"{new.serial_number:x}",
    }
    what = {"true": "the same key", "false": "a new key", "": "a key that cannot be compared"}[same_key]
    by = {"true": "the same issuer", "false": "another issuer", "": "an issuer that cannot be compared"}[same_issuer]
    text = (
        f"{printable(observation.target.name)} presents another certificate, with {what} and {by}: {_title(new)};"
        f" before it {_title(old)}"
    )
    present = {name: value for name, value in facts.items() if value}
    return _event(Kind.CERTIFICATE_CHANGED, observation, text, present)


def _event(kind: Kind, observation: Observation, text: str, facts: Mapping[str, str]) -> Event:
    return Event(kind, observation.target, observation.moment, None, text, facts)


def _same(old: object, new: object) -> str:
    """Return whether two facts are the same, nothing where either is not known."""
    return "" if old is None or new is None else str(old == new).lower()


def _title(certificate: Certificate) -> str:
    return f"{printable(certificate.title)}, valid until {_stamp(certificate.not_after) or 'an unknown date'}"


def _text(name: Name | None) -> str:
    return "" if name is None else printable(name.text)


def _stamp(moment: datetime | None) -> str:
    return "" if moment is None else f"{moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec='seconds')}Z"
