"""The state remembers what each target of the inventory showed last, and forgets what left it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from aescan.certificates.memory import LEAST, Room
from aescan.errors import Reason
from aescan.exporter.state import Snapshot, State, Status
from aescan.inventory.model import Addresses, Target
from aescan.settings.policy import Policy
from tests.exporter.estate import BUILD, LOST, NEW, SOUND, estate
from tests.facts import INTERMEDIATE, LEAF, NOW, failed, seen, target
from tests.logged import logged


def status(snapshot: Snapshot, of: Target) -> Status:
    """Return what is known of that target."""
    return next(status for status in snapshot.statuses if status.label == of.name)


def test_failure_keeps_facts() -> None:
    """A failed probe replaces the last probe, not the last chain."""
    lost = status(estate().snapshot(), LOST)
    assert lost.last is not None
    assert lost.last.moment == NOW
    assert lost.success is not None
    assert lost.success.moment == NOW - timedelta(days=2)


def test_success_replaces_facts() -> None:
    """A new chain replaces the last one."""
    state = estate()
    state.observe(seen(LOST, moment=NOW + timedelta(hours=1)))
    success = status(state.snapshot(), LOST).success
    assert success is not None
    assert success.moment == NOW + timedelta(hours=1)


def test_counters() -> None:
    """Every probe counts, failures by reason, and every reason is there from the start."""
    snapshot = estate().snapshot()
    assert snapshot.probes == 4
    assert snapshot.failures == {
        reason: int(reason is Reason.TIMEOUT) for reason in Reason if reason is not Reason.UNREADABLE
    }


def test_new_inventory() -> None:
    """Targets that stay keep their facts, others vanish, new ones begin with none."""
    state = estate()
    relabelled = replace(SOUND, labels={"site": "Uppsala"})
    state.configure((NEW, relabelled), NOW)
    snapshot = state.snapshot()
    assert [status.label for status in snapshot.statuses] == [NEW.name, SOUND.name]
    assert status(snapshot, SOUND).target is relabelled
    assert status(snapshot, SOUND).success is not None
    assert status(snapshot, NEW).last is None


def test_room_for_all_chains(monkeypatch: pytest.MonkeyPatch) -> None:
    """Chains are remembered for as many targets as the inventory has, before the first of them is judged."""
    monkeypatch.setattr("aescan.exporter.state.ROOM", room := Room())
    many = [target(f"aes{number}.example.com") for number in range(LEAST + 1)]
    state = State(many, NOW)
    assert room.chains == 2 * LEAST
    state.configure(many[:1], NOW)
    assert room.chains == LEAST


@pytest.mark.parametrize(
    "moved",
    [
        replace(SOUND, host="aes9.example.com"),
        replace(SOUND, port=4723),
        replace(SOUND, address="192.0.2.7"),
        replace(SOUND, server_name="other.example.com"),
    ],
)
def test_moved_target(moved: Target) -> None:
    """A name that now means another endpoint begins anew: the old one's chain is no fact about it."""
    state = estate()
    state.configure((replace(moved, name=SOUND.name),), NOW)
    assert state.snapshot().statuses == (Status(SOUND.name, replace(moved, name=SOUND.name)),)


def test_targets_are_one_tuple_for_each_inventory() -> None:
    """What is made of them, as an index, may be kept as long as it is the same tuple."""
    state = estate()
    first = state.targets
    state.observe(seen(SOUND))
    state.configure(first, NOW)
    assert state.targets is first
    state.configure(first[1:], NOW)
    assert state.targets == first[1:]


