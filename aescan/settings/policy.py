"""
What to judge by: plain frozen data that the rules read.

Made from the settings file and the shipped data by the loaders beside this file; per target where the inventory says
so. No I/O, no clock, no YAML here, so that the core may import it.
"""

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from aescan.keystores.model import TrustStore
from aescan.settings.profiles import Change, ClientProfile
from aescan.settings.work import Job


@dataclass(frozen=True, slots=True)
class Thresholds:
    """
    How long before the end of validity each severity begins.

    The defaults are Session Manager's own alarm bands: 60, 30 and 15 days (domain facts, section 5.3).

    ``notice_share``, ``warning_share``, ``critical_share``
        Shares of the certificate's lifetime, from 0 to 1; where one is set, the severity begins at the later of the two
        moments, so that a certificate of 90 days is not in a band of 60 for most of its life.
    """

    notice: timedelta = timedelta(days=60)
    warning: timedelta = timedelta(days=30)
    critical: timedelta = timedelta(days=15)
    notice_share: float | None = None
    warning_share: float | None = None
    critical_share: float | None = None

    @property
    def relative(self) -> bool:
        """Whether any of them depends on the lifetime."""
        return (self.notice_share, self.warning_share, self.critical_share) != (None, None, None)

    def for_lifetime(self, lifetime: timedelta) -> "Thresholds":
        """Return what they come to for a certificate that lasts so long; none begins before the one above it."""
        notice = _later(self.notice, self.notice_share, lifetime)
        warning = min(notice, _later(self.warning, self.warning_share, lifetime))
        return Thresholds(notice, warning, min(warning, _later(self.critical, self.critical_share, lifetime)))


def _later(span: timedelta, share: float | None, lifetime: timedelta) -> timedelta:
    return span if share is None else min(span, max(lifetime, timedelta(0)) * share)


class Meaning(StrEnum):
    """What a pattern says about the certificate it matches."""

    DEFAULT = "default"
    SYSTEM_MANAGER = "system_manager"


@dataclass(frozen=True, slots=True)
class CertificatePattern:
    """
    One entry of the catalogue of Avaya certificates (``aescan/data/avaya_certificates.yml``, or a site's own).

    ``name``
        What a finding calls it; unique in the catalogue.
    ``meaning``
        ``default``: signed by an Avaya product CA, not to be used in production. ``system_manager``: the customer's own
        System Manager CA, never a default.
    ``product``
        The product that presents or signs it, in words.
    ``issuer``
        Attribute type (``CN``, ``O``, ``OU``) to the regular expression that one of its values must match in full.
    ``public_key_sha256``, ``fingerprint_sha256``
        Exact values, lower-case hex, any one of which is enough; empty when unknown. The key is that of a certificate
        in the chain.
    ``ends``
        When the CA that the pattern names ends, aware UTC; None when unknown.
    ``source``, ``confidence``
        Where the fact comes from; ``sourced``, ``derived`` or ``unverified``.
    """

    name: str
    meaning: Meaning
    product: str
    source: str
    confidence: str
    issuer: tuple[tuple[str, re.Pattern[str]], ...] = ()
    public_key_sha256: tuple[str, ...] = ()
    fingerprint_sha256: tuple[str, ...] = ()
    ends: datetime | None = None


@dataclass(frozen=True, slots=True)
class Cliff:
    """
    How many chains that end together are a cliff.

    ``targets``, ``share``
        At least so many targets, and at least this share of the estate: fewer than three are single renewals however
        small the estate, and less than a tenth is everyday work however large.
    ``within``
        Ends closer together than this fall on the same people in the same week.
    """

    targets: int = 3
    share: float = 0.10
    within: timedelta = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Policy:
    """
    All that verdicts depend on besides the evidence itself.

    ``minimum_rsa_bits``, ``minimum_ec_bits``
        Keys below these sizes are weak: 2048 is what the notice recommends, and with 224 the least that NIST
        SP 800-131A revision 2 allows.
    ``maximum_lifetime``
        A server certificate valid for longer is reported: 825 days are the most that Apple's systems accept, from any
        CA.
    ``patterns``
        Known Avaya certificates, tried in order.
    ``clock_limit``
        How far off a clock may be: a minute is more than certificates need and far more than what NTP leaves.
    ``clients``, ``changes``
        Known clients, for which each target is judged too, and the planned changes that may break them.
    ``trust_stores``
        What kinds of clients hold as trusted.
    ``cliff``
        When chains that end together are one.
    ``jobs``
        What to do about findings.
    """

    thresholds: Thresholds = Thresholds()
    minimum_rsa_bits: int = 2048
    minimum_ec_bits: int = 224
    patterns: tuple[CertificatePattern, ...] = field(default=(), repr=False)
    maximum_lifetime: timedelta = timedelta(days=825)
    clock_limit: timedelta = timedelta(minutes=1)
    clients: tuple[ClientProfile, ...] = field(default=(), repr=False)
    changes: tuple[Change, ...] = field(default=(), repr=False)
    trust_stores: tuple[TrustStore, ...] = field(default=(), repr=False)
    cliff: Cliff = Cliff()
    jobs: tuple[Job, ...] = field(default=(), repr=False)
