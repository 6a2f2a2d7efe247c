"""
Whether a request names a user and the right password (HTTP Basic, RFC 7617).

The ``Authorization`` header comes in, as any client may write it; yes or no goes out, in the same time for an unknown
user as for a wrong password. bcrypt is slow on purpose, so it runs beside the event loop, few at a time, and a password
once found right is known by its keyed digest. Nothing here logs or keeps a password.
"""

import asyncio
import base64
import binascii
import hmac
import secrets
from collections.abc import Mapping
from typing import Final

import bcrypt

from aescan.exporter.threads import in_thread

AT_ONCE: Final = 2
"""Passwords checked at the same time: guessing must not take every core from the sweep."""

MOST_KNOWN: Final = 100
"""Right passwords remembered."""

MOST_BYTES: Final = 72
"""What bcrypt looks at; a longer password is refused, for the rest of it would not count."""

CHALLENGE: Final = 'Basic realm="aescan", charset="UTF-8"'
"""The answer's ``WWW-Authenticate``."""


class Users:
    """The users of one configuration; ``hashes`` holds the bcrypt hash of the password by name."""

    def __init__(self, hashes: Mapping[str, str]) -> None:
        self._hashes = {name: hash_.encode() for name, hash_ in hashes.items()}
        self._key = secrets.token_bytes(32)
        self._known: dict[bytes, None] = {}
        self._slots = asyncio.Semaphore(AT_ONCE)

    async def admit(self, authorization: str) -> bool:
        """Return whether this ``Authorization`` header is that of a user; everybody is one where there are none."""
        if not self._hashes:
            return True
        name, password = credentials(authorization)
        if name is None:
            return False
        digest = hmac.digest(self._key, name.encode() + b":" + password, "sha256")
        if digest in self._known:
            return True
        async with self._slots:
            right = await in_thread(lambda: self._check(name, password))
        if right:
            self._known[digest] = None
            if len(self._known) > MOST_KNOWN:
                del self._known[next(iter(self._known))]
        return right

    def _check(self, name: str, password: bytes) -> bool:
        right = bcrypt.checkpw(password[:MOST_BYTES], self._hashes.get(name) or self._dummy(name))
        return right and name in self._hashes and len(password) <= MOST_BYTES

    def _dummy(self, name: str) -> bytes:
        """Return somebody's hash, of one unknown name always the same: hashes of users may differ in what they cost."""
        hashes = tuple(self._hashes.values())
        return hashes[int.from_bytes(hmac.digest(self._key, name.encode(), "sha256")) % len(hashes)]


def credentials(authorization: str) -> tuple[str | None, bytes]:
    """Return name and password of a Basic ``Authorization`` header; the name is None for anything else."""
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() != "basic":
        return None, b""
    try:
        name, colon, password = base64.b64decode(token.strip(), validate=True).partition(b":")
        return (name.decode(), password) if colon and b"\0" not in password else (None, b"")
    except (binascii.Error, ValueError):
        return None, b""
