"""Entries for a site's own catalogue, and that they do what they say when they are used."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aescan.certificates.facts import Certificate
from aescan.findings.avaya import classify
from aescan.observation import Observation
from aescan.report.learned import LONGEST_EXPRESSION, render
from aescan.report.model import Report
from aescan.settings.load import load_settings
from aescan.settings.patterns import LONGEST_REGEX, load_patterns
from aescan.settings.policy import CertificatePattern, Policy
from tests.facts import INTERMEDIATE, LEAF, ROOT, evidence, failed, name, seen, target
from tests.report.estate import HOSTILE_LEAF, NOTICE_LEAF, REPORT, UNREADABLE_LEAF, report

ANY = st.text(st.characters(codec=None) | st.sampled_from("\x1b\u202e\ud800\n'\"\\:#{}[]&*!|>%@` "), max_size=30)
OTHER = replace(LEAF, fingerprint_sha256="5f" * 32, public_key_sha256="a5" * 32)


def learned(of: Report) -> str:
    """Return the whole file."""
    return "".join(render(of))


def loaded(text: str, folder: Path) -> tuple[CertificatePattern, ...]:
    """Return the patterns of a file with this text."""
    path = folder / "catalogue.yml"
    path.write_text(text, encoding="utf-8")
    return load_patterns(path)


def known(patterns: tuple[CertificatePattern, ...], *certificates: Certificate) -> str | None:
    """Return the name of the pattern that a chain of these certificates matches."""
    found = classify(evidence(*certificates, policy=Policy(patterns=patterns)))
    return None if found is None else found.name


def test_an_entry() -> None:
    """Every certificate once, with where it was seen; what would match more is a comment."""
    both = seen(target("aes1.example.com", 443, "oam"), LEAF, INTERMEDIATE), seen(target(), LEAF, INTERMEDIATE)
    assert (
        learned(report(*both, failed(target("aes2.example.com"))))
        == """\
# Certificates that aescan 0.1.0 saw on 2026-11-23: entries for your own catalogue. Keep those that you know, in a file
# that the settings name under certificate_patterns; aescan/data/avaya_certificates.yml says what each key means.
# For each, check meaning (default: a product's own, not for production; system_manager: your own System Manager's CA)
# and say in product what presents it.
patterns:

  # subject  CN=aes1.example.com,O=Example,C=US
  # issuer   CN=Example Issuing CA,O=Example,C=US
  # valid    2026-08-15 to 2027-08-15
  - name: learned-1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f
    meaning: default
    product: "presented by aes1.example.com:443, aes1.example.com:4722"
    fingerprint_sha256: ["1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f"]
    public_key_sha256: ["a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1"]
    # every certificate by this key of CN=Example Issuing CA,O=Example,C=US, written above instead:
    # public_key_sha256: ["a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2"]
    # every certificate whose issuer has this name; names prove nothing:
    # issuer: {C: "US", O: "Example", CN: "Example Issuing CA"}
    source: "presented by aes1.example.com:443, aes1.example.com:4722 on 2026-11-23"
    confidence: sourced
# not seen: aes2.example.com:4722: refused: connection refused
"""
    )


def test_round_trip_through_the_settings(tmp_path: Path) -> None:
    """A file of entries, named in the settings, makes the certificate known and no other of its issuer."""
    (tmp_path / "catalogue.yml").write_text(learned(report(seen())), encoding="utf-8")
    (tmp_path / "aescan.yml").write_text("certificate_patterns: catalogue.yml\n", encoding="utf-8")
    policy = load_settings(tmp_path / "aescan.yml").policy

    assert known(policy.patterns, LEAF, INTERMEDIATE) == "learned-1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f"
    assert (
        known(policy.patterns, replace(LEAF, fingerprint_sha256="5f" * 32))
        == "learned-1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f"
    )
    assert known(policy.patterns, OTHER, INTERMEDIATE) is None
    assert len(policy.patterns) == 1 + len(load_settings(None).policy.patterns)


@pytest.mark.parametrize("comment", ["issuer", "public_key_sha256"])
def test_what_stands_in_comments_works(comment: str, tmp_path: Path) -> None:
    """Taken in, the issuer's name or key makes every certificate of that issuer known."""
    text = learned(report(seen(target(), LEAF, INTERMEDIATE)))
    if comment == "public_key_sha256":
        text = re.sub("^    public_key_sha256.*\n", "", text, flags=re.MULTILINE)
    patterns = loaded(text.replace(f"    # {comment}:", f"    {comment}:"), tmp_path)

    assert known(patterns, OTHER, INTERMEDIATE) == "learned-1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f"


