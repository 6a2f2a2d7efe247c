"""A real Prometheus on loopback, with data of its own that go when it ends."""

import json
import re
import subprocess
import threading
import urllib.parse
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.ports import reserved
from tests.tools import tool

PATIENCE = 60.0
"""Seconds after which a test gives up: many times what any of this takes."""


class Prometheus:
    """Asks a running Prometheus."""

    def __init__(self, port: int) -> None:
        self._address = f"http://127.0.0.1:{port}"

    def _ask(self, path: str, arguments: Mapping[str, str]) -> Any:  # noqa: ANN401  JSON
        body = urllib.parse.urlencode(arguments).encode()
        with urllib.request.urlopen(f"{self._address}{path}", body, timeout=PATIENCE) as answer:  # noqa: S310  our own
            return json.load(answer)["data"]["result"]

    def rows(self, expr: str, moment: float | None = None) -> list[Any]:
        """Return the series that the expression has at a moment (Unix seconds), or now."""
        at = {} if moment is None else {"time": str(moment)}
        return list(self._ask("/api/v1/query", {"query": expr} | at))

    def course(self, expr: str, since: float, until: float, step: float) -> list[Any]:
        """Return the series that the expression has between these moments."""
        arguments = {"query": expr, "start": str(since), "end": str(until), "step": str(step)}
        return list(self._ask("/api/v1/query_range", arguments))

    def wait_for(self, expr: str) -> None:
        """Return when the expression has a series."""
        pause = threading.Event()
        for _ in range(int(PATIENCE * 10)):
            if self.rows(expr):
                return
            pause.wait(0.1)
        raise AssertionError(f"{expr} never had a series")


@contextmanager
def running_prometheus(
    folder: Path, *scraped: Mapping[str, object], rules: Sequence[Path] = ()
) -> Iterator[Prometheus]:
    """Run a Prometheus that scrapes these (each a ``scrape_config``) once a second until the block is left."""
    configuration = {
        "global": {"scrape_interval": "1s", "evaluation_interval": "1s"},
        "scrape_configs": scraped,
        "rule_files": [str(file) for file in rules],
    }
    (folder / "prometheus.yml").write_text(json.dumps(configuration), encoding="utf-8")  # JSON is YAML
    command = [
        tool("prometheus", "the Debian package prometheus"),
        "--config.file=prometheus.yml",
        "--storage.tsdb.path=tsdb",
    ]
    with (
        reserved() as port,
        subprocess.Popen(
            [*command, f"--web.listen-address=127.0.0.1:{port}"], cwd=folder, stderr=subprocess.PIPE, encoding="utf-8"
        ) as process,
    ):
        assert process.stderr is not None
        try:
            log: list[str] = []
            for line in process.stderr:
                log.append(line)
                if re.search("Server is ready", line):
                    break
            else:
                raise AssertionError(f"Prometheus did not start: {log}")
            drain = threading.Thread(target=process.stderr.read, daemon=True)  # a full pipe would hold it up
            drain.start()
            yield Prometheus(port)
        finally:
            process.kill()
            process.wait()
