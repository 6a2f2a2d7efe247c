"""
A capture as text for the database, and back.

A ``Capture`` comes in; JSON goes out in which each run of bytes (a certificate) is a reference to its SHA-256, beside
those bytes; the same way back. What a probe brought is kept, so that rules apply afresh when it is read; of the
findings the codes are kept, so that it is known what has been told already. A text
that cannot be read, of a later version or with a certificate missing, is None, never an exception.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, Final

from pydantic import TypeAdapter, ValidationError

from aescan.tls.capture import Capture

VERSION: Final = 1
"""Of the form, not of the fields: one that is new has its default in older texts, one that is gone is passed over."""

REFERENCE: Final = "$sha256"
"""The key of an object that stands for the bytes with this digest."""

_CAPTURE: Final = TypeAdapter(Capture)
_CODES: Final = TypeAdapter(frozenset[str])


@dataclass(frozen=True, slots=True)
class Encoded:
    """A capture with the codes found, as ``text``, and the ``blobs`` it refers to by their SHA-256."""

    text: str
    blobs: Mapping[bytes, bytes]


@dataclass(frozen=True, slots=True)
class Decoded:
    """A capture, and the codes of what was found about it then."""

    capture: Capture
    codes: frozenset[str]


def encode(capture: Capture, codes: Iterable[str]) -> Encoded:
    """Return the capture and the codes of its findings in the form for the database."""
    blobs: dict[bytes, bytes] = {}
    plain = _plain(_CAPTURE.dump_python(capture), blobs)
    document = {"version": VERSION, "capture": plain, "findings": sorted(set(codes))}
    return Encoded(json.dumps(document, separators=(",", ":")), blobs)


def _plain(value: Any, blobs: dict[bytes, bytes]) -> Any:  # noqa: ANN401 (whatever a capture is made of)
    """Return the value as JSON can hold it, its bytes put among the blobs."""
    match value:
        case bytes():
            digest = sha256(value).digest()
            blobs[digest] = value
            return {REFERENCE: digest.hex()}
        case dict():
            return {key: _plain(each, blobs) for key, each in value.items()}
        case list() | tuple() | set() | frozenset():
            return [_plain(each, blobs) for each in value]
        case datetime():
            return value.isoformat()
        case _:
            return value


def decode(text: str, blob: Callable[[bytes], bytes | None]) -> Decoded | None:
    """Return the capture in ``text``, its bytes looked up by ``blob``; None when it cannot be read any more."""

    def resolve(found: dict[str, Any]) -> Any:  # noqa: ANN401 (an object, or the bytes it stands for)
        if found.keys() != {REFERENCE}:
            return found
        return blob(bytes.fromhex(found[REFERENCE]))

    try:
        document = json.loads(text, object_hook=resolve)
        if document["version"] != VERSION:
            return None
        capture = _CAPTURE.validate_python(document["capture"])
        codes = _CODES.validate_python(document["findings"])
    except (ValueError, TypeError, KeyError, RecursionError, ValidationError):
        return None
    return Decoded(capture, codes) if capture.certificates else None
