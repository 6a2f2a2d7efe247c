"""Which hello comes next, and which comes first the next time."""

import pytest

from aescan.errors import ProbeError, Reason
from aescan.probe import ladder
from aescan.probe.ladder import (
    ALERTS,
    FIRST,
    HUNG_UP,
    MOST_RUNGS,
    MOST_USES,
    NAMELESS,
    SILENCE,
    SILENCE_SHARE,
    WHY,
    Remembered,
    Rung,
    next_rung,
    patience,
    story,
    why,
)

TLS12, TLS12_NAMELESS, TLS10, SSL3, SSL2, TLS13, TLS13_NAMELESS, HANDSHAKE = Rung


def alert(number: int) -> ProbeError:
    """Return the error of a probe that met this fatal alert."""
    return ProbeError(Reason.ALERT, "refused", alert=number)


def silent(reason: Reason) -> ProbeError:
    """Return the error of a probe that heard nothing after it was connected."""
    error = ProbeError(reason, "nothing")
    error.silent = True
    return error


def climbed(*met: ProbeError, start: Rung = FIRST, named: bool = True) -> tuple[Rung, ...]:
    """Return the rungs of a climb that meets these errors one by one, the last of them for ever."""
    tried: tuple[Rung, ...] = ()
    following: Rung | None = start
    while following is not None:
        tried = (*tried, following)
        following = next_rung(tried, met[min(len(tried), len(met)) - 1], named=named)
    return tried


@pytest.mark.parametrize(
    ("met", "expected"),
    [
        ([alert(10)], (TLS12, TLS10, SSL3)),
        ([alert(40)], (TLS12, TLS13, TLS12_NAMELESS, TLS10, SSL3)),
        ([alert(47)], (TLS12, TLS13, TLS12_NAMELESS, TLS10, SSL3)),
        ([alert(49)], (TLS12,)),
        ([alert(50)], (TLS12, TLS10, SSL3)),
        ([alert(70)], (TLS12, TLS13, TLS10, SSL3)),
        ([alert(71)], (TLS12, TLS13)),
        ([alert(80)], (TLS12, TLS12_NAMELESS, TLS10)),
        ([alert(86)], (TLS12,)),
        ([alert(109)], (TLS12, TLS13)),
        ([alert(110)], (TLS12, TLS10, SSL3)),
        ([alert(112)], (TLS12, TLS12_NAMELESS)),
        ([alert(255)], (TLS12,)),
        ([alert(70), alert(112)], (TLS12, TLS13, TLS13_NAMELESS, TLS12_NAMELESS)),
        ([alert(112), alert(40)], (TLS12, TLS12_NAMELESS, TLS13, TLS10, SSL3)),
        ([silent(Reason.CLOSED)], (TLS12, TLS10, SSL2)),
        ([silent(Reason.RESET)], (TLS12, TLS10, SSL2)),
        ([silent(Reason.TIMEOUT)], (TLS12, TLS10)),
        ([silent(Reason.CLOSED), alert(70)], (TLS12, TLS10, TLS13, SSL3)),
        ([silent(Reason.CLOSED), silent(Reason.TIMEOUT)], (TLS12, TLS10)),
        ([alert(70), silent(Reason.TIMEOUT)], (TLS12, TLS13)),
        ([alert(70), silent(Reason.RESET)], (TLS12, TLS13, TLS10)),
        ([silent(Reason.CLOSED), ProbeError(Reason.REFUSED, "")], (TLS12, TLS10)),
    ],
)
def test_climbs(met: list[ProbeError], expected: tuple[Rung, ...]) -> None:
    """Each cause calls for the hellos that can cure it, the likeliest first, and for no others."""
    assert climbed(*met) == expected


@pytest.mark.parametrize(
    ("number", "expected"),
    [(40, (TLS12, TLS13, TLS10, SSL3)), (80, (TLS12, TLS10)), (112, (TLS12,))],
)
def test_without_a_name(number: int, expected: tuple[Rung, ...]) -> None:
    """Where no name was said there is none to leave out, and none to say."""
    assert climbed(alert(number), named=False) == expected


@pytest.mark.parametrize(
    ("start", "met", "expected"),
    [
        (TLS13, [alert(70)], (TLS13, TLS12, TLS10, SSL3)),
        (TLS10, [alert(70)], (TLS10, TLS12, TLS13, SSL3)),
        (TLS12_NAMELESS, [alert(112)], (TLS12_NAMELESS, TLS12)),
        (TLS10, [silent(Reason.RESET)], (TLS10, TLS12, SSL2)),
        (TLS10, [silent(Reason.TIMEOUT)], (TLS10, TLS12)),
        (SSL2, [ProbeError(Reason.ALERT, "")], (SSL2,)),
        (TLS10, [alert(49)], (TLS10,)),
    ],
)
def test_from_a_remembered_rung(start: Rung, met: list[ProbeError], expected: tuple[Rung, ...]) -> None:
    """A climb that began elsewhere goes on at the ordinary hello, if any hello can help, and tries no rung twice."""
    assert climbed(*met, start=start) == expected


