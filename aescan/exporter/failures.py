"""
The failures of late, kept for whoever asks what went wrong: a bounded number, the newest first.

Observations come in, of the sweep and of probes on demand; those that saw nothing are kept. Of the sweep there is one
for each target, its last, and it stays when the target is back; of probes on demand each is kept. Nothing is logged.
"""

from collections import OrderedDict, deque
from typing import Final

from aescan.observation import Failed, Observation

MOST: Final = 100
"""Failures kept of each kind: what anybody reads, and some hundred kilobytes at most."""


class Failures:
    """What failed last."""

    def __init__(self) -> None:
        self._swept: OrderedDict[str, Observation] = OrderedDict()
        self._asked: deque[Observation] = deque(maxlen=MOST)

    def note_swept(self, observation: Observation) -> None:
        """Keep what the sweep came to, if it is a failure; an older one of that target is forgotten."""
        if isinstance(observation.outcome, Failed):
            name = observation.target.name
            self._swept[name] = observation
            self._swept.move_to_end(name)
            if len(self._swept) > MOST:
                self._swept.popitem(last=False)

    def note_asked(self, observation: Observation) -> None:
        """Keep what a probe on demand came to, if it is a failure."""
        if isinstance(observation.outcome, Failed):
            self._asked.append(observation)

    @property
    def swept(self) -> tuple[Observation, ...]:
        """The last failure of each target of the sweep, the newest first."""
        return tuple(reversed(self._swept.values()))

    @property
    def asked(self) -> tuple[Observation, ...]:
        """The failed probes on demand, the newest first."""
        return tuple(reversed(self._asked))
