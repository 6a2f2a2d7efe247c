"""
The rules, found by looking: one module in ``aescan.findings.rules`` is one rule.

A package comes in, its rules go out, worst first. A module that breaks the form of a rule is refused at first use, for
it is a bug in aescan and not the operator's. There is no list to keep and nothing here changes after the first call.
"""

import pkgutil
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from inspect import cleandoc
from types import MappingProxyType, ModuleType

from aescan.findings import rules as shipped
from aescan.findings.model import Rule


@cache
def rules() -> tuple[Rule, ...]:
    """Return every rule about one endpoint, the worst severity first, then by code."""
    return tuple(rule for rule, _ in find(shipped))


@cache
def manuals() -> Mapping[str, str]:
    """Return the manual of every rule by code, in the order of ``rules``: the docstring of its module."""
    return MappingProxyType({rule.code: text for rule, text in find(shipped)})


def find(package: ModuleType) -> list[tuple[Rule, str]]:
    """
    Return the rules in the modules of ``package`` with their manuals, the worst severity first, then by code.

    Raises ImportError for a module without a RULE, with a code that is not its name, or without a docstring.
    """
    names = sorted(module.name for module in pkgutil.iter_modules(package.__path__))
    found = [_rule(import_module(f"{package.__name__}.{name}"), name) for name in names]
    return sorted(found, key=lambda entry: (-entry[0].severity, entry[0].code))


def _rule(module: ModuleType, name: str) -> tuple[Rule, str]:
    manual = cleandoc(module.__doc__ or "")
    match getattr(module, "RULE", None):
        case Rule(code=code) as rule if code == name and manual:
            return rule, manual
        case Rule(code=code) if code != name:
            wrong = f"its code is {code!r}, expected the name of the file"
        case Rule():
            wrong = "it has no docstring, expected the manual of the rule"
        case other:
            wrong = f"its RULE is {other!r}, expected a Rule"
    raise ImportError(f"rule file {name}.py: {wrong}", name=module.__name__)
