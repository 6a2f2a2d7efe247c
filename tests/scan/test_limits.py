"""How much this machine lets us do at once."""

import builtins
import resource
from collections.abc import Mapping

import pytest

from aescan.scan.limits import MOST_CLIENTS, RESERVE, usable_clients, usable_concurrency


@pytest.mark.parametrize(
    ("soft", "hard", "wanted", "expected", "raised"),
    [
        (20_000, 20_000, 500, 500, None),
        (256, 4096, 500, 500, 500 + RESERVE),
        (256, 300, 500, 300 - RESERVE, 300),
        (256, resource.RLIM_INFINITY, 500, 500, 500 + RESERVE),
        (resource.RLIM_INFINITY, resource.RLIM_INFINITY, 500, 500, None),
        (32, 32, 500, 1, 32),
    ],
)
def test_open_files(
    monkeypatch: pytest.MonkeyPatch, soft: int, hard: int, wanted: int, expected: int, raised: int | None
) -> None:
    """The limit of open files is raised as far as it goes, and bounds the concurrency where that is not enough."""
    limits: list[tuple[int, int]] = []
    monkeypatch.setattr(resource, "getrlimit", lambda _: (soft, hard))
    monkeypatch.setattr(resource, "setrlimit", lambda _, new: limits.append(new))

    assert usable_concurrency(wanted) == expected
    assert limits == ([] if raised is None else [(raised, hard)])


@pytest.mark.parametrize(
    ("limit", "concurrency", "clients"),
    [
        (resource.RLIM_INFINITY, 500, MOST_CLIENTS),
        (20_000, 500, MOST_CLIENTS),
        (RESERVE + 2 * MOST_CLIENTS, 500, MOST_CLIENTS),
        (RESERVE + 600, 300, 300),
        (RESERVE + 10, 5, 5),
        (RESERVE + 1, 1, 1),
        (32, 1, 1),
    ],
)
def test_clients_beside_probes(monkeypatch: pytest.MonkeyPatch, limit: int, concurrency: int, clients: int) -> None:
    """Probes and clients share what there is, and neither can take what is the other's."""
    monkeypatch.setattr(resource, "getrlimit", lambda _: (limit, limit))
    monkeypatch.setattr(resource, "setrlimit", lambda *_: None)

    assert usable_concurrency(500, MOST_CLIENTS) == concurrency
    assert usable_clients() == clients


def test_where_there_is_no_such_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    """Windows has no resource module."""
    real = builtins.__import__

    def without(name: str, scope: Mapping[str, object] | None = None, *rest: object) -> object:
        if name == "resource":
            raise ImportError(name)
        return real(name, scope, *rest)  # type: ignore[arg-type]  # passed on as they came

    monkeypatch.setattr(builtins, "__import__", without)

    assert usable_concurrency(500) == 500
    assert usable_clients() == MOST_CLIENTS
