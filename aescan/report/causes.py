"""
What is wrong in an estate, each cause once: which targets it was said of, in which words, and what to do.

Observations come in, worst first; causes go out, worst first too. The words for people about targets and numbers stand
here as well, since every format that tells of causes needs them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from aescan.errors import Reason
from aescan.inventory.model import Target
from aescan.observation import Failed, Observation, Seen
from aescan.report.model import Standing
from aescan.report.timeline import host

TARGETS_SHOWN: Final = 8
"""Targets named behind a sentence: two lines; every one is in the table."""

ADVICE: Final = {
    Reason.DNS: "check the spelling of the name, and the name servers that this machine asks",
    Reason.REFUSED: "check the port, and that the service is switched on at the server",
    Reason.UNREACHABLE: "check the address, and the routes and firewalls on the way",
    Reason.TIMEOUT: "check the address, and the firewalls on the way and on the server: many drop silently",
    Reason.RESET: "something cut the connection: try from the server's own network, then ask who may connect there",
    Reason.CLOSED: "the other side hung up without a word: check that this port is meant for TLS",
    Reason.PLAINTEXT: "the port speaks without TLS: scan the encrypted port of the service instead",
    Reason.ALERT: "the server declined what was offered: the name of the alert says why",
    Reason.NO_CERTIFICATE: "the server offers encryption without a certificate: nothing proves who it is",
    Reason.UNREADABLE: "see that it is the file meant, and give its password with --password-file or AESCAN_PASSWORD",
    Reason.LOCAL: "this machine lacked something, and the targets may well be sound: give it what the sentence names",
    Reason.PROTOCOL: "the answer is not TLS as any version has it: check what listens on this port",
}
"""What to do about each reason of a failed probe."""


@dataclass(slots=True)
class Cause:
    """One thing that is wrong, while its targets are gathered: text to the targets it was said of, in order."""

    standing: Standing
    title: str
    code: str
    reference: str
    targets: list[Target] = field(default_factory=list)
    sentences: dict[str, list[Target]] = field(default_factory=dict)
    remedies: dict[str, list[Target]] = field(default_factory=dict)

    def add(self, target: Target, sentence: str, remedy: str) -> None:
        """Note that this was said of ``target``."""
        self.targets.append(target)
        self.sentences.setdefault(sentence, []).append(target)
        self.remedies.setdefault(remedy, []).append(target)


def causes(ordered: Sequence[Observation]) -> list[Cause]:
    """Return every cause, worst first, within that the one with most targets first."""
    return sorted(_gathered(ordered), key=_order)


def _gathered(ordered: Iterable[Observation]) -> Iterable[Cause]:
    found: dict[tuple[type, str], Cause] = {}
    for observation in ordered:
        target, outcome = observation.target, observation.outcome
        if isinstance(outcome, Failed):
            fresh = Cause(Standing.FAILED, "Could not be probed", outcome.reason, "")
            found.setdefault((Failed, outcome.reason), fresh).add(target, outcome.detail, ADVICE[outcome.reason])
        else:
            for one in outcome.findings:
                fresh = Cause(Standing(one.severity.label), one.title, one.code, one.reference)
                found.setdefault((Seen, one.code), fresh).add(target, one.sentence, one.remedy)
    return found.values()


def _order(cause: Cause) -> tuple[int, int, str]:
    return list(Standing).index(cause.standing), -len(cause.targets), cause.code


def spread(targets: Sequence[Target]) -> str:
    """Return how many targets on how many machines, in words."""
    return f"{counted(len(targets), 'target')} on {counted(len({host(target) for target in targets}), 'host')}"


def counted(number: int, noun: str) -> str:
    """Return the number and its noun: ``1 target``, ``2 targets``."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def named(targets: Sequence[Target]) -> str:
    """Return the targets by name, of many the first; a host's further ports stand without it: ``aes1:443, :4722``."""
    names = []
    before = None
    for target in targets[:TARGETS_SHOWN]:
        plain = bool(target.host) and target.name == target.endpoint
        name = target.name if target.name.startswith(target.endpoint) else f"{target.name} ({target.endpoint})"
        names.append(f":{target.port}" if plain and target.host == before else name)
        before = target.host if plain else None
    more = len(targets) - len(names)
    return ", ".join(names) + (f" and {more} more" if more else "")
