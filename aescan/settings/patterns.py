"""
The catalogue of known Avaya certificates: a YAML file to ``CertificatePattern``.

The shipped file is data of the package; a site may add its own, whose patterns are tried first and replace shipped ones
of the same name. Every regular expression is compiled here, once.
"""

import re
import warnings
from collections.abc import Iterable
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Final

from pydantic import Field, PlainValidator, model_validator

from aescan.settings.document import Document, parse, read
from aescan.settings.fields import Confidence, Prose, one_of
from aescan.settings.policy import CertificatePattern, Meaning
from aescan.settings.problems import Expected, Mistake, Wants
from aescan.settings.validation import Entry, check

SHIPPED: Final = "avaya_certificates.yml"

KEYS: Final = "the key patterns with a list of patterns"

LONGEST_REGEX: Final = 200
"""Characters of a regular expression: more than any name of a CA needs, too few to hide what it does."""

_NAME: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}", re.ASCII)
_ATTRIBUTE: Final = re.compile(r"[A-Za-z]{1,20}|[0-9]{1,6}(\.[0-9]{1,10}){1,15}", re.ASCII)
_DIGEST: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)


def _name(written: object) -> str:
    if isinstance(written, str) and _NAME.fullmatch(written):
        return written
    raise Expected("a name of small letters, digits and dashes", Wants.TEXT)


def _attribute(written: object) -> str:
    if isinstance(written, str) and _ATTRIBUTE.fullmatch(written):
        return written
    raise Expected("an attribute type such as CN, O or OU", Wants.TEXT)


def _digest(written: object) -> str:
    if isinstance(written, str) and _DIGEST.fullmatch(written):
        return written
    raise Expected("a SHA-256 digest of 64 digits and small letters a to f", Wants.TEXT)


def _regex(written: object) -> re.Pattern[str]:
    """Return the compiled expression, which ignores case; anything that ``re`` warns about is refused too."""
    if not isinstance(written, str):
        raise Expected("a regular expression", Wants.TEXT)
    if len(written) > LONGEST_REGEX:
        raise Mistake(f"the regular expression has {len(written)} characters; {LONGEST_REGEX} are the most")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            return re.compile(written, re.IGNORECASE)
    except (re.error, Warning, OverflowError, RecursionError) as error:
        raise Mistake(f"this is no regular expression: {error}") from None


def _moment(written: object) -> datetime:
    """Return the moment of ``2027-08-17T05:19:39Z``."""
    try:
        return datetime.strptime(str(written), "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    except ValueError:
        raise Expected('a moment in UTC, such as "2027-08-17T05:19:39Z"') from None


Digests = tuple[Annotated[str, PlainValidator(_digest)], ...]

Issuer = dict[Annotated[str, PlainValidator(_attribute)], Annotated[re.Pattern[str], PlainValidator(_regex)]]


class PatternEntry(Entry):
    """One pattern as the file writes it; the keys are those of ``CertificatePattern``."""

    name: Annotated[str, PlainValidator(_name)]
    meaning: Annotated[str, one_of(tuple(Meaning))]
    product: Prose
    source: Prose
    confidence: Confidence
    issuer: Issuer = Field(default_factory=dict)
    public_key_sha256: Digests = ()
    fingerprint_sha256: Digests = ()
    ends: Annotated[datetime | None, PlainValidator(_moment)] = None

    @model_validator(mode="after")
    def _matches_something(self) -> "PatternEntry":
        if not self.issuer and not self.public_key_sha256 and not self.fingerprint_sha256:
            raise Mistake("the pattern matches nothing", "give it issuer, public_key_sha256 or fingerprint_sha256")
        return self

    def pattern(self) -> CertificatePattern:
        """Return the pattern that the rules read."""
        return CertificatePattern(
            name=self.name,
            meaning=Meaning(self.meaning),
            product=self.product,
            source=self.source,
            confidence=self.confidence,
            issuer=tuple(self.issuer.items()),
            public_key_sha256=self.public_key_sha256,
            fingerprint_sha256=self.fingerprint_sha256,
            ends=self.ends,
        )


class PatternsFile(Entry):
    """The whole file."""

    patterns: tuple[PatternEntry, ...]


def load_patterns(path: Path) -> tuple[CertificatePattern, ...]:
    """Return the patterns of the file at ``path`` in its order; raise ConfigError with every mistake in it."""
    return _patterns(read(path, KEYS))


def shipped_patterns() -> tuple[CertificatePattern, ...]:
    """Return the patterns that come with aescan."""
    content = files("aescan.data").joinpath(SHIPPED).read_bytes()
    return _patterns(parse(f"aescan/data/{SHIPPED}", content, KEYS))


def combined(
    own: Iterable[CertificatePattern], shipped: Iterable[CertificatePattern]
) -> tuple[CertificatePattern, ...]:
    """Return the site's own patterns, then the shipped ones whose names it does not use."""
    first = tuple(own)
    names = {pattern.name for pattern in first}
    return first + tuple(pattern for pattern in shipped if pattern.name not in names)


def _patterns(document: Document) -> tuple[CertificatePattern, ...]:
    file = check(PatternsFile, document)
    entries = file.patterns if file else ()
    first: dict[str, int] = {}
    for position, entry in enumerate(entries):
        if first.setdefault(entry.name, position) != position:
            where = document.place(("patterns", first[entry.name]))
            document.add(("patterns", position, "name"), f"{entry.name} is the name of two patterns, first at {where}")
    document.finish()
    return tuple(entry.pattern() for entry in entries)
