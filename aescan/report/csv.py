"""
The report as a table for a spreadsheet: RFC 4180, one row per target, worst first (columns: ``docs/report.md``).

A spreadsheet runs what it takes for a formula, and certificates are made by strangers. So no text cell begins with a
character that starts one, not even when the file is split at semicolons, as some locales do; control and bidirectional
characters are shown as escapes. Cells that aescan computes as numbers (``days_left`` may be negative) stay numbers.
"""

import csv
import re
from collections.abc import Iterator
from datetime import datetime
from io import StringIO
from typing import Final

from aescan.certificates.facts import Certificate, Name
from aescan.observation import Failed, Observation, Seen
from aescan.report.clients import WORDS
from aescan.report.model import Report, days_left, iso, standing, worst_first
from aescan.report.plan.work import index, jobs
from aescan.text import printable
from aescan.tls.capture import Capture

COLUMNS: Final = (
    "standing",
    "target",
    "host",
    "port",
    "service",
    "not_after",
    "days_left",
    "findings",
    "sentences",
    "reason",
    "detail",
    "subject",
    "issuer",
    "serial_number",
    "dns_names",
    "signature_algorithm",
    "key_algorithm",
    "key_bits",
    "fingerprint_sha256",
    "public_key_sha256",
    "certificates",
    "tls_version",
    "cipher_suite",
    "client_certificate",
    "address",
    "release",
    "labels",
    "scanned_at",
    "simulated",
    "protocols_accepted",
    "protocols_refused",
    "clients",
    "views",
    "trusted_by",
    "refused_by",
    "jobs",
)
"""The header, in order; a new column is added at the end, for those who count them."""

LONGEST: Final = 8192
"""Characters of a cell: every sentence about one target fits, and a spreadsheet's 32,767 is never reached."""

_FORMULA: Final = re.compile(r"""((?:^|[;,])[\s"']*)(?=[=+\-@＝＋－＠])""")
"""What stands before a character that starts a formula: the beginning of a cell, or a separator inside it."""

_Cell = str | int | None


def render(report: Report) -> Iterator[str]:
    """Return the table row by row, lines ended by CR LF; characters outside ASCII stand as they are."""
    page = StringIO(newline="")
    writer = csv.DictWriter(page, COLUMNS, restval="")
    writer.writeheader()
    yield _drained(page)
    by_code = index(report.policy.jobs)
    for observation in worst_first(report.observations):
        row = {**_row(report, observation), "jobs": " ".join(jobs(observation, by_code))}
        writer.writerow({column: _safe(cell) for column, cell in row.items()})
        yield _drained(page)


def _row(report: Report, observation: Observation) -> dict[str, _Cell]:
    target = observation.target
    row: dict[str, _Cell] = {
        "standing": standing(observation),
        "target": target.name,
        "host": target.host,
        "port": target.port or None,
        "service": target.service,
        "address": target.address,
        "release": target.release,
        "labels": "; ".join(f"{key}={value}" for key, value in target.labels.items()),
        "scanned_at": iso(observation.moment),
        "simulated": str(report.simulated).lower(),
    }
    outcome = observation.outcome
    if isinstance(outcome, Failed):
        return {**row, "reason": outcome.reason, "detail": outcome.detail}
    return {**row, **_seen(outcome, report.moment), **_leaf(outcome.chain.leaf)}


def _seen(seen: Seen, moment: datetime) -> dict[str, _Cell]:
    end = seen.not_after
    return {
        "not_after": None if end is None else iso(end),
        "days_left": None if end is None else days_left(end, moment),
        "findings": " ".join(finding.code for finding in seen.findings),
        "sentences": "; ".join(finding.sentence for finding in seen.findings),
        "certificates": len(seen.chain.certificates),
        "tls_version": seen.capture.version,
        "cipher_suite": seen.capture.cipher_suite,
        "client_certificate": seen.capture.client_certificate,
        "address": seen.capture.address,
        "protocols_accepted": _protocols(seen.capture, supported=True),
        "protocols_refused": _protocols(seen.capture, supported=False),
        "clients": "; ".join(f"{one.client}={WORDS[one.works]}" for one in seen.clients),
        "views": "; ".join(f"{one.view}={_sight(one.outcome)}" for one in seen.views),
        "trusted_by": _stores(seen, trusted=True),
        "refused_by": _stores(seen, trusted=False),
    }


def _sight(outcome: Seen | Failed) -> str:
    return outcome.reason if isinstance(outcome, Failed) else outcome.chain.leaf.fingerprint_sha256


def _protocols(capture: Capture, *, supported: bool) -> str:
    return "; ".join(one.version for one in capture.protocols if one.supported is supported)


def _stores(seen: Seen, *, trusted: bool) -> str:
    return "; ".join(one.store for one in seen.trust if one.trusted is trusted)


def _leaf(leaf: Certificate) -> dict[str, _Cell]:
    return {
        "subject": _name(leaf.subject),
        "issuer": _name(leaf.issuer),
        "serial_number": None if leaf.serial_number is None else f"{leaf.serial_number:x}",
        "dns_names": " ".join(leaf.dns_names),
        "signature_algorithm": leaf.signature_algorithm,
        "key_algorithm": leaf.key_algorithm,
        "key_bits": leaf.key_bits,
        "fingerprint_sha256": leaf.fingerprint_sha256,
        "public_key_sha256": leaf.public_key_sha256,
    }


def _name(name: Name | None) -> str | None:
    return None if name is None else name.text


def _safe(cell: _Cell) -> _Cell:
    return _FORMULA.sub(r"\1'", printable(cell, LONGEST)) if isinstance(cell, str) else cell


def _drained(page: StringIO) -> str:
    written = page.getvalue()
    page.seek(0)
    page.truncate()
    return written
