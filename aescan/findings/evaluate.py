"""
Evidence to findings: every rule asked once, those about the chain alone once for each chain.

Pure: no clock, no I/O; no rule raises on any evidence, so neither does this. What a sentence says of certificates is
hostile text, so each goes through ``printable`` here, once and for all rules.
"""

from aescan.certificates.chain import Chain
from aescan.findings.catalogue import chain_rules, other_rules
from aescan.findings.model import ChainEvidence, Evidence, Finding, Rule
from aescan.findings.standing import standing
from aescan.findings.words import LONGEST_SENTENCE
from aescan.settings.policy import Policy
from aescan.text import printable


def evaluate(evidence: Evidence) -> tuple[Finding, ...]:
    """Return what is wrong with one chain at one moment, the worst first, then by code."""
    lasting = _of_chain(evidence.chain, evidence.policy)
    found = [
        _finding(rule, sentence, rule.remedy if isinstance(rule.remedy, str) else rule.remedy(evidence))
        for rule in other_rules()
        if (sentence := rule.check(evidence)) is not None
    ]
    return tuple(sorted((*lasting, *found), key=_rank)) if lasting and found else lasting or tuple(found)


@standing
def _of_chain(chain: Chain, policy: Policy) -> tuple[Finding, ...]:
    """Return what is wrong with a chain at any moment, in the same order."""
    evidence = ChainEvidence(chain, policy)
    return tuple(
        [
            _finding(rule, sentence, rule.remedy)
            for rule in chain_rules()
            if (sentence := rule.check(evidence)) is not None
        ]
    )


def _finding(rule: Rule, sentence: str, remedy: str) -> Finding:
    return Finding(rule.code, rule.severity, rule.title, printable(sentence, LONGEST_SENTENCE), remedy, rule.reference)


def _rank(finding: Finding) -> tuple[int, str]:
    return -finding.severity, finding.code
