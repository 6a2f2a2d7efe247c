"""
From a server's certificate to the pager, over real processes: the lab, aescan, Prometheus, the Alertmanager.

They run the samples of ``config/`` in a hurry (``stack.configuration.hurried``): a minute of their waits is a second.
"""

import http.client
import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from threading import Condition, Event
from typing import Any

import pytest
import yaml

from aescan.lab.stories import clean
from stack import parts
from stack.configuration import write
from stack.processes import Process
from stack.receiver import Alert, Notification, receiving
from tests.ports import reserved
from tests.stack.estate import Host, settings, three_hosts
from tests.tools import tool

ROOT = Path(__file__).parents[2]
PATIENCE = 90.0
"""Seconds after which a test gives up: many times what any of this takes."""

LONG_ENOUGH = 12
"""Evaluations, one a second, in which the Alertmanager looks at each of its groups twice."""

GROUP_WAIT = "5s"
"""Longer than the sample's in a hurry, so that a busy machine does not tear the first page of a host in two."""

EXPIRED = "AescanCertificateExpired"


def ask(address: str, path: str, method: str = "GET") -> str:
    """Return the answer, which has to be a good one."""
    connection = http.client.HTTPConnection(address, timeout=PATIENCE)
    connection.request(method, path)
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    assert answer.status < 300, text
    return text


def wait_until(holds: Callable[[], bool], what: str) -> None:
    """Return when it holds."""
    pause = Event()
    for _ in range(int(PATIENCE * 10)):
        if holds():
            return
        pause.wait(0.1)
    raise AssertionError(f"never: {what}")


class Stack:
    """The running stack, and what its pager was told."""

    def __init__(self, folder: Path, configuration: Path, ports: Mapping[str, int]) -> None:
        self.folder, self.configuration = folder, configuration
        self.pages: list[Notification] = []
        self.told = Condition()
        self.addresses = {part: f"127.0.0.1:{port}" for part, port in ports.items()}

    def hear(self, taken: Notification) -> None:
        """Keep what calls somebody."""
        if taken.receiver == "pager":
            with self.told:
                self.pages.append(taken)
                self.told.notify_all()

    def page(self, host: Host, status: str) -> Alert:
        """Return the alert on the host's expired certificate in the first page that has it with this status."""

        def heard() -> list[Alert]:
            return [alert for alert in self.alerts(host) if (alert.name, alert.status) == (EXPIRED, status)]

        with self.told:
            assert self.told.wait_for(heard, PATIENCE), f"no page says that {host.name} is {status}: {self.pages}"
            return heard()[0]

    def alerts(self, host: Host) -> list[Alert]:
        """Return every alert about a host that was in a page."""
        return [alert for page in self.pages for alert in page.alerts if alert.labels.get("host") == host.name]

    def pages_of(self, host: Host) -> int:
        """Return how many pages were about a host."""
        return sum(page.group.get("host") == host.name for page in self.pages)

    @contextmanager
    def aescan(self) -> Iterator[Process]:
        """Run aescan until the block is left."""
        arguments = ["--config.file", str(self.configuration)]
        with Process(parts.aescan(self.addresses["aescan"], arguments), self.folder) as process:
            process.wait_until_ready(Event())
            yield process

    def metrics(self, pattern: str) -> bool:
        """Whether aescan's page has a line that matches."""
        return re.search(pattern, ask(self.addresses["aescan"], "/metrics"), re.MULTILINE) is not None

    def sweep(self) -> None:
        """Have every target looked at now."""
        ask(self.addresses["aescan"], "/-/sweep", "POST")

    def query(self, expression: str) -> list[Any]:
        """Return the series of an expression for Prometheus, which has no character to be encoded but braces."""
        encoded = expression.replace("{", "%7B").replace("}", "%7D").replace('"', "%22")
        answer = ask(self.addresses["prometheus"], f"/api/v1/query?query={encoded}")
        return list(json.loads(answer)["data"]["result"])

    def firing(self, host: Host) -> list[str]:
        """Return since when the Alertmanager has the host's expired certificate as firing."""
        alerts = json.loads(ask(self.addresses["alertmanager"], "/api/v2/alerts"))
        about = [alert for alert in alerts if alert["labels"].get("host") == host.name]
        return [alert["startsAt"] for alert in about if alert["labels"]["alertname"] == EXPIRED]

    def _evaluations(self) -> int:
        found = re.search(
            r"^prometheus_rule_group_iterations_total\{.*aescan-expiry\"\} (\S+)$",
            ask(self.addresses["prometheus"], "/metrics"),
            re.MULTILINE,
        )
        return int(float(found[1])) if found else 0

    def go_on(self) -> None:
        """Return after so many evaluations of the rules that whatever was going to be sent has been sent."""
        enough = self._evaluations() + LONG_ENOUGH
        wait_until(lambda: self._evaluations() >= enough, f"{LONG_ENOUGH} evaluations")


