"""
Asks a web server for its target groups, as Prometheus's HTTP service discovery has it.

A source comes in; the bytes of its answer go out, or ConfigError that says what was asked, what came and what to do.
The server is not trusted: its answer is bounded in size, number and time, redirects are not followed, cookies are not
kept, and what it says is only repeated made printable. What is in the files of credentials is never said at all, nor a
query, which may hold some.
Imports aiohttp, which is slow to load: to be imported where a server is asked.
"""

import asyncio
import os
import socket
import ssl
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Final

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult

from aescan import __version__
from aescan.errors import ConfigError, KeystoreError, ProbeError
from aescan.keystores.files import password_in
from aescan.probe.resolve import Resolver
from aescan.settings.document import MOST_BYTES
from aescan.settings.sources import HttpSd
from aescan.text import printable, veiled

TIMEOUT: Final = 10.0
"""Seconds for all of it."""

CHUNK: Final = 64 * 1024

LONGEST_SHOWN: Final = 200
"""Characters that a message repeats of what a server says."""

REDIRECTS: Final = range(300, 400)

_AUTHORIZE: Final = "look at basic_auth or authorization"
_HINTS: Final = {401: _AUTHORIZE, 403: _AUTHORIZE, 404: "look at the url"}


@dataclass(frozen=True, slots=True)
class Access:
    """How to ask: headers, some of them secret, and the TLS of an https address."""

    headers: dict[str, str]
    context: ssl.SSLContext | None


def access(source: HttpSd) -> Access:
    """Return how to ask this server, by the files as they are now; raise ConfigError with all that is wrong."""
    headers = {
        "Accept": "application/json",
        "Accept-Encoding": "gzip",
        "User-Agent": f"aescan/{__version__}",
        "X-Prometheus-Refresh-Interval-Seconds": f"{source.refresh:g}",
    }
    context, problems = None, list[str]()
    try:
        headers.update(_authorization(source))
    except ConfigError as error:
        problems += error.problems
    if source.url.startswith("https:"):
        try:
            context = _context(source)
        except ConfigError as error:
            problems += error.problems
    if problems:
        raise ConfigError(problems)
    return Access(headers, context)


async def fetch(source: HttpSd, how: Access, resolver: Resolver, within: float = TIMEOUT) -> bytes:
    """Return what the server answers within so many seconds; raise ConfigError."""
    try:
        async with asyncio.timeout(within):
            return await _ask(source, how, resolver)
    except TimeoutError:
        why = f"no whole answer within {within:g} seconds"
    except aiohttp.ClientConnectorCertificateError as error:
        why = f"its certificate is refused: {_said(error.certificate_error)}; ca_file in tls_config names whom to trust"
    except aiohttp.ClientConnectorError as error:
        why = f"no connection: {_said(error.os_error)}"
    except (aiohttp.ClientError, OSError) as error:
        why = f"no answer that can be read: {_said(error)}"
    raise ConfigError([f"{printable(source.name)}: {why}"])


async def _ask(source: HttpSd, how: Access, resolver: Resolver) -> bytes:
    context = how.context or False
    async with (
        aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(resolver=_Names(resolver), force_close=True),
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=aiohttp.ClientTimeout(total=None),  # the caller's holds
        ) as session,
        session.get(
            source.url,
            headers=how.headers,
            allow_redirects=False,
            ssl=context,
            server_hostname=(source.server_name or None) if how.context else None,
        ) as response,
    ):
        _judge(source, response)
        found = bytearray()
        async for chunk in response.content.iter_chunked(CHUNK):
            found += chunk
            if len(found) > MOST_BYTES:
                raise _refused(source, f"the answer is larger than {MOST_BYTES // 1024**2} MiB", "split the list")
        return bytes(found)


