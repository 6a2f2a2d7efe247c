"""The command as its users run it."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest

from aescan import __version__
from aescan.cli import main
from aescan.findings.catalogue import rules
from aescan.lab.answers import Silent, Tls
from aescan.lab.contexts import TlsSettings, tls_context
from aescan.lab.servers import Server, serving
from tests import certs
from tests.processes import COMMAND, PATIENCE, exporter, metrics


@pytest.fixture
def port() -> Iterator[int]:
    """Run a TLS server with a certificate long expired, and give its port."""
    chain = certs.make_chain(2)
    with serving([Server("127.0.0.1", partial(Tls, context=tls_context(chain, TlsSettings())))]) as (number,):
        yield number


@contextmanager
def silence() -> Iterator[int]:
    """Run a server that accepts and says nothing."""
    with serving([Server("127.0.0.1", Silent)]) as (number,):
        yield number


def mistakes(arguments: Sequence[str], capsys: pytest.CaptureFixture[str]) -> str:
    """Run the command, expect status 2 and an empty standard output, and return what it says."""
    assert main(arguments) == 2
    output = capsys.readouterr()
    assert output.out == ""
    return output.err


def test_nothing_to_scan(capsys: pytest.CaptureFixture[str]) -> None:
    """Without a target the command says what it wants."""
    assert mistakes(["--once"], capsys) == (
        "aescan: nothing to scan: name targets, or give a file of them with --inventory; see aescan --help\n"
    )


def test_demo_brings_its_own_estate(capsys: pytest.CaptureFixture[str]) -> None:
    """The demo and targets of one's own exclude each other."""
    assert mistakes(["--demo", "--once", "aes1"], capsys) == (
        "aescan: --demo brings its own estate; name no targets and no inventory beside it\n"
    )


def test_all_mistakes_at_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Mistakes of files and arguments are told together, one after another."""
    inventory = tmp_path / "inventory.yml"
    inventory.write_text("hosts:\n  - host: aes1\n    ports: [70000]\n", encoding="utf-8")
    said = mistakes(["--once", "--inventory", str(inventory), "aes2:70000"], capsys)

    assert said == (
        f"aescan: {inventory}:3:13: hosts[0].ports[0]: 70000 is not a port (1–65535)\n"
        "        ports: [70000]\n"
        "                ^\n"
        "aescan: argument 1: aes2:70000: 70000 is not a port (1–65535)\n"
    )


def test_a_rule_that_is_none(capsys: pytest.CaptureFixture[str]) -> None:
    """A code that no rule has is a mistake."""
    assert mistakes(["--rules", "expird"], capsys) == (
        "aescan: --rules expird: no rule has that code; aescan --rules prints all\n"
    )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--timeout", "10"], "argument --timeout: '10' is not a length of time from 1s to 1h, such as 10s"),
        (["--concurrency", "0"], "argument --concurrency: '0' is not a number from 1 to 1000000"),
        (
            ["--web.listen-address", "localhost"],
            (
                "argument --web.listen-address: 'localhost' is not an address and a port, "
                'such as ":10722" or "[::1]:10722"'
            ),
        ),
    ],
)
def test_arguments_that_are_wrong(arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Each argument says what it takes."""
    with pytest.raises(SystemExit) as caught:
        main([*arguments, "--once", "aes1"])

    assert caught.value.code == 2
    assert capsys.readouterr().err.splitlines()[-1] == f"aescan: error: {said}"


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    """The version goes to standard output."""
    with pytest.raises(SystemExit) as caught:
        main(["--version"])

    assert (caught.value.code, capsys.readouterr().out) == (0, f"aescan {__version__}\n")


def test_rules(capsys: pytest.CaptureFixture[str]) -> None:
    """The manual holds every rule; with a code it is that rule's."""
    assert main(["--rules"]) == 0
    everything = capsys.readouterr().out
    assert main(["--rules", "expired"]) == 0
    one = capsys.readouterr().out

    assert all(f"{rule.code} ({rule.severity.label}): {rule.title}\n" in everything for rule in rules())
    assert one.startswith("expired (critical): Expired\n\n")
    assert one.strip() in everything


