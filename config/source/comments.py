"""
What the comments of a sample file say of its keys.

The text of a sample in YAML comes in; the comment of each key goes out, by the way from the root to it. A key belongs
to the comment above it, or to that of the key above it where nothing stands between; one that is commented out counts
too. Only block style is read: what is in ``[]`` and ``{}`` is part of its key's value.
"""

import re
from collections.abc import Collection
from typing import Final

Way = tuple[str, ...]
"""Keys from the root; those of a list's entries as if the list were one entry."""

_KEY: Final = re.compile(
    r"(?P<indent>\s*)(?:# ?)?(?P<more>\s*(?:- )?)(?P<key>[a-z][a-z0-9_]*):(?: (?P<value>[^#]*)(?:# (?P<said>.*))?)?"
)

_COMMENT: Final = re.compile(r"\s*(?:#\s+)?# ?(?P<said>.*)")


def comments(text: str, keys: Collection[str]) -> dict[Way, str]:
    """Return the comment of each of ``keys`` in one line, where it has one; other words are no keys."""
    found: dict[Way, str] = {}
    way: list[tuple[int, str]] = []
    block: list[str] = []
    above = False
    for line in text.splitlines():
        key, comment = _KEY.fullmatch(line), _COMMENT.fullmatch(line)
        if key and key["key"] in keys:
            column = len(key["indent"]) + len(key["more"])
            if not above and way and column < way[-1][0]:
                block = []
            way = [*(each for each in way if each[0] < column), (column, key["key"])]
            if said := key["said"] or " ".join(block):
                found.setdefault(tuple(name for _, name in way), said)
            above = False
        elif comment:
            block = [*block, comment["said"]] if above else [comment["said"]]
            above = True
        else:
            block, above = [], False
    return found
