"""
Whether a client that holds a trust store accepts a chain, at a moment, and why not.

A chain, a store, the moment and the name dialled come in, a ``Verdict`` goes out; never raises, asks no clock. What is
asked is what RFC 5280 section 6.1 asks of any path that leads from the leaf to a certificate of the store: dates, CA
and path length, key usages, critical extensions, names. It is not asked whether a hash or a key is still thought
strong: clients of AE Services take SHA-1 and RSA 1024, and rules tell of both. Nor is revocation.

``cryptography.x509.verification`` judges name constraints, and everything for stores that are ``strict``. It is not
asked for the rest, because it refuses what private CAs are made of (SHA-1, version 1, RSA below 2048, Ed25519) without
saying which. What nobody can check is None, never False.

The trust anchor counts with all that its certificate says, dates included, as in OpenSSL; Java takes its name and key
only. A CA that is no root is an anchor too, as in Java; OpenSSL wants ``-partial_chain`` for that.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final, NamedTuple

from aescan.certificates import verification
from aescan.certificates.chain import Chain
from aescan.certificates.decode import decode_certificate
from aescan.certificates.facts import Certificate
from aescan.certificates.memory import Memory
from aescan.certificates.paths import Path, Search, identifiers_agree, search
from aescan.keystores.model import TrustStore
from aescan.text import printable

STORES: Final = 8
"""Searches kept for each chain: one for each trust store, of which few sites have more."""
LONGEST_TITLE: Final = 200
"""Characters of a certificate's name in a sentence."""
SERVER: Final = frozenset({"serverAuth", "anyExtendedKeyUsage"})
"""Extended key usages that let a certificate be a TLS server's."""
HANDSHAKE: Final = frozenset({"digitalSignature", "keyEncipherment", "keyAgreement"})
"""Key usages of which a TLS server needs one, whichever the key exchange (RFC 5280 section 4.2.1.12)."""
FIRST_WITH_EXTENSIONS: Final = 3
"""X.509 version."""


class Distrust(StrEnum):
    """Why a chain is not trusted, or why that cannot be told: a closed set."""

    NO_PATH = "no_path"
    EXPIRED = "expired"
    NOT_YET_VALID = "not_yet_valid"
    NAME = "name"
    SIGNATURE = "signature"
    CONSTRAINT = "constraint"
    UNSUPPORTED = "unsupported"


@dataclass(frozen=True, slots=True)
class Verdict:
    """
    What a client with one trust store makes of a chain.

    ``store``
        Its name.
    ``trusted``
        True, False, or None where it cannot be told.
    ``reason``
        Why it is not True; None where it is.
    ``sentence``
        What was seen, for people.
    ``path``
        The certificates that made it True, from the leaf to the trust anchor: of several ways the one that lasts
        longest. Empty where it is not True.
    """

    store: str
    trusted: bool | None
    reason: Distrust | None
    sentence: str
    path: tuple[Certificate, ...] = ()

    @property
    def not_after(self) -> datetime | None:
        """When the first certificate of the path ends; None where there is no path."""
        return _end(self.path) if self.path else None


class Objection(NamedTuple):
    """One thing that speaks against a path; ``UNSUPPORTED`` speaks neither for nor against it."""

    reason: Distrust
    sentence: str


@dataclass(frozen=True, slots=True)
class _Ways:
    """A search with what always speaks against each of its paths."""

    search: Search
    objections: tuple[tuple[Objection, ...], ...]


def verdict(chain: Chain, store: TrustStore, moment: datetime, host: str, *, named: bool) -> Verdict:
    """Return what a client with ``store`` makes of ``chain``; ``named`` says whether the leaf is for ``host``."""
    presented = tuple([certificate.der for certificate in chain.certificates])
    ways = (_ways.of if chain.kept else _find)(presented, store.certificates)
    name = _name_objections(chain.leaf, host, named=named) if store.check_names or store.strict else ()
    attempts: list[list[Objection]] = []
    accepted: list[Path] = []
    for path, lasting in zip(ways.search.paths, ways.objections, strict=True):
        objections = [*_date_objections(path, moment), *lasting, *name]
        if not objections and store.strict:
            objections += _web_objections(path, moment, host)
        if objections:
            attempts.append(objections)
        else:
            accepted.append(path)
    if accepted:
        best = accepted[0] if len(accepted) == 1 else max(accepted, key=lambda path: _end(path.certificates))
        return Verdict(store.name, True, None, f"the chain leads to {_titled(best.anchor)}", best.certificates)
    if not ways.search.complete:
        tangled = Objection(Distrust.UNSUPPORTED, "there are more ways to go through the certificates than are tried")
        attempts.append([tangled, *_date_objections(Path((chain.leaf,)), moment), *name])
    reason, sentence = _worst(attempts) if attempts else _no_path(ways.search)
    return Verdict(store.name, None if reason is Distrust.UNSUPPORTED else False, reason, sentence)


def _end(path: tuple[Certificate, ...]) -> datetime:
    """Return the first end of validity on an accepted path, which has all its dates."""
    return min(one.not_after for one in path if one.not_after is not None)


def _worst(attempts: list[list[Objection]]) -> Objection:
    """Return why none of the paths will do: what cannot be told of one, else the first objection to the best."""
    definite = [[one for one in attempt if one.reason is not Distrust.UNSUPPORTED] for attempt in attempts]
    for objections, found in zip(attempts, definite, strict=True):
        if not found:
            return objections[0]
    return min(definite, key=len)[0]


def _find(presented: tuple[bytes, ...], trusted: tuple[bytes, ...]) -> _Ways:
    found = search(tuple(decode_certificate(der) for der in presented), trusted)
    return _Ways(found, tuple(tuple(_lasting_objections(path)) for path in found.paths))


