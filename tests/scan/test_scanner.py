"""One target to one observation, and the whole line on the lab's real servers."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from aescan.errors import Met, ProbeError, Reason
from aescan.findings.model import Skew
from aescan.inventory.model import Target
from aescan.keystores.model import TrustStore
from aescan.lab.estate import running_estate
from aescan.observation import Failed, Observation, Seen
from aescan.probe.probe import Prober
from aescan.scan.scanner import Scanner
from aescan.scan.sweep import sweep
from aescan.settings.load import load_settings
from aescan.settings.policy import Policy, Thresholds
from aescan.settings.profiles import ClientProfile
from aescan.tls.capture import Capture, Missed, View, ViewName
from tests import certs
from tests.facts import NOW, capture, target

CHAIN = certs.make_chain(2)
RUNGS = (Met("tls12", "192.0.2.1", 0.001, Reason.REFUSED, "nothing listens", "no other hello would help"),)


async def presents_chain(of: Target) -> Capture:
    """Probe a server that presents a sound chain."""
    return Capture(
        tuple(one.der for one in CHAIN), *("TLS 1.2", "suite"), capture().client_certificate, "tls12", "::1", 3
    )


async def scan(of: Target, policy: Policy | None = None) -> Observation:
    """Scan at the moment of the tests."""
    return await Scanner(presents_chain, policy or Policy(), lambda: NOW).scan(of)


async def test_seen() -> None:
    """A capture becomes a chain with its findings, at the moment the clock told."""
    observation = await scan(target())

    assert observation.moment == NOW
    assert observation.connections == 3
    assert isinstance(observation.outcome, Seen)
    assert [one.der for one in observation.outcome.chain.certificates] == [one.der for one in CHAIN]
    assert observation.outcome.findings == ()


async def test_clients() -> None:
    """The chain is judged for each known client of the service too."""
    judged = ClientProfile(key="ours", title="Ours", services=("dmcc",))
    other = ClientProfile(key="other", title="Other", services=("oam",))
    observation = await scan(target(service="dmcc"), Policy(clients=(judged, other)))

    assert isinstance(observation.outcome, Seen)
    assert [(one.client, one.works) for one in observation.outcome.clients] == [("ours", None)]


async def test_views() -> None:
    """Each view is judged by itself; the target's findings are those of all, and name the view they come from."""
    old = certs.make_certificate(not_after=NOW - timedelta(days=1))

    async def presents(of: Target) -> Capture:
        ordinary = await presents_chain(of)
        views = (
            View(ViewName.RSA, replace(ordinary, certificates=(old.der,))),
            View(ViewName.NO_SNI, Missed(Reason.ALERT, "refused")),
            View(ViewName.SNI, replace(ordinary, connections=0)),
        )
        return replace(ordinary, views=views)

    outcome = (await Scanner(presents, Policy(), lambda: NOW).scan(target())).outcome

    assert isinstance(outcome, Seen)
    rsa, no_sni, sni = outcome.views
    assert isinstance(rsa.outcome, Seen)
    assert rsa.outcome.findings[0].code == "expired"
    assert no_sni.outcome == Failed(Reason.ALERT, "refused")
    assert isinstance(sni.outcome, Seen)
    assert (sni.outcome.chain, sni.outcome.findings) == (outcome.chain, ())
    assert [one.code for one in outcome.findings] == [one.code for one in rsa.outcome.findings]
    assert outcome.findings[0].sentence == f"view rsa: {rsa.outcome.findings[0].sentence}"
    assert outcome.not_after == NOW - timedelta(days=1)


async def test_trust() -> None:
    """What clients with each trust store make of the chain is a part of what was seen, and of the findings."""
    stores = TrustStore("a", (CHAIN[1].der,)), TrustStore("b", (), required=True)

    observation = await scan(target(), Policy(trust_stores=stores))

    assert isinstance(observation.outcome, Seen)
    assert [(one.store, one.trusted) for one in observation.outcome.trust] == [("a", True), ("b", False)]
    assert [finding.code for finding in observation.outcome.findings] == ["untrusted"]


async def test_clients_with_a_trust_store() -> None:
    """A client for which a trust store stands is judged by what that holds."""
    stores = TrustStore("ours", (CHAIN[1].der,)), TrustStore("theirs", ())
    clients = tuple(ClientProfile(key=store.name, title=store.name, trust_store=store.name) for store in stores)

    outcome = (await scan(target(), Policy(trust_stores=stores, clients=clients))).outcome

    assert isinstance(outcome, Seen)
    assert [(one.client, one.works) for one in outcome.clients] == [("ours", None), ("theirs", False)]
    assert outcome.clients[1].sentence == (
        "trust store theirs: the store does not hold CN=Example CA 1, which signed itself"
    )


