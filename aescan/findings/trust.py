"""
What the clients of a target make of its chain: one verdict for each trust store of the policy.

A chain and trust stores come in, verdicts go out in the order of the settings; the rules and the reports read them.
Whether the leaf is for the name that clients dial is asked here, once for all stores.
"""

from dataclasses import replace
from datetime import datetime
from typing import Final

from aescan.certificates.chain import Chain
from aescan.certificates.trust import Distrust, Verdict, verdict
from aescan.findings.names import names_host
from aescan.keystores.model import TrustStore

NOBODY: Final = "nobody says which name clients dial"


def verdicts(chain: Chain, stores: tuple[TrustStore, ...], moment: datetime, host: str) -> tuple[Verdict, ...]:
    """Return what a client with each trust store makes of ``chain`` that dials ``host``."""
    if not stores:
        return ()
    if not host:
        return tuple(_nameless(chain, store, moment) for store in stores)
    named = names_host(chain.leaf, host)
    return tuple([verdict(chain, store, moment, host, named=named) for store in stores])


def _nameless(chain: Chain, store: TrustStore, moment: datetime) -> Verdict:
    """Return the verdict on a chain that nobody dials, as one from a file: unknown where only the name is missing."""
    lenient = replace(store, check_names=False, strict=False)
    found = verdict(chain, lenient, moment, "", named=True)
    if found.trusted and (store.check_names or store.strict):
        return Verdict(store.name, None, Distrust.UNSUPPORTED, NOBODY)
    return found