def _judge(source: HttpSd, response: aiohttp.ClientResponse) -> None:
    """Raise ConfigError where the answer is not one with a list."""
    status = f"the answer is {response.status} {printable(response.reason or '', LONGEST_SHOWN)}".rstrip()
    if response.status in REDIRECTS:
        where = printable(veiled(response.headers.get("Location", "nowhere")), LONGEST_SHOWN)
        raise _refused(source, f"{status}, to {where}", "redirects are not followed; write that address")
    if response.status != HTTPStatus.OK:
        raise _refused(source, status, _HINTS.get(response.status, "look into the server's log"))
    if response.content_type != "application/json":
        shown = printable(response.content_type, LONGEST_SHOWN)
        raise _refused(source, f"the answer is {shown}", "service discovery answers application/json")


def _refused(source: HttpSd, why: str, hint: str) -> ConfigError:
    return ConfigError([f"{printable(source.name)}: {why}; {hint}"])


def _authorization(source: HttpSd) -> dict[str, str]:
    if source.password_file is not None:
        return {"Authorization": aiohttp.encode_basic_auth(source.username, _secret(source.password_file), "utf-8")}
    if source.credentials_file is None:
        return {}
    credentials = _secret(source.credentials_file)
    if not credentials.isascii() or not credentials.isprintable():
        problem = "its first line holds characters that no header may have"
        raise ConfigError([f"{printable(str(source.credentials_file))}: {problem}"])
    return {"Authorization": f"{source.scheme} {credentials}"}


def _context(source: HttpSd) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if source.ca_file is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        try:
            context.load_verify_locations(source.ca_file)
        except OSError as error:
            raise _unusable(source.ca_file, error, "certificates of CAs are") from None
    if source.cert_file is not None and source.key_file is not None:
        try:
            context.load_cert_chain(source.cert_file, source.key_file, password=_no_password)
        except (OSError, ValueError) as error:
            raise _unusable(source.cert_file, error, "a certificate and its key, without a password, are") from None
    return context


def _no_password() -> str:
    raise ValueError("encrypted")  # else OpenSSL asks on the terminal


def _unusable(path: Path, error: Exception, wanted: str) -> ConfigError:
    name = printable(str(path))
    if isinstance(error, OSError) and not isinstance(error, ssl.SSLError):
        return ConfigError([f"{name}: the file cannot be read: {_said(error)}"])
    return ConfigError([f"{name}: {wanted} not there in PEM"])


def _secret(path: Path) -> str:
    try:
        return password_in(path)
    except KeystoreError as error:
        raise ConfigError([f"{printable(str(path))}: {error}"]) from None


def _said(error: BaseException) -> str:
    """Return what an error of the network says, without what Python, asyncio and aiohttp say around it."""
    text = str(error)
    if isinstance(error, aiohttp.ClientResponseError):
        text = error.message
    elif isinstance(error, ssl.SSLCertVerificationError):
        text = error.verify_message
    elif isinstance(error, ssl.SSLError):
        text = (error.reason or text).replace("_", " ")
    elif isinstance(error, OSError) and error.errno:
        text = os.strerror(error.errno)
    elif isinstance(error, OSError) and error.strerror:
        text = error.strerror
    lines = text.splitlines() or [type(error).__name__]
    return printable(veiled(lines[0].lower()), LONGEST_SHOWN)


class _Names(AbstractResolver):
    """The program's own resolver as aiohttp wants it."""

    def __init__(self, resolver: Resolver) -> None:
        self._resolver = resolver

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """Return the addresses of a name, of every family, which the connector asks for."""
        del family
        try:
            found = await self._resolver.addresses(host, asyncio.get_running_loop().time() + TIMEOUT)
        except ProbeError as error:
            raise OSError(None, error.detail) from None
        return [
            ResolveResult(
                hostname=host,
                host=address,
                port=port,
                family=socket.AF_INET6 if ":" in address else socket.AF_INET,
                proto=0,
                flags=socket.AI_NUMERICHOST,
            )
            for address in found
        ]

    async def close(self) -> None:
        """Nothing is held."""
