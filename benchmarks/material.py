"""
What client and server of the benchmark need, made once per run as files in one folder.

A folder comes in. Out come ``chain.pem`` and ``key.pem`` (a server certificate and its CA, both RSA-2048),
``hello.bin`` (the bytes of aescan's ordinary ClientHello), ``flight.bin``: what OpenSSL answers to it, recorded in
memory, and ``silence.bin``: the answer of a server that has none. For a whole estate there is ``flights.bin`` with a
flight for each host, its length in four bytes before each.
"""

import os
import ssl
from datetime import timedelta
from pathlib import Path
from typing import Final

from cryptography import x509

from aescan.lab.certificates import Validity, authority, ec_key, issue, name, rsa_key, server
from aescan.lab.contexts import TlsSettings, tls_context
from aescan.scan.schedule import now
from aescan.tls.hellos import RANDOM_LENGTH, TLS12

DOMAIN: Final = "bench.example"
DAYS: Final = 825
"""Of validity: far from every threshold, so that the chain is a sound one."""
CHAIN, KEY, HELLO, FLIGHT, SILENCE = "chain.pem", "key.pem", "hello.bin", "flight.bin", "silence.bin"
FLIGHTS, ESTATE_CA = "flights.bin", "estate-ca.pem"
VERSIONS: Final = (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_2)


def host(number: int) -> str:
    """Return the name of endpoint ``number``: each has its own, as in an estate."""
    return f"aes{number}.{DOMAIN}"


def make(folder: Path) -> None:
    """Write all five files."""
    validity = Validity.starting(now() - timedelta(days=1), DAYS)
    ca = issue(name("O=Benchmark", "CN=Benchmark CA"), rsa_key(), validity, extensions=authority())
    wildcard = server(x509.DNSName(f"*.{DOMAIN}"))
    leaf = issue(name("O=Benchmark", f"CN=*.{DOMAIN}"), rsa_key(), validity, issuer=ca, extensions=wildcard)
    hello = TLS12.encode(host(0), os.urandom(RANDOM_LENGTH))
    context = tls_context((leaf, ca), TlsSettings(versions=VERSIONS))
    (folder / CHAIN).write_bytes(leaf.pem + ca.pem)
    (folder / KEY).write_bytes(leaf.key_pem)
    (folder / HELLO).write_bytes(hello)
    (folder / FLIGHT).write_bytes(_answer(context, hello))
    (folder / SILENCE).write_bytes(b"")


def make_estate(folder: Path, hosts: int) -> None:
    """Write the CA, and the flight of each host: a certificate on a key of its own (P-256), from that CA."""
    validity = Validity.starting(now() - timedelta(days=1), DAYS)
    ca = issue(name("O=Benchmark", "CN=Benchmark CA"), ec_key(), validity, extensions=authority())
    (folder / ESTATE_CA).write_bytes(ca.pem)
    hello = TLS12.encode(host(0), os.urandom(RANDOM_LENGTH))
    with (folder / FLIGHTS).open("wb") as flights:
        for number in range(hosts):
            names, of = server(x509.DNSName(host(number))), name("O=Benchmark", f"CN={host(number)}")
            leaf = issue(of, ec_key(), validity, issuer=ca, extensions=names)
            flight = _answer(tls_context((leaf, ca), TlsSettings(versions=VERSIONS)), hello)
            flights.write(len(flight).to_bytes(4) + flight)


def _answer(context: ssl.SSLContext, hello: bytes) -> bytes:
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    incoming.write(hello)
    try:
        context.wrap_bio(incoming, outgoing, server_side=True).do_handshake()
    except ssl.SSLWantReadError:  # it has answered and waits for the client's turn
        return outgoing.read()
    raise AssertionError("a handshake of one message")
