"""``python -m stack`` as an operator runs it: addresses, a page, a Ctrl-C, and nothing left."""

import os
import re
import signal
import socket
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

import pytest

from stack import __main__ as stack
from stack.configuration import ADDRESSES
from stack.parts import INSTALL, NAMES, found
from stack.processes import StackError
from tests.ports import reserved
from tests.processes import PATIENCE
from tests.tools import tool

ANY_PORT = [word for part in stack.PARTS for word in ("--port", f"{part}=0")]
COMMAND = [sys.executable, "-m", "stack"]


@pytest.fixture(autouse=True)
def _programs() -> None:
    tool("prometheus", "the Debian package prometheus")
    tool("prometheus-alertmanager", "the Debian package prometheus-alertmanager")


def children(process: int) -> list[int]:
    """Return the ids of a process's children."""
    return [int(one) for one in Path(f"/proc/{process}/task/{process}/children").read_text(encoding="ascii").split()]


def alive(process: int) -> bool:
    """Whether there is a process of that id."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="children are read from /proc")
def test_a_run(tmp_path: Path) -> None:
    """It tells where everything is, prints pages of expired certificates, and a Ctrl-C leaves nothing behind."""
    environment = os.environ | {"TMPDIR": str(tmp_path)}
    with ExitStack() as held:
        ports = [word for part in stack.PARTS for word in ("--port", f"{part}={held.enter_context(reserved())}")]
        command = [*COMMAND, "--hurry", *ports]
        run = held.enter_context(subprocess.Popen(command, stdout=subprocess.PIPE, env=environment, text=True))
        assert run.stdout is not None
        try:
            said = ""
            for line in run.stdout:
                said += line
                if "certificate expired on 2018-01-06" in line:
                    break
            started = children(run.pid)
            run.send_signal(signal.SIGINT)
            said += run.stdout.read()
            assert run.wait(PATIENCE) == 0, said
        finally:
            run.kill()

    assert len(started) == 3
    assert not [child for child in started if alive(child)]
    assert list(tmp_path.iterdir()) == []
    assert re.search(r"^  Prometheus +http://127\.0\.0\.1:\d+/alerts +which alerts fire$", said, re.MULTILINE)
    assert re.search(r"^\d\d:\d\d:\d\d pager: host aes\d+\.lab\.example, site \w+$", said, re.MULTILINE)
    assert "  FIRING critical AescanCertificateExpired, see docs/runbooks/AescanCertificateExpired.md" in said
    assert said.endswith("stopped: nothing is left of it\n")


def test_a_part_that_fails(tmp_path: Path) -> None:
    """What it said is told, the others are ended, and the status is 1."""
    inventory = tmp_path / "inventory.yml"
    inventory.write_text("hosts: [aes1.example.com]\nhost: []\n", encoding="utf-8")
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    command = [*COMMAND, *ANY_PORT, "--inventory", str(inventory)]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, timeout=PATIENCE * 3,
        env=os.environ | {"TMPDIR": str(temporary)},
    )  # fmt: skip

    assert done.returncode == 1
    assert done.stderr.startswith("stack: aescan ended by itself with status 2; its log ends:\n    aescan: ")
    assert f"{inventory}:2:1: " in done.stderr
    assert list(temporary.iterdir()) == []


def test_a_port_that_was_asked_for_and_is_taken(capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing is started, and it is told which and what to do."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        assert stack.main(["--port", f"prometheus={port}"]) == 2
    assert (
        capsys.readouterr().err
        == f"stack: port {port} for prometheus is taken; name another, or prometheus=0 for one that is free\n"
    )


def test_a_usual_port_that_is_taken(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Another is taken in its place, which is told."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        monkeypatch.setitem(ADDRESSES, "aescan", f"127.0.0.1:{port}")
        other = stack._addresses({})["aescan"].rpartition(":")[2]

    assert other != str(port)
    assert f"port {port} is taken: aescan listens on {other} instead\n" in capsys.readouterr().out


@pytest.mark.parametrize("text", ["prometheus", "prometheus=", "grafana=3000", "aescan=70000", "aescan=-1"])
def test_a_port_that_is_none(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    """It is told what is expected."""
    with pytest.raises(SystemExit):
        stack.main(["--port", text])
    assert f"{text}: expected PART=PORT, such as prometheus=9190" in capsys.readouterr().err


def test_programs_that_are_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    """All that are missing are named, with how to get them."""
    monkeypatch.setenv("PATH", "")
    names = ", ".join(" or ".join(one) for one in NAMES.values())

    with pytest.raises(StackError, match=f"^{re.escape(f'not on PATH: {names}. {INSTALL}')}$"):
        found()
