"""
The list of targets that a source gave last, in a form to keep over a restart.

A list that was read without a mistake comes in, JSON or YAML; bytes go out that hold its targets and those labels that
mean something here, and nothing else that its source said; the same way back, as JSON. Nothing is written here.
"""

import json
import zlib
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from aescan.errors import ConfigError
from aescan.inventory.groups import groups_of
from aescan.settings.document import MOST_BYTES

LEVEL: Final = 1
"""Of compression: a tenth of the size for a tenth of the time that reading the list takes."""


@dataclass(frozen=True, slots=True)
class KeptList:
    """
    A list that can be used when its source fails.

    ``feed``, ``source``
        The entry of the settings, and its file or server, as people call them.
    ``moment``
        When the source last gave it, aware UTC.
    ``content``
        As ``pack`` makes it.
    """

    feed: str
    source: str
    moment: datetime
    content: bytes


def pack(name: str, content: bytes) -> bytes:
    """Return the list of this name, which has no mistake, to be kept."""
    return zlib.compress(json.dumps(list(groups_of(name, content)), separators=(",", ":")).encode(), LEVEL)


def unpack(name: str, packed: bytes) -> bytes:
    """Return the list that was packed; raise ConfigError where it is damaged or too large."""
    try:
        return zlib.decompressobj().decompress(packed, MOST_BYTES + 1)
    except zlib.error as error:
        raise ConfigError([f"{name}: its last list cannot be read any more: {error}"]) from None
