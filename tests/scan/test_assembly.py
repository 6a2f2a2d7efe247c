"""What settings put together, by real scans of servers on loopback."""

import logging
from pathlib import Path

import pytest

from aescan.errors import Reason
from aescan.inventory.model import Target
from aescan.observation import Failed, Seen
from aescan.scan import assembly
from aescan.scan.assembly import Scanning
from aescan.settings.model import Settings
from tests.certs import make_chain
from tests.facts import NOW
from tests.logged import logged
from tests.peers import openssl_server, swallowing

SETTINGS = Settings(host_pause=0, timeout=20, connect_timeout=20)


def target(port: int) -> Target:
    """Return a target on loopback."""
    return Target(f"here:{port}", "127.0.0.1", port)


async def test_sweep(tmp_path: Path) -> None:
    """A sweep brings one observation for each target, judged at the moment that the clock tells."""
    scanning = Scanning(SETTINGS, lambda: NOW)
    with openssl_server(tmp_path, make_chain(2)) as port:
        targets = await scanning.expand((target(port), target(port)))
        observations = [observation async for observation in scanning.sweep(targets)]
    assert [observation.moment for observation in observations] == [NOW, NOW]
    assert all(isinstance(observation.outcome, Seen) for observation in observations)


async def test_scan_within(tmp_path: Path) -> None:
    """One target is scanned in less time than the settings give."""
    scanning = Scanning(SETTINGS, lambda: NOW)
    with openssl_server(tmp_path, make_chain(2)) as port:
        assert isinstance((await scanning.scan_within(target(port), 10)).outcome, Seen)
    with swallowing() as port:
        observation = await scanning.scan_within(target(port), 0.2)
    assert isinstance(observation.outcome, Failed)
    assert observation.outcome.reason is Reason.TIMEOUT


def test_limit_of_open_files(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    """It is said where the system allows fewer connections than the settings want."""
    monkeypatch.setattr(assembly, "usable_concurrency", lambda wanted, clients: wanted - clients)
    with caplog.at_level(logging.WARNING):
        Scanning(SETTINGS, lambda: NOW, clients=100)
    (said,) = logged(caplog)
    assert said == (
        'msg="fewer connections at once, the limit of open files is too low" usable=400 wanted=500'
        ' hint="raise it (ulimit -Hn, or LimitNOFILE= in systemd\'s unit), or set concurrency to 400"'
    )
