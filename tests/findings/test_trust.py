"""What clients make of a chain, store by store."""

from dataclasses import replace

import pytest

from aescan.certificates.chain import decode
from aescan.certificates.trust import Distrust, Verdict
from aescan.findings.trust import NOBODY, verdicts
from aescan.keystores.model import TrustStore
from aescan.tls.capture import Capture, ClientCertificate
from tests.certs import make_chain
from tests.facts import NOW

LEAF, ROOT = make_chain(2)
LED = "the chain leads to CN=Example CA 1"


def told(*stores: TrustStore, host: str = "aes1.example.com") -> tuple[Verdict, ...]:
    """Return what these stores say of a sound chain."""
    capture = Capture((LEAF.der,), "TLS 1.2", "", ClientCertificate.UNKNOWN, hello="tls12", address="")
    return verdicts(decode(capture), stores, NOW, host)


def test_no_stores() -> None:
    """Nobody's trust is asked where no store is named."""
    assert told() == ()


def test_in_the_order_of_the_settings() -> None:
    """One verdict for each store; the name that clients dial is compared for those that do."""
    stores = TrustStore("a", (ROOT.der,), check_names=True), TrustStore("b", ())

    assert [(one.store, one.trusted) for one in told(*stores)] == [("a", True), ("b", False)]
    (other,) = told(stores[0], host="aes2.example.com")
    assert (other.trusted, other.reason) == (False, Distrust.NAME)


@pytest.mark.parametrize("strict", [False, True])
def test_nobody_dials_a_file(strict: bool) -> None:
    """Where only the name is missing, the verdict is open; what the store lacks it lacks all the same."""
    plain = TrustStore("a", (ROOT.der,))
    asking = replace(plain, check_names=not strict, strict=strict)

    asked, unasked, empty = told(asking, plain, TrustStore("b", ()), host="")

    assert asked == Verdict("a", None, Distrust.UNSUPPORTED, NOBODY)
    assert (unasked.store, unasked.trusted, unasked.reason, unasked.sentence) == ("a", True, None, LED)
    assert (empty.trusted, empty.reason) == (False, Distrust.NO_PATH)
