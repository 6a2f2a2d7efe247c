"""
What the clients of a target make of its chain: one verdict for each trust store of the policy.

Evidence comes in, verdicts go out in the order of the settings; the rules and the reports read them. Whether the leaf
is for the name that clients dial is asked here, once for all stores.
"""

from dataclasses import replace
from typing import Final

from aescan.certificates.trust import Distrust, Verdict, verdict
from aescan.findings.model import Evidence
from aescan.findings.names import dialled, names_host
from aescan.keystores.model import TrustStore

NOBODY: Final = "nobody says which name clients dial"


def verdicts(evidence: Evidence) -> tuple[Verdict, ...]:
    """Return what a client with each trust store makes of the chain."""
    stores = evidence.policy.trust_stores
    if not stores:
        return ()
    host = dialled(evidence)
    if not host:
        return tuple(_nameless(evidence, store) for store in stores)
    named = names_host(evidence.leaf, host)
    return tuple(verdict(evidence.chain, store, evidence.moment, host, named=named) for store in stores)


def _nameless(evidence: Evidence, store: TrustStore) -> Verdict:
    """Return the verdict on a chain that nobody dials, as one from a file: unknown where only the name is missing."""
    lenient = replace(store, check_names=False, strict=False)
    found = verdict(evidence.chain, lenient, evidence.moment, "", named=True)
    if found.trusted and (store.check_names or store.strict):
        return Verdict(store.name, None, Distrust.UNSUPPORTED, NOBODY)
    return found
