"""Three AE Services hosts of the lab, whose certificates can be renewed and whose servers can die."""

import json
import ssl
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from aescan.lab.answers import Connections, Tls
from aescan.lab.authorities import Authorities, establish
from aescan.lab.contexts import TlsSettings, tls_context
from aescan.lab.servers import Server, loopback, serving
from aescan.lab.stories import Teller, clean, legacy_default

SITE = "north"


class Host:
    """One host with its one server, of DMCC."""

    def __init__(self, number: int, lab: Authorities, teller: Teller) -> None:
        self.name = f"aes{number}.lab.example"
        self.target = f"aes{number}-dmcc"
        self.address = loopback(number)
        self.port = 0
        self._lab = lab
        self._running = ExitStack()
        self._context: ssl.SSLContext
        self.renew(teller)

    def renew(self, teller: Teller) -> None:
        """Present what this story tells from the next connection on."""
        story = teller(self._lab, self.name, datetime.now(UTC).replace(microsecond=0))
        self._context = tls_context(story.presented, TlsSettings())

    def start(self) -> None:
        """Serve, at a port that the kernel chooses."""

        def answer(connections: Connections) -> Tls:
            return Tls(connections, self._context)

        (self.port,) = self._running.enter_context(serving([Server(self.address, answer)]))

    def die(self) -> None:
        """Serve no more."""
        self._running.close()

    @property
    def entry(self) -> dict[str, object]:
        """The host in the inventory."""
        ports = [{"port": self.port, "service": "dmcc", "name": self.target}]
        return {"host": self.name, "address": self.address, "labels": {"site": SITE}, "ports": ports}


@contextmanager
def three_hosts() -> Iterator[tuple[Host, Host, Host]]:
    """Run a sound host and two that have the default certificate that ended on 6 January 2018."""
    lab = establish(datetime.now(UTC).replace(microsecond=0))
    sound, renewed, lost = hosts = (Host(1, lab, clean), Host(2, lab, legacy_default), Host(3, lab, legacy_default))
    with ExitStack() as held:
        for host in hosts:
            held.callback(host.die)
            host.start()
        yield sound, renewed, lost


def settings(folder: Path, hosts: tuple[Host, ...]) -> Path:
    """Write settings and inventory for aescan, which looks as often as it can; return the settings."""
    inventory, path = folder / "inventory.yml", folder / "aescan.yml"
    inventory.write_text(json.dumps({"hosts": [host.entry for host in hosts]}), encoding="utf-8")  # JSON is YAML
    said = {"inventory": [str(inventory)], "interval": "10s", "backoff": "0s", "timeout": "5s"}
    path.write_text(json.dumps(said), encoding="utf-8")
    return path
