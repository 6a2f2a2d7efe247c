"""
The words of the rules about many targets, and how they are asked: estate evidence in, findings by target out.

An estate rule sees the chains of all targets at once and yields the name of a target with the sentence about it; like
every rule it is pure and never raises. What it says of certificates goes through ``printable`` here.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Final

from aescan.certificates.chain import Chain
from aescan.findings.model import Finding, Severity
from aescan.findings.words import LONGEST_SENTENCE
from aescan.settings.policy import Policy
from aescan.text import printable

MOST_NAMED: Final = 5
"""Targets or hosts named in one sentence."""


@dataclass(frozen=True, slots=True)
class Previous:
    """The leaf that a target presented before the one it presents now, by lower-case hex SHA-256."""

    fingerprint_sha256: str
    public_key_sha256: str | None


@dataclass(frozen=True, slots=True)
class Member:
    """
    A target whose chain was seen.

    ``host``
        The name or address the operator dials.
    ``machine``
        What tells one machine from another: the address where the inventory knows it, else the host.
    ``labels``
        The operator's own labels.
    ``previous``
        What it presented before, where that is known.
    """

    name: str
    host: str
    machine: str
    port: int
    chain: Chain
    server_name: str | None
    labels: Mapping[str, str]
    previous: Previous | None = None


@dataclass(frozen=True, slots=True)
class EstateEvidence:
    """
    All that an estate rule may look at.

    ``members``
        The targets whose chains were seen, in the order of their names.
    ``targets``
        How many the estate has, those without a chain too.
    """

    members: tuple[Member, ...]
    targets: int
    policy: Policy
    moment: datetime


@dataclass(frozen=True, slots=True)
class EstateRule:
    """
    One thing that can be wrong with several targets together; its fields mean what those of ``Rule`` do.

    ``check`` yields names of members, each at most once, with the sentence that says what was seen.
    """

    code: str
    severity: Severity
    title: str
    remedy: str
    reference: str
    check: Callable[[EstateEvidence], Iterator[tuple[str, str]]]


def evaluate_estate(evidence: EstateEvidence, rules: Iterable[EstateRule]) -> Mapping[str, tuple[Finding, ...]]:
    """Return what is wrong with each target beside the others, by its name, in the order of the rules."""
    found: defaultdict[str, list[Finding]] = defaultdict(list)
    for rule in rules:
        for name, sentence in rule.check(evidence):
            said = printable(sentence, LONGEST_SENTENCE)
            found[name].append(Finding(rule.code, rule.severity, rule.title, said, rule.remedy, rule.reference))
    return {name: tuple(findings) for name, findings in found.items()}


def named(names: Iterable[str], number: int) -> str:
    """Return the first few of so many names, separated by commas, and how many more there are; reads no further."""
    shown = ", ".join(islice(names, MOST_NAMED))
    return shown if number <= MOST_NAMED else f"{shown} and {number - MOST_NAMED} more"
