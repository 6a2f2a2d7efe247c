"""What the exporter observes is told, once, and nothing at the beginning."""

import asyncio
import contextlib

import pytest

from aescan.errors import Reason
from aescan.events.outbox import Outbox
from aescan.exporter.announcer import Announcer
from aescan.exporter.exporter import Exporter
from aescan.exporter.state import Sent, State
from aescan.findings.model import Severity
from aescan.inventory.model import Target
from aescan.observation import Observation
from aescan.settings.policy import Policy
from tests.events.test_outbox import FakeSink
from tests.exporter.estate import LOST, NEW, SOUND, FakeSweep, configuration, until
from tests.facts import INTERMEDIATE, LEAF, NOW, ROOT, failed, finding, seen
from tests.logged import logged


def waiting(outbox: Outbox) -> list[tuple[str, str]]:
    """Return what waits to be sent: what happened, to whom."""
    return [(event.kind, event.target.name) for event in outbox._waiting]


def observe(*observations: Observation) -> tuple[Outbox, Announcer]:
    """Return an outbox with what is told of these observations of targets of the inventory."""
    outbox = Outbox(FakeSink(), 50)
    announcer, state = Announcer((outbox,)), State((SOUND, LOST), NOW)
    for observation in observations:
        former = state.observe(observation)
        if former is not None:
            announcer.observed(former, observation)
    return outbox, announcer


async def test_a_first_sweep_is_no_news() -> None:
    """Neither a finding nor a failure is told of a target that nothing was known of."""
    outbox, _ = observe(seen(SOUND, findings=(finding(),)), failed(LOST))

    assert waiting(outbox) == []


async def test_what_happens_then() -> None:
    """Each event once, also over failures in between."""
    expired = finding("expired", Severity.CRITICAL)
    outbox, announcer = observe(
        seen(SOUND),
        seen(LOST),
        seen(SOUND),
        failed(LOST, Reason.TIMEOUT),
        failed(LOST, Reason.REFUSED),
        seen(LOST, INTERMEDIATE, LEAF, findings=(expired,)),
        seen(LOST, INTERMEDIATE, LEAF, findings=(expired,)),
        seen(LOST, INTERMEDIATE, LEAF),
    )

    assert waiting(outbox) == [
        ("target_lost", LOST.name),
        ("target_back", LOST.name),
        ("certificate_changed", LOST.name),
        ("finding_raised", LOST.name),
        ("finding_cleared", LOST.name),
    ]
    assert announcer.counts() == (Sent("fake", 0, 0),)


async def test_beside_others() -> None:
    """What the targets show beside each other is told when it becomes different, not when it is first known."""
    outbox = Outbox(FakeSink(), 50)
    announcer, state = Announcer((outbox,)), State((SOUND, LOST), NOW)
    for sweep in (LEAF, LEAF), (LEAF, ROOT), (LEAF, ROOT), (LEAF, LEAF):
        for of, certificate in zip((SOUND, LOST), sweep, strict=True):
            observation = seen(of, certificate)
            former = state.observe(observation)
            assert former is not None
            announcer.observed(former, observation)
        for before in state.judge_estate(Policy(), NOW):
            announcer.judged(before, state.status(before.label), NOW)
    events = [(event.kind, event.target.name, event.facts.get("code")) for event in outbox._waiting]

    assert events == [
        ("certificate_changed", LOST.name, None),
        ("finding_cleared", SOUND.name, "shared_key"),
        ("finding_cleared", LOST.name, "shared_key"),
        ("certificate_changed", LOST.name, None),
        ("finding_raised", SOUND.name, "shared_key"),
        ("finding_raised", LOST.name, "shared_key"),
    ]


async def test_nobody_to_tell() -> None:
    """Without receivers nothing is worked out."""
    announcer = Announcer()
    announcer.observed(State((SOUND,), NOW).statuses[0], seen(SOUND))
    await announcer.run(lambda: None)

    assert announcer.counts() == ()


async def test_in_the_exporter() -> None:
    """Sweeps go on while events are sent, and the page counts them."""
    sweep, sink = FakeSweep(), FakeSink()
    answers = iter((seen, failed, seen))

    def answer(of: Target) -> Observation:
        return next(answers, seen)(of)

    sweep.answers[SOUND.name] = answer
    exporter = Exporter(
        configuration(sweep, SOUND, NEW, interval=0.01),
        lambda: configuration(sweep, SOUND),
        lambda: NOW,
        asyncio.Event(),
        pause=0,
        tick=0,
        announcer=Announcer((Outbox(sink, 10_000),)),
    )
    life = asyncio.create_task(exporter.run())
    await until(lambda: sink.got == [SOUND.port] * 2)
    await until(lambda: exporter.snapshot().events == (Sent("fake", 2, 0),))
    life.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await life


def test_lost_and_back(caplog: pytest.LogCaptureFixture) -> None:
    """The log tells once that a target is lost, however often it fails, and once that it is back."""
    caplog.set_level("INFO")
    announcer, state = Announcer(), State((SOUND, LOST), NOW)
    for observation in (seen(SOUND), failed(LOST), failed(LOST, Reason.TIMEOUT), seen(LOST), seen(LOST), failed(LOST)):
        former = state.observe(observation)
        assert former is not None
        announcer.observed(former, observation)

    about = f"target={LOST.name} endpoint={LOST.endpoint}"
    lost = f'msg="target could not be probed" {about} reason=refused error="connection refused"'
    assert logged(caplog) == [lost, f'msg="target is back" {about}', lost]
