"""
The ways from a leaf to what a client trusts (RFC 4158): which signatures lead there.

The certificates presented and those trusted come in, a ``Search`` goes out; never raises, asks no clock. Every
certificate presented may be an intermediate, in whatever order and with whatever strays. Names choose the candidates,
signatures decide: every System Manager makes a CA of the same name. Nothing here asks whether a certificate may be used
on a path; that is for ``trust``.

The search is bounded in signatures, steps and paths, for a chain is a stranger's: certificates that sign each other in
a circle cost a few milliseconds, and the search says that it is not complete.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from aescan.certificates.decode import decode_certificate
from aescan.certificates.facts import Certificate, Name
from aescan.certificates.signatures import signed_by

MOST_CHECKS: Final = 64
"""Signatures checked for one search."""
MOST_STEPS: Final = 256
"""Certificates looked at for one search, each as often as another way leads to it."""
MOST_PATHS: Final = 8
"""Paths gathered; one good one is enough for a client."""
DEEPEST: Final = 10
"""Certificates of a path: twice the longest in honest use."""
MOST_STORES: Final = 64
"""Trust stores kept decoded."""

_Key = tuple[tuple[str, str], ...]
"""A normalised name."""


@dataclass(frozen=True, slots=True)
class Path:
    """
    Certificates from the leaf to the trust anchor, each signed by the next; the leaf alone where it is the anchor.

    ``unchecked``
        Positions whose signature by the next one nobody can check any more (MD2, an odd key): only names and key
        identifiers lead on there.
    """

    certificates: tuple[Certificate, ...]
    unchecked: tuple[int, ...] = ()

    @property
    def anchor(self) -> Certificate:
        """The certificate that the client holds."""
        return self.certificates[-1]


@dataclass(frozen=True, slots=True)
class Search:
    """
    What a search came to.

    ``paths``
        Every path found, the shortest ways first tried.
    ``complete``
        Whether there can be no other.
    ``end``
        The certificate farthest from the leaf whose issuer was not found, where there is no path.
    ``namesakes``
        Certificates, presented or trusted, that have the name of the issuer of ``end`` and did not sign it.
    """

    paths: tuple[Path, ...]
    complete: bool
    end: Certificate
    namesakes: tuple[Certificate, ...] = ()


def search(presented: tuple[Certificate, ...], trusted: tuple[bytes, ...]) -> Search:
    """Return the paths from the first of ``presented`` to any certificate in ``trusted``."""
    seeker = _Seeker(presented, _anchors(trusted))
    seeker.extend((presented[0],), ())
    return Search(tuple(seeker.paths), seeker.complete, seeker.end, tuple(seeker.namesakes()))


@dataclass(frozen=True, slots=True)
class _Anchors:
    fingerprints: frozenset[str]
    by_name: Mapping[_Key, tuple[Certificate, ...]]


@lru_cache(maxsize=MOST_STORES)
def _anchors(trusted: tuple[bytes, ...]) -> _Anchors:
    by_name: defaultdict[_Key, list[Certificate]] = defaultdict(list)
    decoded = [decode_certificate(der) for der in dict.fromkeys(trusted)]
    for certificate in decoded:
        if certificate.subject is not None:
            by_name[certificate.subject.normalised].append(certificate)
    fingerprints = frozenset(certificate.fingerprint_sha256 for certificate in decoded)
    return _Anchors(fingerprints, {name: tuple(found) for name, found in by_name.items()})


class _Seeker:
    """One search, depth first."""

    def __init__(self, presented: tuple[Certificate, ...], anchors: _Anchors) -> None:
        self.presented = tuple({one.fingerprint_sha256: one for one in presented}.values())
        self.anchors = anchors
        self.paths: list[Path] = []
        self.complete = True
        self.end = presented[0]
        self.longest = 1
        self.checks = self.steps = 0
        self.links: dict[tuple[str, str], bool | None] = {}

    def extend(self, way: tuple[Certificate, ...], unchecked: tuple[int, ...]) -> None:
        """Gather the paths that begin with ``way``."""
        last = way[-1]
        if last.fingerprint_sha256 in self.anchors.fingerprints:
            self.paths.append(Path(way, unchecked))
            return
        if len(way) > self.longest:
            self.longest, self.end = len(way), last
        for other in self.candidates(last):
            if self.exhausted(len(way)):
                return
            if any(_same(other, one) for one in way):
                continue
            link = self.link(last, other)
            if link is not False:
                self.extend((*way, other), unchecked if link else (*unchecked, len(way) - 1))

    def candidates(self, certificate: Certificate) -> Iterator[Certificate]:
        """Yield what the name of its issuer makes possible, the trusted ones first: they end a path."""
        if certificate.issuer is None:
            return
        trusted = self.anchors.by_name.get(certificate.issuer.normalised, ())
        yield from (one for one in trusted if one.fingerprint_sha256 != certificate.fingerprint_sha256)
        for one in self.presented:
            if (
                one.fingerprint_sha256 != certificate.fingerprint_sha256
                and one.fingerprint_sha256 not in self.anchors.fingerprints
                and _named(one.subject, certificate.issuer)
            ):
                yield one

    def namesakes(self) -> Iterator[Certificate]:
        """Yield what might have signed the end by its name, and did not."""
        for one in self.candidates(self.end):
            if self.links.get((self.end.fingerprint_sha256, one.fingerprint_sha256)) is False:
                yield one

    def exhausted(self, depth: int) -> bool:
        self.steps += 1
        over = depth == DEEPEST or self.steps > MOST_STEPS or len(self.paths) == MOST_PATHS
        self.complete = self.complete and not over
        return over

    def link(self, certificate: Certificate, issuer: Certificate) -> bool | None:
        """Whether ``issuer`` signed ``certificate``; None where only names and key identifiers say so."""
        pair = certificate.fingerprint_sha256, issuer.fingerprint_sha256
        if pair not in self.links:
            if self.checks == MOST_CHECKS:
                self.complete = False
                return False
            self.checks += 1
            proof = signed_by(certificate.der, issuer.der)
            self.links[pair] = False if proof is None and identifiers_agree(certificate, issuer) is False else proof
        return self.links[pair]


def identifiers_agree(certificate: Certificate, issuer: Certificate) -> bool | None:
    """Whether the key identifiers say that ``issuer`` signed ``certificate``; None where one has none."""
    wanted, offered = certificate.authority_key_identifier, issuer.subject_key_identifier
    return None if wanted is None or offered is None else wanted == offered


def _named(subject: Name | None, issuer: Name) -> bool:
    return subject is not None and subject.normalised == issuer.normalised


def _same(one: Certificate, other: Certificate) -> bool:
    """Whether both are for one name and key, so that a way through both is a detour (RFC 4158 section 2.4.1)."""
    if one.fingerprint_sha256 == other.fingerprint_sha256:
        return True
    return one.public_key_sha256 == other.public_key_sha256 and (
        one.subject is not None and other.subject is not None and one.subject.normalised == other.subject.normalised
    )
