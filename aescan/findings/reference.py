"""
The manuals of the rules as text: for ``aescan --rules [CODE]``, and as a page for ``docs/findings.md``.

Rules come in, text goes out; everything is taken from the rule files, so that there is one place to correct.
"""

from inspect import getdoc
from typing import Final

from aescan.findings.catalogue import manuals, rules
from aescan.findings.model import Rule

HEAD: Final = """\
# Findings

What aescan can say about one endpoint, the worst first. Each finding has a code, which is the value of the label `code`
of the metric `aescan_finding` and never changes, and a severity. This page is made from the rule files in
`aescan/findings/rules/`; edit those.

| code | severity | meaning |
|---|---|---|
"""


def manual(rule: Rule) -> str:
    """Return all that is known about ``rule``: code, severity, what and why, remedy, reference; no final newline."""
    return "\n".join(
        (
            f"{rule.code} ({rule.severity.label}): {rule.title}",
            "",
            manuals()[rule.code],
            "",
            f"Remedy: {_remedy(rule)}",
            "",
            f"Reference: {rule.reference}",
        )
    )


def reference() -> str:
    """Return the findings reference, a Markdown page of every rule."""
    rows = "".join(f"| [`{rule.code}`](#{rule.code}) | {rule.severity.label} | {rule.title} |\n" for rule in rules())
    return HEAD + rows + "".join(_section(rule) for rule in rules())


def _section(rule: Rule) -> str:
    return "\n".join(
        (
            "",
            f"## {rule.code}",
            "",
            f"**{rule.title}** ({rule.severity.label}). {manuals()[rule.code]}",
            "",
            f"*Remedy:* {_remedy(rule)}",
            "",
            f"*Reference:* {rule.reference}",
            "",
        )
    )


def _remedy(rule: Rule) -> str:
    """Return the remedy for all targets; one made from the evidence describes itself in its docstring."""
    return rule.remedy if isinstance(rule.remedy, str) else getdoc(rule.remedy) or ""
