"""
The cliff of 6 January 2018, replayed hour by hour from 60 days before to 7 days after.

What the servers of an estate presented goes through aescan's own rules, state and metrics into Prometheus's rules; the
diary says what fires when. The clock of promtool begins at 1970, so every moment is told from the first hour on.
"""

import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import groupby, pairwise
from pathlib import Path

import yaml

from aescan.certificates.facts import Certificate
from aescan.errors import Reason
from aescan.exporter.metrics import collect
from aescan.exporter.state import State
from aescan.findings.evaluate import evaluate
from aescan.inventory.model import Target
from aescan.observation import Observation
from aescan.settings.policy import Thresholds
from tests.config.rules import FOLDER, alerts, groups
from tests.exporter.estate import BUILD
from tests.facts import LEAF, evidence, failed, seen, target
from tests.findings.labelled import LEGACY_LEAF
from tests.findings.shipped import POLICY
from tests.tools import tool

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
CLIFF = datetime(2018, 1, 6, 23, 59, 59, tzinfo=UTC)
"""The last second at which a default certificate is valid."""

BEGIN = datetime(2017, 11, 7, tzinfo=UTC)
END = datetime(2018, 1, 14, tzinfo=UTC)
HOURS = [BEGIN + HOUR * number for number in range((END - BEGIN) // HOUR + 1)]

NEVER = END + DAY


@dataclass(frozen=True, slots=True)
class Story:
    """
    A host with one port.

    ``replaced``
        From when on it presents a certificate of its own.
    ``lost``, ``found``
        From when to when nothing reaches it.
    """

    host: str
    site: str
    replaced: datetime = NEVER
    lost: datetime = NEVER
    found: datetime = NEVER
    thresholds: Thresholds = field(default_factory=Thresholds)

    @property
    def target(self) -> Target:
        """The target of the inventory."""
        return replace(target(self.host, 4722, "dmcc", site=self.site), thresholds=self.thresholds)

    def presents(self, moment: datetime) -> Certificate:
        """Return what a probe would see."""
        if moment < self.replaced:
            return LEGACY_LEAF
        return replace(
            LEAF,
            fingerprint_sha256=self.host.encode().hex().ljust(64, "0"),
            public_key_sha256=self.host.encode().hex().rjust(64, "0"),
            dns_names=(self.host,),
            not_before=datetime(2017, 6, 1, tzinfo=UTC),
            not_after=datetime(2018, 12, 1, tzinfo=UTC) + timedelta(days=40 * int(self.host[3])),
        )

    def observe(self, moment: datetime) -> Observation:
        """Return what a probe at this moment comes to, judged as the scanner does."""
        if self.lost <= moment < self.found:
            return failed(self.target, Reason.TIMEOUT, "no answer", moment)
        leaf = self.presents(moment)
        policy = replace(POLICY, thresholds=self.thresholds)
        judged = evidence(leaf, policy=policy, moment=moment, host=self.host, server_name=self.host)
        return seen(self.target, leaf, findings=evaluate(judged), moment=moment)


STORIES = [
    Story("aes1", "denver", replaced=datetime(2017, 11, 20, 12, tzinfo=UTC)),
    Story("aes2", "denver", replaced=datetime(2017, 12, 15, 12, tzinfo=UTC)),
    # Replaced two days late.
    Story("aes3", "paris", replaced=datetime(2018, 1, 8, 21, tzinfo=UTC)),
    # Lost over the holidays and the cliff; still with the default certificate when it is back.
    Story("aes4", "paris", lost=datetime(2017, 12, 28, tzinfo=UTC), found=datetime(2018, 1, 9, 8, tzinfo=UTC)),
    # Its clients are many, so its thresholds are early.
    Story("aes5", "paris", thresholds=Thresholds(DAY * 120, DAY * 55, DAY * 45)),
    # Never had a default certificate.
    Story("aes6", "denver", replaced=BEGIN),
]
"""Written by the order in which somebody acted."""

CAUSES = "AescanSharedKey|AescanSha1Signature|AescanWeakKey|AescanOtherFinding"
"""What else is wrong with every default certificate: the Alertmanager keeps it quiet, or its replacement mends it."""


def of(month: int, day: int, hour: int = 0) -> datetime:
    """Return an hour of that winter."""
    return datetime(2017 if month > 6 else 2018, month, day, hour, tzinfo=UTC)


SOON, IMMINENT, EXPIRED = of(12, 8), of(12, 23), of(1, 7)
"""The first full hours after the thresholds of 30 and 15 days, and after the end."""

DIARY = {
    ("CliffAhead", ""): (BEGIN, of(1, 7, 2)),
    ("DefaultCertificate", "aes1"): (BEGIN, of(11, 20, 12)),
    ("DefaultCertificate", "aes2"): (BEGIN, of(12, 15, 12)),
    ("DefaultCertificate", "aes3"): (BEGIN, of(1, 8, 21)),
    ("DefaultCertificate", "aes4"): (BEGIN, NEVER),
    ("DefaultCertificate", "aes5"): (BEGIN, NEVER),
    ("CertificateLifetimeSpent", "aes1"): (BEGIN, of(11, 20, 12)),
    ("CertificateLifetimeSpent", "aes2"): (BEGIN, SOON),
    ("CertificateLifetimeSpent", "aes3"): (BEGIN, SOON),
    ("CertificateLifetimeSpent", "aes4"): (BEGIN, SOON),
    ("CertificateLifetimeSpent", "aes5"): (BEGIN, of(11, 13)),
    ("CertificateEndsSoon", "aes2"): (SOON, of(12, 15, 12)),
    ("CertificateEndsSoon", "aes3"): (SOON, IMMINENT),
    ("CertificateEndsSoon", "aes4"): (SOON, IMMINENT),
    ("CertificateEndsSoon", "aes5"): (of(11, 13), of(11, 23)),
    ("CertificateEndsImminently", "aes3"): (IMMINENT, EXPIRED),
    ("CertificateEndsImminently", "aes4"): (IMMINENT, EXPIRED),
    ("CertificateEndsImminently", "aes5"): (of(11, 23), EXPIRED),
    ("CertificateExpired", "aes3"): (EXPIRED, of(1, 8, 21)),
    ("CertificateExpired", "aes4"): (EXPIRED, NEVER),
    ("CertificateExpired", "aes5"): (EXPIRED, NEVER),
    ("TargetLost", "aes4"): (of(12, 28, 3), of(1, 9, 8)),
    ("FactsTooOld", "aes4"): (of(12, 31), of(1, 9, 8)),
}
"""What fires from when until when; everything else does not."""

CHANGES = sorted({min(moment, END + HOUR) for moments in DIARY.values() for moment in moments})


def since(moment: datetime) -> str:
    """Return a moment on the clock of promtool, as it takes them."""
    return f"{(moment - BEGIN) // HOUR}h"


def told(moment: datetime) -> str:
    """Return how an alert tells of a moment."""
    return f"{datetime.fromtimestamp(0, UTC) + (moment - BEGIN):%Y-%m-%d %H:%M:%S} +0000 UTC"


def replayed() -> Iterator[dict[str, str]]:
    """Yield every series of that winter, as aescan would have exported it."""
    state = State([story.target for story in STORIES], BEGIN, BUILD)
    values: dict[str, list[str]] = {}
    for number, moment in enumerate(HOURS):
        for story in STORIES:
            state.observe(story.observe(moment))
        state.judge_estate(POLICY, moment)
        state.finish_sweep(moment, 1.5)
        for sample in (sample for family in collect(state.snapshot()) for sample in family.samples):
            labels = {**sample.labels, "job": "aescan", "instance": "scanner:10722"}
            name = sample.name + "{" + ",".join(f'{key}="{text}"' for key, text in labels.items() if text) + "}"
            moved = BEGIN.timestamp() if name.partition("{")[0].endswith("_timestamp_seconds") else 0
            of_series = values.setdefault(name, [])
            of_series += ["_"] * (number - len(of_series)) + [repr(sample.value - moved)]
    yield {"series": 'up{job="aescan",instance="scanner:10722"}', "values": f"1x{len(HOURS)}"}
    for name, listed in values.items():
        runs = [(value, len([*run]) - 1) for value, run in groupby(listed)]
        yield {
            "series": name,
            "values": " ".join(f"_x{more + 1}" if one == "_" else f"{one}x{more}" for one, more in runs),
        }


def firing(begin: datetime, end: datetime) -> dict[str, object]:
    """Return what promtool is to find firing at each hour between two moments at which the diary changes."""
    hours = (end - begin) // HOUR
    of_them = f'ALERTS{{alertstate="firing",alertname!~"{CAUSES}"}}[{hours * 60 - 1}m]'
    names = [key for key, (first, last) in DIARY.items() if first <= begin < last]
    return {
        "expr": f"sum by (alertname, host) (count_over_time({of_them}))",
        "eval_time": since(end - HOUR),
        "exp_samples": [
            {"labels": f'{{alertname="Aescan{alert}"' + (f', host="{host}"' if host else "") + "}", "value": hours}
            for alert, host in names
        ],
    }


def expired(*stories: Story) -> dict[str, object]:
    """Return what promtool is to find told of these hosts in the hour after the cliff, with its date."""
    (rule,) = (alert for alert in alerts() if alert.name == "AescanCertificateExpired")
    own = {"aes_service": "dmcc", "port": "4722", "job": "aescan", "instance": "scanner:10722", "severity": "critical"}
    return {
        "eval_time": since(EXPIRED),
        "alertname": rule.name,
        "exp_alerts": [
            {
                "exp_labels": {**own, "host": story.host, "site": story.site, "target": story.target.name},
                "exp_annotations": {
                    **rule.annotations,
                    "summary": f"{story.host} port 4722 (dmcc): certificate expired on {told(CLIFF)}",
                },
            }
            for story in stories
        ],
    }


def test_the_cliff(tmp_path: Path) -> None:
    """Whoever acts in time is not called, whoever does not is called once, lost or not, until the day it is mended."""
    path = tmp_path / "cliff.test.yml"
    path.write_text(
        yaml.safe_dump(
            {
                "rule_files": [str(FOLDER / "aescan.rules.yml"), str(FOLDER / "aescan.alerts.yml")],
                "group_eval_order": [group["name"] for _, group in groups() if group["name"] != "aescan-as-blackbox"],
                "evaluation_interval": "1h",
                "tests": [
                    {
                        "interval": "1h",
                        "input_series": [*replayed()],
                        "promql_expr_test": [firing(*between) for between in pairwise(CHANGES)],
                        "alert_rule_test": [expired(*STORIES[2:5])],
                    }
                ],
            },
            width=1000,
        ),
        encoding="utf-8",
    )
    promtool = tool("promtool", "the Debian package prometheus")
    done = subprocess.run([promtool, "test", "rules", path], capture_output=True, text=True, check=False, timeout=300)

    assert done.returncode == 0, done.stdout[:4000] + done.stderr[:4000]
