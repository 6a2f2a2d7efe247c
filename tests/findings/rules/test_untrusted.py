"""The rule untrusted."""

from dataclasses import replace

import pytest

from aescan.certificates.trust import Distrust, Verdict
from aescan.findings.model import Evidence
from aescan.findings.rules.untrusted import REMEDIES, check, remedy
from aescan.keystores.model import TrustStore
from aescan.settings.policy import Policy
from tests.facts import evidence

STORES = (
    TrustStore("jtapi", (), required=True),
    TrustStore("dmcc", (), required=True),
    TrustStore("lab", ()),
)


def judged(*verdicts: tuple[str, bool | None, Distrust | None]) -> Evidence:
    """Return evidence with these verdicts."""
    trust = tuple(Verdict(store, trusted, reason, f"as {store} saw") for store, trusted, reason in verdicts)
    return replace(evidence(policy=Policy(trust_stores=STORES)), trust=trust)


def test_a_required_store_refuses() -> None:
    """Each required store that refuses is named, with why."""
    found = judged(("jtapi", False, Distrust.NO_PATH), ("dmcc", False, Distrust.EXPIRED))

    assert check(found) == (
        "clients with the trust store jtapi refuse it: as jtapi saw;"
        " clients with the trust store dmcc refuse it: as dmcc saw"
    )
    assert remedy(found) == f"{REMEDIES[Distrust.NO_PATH]}; {REMEDIES[Distrust.EXPIRED]}"


@pytest.mark.parametrize(
    "verdict", [("jtapi", True, None), ("jtapi", None, Distrust.UNSUPPORTED), ("lab", False, Distrust.NO_PATH)]
)
def test_what_does_not_count(verdict: tuple[str, bool | None, Distrust | None]) -> None:
    """Trust, what cannot be told, and stores that are not required are no finding."""
    assert check(judged(verdict)) is None


def test_every_reason_has_its_remedy() -> None:
    """Whatever makes a chain untrusted, there is something to do; one remedy is said once."""
    assert set(REMEDIES) == set(Distrust) - {Distrust.UNSUPPORTED}
    twice = judged(("jtapi", False, Distrust.EXPIRED), ("dmcc", False, Distrust.CONSTRAINT))
    assert remedy(twice) == REMEDIES[Distrust.EXPIRED]
