"""The sample settings show every key with its default."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import BaseModel

from aescan.settings.clock import ClockEntry
from aescan.settings.events import EventsEntry
from aescan.settings.load import HistoryEntry, PolicyEntry, SettingsFile, load_settings
from aescan.settings.sources import FileSource
from aescan.settings.thresholds import ThresholdsEntry

SAMPLE = Path(__file__).parents[2] / "config" / "aescan.yml"


def test_the_sample_holds_the_defaults() -> None:
    """Running on the sample is running without settings, except that it names the sample inventory."""
    sample = load_settings(SAMPLE)

    assert sample.inventory == (FileSource(SAMPLE.parent / "inventory.yml"),)
    assert replace(sample, inventory=()) == load_settings(None)


@pytest.mark.parametrize("model", [SettingsFile, HistoryEntry, PolicyEntry, ThresholdsEntry, ClockEntry, EventsEntry])
def test_the_sample_shows_every_key(model: type[BaseModel]) -> None:
    """A key without a default stands in a comment."""
    shown = set(re.findall(r"^ *(?:# )?([a-z_]+):", SAMPLE.read_text(encoding="utf-8"), re.MULTILINE))

    assert set(model.model_fields) <= shown
