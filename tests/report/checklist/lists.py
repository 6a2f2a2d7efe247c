"""Checklists to order."""

from aescan.findings.preflight import Item, Result
from aescan.report.checklist.model import Checklist
from tests.facts import NOW


def checklist(*results: tuple[Result, bool], host: str | None = "aes1.example.com", width: int = 80) -> Checklist:
    """Return a checklist of items with these results, binding or not."""
    items = tuple(
        Item(f"item{number}", f"Item {number}", result, "as\x1b seen", "OpenSSL, step 1" * binding, binding=binding)
        for number, (result, binding) in enumerate(results, 1)
    )
    return Checklist(files=("new.p12",), host=host, items=items, moment=NOW, version="1.2.3", width=width)
