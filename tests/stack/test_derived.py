"""What is made of the samples is committed as it is made."""

from pathlib import Path

import pytest
import yaml

from stack.configuration import ADDRESSES, SAMPLES, relocated
from stack.derived import derived

NAMES = {part: f"{part}:{address.rpartition(':')[2]}" for part, address in ADDRESSES.items()}
LABS = {"dns_sd_configs", "relabel_configs"}


@pytest.mark.parametrize(("path", "text"), list(derived()), ids=lambda one: one.name if isinstance(one, Path) else "")
def test_files_are_up_to_date(path: Path, text: str) -> None:
    """To change one, change the sample and run make samples."""
    assert path.read_text(encoding="utf-8") == text


@pytest.mark.parametrize("source", ["prometheus/prometheus.yml", "alertmanager/alertmanager.yml"])
def test_only_addresses_differ(source: str) -> None:
    """Containers run what operators load, at the addresses of services; and Prometheus looks for the lab."""
    sample = yaml.safe_load((SAMPLES / source).read_text(encoding="utf-8"))
    made = yaml.safe_load((SAMPLES / "compose" / Path(source).name).read_text(encoding="utf-8"))
    for job in made.get("scrape_configs", ()):
        for key in LABS:
            del job[key]

    assert made == relocated(sample, NAMES)
    assert "127.0.0.1" not in str(made)
