"""
Thresholds as settings and inventory write them, and how one level is laid over another.

``notice``, ``warning`` and ``critical`` each stand alone: what is left out comes from the level above.
"""

from dataclasses import replace
from datetime import timedelta
from typing import Annotated, Final

from aescan.settings import duration
from aescan.settings.document import Document, Location
from aescan.settings.fields import lasting
from aescan.settings.policy import Thresholds
from aescan.settings.validation import Entry

DEFAULT: Final = Thresholds()

Threshold = Annotated[timedelta, lasting(timedelta(0), timedelta(days=3650))]
"""Ten years at most: the life of a typical CA."""


class ThresholdsEntry(Entry):
    """How long before the end of validity each severity begins."""

    notice: Threshold = DEFAULT.notice
    warning: Threshold = DEFAULT.warning
    critical: Threshold = DEFAULT.critical


def merge_thresholds(base: Thresholds, entry: ThresholdsEntry, document: Document, location: Location) -> Thresholds:
    """Return ``base`` with what ``entry`` sets; note a problem at ``location`` unless notice ≥ warning ≥ critical."""
    merged = replace(base, **{name: getattr(entry, name) for name in entry.model_fields_set})
    if merged.notice >= merged.warning >= merged.critical:
        return merged
    shown = ", ".join(f"{name} {duration.show(getattr(merged, name))}" for name in ("notice", "warning", "critical"))
    document.add(location, f"{shown} are out of order", "notice comes first, then warning, then critical")
    return base