@contextmanager
def running(folder: Path, configuration: Path) -> Iterator[Stack]:
    """Run everything but aescan."""
    programs = {
        "prometheus": tool("prometheus", "the Debian package prometheus"),
        "alertmanager": tool("prometheus-alertmanager", "the Debian package prometheus-alertmanager"),
    }
    with ExitStack() as held:
        ports = {part: held.enter_context(reserved()) for part in ("aescan", *programs)}
        stack = Stack(folder, configuration, ports)
        port = held.enter_context(receiving("127.0.0.1", 0, stack.hear))
        stack.addresses["receiver"] = f"127.0.0.1:{port}"
        write(folder, stack.addresses, hurry=True)
        sample = folder / "alertmanager" / "alertmanager.yml"
        configured = yaml.safe_load(sample.read_text(encoding="utf-8"))
        configured["route"]["group_wait"] = GROUP_WAIT
        sample.write_text(yaml.safe_dump(configured), encoding="utf-8")
        for part in (parts.alertmanager, parts.prometheus):
            program = part(programs[part.__name__], folder, stack.addresses)
            held.enter_context(Process(program, folder)).wait_until_ready(Event())
        yield stack


@pytest.mark.timeout(600)
def test_from_the_server_to_the_pager(tmp_path: Path) -> None:
    """
    An expired certificate pages once, whatever becomes of aescan and the server; its renewal resolves it.

    One test, because each step stands on the one before.
    """
    with (
        three_hosts() as (sound, renewed, lost),
        running(tmp_path, settings(tmp_path, (sound, renewed, lost))) as stack,
    ):
        with stack.aescan():
            pages = [stack.page(host, "firing") for host in (renewed, lost)]
            stack.go_on()
            for host, page in zip((renewed, lost), pages, strict=True):
                whole(stack, host, page)
            since = stack.firing(renewed), stack.firing(lost)
        wait_until(lambda: bool(stack.query('up{job="aescan"}==0')), "a scrape that fails while aescan is away")
        stack.go_on()
        with stack.aescan():
            wait_until(lambda: stack.metrics("^aescan_sweep_timestamp_seconds"), "a sweep after the restart")
            stack.go_on()
            assert (stack.firing(renewed), stack.firing(lost)) == since, "a restart is no new cause"
            assert (stack.pages_of(renewed), stack.pages_of(lost)) == (1, 1), "and pages nobody again"

            lost.die()
            stack.sweep()
            wait_until(lambda: stack.metrics(rf'^aescan_probe_success\{{target="{lost.target}"\}} 0'), "a failed probe")
            wait_until(
                lambda: bool(stack.query(f'aescan_probe_success{{target="{lost.target}"}}==0')), "a scrape of it"
            )
            stack.go_on()
            assert stack.firing(lost) == since[1], "a dead server's certificate has expired all the same"
            assert stack.pages_of(lost) == 1

            renewed.renew(clean)
            stack.sweep()
            stack.page(renewed, "resolved")
            wait_until(lambda: not stack.firing(renewed), "the end of the alert")
            assert (stack.firing(lost), stack.pages_of(lost)) == (since[1], 1)
        assert stack.pages_of(sound) == 0


def whole(stack: Stack, host: Host, alert: Alert) -> None:
    """Hold that there was one page about the host, and that it had the host, the date and the runbook."""
    assert stack.pages_of(host) == 1
    assert sorted(one.name for one in stack.alerts(host)) == [EXPIRED, "AescanDefaultCertificate"]
    assert alert.labels["severity"] == "critical"
    assert (alert.labels["target"], alert.labels["port"]) == (host.target, str(host.port))
    assert (
        alert.annotations["summary"]
        == f"{host.name} port {host.port} (dmcc): certificate expired on 2018-01-06 23:59:59 +0000 UTC"
    )
    assert alert.annotations["runbook_url"] == f"docs/runbooks/{EXPIRED}.md"
    assert (ROOT / alert.annotations["runbook_url"]).exists()
