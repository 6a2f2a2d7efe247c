"""
The operator's own labels of targets, as pydantic field types.

Each takes what the file says and returns plain data that Prometheus takes as it is, or raises Mistake or Expected with
the sentence for the operator.
"""

import re
from typing import Annotated, Final

from pydantic import BeforeValidator, PlainValidator

from aescan.settings.fields import Line, shaped
from aescan.settings.problems import Expected, Mistake, Wants

RESERVED: Final = frozenset({"target", "host", "port", "aes_service"})
"""Labels that ``aescan_target_info`` has by itself."""

MOST_LABELS: Final = 30
"""Labels of one target: Prometheus refuses a series with more than a site allows, often 30."""

LONGEST_LABEL: Final = 64
"""Characters of a label's name."""

_LABEL: Final = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*", re.ASCII)
"""Prometheus's data model; two leading underscores are its own."""


def label_name(written: object) -> str:
    """Return a name that any label may have, be it one that Prometheus or aescan has a meaning for."""
    if not isinstance(written, str) or len(written) > LONGEST_LABEL or not _LABEL.fullmatch(written):
        raise Expected("a label name (letters, digits and underscores, no digit first)", Wants.TEXT)
    return written


def own_label(written: object) -> str:
    """Return the name of a label that is the operator's to choose."""
    name = label_name(written)
    if name.startswith("__"):
        raise Mistake(f"{name} begins with two underscores, which Prometheus keeps for itself")
    if name in RESERVED:
        raise Mistake(f"{name} is a label that aescan sets itself", f"take another name, such as my_{name}")
    return name


def few_labels(written: object) -> object:
    """Return a mapping with no more labels than one target may have; anything else as it is."""
    if isinstance(written, dict) and len(written) > MOST_LABELS:
        raise Mistake(f"these are {len(written)} labels; {MOST_LABELS} are the most")
    return written


_OWN: Final = shaped(f"(?!__|(?:{'|'.join(sorted(RESERVED))})$){_LABEL.pattern}")

OwnLabel = Annotated[str, PlainValidator(own_label, json_schema_input_type=_OWN)]

Labels = Annotated[dict[OwnLabel, Line], BeforeValidator(few_labels)]
