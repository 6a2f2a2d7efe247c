"""The stack in containers: by the specification's schema, and with everything that its parts need of each other."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from aescan import __version__
from aescan.arguments import parser
from aescan.settings.load import load_settings
from stack.configuration import ADDRESSES
from stack.receiver import PORT
from tests.config.rules import ROOT
from tests.tools import tool

FILE = ROOT / "config" / "compose.yml"
COMPOSE = yaml.safe_load(FILE.read_text(encoding="utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]


def mounts(service: str) -> dict[str, str]:
    """Return what a service has mounted, by the place in its container."""
    return {target: source for source, target, *_ in (one.split(":") for one in SERVICES[service].get("volumes", ()))}


def inside(service: str, path: str) -> Path:
    """Return the file of the repository that a service sees at this path."""
    place = max((target for target in mounts(service) if path.startswith(target)), key=len)
    return (FILE.parent / mounts(service)[place]).resolve() / path.removeprefix(place).lstrip("/")


def test_schema() -> None:
    """It is what the Compose specification describes."""
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", str(FILE)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)

    assert done.returncode == 0, done.stdout + done.stderr


def test_services() -> None:
    """The stack has its parts; the lab runs only where it is asked for."""
    assert set(SERVICES) == {"aescan", "lab", "prometheus", "alertmanager", "receiver", "grafana"}
    assert {name: service["profiles"] for name, service in SERVICES.items() if "profiles" in service} == {
        "lab": ["lab"]
    }


@pytest.mark.parametrize("name", SERVICES)
def test_images_are_pinned(name: str) -> None:
    """Each image has a version; aescan's is that of this aescan and is built here."""
    image = SERVICES[name]["image"]

    assert re.search(r":v?\d+\.\d+", image)
    if name in {"aescan", "lab"}:
        assert image == f"aescan:{__version__}"
        assert (FILE.parent / SERVICES[name]["build"]["context"] / "Dockerfile").exists()


@pytest.mark.parametrize("name", SERVICES)
def test_what_is_mounted_exists(name: str) -> None:
    """A path is one of the repository, mounted to be read only; anything else is a volume that is declared."""
    for one in SERVICES[name].get("volumes", ()):
        source, _, *mode = one.split(":")
        if source.startswith("."):
            assert (FILE.parent / source).exists(), source
            assert mode == ["ro"], one
        else:
            assert source in COMPOSE["volumes"]


def test_ports_are_of_this_machine() -> None:
    """Nothing is reached from elsewhere, for nothing asks for a password; each port may be chosen, none comes twice."""
    published = [port for service in SERVICES.values() for port in service.get("ports", ())]
    found = [re.fullmatch(r"127\.0\.0\.1:\$\{[A-Z]+_PORT:-(\d+)\}:\d+", port) for port in published]

    assert all(found)
    assert len({one[1] for one in found if one}) == len(published) == 5


@pytest.mark.parametrize("name", ["aescan", "lab", "receiver"])
def test_least_privilege(name: str) -> None:
    """What is made here writes nothing but its history, and can become nobody else."""
    service = SERVICES[name]

    assert (service["read_only"], service["cap_drop"]) == (True, ["ALL"])
    assert service["security_opt"] == ["no-new-privileges:true"]


@pytest.mark.parametrize("name", ["aescan", "lab"])
def test_arguments_of_aescan(name: str) -> None:
    """They parse, and the settings are the sample's, which load."""
    arguments = parser().parse_args(SERVICES[name]["command"])

    assert arguments.demo == (name == "lab")
    if not arguments.demo:
        load_settings(inside(name, str(arguments.config)))
        assert str(arguments.history_file.parent) in mounts(name)
        assert f"--chown=65532:65532 {arguments.history_file.parent}" in (ROOT / "Dockerfile").read_text()


def test_files_of_prometheus() -> None:
    """Prometheus finds its configuration and every file of rules; it asks and tells services of this file."""
    (option,) = [one for one in SERVICES["prometheus"]["command"] if one.startswith("--config.file=")]
    path = option.partition("=")[2]
    configuration = yaml.safe_load(inside("prometheus", path).read_text(encoding="utf-8"))

    for name in configuration["rule_files"]:
        assert inside("prometheus", str(Path(path).parent / name)).exists()
    (job,) = configuration["scrape_configs"]
    asked = [
        job["static_configs"][0]["targets"],
        configuration["alerting"]["alertmanagers"][0]["static_configs"][0]["targets"],
    ]
    assert asked == [["aescan:10722"], ["alertmanager:9093"]]
    assert job["dns_sd_configs"] == [{"names": ["lab"], "type": "A", "port": 10722}]
    assert {name.partition(":")[0] for names in asked for name in names} | {"lab"} <= set(SERVICES)


def test_files_of_the_alertmanager() -> None:
    """Its webhooks are those of the receiver, which needs nothing but the one file that is mounted."""
    (option,) = [one for one in SERVICES["alertmanager"]["command"] if one.startswith("--config.file=")]
    text = inside("alertmanager", option.partition("=")[2]).read_text(encoding="utf-8")

    assert set(re.findall(r"http://([^/]+)/", text)) == {f"receiver:{PORT}"}
    assert ADDRESSES["receiver"].endswith(f":{PORT}")
    program, path = SERVICES["receiver"]["command"]
    assert program == "python"
    assert inside("receiver", path) == ROOT / "stack" / "receiver.py"


def test_files_of_grafana() -> None:
    """Grafana is given the data source, and every dashboard where its provider looks for them."""
    source = yaml.safe_load(inside("grafana", "/etc/grafana/provisioning/datasources/aescan.yml").read_text())
    provider = yaml.safe_load(inside("grafana", "/etc/grafana/provisioning/dashboards/aescan.yml").read_text())
    (given,) = source["datasources"]
    (folder,) = {one["options"]["path"] for one in provider["providers"]}

    assert (given["type"], given["url"], given["isDefault"]) == ("prometheus", "http://prometheus:9090", True)
    assert inside("grafana", folder) == ROOT / "grafana" / "dashboards"
    home = SERVICES["grafana"]["environment"]["GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH"]
    assert inside("grafana", home).exists()


@pytest.mark.parametrize(
    ("program", "check", "name"),
    [
        ("promtool", ["check", "config", "--syntax-only"], "prometheus.yml"),
        ("amtool", ["check-config"], "alertmanager.yml"),
    ],
)
def test_configurations_are_sound(program: str, check: list[str], name: str) -> None:
    """Prometheus and the Alertmanager take them."""
    command = [tool(program, "the Debian package prometheus or prometheus-alertmanager"), *check, f"compose/{name}"]
    done = subprocess.run(command, cwd=FILE.parent, capture_output=True, text=True, check=False, timeout=60)

    assert done.returncode == 0, done.stdout + done.stderr
