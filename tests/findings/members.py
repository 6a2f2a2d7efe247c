"""Members of an estate to order, for the tests of the rules about many targets."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from aescan.certificates.facts import Certificate
from aescan.findings.estates import EstateEvidence, EstateRule, Member, Previous
from aescan.settings.policy import Policy
from tests.facts import INTERMEDIATE, LEAF, NOW, chain


def leaf(number: int, **changes: object) -> Certificate:
    """Return a leaf of its own fingerprint and key for each number."""
    own = {"fingerprint_sha256": f"{number:064x}", "public_key_sha256": f"{number + 1000:064x}"}
    return replace(LEAF, **{**own, **changes})  # type: ignore[arg-type]  # the tests say which


def member(
    host: str = "aes1",
    port: int = 4722,
    *certificates: Certificate,
    machine: str = "",
    server_name: str | None = "",
    labels: Mapping[str, str] | None = None,
    previous: Previous | None = None,
) -> Member:
    """Return a member named ``host:port``, by default with the sound chain and asked for its host's name."""
    return Member(
        name=f"{host}:{port}",
        host=host,
        machine=machine or host,
        port=port,
        chain=chain(*(certificates or (LEAF, INTERMEDIATE))),
        server_name=host if server_name == "" else server_name,
        labels=labels or {},
        previous=previous,
    )


def said(rule: EstateRule, *members: Member, moment: datetime = NOW, policy: Policy | None = None) -> dict[str, str]:
    """Return what a rule says about each of these targets."""
    evidence = EstateEvidence(members, len(members), policy or Policy(), moment)
    return dict(rule.check(evidence))
