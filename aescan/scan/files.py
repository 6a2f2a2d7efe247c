"""
Files of certificates to observations: judged as if a server presented what is in them.

Paths come in, at least one observation for each goes out; of a folder one for each file below it that holds
certificates. A file holds as many chains as it has certificates that signed none of the others. Their order in the file
says nothing, so each is put in the order TLS wants, and rules about what is on the wire are not asked. What cannot be
read is Failed, with why.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Final

from aescan.certificates.decode import decode_certificate
from aescan.certificates.facts import Certificate
from aescan.certificates.paths import identifiers_agree
from aescan.certificates.signatures import signed_by
from aescan.errors import KeystoreError, Reason
from aescan.inventory.model import Target
from aescan.keystores.files import below, is_folder, load
from aescan.keystores.model import Bundle
from aescan.observation import Failed, Observation, Seen
from aescan.settings.policy import Thresholds
from aescan.text import printable
from aescan.tls.capture import Capture, ClientCertificate

SOURCE: Final = "command line"
HELLO: Final = "file"
"""Stands for the hello that no file was asked with."""
MOST_PRESENTED: Final = 100
"""Certificates of one chain, as of a server."""
MOST_CHECKS: Final = 10_000
"""Signatures checked for one file, about a second's work: enough for two to every certificate that it may hold."""

ON_THE_WIRE: Final = frozenset(
    {
        "chain_incomplete",
        "chain_out_of_order",
        "clock_skew",
        "duplicate_in_chain",
        "legacy_protocol",
        "root_in_chain",
        "stray_in_chain",
    }
)
"""Codes of what only a server can do wrong."""
OF_NAMES: Final = frozenset({"legacy_client_name", "name_mismatch"})
"""Codes that need the name that clients dial."""
OF_AUTHORITIES: Final = frozenset(
    {
        "broken_signature",
        "expired",
        "expires_ahead",
        "expires_imminently",
        "expires_soon",
        "not_yet_valid",
        "sha1_signature",
        "sip_ca_ends",
        "unreadable_certificate",
        "weak_key",
    }
)
"""Codes that say something of a CA certificate in a file of its own; all others are about servers."""

Judge = Callable[[Target, Capture, datetime], Seen]
Unlock = Callable[[Path, Callable[[str | None], Bundle]], Bundle]
"""Opens the file at a path by trying passwords with the function given; raises KeystoreError where none fits."""


def look(
    paths: Iterable[Path], host: str | None, thresholds: Thresholds, unlock: Unlock, judge: Judge, moment: datetime
) -> Iterator[Observation]:
    """Yield what each file holds, judged at ``moment`` for clients that dial ``host``, if that is known."""
    for path in paths:
        for file, bundle in _opened(path, unlock):
            place = Target(printable(str(file)), "", 0, server_name=host, thresholds=thresholds, source=SOURCE)
            if isinstance(bundle, KeystoreError):
                yield Observation(place, moment, 0.0, 0, Failed(Reason.UNREADABLE, str(bundle), ()))
                continue
            found = list(chains(bundle))
            for number, capture in enumerate(found, 1):
                target = place if len(found) == 1 else replace(place, name=f"{place.name}#{number}")
                seen = fitting(judge(target, capture, moment), named=host is not None)
                yield Observation(target, moment, 0.0, 0, seen)


def fitting(seen: Seen, *, named: bool) -> Seen:
    """Return what was seen without what cannot be said of a file."""
    if authority(seen.chain.leaf):
        fit = tuple(one for one in seen.findings if one.code in OF_AUTHORITIES)
        return replace(seen, findings=fit, clients=(), trust=())
    unfit = ON_THE_WIRE if named else ON_THE_WIRE | OF_NAMES
    return replace(seen, findings=tuple(one for one in seen.findings if one.code not in unfit), clients=())


def authority(certificate: Certificate) -> bool:
    """Whether the certificate is a CA's, as in a trust store."""
    constraints = certificate.basic_constraints
    return constraints is not None and constraints.ca


def capture_of(certificates: tuple[bytes, ...]) -> Capture:
    """Return certificates as if they had been presented in this order, by nobody."""
    return Capture(certificates, "", "", ClientCertificate.UNKNOWN, hello=HELLO, address="", connections=0, rungs=())


def _opened(path: Path, unlock: Unlock) -> Iterator[tuple[Path, Bundle | KeystoreError]]:
    """Yield the files at ``path`` with what is in each, or why that is not known; foreign ones of a folder not."""
    if not is_folder(path):
        yield path, _bundle(path, unlock)
        return
    try:
        files = below(path)
    except KeystoreError as error:
        yield path, error
        return
    found = [(file, _bundle(file, unlock)) for file in files]
    known = [(file, one) for file, one in found if not (isinstance(one, KeystoreError) and one.foreign)]
    yield from known or [(path, KeystoreError("there is no certificate in any file below it"))]


def _bundle(path: Path, unlock: Unlock) -> Bundle | KeystoreError:
    try:
        bundle = unlock(path, lambda password: load(path, password))
    except KeystoreError as error:
        return error
    return bundle if bundle.certificates else KeystoreError("there is no certificate in it", foreign=True)


def chains(bundle: Bundle) -> Iterator[Capture]:
    """Yield the chains that the certificates make, each from a certificate that signed no other up to the last."""
    certificates = tuple(map(decode_certificate, dict.fromkeys(bundle.certificates)))
    signers = _signers(certificates)
    issuers = {signer for position, signer in enumerate(signers) if signer != position}
    # Two that sign each other are issuers both: then each begins a chain.
    leaves = [position for position in range(len(certificates)) if position not in issuers] or range(len(certificates))
    for leaf in leaves:
        route = [leaf]
        while (signer := signers[route[-1]]) is not None and signer not in route and len(route) < MOST_PRESENTED:
            route.append(signer)
        yield capture_of(tuple(certificates[position].der for position in route))


def _signers(certificates: tuple[Certificate, ...]) -> list[int | None]:
    """Return for each certificate the position of the one that signed it, its own for a self-signed one."""
    named: defaultdict[object, list[int]] = defaultdict(list)
    for position, certificate in enumerate(certificates):
        if certificate.subject is not None:
            named[certificate.subject.normalised].append(position)
    left = MOST_CHECKS
    signers: list[int | None] = []
    for position, certificate in enumerate(certificates):
        found = position if certificate.self_signed else None
        candidates = named[certificate.issuer.normalised] if certificate.issuer is not None else []
        for other in candidates if found is None else ():
            if other != position and left:
                left -= 1
                if _signed(certificate, certificates[other]):
                    found = other
                    break
        signers.append(found)
    return signers


def _signed(certificate: Certificate, issuer: Certificate) -> bool:
    """Whether ``issuer`` signed it; where nobody can check the signature any more, key identifiers decide."""
    proof = signed_by(certificate.der, issuer.der)
    return proof if proof is not None else identifiers_agree(certificate, issuer) is not False
