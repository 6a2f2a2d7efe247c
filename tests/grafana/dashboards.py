"""The dashboards as they are committed, read for the tests: panels, queries, and variables put in as Grafana does."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent.parent.parent / "grafana" / "dashboards"
FILES = sorted(FOLDER.glob("*.json"))


@dataclass(frozen=True)
class Asked:
    """An expression, where it stands, whether its course is asked for, and how many moments of it at most."""

    board: str
    place: str
    expr: str
    course: bool
    points: int | None

    def __str__(self) -> str:
        """Return what a test is called after it."""
        return f"{self.board}: {self.place}"


def load(file: Path) -> Any:  # noqa: ANN401  JSON
    """Return a dashboard."""
    return json.loads(file.read_text(encoding="utf-8"))


def panels(board: Any) -> list[Any]:  # noqa: ANN401  JSON
    """Return the panels of a dashboard that show something: all but headings."""
    return [panel for panel in board["panels"] if panel["type"] != "row"]


def asked(file: Path) -> Iterator[Asked]:
    """Yield every expression of a panel."""
    for panel in panels(load(file)):
        for target in panel["targets"]:
            yield Asked(
                file.stem,
                f"{panel['title']} {target['refId']}",
                target["expr"],
                bool(target.get("range")),
                panel.get("maxDataPoints"),
            )


def events(file: Path) -> Iterator[Asked]:
    """Yield every expression of an annotation."""
    for event in load(file)["annotations"]["list"]:
        yield Asked(file.stem, event["name"], event["expr"], course=True, points=None)


ALL = {"site": ".*", "service": ".*", "owner": ".*", "__rate_interval": "10s"}
"""What the variables stand for where nobody has chosen anything."""


def interpolated(expr: str, values: Mapping[str, str]) -> str:
    """Return the expression with these values for its variables; one without a value is an error."""
    return re.sub(r"\$\{?(\w+)\}?", lambda found: found[0] if found[1].isdigit() else values[found[1]], expr)
