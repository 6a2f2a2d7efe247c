"""
What was known before the start, as the state that the exporter begins with.

What the history knows and a configuration come in, a state goes out that has every target's last facts with the moments
they were seen at. They are judged by the rules and thresholds of today as of those moments. Of targets that are not in
the inventory, or whose name means another endpoint now, nothing is taken up. No file is opened here.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from aescan.exporter.configuration import Configuration
from aescan.exporter.state import State, Status, Success
from aescan.findings.estates import Previous
from aescan.history.model import Known
from aescan.inventory.model import Addresses
from aescan.observation import Observation


def restored(known: Iterable[Known], configuration: Configuration, moment: datetime) -> State:
    """Return the state of ``configuration``, loaded at ``moment``, with what is known. Not on the event loop."""
    by_identity = {each.target.identity: each for each in known}
    # Addresses found for a name stand in its place until it is looked up again.
    found = {each.target.name: each.target for each in by_identity.values() if each.target.addresses is Addresses.ALL}
    state = State(found.values(), moment)
    state.configure(configuration.targets, moment)
    for status in state.statuses:
        if (each := by_identity.get(status.target.identity)) is not None:
            state.restore(_restored(status, each, configuration))
    state.judge_estate(configuration.policy, moment)
    return state


def _restored(status: Status, known: Known, configuration: Configuration) -> Status:
    success, told = None, frozenset[str]()
    if known.success is not None:
        moment, capture = known.success.moment, known.success.capture
        success = Success(moment, configuration.judge(status.target, capture, moment))
        told = known.success.codes
        configuration.recall(status.target.name, capture.hello)
    outcome = known.failed or (success.seen if success is not None else None)
    if outcome is None:
        return status
    before = known.previous
    previous = None if before is None else Previous(before.fingerprint_sha256, before.public_key_sha256)
    last = Observation(status.target, known.moment, known.duration, known.connections, outcome)
    return replace(status, last=last, success=success, changes=known.changes, told=told, previous=previous)
