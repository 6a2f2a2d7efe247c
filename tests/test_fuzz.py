"""The fuzz targets hold, and a promise that does not is told with the bytes that broke it."""

import io
import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from random import Random

import pytest

from fuzz import __main__ as driver
from fuzz.inputs import LONGEST_INPUT, inputs
from fuzz.targets import TARGETS, Target

EXECUTIONS = 400


def randomness(seed: int) -> Random:
    """Return a source that gives the same for the same seed."""
    return Random(seed)  # noqa: S311 - damage needs no secrets


def hold_no_seven(data: bytes) -> None:
    """Raises nothing: bytes without a seven."""  # noqa: D401 - a promise says what is raised
    if b"7" in data:
        raise ValueError("there is a seven")


SEVENS = Target("sevens", hold_no_seven, lambda: (b"1234568",))


@pytest.mark.parametrize("target", TARGETS.values(), ids=TARGETS.keys())
def test_every_target_holds(target: Target) -> None:
    """Each promise holds for its corpus and for some hundred damaged inputs."""
    for data in islice(inputs(target.seeds(), randomness(1)), EXECUTIONS):
        target.hold(data)


@pytest.mark.parametrize("target", TARGETS.values(), ids=TARGETS.keys())
def test_every_target_says_its_promise(target: Target) -> None:
    """The first line says what may be raised."""
    assert re.match(r"Raises (nothing|(Probe|Config|Keystore)Error or nothing): ", target.promise)


def test_inputs_are_the_seeds_then_damaged_ones() -> None:
    """The corpus comes first; the same randomness damages it the same way, within bounds, and seldom not at all."""

    def first(count: int) -> Iterator[bytes]:
        return islice(inputs([b"seed one", b"another seed"], randomness(5)), count)

    found = list(first(1000))
    assert found == list(first(1000))
    assert found[:3] == [b"", b"seed one", b"another seed"]
    assert len(set(found)) > 500
    assert max(map(len, found)) <= LONGEST_INPUT


def test_a_broken_promise_is_told(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """The exit status is 1, and the output ends with the input, which breaks the promise when it is replayed."""
    monkeypatch.setitem(TARGETS, SEVENS.name, SEVENS)
    assert driver.main(["--random", "--seed", "1", "--seconds", "60", "sevens"]) == 1
    told = capsys.readouterr().out.splitlines()
    assert told[:2] == ["random inputs, seed 1", "sevens: broken promise: Raises nothing: bytes without a seven."]
    assert told[-2] == "ValueError: there is a seven"
    assert told[-1].startswith("input: ")
    written = told[-1].removeprefix("input: ")
    assert b"7" in bytes.fromhex(written)

    monkeypatch.setattr("sys.stdin", io.StringIO(written))
    assert driver.main(["--replay", "sevens"]) == 1
    monkeypatch.setattr("sys.stdin", io.StringIO("36"))
    assert driver.main(["--replay", "sevens"]) == 0


def test_a_hang_is_a_broken_promise(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """An input that is never done with is told like any other, even where every Exception is borne."""

    def hold_for_ever(_: bytes) -> None:
        """Come to no end."""
        while True:
            try:
                sum(range(100))
            except Exception:  # noqa: BLE001, S112 - as decoders bear it
                continue

    monkeypatch.setattr(driver, "LONGEST_EXECUTION", 1)
    assert driver.held(replace(SEVENS, hold=hold_for_ever), b"\x05") is False
    assert capsys.readouterr().out.endswith("TookTooLong: not done after 1 seconds\ninput: 05\n")


def test_the_time_is_kept(capsys: pytest.CaptureFixture[str]) -> None:
    """Without a broken promise the exit status is 0, after a line for each target asked for."""
    assert driver.main(["--random", "--seconds", "0", "text", "flight"]) == 0
    _, *lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == ["text", "flight"]
    assert all(" executions in " in line for line in lines)


def test_unknown_targets_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    """A target that is none ends the run with the names of those that are."""
    with pytest.raises(SystemExit):
        driver.main(["flights"])
    assert "there is no target flights; there are flight, tls13," in capsys.readouterr().err
