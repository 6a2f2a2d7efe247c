"""Targets named on the command line need no file."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from aescan.errors import ConfigError
from aescan.inventory.arguments import targets_from_arguments
from aescan.inventory.model import Target
from aescan.settings.model import Settings
from aescan.settings.policy import Policy, Thresholds

SETTINGS = Settings()


def names(*arguments: str) -> list[str]:
    """Return the names of the targets."""
    return [target.name for target in targets_from_arguments(arguments, SETTINGS)]


@pytest.mark.parametrize(
    ("argument", "expected"),
    [
        ("aes1", [f"aes1:{port}" for port in (443, 8443, 4722, 1066, 9998, 4723)]),
        ("aes2.example.com:4722", ["aes2.example.com:4722"]),
        ("10.20.0.0/30:4722", ["10.20.0.1:4722", "10.20.0.2:4722"]),
        ("[2001:db8::1]:4722", ["[2001:db8::1]:4722"]),
        ("2001:db8::1", [f"[2001:db8::1]:{port}" for port in (443, 8443, 4722, 1066, 9998, 4723)]),
        ("[2001:db8::/127]:1", ["[2001:db8::]:1", "[2001:db8::1]:1"]),
    ],
)
def test_an_argument_stands_for_targets(argument: str, expected: list[str]) -> None:
    """Without a port it stands for the default services."""
    assert names(argument) == expected


def test_ranges_without_a_port_take_the_default_services() -> None:
    """Sixteen addresses of IPv6 and fourteen of IPv4, six ports each."""
    assert len(names("2001:db8::/124")) == 16 * 6
    assert len(names("10.20.0.0/28")) == 14 * 6


def test_a_target_has_the_settings_thresholds_and_its_service() -> None:
    """A port that the catalogue knows belongs to its service."""
    thresholds = Thresholds(notice=timedelta(days=90))
    settings = replace(SETTINGS, policy=Policy(thresholds=thresholds))

    assert targets_from_arguments(["aes1:4722"], settings) == (
        Target(
            name="aes1:4722",
            host="aes1",
            port=4722,
            service="dmcc",
            server_name="aes1",
            thresholds=thresholds,
            source="command line",
        ),
    )


def test_what_comes_twice_is_kept_once() -> None:
    """Ranges may overlap, as lists made by scripts do."""
    assert names("10.20.0.0/30:4722", "10.20.0.2:4722", "10.20.0.9:1") == [
        "10.20.0.1:4722",
        "10.20.0.2:4722",
        "10.20.0.9:1",
    ]


def test_a_sites_own_services_count(tmp_path: Path) -> None:
    """The catalogue named in the settings is used."""
    own = tmp_path / "services.yml"
    own.write_text(
        "services: [{key: dmcc, title: x, ports: [{port: 14722, tls: true, confidence: sourced, source: x}]}]"
    )

    (target,) = targets_from_arguments(["aes1:14722"], replace(SETTINGS, services=own))
    assert target.service == "dmcc"


def test_all_mistakes_are_told_at_once() -> None:
    """Each with the number of its argument."""
    with pytest.raises(ConfigError) as caught:
        names("aes1", "aes1:70000", "10.20.0.5/28", "10.0.0.0/8", "a\x1bb", "-")
    assert caught.value.problems == (
        "argument 2: aes1:70000: 70000 is not a port (1–65535)",
        (
            "argument 3: 10.20.0.5/28: 10.20.0.5/28 begins in the middle of a range; "
            "write 10.20.0.0/28 for the whole range"
        ),
        (
            "argument 4: 10.0.0.0/8: 10.0.0.0/8 with 6 ports comes to 100,663,284 targets; "
            "65,536 are the most of one entry; split the range, or scan fewer ports"
        ),
        "argument 5: a\\x1bb: a\\x1bb is neither a host name nor an address",
        "argument 6: -: - is neither a host name nor an address",
    )
