"""What runs aescan on other people's machines: the systemd unit and the Dockerfile."""

import http.client
import re
import shlex
import ssl
import subprocess
import sys
from pathlib import Path

import pytest

from aescan.arguments import parser
from aescan.settings.model import Settings
from tests.certs import make_certificate
from tests.processes import COMMAND, LISTENING, PATIENCE, Exporter
from tests.tools import tool

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "config" / "systemd"
UNIT = FOLDER / "aescan.service"
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")


def instructions(name: str) -> list[str]:
    """Return the arguments of each instruction of that name in the Dockerfile."""
    return re.findall(rf"^{name} (.*)$", DOCKERFILE, re.MULTILINE)


def test_unit_is_hardened() -> None:
    """Systemd's own judgement: an exposure of at most 2.0, 10 being an unprotected service."""
    analyze = tool("systemd-analyze", "the Debian package systemd")
    ran = subprocess.run(
        [analyze, "security", "--offline=true", str(UNIT)], capture_output=True, text=True, check=False
    )
    found = re.search(r"Overall exposure level for aescan.service: ([\d.]+)", ran.stdout)
    assert found, ran.stderr
    assert float(found[1]) <= 2.0


def test_unit_starts_what_there_is() -> None:
    """The command of the unit parses, and a hanging process is noticed."""
    unit = dict(re.findall(r"^(\w+)=(.*)$", UNIT.read_text(encoding="utf-8"), re.MULTILINE))
    program, *arguments = shlex.split(unit["ExecStart"])
    assert Path(program).name == "aescan"
    assert str(parser().parse_args(arguments).config) == "/etc/aescan/aescan.yml"
    assert (unit["Type"], unit["WatchdogSec"]) == ("notify", "60s")


def settings_of(unit: Path) -> list[tuple[str, str]]:
    """Return the settings of a unit file, in order."""
    return re.findall(r"^(\w+)=(.*)$", unit.read_text(encoding="utf-8"), re.MULTILINE)


def test_socket_unit() -> None:
    """The socket is that of the default address, and the service beside it takes it."""
    socket, beside = settings_of(FOLDER / "aescan.socket"), settings_of(FOLDER / "aescan.service.d" / "socket.conf")
    port = Settings().listen_address.rpartition(":")[2]
    assert dict(socket)["ListenStream"] == port
    first, command = [value for name, value in beside if name == "ExecStart"]
    program, *arguments = shlex.split(command)
    found = parser().parse_args(arguments)
    assert (first, str(found.config), found.systemd_socket) == ("", "/etc/aescan/aescan.yml", True)
    assert program == shlex.split(dict(settings_of(UNIT))["ExecStart"])[0]


def test_units_are_ones(tmp_path: Path) -> None:
    """Systemd itself finds nothing to say about the units; the program is a stand-in."""
    analyze = tool("systemd-analyze", "the Debian package systemd")
    names = ("aescan.service", "aescan.socket", "aescan.service.d/socket.conf")
    for name in names:
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text((FOLDER / name).read_text(encoding="utf-8").replace("/opt/aescan/bin/aescan", sys.executable))
    command = [analyze, "verify", "--man=no", "--recursive-errors=no", *(str(tmp_path / name) for name in names[:2])]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stderr) == (0, "")


def test_unit_keeps_what_it_writes() -> None:
    """What the samples keep is where the service may write, and the metrics of the process are there."""
    unit = dict(settings_of(UNIT))
    sample = (ROOT / "config" / "aescan.yml").read_text(encoding="utf-8")
    kept = re.findall(r"# (?:path|file): (/\S+)", sample)
    assert len(kept) == 2
    assert all(path.startswith(f"/var/lib/{unit['StateDirectory']}/") for path in kept)
    assert unit["ProtectSystem"] == "strict"
    assert "ProcSubset" not in unit, "process_start_time_seconds comes from /proc/stat"


def test_read_only_root(tmp_path: Path) -> None:
    """The exporter needs no place to write to, behind TLS and with users either; nor any right."""
    alone = [tool("unshare", "the Debian package util-linux"), "--map-root-user", "--mount"]
    locked = [*alone, "sh", "-c", 'mount -o remount,bind,ro / && ! touch "$0" && exec "$@"', str(tmp_path / "written")]
    if subprocess.run([*locked, "true"], capture_output=True, check=False).returncode:
        pytest.skip("this system gives no mounts of its own (unshare --map-root-user --mount)")
    identity = make_certificate()
    (tmp_path / "web.pem").write_bytes(identity.pem)
    (tmp_path / "web.key").write_bytes(identity.key_pem)
    (tmp_path / "web.yml").write_text("tls_server_config: {cert_file: web.pem, key_file: web.key}")
    arguments = ["--web.config.file", str(tmp_path / "web.yml"), "127.0.0.1:1"]
    with subprocess.Popen(
        [*locked, *COMMAND, *LISTENING, *arguments], stderr=subprocess.PIPE, encoding="utf-8"
    ) as process:
        try:
            served = Exporter(process)
            served.wait_for("(sweep finished)")
            context = ssl.create_default_context(cadata=identity.pem.decode())
            context.check_hostname = False
            connection = http.client.HTTPSConnection("127.0.0.1", served.port, timeout=PATIENCE, context=context)
            connection.request("GET", "/metrics")
            page = connection.getresponse().read().decode()
            connection.close()
        finally:
            process.kill()
    assert "\nprocess_start_time_seconds " in page
    assert 'aescan_probe_failed{reason="refused"' in page
    assert not (tmp_path / "written").exists()


def test_image_has_what_it_copies() -> None:
    """Every file that the image is made of is there, and not ignored when the image is built."""
    sources = [word for line in instructions("COPY") if "--from" not in line for word in line.split()[:-1]]
    sent = (ROOT / ".dockerignore").read_text(encoding="utf-8").split()
    assert sources
    for source in sources:
        assert (ROOT / source).exists()
        assert f"!{source}" in sent


def test_image_runs_as_nobody() -> None:
    """The image ends as a user by number that is not root, and starts aescan with arguments that exist."""
    assert instructions("USER") == ["65532:65532"]
    (entry,), (command,) = instructions("ENTRYPOINT"), instructions("CMD")
    assert entry == '["/opt/aescan/bin/aescan"]'
    arguments = re.findall(r'"([^"]+)"', command)
    assert str(parser().parse_args(arguments).config) == "/etc/aescan/aescan.yml"


@pytest.mark.parametrize("instruction", ["EXPOSE", "HEALTHCHECK"])
def test_image_answers_where_aescan_listens(instruction: str) -> None:
    """Port and health check are those of the default."""
    port = Settings().listen_address.rpartition(":")[2]
    (line,) = instructions(instruction)
    assert re.search(rf"\b{port}\b", line)
