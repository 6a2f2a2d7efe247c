"""
Write the dashboards to ``grafana/dashboards``; ``make dashboards`` runs this.

The files are committed, and a test holds them against what this writes: who changes one by hand changes nothing.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from grafana.source.board import encoded
from grafana.source.estate import estate
from grafana.source.host import host
from grafana.source.itself import itself

FOLDER: Final = Path(__file__).parent.parent / "dashboards"


def dashboards() -> Iterator[tuple[Path, str]]:
    """Yield the file of each dashboard and what is to be in it."""
    for board in (estate(), host(), itself()):
        yield FOLDER / f"{board.uid}.json", encoded(board)


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for path, text in dashboards():
        path.write_text(text, encoding="utf-8")
