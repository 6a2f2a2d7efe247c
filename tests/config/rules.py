"""The rules of ``config/prometheus`` as data: which there are, and which metrics and labels they name."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "config" / "prometheus"
RULE_FILES = sorted(FOLDER.glob("*.rules.yml")) + sorted(FOLDER.glob("*.alerts.yml"))
TEST_FILES = sorted((FOLDER / "tests").glob("*.test.yml"))

GROUPING = re.compile(r"\b(?:by|on|ignoring|without|group_left|group_right)\s*\(([^)]*)\)")
QUERY = re.compile(r"printf \"((?:[^\"\\]|\\.)*)\"[^}]*\| query")
"""A query in a template, whose values are filled in by printf."""


@dataclass(frozen=True, slots=True)
class Alert:
    """An alerting rule as it stands in its file."""

    name: str
    expr: str
    severity: str | None
    annotations: dict[str, str]
    waits: str = ""

    @property
    def queries(self) -> list[str]:
        """Every expression in it: what it fires on, and what its texts ask for."""
        asked = [query for text in self.annotations.values() for query in QUERY.findall(text)]
        return [self.expr, *(re.sub(r"%\.0f", "0", query).replace("%q", '""') for query in asked)]


@dataclass(frozen=True, slots=True)
class Named:
    """
    What expressions name.

    ``metrics``
        Each with the labels that it is selected by.
    ``labels``
        Those that results are grouped, joined or matched by.
    """

    metrics: dict[str, set[str]] = field(default_factory=dict)
    labels: set[str] = field(default_factory=set)


def groups() -> Iterator[tuple[Path, dict[str, Any]]]:
    """Yield every group of rules with the file that it stands in."""
    for path in RULE_FILES:
        for group in yaml.safe_load(path.read_text(encoding="utf-8"))["groups"]:
            yield path, group


def rules(kind: str) -> Iterator[dict[str, Any]]:
    """Yield every rule that is a ``record`` or an ``alert``."""
    for _, group in groups():
        yield from (rule for rule in group["rules"] if kind in rule)


def alerts() -> list[Alert]:
    """Return every alerting rule."""
    return [
        Alert(
            name=rule["alert"],
            expr=rule["expr"],
            severity=rule.get("labels", {}).get("severity"),
            annotations=rule["annotations"],
            waits=rule.get("for", ""),
        )
        for rule in rules("alert")
    ]


def named(expressions: list[str]) -> Named:
    """Return what the expressions name; a text between quotes is no name."""
    found = Named()
    for expression in expressions:
        bare = re.sub(r'"(?:[^"\\]|\\.)*"', '""', expression)
        for listed in GROUPING.findall(bare):
            found.labels.update(re.findall(r"\w+", listed))
        bare = re.sub(r"\b[a-z_]+\s*\(", "(", GROUPING.sub("", bare))
        for metric, selectors in re.findall(r"([a-zA-Z_][a-zA-Z0-9_:]*)\s*(\{[^}]*\})?", bare):
            if "_" in metric or ":" in metric or selectors:
                found.metrics.setdefault(metric, set()).update(re.findall(r"(\w+)\s*(?:=~|!~|!=|=)", selectors))
    return found
