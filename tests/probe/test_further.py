"""Each further hello gets an equal share of what time is left, and none a connection when it is over."""

import asyncio

import pytest

from aescan.errors import ProbeError, Reason
from aescan.probe.further import Further
from aescan.probe.transport import Conversation
from aescan.tls.capture import ClientCertificate
from aescan.tls.flight import Answer, Flight

ANSWER = Answer((b"leaf",), "TLS 1.2", "suite", ClientCertificate.UNKNOWN, ())


async def test_equal_shares() -> None:
    """Of four hellos with a hundred seconds, each may take until the same part of what is left then."""
    dues = []

    async def say(conversation: Conversation[Answer], due: float) -> Answer:
        dues.append(due)
        return ANSWER

    now = asyncio.get_running_loop().time()
    further = Further(say, "127.0.0.1", now + 100, left=4)
    first = await further.ask(Flight(b""))
    further.skip()
    await further.ask(Flight(b""))
    further.add()
    await further.ask(Flight(b""))

    assert first == ANSWER
    assert [due - now for due in dues] == pytest.approx([25, 50, 50], abs=1)
    assert further.connections == 3


async def test_no_connection_when_time_is_over() -> None:
    """Past the deadline a hello fails by itself."""

    async def say(conversation: Conversation[Answer], due: float) -> Answer:
        raise AssertionError

    further = Further(say, "127.0.0.1", asyncio.get_running_loop().time(), left=1)
    with pytest.raises(ProbeError) as caught:
        await further.ask(Flight(b""))

    assert (caught.value.reason, further.connections) == (Reason.TIMEOUT, 0)
    assert caught.value.detail == "asking once more: the target's time was over"
