"""The command on a machine that allows little."""

import json
import socket
import subprocess
import sys

COMMAND = (sys.executable, "-m", "aescan")
PATIENCE = 60
WARNING = (
    'msg="fewer connections at once, the limit of open files is too low" usable=36 wanted=500'
    ' hint="raise it (ulimit -Hn, or LimitNOFILE= in systemd\'s unit), or set concurrency to 36"'
)


def test_few_open_files() -> None:
    """A low limit of open files bounds the connections at once and is told; every target has its row all the same."""
    with socket.socket() as unused:  # bound, but it does not listen
        unused.bind(("127.0.0.1", 0))
        targets = f"127.0.2.0/25:{unused.getsockname()[1]}"
        done = subprocess.run(
            ["sh", "-c", 'ulimit -n 100; exec "$@"', "sh", *COMMAND, "--once", targets, "--format", "json"],
            capture_output=True,
            check=False,
            timeout=PATIENCE,
            encoding="utf-8",
        )

    assert WARNING in done.stderr
    assert [target["reason"] for target in json.loads(done.stdout)["targets"]] == ["refused"] * 126
