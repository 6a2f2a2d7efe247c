"""
Findings about the several chains of one target as one list: one finding for each rule, as everywhere.

The findings of the ordinary chain come in, and those of each view by its name; what goes out says of each sentence
which view it comes from, unless the ordinary chain says the same.
"""

from collections.abc import Iterable
from dataclasses import replace

from aescan.findings.model import Finding
from aescan.findings.words import LONGEST_SENTENCE
from aescan.text import printable


def merge(ordinary: Iterable[Finding], views: Iterable[tuple[str, Iterable[Finding]]]) -> tuple[Finding, ...]:
    """Return all findings, the worst first, then by code."""
    merged = {finding.code: finding for finding in ordinary}
    said: dict[str, dict[str, list[str]]] = {}
    own = {code: finding.sentence for code, finding in merged.items()}
    for name, findings in views:
        for finding in findings:
            if own.get(finding.code) != finding.sentence:
                said.setdefault(finding.code, {}).setdefault(finding.sentence, []).append(name)
                merged.setdefault(finding.code, finding)
    for code, sentences in said.items():
        parts = [own[code]] if code in own else []
        parts += [f"{_called(names)}: {sentence}" for sentence, names in sentences.items()]
        merged[code] = replace(merged[code], sentence=printable("; ".join(parts), LONGEST_SENTENCE))
    return tuple(sorted(merged.values(), key=lambda finding: (-finding.severity, finding.code)))


def _called(names: list[str]) -> str:
    return f"view {names[0]}" if len(names) == 1 else f"views {', '.join(names)}"
