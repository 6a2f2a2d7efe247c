"""
Faults that the process under test brings about in itself: code that Python runs in it before anything else.

It is the exporter as people run it but for what that code changes; files tell it when.
"""

from pathlib import Path


def injected(folder: Path, code: str) -> dict[str, str]:
    """Return the environment of a process that runs this code when it starts, by way of ``sitecustomize``."""
    place = folder / "injected"
    place.mkdir()
    (place / "sitecustomize.py").write_text(code, encoding="utf-8")
    return {"PYTHONPATH": str(place)}
