"""A list survives being kept, and nothing is kept that is of no use here."""

import json
import zlib

import pytest

from aescan.errors import ConfigError
from aescan.inventory.kept import pack, unpack
from aescan.settings import document

JSON = b"""[
  {"targets": ["aes1:4722", "[2001:db8::1]:443"], "labels": {"site": "paris", "empty": "", "__meta_token": "s3cret"}},
  {"targets": ["aes2:443"], "labels": {"__meta_aescan_name": "two", "__param_password": "s3cret", "__meta_aescan_label_x": "y"}},
  {"targets": null}
]"""  # noqa: E501 (as servers write it)
YAML = (
    b"- targets: [aes1:4722]\n  labels: &all {site: paris, __meta_x: s3cret}\n- {targets: [aes2:443], labels: *all}\n"
)


def test_there_and_back() -> None:
    """Targets and labels come back as JSON; labels that mean nothing here are left out, whatever they hold."""
    packed = pack("sd", JSON)

    assert json.loads(unpack("sd", packed)) == [
        {"targets": ["aes1:4722", "[2001:db8::1]:443"], "labels": {"site": "paris"}},
        {"targets": ["aes2:443"], "labels": {"__meta_aescan_name": "two", "__meta_aescan_label_x": "y"}},
        {"targets": [], "labels": {}},
    ]
    assert b"s3cret" not in zlib.decompress(packed)


def test_yaml() -> None:
    """A list in YAML is kept as what it says."""
    assert json.loads(unpack("sd", pack("sd", YAML))) == [
        {"targets": ["aes1:4722"], "labels": {"site": "paris"}},
        {"targets": ["aes2:443"], "labels": {"site": "paris"}},
    ]


def test_an_empty_list() -> None:
    """No target is a list too."""
    assert unpack("sd", pack("sd", b"[]")) == b"[]"


def test_damage() -> None:
    """Bytes that are no packed list are told of."""
    with pytest.raises(ConfigError) as caught:
        unpack("sd", b"no zlib")

    assert caught.value.problems == (
        "sd: its last list cannot be read any more: Error -3 while decompressing data: incorrect header check",
    )


def test_a_bomb(monkeypatch: pytest.MonkeyPatch) -> None:
    """No more comes out than a file may have, and one byte, which whoever reads it refuses."""
    monkeypatch.setattr("aescan.inventory.kept.MOST_BYTES", 1000)

    assert document.MOST_BYTES > 1000
    assert len(unpack("sd", zlib.compress(bytes(100_000)))) == 1001
