"""
The manifests are ones, by the schemas of Kubernetes, and belong together.

Those of the Prometheus Operator's own kinds are in no package; what they are made of is held here by hand.
"""

import re
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml

from aescan import __version__
from aescan.arguments import parser
from aescan.inventory.load import load_targets
from aescan.settings.load import load_settings
from tests.config.rules import ROOT

FOLDER = ROOT / "config" / "kubernetes"
MANIFESTS: dict[str, dict[str, Any]] = {
    path.stem: yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.yml"))
}
OPERATORS = {"servicemonitor", "prometheusrule"}
NAMED = {"app.kubernetes.io/name": "aescan"}
POD = MANIFESTS["deployment"]["spec"]["template"]["spec"]
(CONTAINER,) = POD["containers"]


@pytest.mark.parametrize("name", sorted(MANIFESTS.keys() - OPERATORS))
@pytest.mark.parametrize("version", ["1.27", "1.30", "1.34"])
def test_schemas(name: str, version: str) -> None:
    """Kubernetes knows every key of each manifest, in versions old and new."""
    kubernetes_validate.validate(MANIFESTS[name], version, strict=True)


def test_kinds() -> None:
    """There is all that a cluster needs, each under one name and label."""
    assert {manifest["kind"] for manifest in MANIFESTS.values()} == {
        "ConfigMap", "Deployment", "NetworkPolicy", "PersistentVolumeClaim", "PrometheusRule", "Service",
        "ServiceMonitor",
    }  # fmt: skip
    for manifest in MANIFESTS.values():
        assert manifest["metadata"] == {"name": "aescan", "labels": NAMED}


def test_what_is_selected_is_there() -> None:
    """Deployment, Service and NetworkPolicy select the pod, the ServiceMonitor the Service, and its port by name."""
    template = MANIFESTS["deployment"]["spec"]["template"]["metadata"]["labels"]
    selected = [
        MANIFESTS["deployment"]["spec"]["selector"]["matchLabels"],
        MANIFESTS["service"]["spec"]["selector"],
        MANIFESTS["networkpolicy"]["spec"]["podSelector"]["matchLabels"],
        MANIFESTS["servicemonitor"]["spec"]["selector"]["matchLabels"],
    ]

    assert all(one.items() <= template.items() for one in selected)
    ports = {port["name"]: port["containerPort"] for port in CONTAINER["ports"]}
    (served,) = MANIFESTS["service"]["spec"]["ports"]
    (scraped,) = MANIFESTS["servicemonitor"]["spec"]["endpoints"]
    (let_in,) = MANIFESTS["networkpolicy"]["spec"]["ingress"][0]["ports"]
    assert ports[served["targetPort"]] == served["port"] == 10722
    assert scraped["port"] == served["name"]
    assert let_in["port"] in ports
    assert {CONTAINER[probe]["httpGet"]["path"] for probe in ("livenessProbe", "readinessProbe")} == {
        "/-/healthy", "/-/ready",
    }  # fmt: skip
    assert all(CONTAINER[probe]["httpGet"]["port"] in ports for probe in ("livenessProbe", "readinessProbe"))


def test_least_privilege() -> None:
    """The pod is nobody, can become nobody else, writes its history alone, and has no token of the cluster."""
    assert POD["securityContext"]["runAsNonRoot"]
    assert f"USER {POD['securityContext']['runAsUser']}:" in (ROOT / "Dockerfile").read_text(encoding="utf-8")
    assert POD["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert not POD["automountServiceAccountToken"]
    assert CONTAINER["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert [one["mountPath"] for one in CONTAINER["volumeMounts"] if not one.get("readOnly")] == ["/var/lib/aescan"]


def test_arguments_and_configuration(tmp_path: Path) -> None:
    """The container's arguments parse; settings and inventory load as they are mounted, and name what is writable."""
    arguments = parser().parse_args(CONTAINER["args"])
    mounted = {one["name"]: Path(one["mountPath"]) for one in CONTAINER["volumeMounts"]}
    for name, text in MANIFESTS["configuration"]["data"].items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    settings = load_settings(tmp_path / arguments.config.name)

    assert CONTAINER["image"] == f"aescan:{__version__}"
    assert arguments.config.parent == mounted["configuration"]
    assert settings.history is not None
    assert settings.history.parent == mounted["history"]
    assert len(load_targets(settings, settings.inventory, ())) > 0
    volumes = {one["name"]: one for one in POD["volumes"]}
    assert volumes["configuration"]["configMap"]["name"] == MANIFESTS["configuration"]["metadata"]["name"]
    assert volumes["history"]["persistentVolumeClaim"]["claimName"] == MANIFESTS["storage"]["metadata"]["name"]


def test_a_new_pod_is_the_same_exporter() -> None:
    """Neither the instance nor any other label of what is scraped says which pod it was; the job is the alerts' own."""
    (scraped,) = MANIFESTS["servicemonitor"]["spec"]["endpoints"]
    replaced, dropped = scraped["relabelings"]

    assert scraped.keys() == {"port", "interval", "relabelings"}
    assert replaced == {"action": "replace", "targetLabel": "instance", "replacement": "aescan:10722"}
    assert dropped["action"] == "labeldrop"
    assert all(re.fullmatch(dropped["regex"], label) for label in ("pod", "container", "endpoint", "service"))
    assert not any(re.fullmatch(dropped["regex"], label) for label in ("job", "instance", "namespace", "__address__"))
    assert 'up{job="aescan"}' in (ROOT / "config/prometheus/aescan.alerts.yml").read_text(encoding="utf-8")
    assert MANIFESTS["service"]["metadata"]["name"] == "aescan"


def test_rules_are_those_of_the_files() -> None:
    """The PrometheusRule has every group of rules as Prometheus reads them from the files, and nothing else."""
    groups = [
        group
        for name in ("aescan.rules.yml", "aescan.alerts.yml")
        for group in yaml.safe_load((ROOT / "config/prometheus" / name).read_text(encoding="utf-8"))["groups"]
    ]

    assert MANIFESTS["prometheusrule"]["apiVersion"] == "monitoring.coreos.com/v1"
    assert MANIFESTS["prometheusrule"]["spec"] == {"groups": groups}
    known = {"record", "alert", "expr", "for", "keep_firing_for", "labels", "annotations"}
    assert all(group.keys() <= {"name", "interval", "rules"} for group in groups)
    assert all(rule.keys() <= known for group in groups for rule in group["rules"])
