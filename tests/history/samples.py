"""Histories for the tests: a few observations, and a file as the first version made it."""

import sqlite3
from dataclasses import replace
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path

from aescan.certificates.chain import decode
from aescan.history.model import Pending
from aescan.inventory.model import Target
from aescan.lab.certificates import SigningKey
from aescan.observation import Observation, Seen
from aescan.tls.capture import Capture
from tests import certs
from tests.facts import NOW, capture, seen, target

ONE = target("aes1.example.com")
OTHER = target("aes2.example.com")
V1 = Path(__file__).with_name("history_v1.sql")


@lru_cache
def key(number: int) -> SigningKey:
    """Return a key, the same one for the same number."""
    return certs.rsa_key(2048, number)


@lru_cache
def leaf(number: int, of_key: int = 0, issuer: str = "CN=Example CA") -> bytes:
    """Return the DER of a server certificate of its own for each number, on the key of that number."""
    signed = certs.make_authority(issuer, key=key(100))
    return certs.make_certificate(issuer=signed, key=key(of_key), serial=number).der


def captured(*ders: bytes) -> Capture:
    """Return a capture of these certificates, as the history keeps it."""
    return replace(capture(), certificates=ders, rungs=None)


def at(moment: datetime, of: Target, *ders: bytes) -> Observation:
    """Return an observation of these certificates."""
    brought = captured(*ders)
    return replace(seen(of, moment=moment), outcome=Seen(brought, decode(brought), ()))


def pending(observation: Observation) -> Pending:
    """Return what is to be written of one observation."""
    return Pending(observation, observation if isinstance(observation.outcome, Seen) else None)


def after(**time: float) -> datetime:
    """Return the moment that long after NOW."""
    return NOW + timedelta(**time)


def write_v1(path: Path) -> None:
    """Make a file as the first version of the history left it."""
    connection = sqlite3.connect(path)
    connection.executescript(V1.read_text(encoding="utf-8"))
    connection.close()
