"""
Evidence to findings: every rule asked once.

Pure: no clock, no I/O; no rule raises on any evidence, so neither does this. What a sentence says of certificates is
hostile text, so each goes through ``printable`` here, once and for all rules.
"""

from aescan.findings.catalogue import rules
from aescan.findings.model import Evidence, Finding, Rule
from aescan.findings.words import LONGEST_SENTENCE
from aescan.text import printable


def evaluate(evidence: Evidence) -> tuple[Finding, ...]:
    """Return what is wrong with one chain at one moment, the worst first, then by code."""
    return tuple(
        [_finding(rule, sentence, evidence) for rule in rules() if (sentence := rule.check(evidence)) is not None]
    )


def _finding(rule: Rule, sentence: str, evidence: Evidence) -> Finding:
    remedy = rule.remedy if isinstance(rule.remedy, str) else rule.remedy(evidence)
    return Finding(rule.code, rule.severity, rule.title, printable(sentence, LONGEST_SENTENCE), remedy, rule.reference)
