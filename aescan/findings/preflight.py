"""
Whether a replacement can be imported, and will do: the checklist of notice PSN004561u, before anything is changed.

What the files hold and the evidence of its chain come in, the items of the checklist go out, in the order of the work.
Pure: no file, no clock. An item fails only where the bytes say so; what they cannot tell, or what depends on the
clients, is open. Each names the section of the notice that asks for it.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final

from aescan.certificates.chain import Chain
from aescan.certificates.facts import Certificate
from aescan.findings.clients import facing, judge
from aescan.findings.clock import off, true_moment
from aescan.findings.demands import Demand, Shown, manner_of
from aescan.findings.model import Evidence
from aescan.findings.names import dialled, has_alternative_names, names_host
from aescan.findings.words import LONGEST_TITLE, ahead, called, count, listed, past
from aescan.keystores.model import Form
from aescan.text import printable

LONGEST_SENTENCE: Final = 1000
"""Characters: above any sentence that names a few certificates."""

REQUEST: Final = "OpenSSL, Create a certificate signing request, step"
IMPORT: Final = "OpenSSL, Import the Certificate"
MANAGER: Final = "System Manager Trust Management"

KEY_USAGES: Final = ("digitalSignature", "nonRepudiation", "keyEncipherment", "dataEncipherment")
PURPOSES: Final = ("serverAuth", "clientAuth")
LEAST_RSA_BITS: Final = 2048
NEW_HASHES: Final = frozenset({"sha256", "sha384", "sha512"})
OLD_HASH: Final = "sha1"
NAMED_ALIKE: Final = ("C", "ST", "O")
"""Country, state and company of the request must be those of the CA (policy_match of the notice's openssl.cnf)."""
OF_SERVERS: Final = frozenset({Demand.PROTOCOL, Demand.CLIENT_CERTIFICATE})
"""What a client demands of the server and not of its certificate."""


class Result(StrEnum):
    """What an item came to."""

    PASS = "pass"  # noqa: S105 - a result, no password
    FAIL = "fail"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Item:
    """
    One thing to know before the import.

    ``code``
        What programs call it; ``trust:NAME`` and ``client:KEY`` for each trust store and client.
    ``section``
        Of PSN004561u, the one that asks for it; empty where the notice does not.
    ``binding``
        Whether it has to pass before the import. Clients that the site may not have, and trust stores that are not
        required, are only told of.
    """

    code: str
    title: str
    result: Result
    sentence: str
    section: str = ""
    binding: bool = True


@dataclass(frozen=True, slots=True)
class Replacement:
    """
    What is about to be imported.

    ``form``
        Of the first file.
    ``certificates``
        All certificates of all files.
    ``others``
        Certificates among them that signed none of the others, besides the one that is judged.
    ``keys``, ``locked_keys``
        As of a ``Bundle``: SHA-256 of public keys whose private part is there, and how many keys stayed shut.
    """

    form: Form
    certificates: tuple[Certificate, ...]
    others: tuple[Certificate, ...] = ()
    keys: tuple[str, ...] = ()
    locked_keys: int = 0


Answer = tuple[Result, str]
Question = Callable[[Replacement, Evidence], Answer]


def checklist(replacement: Replacement, evidence: Evidence) -> tuple[Item, ...]:
    """Return every item: those of the notice, then each trust store of the policy, then each client."""
    asked = [Item(code, title, *ask(replacement, evidence), section) for code, title, section, ask in QUESTIONS]
    found = (*asked, *_trust(evidence), *_clients(evidence))
    return tuple(replace(one, sentence=printable(one.sentence, LONGEST_SENTENCE)) for one in found)


def shut(sentence: str) -> Item:
    """Return the one item there is about a file that does not open."""
    return Item("opens", TITLES["opens"], Result.FAIL, sentence, SECTIONS["opens"])


def _opens(replacement: Replacement, _: Evidence) -> Answer:
    keys = len(replacement.keys) + replacement.locked_keys
    what = f"{replacement.form} with {count(len(replacement.certificates), 'certificate')}"
    what += f" and {count(keys, 'private key')}" if keys else " and no private key"
    if not replacement.others:
        return Result.PASS, what
    others = listed([printable(one.title, LONGEST_TITLE) for one in replacement.others])
    return Result.UNKNOWN, f"{what}; it holds more than one server certificate, not judged are {others}"


def _key(replacement: Replacement, evidence: Evidence) -> Answer:
    if evidence.leaf.public_key_sha256 in replacement.keys:
        return Result.PASS, "the private key is that of the certificate"
    if replacement.locked_keys:
        return Result.UNKNOWN, "the private key stays shut; give its password"
    if replacement.keys:
        return Result.FAIL, "the private key belongs to another certificate"
    return Result.UNKNOWN, "there is no private key; it must be the one that the server made with the request"


def _key_usage(_: Replacement, evidence: Evidence) -> Answer:
    return _all_of(KEY_USAGES, evidence.leaf.key_usage)


def _purposes(_: Replacement, evidence: Evidence) -> Answer:
    return _all_of(PURPOSES, evidence.leaf.extended_key_usage)


def _all_of(wanted: tuple[str, ...], there: tuple[str, ...] | None) -> Answer:
    missing = [one for one in wanted if one not in (there or ())]
    if not missing:
        return Result.PASS, ", ".join(wanted)
    has = f"has {', '.join(there) or 'none'}" if there is not None else "has no such extension"
    return Result.FAIL, f"lacks {', '.join(missing)}; {has}"


def _key_size(_: Replacement, evidence: Evidence) -> Answer:
    leaf = evidence.leaf
    if leaf.key_algorithm is None or leaf.key_bits is None:
        return Result.UNKNOWN, "the key could not be read"
    size = f"{leaf.key_algorithm} {leaf.key_bits}"
    if leaf.key_algorithm != "RSA":
        return Result.UNKNOWN, f"{size}; the notice knows RSA alone, and so do old clients"
    if leaf.key_bits < LEAST_RSA_BITS:
        return Result.FAIL, f"{size}, less than {LEAST_RSA_BITS} bits"
    return Result.PASS, size


def _hash(_: Replacement, evidence: Evidence) -> Answer:
    chain = evidence.chain
    used = {
        called(chain, position): one.signature_hash or one.signature_algorithm or "unknown"
        for position, one in enumerate(chain.certificates)
        if position == 0 or not one.self_signed
    }
    old = [title for title, one in used.items() if one == OLD_HASH]
    odd = [f"{one}: {title}" for title, one in used.items() if one not in {*NEW_HASHES, OLD_HASH}]
    if broken := [text for text in odd if text.startswith("md")]:
        return Result.FAIL, listed(broken)
    if old:
        return Result.UNKNOWN, f"SHA-1, which is for clients that do not know SHA-256 only: {listed(old)}"
    return (Result.UNKNOWN, listed(odd)) if odd else (Result.PASS, ", ".join(dict.fromkeys(used.values())))


def _names_of_ca(_: Replacement, evidence: Evidence) -> Answer:
    subject, issuer = evidence.leaf.subject, evidence.leaf.issuer
    if subject is None or issuer is None:
        return Result.UNKNOWN, "the names could not be read"
    unlike = [kind for kind in NAMED_ALIKE if subject.values(kind) != issuer.values(kind)]
    if not unlike:
        return Result.PASS, f"{', '.join(NAMED_ALIKE)} are those of the CA"
    what = f"{', '.join(unlike)} not those of the CA"
    if evidence.chain.signers[0] is not None:
        return Result.PASS, f"{what}, which signed it all the same: only the notice's own openssl.cnf minds"
    return Result.UNKNOWN, f"{what}: the notice's own openssl.cnf does not sign such a request, other CAs do"


def _name(_: Replacement, evidence: Evidence) -> Answer:
    leaf, host = evidence.leaf, dialled(evidence)
    if not host:
        return Result.UNKNOWN, "nobody says which name clients dial; say it with --for"
    if not names_host(leaf, host):
        if not leaf.readable:
            return Result.UNKNOWN, "not all names could be read"
        names = [printable(name, LONGEST_TITLE) for name in (*leaf.dns_names, *leaf.ip_addresses)]
        return Result.FAIL, f"{host} is dialled, the certificate is for {listed(names) or _common_name(leaf)}"
    if not has_alternative_names(leaf):
        return Result.UNKNOWN, f"only the common name is {host}; current clients want it as alternative name"
    return Result.PASS, f"the certificate is for {host}"


def _common_name(leaf: Certificate) -> str:
    name = leaf.subject.common_name if leaf.subject is not None else ""
    return printable(name, LONGEST_TITLE) or "no name at all"


def _chain(replacement: Replacement, evidence: Evidence) -> Answer:
    chain = evidence.chain
    last = chain.certificates[-1]
    if last.self_signed:
        if len(chain.certificates) == 1:
            return Result.PASS, "signed by its own key: it is the CA that every client has to hold"
        return Result.PASS, " ← ".join(_short(one) for one in chain.certificates)
    issuer = printable(last.issuer.text, LONGEST_TITLE) if last.issuer is not None else ""
    what = f"{issuer or 'its issuer'}, which signed {called(chain, len(chain.certificates) - 1)}"
    if last.self_signed is None:
        return Result.UNKNOWN, f"it could not be checked who signed {_short(last)}"
    if last.issuer is not None and any(_is(one, last) for one in replacement.certificates):
        return Result.FAIL, f"a certificate of that name is there, but its key did not make the signature: {what}"
    return Result.FAIL, f"in none of the files is {what}"


def _is(certificate: Certificate, signed: Certificate) -> bool:
    """Whether the certificate has the name of the issuer of another."""
    subject, issuer = certificate.subject, signed.issuer
    return subject is not None and issuer is not None and subject.normalised == issuer.normalised


def _order(_: Replacement, evidence: Evidence) -> Answer:
    certificates = evidence.chain.certificates
    above = [_short(one) for one in reversed(certificates[1:])]
    if len(certificates) == 1 and certificates[0].self_signed:
        return Result.PASS, "it goes to Server Certificates, and to every client"
    if not above:
        return Result.UNKNOWN, "its CA has to be there before it, and is not in the files"
    first, then = ", then ".join(above), _short(certificates[0])
    steps = f"first to Trusted Certificates: {first}; then to Server Certificates: {then}"
    return (Result.PASS if certificates[-1].self_signed else Result.UNKNOWN), steps


def _short(certificate: Certificate) -> str:
    name = certificate.subject.common_name if certificate.subject is not None else ""
    return printable(name or certificate.title, LONGEST_TITLE)


def _validity(_: Replacement, evidence: Evidence) -> Answer:
    moment, truth = evidence.moment, true_moment(evidence)
    result, sentence = _valid_at(evidence.chain, moment)
    if truth is None:
        return result, f"{sentence}; this machine's clock was not checked"
    if _valid_at(evidence.chain, truth)[0] is not result:
        return Result.UNKNOWN, f"{sentence}; but this clock is {off(evidence.clock_offset or 0.0)}, and that decides"
    return result, sentence


def _valid_at(chain: Chain, moment: datetime) -> Answer:
    for position, certificate in enumerate(chain.certificates):
        begin, end = certificate.not_before, certificate.not_after
        if begin is None or end is None:
            return Result.UNKNOWN, f"the dates could not be read: {called(chain, position)}"
        if end < moment:
            return Result.FAIL, f"ended {past(end, moment)}: {called(chain, position)}"
        if moment < begin:
            what = f"begins {ahead(begin, moment)}: {called(chain, position)}"
            return Result.FAIL, f"{what}; are the clocks of the CA and of AE Services right?"
    ends = ((one.not_after, position) for position, one in enumerate(chain.certificates) if one.not_after)
    end, position = min(ends)
    return Result.PASS, f"the chain ends {ahead(end, moment)}: {called(chain, position)}"


def _trust(evidence: Evidence) -> Iterator[Item]:
    required = {store.name for store in evidence.policy.trust_stores if store.required}
    for one in evidence.trust:
        title = f"Accepted by clients with the trust store {printable(one.store)}"
        yield Item(
            f"trust:{one.store}",
            title,
            _RESULTS[one.trusted],
            one.sentence,
            f"{IMPORT}, step 3",
            binding=one.store in required,
        )


def _clients(evidence: Evidence) -> Iterator[Item]:
    shown = Shown(evidence.chain, evidence.policy, manner_of(evidence.capture), {})
    met = facing(evidence.chain, evidence, evidence.trust)
    for profile in evidence.policy.clients:
        found = judge(profile, shown, met, leaving_out=OF_SERVERS)
        title = f"Client: {printable(profile.title)}"
        yield Item(f"client:{profile.key}", title, _RESULTS[found.works], found.sentence, binding=False)


_RESULTS: Final = {True: Result.PASS, False: Result.FAIL, None: Result.UNKNOWN}

QUESTIONS: Final[tuple[tuple[str, str, str, Question], ...]] = (
    ("opens", "The file opens", f"{MANAGER}, Import the new AE Services server certificate, step 4", _opens),
    ("key_matches", "Private key and certificate belong together", f"{REQUEST} 2e", _key),
    ("key_usage", "Key usage", f"{REQUEST} 2k", _key_usage),
    ("extended_key_usage", "Extended key usage", f"{REQUEST} 2l", _purposes),
    ("key_size", "Key of 2048 bits", f"{REQUEST} 2g", _key_size),
    ("hash", "Signed with SHA-256", f"{REQUEST} 2h", _hash),
    ("names_of_ca", "Country, state and company are the CA's", f"{REQUEST} 2j", _names_of_ca),
    ("name", "Names the server", f"{REQUEST} 2j", _name),
    ("chain", "The chain is whole, up to the root", f"{IMPORT}, step 1", _chain),
    ("order", "The CA is imported before the server certificate", f"{IMPORT}, steps 1 and 2", _order),
    ("validity", "Valid now", f"{IMPORT}, step 2", _validity),
)
"""Code, title, section of the notice, and how to tell; in the order shown."""

TITLES: Final = {code: title for code, title, _, _ in QUESTIONS}
SECTIONS: Final = {code: section for code, _, section, _ in QUESTIONS}
