"""The Alertmanager's sample sends each alert to whom it should, and one page for one cause: asked of a real one."""

import http.client
import json
import re
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.config.rules import ROOT, alerts
from tests.tools import tool

SAMPLE = ROOT / "config" / "alertmanager" / "alertmanager.yml"
PACKAGE = "the Debian package prometheus-alertmanager"
ALERTS = {alert.name: alert for alert in alerts()}
RECEIVERS = {"critical": "pager", "warning": "tickets", "notice": "digest"}
Pages = dict[tuple[str, ...], set[tuple[str, str]]]
"""What the notifications are about: by receiver and the values of the group's labels, alerts with target or host."""

EXPORTER = {"job": "aescan", "instance": "scanner:10722"}
AES1 = {**EXPORTER, "host": "aes1", "site": "denver"}
DMCC = {**AES1, "target": "aes1:4722", "port": "4722", "aes_service": "dmcc"}
OAM = {**AES1, "target": "aes1:8443", "port": "8443", "aes_service": "oam"}
NO_SITE = {**EXPORTER, "host": "aes2", "target": "aes2:443", "port": "443"}


class Alertmanager:
    """The API of one that runs."""

    def __init__(self, port: int) -> None:
        self.port = port

    def ask(self, method: str, path: str, body: object = None) -> Any:  # noqa: ANN401 - as the API has it
        """Return what the API answers."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        text = None if body is None else json.dumps(body)
        connection.request(method, f"/api/v2{path}", text, {"Content-Type": "application/json"})
        answer = connection.getresponse()
        said = answer.read()
        connection.close()
        assert answer.status == 200, said
        return json.loads(said) if said else None

    def told(self, *firing: tuple[str, dict[str, str]]) -> None:
        """Take these alerts, by name, with the labels that Prometheus would send; return when all have arrived."""
        sent = [
            {"labels": {"alertname": name, "severity": ALERTS[name].severity or "warning", **labels}}
            for name, labels in firing
        ]
        self.ask("POST", "/alerts", sent)
        for _ in self._tries():
            arrived = [alert["labels"] for group in self.ask("GET", "/alerts/groups") for alert in group["alerts"]]
            if all(one["labels"] in arrived for one in sent):
                return
        pytest.fail(f"not all arrived: {arrived}")

    def pages(self, expected: Pages) -> Pages:
        """
        Return what each notification is about once that is what is expected, or at last whatever it is.

        An alert inhibits others a moment after it arrived.
        """
        found: Pages = {}
        for _ in self._tries():
            groups = self.ask("GET", "/alerts/groups?inhibited=false")
            found = {
                (group["receiver"]["name"], *group["labels"].values()): {
                    (alert["labels"]["alertname"], alert["labels"].get("target", alert["labels"].get("host", "")))
                    for alert in group["alerts"]
                }
                for group in groups
            }
            if found == expected:
                break
        return found

    @staticmethod
    def _tries() -> Iterator[None]:
        pause = threading.Event()
        for _ in range(500):
            yield
            pause.wait(0.02)


@pytest.fixture
def alertmanager(tmp_path: Path) -> Iterator[Alertmanager]:
    """Run one with the sample; it is killed in the end, and none of its notifications leaves this machine."""
    text = re.sub(r"http://127\.0\.0\.1:\d+", "http://127.0.0.1:9", SAMPLE.read_text(encoding="utf-8"))
    config = tmp_path / "alertmanager.yml"
    config.write_text(text, encoding="utf-8")
    command = [
        tool("prometheus-alertmanager", PACKAGE),
        f"--config.file={config}",
        f"--storage.path={tmp_path / 'data'}",
        "--cluster.listen-address=",
        "--web.listen-address=127.0.0.1:0",
    ]
    with subprocess.Popen(command, stderr=subprocess.PIPE, encoding="utf-8") as process:
        assert process.stderr is not None
        try:
            for line in process.stderr:
                if found := re.search(r"address=127\.0\.0\.1:(\d+)", line):
                    yield Alertmanager(int(found[1]))
                    break
            else:
                pytest.fail("the Alertmanager ended before it listened")
        finally:
            process.kill()


def amtool(*arguments: str | Path) -> str:
    """Return what amtool says, which has to end well."""
    done = subprocess.run(
        [tool("amtool", PACKAGE), *arguments], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.strip()


def test_sample_is_sound() -> None:
    """The Alertmanager takes the sample as it stands."""
    assert "SUCCESS" in amtool("check-config", SAMPLE)


def test_prometheus_sample_is_sound() -> None:
    """Prometheus takes its sample as it stands, with the rules that it names."""
    sample = ROOT / "config" / "prometheus" / "prometheus.yml"
    promtool = tool("promtool", "the Debian package prometheus")
    done = subprocess.run([promtool, "check", "config", sample], capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    assert done.stdout.count("rules found") == 2


@pytest.mark.parametrize("severity", RECEIVERS)
@pytest.mark.parametrize("labels", [("host=aes1", "site=denver"), ("host=aes1",), ()], ids=str)
def test_severities_go_to_their_receivers(severity: str, labels: tuple[str, ...]) -> None:
    """What is critical calls somebody, a warning is a ticket, a notice is for the list, whatever the labels."""
    told = amtool("config", "routes", "test", "--config.file", SAMPLE, f"severity={severity}", *labels)

    assert told == RECEIVERS[severity]


def test_names_of_the_sample_exist() -> None:
    """Every alert that the sample names is one, and so is every label that has to be equal."""
    text = SAMPLE.read_text(encoding="utf-8")
    equal = {label for rule in yaml.safe_load(text)["inhibit_rules"] for label in rule["equal"]}

    assert set(re.findall(r"Aescan\w+", text)) <= set(ALERTS)
    assert equal <= {"job", "instance", "host", "target"}


def test_one_page_for_a_host(alertmanager: Alertmanager) -> None:
    """Whatever is wrong with the ports of a host comes in one notification for each receiver, by site and host."""
    alertmanager.told(
        ("AescanCertificateExpired", DMCC),
        ("AescanCertificateExpired", OAM),
        ("AescanDefaultCertificate", OAM),
        ("AescanWeakKey", DMCC),
        ("AescanCertificateExpired", NO_SITE),
    )

    expected: Pages = {
        ("pager", "aes1", "denver"): {
            ("AescanCertificateExpired", "aes1:4722"),
            ("AescanCertificateExpired", "aes1:8443"),
            ("AescanDefaultCertificate", "aes1:8443"),
        },
        ("tickets", "aes1", "denver"): {("AescanWeakKey", "aes1:4722")},
        ("pager", "aes2"): {("AescanCertificateExpired", "aes2:443")},
    }
    assert alertmanager.pages(expected) == expected


def test_an_expired_chain_is_told_of_once(alertmanager: Alertmanager) -> None:
    """That clients refuse an expired chain is the same cause; on another port it is not."""
    alertmanager.told(
        ("AescanCertificateExpired", DMCC),
        ("AescanUntrusted", DMCC),
        ("AescanIssuerEndsFirst", DMCC),
        ("AescanUntrusted", OAM),
    )

    expected: Pages = {
        ("pager", "aes1", "denver"): {
            ("AescanCertificateExpired", "aes1:4722"),
            ("AescanUntrusted", "aes1:8443"),
        }
    }
    assert alertmanager.pages(expected) == expected


def test_a_default_certificate_is_told_of_once(alertmanager: Alertmanager) -> None:
    """What is wrong with every default certificate is not told of beside it."""
    alertmanager.told(
        ("AescanDefaultCertificate", DMCC),
        ("AescanSharedKey", DMCC),
        ("AescanSha1Signature", DMCC),
        ("AescanWeakKey", DMCC),
        ("AescanSha1Signature", NO_SITE),
    )

    expected: Pages = {
        ("pager", "aes1", "denver"): {("AescanDefaultCertificate", "aes1:4722")},
        ("tickets", "aes2"): {("AescanSha1Signature", "aes2:443")},
    }
    assert alertmanager.pages(expected) == expected


def test_a_lost_host_is_told_of_once(alertmanager: Alertmanager) -> None:
    """Not for each of its ports; that its certificate has expired is another cause, and goes on."""
    alertmanager.told(
        ("AescanHostLost", AES1),
        ("AescanTargetLost", DMCC),
        ("AescanTargetLost", OAM),
        ("AescanTargetLost", NO_SITE),
        ("AescanCertificateExpired", OAM),
    )

    expected: Pages = {
        ("tickets", "aes1", "denver"): {("AescanHostLost", "aes1")},
        ("tickets", "aes2"): {("AescanTargetLost", "aes2:443")},
        ("pager", "aes1", "denver"): {("AescanCertificateExpired", "aes1:8443")},
    }
    assert alertmanager.pages(expected) == expected


def test_a_cut_network_is_told_of_once(alertmanager: Alertmanager) -> None:
    """Not for each host behind it; another exporter has causes of its own."""
    elsewhere = {**NO_SITE, "instance": "other:10722"}
    alertmanager.told(
        ("AescanMostTargetsLost", EXPORTER),
        ("AescanHostLost", AES1),
        ("AescanTargetLost", DMCC),
        ("AescanTargetLost", NO_SITE),
        ("AescanFactsTooOld", NO_SITE),
        ("AescanTargetLost", elsewhere),
    )

    expected: Pages = {
        ("tickets", "AescanMostTargetsLost"): {("AescanMostTargetsLost", "")},
        ("tickets", "aes2"): {("AescanTargetLost", "aes2:443")},
    }
    assert alertmanager.pages(expected) == expected


def test_what_grows_old_without_sweeps_is_told_of_once(alertmanager: Alertmanager) -> None:
    """An overdue sweep is the cause of old facts, and old facts say more than a lost target."""
    alertmanager.told(("AescanFactsTooOld", DMCC), ("AescanTargetLost", DMCC))
    expected: Pages = {("tickets", "aes1", "denver"): {("AescanFactsTooOld", "aes1:4722")}}
    assert alertmanager.pages(expected) == expected

    alertmanager.told(("AescanSweepOverdue", EXPORTER))
    expected = {("tickets", "AescanSweepOverdue"): {("AescanSweepOverdue", "")}}
    assert alertmanager.pages(expected) == expected


def test_what_is_about_no_host_comes_by_kind(alertmanager: Alertmanager) -> None:
    """An absent exporter and a cliff are notifications of their own; notices come by site."""
    alertmanager.told(
        ("AescanAbsent", EXPORTER),
        ("AescanCliffAhead", EXPORTER),
        ("AescanCliffAhead", {**EXPORTER, "instance": "other:10722"}),
        ("AescanMixedCertificates", DMCC),
        ("AescanSharedKey", OAM),
    )

    expected: Pages = {
        ("pager", "AescanAbsent"): {("AescanAbsent", "")},
        ("tickets", "AescanCliffAhead"): {("AescanCliffAhead", "")},
        ("digest", "denver"): {
            ("AescanMixedCertificates", "aes1:4722"),
            ("AescanSharedKey", "aes1:8443"),
        },
    }
    assert alertmanager.pages(expected) == expected