async def test_failed() -> None:
    """A ProbeError becomes a fact, with the connections it cost."""

    async def refuse(of: Target) -> Capture:
        error = ProbeError(Reason.REFUSED, "nothing listens")
        error.connections, error.rungs = 2, RUNGS
        raise error

    observation = await Scanner(refuse, Policy(), lambda: NOW).scan(target())

    assert (observation.outcome, observation.connections) == (Failed(Reason.REFUSED, "nothing listens", RUNGS), 2)
    assert observation.rungs == RUNGS


async def test_the_wait_for_a_turn_is_not_the_target_s() -> None:
    """How long a probe took is told without what it waited, be it seen or failed."""

    async def patient(of: Target) -> Capture:
        if of.host == "no":
            error = ProbeError(Reason.REFUSED, "nothing listens")
            error.waited = 3600.0
            raise error
        return replace(await presents_chain(of), waited=3600.0)

    scanner = Scanner(patient, Policy(), lambda: NOW)

    assert (await scanner.scan(target())).duration == 0.0
    assert (await scanner.scan(target("no"))).duration == 0.0


async def test_a_bug_is_not_a_failure() -> None:
    """Only ProbeError is caught."""

    async def broken(of: Target) -> Capture:
        raise KeyError(of)

    with pytest.raises(KeyError):
        await Scanner(broken, Policy(), lambda: NOW).scan(target())


async def test_a_target_is_judged_by_its_own_thresholds() -> None:
    """The inventory's thresholds stand before the settings'."""
    days = timedelta(days=1)
    patient = Target("one", "aes1.example.com", 4722, thresholds=Thresholds(400 * days, 300 * days, 15 * days))
    observation = await scan(patient)

    assert isinstance(observation.outcome, Seen)
    assert [finding.code for finding in observation.outcome.findings] == ["expires_soon"]


async def test_what_ntp_says_is_evidence() -> None:
    """A clock that is years behind hides no end of validity."""
    behind = timedelta(days=2000).total_seconds()
    observation = await Scanner(presents_chain, Policy(), lambda: NOW, lambda: behind).scan(target())

    assert isinstance(observation.outcome, Seen)
    assert [finding.code for finding in observation.outcome.findings] == ["expired"]
    assert "but this clock is 5 years behind, by NTP it expired" in observation.outcome.findings[0].sentence


async def test_clocks_of_targets() -> None:
    """They are asked at the address that answered, where the inventory wants that, and are evidence."""
    asked = []

    async def skews(of: Target, address: str) -> tuple[Skew, ...]:
        asked.append((of.name, address))
        return (Skew("SNTP", -7200.0, 0.1),)

    scanner = Scanner(presents_chain, Policy(), lambda: NOW, skews=skews)
    unasked = await scanner.scan(target())
    observation = await scanner.scan(replace(target(), sntp=True))
    await scanner.scan(replace(target(), http_date=True))

    assert isinstance(unasked.outcome, Seen)
    assert unasked.outcome.findings == ()
    assert isinstance(observation.outcome, Seen)
    assert [finding.code for finding in observation.outcome.findings] == ["clock_skew"]
    assert asked == [("aes1.example.com:4722", "::1")] * 2


async def test_plain_twins_of_targets() -> None:
    """They are looked at where the answer came from, where the inventory wants that, beside those discovered."""

    async def twins(of: Target, address: str) -> tuple[str, ...]:
        return (f"port {of.twin} of {address}",)

    scanner = Scanner(presents_chain, Policy(), lambda: NOW, twins=twins)
    unasked = await scanner.scan(target())
    observation = await scanner.scan(replace(target(), twin=4721, plaintext_twins=("port 1050",)))

    assert isinstance(unasked.outcome, Seen)
    assert unasked.outcome.findings == ()
    assert isinstance(observation.outcome, Seen)
    (found,) = observation.outcome.findings
    assert found.sentence == "the host offers the same without TLS on port 1050; port 4721 of ::1"


@pytest.mark.parametrize("moment", [NOW, datetime(2018, 1, 5, tzinfo=UTC), datetime(2027, 8, 18, tzinfo=UTC)])
def test_the_lab_from_socket_to_finding(moment: datetime) -> None:
    """Every target of the lab comes to what its story expects, judged at any moment, its chain byte for byte."""

    async def sweep_lab(targets: tuple[Target, ...]) -> dict[str, Observation]:
        scanner = Scanner(Prober(timeout=1.0).probe, load_settings(None).policy, lambda: moment)
        done = sweep(targets, scanner.scan, concurrency=100, host_concurrency=4)
        return {observation.target.name: observation async for observation in done}

    with running_estate(moment) as estate:
        found = asyncio.run(sweep_lab(estate.targets))

    outcomes = {name: observation.outcome for name, observation in found.items()}
    assert {
        name: {finding.code for finding in outcome.findings} if isinstance(outcome, Seen) else outcome.reason
        for name, outcome in outcomes.items()
    } == dict(estate.expected)
    assert {name: out.capture.certificates for name, out in outcomes.items() if isinstance(out, Seen)} == estate.chains
