"""The inventory is replaced by garbage in a running exporter: the last one is scanned on until there is a good one."""

import os
import re
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.faults.injected import injected
from tests.processes import Exporter, exporter, metrics, sweep_again, value

REFUSED = "\naescan_config_last_reload_successful 0.0\n"
TAKEN_UP = "\naescan_config_last_reload_successful 1.0\n"
PROBLEM = r'msg="problem of the configuration" problem="(.*?)"'
HUNDRED_MEGABYTES = 100 * 1024**2


def holding(content: bytes) -> Callable[[Path], object]:
    """Return what puts this into a file."""
    return lambda path: path.write_bytes(content)


def of_zeros(path: Path) -> None:
    """Make a file of a hundred megabytes."""
    with path.open("wb") as file:
        file.truncate(HUNDRED_MEGABYTES)


NESTED = "a: &a [x, x, x]\n" + "".join(
    f"{chr(one + 1)}: &{chr(one + 1)} [{', '.join(f'*{chr(one)}' for _ in range(9))}]\n" for one in range(97, 110)
)
"""A billion values in 14 lines of YAML."""

GARBAGE = {
    "binary": (holding(bytes(range(256)) * 16), ":3:115: the byte 0x80 is not UTF-8"),
    "zeros": (holding(bytes(4096)), ":1:1: the character U+0000 cannot stand in a YAML file"),
    "no text": (holding(b"hosts:\n- \xff\xfe\n"), ":2:3: the byte 0xff is not UTF-8"),
    "empty": (holding(b""), ":1:1: the file is empty"),
    "half": (holding(b"hosts: [{host: 127.0.0.1, por"), ":1:9: this { is never closed, or a comma is missing after it"),
    "cut in a host": (
        holding(b"hosts:\n- host: 127.0.0.1\n  por"),
        ":3:3: this line is neither a key with its value nor a list item",
    ),
    "no hosts": (holding(b"hosts: []\n"), ":1:1: no hosts are listed"),
    "deep": (holding(b"[" * 100_000), ":1:21: lists and mappings stand more than 20 deep in each other"),
    "growing": (holding(NESTED.encode()), ":7:36: the file comes to more than 2,000,000 values, aliases written out"),
    "large": (of_zeros, ": the file is larger than 64 MiB; split it"),
    "a folder": (Path.mkdir, ": the file cannot be read: is a directory"),
    "a pipe": (os.mkfifo, ":1:1: the file is empty"),
    "unreadable": (lambda path: path.symlink_to(path), ": the file cannot be read: too many levels of symbolic links"),
    "nothing": (lambda path: None, ": there is no such file"),
}
"""By name: what puts it in the place of a file, and what is told of it."""


def write(inventory: Path, host: str) -> None:
    """Put a sound inventory of one host where there may be anything."""
    if inventory.is_dir():
        inventory.rmdir()
    sound = inventory.with_name("sound.yml")
    sound.write_text(f"hosts: [{{host: {host}, ports: [9]}}]\n", encoding="utf-8")
    sound.replace(inventory)


def probes(page: str) -> float:
    """Return how many probes there were since the start."""
    return value(page, "aescan_probes_total") or 0


def scanned_again(process: Exporter, host: str) -> str:
    """Return the page once there was another scan, and see that this host is the only target."""
    before = probes(metrics(process.port, ""))
    sweep_again(process)
    page = metrics(process.port, lambda page: probes(page) > before)
    assert re.findall(r'^aescan_probe_success\{target="(.*)"\}', page, re.MULTILINE) == [f"{host}:9"]
    return page


@pytest.fixture(scope="module")
def inventory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return where an inventory is."""
    path = tmp_path_factory.mktemp("garbage") / "inventory.yml"
    write(path, "127.0.0.1")
    return path


@pytest.fixture(scope="module")
def running(inventory: Path) -> Iterator[Exporter]:
    """Run the exporter with that inventory."""
    with exporter("--inventory", str(inventory)) as process:
        process.wait_for("(sweep finished)")
        yield process


@pytest.mark.parametrize("kind", GARBAGE)
def test_garbage(running: Exporter, inventory: Path, kind: str) -> None:
    """It is refused, and told in words and by a metric; the last targets are scanned on; a sound file is taken up."""
    garbage, told = GARBAGE[kind]
    write(inventory, "127.0.0.1")
    running.process.send_signal(signal.SIGHUP)
    running.wait_for("(configuration taken up)")
    inventory.unlink()
    garbage(inventory)
    running.process.send_signal(signal.SIGHUP)

    assert running.wait_for(PROBLEM) == f"{inventory}{told}"
    assert REFUSED in metrics(running.port, REFUSED)
    assert REFUSED in scanned_again(running, "127.0.0.1")

    write(inventory, "127.0.0.2")
    running.process.send_signal(signal.SIGHUP)
    running.wait_for("(configuration taken up)")
    metrics(running.port, TAKEN_UP)
    assert TAKEN_UP in scanned_again(running, "127.0.0.2")


def test_garbage_that_is_noticed_by_itself(tmp_path: Path) -> None:
    """So it is where files are watched: garbage, another garbage and its end are each found without being asked."""
    inventory = tmp_path / "inventory.yml"
    write(inventory, "127.0.0.1")
    often = injected(tmp_path, "import aescan.arguments\naescan.arguments.AUTO_RELOAD = 0.1\n")
    with exporter("--inventory", str(inventory), "--config.enable-auto-reload", environment=often) as process:
        process.wait_for("(sweep finished)")
        for kind in "half", "nothing":
            if kind == "nothing":
                inventory.unlink()
            else:  # at once, lest nothing is seen there in between
                garbage = tmp_path / "garbage"
                GARBAGE[kind][0](garbage)
                garbage.replace(inventory)
            assert process.wait_for(PROBLEM) == f"{inventory}{GARBAGE[kind][1]}"
            metrics(process.port, REFUSED)
            scanned_again(process, "127.0.0.1")
        write(inventory, "127.0.0.2")
        process.wait_for("(configuration taken up)")
        metrics(process.port, TAKEN_UP)
        scanned_again(process, "127.0.0.2")
