"""A chain that was seen before is judged as if it never was, whenever and from wherever it comes."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aescan.certificates.trust import Distrust, Verdict
from aescan.findings.clients import compatibilities
from aescan.findings.evaluate import evaluate
from aescan.findings.model import Evidence
from aescan.settings.clients import load_clients
from aescan.settings.policy import Policy, Thresholds
from aescan.tls.capture import ClientCertificate, Protocol
from tests.findings.labelled import judged
from tests.findings.shipped import POLICY
from tests.findings.test_evaluate import evidences, moments
from tests.findings.test_labelled_moments import MOMENTS, TABLE

CLIENTS = replace(POLICY, clients=load_clients(None, {one.name for one in POLICY.patterns}, ()).profiles)
STRICT = Policy(
    patterns=POLICY.patterns[:1], minimum_rsa_bits=16384, maximum_lifetime=timedelta(days=1), clients=CLIENTS.clients
)
POLICIES = (CLIENTS, STRICT, Policy())
CAPTURES = (
    ("TLS 1.2", "TLS_RSA_WITH_AES_128_CBC_SHA", "tls12", ClientCertificate.NOT_REQUESTED, ()),
    ("TLS 1.0", "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA", "tls10", ClientCertificate.REQUESTED, ()),
    ("TLS 1.3", "TLS_AES_256_GCM_SHA384", "tls13", ClientCertificate.UNKNOWN, (Protocol("TLS 1.2", False),)),
)
ENDPOINTS: tuple[tuple[str, str, dict[str, str], bool, Thresholds | None], ...] = (
    ("tsapi", "aes1.example.com", {"aacc": "yes"}, False, None),
    ("dmcc", "10.20.0.1", {}, True, Thresholds(*3 * (timedelta(days=4000),))),
    ("", "aes9.example.org", {}, False, None),
)

TRUST = (
    (),
    (Verdict("jtapi", True, None, "the chain leads to our root"), Verdict("java", None, Distrust.UNSUPPORTED, "odd")),
    (Verdict("jtapi", False, Distrust.NO_PATH, "no way"), Verdict("java", False, Distrust.NAME, "another name")),
)


def varied(new: Evidence) -> Iterator[Evidence]:
    """Yield the same chain at every moment, by every policy, from every endpoint."""
    for moment, policy, how, where in product(MOMENTS, POLICIES, CAPTURES, ENDPOINTS):
        version, suite, hello, asked, protocols = how
        service, host, labels, mutual, thresholds = where
        captured = replace(
            new.capture,
            version=version,
            cipher_suite=suite,
            hello=hello,
            client_certificate=asked,
            protocols=protocols,
        )
        yield replace(
            new,
            moment=moment,
            policy=policy,
            capture=captured,
            service=service,
            host=host,
            server_name=host,
            labels=labels,
            mutual_tls=mutual,
            thresholds=thresholds,
        )


@pytest.mark.parametrize("label", TABLE)
def test_a_labelled_chain_is_judged_anew_from_memory(label: str) -> None:
    """Findings and verdicts of clients are those of a chain about which nothing is kept, whatever the stores say."""
    new = judged(*TABLE[label][0])
    kept = replace(new.chain, kept=True)
    for evidence in varied(new):
        again = replace(evidence, chain=kept)
        assert evaluate(again) == evaluate(evidence)
        for trusted in TRUST:
            assert compatibilities(again, trusted) == compatibilities(evidence, trusted)


@given(evidences, st.lists(moments, min_size=1, max_size=3))
def test_any_chain_is_judged_anew_from_memory(anything: Evidence, later: list[datetime]) -> None:
    """So it is with chains that no CA would make."""
    kept = replace(anything.chain, kept=True)
    for moment in (anything.moment, *later):
        evidence = replace(anything, moment=moment)
        assert evaluate(replace(evidence, chain=kept)) == evaluate(evidence)
