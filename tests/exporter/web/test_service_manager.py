"""What the service manager hears, on real sockets of the file system, and the sockets that it passes."""

import contextlib
import logging
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from aescan.errors import ConfigError
from aescan.exporter.web.service_manager import ServiceManager, passed_sockets
from tests.logged import logged
from tests.tools import tool

ROOT = Path(__file__).parents[3]


@pytest.fixture
def manager(tmp_path: Path) -> Iterator[socket.socket]:
    """Give the socket of a service manager."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as receiver:
        receiver.bind(str(tmp_path / "notify"))
        receiver.setblocking(False)
        yield receiver


def test_state(manager: socket.socket) -> None:
    """Each state is one datagram, in sd_notify's form; text is made printable."""
    told = ServiceManager({"NOTIFY_SOCKET": manager.getsockname()})
    told.ready("listening on [::1]:10722\nSTOPPING=1")
    told.alive()
    told.stopping()

    assert [manager.recv(4096) for _ in range(3)] == [
        b"READY=1\nSTATUS=listening on [::1]:10722\\x0aSTOPPING=1",
        b"WATCHDOG=1",
        b"STOPPING=1",
    ]


@pytest.mark.skipif(sys.platform != "linux", reason="addresses without a file are Linux's")
def test_abstract_address() -> None:
    """An address that begins with @ is one without a file."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as receiver:
        receiver.bind("")  # the kernel chooses
        ServiceManager({"NOTIFY_SOCKET": "@" + receiver.getsockname()[1:].decode()}).alive()
        assert receiver.recv(100) == b"WATCHDOG=1"


def test_no_manager() -> None:
    """Without a manager nothing is said, and nothing goes wrong."""
    manager = ServiceManager({})
    manager.ready("x")
    assert manager.watchdog is None


def test_variables_are_taken_out() -> None:
    """No child process takes what was meant for this one."""
    environment = {"NOTIFY_SOCKET": "/x", "WATCHDOG_USEC": "1", "WATCHDOG_PID": "1", "HOME": "/"}
    ServiceManager(environment)
    assert environment == {"HOME": "/"}


@pytest.mark.parametrize(
    ("environment", "seconds"),
    [
        ({"WATCHDOG_USEC": "30000000"}, 30.0),
        ({"WATCHDOG_USEC": "30000000", "WATCHDOG_PID": str(os.getpid())}, 30.0),
        ({"WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "1"}, None),
        ({"WATCHDOG_USEC": "soon"}, None),
        ({"WATCHDOG_USEC": "0"}, None),
    ],
)
def test_watchdog(environment: dict[str, str], seconds: float | None) -> None:
    """The watchdog counts when it is meant for this process."""
    assert ServiceManager(environment).watchdog == seconds


def test_manager_gone(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """A manager that cannot be reached is told of once."""
    manager = ServiceManager({"NOTIFY_SOCKET": str(tmp_path / "gone")})
    with caplog.at_level(logging.WARNING):
        manager.alive()
        manager.alive()
    assert logged(caplog) == [
        f'msg="service manager not reached" file={tmp_path}/gone error="No such file or directory"'
    ]


def test_manager_behind(manager: socket.socket, caplog: pytest.LogCaptureFixture) -> None:
    """A manager that does not read holds nothing up."""
    told = ServiceManager({"NOTIFY_SOCKET": manager.getsockname()})
    for _ in range(10_000):
        told.alive()
    assert logged(caplog) == []
    manager.recv(100)
    told.stopping()
    received = []
    with contextlib.suppress(BlockingIOError):
        while True:
            received.append(manager.recv(100))
    assert received[-1] == b"STOPPING=1"


PASSED = """
import os, sys
from aescan.exporter.web.service_manager import passed_sockets
from tests.logged import logged
from tests.logged import logged

os.environ["LISTEN_PID"] = str(os.getpid())
for each in passed_sockets(os.environ):
    print(each.getsockname()[1], os.get_inheritable(each.fileno()))
print([name for name in os.environ if name.startswith("LISTEN")])
"""


def test_passed_sockets() -> None:
    """The sockets are those from descriptor 3 on, and no child process gets them."""
    with socket.create_server(("127.0.0.1", 0)) as first, socket.create_server(("127.0.0.1", 0)) as second:
        shell = f'exec 3<&{first.fileno()} 4<&{second.fileno()}; exec "$@"'
        ran = subprocess.run(
            [tool("bash", "the Debian package bash"), "-c", shell, "-", sys.executable, "-c", PASSED],
            pass_fds=[first.fileno(), second.fileno()],
            env={**os.environ, "LISTEN_FDS": "2", "LISTEN_FDNAMES": "http:https", "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            check=True,
        )
        ports = [each.getsockname()[1] for each in (first, second)]
    assert ran.stdout.splitlines() == [f"{ports[0]} False", f"{ports[1]} False", "[]"]


@pytest.mark.parametrize(
    "environment",
    [
        {},
        {"LISTEN_PID": "1", "LISTEN_FDS": "1"},
        {"LISTEN_PID": str(os.getpid()), "LISTEN_FDS": "0"},
        {"LISTEN_PID": str(os.getpid()), "LISTEN_FDS": "x"},
        {"LISTEN_PID": str(os.getpid()), "LISTEN_FDS": "1000"},
    ],
)
def test_no_passed_socket(environment: dict[str, str]) -> None:
    """What was not passed to this process is not touched."""
    with pytest.raises(ConfigError) as refused:
        passed_sockets(environment)
    assert refused.value.problems == (
        "--web.systemd-socket: systemd passed no socket; start aescan by a unit with a socket unit",
    )
