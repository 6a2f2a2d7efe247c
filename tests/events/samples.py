"""Events for the tests of how they are told."""

from dataclasses import replace
from datetime import timedelta

from aescan.events.model import Event, Known, diff
from aescan.events.syslog import Sender
from aescan.findings.model import Severity
from aescan.inventory.model import Target
from aescan.observation import Seen
from tests.facts import INTERMEDIATE, LEAF, NOW, failed, finding, seen, target

SENDER = Sender("scanner.example.com", "4711", 3, 32473)
ONE = target(site="Stockholm", owner="telephony")


def raised(of: Target = ONE, sentence: str = "the leaf ends in 29 days") -> Event:
    """Return the event of a finding raised."""
    outcome = seen(of).outcome
    assert isinstance(outcome, Seen)
    known = Known(seen(of), outcome)
    (event,) = diff(known, seen(of, findings=(finding("expires_soon", Severity.WARNING, sentence),)))
    return replace(event, moment=NOW + timedelta(milliseconds=250))


def lost(of: Target = ONE) -> Event:
    """Return the event of a target lost."""
    (event,) = diff(Known(seen(of)), failed(of))
    return event


def changed(of: Target = ONE) -> Event:
    """Return the event of another certificate."""
    outcome = seen(of).outcome
    assert isinstance(outcome, Seen)
    (event,) = diff(Known(seen(of), outcome), seen(of, INTERMEDIATE, LEAF))
    return event


def number(count: int) -> Event:
    """Return an event that can be told from others by its port."""
    return raised(replace(ONE, port=count))
