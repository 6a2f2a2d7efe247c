"""Every target swallows what it is sent: each fails for its own reason, and the exporter is none the slower."""

import re
import signal
import socket
from contextlib import ExitStack

from aescan.lab.answers import Silent
from aescan.lab.servers import Server, serving
from tests.peers import swallowing
from tests.processes import PATIENCE, exporter, metrics

HOSTS = 100
"""Addresses of loopback with a black hole of each kind."""

NO_SYN = "connecting: no answer in time; filtered by a firewall?"
NOT_ACCEPTED = (
    "waiting for the certificate: no answer in time; it accepted the connection and said nothing"
    " (tls10 hello, after tls12: timeout)"
)
FAILED = "aescan_probe_failed"


def black_holes(held: ExitStack) -> dict[str, str]:
    """Return targets with what is told of each: SYNs dropped, connections nobody accepts, silence behind a hello."""
    found: dict[str, str] = {}
    for number in range(1, HOSTS + 1):
        address = f"127.0.5.{number}"
        found[f"{address}:{held.enter_context(swallowing(address))}"] = NO_SYN
        unaccepted = held.enter_context(socket.create_server((address, 0)))
        found[f"{address}:{unaccepted.getsockname()[1]}"] = NOT_ACCEPTED
    (port,) = held.enter_context(serving([Server("127.0.0.1", Silent)]))
    found[f"127.0.0.1:{port}"] = NOT_ACCEPTED
    return found


def test_nothing_but_black_holes() -> None:
    """All are told apart from each other by what they swallow, at the end of their time; all of them are there."""
    with ExitStack() as held:
        holes = black_holes(held)
        with exporter(*holes, "--timeout", "1s") as process:
            reasons = metrics(process.port, lambda page: page.count(f"\n{FAILED}{{") == len(holes))
            process.process.send_signal(signal.SIGTERM)
            assert process.process.stderr is not None
            log = "".join([*process.log, *process.process.stderr])
    said = dict(re.findall(r'msg="target could not be probed" target=(\S+) .* reason=timeout error="(.*)"', log))

    assert set(re.findall(rf'^{FAILED}{{reason="timeout",target="(.*)"}} 1\.0$', reasons, re.MULTILINE)) == set(holes)
    assert len(said) == 100
    assert said == {target: holes[target] for target in said}


def test_the_page_and_the_end_meanwhile() -> None:
    """With an hour for each target the page is there, with every one of them, and so is the end of the process."""
    with ExitStack() as held:
        holes = black_holes(held)
        with exporter(*holes, "--timeout", "1h") as process:
            page = metrics(process.port, "\naescan_target_info{")
            process.process.send_signal(signal.SIGTERM)

            assert process.process.wait(PATIENCE) == 0
    assert page.count("\naescan_target_info{") == len(holes)
    assert "\naescan_probe_success{" not in page
