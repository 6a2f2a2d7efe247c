"""Certificate patterns are read strictly, and a site's own come first."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from aescan.errors import ConfigError
from aescan.settings.patterns import combined, load_patterns, shipped_patterns
from aescan.settings.policy import CertificatePattern, Meaning

SOUND = """\
patterns:
  - name: example-root
    meaning: default
    product: Example
    issuer: {O: "example( inc\\\\.?)?", CN: root}
    source: >-
      a text
      of two lines
    confidence: unverified
"""


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def load(text: str) -> tuple[CertificatePattern, ...]:
    """Return the patterns of a file with this text."""
    path = Path("patterns.yml")
    path.write_text(text, encoding="utf-8")
    return load_patterns(path)


def test_a_pattern_is_read_whole() -> None:
    """Every key has its field; expressions ignore case."""
    digest = "0a" * 32
    (pattern,) = load(SOUND + f'    public_key_sha256: ["{digest}"]\n    fingerprint_sha256: ["{digest}"]\n')

    assert pattern == CertificatePattern(
        name="example-root",
        meaning=Meaning.DEFAULT,
        product="Example",
        source="a text of two lines",
        confidence="unverified",
        issuer=(
            ("O", re.compile(r"example( inc\.?)?", re.IGNORECASE)),
            ("CN", re.compile("root", re.IGNORECASE)),
        ),
        public_key_sha256=(digest,),
        fingerprint_sha256=(digest,),
    )


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        (
            "example-root",
            "Example Root",
            (
                "patterns.yml:2:11: patterns[0].name: Example Root is not a name of small letters, digits and dashes\n"
                "      - name: Example Root\n              ^"
            ),
        ),
        (
            "meaning: default",
            "meaning: defualt",
            (
                "patterns.yml:3:14: patterns[0].meaning: defualt is not one of default, system_manager\n"
                "        meaning: defualt\n                 ^\n    did you mean default?"
            ),
        ),
        (
            "confidence: unverified",
            "confidence: maybe",
            (
                "patterns.yml:9:17: patterns[0].confidence: maybe is not one of sourced, derived, unverified\n"
                "        confidence: maybe\n                    ^"
            ),
        ),
        (
            "CN: root",
            "CN: '('",
            "patterns.yml:5:43: patterns[0].issuer.CN: this is no regular expression: "
            "missing ), unterminated subpattern at position 0\n"
            "        issuer: {O: \"example( inc\\\\.?)?\", CN: '('}\n" + " " * 46 + "^",
        ),
        (
            "CN: root",
            "CN: '[[a]'",
            "patterns.yml:5:43: patterns[0].issuer.CN: this is no regular expression: "
            "Possible nested set at position 1\n"
            "        issuer: {O: \"example( inc\\\\.?)?\", CN: '[[a]'}\n" + " " * 46 + "^",
        ),
        (
            "CN: root",
            "CN: 12",
            'patterns.yml:5:43: patterns[0].issuer.CN: 12 means the number 12 in YAML; write "12" in quotes\n'
            '        issuer: {O: "example( inc\\\\.?)?", CN: 12}\n' + " " * 46 + "^",
        ),
        (
            "CN: root",
            "common name: root",
            "patterns.yml:5:39: patterns[0].issuer.common name: "
            "common name is not an attribute type such as CN, O or OU\n"
            '        issuer: {O: "example( inc\\\\.?)?", common name: root}\n' + " " * 42 + "^",
        ),
        (
            '    issuer: {O: "example( inc\\\\.?)?", CN: root}\n',
            "",
            (
                "patterns.yml:2:5: patterns[0]: the pattern matches nothing\n      - name: example-root\n        ^\n"
                "    give it issuer, public_key_sha256 or fingerprint_sha256"
            ),
        ),
        (
            '    issuer: {O: "example( inc\\\\.?)?", CN: root}\n',
            "    public_key_sha256: [AB]\n",
            "patterns.yml:5:25: patterns[0].public_key_sha256[0]: "
            "AB is not a SHA-256 digest of 64 digits and small letters a to f\n"
            "        public_key_sha256: [AB]\n" + " " * 28 + "^",
        ),
        (
            "    confidence: unverified\n",
            "    confidence: unverified\n    ends: 2027\n",
            'patterns.yml:10:11: patterns[0].ends: 2027 is not a moment in UTC, such as "2027-08-17T05:19:39Z"\n'
            "        ends: 2027\n" + " " * 14 + "^",
        ),
        (
            "    confidence: unverified\n",
            "",
            "patterns.yml:2:5: patterns[0]: the key confidence is missing\n      - name: example-root\n        ^",
        ),
    ],
)
def test_each_mistake_is_told(old: str, new: str, problem: str) -> None:
    """A pattern that could not match as meant never gets to a rule."""
    assert old in SOUND
    with pytest.raises(ConfigError) as caught:
        load(SOUND.replace(old, new))
    assert caught.value.problems == (problem,)


def test_an_expression_has_a_limit() -> None:
    """Nobody can check an expression of thousands of characters."""
    with pytest.raises(ConfigError) as caught:
        load(SOUND.replace("CN: root", f"CN: {'a' * 201}"))
    said = "patterns.yml:5:43: patterns[0].issuer.CN: the regular expression has 201 characters; 200 are the most"
    assert caught.value.problems[0].partition("\n")[0] == said


def test_a_name_is_used_once() -> None:
    """A finding names the pattern, so there must be one of that name."""
    with pytest.raises(ConfigError) as caught:
        load(SOUND + SOUND.removeprefix("patterns:\n"))
    assert caught.value.problems == (
        (
            "patterns.yml:10:11: patterns[1].name: "
            "example-root is the name of two patterns, first at patterns.yml:2:5\n"
            "      - name: example-root\n              ^"
        ),
    )


def test_a_sites_own_patterns_come_first_and_replace() -> None:
    """A shipped pattern of the same name is not tried at all."""
    first = load(SOUND)[0]
    second, third = replace(first, name="second"), replace(first, name="third")
    own = replace(first, name="second", product="mine")

    assert combined([own], [first, second, third]) == (own, first, third)


def test_the_shipped_patterns_are_sound() -> None:
    """The catalogue of the package loads; both meanings are in it, and the one end that is known."""
    assert {pattern.meaning for pattern in shipped_patterns()} == set(Meaning)
    assert {pattern.name: pattern.ends for pattern in shipped_patterns() if pattern.ends} == {
        "avaya-sip-product-ca": datetime(2027, 8, 17, 5, 19, 39, tzinfo=UTC)
    }
