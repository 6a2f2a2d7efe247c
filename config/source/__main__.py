"""
Write the schemas for editors to ``config``; ``make schemas`` runs this.

The files are committed, and a test holds them against what this writes: who changes one by hand changes nothing.
"""

import json
from typing import Any

from config.source.schemas import SCHEMAS, made


def encoded(data: dict[str, Any]) -> str:
    """Return a schema as its file has it."""
    return json.dumps(data, indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    for schema in SCHEMAS:
        schema.path.write_text(encoded(made(schema)), encoding="utf-8")
