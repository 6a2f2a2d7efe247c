"""Formats that the command knows beyond those of the report's own room."""

import os
import socket
from pathlib import Path

from aescan.cli import main


def test_textfile(tmp_path: Path) -> None:
    """The metrics of a sweep go into a file that another user's node_exporter may read, whatever the umask."""
    path = tmp_path / "aescan.prom"
    former = os.umask(0o077)
    try:
        with socket.socket() as bound:
            bound.bind(("127.0.0.1", 0))
            name = f"127.0.0.1:{bound.getsockname()[1]}"
            assert main(["--once", name, "--format", "textfile", "--output", str(path)]) == 3
    finally:
        os.umask(former)

    assert f'\naescan_probe_success{{target="{name}"}} 0.0\n' in path.read_text(encoding="utf-8")
    assert path.stat().st_mode & 0o777 == 0o644
