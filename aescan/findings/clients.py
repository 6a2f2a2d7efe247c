"""
Whether each known kind of client can connect: works, fails, or not known, with the sentence why.

Evidence and what the site's trust stores say come in, one ``Compatibility`` per profile goes out, the same for the same
evidence. A client works only where the bytes prove every demand it is known to make; it fails where they break one; all
else is unknown, and the sentence says what would have to be known. A fact that no text confirms never makes a verdict.
What does not depend on the name dialled, the moment and the trust stores is judged once for each chain.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple

from aescan.certificates import trust
from aescan.certificates.chain import Chain
from aescan.certificates.facts import Certificate
from aescan.findings.demands import (
    FIRST,
    LATER,
    Demand,
    Made,
    Manner,
    Shown,
    Verdict,
    held,
    manner_of,
    versions,
    weighed,
)
from aescan.findings.model import Evidence
from aescan.findings.names import dialled, has_alternative_names, names_commonly, names_host, packed
from aescan.findings.signatures import path
from aescan.findings.standing import standing
from aescan.findings.words import LONGEST_TITLE, called, listed, stamp
from aescan.settings.policy import Policy
from aescan.settings.profiles import ClientProfile, NameRule
from aescan.text import printable

LONGEST_SENTENCE: Final = 1000
"""Characters: above any sentence of a few reasons, short enough for a report's row."""


@dataclass(frozen=True, slots=True)
class Compatibility:
    """
    Whether the client of that key can connect to a target: None is not known.

    ``demands``
        The demands that decided it: those broken, else those not known to be met, else none.
    """

    client: str
    works: bool | None
    demands: tuple[Demand, ...]
    sentence: str


class Told(NamedTuple):
    """What counts of a trust store's verdict."""

    store: str
    trusted: bool | None
    reason: trust.Distrust | None
    sentence: str


class Facing(NamedTuple):
    """
    What clients face besides what the server shows: mostly the same at the next scan, so it goes into a key.

    ``host``
        The name or address that clients dial.
    ``untimely``
        The position of the first certificate, from the leaf up, that has ended or not begun, and words for it.
    ``stores``
        What the trust stores say.
    """

    host: str
    untimely: tuple[int, str] | None
    stores: tuple[Told, ...]


def facing(chain: Chain, evidence: Evidence, trusted: Iterable[trust.Verdict] = ()) -> Facing:
    """Return what clients face of ``chain`` that dial the host of the evidence at its moment."""
    stores = tuple([Told(one.store, one.trusted, one.reason, one.sentence) for one in trusted]) if trusted else ()
    return Facing(dialled(evidence), _untimely(chain, evidence.moment), stores)


def _untimely(chain: Chain, moment: datetime) -> tuple[int, str] | None:
    for position in path(chain):
        begins, ends = chain.certificates[position].not_before, chain.certificates[position].not_after
        if ends is not None and ends < moment:
            return position, f"the {called(chain, position)} ended on {stamp(ends)}"
        if begins is not None and moment < begins:
            return position, f"the {called(chain, position)} begins on {stamp(begins)}"
    return None


class Lasting(NamedTuple):
    """The verdicts on one client that hold as long as the server shows the same; ``held`` where no store tells."""

    profile: ClientProfile
    first: tuple["Weighed", ...]
    later: tuple["Weighed", ...]
    held: Verdict


Weighed = tuple[Demand, bool | None, str]
"""A demand and the verdict on it."""


def compatibilities(evidence: Evidence, trusted: Iterable[trust.Verdict] = ()) -> tuple[Compatibility, ...]:
    """Return what every client that talks to this service would meet; ``trusted`` is what the trust stores say."""
    chain, met = evidence.chain, facing(evidence.chain, evidence, trusted)
    return _of_all(chain, evidence.policy, evidence.service, manner_of(evidence.capture), met)


def concerns(profile: ClientProfile, service: str) -> bool:
    """Whether this client talks to that service; a port without a service is only known to those that use any."""
    return not profile.services or service in profile.services


def judge(profile: ClientProfile, shown: Shown, met: Facing, leaving_out: Collection[Demand] = ()) -> Compatibility:
    """Return what one client would meet, some demands left out."""
    return _concluded(_lasting(profile, shown), shown, met, leaving_out)


@standing
def _of_all(chain: Chain, policy: Policy, service: str, manner: Manner, met: Facing) -> tuple[Compatibility, ...]:
    shown, lasting = _lasting_of_all(chain, policy, service, manner)
    return tuple([_concluded(each, shown, met) for each in lasting])


@standing
def _lasting_of_all(chain: Chain, policy: Policy, service: str, manner: Manner) -> tuple[Shown, tuple[Lasting, ...]]:
    shown = Shown(chain, policy, manner, versions(manner))
    return shown, tuple(_lasting(profile, shown) for profile in policy.clients if concerns(profile, service))


