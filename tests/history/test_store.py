"""What was observed is known again: the last facts, the periods of each leaf, its changes, and no more than is kept."""

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from aescan.errors import Reason
from aescan.history import store as module
from aescan.history.model import Known, Pending, Recorded
from aescan.history.store import Store
from aescan.inventory.model import Addresses, Target
from aescan.observation import Failed, Observation, Seen
from tests.facts import NOW, failed, finding
from tests.history.samples import ONE, OTHER, after, at, captured, leaf, pending

NONE = frozenset[str]()
KEEP = timedelta(days=400)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Give a new history."""
    store = Store.open(tmp_path / "history.db")
    yield store
    store.close()


def commit(store: Store, *observations: Observation) -> None:
    """Write these observations, one after the other."""
    for observation in observations:
        store.commit([pending(observation)])


def counts(store: Store) -> dict[str, int]:
    """Return how many rows each table has."""
    return {
        table: store._connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608 - a constant
        for table in ("targets", "captures", "certificates", "ders", "periods")
    }


def endpoint(of: Target) -> Target:
    """Return what the history knows of a target."""
    return Target(of.name, of.host, of.port, server_name=of.server_name, address=of.address, addresses=of.addresses)


def test_last_facts(store: Store) -> None:
    """Of each target, in the order they came, the last probe and the last capture."""
    commit(
        store,
        at(NOW, ONE, b"leaf", b"ca"),
        failed(OTHER, Reason.TIMEOUT, "no answer in 10 s", after(minutes=1)),
        replace(failed(ONE, moment=after(hours=1)), connections=3, duration=0.5),
    )
    success = Recorded(NOW, captured(b"leaf", b"ca"), NONE)

    assert store.load() == (
        Known(
            endpoint(ONE), after(hours=1), 0.5, 3, Failed(Reason.REFUSED, "connection refused"), success, changes=0
        ),
        Known(
            endpoint(OTHER), after(minutes=1), 0.002, 1, Failed(Reason.TIMEOUT, "no answer in 10 s"), None, changes=0
        ),
    )  # fmt: skip


def test_a_success_after_a_failure(store: Store) -> None:
    """The failure is over."""
    commit(store, failed(ONE), at(after(hours=1), ONE, b"leaf"))
    (known,) = store.load()

    assert (known.failed, known.success) == (None, Recorded(after(hours=1), captured(b"leaf"), NONE))


def test_codes(store: Store) -> None:
    """What was found then is known, by its codes."""
    observation = at(NOW, ONE, leaf(1))
    assert isinstance(observation.outcome, Seen)
    findings = finding("weak_key"), finding("expired")
    commit(store, replace(observation, outcome=replace(observation.outcome, findings=findings)))
    (known,) = store.load()

    assert known.success is not None
    assert known.success.codes == {"weak_key", "expired"}


def test_a_failure_with_a_success_before_it(store: Store) -> None:
    """What was seen between two writings is not lost to the failure that came after it."""
    good = at(NOW, ONE, b"leaf")
    store.commit([Pending(failed(ONE, moment=after(minutes=1)), good)])
    (known,) = store.load()

    assert known.failed is not None
    assert known.success == Recorded(NOW, captured(b"leaf"), NONE)


@pytest.mark.parametrize(
    "other",
    [
        replace(ONE, host="aes9.example.com"),
        replace(ONE, port=1),
        replace(ONE, address="192.0.2.1"),
        replace(ONE, server_name=None),
    ],
)
def test_the_same_name_for_another_endpoint(store: Store, other: Target) -> None:
    """Another endpoint is another target, and its leaf no change of the first one's."""
    commit(store, at(NOW, ONE, b"leaf"), at(after(hours=1), other, b"another"))

    assert [known.target for known in store.load()] == [endpoint(ONE), endpoint(other)]
    assert list(store.changes(NOW)) == []


def test_an_address_of_a_name(store: Store) -> None:
    """A target that stands for one of the addresses of a name is remembered as such."""
    one = replace(ONE, addresses=Addresses.ALL, address="2001:db8::1")
    commit(store, at(NOW, one, b"leaf"))

    assert [known.target for known in store.load()] == [endpoint(one)]


def test_certificates_stand_once(store: Store) -> None:
    """A certificate that many present, often, is one row."""
    for hour in range(3):
        store.commit([pending(at(after(hours=hour), of, leaf(1), leaf(2))) for of in (ONE, OTHER)])

    assert counts(store) == {"targets": 2, "captures": 2, "certificates": 2, "ders": 2, "periods": 2}


def test_what_is_the_same_is_not_written_again(store: Store) -> None:
    """A capture that says the same of its target as the last one leaves its row as it is."""
    for hour in range(3):
        observation = at(after(hours=hour), ONE, leaf(1))
        assert isinstance(observation.outcome, Seen)
        outcome = replace(observation.outcome, capture=replace(captured(leaf(1)), waited=0.1 * hour))
        before = store._connection.total_changes
        commit(store, replace(observation, outcome=outcome))
    written = store._connection.total_changes - before

    assert written == 4, "the probe, the certificate, the period, the moment last seen"