_ways: Final = Memory(_find, share=STORES)


def _no_path(found: Search) -> Objection:
    """Return why nothing in the store is reached."""
    end = found.end
    if end.issuer is None:
        return Objection(Distrust.UNSUPPORTED, f"the issuer of {_titled(end)} cannot be read")
    if any(identifiers_agree(end, one) for one in found.namesakes) and end.self_signed is not True:
        return Objection(
            Distrust.SIGNATURE, f"the signature of {_titled(end)} is broken: not made with the key it names"
        )
    issuer = printable(end.issuer.text, LONGEST_TITLE) or "an issuer without a name"
    sentence = f"the store does not hold {issuer}, which signed {'itself' if end.self_signed else _titled(end)}"
    if found.namesakes:
        sentence += ", but one of that name with another key"
    return Objection(Distrust.NO_PATH, sentence)


def _date_objections(path: Path, moment: datetime) -> Iterator[Objection]:
    for certificate in path.certificates:
        begin, end = certificate.not_before, certificate.not_after
        if begin is None or end is None:
            yield Objection(Distrust.UNSUPPORTED, f"the dates of {_titled(certificate)} cannot be read")
        elif end < moment:
            yield Objection(Distrust.EXPIRED, f"{_titled(certificate)} ended on {end:%Y-%m-%d}")
        elif moment < begin:
            yield Objection(Distrust.NOT_YET_VALID, f"{_titled(certificate)} begins on {begin:%Y-%m-%d}")


def _name_objections(leaf: Certificate, host: str, *, named: bool) -> tuple[Objection, ...]:
    if named:
        return ()
    if any(problem.startswith(("certificate:", "extensions:")) for problem in leaf.unreadable):
        return (Objection(Distrust.UNSUPPORTED, f"the names of {_titled(leaf)} cannot be read"),)
    return (Objection(Distrust.NAME, f"{_titled(leaf)} is not for {host}"),)


def _web_objections(path: Path, moment: datetime, host: str) -> tuple[Objection, ...]:
    said = verification.web_refusal(_ders(path), moment, host)
    return () if said is None else (Objection(Distrust.CONSTRAINT, f"by the rules of the public web: {said}"),)


def _lasting_objections(path: Path) -> Iterator[Objection]:
    """Yield what speaks against a path at any moment."""
    for position in path.unchecked:
        certificate = path.certificates[position]
        how = certificate.signature_algorithm or "unknown"
        yield Objection(Distrust.UNSUPPORTED, f"the signature of {_titled(certificate)} cannot be checked ({how})")
    yield from _leaf_objections(path.certificates[0])
    for position, certificate in enumerate(path.certificates):
        if position:
            yield from _authority_objections(path, position)
        unknown = verification.unknown_critical(certificate.der)
        if unknown is None:
            yield Objection(Distrust.UNSUPPORTED, f"the extensions of {_titled(certificate)} cannot be read")
        elif unknown:
            what = f"a critical extension that clients need not know, {unknown[0]}"
            yield Objection(Distrust.CONSTRAINT, f"{_titled(certificate)} has {what}")
    yield from _constraint_objections(path)


def _leaf_objections(leaf: Certificate) -> Iterator[Objection]:
    purposes, usages = leaf.extended_key_usage, leaf.key_usage
    if purposes is not None and SERVER.isdisjoint(purposes):
        yield Objection(Distrust.CONSTRAINT, f"{_titled(leaf)} is not for servers (extended key usage)")
    if usages is not None and HANDSHAKE.isdisjoint(usages):
        yield Objection(Distrust.CONSTRAINT, f"the key of {_titled(leaf)} is not for TLS (key usage)")


def _authority_objections(path: Path, position: int) -> Iterator[Objection]:
    """Yield what keeps the certificate at ``position`` from signing those below it (RFC 5280 section 6.1.4)."""
    certificate = path.certificates[position]
    constraints, title = certificate.basic_constraints, _titled(certificate)
    if certificate.version is not None and certificate.version < FIRST_WITH_EXTENSIONS:
        if position < len(path.certificates) - 1:  # an anchor is one by being held
            yield Objection(Distrust.CONSTRAINT, f"{title} is of version {certificate.version}, which is no CA")
        return
    if constraints is None or not constraints.ca:
        yield Objection(Distrust.CONSTRAINT, f"{title} is no CA (basic constraints)")
        return
    below = sum(one.subject != one.issuer for one in path.certificates[1:position])
    if constraints.path_length is not None and below > constraints.path_length:
        yield Objection(Distrust.CONSTRAINT, f"{title} may not stand above {below} CAs (path length)")
    if certificate.key_usage is not None and "keyCertSign" not in certificate.key_usage:
        yield Objection(Distrust.CONSTRAINT, f"the key of {title} may not sign certificates (key usage)")


def _constraint_objections(path: Path) -> Iterator[Objection]:
    """Yield what name constraints say, judged at a moment at which all of the path is valid, if there is one."""
    limiting = next((one for one in path.certificates[1:] if verification.limits_names(one.der)), None)
    if limiting is None:
        return
    never = datetime.min.replace(tzinfo=UTC)
    moment = max(one.not_before or never for one in path.certificates)
    outside, said = verification.outside_constraints(_ders(path), moment)
    if outside:
        yield Objection(Distrust.CONSTRAINT, f"{_titled(limiting)} may not certify that name ({said})")
    elif outside is None:
        yield Objection(Distrust.UNSUPPORTED, f"the names {_titled(limiting)} may certify cannot be checked ({said})")


def _ders(path: Path) -> tuple[bytes, ...]:
    return tuple(certificate.der for certificate in path.certificates)


def _titled(certificate: Certificate) -> str:
    return printable(certificate.title, LONGEST_TITLE)
