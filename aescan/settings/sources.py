"""
The key ``inventory`` of the settings: where the targets come from.

Each entry is a path, or a mapping that says more of it. What the file says comes in, frozen plain data goes out, with
paths resolved from the folder of the settings; nothing is read or asked here.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Final

from pydantic import BeforeValidator, Field, model_validator

from aescan.settings.fields import PathText, one_of
from aescan.settings.labels import Labels
from aescan.settings.problems import Expected, Wants
from aescan.settings.validation import Entry


class Format(StrEnum):
    """What a file of targets is written in."""

    YAML = "yaml"
    CSV = "csv"
    JSONL = "jsonl"
    FILE_SD = "file_sd"


_BY_EXTENSION: Final = {
    ".csv": Format.CSV,
    ".jsonl": Format.JSONL,
    ".ndjson": Format.JSONL,
    ".json": Format.FILE_SD,
}


@dataclass(frozen=True, slots=True)
class FileSource:
    """
    A file of targets.

    ``format``
        What it is written in; None to go by the name of the file.
    ``labels``
        Of every target in it that says nothing else.
    """

    path: Path
    format: Format | None = None
    labels: Mapping[str, str] = field(default_factory=dict)

    @property
    def written_in(self) -> Format:
        """What it is written in: YAML where the name does not tell another."""
        return self.format or _BY_EXTENSION.get(self.path.suffix.lower(), Format.YAML)


class SourceEntry(Entry):
    """One entry; a plain path stands for the file there."""

    file: PathText
    format: Annotated[str, one_of(tuple(Format))] = ""
    labels: Labels = Field(default_factory=dict)

    @model_validator(mode="before")
    @classmethod
    def _plain(cls, written: Any) -> object:  # noqa: ANN401 (whatever the file says)
        return written if isinstance(written, dict) else {"file": written}

    def source(self, folder: Path) -> FileSource:
        """Return the entry as plain data."""
        return FileSource(folder / self.file, Format(self.format) if self.format else None, self.labels)


def _one_or_more(written: object) -> object:
    if isinstance(written, tuple):
        return written
    if isinstance(written, str | dict):
        return (written,)
    raise Expected("a path, or a list of paths", Wants.TEXT)


_SHAPE = PathText | SourceEntry

Sources = Annotated[
    tuple[SourceEntry, ...], BeforeValidator(_one_or_more, json_schema_input_type=_SHAPE | tuple[_SHAPE, ...])
]
