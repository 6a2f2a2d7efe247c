"""
Which expiry band a chain is in: one answer that the four expiry rules share, so that no two of them ever fire together.

The first certificate presented to end counts, be it leaf, intermediate or root: the same moment that the metric of the
chain shows. RFC 5280 section 4.1.2.5 includes the last second, so a chain has expired only once that second is over.
"""

from datetime import datetime
from enum import Enum, auto

from aescan.certificates.chain import Chain
from aescan.findings.clock import doubt, true_moment
from aescan.findings.model import Evidence
from aescan.findings.words import ahead, called, past
from aescan.settings.policy import Thresholds


class Band(Enum):
    """How near the first end of validity is; a threshold's own moment belongs to its band."""

    EXPIRED = auto()
    CRITICAL = auto()
    WARNING = auto()
    NOTICE = auto()


def band(evidence: Evidence) -> Band | None:
    """
    Return the one band that the chain is in; None while the end is far, or where no date could be read.

    Where this machine's clock and NTP give different bands the worse one counts, and the sentence says so.
    """
    shown, moment = _band(evidence, evidence.moment), true_moment(evidence)
    if moment is None:
        return shown
    true = _band(evidence, moment)
    if shown is None or true is None:
        return shown or true
    return min(shown, true, key=lambda one: one.value)


def effective(thresholds: Thresholds, chain: Chain) -> Thresholds:
    """Return what ``thresholds`` come to for the certificate that ends first; as they are where it has no dates."""
    if not thresholds.relative or chain.not_after is None:
        return thresholds
    begin = chain.certificates[first_end(chain)[1]].not_before
    return thresholds if begin is None else thresholds.for_lifetime(chain.not_after - begin)


def expired_sentence(evidence: Evidence) -> str:
    """Say since when the chain has been expired, and which certificate ended first."""
    certificate, end = _first_end(evidence)
    hint = "; TLS clients can no longer connect" if end < evidence.moment else ""
    return f"{_ended(end, evidence.moment)}: {certificate}{hint}{_doubt(evidence, end)}"


def ending_sentence(evidence: Evidence) -> str:
    """Say when the chain ends, and which certificate ends first."""
    certificate, end = _first_end(evidence)
    return f"{_ended(end, evidence.moment)}: {certificate}{_doubt(evidence, end)}"


def _band(evidence: Evidence, moment: datetime) -> Band | None:
    not_after = evidence.chain.not_after
    if not_after is None:
        return None
    if not_after < moment:
        return Band.EXPIRED
    left, thresholds = not_after - moment, evidence.thresholds or evidence.policy.thresholds
    if thresholds.relative:
        thresholds = effective(thresholds, evidence.chain)
    if left <= thresholds.critical:
        return Band.CRITICAL
    if left <= thresholds.warning:
        return Band.WARNING
    return Band.NOTICE if left <= thresholds.notice else None


def _ended(end: datetime, moment: datetime) -> str:
    return f"expired {past(end, moment)}" if end < moment else f"ends {ahead(end, moment)}"


def _doubt(evidence: Evidence, end: datetime) -> str:
    """Return what NTP has to say against the verdict; nothing where it says the same."""
    moment = true_moment(evidence)
    if moment is None or _band(evidence, moment) is _band(evidence, evidence.moment):
        return ""
    return doubt(evidence, _ended(end, moment))


def _first_end(evidence: Evidence) -> tuple[str, datetime]:
    end, position = first_end(evidence.chain)
    return called(evidence.chain, position), end


def first_end(chain: Chain) -> tuple[datetime, int]:
    """Return the first end of validity, and where the first certificate with it stands; there has to be one."""
    return min(
        (certificate.not_after, position)
        for position, certificate in enumerate(chain.certificates)
        if certificate.not_after is not None
    )
