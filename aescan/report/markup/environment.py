"""
Templates that cannot be fooled: whatever a certificate, a server or an inventory wrote is text on the page.

Every value is made printable (no control, bidirectional or invisible characters) and escaped by the environment
itself, so no template can forget it; what strangers wrote stands in ``bdi``, so that a name in Arabic or Hebrew turns
nothing around it. A value that is missing is an error, not an empty place.
"""

from base64 import b64encode
from datetime import datetime
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Final

import jinja2
from markupsafe import Markup

from aescan.report import rungs
from aescan.report.causes import ADVICE, counted
from aescan.report.json import pem
from aescan.report.markup.entries import WORDS
from aescan.report.model import days_left, iso
from aescan.text import printable

LONGEST: Final = 4096
"""Characters of any value: longer than any sentence of ours."""

_YEAR: Final = 365
"""Days."""

STYLE: Final = "style.css"
SCRIPT: Final = "report.js"
ICON: Final = "icon.svg"


@cache
def template(name: str) -> jinja2.Template:
    """Return the template of that name, compiled once."""
    return _environment().get_template(name)


@cache
def asset(name: str) -> str:
    """Return the style sheet, the script or the icon."""
    return files("aescan.report.markup").joinpath("templates", name).read_text(encoding="utf-8")


@cache
def digest(name: str) -> str:
    """Return the source expression that lets exactly this asset into a page (CSP 3, section 2.3.1)."""
    return f"'sha256-{b64encode(sha256(asset(name).encode()).digest()).decode()}'"


@cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("aescan.report.markup"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.filters |= {"day": day, "moment": moment, "left": left, "bdi": bdi, "iso": iso}
    environment.globals |= {
        "counted": counted,
        "pem": _pem,
        "advice": ADVICE,
        "rungs": rungs.lines,
        "words": WORDS,
        "inline": _inline,
    }
    return environment


def _shown(value: object) -> object:
    """Make what an expression came to fit to show; None is nothing."""
    if isinstance(value, Markup):
        return value
    return "" if value is None else printable(str(value), LONGEST)


def bdi(value: object) -> Markup:
    """Return text of a stranger, isolated from the direction of what stands around it."""
    return Markup("<bdi>{}</bdi>").format(_shown(value))


def day(value: datetime) -> Markup:
    """Return the day of a moment, which stands beside it for programs."""
    return Markup('<time datetime="{}">{:%Y-%m-%d}</time>').format(iso(value), value)


def moment(value: datetime) -> Markup:
    """Return a moment to the second."""
    return Markup('<time datetime="{}">{:%Y-%m-%d %H:%M:%S} UTC</time>').format(iso(value), value)


def left(end: datetime, now: datetime) -> str:
    """Return how far away an end is, in words."""
    days = days_left(end, now)
    if days < 0:
        return f"ended {_span(-days)} ago" if end.date() != now.date() else "ended today"
    return f"in {_span(days)}" if days else "within a day"


def _span(days: int) -> str:
    return counted(days // _YEAR, "year") if days >= 2 * _YEAR else counted(days, "day")


def _pem(der: bytes) -> Markup:
    return Markup(pem(der))  # noqa: S704 - Base64 and two lines of ours


def _inline(name: str) -> Markup:
    return Markup(asset(name))  # noqa: S704 - a file of ours
