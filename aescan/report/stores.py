"""
What clients with each trust store make of an estate: targets by verdict and by reason.

Observations come in, in the order to be told; every format tells the same groups.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Final

from aescan.inventory.model import Target
from aescan.observation import Observation, Seen

WORDS: Final = {True: "accepted", False: "refused", None: "not known"}
"""What became of a chain, in the order told."""

Reasons = Mapping[str, list[Target]]
"""Sentence to the targets of which it is true, the most frequent first."""


def stores(ordered: Iterable[Observation]) -> dict[str, dict[bool | None, Reasons]]:
    """Return the verdicts that occur for each trust store, in the order of the settings."""
    found: defaultdict[str, defaultdict[bool | None, defaultdict[str, list[Target]]]] = defaultdict(
        lambda: defaultdict(lambda: defaultdict(list))
    )
    for observation in ordered:
        if isinstance(observation.outcome, Seen):
            for verdict in observation.outcome.trust:
                found[verdict.store][verdict.trusted][verdict.sentence].append(observation.target)
    return {
        store: {answer: _frequent(answers[answer]) for answer in WORDS if answer in answers}
        for store, answers in found.items()
    }


def _frequent(reasons: Reasons) -> Reasons:
    return dict(sorted(reasons.items(), key=lambda pair: -len(pair[1])))