def test_names_with_several_addresses() -> None:
    """A name takes the addresses it has; when it cannot be looked up, it keeps the last ones and what they showed."""
    name, other = replace(SOUND, addresses=Addresses.ALL), replace(LOST, addresses=Addresses.ALL)
    first, second, third = (replace(name, name=f"{name.name}@192.0.2.{end}", address=f"192.0.2.{end}") for end in "123")
    state = State((name, other), NOW, BUILD)
    assert list(state.targets) == [name, other]
    state.replace_targets((first, second, other))
    assert list(state.targets) == [first, second, other]
    state.observe(seen(first))
    twin = replace(name, name="the same endpoint under another name")
    state.replace_targets((name, other, twin))
    assert list(state.targets) == [first, second, other, twin]
    relabelled = replace(name, labels={"site": "Uppsala"})
    state.configure((other, relabelled), NOW)
    assert list(state.targets) == [
        other,
        replace(first, labels=relabelled.labels),
        replace(second, labels=relabelled.labels),
    ]
    assert status(state.snapshot(), first).success is not None
    state.replace_targets((second, third))
    assert list(state.targets) == [second, third]


def test_late_observation() -> None:
    """What a sweep says about a target that left the inventory meanwhile counts as a probe and is forgotten."""
    state = State((SOUND,), NOW, BUILD)
    state.observe(seen(LOST))
    state.observe(failed(replace(SOUND, port=1)))
    snapshot = state.snapshot()
    assert snapshot.probes == 2
    assert snapshot.statuses == (Status(SOUND.name, SOUND),)


def test_same_name_twice(caplog: pytest.LogCaptureFixture) -> None:
    """A name used twice cannot make a series appear twice: the first stays, and the log says so."""
    twin = replace(LOST, name=SOUND.name)
    state = State((SOUND, twin), NOW, BUILD)
    state.observe(seen(twin))
    assert state.snapshot().statuses == (Status(SOUND.name, SOUND),)
    assert logged(caplog) == [
        'msg="target left out, its name is taken" target=aes1.example.com:4722 endpoint=aes2.example.com:8443'
    ]


def test_refused_configuration() -> None:
    """A refused configuration changes nothing but the note of it; the next good one takes the note away."""
    state = estate()
    before = state.snapshot()
    state.refuse()
    assert state.snapshot() == replace(before, reload_failed=True)
    state.configure((SOUND,), NOW + timedelta(hours=3))
    assert not state.snapshot().reload_failed
    assert state.snapshot().loaded == NOW + timedelta(hours=3)


def test_snapshot_stays() -> None:
    """A snapshot does not change when the state does."""
    state = estate()
    snapshot = state.snapshot()
    copy = replace(snapshot, failures=dict(snapshot.failures))
    state.observe(failed(SOUND, Reason.DNS))
    state.configure((NEW,), NOW)
    state.finish_sweep(NOW, 9)
    assert snapshot == copy


def codes(snapshot: Snapshot, of: Target) -> list[str]:
    """Return the codes of the findings about that target."""
    success = status(snapshot, of).success
    return [finding.code for finding in success.seen.findings] if success is not None else []


def test_findings_of_the_estate() -> None:
    """One key on two hosts is told after the sweep, stays while the next one goes on, and goes when it is mended."""
    first, second = target("aes1.example.com"), target("aes2.example.com")
    state = State((first, second), NOW, BUILD)
    for of in first, second:
        state.observe(seen(of))
        assert codes(state.snapshot(), of) == []
    state.judge_estate(Policy(), NOW)
    assert [codes(state.snapshot(), of) for of in (first, second)] == [["shared_key"]] * 2
    state.observe(seen(first))
    assert codes(state.snapshot(), first) == ["shared_key"]
    renewed = replace(LEAF, fingerprint_sha256="5f" * 32, public_key_sha256="a5" * 32)
    state.observe(seen(second, renewed, INTERMEDIATE))
    state.judge_estate(Policy(), NOW)
    assert [codes(state.snapshot(), of) for of in (first, second)] == [[], []]


def test_a_renewal_with_the_same_key() -> None:
    """The leaf before is remembered for as long as the exporter runs."""
    of = target("aes1.example.com")
    state = State((of,), NOW, BUILD)
    state.observe(seen(of))
    state.observe(seen(of, replace(LEAF, fingerprint_sha256="5f" * 32), INTERMEDIATE))
    state.judge_estate(Policy(), NOW)
    assert codes(state.snapshot(), of) == ["renewed_with_same_key"]
    assert status(state.snapshot(), of).changes == 1
