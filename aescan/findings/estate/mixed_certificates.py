"""
The ports of one host present different certificates, and this one has an older one than another port.

AE Services has one server certificate for its services; where a port still presents the former one, a replacement is
half done: an alias was forgotten, or a service was not restarted. Compared are the targets of one machine that are
asked for the same server name; of several leaves the one that became valid last counts as the new one. Notice, because
a port may have a certificate of its own on purpose, as the web server of the management console often has.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

from aescan.findings.estates import EstateEvidence, EstateRule, Member, named
from aescan.findings.model import Severity
from aescan.findings.words import LONGEST_TITLE, stamp
from aescan.text import printable

NEVER: Final = datetime.min.replace(tzinfo=UTC)
"""When a leaf became valid that does not tell: before all others."""


def check(evidence: EstateEvidence) -> Iterator[tuple[str, str]]:
    """Say what this port presents and what the newer one is, on which ports."""
    machines: defaultdict[tuple[str, str | None], list[Member]] = defaultdict(list)
    for member in evidence.members:
        machines[member.machine, member.server_name].append(member)
    for members in machines.values():
        newest = max(members, key=_age).chain.leaf
        if all(member.chain.leaf.fingerprint_sha256 == newest.fingerprint_sha256 for member in members):
            continue
        ports = {member.port for member in members if member.chain.leaf.fingerprint_sha256 == newest.fingerprint_sha256}
        there = named(map(str, sorted(ports)), len(ports))
        since = f", valid from {stamp(newest.not_before)}" if newest.not_before else ""
        newer = f"{printable(newest.title, LONGEST_TITLE)}{since}"
        for member in members:
            if member.chain.leaf.fingerprint_sha256 != newest.fingerprint_sha256:
                own = printable(member.chain.leaf.title, LONGEST_TITLE)
                yield member.name, f"presents {own}, while port {there} of this host presents {newer}"


def _age(member: Member) -> tuple[datetime, str]:
    return member.chain.leaf.not_before or NEVER, member.chain.leaf.fingerprint_sha256


RULE = EstateRule(
    code="mixed_certificates",
    severity=Severity.NOTICE,
    title="Older certificate than on another port",
    remedy=(
        "look whether the replacement is complete: import the new certificate for every alias in use, restart the"
        " services, scan again"
    ),
    reference="PSN004561u, Import the Certificate",
    check=check,
)