def test_periods_and_changes(store: Store) -> None:
    """A leaf has its time, from the first sight to the last; the next one says what is different about it."""
    renewed, other = leaf(2), leaf(3, of_key=1, issuer="CN=Another CA")
    commit(
        store,
        at(NOW, ONE, leaf(1)),
        at(after(days=1), ONE, leaf(1), leaf(9)),
        failed(ONE, moment=after(days=2)),
        at(after(days=3), ONE, renewed),
        at(after(days=5), ONE, other),
        at(after(days=6), ONE, other),
    )
    periods = store.periods(ONE.name)

    assert [(one.leaf.der, one.first_seen, one.last_seen) for one in periods] == [
        (leaf(1), NOW, after(days=1)),
        (renewed, after(days=3), after(days=3)),
        (other, after(days=5), after(days=6)),
    ]
    first, second = store.changes(NOW)
    assert (first.old, first.new, first.same_key, first.issuer_changed) == (*periods[:2], True, False)
    assert (second.old, second.new, second.same_key, second.issuer_changed) == (*periods[1:], False, True)
    assert list(store.changes(after(days=4))) == [second]
    (known,) = store.load()
    assert known.changes == 2
    assert known.previous is not None
    assert known.previous.der == renewed


def test_a_leaf_that_comes_back(store: Store) -> None:
    """A leaf seen again after another has a period of its own each time."""
    commit(store, at(NOW, ONE, leaf(1)), at(after(days=1), ONE, leaf(2)), at(after(days=2), ONE, leaf(1)))

    assert [period.leaf.der for period in store.periods(ONE.name)] == [leaf(1), leaf(2), leaf(1)]
    assert store.periods("nobody") == ()


def test_a_target_that_changes_all_the_time(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only so many periods of a target are kept, the last ones; its changes are all counted."""
    monkeypatch.setattr(module, "MOST_PERIODS", 3)
    commit(store, at(NOW, OTHER, leaf(1)), *(at(after(days=day), ONE, leaf(day % 2)) for day in range(10)))

    assert [period.first_seen for period in store.periods(ONE.name)] == [after(days=day) for day in (7, 8, 9)]
    assert len(store.periods(OTHER.name)) == 1
    assert [known.changes for known in store.load()] == [0, 9]


def run(store: Store, days: range) -> None:
    """Let that much time go by with a pruning every day."""
    for day in days:
        store.prune(after(days=day), KEEP)


def test_what_is_kept(store: Store) -> None:
    """What was last seen longer ago than is kept goes: targets, captures, leaves, certificates; the rest stays."""
    commit(store, at(NOW, ONE, leaf(1), leaf(8)), at(NOW, OTHER, leaf(2), leaf(9)))
    commit(store, at(after(days=10), OTHER, leaf(3), leaf(9)), failed(OTHER, moment=after(days=20)))
    run(store, range(401))
    assert counts(store)["targets"] == 2
    run(store, range(401, 402))
    (known,) = store.load()
    assert known.target == endpoint(OTHER)
    assert counts(store) == {"targets": 1, "captures": 1, "certificates": 2, "ders": 2, "periods": 1}
    run(store, range(402, 412))
    (known,) = store.load()
    assert (known.failed is None, known.success) == (False, None)
    assert counts(store) == {"targets": 1, "captures": 0, "certificates": 0, "ders": 0, "periods": 0}
    commit(store, at(after(days=412), OTHER, leaf(4)))
    assert [known.changes for known in store.load()] == [1], "nothing is known to have been before it"


@pytest.mark.parametrize("jump", [timedelta(days=4000), timedelta(days=-4000)])
def test_a_clock_that_is_set(store: Store, jump: timedelta) -> None:
    """A clock that is years off, there and back, deletes nothing unless it stays so for a week."""
    commit(store, at(NOW, ONE, leaf(1)))
    run(store, range(10))
    for hour in range(24 * 6):
        store.prune(after(days=10, hours=hour) + jump, KEEP)
    run(store, range(16, 20))
    assert len(store.load()) == 1
    for day in range(20, 28):
        store.prune(after(days=day) + abs(jump), KEEP)
    assert store.load() == ()


def test_certificates_without_end(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of more certificates than any estate has the last seen ones stay."""
    monkeypatch.setattr(module, "MOST_CERTIFICATES", 2)
    commit(store, *(at(after(days=day), ONE, leaf(day)) for day in range(1, 5)))
    run(store, range(5, 13))

    assert counts(store) | {"certificates": 2, "ders": 2} == counts(store)
    assert [period.leaf.der for period in store.periods(ONE.name)] == [leaf(3), leaf(4)]
    assert len(list(store.changes(NOW))) == 1
    assert len(store.load()) == 1


def test_all_or_nothing(store: Store) -> None:
    """A batch that breaks off leaves nothing of itself."""

    def broken() -> Iterator[Pending]:
        yield pending(at(NOW, ONE, leaf(1)))
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        store.commit(broken())

    assert counts(store) == dict.fromkeys(counts(store), 0)


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE targets SET probed = 'yesterday'",
        "UPDATE targets SET probed = 9e99",
        "UPDATE targets SET reason = 'bad luck'",
        "UPDATE targets SET seen = NULL",
        "UPDATE captures SET capture = x'ff'",
        "UPDATE captures SET capture = '{}'",
        "DELETE FROM captures",
        "DELETE FROM ders",
        "UPDATE ders SET der = 7",
    ],
)
def test_rows_that_make_no_sense(store: Store, damage: str) -> None:
    """A target whose row cannot be read is not known; the others are."""
    commit(store, at(NOW, ONE, leaf(1)), failed(OTHER))
    store._connection.execute(f"{damage}{' WHERE id = 1' if 'targets' in damage else ''}")

    assert [known.target.name for known in store.load()] == [OTHER.name]


def test_reading_alone(tmp_path: Path, store: Store) -> None:
    """Who reads sees what was committed, and cannot write."""
    commit(store, at(NOW, ONE, leaf(1)))
    reader = Store.open_to_read(tmp_path / "history.db")
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        reader.commit([pending(failed(ONE))])
    found = reader.load()
    reader.close()

    assert found == store.load()
    assert isinstance(found[0].moment, datetime)