@pytest.mark.parametrize("reason", Reason)
def test_other_causes_end_it(reason: Reason) -> None:
    """A dead or plain-text port, a name that is none, a flight that broke off: no hello cures them."""
    assert next_rung((FIRST,), ProbeError(reason, ""), named=True) is None


@pytest.mark.parametrize("start", Rung)
def test_every_climb_ends(start: Rung) -> None:
    """Whatever a server goes on answering, no rung comes twice and the connections are bounded."""
    for met in *map(alert, range(256)), *map(silent, Reason):
        tried = climbed(met, start=start)

        assert len(set(tried)) == len(tried) <= MOST_RUNGS


def test_every_rung_is_reached() -> None:
    """No rung stands beside the ladder, and the longest row fits the bound."""
    rows = [*ALERTS.values(), HUNG_UP, SILENCE]

    assert {rung for row in rows for rung in row.rungs} | {FIRST, HANDSHAKE} == set(Rung)
    assert max(1 + len(row.rungs) for row in rows) == MOST_RUNGS
    assert all(rung.endswith("-nameless") == (rung in NAMELESS) for rung in Rung)


def test_patience() -> None:
    """The first hello leaves time for another one; the second may use it all."""
    assert (patience(()), patience((TLS12,)), patience((TLS12, TLS10))) == (SILENCE_SHARE, 1.0, 1.0)


def test_story() -> None:
    """The report says which hellos were tried and what each met; one alone needs no story."""
    met = {TLS12: alert(70), TLS13: silent(Reason.CLOSED), TLS10: alert(40)}

    assert story({TLS12: alert(70)}) == ""
    assert story(met) == " (tls10 hello, after tls12: protocol_version (70), tls13: closed)"


def test_why() -> None:
    """What follows is told with what speaks for it, for every rung; the end of the climb with why it is one."""
    assert why(TLS13, alert(70)) == "then tls13: some servers refuse everything older than TLS 1.3"
    assert why(None, alert(70)) == "no hello is left that could help"
    assert why(None, ProbeError(Reason.REFUSED, "")) == "no other hello would help"
    assert WHY.keys() == {*Rung} - {HANDSHAKE}


def test_what_worked_comes_first() -> None:
    """The rung that worked is where the next climb begins, until another one worked."""
    remembered = Remembered()
    remembered.worked("aes1", TLS10)

    assert (remembered.begin("aes1"), remembered.begin("aes2")) == (TLS10, FIRST)
    remembered.worked("aes1", SSL3)
    assert remembered.begin("aes1") is SSL3
    remembered.worked("aes1", FIRST)
    assert remembered.begin("aes1") is FIRST


def test_memory_is_put_to_the_test() -> None:
    """After so many uses a climb begins at the first rung again: the server may know better by now."""
    remembered = Remembered()
    for _ in range(3):
        remembered.worked("aes1", TLS10)
        for _ in range(MOST_USES):
            assert remembered.begin("aes1") is TLS10
            remembered.worked("aes1", TLS10)
        assert remembered.begin("aes1") is FIRST


def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """The target longest known is forgotten when there are too many."""
    monkeypatch.setattr(ladder, "MOST_REMEMBERED", 2)
    remembered = Remembered()
    for name in "aes1", "aes2", "aes2", "aes3":
        remembered.worked(name, SSL3)

    assert [remembered.begin(name) for name in ("aes1", "aes2", "aes3")] == [FIRST, SSL3, SSL3]


def test_what_a_capture_of_old_says() -> None:
    """The rung of a capture made before the start is remembered, unless this program has none of that name."""
    remembered = Remembered()
    for hello in (Rung.TLS10, "tls12", "from_the_future"):
        remembered.recall(hello, hello)

    assert [remembered.begin(name) for name in ("tls10", "tls12", "from_the_future")] == [
        Rung.TLS10,
        Rung.TLS12,
        Rung.TLS12,
    ]


def test_a_whole_handshake_stands_before_the_ladder() -> None:
    """What it met says little; the ladder is climbed as if it had not been tried, unless there is no TLS at all."""
    refused, plain = ProbeError(Reason.REFUSED, "no"), ProbeError(Reason.PLAINTEXT, "no")
    unknown_ca = alert(48)
    plain.connected = unknown_ca.connected = True

    assert next_rung([HANDSHAKE], unknown_ca, named=True) is FIRST
    assert next_rung([HANDSHAKE, TLS12], alert(70), named=True) is TLS13
    assert next_rung([HANDSHAKE, TLS12, TLS10], silent(Reason.TIMEOUT), named=True) is None
    assert next_rung([HANDSHAKE], refused, named=True) is None
    assert next_rung([HANDSHAKE], plain, named=True) is None
    assert patience([HANDSHAKE]) == SILENCE_SHARE


def test_memory_of_those_who_want_a_whole_handshake() -> None:
    """Where it failed, the rung that worked comes first next time; it is tried again now and then."""
    remembered = Remembered()
    remembered.worked("aes1", TLS12, HANDSHAKE)
    begun = [remembered.begin("aes1", HANDSHAKE) for _ in range(MOST_USES + 1)]

    assert begun == [TLS12] * MOST_USES + [HANDSHAKE]
