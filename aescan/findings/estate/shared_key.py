"""
The key of the leaf is the key of other hosts too.

Whoever gets it from one of them can stand in for all, and all have to be renewed at once. The default certificates of
AE Services 5.x and 6.x were one for every server in the world. Hosts are told apart by what is dialled and by address:
several addresses of one name, and several names of one address, are one host. So is an HA pair that the label `pair`
names. Notice, because one certificate with the names of several hosts is a way to run them.
"""

from collections import defaultdict
from collections.abc import Iterator

from aescan.findings.estates import EstateEvidence, EstateRule, Member, named
from aescan.findings.model import Severity
from aescan.findings.words import count


def check(evidence: EstateEvidence) -> Iterator[tuple[str, str]]:
    """Name the other hosts."""
    sharing: defaultdict[str, list[Member]] = defaultdict(list)
    for member in evidence.members:
        if (key := member.chain.leaf.public_key_sha256) is not None:
            sharing[key].append(member)
    for members in sharing.values():
        hosts = dict.fromkeys(member.host for member in members)
        if len(hosts) == 1 or len({member.machine for member in members}) == 1:
            continue
        if len({member.labels.get("pair") or member.host for member in members}) == 1:
            continue
        for member in members:
            number = len(hosts) - 1
            others = named((host for host in hosts if host != member.host), number)
            yield member.name, f"its key is the key of {count(number, 'other host')}: {others}"


RULE = EstateRule(
    code="shared_key",
    severity=Severity.NOTICE,
    title="Key of several hosts",
    remedy="have each host make a key of its own, and a certificate issued for it",
    reference="PSN004561u; NIST SP 800-57 part 1 revision 5, section 5.2",
    check=check,
)
