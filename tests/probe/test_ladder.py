"""Which hello comes next."""

import pytest

from aescan.errors import ProbeError, Reason
from aescan.probe.ladder import NEXT, Rung, next_rung


@pytest.mark.parametrize(
    ("last", "alert", "expected"),
    [
        (Rung.TLS12, 70, Rung.TLS13),
        (Rung.TLS12, 40, Rung.TLS13),
        (Rung.TLS12, 47, Rung.TLS13),
        (Rung.TLS12, 71, Rung.TLS13),
        (Rung.TLS12, 109, Rung.TLS13),
        (Rung.TLS12, 80, None),
        (Rung.TLS12, 49, None),
        (Rung.TLS13, 70, None),
        (Rung.TLS13, 40, None),
    ],
)
def test_alerts(last: Rung, alert: int, expected: Rung | None) -> None:
    """Only an alert that says "not this version" is worth another connection."""
    assert next_rung(last, ProbeError(Reason.ALERT, "", alert=alert)) is expected


@pytest.mark.parametrize("reason", [reason for reason in Reason if reason is not Reason.ALERT])
def test_other_causes_end_it(reason: Reason) -> None:
    """A dead, silent or plain-text port costs one connection."""
    assert next_rung(Rung.TLS12, ProbeError(reason, "")) is None


def test_an_alert_without_a_number_ends_it() -> None:
    """The platform's TLS does not always tell the number."""
    assert next_rung(Rung.TLS12, ProbeError(Reason.ALERT, "")) is None


def test_every_rung_has_its_row() -> None:
    """The table is whole, and no rung leads back."""
    order = list(Rung)

    assert list(NEXT) == order
    assert all(order.index(following) > order.index(rung) for rung, row in NEXT.items() for _, following in row)
