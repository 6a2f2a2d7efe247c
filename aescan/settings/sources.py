"""
The key ``inventory`` of the settings: where the targets come from.

Each entry is a path, or a mapping that says more of it. What the file says comes in, frozen plain data goes out, with
paths resolved from the folder of the settings; nothing is read or asked here.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Any, Final
from urllib.parse import urlsplit

from pydantic import BeforeValidator, Field, PlainValidator, model_validator

from aescan.settings.fields import (
    LONGEST_LINE,
    Interval,
    Line,
    PathText,
    lasting,
    line,
    of_length,
    one_of,
    one_or_more,
    path,
    shaped,
)
from aescan.settings.labels import Labels
from aescan.settings.problems import Expected, Mistake, Wants
from aescan.settings.validation import Entry
from aescan.text import printable, veiled


class Format(StrEnum):
    """What a file of targets is written in."""

    YAML = "yaml"
    CSV = "csv"
    JSONL = "jsonl"
    FILE_SD = "file_sd"


_BY_EXTENSION: Final = {
    ".csv": Format.CSV,
    ".jsonl": Format.JSONL,
    ".ndjson": Format.JSONL,
    ".json": Format.FILE_SD,
}


@dataclass(frozen=True, slots=True)
class FileSource:
    """
    A file of targets.

    ``format``
        What it is written in; None to go by the name of the file.
    ``labels``, ``interval``
        Of every target in it that says nothing else: its labels, and the time between two scans of it.
    """

    path: Path
    format: Format | None = None
    labels: Mapping[str, str] = field(default_factory=dict)
    interval: timedelta | None = None

    @property
    def written_in(self) -> Format:
        """What it is written in: YAML where the name does not tell another."""
        return self.format or _BY_EXTENSION.get(self.path.suffix.lower(), Format.YAML)


@dataclass(frozen=True, slots=True)
class FileSd:
    """
    Files of target groups that come, go and change while aescan runs.

    ``patterns``
        Paths, the last part of which may hold one asterisk.
    ``refresh``
        Seconds between two looks at them.
    """

    patterns: tuple[Path, ...]
    refresh: float = 30.0
    labels: Mapping[str, str] = field(default_factory=dict)
    interval: timedelta | None = None


@dataclass(frozen=True, slots=True)
class HttpSd:
    """
    Target groups that a web server says.

    ``refresh``
        Seconds between two questions.
    ``username``, ``password_file``
        For basic authentication; empty and None for none.
    ``scheme``, ``credentials_file``
        For another kind, such as a bearer token; None for none.
    ``ca_file``
        Whom its certificate must come from; None for the CAs that the system trusts.
    ``cert_file``, ``key_file``
        What aescan proves itself with; None for nothing.
    ``server_name``
        The name that its certificate must have; empty for that of the URL.
    """

    url: str
    refresh: float = 60.0
    username: str = ""
    password_file: Path | None = None
    scheme: str = "Bearer"
    credentials_file: Path | None = None
    ca_file: Path | None = None
    cert_file: Path | None = None
    key_file: Path | None = None
    server_name: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    interval: timedelta | None = None

    @property
    def name(self) -> str:
        """What people and metrics call it: the URL, a digest in the place of a query that may be secret."""
        where, _, query = self.url.partition("#")[0].partition("?")
        return f"{where}?<secret {sha256(query.encode()).hexdigest()[:8]}>" if query else where


Source = FileSource | FileSd | HttpSd

Refresh = Annotated[timedelta, lasting(timedelta(seconds=1), timedelta(days=1))]
"""A second is more often than any list changes."""

MOST_PATTERNS: Final = 100

_PATTERN: Final = re.compile(r"[^*?\[]*(\*[^*?\[/]*)?\.(json|yml|yaml|JSON|YML|YAML)")
"""As Prometheus has it, which takes no other wildcards where they could surprise."""

_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,31}", re.ASCII)


def _pattern(written: object) -> str:
    text = path(written)
    if not _PATTERN.fullmatch(text):
        hint = "write a path that ends in .json, .yml or .yaml, with one * in its last part at most"
        raise Mistake(f"{text} is no pattern of files that file_sd reads", hint)
    return text


def _url(written: object) -> str:
    text = path(written)
    wanted = Expected("an address such as https://cmdb.example.com/targets", Wants.TEXT)
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise wanted from None
    if parts.scheme not in {"http", "https"} or not parts.hostname or port == 0 or not text.isascii() or " " in text:
        raise wanted
    if "@" in parts.netloc:
        raise Mistake("a password does not belong into an address", "write basic_auth, with the password in a file")
    return text


def _scheme(written: object) -> str:
    if isinstance(written, str) and _SCHEME.fullmatch(written) and written.lower() != "basic":
        return written
    raise Expected("a kind of authorization such as Bearer; for Basic there is basic_auth", Wants.TEXT)


_Pattern = Annotated[str, PlainValidator(_pattern, json_schema_input_type=shaped(_PATTERN))]


class FileSdEntry(Entry):
    """The key ``file_sd``."""

    files: Annotated[
        tuple[_Pattern, ...], BeforeValidator(one_or_more, json_schema_input_type=_Pattern | tuple[_Pattern, ...])
    ]
    refresh_interval: Refresh = timedelta(seconds=30)

    @model_validator(mode="after")
    def _some(self) -> "FileSdEntry":
        if not 0 < len(self.files) <= MOST_PATTERNS:
            raise Mistake(f"these are {len(self.files)} patterns", f"write 1 to {MOST_PATTERNS}")
        return self


def _username(written: object) -> str:
    if ":" in (name := line(written)):
        raise Mistake("a user's name holds no colon (RFC 7617 section 2)")
    return name


class BasicAuthEntry(Entry):
    """A user and the file that holds the password."""

    username: Annotated[str, PlainValidator(_username, json_schema_input_type=of_length(LONGEST_LINE))]
    password_file: PathText


class AuthorizationEntry(Entry):
    """What follows ``Authorization:``, from a file."""

    type: Annotated[str, PlainValidator(_scheme, json_schema_input_type=shaped(_SCHEME))] = "Bearer"
    credentials_file: PathText


class TlsConfigEntry(Entry):
    """How TLS is spoken."""

    ca_file: PathText = ""
    cert_file: PathText = ""
    key_file: PathText = ""
    server_name: Line = ""

    @model_validator(mode="after")
    def _both(self) -> "TlsConfigEntry":
        if bool(self.cert_file) != bool(self.key_file):
            raise Mistake("cert_file and key_file need each other", "name both, or none")
        return self


class HttpSdEntry(Entry):
    """The key ``http_sd``."""

    url: Annotated[str, PlainValidator(_url, json_schema_input_type=shaped(r"https?://\S+"))]
    refresh_interval: Refresh = timedelta(seconds=60)
    basic_auth: BasicAuthEntry | None = None
    authorization: AuthorizationEntry | None = None
    tls_config: TlsConfigEntry | None = None

    @model_validator(mode="after")
    def _fit(self) -> "HttpSdEntry":
        if self.basic_auth and self.authorization:
            raise Mistake("basic_auth and authorization both say who asks", "keep one of them")
        if self.tls_config and self.url.startswith("http:"):
            raise Mistake("tls_config is of use with https alone", "write https://, or take it out")
        return self


def _files(written: object) -> object:
    """Return a path, or a list of them, as the mapping it stands for."""
    return {"files": written} if isinstance(written, str | tuple) else written


_FILES = _Pattern | tuple[_Pattern, ...] | FileSdEntry


class SourceEntry(Entry):
    """One entry; a plain path stands for the file there."""

    file: PathText = ""
    format: Annotated[str, one_of(tuple(Format))] = ""
    file_sd: Annotated[FileSdEntry | None, BeforeValidator(_files, json_schema_input_type=_FILES)] = None
    http_sd: HttpSdEntry | None = None
    labels: Labels = Field(default_factory=dict)
    interval: Interval | None = None

    @model_validator(mode="before")
    @classmethod
    def _plain(cls, written: Any) -> object:  # noqa: ANN401 (whatever the file says)
        return written if isinstance(written, dict) else {"file": written}

    @model_validator(mode="after")
    def _one(self) -> "SourceEntry":
        said = [name for name in ("file", "file_sd", "http_sd") if name in self.model_fields_set]
        if len(said) != 1:
            found = "none of them is" if not said else f"{' and '.join(said)} are"
            raise Mistake(f"one of file, file_sd and http_sd is to be here; {found}", "make an entry of each")
        if self.format and not self.file:
            raise Mistake("format is said of a file; file_sd and http_sd have their own", "take it out")
        return self

    def source(self, folder: Path) -> Source:
        """Return the entry as plain data."""
        if self.file_sd is not None:
            patterns = tuple(folder / pattern for pattern in self.file_sd.files)
            return FileSd(patterns, self.file_sd.refresh_interval.total_seconds(), self.labels, self.interval)
        if self.http_sd is not None:
            return self._http_sd(self.http_sd, folder)
        form = Format(self.format) if self.format else None
        return FileSource(folder / self.file, form, self.labels, self.interval)

    def _http_sd(self, entry: HttpSdEntry, folder: Path) -> HttpSd:
        basic, other, tls = entry.basic_auth, entry.authorization, entry.tls_config or TlsConfigEntry()
        return HttpSd(
            url=entry.url,
            refresh=entry.refresh_interval.total_seconds(),
            username=basic.username if basic else "",
            password_file=folder / basic.password_file if basic else None,
            scheme=other.type if other else "Bearer",
            credentials_file=folder / other.credentials_file if other else None,
            ca_file=folder / tls.ca_file if tls.ca_file else None,
            cert_file=folder / tls.cert_file if tls.cert_file else None,
            key_file=folder / tls.key_file if tls.key_file else None,
            server_name=tls.server_name,
            labels=self.labels,
            interval=self.interval,
        )


def _one_or_more(written: object) -> object:
    if isinstance(written, str | dict):
        return (written,)
    if not isinstance(written, tuple):
        raise Expected("a path, or a list of paths", Wants.TEXT)
    asked = [one["http_sd"] for one in written if isinstance(one, dict) and isinstance(one.get("http_sd"), dict)]
    addresses = [one["url"] for one in asked if isinstance(one.get("url"), str)]
    if twice := next((url for number, url in enumerate(addresses) if url in addresses[:number]), None):
        raise Mistake(f"{printable(veiled(twice))} is asked by two entries", "take one of them out")
    return written


_SHAPE = PathText | SourceEntry

Sources = Annotated[
    tuple[SourceEntry, ...], BeforeValidator(_one_or_more, json_schema_input_type=_SHAPE | tuple[_SHAPE, ...])
]
