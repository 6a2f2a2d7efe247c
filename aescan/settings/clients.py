"""
The catalogue of clients and of changes that break them: a YAML file to ``Clients``.

The shipped file is data of the package, each fact with its source and its confidence; a site may add its own, whose
clients and changes replace shipped ones of the same key. A trusted pattern must be one of those the rules know.
"""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any, Final, Generic, Protocol, TypeVar

from pydantic import AfterValidator, PlainValidator

from aescan.settings.document import Document, Location, parse, read
from aescan.settings.fields import Confidence, Line, Prose, one_of, whole
from aescan.settings.problems import Expected, Mistake, Wants, nearest
from aescan.settings.profiles import Change, ClientProfile, Fact, NameRule, Signer
from aescan.settings.validation import Entry, check
from aescan.tls.codepoints import VERSIONS
from aescan.tls.suites import CIPHER_SUITES

SHIPPED: Final = "clients.yml"

KEYS: Final = "the keys clients and changes, each with a list"

SUITES: Final = frozenset(CIPHER_SUITES.values())

_KEY: Final = re.compile(r"[a-z][a-z0-9_]{0,31}", re.ASCII)

T = TypeVar("T")


def _key(written: object) -> str:
    if isinstance(written, str) and _KEY.fullmatch(written):
        return written
    raise Expected("a key of small letters, digits and underscores", Wants.TEXT)


def _suite(written: object) -> str:
    if isinstance(written, str) and written in SUITES:
        return written
    if isinstance(written, str):
        raise Mistake(f"{written[:80]} is no cipher suite of the IANA registry", nearest(written, sorted(SUITES)))
    raise Expected("the name of a cipher suite, such as TLS_RSA_WITH_AES_128_CBC_SHA", Wants.TEXT)


def _some(values: tuple[T, ...]) -> tuple[T, ...]:
    if not values:
        raise Mistake("the list is empty", "leave the whole fact out where nothing is known")
    return values


Key = Annotated[str, PlainValidator(_key)]
Versions = Annotated[tuple[Annotated[str, one_of(tuple(VERSIONS.values()))], ...], AfterValidator(_some)]
Suites = Annotated[tuple[Annotated[str, PlainValidator(_suite)], ...], AfterValidator(_some)]
Words = Annotated[tuple[Line, ...], AfterValidator(_some)]


class FactEntry(Entry, Generic[T]):
    """A fact as the file writes it."""

    value: T
    source: Prose
    confidence: Confidence

    def fact(self) -> Fact[T]:
        """Return the fact."""
        return Fact(self.value, self.source, self.confidence)


class ClientEntry(Entry):
    """A client as the file writes it; the keys are those of ``ClientProfile``."""

    key: Key
    title: Line
    services: tuple[Key, ...] = ()
    protocols: FactEntry[Versions] | None = None
    cipher_suites: FactEntry[Suites] | None = None
    key_algorithms: FactEntry[Words] | None = None
    minimum_rsa_bits: FactEntry[Annotated[int, whole(512, 16384)]] | None = None
    refused_hashes: FactEntry[Words] | None = None
    doubtful_hashes: FactEntry[Words] | None = None
    server_auth: FactEntry[bool] | None = None
    validity: FactEntry[bool] | None = None
    name: FactEntry[Annotated[str, one_of(tuple(NameRule))]] | None = None
    trusts: FactEntry[Prose] | None = None
    trusted_patterns: tuple[Line, ...] = ()
    trust_store: Line = ""

    def profile(self) -> ClientProfile:
        """Return the profile that the verdicts read."""
        values: dict[str, Any] = {}
        for field in type(self).model_fields:
            value = getattr(self, field)
            values[field] = value.fact() if isinstance(value, FactEntry) else value
        if self.name is not None:
            values["name"] = Fact(NameRule(self.name.value), self.name.source, self.name.confidence)
        return ClientProfile(**values)


class ChangeEntry(Entry):
    """A change as the file writes it; the keys are those of ``Change``."""

    key: Key
    title: Line
    signature_hash: FactEntry[Line]
    signer: FactEntry[Annotated[str, one_of(tuple(Signer))]]
    named: FactEntry[bool]
    key_algorithm: FactEntry[Line] | None = None
    protocols: FactEntry[Versions] | None = None

    def change(self) -> Change:
        """Return the change that the verdicts read."""
        return Change(
            key=self.key,
            title=self.title,
            signature_hash=self.signature_hash.fact(),
            signer=Fact(Signer(self.signer.value), self.signer.source, self.signer.confidence),
            named=self.named.fact(),
            key_algorithm=self.key_algorithm.fact() if self.key_algorithm is not None else None,
            protocols=self.protocols.fact() if self.protocols is not None else None,
        )


class ClientsFile(Entry):
    """The whole file."""

    clients: tuple[ClientEntry, ...] = ()
    changes: tuple[ChangeEntry, ...] = ()


@dataclass(frozen=True, slots=True)
class Clients:
    """The whole catalogue, in its order."""

    profiles: tuple[ClientProfile, ...]
    changes: tuple[Change, ...]


def load_clients(own: Path | None, patterns: Collection[str], stores: Collection[str]) -> Clients:
    """
    Return the shipped catalogue with the site's own laid over it; raise ConfigError with every mistake.

    ``patterns`` are the names of the certificate patterns in force, none where they could not be read either;
    ``stores`` those of the trust stores in the settings.
    """
    content = files("aescan.data").joinpath(SHIPPED).read_bytes()
    shipped = _clients(parse(f"aescan/data/{SHIPPED}", content, KEYS), (), ())
    if own is None:
        return shipped
    site = _clients(read(own, KEYS), patterns, stores)
    return Clients(_over(site.profiles, shipped.profiles), _over(site.changes, shipped.changes))


class _Keyed(Protocol):
    @property
    def key(self) -> str: ...


K = TypeVar("K", bound=_Keyed)


def _over(own: Iterable[K], shipped: Iterable[K]) -> tuple[K, ...]:
    return tuple(({one.key: one for one in shipped} | {one.key: one for one in own}).values())


def _clients(document: Document, patterns: Collection[str], stores: Collection[str]) -> Clients:
    file = check(ClientsFile, document) or ClientsFile()
    _note_repeated(document, "clients", [entry.key for entry in file.clients])
    _note_repeated(document, "changes", [entry.key for entry in file.changes])
    for position, entry in enumerate(file.clients):
        for place, name in enumerate(entry.trusted_patterns):
            if patterns and name not in patterns:
                where: Location = ("clients", position, "trusted_patterns", place)
                document.add(where, f"there is no certificate pattern {name}", nearest(name, sorted(patterns)))
        if entry.trust_store and entry.trust_store not in stores:
            text = f"there is no trust store {entry.trust_store} in the settings"
            document.add(("clients", position, "trust_store"), text, nearest(entry.trust_store, sorted(stores)))
    document.finish()
    return Clients(tuple(entry.profile() for entry in file.clients), tuple(entry.change() for entry in file.changes))


def _note_repeated(document: Document, what: str, keys: list[str]) -> None:
    first: dict[str, int] = {}
    for position, key in enumerate(keys):
        if first.setdefault(key, position) != position:
            where = document.place((what, first[key]))
            document.add((what, position, "key"), f"{key} is the key of two {what}, first at {where}")
