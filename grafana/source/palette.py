"""
The colours of the dashboards, and the limits at which they change.

Colours are those of Okabe and Ito ("Color Universal Design", 2008), which people with any of the common colour vision
deficiencies tell apart; no panel says anything by colour alone.
"""

from typing import Final

from grafana_foundation_sdk.builders import dashboard as build
from grafana_foundation_sdk.models import dashboard as model

CRITICAL: Final = "#D55E00"
WARNING: Final = "#E69F00"
NOTICE: Final = "#56B4E9"
GOOD: Final = "#009E73"
OTHER: Final = "#999999"
BLUE: Final = "#0072B2"
PINK: Final = "#CC79A7"
YELLOW: Final = "#F0E442"
PLAIN: Final = "text"
"""The colour of ordinary text, for numbers that are neither good nor bad."""

COLOURS: Final = frozenset({CRITICAL, WARNING, NOTICE, GOOD, OTHER, BLUE, PINK, YELLOW, PLAIN})

Limits = tuple[tuple[float | None, str], ...]
"""From which value on which colour holds; the first one, None, from everywhere."""

NEUTRAL: Final[Limits] = ((None, PLAIN),)
NONE_WANTED: Final[Limits] = ((None, GOOD), (1, CRITICAL))
BETTER_NONE: Final[Limits] = ((None, GOOD), (1, WARNING))
DAYS_LEFT: Final[Limits] = ((None, CRITICAL), (15, WARNING), (30, NOTICE), (60, GOOD))
"""The thresholds that aescan has by default; each target's own ones may differ."""

WANTED: Final[Limits] = ((None, CRITICAL), (1, GOOD))


def thresholds(limits: Limits) -> build.ThresholdsConfig:
    """Return the limits as a panel has them."""
    steps = [model.Threshold(value=value, color=colour) for value, colour in limits]
    return build.ThresholdsConfig().mode(model.ThresholdsMode.ABSOLUTE).steps(steps)


def steps(limits: Limits) -> dict[str, object]:
    """Return the limits as one column of a table has them."""
    return {"mode": "absolute", "steps": [{"value": value, "color": colour} for value, colour in limits]}


def fixed(colour: str) -> dict[str, object]:
    """Return this colour as one series has it."""
    return {"mode": "fixed", "fixedColor": colour}
