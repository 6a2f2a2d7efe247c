"""
What a checklist is made of, and what exit status it comes to.

Items come in with whose they are; every format renders the same ``Checklist``. No I/O and no clock.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from aescan.findings.preflight import Item, Result

FIT: Final = 0
"""Exit status: no item that has to pass fails."""
UNFIT: Final = 1
"""Exit status: one does. (2 is the operator's mistake, told elsewhere.)"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checklist:
    """
    What is known of a replacement before it is imported.

    ``files``
        As the operator named them.
    ``host``
        The name that clients will dial, None where nobody says.
    ``moment``
        At which it is judged, aware UTC.
    ``width``, ``colour``
        Columns of the terminal, and whether it takes escape codes.
    """

    files: tuple[str, ...]
    host: str | None
    items: tuple[Item, ...]
    moment: datetime
    version: str
    width: int = 120
    colour: bool = False

    def of(self, result: Result, *, binding: bool) -> int:
        """Return how many items came to that, of those that have to pass or of the others."""
        return sum(item.result is result and item.binding is binding for item in self.items)


def exit_status(checklist: Checklist) -> int:
    """Return the exit status: items that are not binding do not count."""
    return UNFIT if checklist.of(Result.FAIL, binding=True) else FIT
