"""The patterns that are shipped, read without the settings loader, so that the data itself is what is tested."""

import re
from datetime import datetime
from importlib.resources import files
from typing import Any

import yaml

from aescan.settings.policy import CertificatePattern, Meaning, Policy

ENTRIES: list[dict[str, Any]] = yaml.safe_load(files("aescan").joinpath("data/avaya_certificates.yml").read_text())[
    "patterns"
]

PATTERNS = tuple(
    CertificatePattern(
        name=entry["name"],
        meaning=Meaning(entry["meaning"]),
        product=entry["product"],
        source=entry["source"],
        confidence=entry["confidence"],
        issuer=tuple((kind, re.compile(text, re.IGNORECASE)) for kind, text in entry["issuer"].items()),
        public_key_sha256=tuple(entry["public_key_sha256"]),
        fingerprint_sha256=tuple(entry["fingerprint_sha256"]),
        ends=datetime.fromisoformat(entry["ends"]) if "ends" in entry else None,
    )
    for entry in ENTRIES
)

POLICY = Policy(patterns=PATTERNS)
