"""
Which expiry band a chain is in: one answer that the four expiry rules share, so that no two of them ever fire together.

The first certificate presented to end counts, be it leaf, intermediate or root: the same moment that the metric of the
chain shows. RFC 5280 section 4.1.2.5 includes the last second, so a chain has expired only once that second is over.
"""

from datetime import datetime
from enum import Enum, auto

from aescan.findings.model import Evidence
from aescan.findings.words import ahead, called, past


class Band(Enum):
    """How near the first end of validity is; a threshold's own moment belongs to its band."""

    EXPIRED = auto()
    CRITICAL = auto()
    WARNING = auto()
    NOTICE = auto()


def band(evidence: Evidence) -> Band | None:
    """Return the one band that the chain is in; None while the end is far, or where no date could be read."""
    not_after, moment = evidence.chain.not_after, evidence.moment
    if not_after is None:
        return None
    if not_after < moment:
        return Band.EXPIRED
    left, thresholds = not_after - moment, evidence.policy.thresholds
    if left <= thresholds.critical:
        return Band.CRITICAL
    if left <= thresholds.warning:
        return Band.WARNING
    return Band.NOTICE if left <= thresholds.notice else None


def expired_sentence(evidence: Evidence) -> str:
    """Say since when the chain has been expired, and which certificate ended first."""
    certificate, end = _first_end(evidence)
    return f"expired {past(end, evidence.moment)}: {certificate}; TLS clients can no longer connect"


def ending_sentence(evidence: Evidence) -> str:
    """Say when the chain ends, and which certificate ends first."""
    certificate, end = _first_end(evidence)
    return f"ends {ahead(end, evidence.moment)}: {certificate}"


def _first_end(evidence: Evidence) -> tuple[str, datetime]:
    chain = evidence.chain
    ends = [
        (certificate.not_after, position)
        for position, certificate in enumerate(chain.certificates)
        if certificate.not_after
    ]
    end, position = min(ends)
    return called(chain, position), end
