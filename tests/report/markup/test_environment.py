"""Values in templates, and the assets beside them."""

import re
from base64 import b64decode
from datetime import timedelta
from hashlib import sha256
from html import unescape
from itertools import product

import jinja2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aescan.report.markup.environment import ICON, SCRIPT, STYLE, _environment, asset, bdi, digest, left, template
from aescan.text import printable
from tests.facts import NOW

ANY = st.text(st.characters(codec=None) | st.sampled_from("<>&\"'\x1b\u202e\ud800\n{}%"), max_size=30)
STANDINGS = "critical", "failed", "warning", "notice", "clean", "pending"


@given(ANY)
def test_values_are_text(text: str) -> None:
    """Whatever a value holds, it is escaped and printable, without the template's doing."""
    shown = _environment().from_string('<p title="{{ x }}">{{ x }}</p>').render(x=text)
    assert re.fullmatch(r'<p title="[^<>"]*">[^<>]*</p>', shown)
    assert shown.isprintable()
    assert unescape(shown).endswith(f">{printable(text)}</p>")


@given(ANY)
def test_isolated(text: str) -> None:
    """What strangers wrote is isolated from the direction around it, and no mark of theirs is left in it."""
    assert re.fullmatch(r"<bdi>[^<>]*</bdi>", bdi(text))
    assert bdi(text).isprintable()


def test_a_missing_value_is_an_error() -> None:
    """A template that asks for what is not there fails, rather than show an empty place."""
    with pytest.raises(jinja2.UndefinedError):
        _environment().from_string("{{ nothing }}").render()
    assert _environment().from_string("{{ x }}").render(x=None) == ""


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (timedelta(days=800), "in 2 years"),
        (timedelta(days=21, hours=1), "in 21 days"),
        (timedelta(days=1), "in 1 day"),
        (timedelta(hours=23), "within a day"),
        (timedelta(hours=-1), "ended today"),
        (timedelta(days=-3), "ended 3 days ago"),
        (timedelta(days=-3000), "ended 8 years ago"),
    ],
)
def test_left(days: timedelta, words: str) -> None:
    """How far away an end is, as people say it."""
    assert left(NOW + days, NOW) == words


def test_templates_are_compiled_once() -> None:
    """The same template is the same object."""
    assert template("report.html") is template("report.html")


@pytest.mark.parametrize("name", [STYLE, SCRIPT])
def test_digests(name: str) -> None:
    """The digest is that of the asset, and nothing in it could end its element or load anything."""
    assert b64decode(digest(name)[8:-1]) == sha256(asset(name).encode()).digest()
    assert "</" not in asset(name)
    assert not re.search(r"https?:|@import|url\((?!#)|eval|innerHTML", asset(name))
    assert asset(ICON).startswith("<svg ")


def _colours() -> list[dict[str, str]]:
    """Return the colours of the light and of the dark theme."""
    light, dark = asset(STYLE).split("@media (prefers-color-scheme: dark)")
    return [dict(re.findall(r"--(\w+): (#[0-9a-f]{6})", part)) for part in (light, dark)]


def _luminance(colour: str) -> float:
    """Return the relative luminance (WCAG 2.2)."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: str, other: str) -> float:
    """Return the contrast ratio (WCAG 2.2)."""
    dark, light = sorted(map(_luminance, (one, other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("colours", _colours(), ids=["light", "dark"])
def test_contrast(colours: dict[str, str]) -> None:
    """Every text is readable on every ground (WCAG 2.2, 1.4.3: 4.5 to 1), every bar visible (1.4.11: 3 to 1)."""
    for text, ground in product(("text", "quiet", "link", *STANDINGS), ("ground", "raised")):
        assert _contrast(colours[text], colours[ground]) >= 4.5, (text, ground)
    for part in "bar", "focus", "cut":
        other = "ground" if part != "cut" else "critical"
        assert _contrast(colours[part], colours[other]) >= 3, part
