"""The manuals as text."""

import re
from inspect import getdoc
from pathlib import Path

import pytest

from aescan.findings.catalogue import all_rules, manuals, rules
from aescan.findings.estates import EstateRule
from aescan.findings.model import Rule
from aescan.findings.reference import manual, reference
from aescan.findings.rules.untrusted import REMEDIES

PAGE = Path(__file__).parents[2] / "docs" / "findings.md"


def test_the_page_is_what_the_rules_say() -> None:
    """docs/findings.md is the reference made from the rule files; to renew it, write reference() into it."""
    assert PAGE.read_text(encoding="utf-8") == reference()


def test_a_manual_is_whole() -> None:
    """A manual has code, severity, title, what and why, remedy and reference."""
    (rule,) = (rule for rule in rules() if rule.code == "expired")
    assert manual(rule).split("\n\n") == [
        "expired (critical): Expired",
        "A certificate of the chain has passed its end of validity.",
        manuals()["expired"].split("\n\n")[1],
        "Remedy: replace the certificate that ended; if it is a CA, all certificates below it too",
        "Reference: PSN004561u; RFC 5280 section 4.1.2.5",
    ]


@pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.code)
def test_every_manual_has_a_remedy(rule: Rule | EstateRule) -> None:
    """A remedy made from the evidence is told in general; none is empty."""
    assert "\nRemedy: \n" not in manual(rule)


@pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.code)
def test_a_manual_is_for_operators(rule: Rule | EstateRule) -> None:
    """It says nothing of functions: neither what one returns, nor names in the markup of a docstring."""
    functions = [rule.check, rule.remedy] if callable(rule.remedy) else [rule.check]
    told = manual(rule)

    assert [one for one in functions if (getdoc(one) or "no docstring") in told] == []
    assert re.search(r"\b(Returns?|Yields?|Raises?|evidence)\b|``|\(\)", told) is None
    assert callable(rule.remedy) == bool(getattr(rule, "remedy_in_general", ""))


def test_the_remedy_of_clients_that_refuse() -> None:
    """What to do is told for every reason that a store may have."""
    (rule,) = (rule for rule in rules() if rule.code == "untrusted")
    assert all(text in manual(rule) for text in REMEDIES.values())


def test_a_remedy_made_from_the_evidence_names_the_five_ways() -> None:
    """The manual of the default certificate tells of the five ways and of the label for AACC."""
    text = manual(rules()[0])
    assert all(
        word in text
        for word in ("own PKI", "System Manager", "EJBCA", "third-party", "OpenSSL", "`aacc:", "PSN005110u")
    )
