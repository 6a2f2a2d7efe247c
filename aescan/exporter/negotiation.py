"""
What a scraper asked for: the format of the page, and whether it may be compressed.

``Accept`` and ``Accept-Encoding`` headers come in, as any client may write them; a member of a closed set goes out, so
that a client cannot make the exporter keep more pages than there are formats. (The library's own ``choose_encoder``
raises on a version that is no number and echoes any other one.) Quality values follow RFC 9110 section 12.4.2.
"""

import math
from collections.abc import Iterator
from enum import Enum


class Format(Enum):
    """A text format of metrics; the value is its ``Content-Type``."""

    TEXT = "text/plain; version=0.0.4; charset=utf-8"
    OPENMETRICS = "application/openmetrics-text; version=1.0.0; charset=utf-8"


_VERSIONS = {
    "application/openmetrics-text": (Format.OPENMETRICS, ("", "1.0.0")),
    "text/plain": (Format.TEXT, ("", "0.0.4")),
}
"""The versions of each media type that are spoken here; an unnamed one is ours."""


def choose_format(accept: str) -> Format:
    """Return the format the client likes best; one that names none it knows gets the plain text format."""
    best, liking = Format.TEXT, 0.0
    for media_type, parameters in _members(accept):
        known, versions = _VERSIONS.get(media_type, (None, ()))
        quality = _quality(parameters)
        if known is not None and parameters.get("version", "") in versions and quality > liking:
            best, liking = known, quality
    return best


def gzip_accepted(accept_encoding: str) -> bool:
    """Return whether the client takes gzip."""
    return any(coding == "gzip" and _quality(parameters) > 0 for coding, parameters in _members(accept_encoding))


def _members(header: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield each member of a comma-separated header in lower case, with its parameters."""
    for member in header.lower().split(","):
        value, *rest = member.split(";")
        pairs = (parameter.partition("=") for parameter in rest)
        yield value.strip(), {name.strip(): setting.strip().strip('"') for name, _, setting in pairs}


def _quality(parameters: dict[str, str]) -> float:
    """Return the quality value, 1 where there is none, 0 where it cannot be read."""
    try:
        quality = float(parameters.get("q", "1"))
    except ValueError:
        return 0.0
    return quality if math.isfinite(quality) else 0.0
