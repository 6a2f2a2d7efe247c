"""
The report as one JSON document of a documented, versioned schema (``docs/report.md``, ``docs/report.schema.json``).

Pure ASCII, so that no certificate's text reaches a terminal as a control sequence; one target to a line, so that a
report of any size streams, greps and compares. Facts and moments only, no countdowns: what counts from now is the
reader's to compute.
"""

import json
from base64 import b64encode
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Final

from aescan.certificates.chain import Chain
from aescan.certificates.facts import Certificate, Name
from aescan.certificates.trust import Verdict
from aescan.errors import Met
from aescan.findings.clients import Compatibility
from aescan.findings.model import Finding
from aescan.observation import Failed, Observation, Seen, Sight
from aescan.report.clients import Outlook, changes
from aescan.report.model import Report, heading, iso, worst_first
from aescan.report.plan import json as planned
from aescan.report.plan.work import plan
from aescan.report.summary import Summary, summarise
from aescan.report.timeline import Mark
from aescan.settings.profiles import Change
from aescan.text import printable
from aescan.tls.capture import Capture

SCHEMA: Final = "aescan-report/1"
"""The number rises when a reader of the old form could misread the new one; new members alone do not raise it."""

_PEM_LINE: Final = 64
"""Characters to a line of PEM (RFC 7468 section 2)."""
_MICROSECONDS: Final = 6
"""Decimals of a duration: finer than any clock that measured it."""


def render(report: Report) -> Iterator[str]:
    """Return the document in pieces, the targets worst first, one to a line."""
    head = {
        **heading(report, SCHEMA),
        "summary": _summary(summarise(report), report.expected),
        "plan": planned.document(plan(report)),
        "changes": [_change(change, foreseen) for change, foreseen in changes(report)],
    }
    yield "{\n"
    for key, value in head.items():
        yield f'"{key}": {json.dumps(value)},\n'
    yield '"targets": ['
    separator = "\n"
    for observation in worst_first(report.observations):
        yield separator + json.dumps(described(observation))
        separator = ",\n"
    yield "\n]\n}\n"


def _summary(summary: Summary, expected: int) -> dict[str, object]:
    ends = summary.timeline
    return {
        "expected": expected,
        "targets": summary.targets,
        "hosts": summary.hosts,
        "standings": summary.standings,
        "failures": summary.failures,
        "certificates": summary.certificates,
        "default_certificates": {"targets": summary.defaults, "hosts": summary.default_hosts},
        "sha1_chains": summary.sha1_chains,
        "timeline": {
            "ended": ends.ended,
            "undated": ends.undated,
            "months": [{"month": f"{one.first:%Y-%m}", "chains": one.chains} for one in ends.months],
            "cliffs": [_mark(one) for one in ends.cliffs],
            "known_dates": [{**_mark(one), "meaning": one.meaning} for one in ends.known_dates],
        },
    }


def _mark(mark: Mark) -> dict[str, object]:
    days = {"first": mark.first.isoformat(), "last": mark.last.isoformat()}
    return {**days, "targets": mark.targets, "hosts": mark.hosts}


def described(observation: Observation) -> dict[str, object]:
    """Return what the document says of one target, as JSON's types."""
    target = observation.target
    document: dict[str, object] = {
        "target": target.name,
        "host": target.host,
        "port": target.port or None,
        "address": target.address,
        "service": target.service,
        "release": target.release,
        "server_name": target.server_name,
        "labels": dict(target.labels),
        "scanned_at": iso(observation.moment),
        "duration_seconds": round(observation.duration, _MICROSECONDS),
        "connections": observation.connections,
    }
    document["rungs"] = _rungs(observation.rungs)
    outcome = observation.outcome
    if isinstance(outcome, Failed):
        return {**document, "status": "failed", "reason": outcome.reason, "detail": outcome.detail}
    return {**document, "status": "seen", **_seen(outcome)}


def _rungs(rungs: tuple[Met, ...] | None) -> list[dict[str, object]] | None:
    if rungs is None:
        return None
    return [{**met._asdict(), "seconds": round(met.seconds, _MICROSECONDS)} for met in rungs]


def _seen(seen: Seen) -> dict[str, object]:
    return {**_judged(seen), "views": [_view(sight, seen) for sight in seen.views]}


