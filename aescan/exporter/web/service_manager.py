"""
What aescan and the service manager that started it tell each other: systemd's notification socket and passed sockets.

State goes out as datagrams to the socket that the environment names (sd_notify(3)); listening sockets come in as open
descriptors (sd_listen_fds(3)). Without such a manager every call does nothing. A manager that cannot be reached is
logged once and never stops the service.
"""

import logging
import os
import socket
from collections.abc import MutableMapping
from typing import Final

from aescan.errors import ConfigError
from aescan.text import printable

log: Final = logging.getLogger("aescan.exporter.web")

FIRST_PASSED: Final = 3
"""SD_LISTEN_FDS_START: the descriptors follow those of standard input, output and error."""

MOST_PASSED: Final = 64
"""More sockets than any unit file lists."""

MICROSECONDS: Final = 1_000_000


class ServiceManager:
    """
    The manager that ``environment`` tells of; its variables are taken out, lest a child process takes them as its own.

    ``watchdog``
        Seconds within which the manager wants a sign of life again and again; None when it does not.
    """

    def __init__(self, environment: MutableMapping[str, str]) -> None:
        self._address = environment.pop("NOTIFY_SOCKET", "")
        wanted, process = environment.pop("WATCHDOG_USEC", ""), environment.pop("WATCHDOG_PID", "")
        ours = process in {"", str(os.getpid())}
        self.watchdog = int(wanted) / MICROSECONDS if ours and wanted.isdecimal() and int(wanted) else None

    def ready(self, status: str) -> None:
        """Say that the service answers."""
        self._send(f"READY=1\nSTATUS={printable(status)}")

    def alive(self) -> None:
        """Give the sign of life."""
        self._send("WATCHDOG=1")

    def stopping(self) -> None:
        """Say that the service is about to end."""
        self._send("STOPPING=1")

    def _send(self, state: str) -> None:
        if not self._address:
            return
        address = "\0" + self._address[1:] if self._address.startswith("@") else self._address
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
                sender.setblocking(False)
                sender.connect(address)
                sender.send(state.encode())
        except BlockingIOError:
            return  # the manager is behind; the next sign of life will do
        except OSError as error:
            log.warning(
                "service manager not reached", extra={"file": self._address, "error": error.strerror or str(error)}
            )
            self._address = ""


def passed_sockets(environment: MutableMapping[str, str]) -> tuple[socket.socket, ...]:
    """Return the listening sockets that the manager passed; raises ConfigError when there is none."""
    process, number = environment.pop("LISTEN_PID", ""), environment.pop("LISTEN_FDS", "")
    environment.pop("LISTEN_FDNAMES", "")
    if process != str(os.getpid()) or not number.isdecimal() or not 0 < int(number) <= MOST_PASSED:
        raise ConfigError(["--web.systemd-socket: systemd passed no socket; start aescan by a unit with a socket unit"])
    sockets = []
    for descriptor in range(FIRST_PASSED, FIRST_PASSED + int(number)):
        os.set_inheritable(descriptor, False)
        sockets.append(socket.socket(fileno=descriptor))
    return tuple(sockets)
