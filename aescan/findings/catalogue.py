"""
The rules, found by looking: one module in ``aescan.findings.rules`` or ``aescan.findings.estate`` is one rule.

A package comes in, its rules go out, worst first. A module that breaks the form of a rule is refused at first use, for
it is a bug in aescan and not the operator's. There is no list to keep and nothing here changes after the first call.
"""

import pkgutil
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from inspect import cleandoc
from types import MappingProxyType, ModuleType
from typing import TypeVar

from aescan.findings import estate as about_estates
from aescan.findings import rules as shipped
from aescan.findings.estates import EstateRule
from aescan.findings.model import ChainRule, Rule

R = TypeVar("R", Rule, EstateRule)


@cache
def rules() -> tuple[Rule, ...]:
    """Return every rule about one endpoint, the worst severity first, then by code."""
    return tuple(rule for rule, _ in find(shipped, Rule))


@cache
def chain_rules() -> tuple[ChainRule, ...]:
    """Return those of them that look at the chain alone, in the same order."""
    return tuple(rule for rule in rules() if isinstance(rule, ChainRule))


@cache
def other_rules() -> tuple[Rule, ...]:
    """Return the rest of them, in the same order."""
    return tuple(rule for rule in rules() if not isinstance(rule, ChainRule))


@cache
def estate_rules() -> tuple[EstateRule, ...]:
    """Return every rule about many targets at once, in the same order."""
    return tuple(rule for rule, _ in find(about_estates, EstateRule))


def all_rules() -> tuple[Rule | EstateRule, ...]:
    """Return every rule there is, in the same order."""
    return tuple(sorted((*rules(), *estate_rules()), key=_rank))


@cache
def manuals() -> Mapping[str, str]:
    """Return the manual of every rule by code: the docstring of its module."""
    found = {rule.code: text for rule, text in find(shipped, Rule)}
    return MappingProxyType(found | {rule.code: text for rule, text in find(about_estates, EstateRule)})


def find(package: ModuleType, kind: type[R]) -> list[tuple[R, str]]:
    """
    Return the rules in the modules of ``package`` with their manuals, the worst severity first, then by code.

    Raises ImportError for a module without a RULE of that kind, with a code that is not its name, or without a
    docstring.
    """
    names = sorted(module.name for module in pkgutil.iter_modules(package.__path__))
    found = [_rule(import_module(f"{package.__name__}.{name}"), name, kind) for name in names]
    return sorted(found, key=lambda entry: _rank(entry[0]))


def _rank(rule: Rule | EstateRule) -> tuple[int, str]:
    return -rule.severity, rule.code


def _rule(module: ModuleType, name: str, kind: type[R]) -> tuple[R, str]:
    manual = cleandoc(module.__doc__ or "")
    rule = getattr(module, "RULE", None)
    if not isinstance(rule, kind):
        wrong = f"its RULE is {rule!r}, expected a {kind.__name__}"
    elif rule.code != name:
        wrong = f"its code is {rule.code!r}, expected the name of the file"
    elif not manual:
        wrong = "it has no docstring, expected the manual of the rule"
    else:
        return rule, manual
    raise ImportError(f"rule file {name}.py: {wrong}", name=module.__name__)
