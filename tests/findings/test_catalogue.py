"""The rules are found by looking, and a wrong file is refused."""

import re
import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

from aescan.findings import estate as about_estates
from aescan.findings import rules as shipped
from aescan.findings.catalogue import all_rules, chain_rules, estate_rules, find, manuals, other_rules, rules
from aescan.findings.model import ChainRule, Rule

GOOD = '''"""
What it is.

Why it matters.
"""
from aescan.findings.model import Rule, Severity
RULE = Rule("{code}", Severity.{severity}, "Title", "remedy", "reference", lambda evidence: None)
'''


def package(folder: Path, monkeypatch: pytest.MonkeyPatch, **sources: str) -> str:
    """Write a package of rule modules, importable during the test, and return its name."""
    name = f"rules_of_{re.sub(r'[^a-z0-9]', '_', folder.name.lower())}"
    (folder / name).mkdir()
    (folder / name / "__init__.py").write_text("")
    for code, source in sources.items():
        (folder / name / f"{code}.py").write_text(source)
    monkeypatch.syspath_prepend(str(folder))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    return name


def codes(package: ModuleType) -> set[str]:
    """Return the names of the modules beside the package's own."""
    (folder,) = package.__path__
    return {path.stem for path in Path(folder).glob("*.py")} - {"__init__"}


def test_every_file_is_a_rule() -> None:
    """Every module beside the package's own is a rule of that name, and no two rules have one code."""
    assert {rule.code for rule in rules()} == codes(shipped)
    assert {rule.code for rule in estate_rules()} == codes(about_estates)
    assert not codes(shipped) & codes(about_estates)
    assert set(manuals()) == codes(shipped) | codes(about_estates) == {rule.code for rule in all_rules()}


@pytest.mark.parametrize(("folder", "package"), [("rules", shipped), ("estate", about_estates)])
def test_every_rule_has_a_test(folder: str, package: ModuleType) -> None:
    """Every rule has a test file of its own."""
    tests = {path.stem.removeprefix("test_") for path in (Path(__file__).parent / folder).glob("test_*.py")}
    assert tests == codes(package)


def test_a_rule_is_of_the_chain_or_of_the_rest() -> None:
    """Every rule is asked in one of two ways, in the same order."""
    assert all(isinstance(rule, ChainRule) for rule in chain_rules())
    assert [rule for rule in rules() if rule in chain_rules()] == [*chain_rules()]
    assert [rule for rule in rules() if rule not in chain_rules()] == [*other_rules()]


def test_the_worst_stand_first_then_by_code() -> None:
    """Rules are sorted by severity, then by code."""
    assert [(rule.severity.label, rule.code) for rule in rules()] == [
        ("critical", "avaya_default_certificate"),
        ("critical", "broken_signature"),
        ("critical", "expired"),
        ("critical", "expires_imminently"),
        ("critical", "not_yet_valid"),
        ("critical", "untrusted"),
        ("warning", "avaya_self_signed_default"),
        ("warning", "chain_out_of_order"),
        ("warning", "clock_skew"),
        ("warning", "expires_soon"),
        ("warning", "issuer_expires_first"),
        ("warning", "key_usage_unfit"),
        ("warning", "legacy_protocol"),
        ("warning", "missing_client_auth"),
        ("warning", "missing_server_auth"),
        ("warning", "name_mismatch"),
        ("warning", "sha1_signature"),
        ("warning", "sip_ca_ends"),
        ("warning", "unreadable_certificate"),
        ("warning", "weak_key"),
        ("notice", "chain_incomplete"),
        ("notice", "duplicate_in_chain"),
        ("notice", "expires_ahead"),
        ("notice", "issuer_clock_unset"),
        ("notice", "legacy_client_name"),
        ("notice", "missing_san"),
        ("notice", "notice_recipe"),
        ("notice", "plaintext_twin"),
        ("notice", "root_in_chain"),
        ("notice", "self_signed_leaf"),
        ("notice", "stray_in_chain"),
        ("notice", "validity_too_long"),
    ]


def test_estate_rules_stand_among_the_others() -> None:
    """All rules together are sorted likewise."""
    assert [(rule.severity.label, rule.code) for rule in estate_rules()] == [
        ("warning", "pair_out_of_step"),
        ("notice", "cliff"),
        ("notice", "mixed_certificates"),
        ("notice", "renewed_with_same_key"),
        ("notice", "shared_key"),
    ]
    ordered = [(-rule.severity, rule.code) for rule in all_rules()]
    assert ordered == sorted(ordered)


def test_texts_are_in_form() -> None:
    """A title begins with a capital, a fixed remedy with none, and a manual has its what and its why."""
    for rule in all_rules():
        assert rule.title[0].isupper()
        assert rule.title[-1] != "."
        assert rule.reference
        assert callable(rule.remedy) or (rule.remedy[0].islower() and rule.remedy[-1] != ".")
        assert len(manuals()[rule.code].split("\n\n")) >= 2


def test_a_new_file_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file dropped in is a rule, with its docstring as manual; no list has to change."""
    sources = {
        code: GOOD.format(code=code, severity=severity) for code, severity in (("a", "NOTICE"), ("b", "WARNING"))
    }
    found = find(import_module(package(tmp_path, monkeypatch, **sources)), Rule)
    assert [(rule.code, text) for rule, text in found] == [
        ("b", "What it is.\n\nWhy it matters."),
        ("a", "What it is.\n\nWhy it matters."),
    ]


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ('"""Doc."""', "rule file a.py: its RULE is None, expected a Rule"),
        ('"""Doc."""\nRULE = 1', "rule file a.py: its RULE is 1, expected a Rule"),
        (GOOD.format(code="b", severity="NOTICE"), "rule file a.py: its code is 'b', expected the name of the file"),
        (
            GOOD.format(code="a", severity="NOTICE").split('"""')[2],
            "rule file a.py: it has no docstring, expected the manual of the rule",
        ),
    ],
)
def test_a_wrong_file_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, source: str, message: str) -> None:
    """A file without a rule, with another code or without a manual is refused, and the message says why."""
    name = package(tmp_path, monkeypatch, a=source)
    with pytest.raises(ImportError, match=f"^{re.escape(message)}$") as refused:
        find(import_module(name), Rule)
    assert refused.value.name == f"{name}.a"