def test_clients(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Everything known of clients is printed, the site's own included."""
    (tmp_path / "clients.yml").write_text("clients: [{key: gate, title: Door opener}]\n", encoding="utf-8")
    settings = tmp_path / "aescan.yml"
    settings.write_text("client_profiles: clients.yml\n", encoding="utf-8")

    assert main(["--clients", "--config.file", str(settings)]) == 0
    said = capsys.readouterr().out
    assert said.startswith("jtapi: Avaya's JTAPI client 5.2 to 6.2 as it comes\n")
    assert "\n\n\ngate: Door opener\nservices: all\n" in said
    assert "\n\n\nafter upgrade_7: an upgrade to AE Services 7.0 or later" in said


def test_learn(port: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The certificate of a server becomes an entry that a scan with it recognises; findings do not matter."""
    catalogue, settings = tmp_path / "catalogue.yml", tmp_path / "aescan.yml"
    settings.write_text("certificate_patterns: catalogue.yml\n", encoding="utf-8")
    assert main(["--learn", f"127.0.0.1:{port}", "--output", str(catalogue)]) == 0
    assert main(["--once", f"127.0.0.1:{port}", "--config.file", str(settings), "--quiet"]) == 1

    assert "matches pattern learned-" in capsys.readouterr().out


def test_formats_of_the_other_document(capsys: pytest.CaptureFixture[str]) -> None:
    """A format that only the report has is a mistake in a plan, told before anything is scanned."""
    assert mistakes(["--plan", "--format", "csv", "192.0.2.1"], capsys) == (
        "aescan: --format csv: the plan has no such format; there are html, json, markdown, text\n"
    )


def test_plan(port: int, tmp_path: Path) -> None:
    """A scan becomes a plan, with the exit status of the report."""
    page = tmp_path / "plan.md"
    assert main(["--plan", f"127.0.0.1:{port}", "--format", "markdown", "--output", str(page)]) == 0

    said = page.read_text(encoding="utf-8")
    assert said.startswith("# Work on AE Services certificates\n")
    assert "## Once: Put a server certificate of your own in place\n" in said
    assert "\n## 127.0.0.1: " in said
    assert "- [ ] Import the CA certificate, and every CA above it up to the root" in said


def test_check_config(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Sound files are counted and nothing is scanned."""
    inventory = tmp_path / "inventory.yml"
    inventory.write_text("hosts: ['aes1.example.com:4722', 'aes2.example.com:4722']\n", encoding="utf-8")

    assert main(["--check-config", "--inventory", str(inventory)]) == 0
    assert capsys.readouterr().out == "settings and inventory are sound: 2 targets\n"


def test_once(port: int, capsys: pytest.CaptureFixture[str]) -> None:
    """A target on the command line becomes a row of the report."""
    status = main(["--once", f"127.0.0.1:{port}", "--format", "json", "--fail-on", "notice", "--concurrency", "5"])
    report = json.loads(capsys.readouterr().out)
    (target,) = report["targets"]

    assert status == 1
    assert (target["target"], target["status"]) == (f"127.0.0.1:{port}", "seen")
    assert [finding["code"] for finding in target["findings"]] == ["name_mismatch"]


def test_once_with_protocols(port: int, capsys: pytest.CaptureFixture[str]) -> None:
    """Asked for on the command line, every target says which versions it accepts."""
    assert main(["--once", f"127.0.0.1:{port}", "--protocols", "--format", "json"]) == 0
    (target,) = json.loads(capsys.readouterr().out)["targets"]
    accepted = {one["version"] for one in target["tls"]["protocols"] if one["supported"]}

    assert accepted == {"TLS 1.2", "TLS 1.3"}
    assert len(target["tls"]["protocols"]) == 6
    assert target["connections"] == 6


def test_once_by_files(port: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Settings name the inventory, and their timeout gives way to the argument's."""
    (tmp_path / "aescan.yml").write_text("inventory: inventory.yml\ntimeout: 5m\n", encoding="utf-8")
    (tmp_path / "inventory.yml").write_text(
        f"hosts:\n  - {{host: {certs.HOST}, address: 127.0.0.1, ports: [{port}]}}\n", encoding="utf-8"
    )
    status = main(["--once", "--config.file", str(tmp_path / "aescan.yml"), "--timeout", "10s", "--format", "csv"])

    assert status == 0
    assert capsys.readouterr().out.count("\r\n") == 2


def test_a_target_that_is_not_there(capsys: pytest.CaptureFixture[str]) -> None:
    """Status 3: nothing is known to be wrong, and not everything was seen."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        status = main(["--once", f"127.0.0.1:{bound.getsockname()[1]}", "--quiet"])

    assert status == 3
    assert "connection refused" in capsys.readouterr().out


def run(*arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    """Run the command as a process of its own, in an environment of its own."""
    environment = {"PATH": os.environ["PATH"], **environment}
    command = [*COMMAND, *arguments]
    return subprocess.run(
        command, capture_output=True, check=False, timeout=PATIENCE, encoding="utf-8", env=environment
    )


def test_demo() -> None:
    """The demo needs nothing, says that its estate is simulated, and finds what is wrong with it."""
    done = run("--demo", "--once")

    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout.count("SIMULATED") == 2
    assert "Default certificate of an Avaya product" in done.stdout
    assert "notice PSN004561u" in done.stdout


def test_a_terminal_without_the_characters() -> None:
    """A locale that lacks a character gets its escape, not a traceback."""
    done = run("--demo", "--once", PYTHONIOENCODING="ascii")

    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout.isascii()


def test_once_does_not_load_the_web_server() -> None:
    """A report does not pay for what only the exporter needs."""
    code = "import sys; from aescan.cli import main; main(['--once', '127.0.0.1:9']); print('aiohttp' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, timeout=PATIENCE)

    assert done.stdout.splitlines()[-1] == b"False"


def test_a_reader_that_has_seen_enough() -> None:
    """A closed pipe ends the command without a traceback."""
    with subprocess.Popen([*COMMAND, "--rules"], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()

        assert process.stderr.read() == b""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_prints_what_was_gathered(port: int, number: signal.Signals) -> None:
    """Ctrl-C in the middle: the report has what was seen, and says that it is not all."""
    with silence() as silent:
        targets = [f"127.0.0.1:{port}", f"127.0.0.1:{silent}"]
        # One at a time: when the silent one is asked, the other has answered.
        options = ("--concurrency", "1", "--format", "json", "--timeout", "1h")
        with subprocess.Popen([*COMMAND, "--once", *targets, *options], stdout=subprocess.PIPE) as process:
            wait_until_connected(silent)
            process.send_signal(number)
            output, _ = process.communicate(timeout=PATIENCE)

    report = json.loads(output)
    assert (process.returncode, report["complete"]) == (3, False)
    assert [target["target"] for target in report["targets"]] == [targets[0]]


def wait_until_connected(port: int) -> None:
    """Wait until somebody has a connection to that port of loopback established."""
    wanted = f"0100007F:{port:04X} "
    pause = threading.Event()
    for _ in range(int(PATIENCE * 50)):
        rows = Path("/proc/net/tcp").read_text(encoding="ascii").splitlines()
        if any(wanted in row and row.split()[3] == "01" and row.split()[2].startswith(wanted.strip()) for row in rows):
            return
        pause.wait(0.02)
    raise AssertionError("nobody connected")


def test_exporter(port: int) -> None:
    """The exporter sweeps, serves and ends with status 0 on SIGTERM."""
    with exporter(f"127.0.0.1:{port}") as serving_process:
        serving_process.wait_for('(sweep finished" targets=1)')
        page = metrics(serving_process.port, "aescan_sweep_timestamp_seconds ")
        serving_process.process.send_signal(signal.SIGTERM)

        assert serving_process.process.wait(PATIENCE) == 0

    assert f'aescan_probe_success{{target="127.0.0.1:{port}"}} 1.0' in page
    assert f'aescan_finding{{code="name_mismatch",severity="warning",target="127.0.0.1:{port}"}} 1.0' in page


def test_exporter_ends_in_the_middle_of_a_sweep() -> None:
    """A target that hangs, for an hour if it may, does not hold up the end."""
    with silence() as silent, exporter(f"127.0.0.1:{silent}", "--timeout", "1h") as serving_process:
        wait_until_connected(silent)
        serving_process.process.send_signal(signal.SIGTERM)

        assert serving_process.process.wait(PATIENCE) == 0


def test_exporter_reloads(tmp_path: Path, port: int) -> None:
    """A bad file keeps the inventory in force and says so; a good one takes its place."""
    inventory = tmp_path / "inventory.yml"
    inventory.write_text(f"hosts: [{{host: 127.0.0.1, name: first, ports: [{port}]}}]\n", encoding="utf-8")
    with exporter("--inventory", str(inventory)) as serving_process:
        serving_process.wait_for("(sweep finished)")
        inventory.write_text("hosts: [{host: 127.0.0.1, ports: [70000]}]\n", encoding="utf-8")
        serving_process.process.send_signal(signal.SIGHUP)
        serving_process.wait_for("(70000 is not a port)")
        refused = metrics(serving_process.port, "aescan_config_last_reload_successful 0.0")
        inventory.write_text(f"hosts: [{{host: 127.0.0.1, name: second, ports: [{port}]}}]\n", encoding="utf-8")
        serving_process.process.send_signal(signal.SIGHUP)
        taken_up = metrics(serving_process.port, f'aescan_probe_success{{target="second:{port}"}} 1.0')

    assert f'target="first:{port}"' in refused
    assert f'target="first:{port}"' not in taken_up
    assert "aescan_config_last_reload_successful 1.0" in taken_up


def test_exporter_of_the_demo() -> None:
    """The simulated estate can be served too."""
    with exporter("--demo") as serving_process:
        assert metrics(serving_process.port, 'code="avaya_default_certificate"')


def test_exporter_whose_port_is_taken() -> None:
    """A port in use is the operator's to fix."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        number = taken.getsockname()[1]
        done = run("127.0.0.1:9", "--web.listen-address", f"127.0.0.1:{number}")

    assert done.returncode == 2
    assert done.stderr.startswith(f"aescan: listening on 127.0.0.1:{number}: ")
