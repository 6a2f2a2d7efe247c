"""
What an endpoint shows to other clients: the same question put in other ways, where the inventory asks for it.

What the ordinary hello came to comes in (a capture, or the error it ended with) and how to ask further hellos; what
each view saw goes out, or why it saw nothing. A view whose hello would say the same as the ordinary one is not asked.
What the network does never ends in an error here.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from aescan.errors import ProbeError, Reason
from aescan.inventory.model import Target
from aescan.probe.conversations import captured, conversation
from aescan.probe.further import Further
from aescan.probe.ladder import BARE, FIRST, NAMELESS, Rung, cure, story
from aescan.probe.resolve import is_address
from aescan.tls.capture import Capture, Missed, View, ViewName
from aescan.tls.hellos import ECDSA, RSA

_KEYS: Final = {ViewName.RSA: RSA, ViewName.ECDSA: ECDSA}
_WITHOUT_NAME: Final = {named: nameless for nameless, named in NAMELESS.items()}
_IN_TLS13: Final = {Rung.TLS12: Rung.TLS13, Rung.TLS12_NAMELESS: Rung.TLS13_NAMELESS}

_HEARD: Final = frozenset({Reason.ALERT, Reason.CLOSED, Reason.RESET, Reason.NO_CERTIFICATE, Reason.PROTOCOL})
"""What an ordinary hello may have met where another one may fare better: something there speaks, and may speak TLS."""


@dataclass(frozen=True, slots=True)
class Hello:
    """What a view says: a rung with this server name, for a server with this kind of key (None: any)."""

    rung: Rung
    server_name: str | None
    key: str | None = None


async def views(ordinary: Capture | ProbeError, target: Target, further: Further) -> tuple[View, ...]:
    """Return what each view that the target is to have saw, in their order; none where nothing could be heard."""
    if isinstance(ordinary, ProbeError) and not (ordinary.connected and ordinary.reason in _HEARD):
        return ()
    return tuple([View(name, await _look(name, ordinary, target, further)) for name in target.views])


def chosen(ordinary: Capture | ProbeError, seen: Iterable[View]) -> Capture:
    """Return the ordinary capture; where there is none that of the first view; raise the ordinary error without one."""
    if isinstance(ordinary, Capture):
        return ordinary
    for view in seen:
        if isinstance(view.outcome, Capture):
            remark = f"only the view {view.name} brought a chain; the ordinary hello: {ordinary.detail}"
            return replace(view.outcome, remarks=(*view.outcome.remarks, remark))
    raise ordinary


def hello(name: ViewName, rung: Rung, target: Target) -> Hello | Missed | None:
    """Return what a view says where ``rung`` is the ordinary hello; None where it would say the same."""
    if rung is Rung.HANDSHAKE:  # that of OpenSSL is much like it
        rung = FIRST
    has_name = target.server_name is not None and rung not in NAMELESS and rung not in BARE
    match name:
        case ViewName.RSA | ViewName.ECDSA:
            return _with_key(_KEYS[name], rung, target)
        case ViewName.NO_SNI:
            return Hello(_WITHOUT_NAME[rung], None) if has_name else None
        case ViewName.SNI:
            own_name = None if is_address(target.host) else target.host
            if has_name:
                return None
            if (server_name := target.server_name or own_name) is None:
                return Missed(Reason.NO_CERTIFICATE, "there is no name to send; give one in the inventory, as sni")
            return Hello(FIRST if rung in BARE else NAMELESS.get(rung, rung), server_name)


def _with_key(key: str, rung: Rung, target: Target) -> Hello | Missed | None:
    if key == ECDSA and rung in {Rung.SSL3, Rung.SSL2}:
        return Missed(Reason.NO_CERTIFICATE, "the server speaks SSL, which has no cipher suite for such a key")
    if rung is Rung.SSL2:
        return None  # it has no suites but RSA's
    return Hello(rung, target.server_name, key)


async def _look(name: ViewName, ordinary: Capture | ProbeError, target: Target, further: Further) -> Capture | Missed:
    said = hello(name, Rung(ordinary.hello) if isinstance(ordinary, Capture) else FIRST, target)
    if isinstance(said, Hello):
        return await _ask(said, further)
    further.skip()
    if said is not None:
        return said
    if isinstance(ordinary, Capture):
        return replace(ordinary, connections=0)
    return Missed(ordinary.reason, ordinary.detail)


async def _ask(said: Hello, further: Further) -> Capture | Missed:
    """Say it, and where the refusal calls for that once more in TLS 1.3, which may have keys of its own."""
    met: dict[Rung, ProbeError] = {}
    before = further.connections
    rung = said.rung
    while True:
        try:
            answer = await further.ask(conversation(rung, said.server_name, said.key))
        except ProbeError as error:
            met[rung] = error
            if rung not in _IN_TLS13 or Rung.TLS13 not in cure(error).rungs:
                return Missed(error.reason, error.detail + story(met))
            rung = _IN_TLS13[rung]
            further.add()
        else:
            return captured(answer, rung, further.address, further.connections - before)