def _lasting(profile: ClientProfile, shown: Shown) -> Lasting:
    return Lasting(profile, _all(FIRST, profile, shown), _all(LATER, profile, shown), held(profile, shown))


def _all(demands: Iterable[tuple[Demand, Made]], profile: ClientProfile, shown: Shown) -> tuple[Weighed, ...]:
    return tuple((demand, *verdict) for demand, made in demands if (verdict := made(profile, shown)) is not None)


def _concluded(lasting: Lasting, shown: Shown, met: Facing, leaving_out: Collection[Demand] = ()) -> Compatibility:
    """Return the verdict that the demands on one client come to: one that is broken decides, else one not known."""
    profile = lasting.profile
    store = profile.trust_store or profile.key
    told = next((one for one in met.stores if one.store == store), None) if met.stores else None
    weighed = [*lasting.first]
    if (verdict := _validity(profile, met, told)) is not None:
        weighed.append((Demand.VALIDITY, *verdict))
    if (verdict := _name(profile, shown, met.host)) is not None:
        weighed.append((Demand.NAME, *verdict))
    weighed += lasting.later
    weighed.append((Demand.TRUST, *(lasting.held if told is None else _told(told))))
    if leaving_out:
        weighed = [one for one in weighed if one[0] not in leaving_out]
    verdicts = [works for _, works, _ in weighed]
    works = False if False in verdicts else None if None in verdicts else True
    decisive = [one for one in weighed if one[1] is works]
    demands = () if works else tuple(dict.fromkeys([demand for demand, _, _ in decisive]))
    sentence = "; ".join([words for _, _, words in decisive])
    return Compatibility(profile.key, works, demands, printable(sentence, LONGEST_SENTENCE))


def _validity(profile: ClientProfile, met: Facing, told: Told | None) -> Verdict | None:
    if met.untimely is None or profile.validity is None or not profile.validity.value:
        return None
    position, words = met.untimely
    if position and told is not None and told.trusted:  # by a way that is valid
        return None
    return weighed(profile.validity, None if position else False, words)  # it may know another way up


def _name(profile: ClientProfile, shown: Shown, host: str) -> Verdict | None:
    if profile.name is None:
        return None, "whether it compares names is in no known text"
    if profile.name.value is NameRule.UNCHECKED:
        return None
    known, words = _RULES[profile.name.value](shown.leaf, host)
    if known is not True and packed(host) is not None:
        return None, f"the target is the address {host}; by which name clients dial it is not known"
    return weighed(profile.name, known, words)


def _first_dns_name(leaf: Certificate, host: str) -> Verdict:
    kind, name = ("first DNS name", leaf.dns_names[0]) if leaf.dns_names else ("common name", _common_name(leaf))
    if name.lower() == host.lower():
        return True, f"{host} is the certificate's {kind}"
    shown = printable(name, LONGEST_TITLE) or "empty"
    return False, f"{host} is dialled, it compares the {kind} alone, which is {shown}"


def _any_name(leaf: Certificate, host: str) -> Verdict:
    if has_alternative_names(leaf) and names_host(leaf, host):
        return True, f"the certificate is for {host}"
    if not leaf.dns_names and names_commonly(leaf, host):
        kind = "DNS names" if leaf.ip_addresses else "alternative names"
        return None, f"the certificate has no {kind}, and only some programs take its common name"
    return False, _other_names(leaf, host)


def _undocumented_name(leaf: Certificate, host: str) -> Verdict:
    names = [name.lower() for name in (*leaf.dns_names, _common_name(leaf)) if name]
    if host.lower() == _common_name(leaf).lower() and host.lower() == names[0]:  # right by any reading
        return True, f"the certificate is for {host}"
    if host.lower() in names or names_host(leaf, host):
        return None, f"{host} is one of the certificate's names; which of them it compares is in no known text"
    return False, _other_names(leaf, host)


_RULES: Final[Mapping[NameRule, Callable[[Certificate, str], Verdict]]] = {
    NameRule.FIRST_DNS_NAME: _first_dns_name,
    NameRule.ANY_NAME: _any_name,
    NameRule.UNDOCUMENTED: _undocumented_name,
}


def _told(told: Told) -> Verdict:
    if told.reason is trust.Distrust.NAME:  # the last thing a store minds, and a demand of its own here
        return True, f"trust store {told.store}: all but the name"
    return told.trusted, f"trust store {told.store}: {told.sentence}"


def _common_name(leaf: Certificate) -> str:
    return leaf.subject.common_name if leaf.subject is not None else ""


def _other_names(leaf: Certificate, host: str) -> str:
    names = (*leaf.dns_names, *leaf.ip_addresses) or tuple(filter(None, (_common_name(leaf),)))
    shown = listed([printable(name, LONGEST_TITLE) for name in names])
    return f"{host} is dialled, the certificate is for {shown or 'no name at all'}"
