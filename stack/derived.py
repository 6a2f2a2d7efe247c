"""
What is made of the samples: ``config/compose`` for containers, ``config/kubernetes/prometheusrule.yml`` for Kubernetes.

``make samples`` runs this. The files are committed, and a test holds them against what this writes: who changes one by
hand changes nothing. The samples' own text is taken, so that their comments stay.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from stack.configuration import ADDRESSES, SAMPLES

MADE: Final = "# Made from config/{source} by make samples: change that one.\n"
RULE_FILES: Final = ("aescan.rules.yml", "aescan.alerts.yml")

LAB: Final = """\
    # The simulated estate, where the profile "lab" runs it.
    dns_sd_configs: [{names: [lab], type: A, port: 10722}]
    relabel_configs:
      - {source_labels: [__meta_dns_name], regex: (.+), target_label: instance, replacement: "$1:10722"}
"""

RULE: Final = """\
# For the Prometheus Operator: see servicemonitor.yml.
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata:
  name: aescan
  labels: {app.kubernetes.io/name: aescan}
spec:
  groups:
"""


def derived() -> Iterator[tuple[Path, str]]:
    """Yield each file and what is to be in it."""
    for source, more in (("prometheus/prometheus.yml", LAB), ("alertmanager/alertmanager.yml", "")):
        yield SAMPLES / "compose" / Path(source).name, MADE.format(source=source) + _in_containers(source) + more
    groups = "".join(_groups(SAMPLES / "prometheus" / name) for name in RULE_FILES)
    yield SAMPLES / "kubernetes" / "prometheusrule.yml", MADE.format(source="prometheus/*.yml") + RULE + groups


def _in_containers(source: str) -> str:
    """Return a sample with the names of services in the place of loopback's addresses."""
    text = (SAMPLES / source).read_text(encoding="utf-8")
    for part, address in ADDRESSES.items():
        text = text.replace(address, f"{part}:{address.rpartition(':')[2]}")
    return text


def _groups(path: Path) -> str:
    """Return the groups of a file of rules, two further in."""
    lines = path.read_text(encoding="utf-8").partition("\ngroups:\n")[2].splitlines(keepends=True)
    return "".join(f"  {line}" if line.strip() else line for line in lines)


if __name__ == "__main__":
    for path, text in derived():
        path.write_text(text, encoding="utf-8")
