"""
What reading an inventory costs: ``python -m benchmarks.inventories TARGETS``.

Writes an inventory of that many hosts in each format that is meant for many, every host with a port, two labels that
repeat and one of its own, reads each as ``aescan --check-config`` does, and prints one line of JSON: the seconds of CPU
of each. The files are in a folder of their own, which is removed.
"""

import json
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from time import process_time
from typing import Final

from aescan.inventory.load import load_inventory
from aescan.settings.model import Settings

SITES: Final = 40
OWNERS: Final = 7


def _hosts(number: int) -> Iterator[tuple[str, dict[str, str]]]:
    for each in range(number):
        labels = {"site": f"site{each % SITES}", "owner": f"owner{each % OWNERS}", "asset": f"A{each:06}"}
        yield f"aes{each}.bench.example", labels


def _csv(number: int) -> str:
    rows = [f"{host},4722,{','.join(labels.values())}" for host, labels in _hosts(number)]
    return "\n".join(["host,port,labels.site,labels.owner,labels.asset", *rows])


def _jsonl(number: int) -> str:
    return "\n".join(json.dumps({"host": host, "ports": [4722], "labels": labels}) for host, labels in _hosts(number))


def _groups(number: int) -> str:
    return json.dumps([{"targets": [f"{host}:4722"], "labels": labels} for host, labels in _hosts(number)])


FORMATS: Final = {"csv": _csv, "jsonl": _jsonl, "json": _groups}
"""By the extension of the file."""


def main() -> None:
    """Measure."""
    number = int(sys.argv[1])
    figures = {}
    with tempfile.TemporaryDirectory() as name:
        for extension, write in FORMATS.items():
            path = Path(name, f"targets.{extension}")
            path.write_text(write(number), encoding="utf-8")
            began = process_time()
            targets = load_inventory(path, Settings())
            figures[extension] = process_time() - began
            if len(targets) != number:
                raise SystemExit(f"{path} came to {len(targets)} targets")
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
