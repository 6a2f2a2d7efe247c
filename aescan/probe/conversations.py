"""
What each rung says, and the capture that its answer makes.

A rung comes in, the conversation to carry goes out; the answer it had comes in, a ``Capture`` goes out. Randomness is
the only thing taken from outside.
"""

import os

from aescan.errors import Met
from aescan.probe.handshake import Handshake
from aescan.probe.ladder import NAMELESS, Rung
from aescan.probe.transport import Conversation
from aescan.tls.capture import Capture
from aescan.tls.flight import Answer, Flight
from aescan.tls.hellos import RANDOM_LENGTH, SSL3, TLS10, TLS12, Tls13Hello
from aescan.tls.sslv2 import CHALLENGE_LENGTH, Greeting, client_hello
from aescan.tls.tls13 import Tls13Flight


def conversation(rung: Rung, server_name: str | None, key: str | None = None) -> Conversation[Answer]:
    """
    Return the conversation of a rung, with ``server_name`` unless it is nameless.

    ``key`` is the kind of key that the server is to have (``hellos.RSA``, ``hellos.ECDSA``), None for any.
    """
    name = None if rung in NAMELESS else server_name
    match rung:
        case Rung.TLS12 | Rung.TLS12_NAMELESS:
            hello = TLS12
        case Rung.TLS10:
            hello = TLS10
        case Rung.SSL3:
            hello = SSL3
        case Rung.SSL2:
            return Greeting(client_hello(os.urandom(CHALLENGE_LENGTH)))  # of keys there are none but RSA's
        case Rung.HANDSHAKE:
            return Handshake(server_name)
        case Rung.TLS13 | Rung.TLS13_NAMELESS:
            random, session_id = os.urandom(RANDOM_LENGTH), os.urandom(RANDOM_LENGTH)
            return Tls13Flight(Tls13Hello(name, random, session_id, key=key))
    return Flight((hello.for_key(key) if key else hello).encode(name, os.urandom(RANDOM_LENGTH)))


def captured(
    answer: Answer, rung: Rung, address: str, connections: int, rungs: tuple[Met, ...] | None = None
) -> Capture:
    """Return the capture that the answer to this rung's hello makes; ``rungs`` is what each hello so far met."""
    return Capture(
        certificates=answer.certificates,
        version=answer.version,
        cipher_suite=answer.cipher_suite,
        client_certificate=answer.client_certificate,
        hello=rung,
        address=address,
        connections=connections,
        remarks=answer.remarks,
        rungs=rungs,
    )
