"""A CA, a collector's certificate from it and a client's, as files."""

from datetime import timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509

from aescan.lab.certificates import Validity, authority, issue, name, rsa_key, server
from aescan.scan.schedule import now


def write_credentials(folder: Path) -> None:
    """Write ca.pem, other.pem, server.pem, server.key, client.pem and client.key, valid today."""
    validity = Validity.starting(now() - timedelta(days=1), 30)
    for which in "other", "ca":
        ca = issue(name(f"CN=Test {which}"), rsa_key(), validity, extensions=authority())
        (folder / f"{which}.pem").write_bytes(ca.pem)
    for which in "server", "client":
        extensions = server(x509.IPAddress(ip_address("127.0.0.1")))
        identity = issue(name(f"CN={which}"), rsa_key(), validity, issuer=ca, extensions=extensions)
        (folder / f"{which}.pem").write_bytes(identity.pem)
        (folder / f"{which}.key").write_bytes(identity.key_pem)
