"""How much this machine lets us do at once."""

import builtins
import resource
from collections.abc import Mapping

import pytest

from aescan.scan.limits import RESERVE, usable_concurrency


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


def test_where_there_is_no_such_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    """Windows has no resource module."""
    real = builtins.__import__

    def without(name: str, scope: Mapping[str, object] | None = None, *rest: object) -> object:
        if name == "resource":
            raise ImportError(name)
        return real(name, scope, *rest)  # type: ignore[arg-type]  # passed on as they came

    monkeypatch.setattr(builtins, "__import__", without)

    assert usable_concurrency(500) == 500
