"""The resolver dies under a running exporter: names fail as such, addresses go on, and all is well afterwards."""

import http
import re
import signal
from functools import partial
from pathlib import Path

import pytest

from aescan.lab.answers import Tls
from aescan.lab.contexts import TlsSettings, tls_context
from aescan.lab.servers import Server, serving
from tests import certs
from tests.faults.injected import injected
from tests.processes import PATIENCE, Exporter, exporter, metrics, request, value

NAMES = 100
"""More than are looked up at once."""

RESOLVER = """
import socket, time
from pathlib import Path
import aescan.scan.expand

real, state = socket.getaddrinfo, Path({state!r})
aescan.scan.expand.LOOKUP_TIMEOUT = 1.0

def getaddrinfo(host, *rest, **more):
    if not host.endswith(".example"):
        return real(host, *rest, **more)
    while state.read_text() == "silent":
        time.sleep(0.05)
    if state.read_text() == "unreachable":
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")
    return real("127.0.0.1", *rest, **more)

socket.getaddrinfo = getaddrinfo
"""
"""What glibc makes of name servers that answer, cannot be reached, or swallow questions, by what a file says."""

TOLD = {
    "silent": "looking up aes0.example: the resolver gave no answer in time",
    "unreachable": "looking up aes0.example: Temporary failure in name resolution; is the name spelt right?",
}


def facts(page: str) -> list[str]:
    """Return what the page says of certificates and of when they were seen, of names alone."""
    return re.findall(r"^aescan_(?:certificate|chain|probe_last_success).*\"aes\d+\.example:.*$", page, re.MULTILINE)


def scan_anew(process: Exporter) -> None:
    """Scan every target with a new configuration: it forgets what the resolver said."""
    process.process.send_signal(signal.SIGHUP)
    process.wait_for("(configuration taken up)")
    assert request(process.port, "/-/sweep", "POST")[0] == http.HTTPStatus.ACCEPTED


def failures(page: str) -> float:
    """Return how many lookups failed since the start."""
    return value(page, 'aescan_probe_failures_total{reason="dns"}') or 0


def rows(page: str, port: int) -> dict[str, float]:
    """Return whether the last probe of each target succeeded."""
    found = re.findall(rf'^aescan_probe_success\{{target="(.*):{port}(.*)"\}} (.*)$', page, re.MULTILINE)
    return {name + address: float(success) for name, address, success in found}


@pytest.mark.parametrize("death", TOLD)
def test_a_dead_resolver(tmp_path: Path, death: str) -> None:
    """Each name fails for that reason and keeps its facts; what has an address goes on; the page is always there."""
    state, settings, inventory = (tmp_path / name for name in ("resolver", "aescan.yml", "inventory.yml"))
    settings.write_text("{timeout: 5s, host_concurrency: 100, host_pause: 0s}", encoding="utf-8")
    state.write_text("alive", encoding="utf-8")
    context = tls_context((certs.make_certificate(key=certs.rsa_key()),), TlsSettings())
    names = [f"aes{number}.example" for number in range(NAMES)]
    with serving([Server("127.0.0.1", partial(Tls, context=context))]) as (port,):
        hosts = "".join(f"- {{host: {name}, ports: [{port}]}}\n" for name in [*names, "127.0.0.1"])
        every = f"- {{host: every.example, ports: [{port}], addresses: all}}\n"
        inventory.write_text(f"hosts:\n{hosts}{every}", encoding="utf-8")
        resolver = injected(tmp_path, RESOLVER.format(state=str(state)))
        files = "--config.file", str(settings), "--inventory", str(inventory)
        with exporter(*files, environment=resolver) as process:
            process.wait_for("(sweep finished)")
            alive = dict.fromkeys([*names, "127.0.0.1", "every.example@127.0.0.1"], 1.0)
            before = metrics(process.port, lambda page: rows(page, port) == alive)

            state.write_text(death, encoding="utf-8")
            scan_anew(process)
            assert process.wait_for(r'target=aes0.example:\d+ .*reason=dns error="(.*)"') == TOLD[death]
            during = metrics(process.port, lambda page: failures(page) >= NAMES)
            assert rows(during, port) == {**alive, **dict.fromkeys(names, 0.0)}
            assert facts(during) == facts(before)
            assert len(facts(during)) > NAMES

            state.write_text("alive", encoding="utf-8")
            scan_anew(process)
            metrics(process.port, lambda page: rows(page, port) == alive)


def test_the_end_while_lookups_hang(tmp_path: Path) -> None:
    """Nobody waits for a resolver that says nothing, however much time its targets have."""
    state = tmp_path / "resolver"
    state.write_text("silent", encoding="utf-8")
    resolver = injected(tmp_path, RESOLVER.format(state=str(state)))
    targets = [f"aes{number}.example:9" for number in range(NAMES)]
    with exporter(*targets, "--timeout", "1h", environment=resolver) as process:
        page = metrics(process.port, "")
        process.process.send_signal(signal.SIGTERM)

        assert process.process.wait(PATIENCE) == 0
        assert page.count("\naescan_target_info{") == NAMES
