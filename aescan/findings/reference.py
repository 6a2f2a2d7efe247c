"""
The manuals of the rules as text: for ``aescan --rules [CODE]``, and as a page for ``docs/findings.md``.

Rules come in, text goes out; everything is taken from the rule files, so that there is one place to correct.
"""

from typing import Final

from aescan.findings.catalogue import all_rules, manuals
from aescan.findings.estates import EstateRule
from aescan.findings.model import Rule

HEAD: Final = """\
# Findings

What aescan can say about one endpoint, by itself or beside the others of the estate, the worst first. Each finding has
a code, which is the value of the label `code` of the metric `aescan_finding` and never changes, and a severity. This
page is made from the rule files in `aescan/findings/rules/` and `aescan/findings/estate/`; edit those.

| code | severity | meaning |
|---|---|---|
"""


def manual(rule: Rule | EstateRule) -> str:
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
    rows = "".join(
        f"| [`{rule.code}`](#{rule.code}) | {rule.severity.label} | {rule.title} |\n" for rule in all_rules()
    )
    return HEAD + rows + "".join(_section(rule) for rule in all_rules())


def _section(rule: Rule | EstateRule) -> str:
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


def _remedy(rule: Rule | EstateRule) -> str:
    return rule.remedy if isinstance(rule.remedy, str) else rule.remedy_in_general