def test_an_expression_matches_its_name_alone(tmp_path: Path) -> None:
    """What means something in a regular expression is taken literally."""
    odd = name(("O", "Example (Europe) Inc. + [x]"), ("CN", "a|b*"))
    text = learned(report(seen(target(), replace(LEAF, issuer=odd)))).replace("    # issuer:", "    issuer:")
    patterns = loaded(text, tmp_path)

    assert known(patterns, replace(OTHER, issuer=odd)) == "learned-1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f"
    assert known(patterns, replace(OTHER, issuer=name(("O", "Example (Europe) Inc. + [x]"), ("CN", "a")))) is None
    assert LONGEST_EXPRESSION == LONGEST_REGEX


@pytest.mark.parametrize(
    ("leaf", "has", "lacks"),
    [
        (replace(LEAF, issuer=None), "  # issuer   (unreadable)\n", "# issuer:"),
        (UNREADABLE_LEAF, "  # valid    (unreadable) to (unreadable)\n", "public_key_sha256"),
        (NOTICE_LEAF, "  # issuer   itself\n", "by this key of"),
        (replace(LEAF, issuer=name(("CN", "a\x1bb"))), "  # issuer   CN=a\\x1bb\n", "# issuer:"),
        (replace(LEAF, issuer=name(("2.5.4.97", "x"))), "  # issuer   2.5.4.97=x\n", "# issuer:"),
        (replace(LEAF, issuer=name(("CN", "x" * 201), ("O", ""))), "  # issuer   O=,CN=xxx", "# issuer:"),
    ],
)
def test_what_is_not_known_is_left_out(leaf: Certificate, has: str, lacks: str, tmp_path: Path) -> None:
    """An entry holds no more than was read, and is sound all the same."""
    text = learned(report(seen(target(), leaf)))

    assert has in text
    assert lacks not in text
    assert len(loaded(text, tmp_path)) == 1


def test_the_estate(tmp_path: Path) -> None:
    """Each certificate of a whole estate has one entry; a lab and what was not seen are told."""
    kept = tuple(one for one in REPORT.observations if one.target.port != 5061)  # whose fingerprints begin alike
    text = learned(replace(REPORT, observations=kept))
    patterns = loaded(text, tmp_path)

    assert len(patterns) == 8
    assert known(patterns, replace(HOSTILE_LEAF, public_key_sha256="a9" * 32)) == f"learned-{'d2' * 16}"
    assert text.count("# not seen: ") == 4
    assert "# SIMULATED: these certificates are a lab's" in text


def test_many_targets() -> None:
    """Of many targets with one certificate the first are named."""
    many = [seen(target(f"aes{number:02}.example.com"), LEAF) for number in range(10)]
    assert 'aes07.example.com:4722 and 2 more on 2026-11-23"' in learned(report(*many))


def test_nothing_seen(tmp_path: Path) -> None:
    """A file without an entry is sound."""
    assert loaded(learned(report(failed())), tmp_path) == ()


@given(subject=ANY, issuer=ANY, of=ANY)
def test_text_of_strangers_says_nothing_in_the_file(
    tmp_path_factory: pytest.TempPathFactory, subject: str, issuer: str, of: str
) -> None:
    """Whatever a certificate or an inventory holds, the file is sound and its lines stay lines."""
    leaf = replace(LEAF, subject=name(("CN", subject)), issuer=name(("CN", issuer), ("O", "x")))
    observation: Observation = seen(replace(target(), name=of), leaf, INTERMEDIATE, ROOT)
    text = learned(report(observation, failed(replace(target(), name=of + "2"), detail=subject)))
    folder = tmp_path_factory.mktemp("learned")

    for written in text, text.replace("    # issuer:", "    issuer:"):
        (pattern,) = loaded(written, folder)
        assert known((pattern,), leaf, INTERMEDIATE) == "learned-1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f"
    assert text.count("\n") == len(text.splitlines())