def _view(sight: Sight, ordinary: Seen) -> dict[str, object]:
    outcome = sight.outcome
    if isinstance(outcome, Failed):
        return {"view": sight.view, "status": "failed", "reason": outcome.reason, "detail": outcome.detail}
    same = outcome.capture.certificates == ordinary.capture.certificates
    return {"view": sight.view, "status": "seen", "same_chain": same, **_judged(outcome)}


def _judged(seen: Seen) -> dict[str, object]:
    return {
        "severity": None if seen.severity is None else seen.severity.label,
        "not_after": _moment(seen.not_after),
        "tls": _tls(seen.capture),
        "trust": [_verdict(verdict) for verdict in seen.trust],
        "findings": [_finding(finding) for finding in seen.findings],
        "clients": [_compatibility(one) for one in seen.clients],
        "certificates": [_certificate(seen.chain, position) for position in range(len(seen.chain.certificates))],
    }


def _tls(capture: Capture) -> dict[str, object]:
    return {
        "version": capture.version,
        "cipher_suite": capture.cipher_suite,
        "client_certificate": capture.client_certificate,
        "hello": capture.hello,
        "address": capture.address,
        "remarks": capture.remarks,
        "protocols": [{"version": one.version, "supported": one.supported} for one in capture.protocols],
    }


def _verdict(verdict: Verdict) -> dict[str, object]:
    return {
        "store": verdict.store,
        "trusted": verdict.trusted,
        "reason": verdict.reason,
        "sentence": printable(verdict.sentence),
    }


def _finding(finding: Finding) -> dict[str, object]:
    return {
        "code": finding.code,
        "severity": finding.severity.label,
        "title": finding.title,
        "sentence": finding.sentence,
        "remedy": finding.remedy,
        "reference": finding.reference,
    }


def _compatibility(one: Compatibility) -> dict[str, object]:
    return {"client": one.client, "works": one.works, "demands": one.demands, "sentence": one.sentence}


def _change(change: Change, outlooks: Iterable[Outlook]) -> dict[str, object]:
    verdicts = [
        {"target": target.name, **_compatibility(one)} for outlook in outlooks for target, one in outlook.verdicts
    ]
    return {"change": change.key, "title": change.title, "clients": verdicts}


def _certificate(chain: Chain, position: int) -> dict[str, object]:
    facts = chain.certificates[position]
    return {
        "position": position,
        "role": chain.role(position),
        "signer": chain.signers[position],
        "version": facts.version,
        "subject": _name(facts.subject),
        "issuer": _name(facts.issuer),
        "serial_number": None if facts.serial_number is None else f"{facts.serial_number:x}",
        "not_before": _moment(facts.not_before),
        "not_after": _moment(facts.not_after),
        "fingerprint_sha256": facts.fingerprint_sha256,
        "public_key_sha256": facts.public_key_sha256,
        "signature_algorithm": facts.signature_algorithm,
        "signature_hash": facts.signature_hash,
        "key_algorithm": facts.key_algorithm,
        "key_bits": facts.key_bits,
        "dns_names": facts.dns_names,
        "ip_addresses": facts.ip_addresses,
        "key_usage": facts.key_usage,
        "extended_key_usage": facts.extended_key_usage,
        "basic_constraints": _constraints(facts),
        "subject_key_identifier": facts.subject_key_identifier,
        "authority_key_identifier": facts.authority_key_identifier,
        "self_signed": facts.self_signed,
        "unreadable": facts.unreadable,
        "pem": pem(facts.der),
    }


def _constraints(facts: Certificate) -> dict[str, object] | None:
    constraints = facts.basic_constraints
    return None if constraints is None else {"ca": constraints.ca, "path_length": constraints.path_length}


def _name(name: Name | None) -> str | None:
    return None if name is None else name.text


def _moment(moment: datetime | None) -> str | None:
    return None if moment is None else iso(moment)


def pem(der: bytes) -> str:
    """Return a certificate in the form of RFC 7468."""
    text = b64encode(der).decode("ascii")
    lines = [text[start : start + _PEM_LINE] for start in range(0, len(text), _PEM_LINE)]
    return "\n".join(["-----BEGIN CERTIFICATE-----", *lines, "-----END CERTIFICATE-----", ""])
