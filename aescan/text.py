"""
Text from strangers made fit to show.

Any string comes in, from a certificate, a banner, a file; a string without control, format, bidirectional, private or
unassigned characters goes out, cut to a limit. What was dangerous stays visible as an escape, so nothing is silently
lost. What may be secret is veiled character by character, so that what points at a place still does.
"""

import re
from typing import Final

LONGEST: Final = 1024
"""Characters kept by default: longer than any name RFC 5280 appendix A.1 bounds, short enough for one table cell."""


_ADDRESS: Final = re.compile(r"""://([^\s"'<>]*@)?([^\s"'<>?#]*)([^\s"'<>]*)""")
"""Whom an address names, where it leads, and what it has behind that."""

_NAMED: Final = re.compile(
    r"""((?:password|passphrase|secret|token|credentials)["']?:\s*)("[^"]*"?|'[^']*'?|[^\s,}]+)"""
)
"""What a file says under a key of such a name."""


def printable(text: str, limit: int = LONGEST) -> str:
    r"""
    Return ``text`` with each unprintable character as ``\xNN``, ``\uNNNN`` or ``\UNNNNNNNN``.

    ``limit``, 1 or more, bounds the characters that come out; where something had to go, the last is an ellipsis.
    """
    if len(text) > limit:
        text = text[: limit - 1] + "…"
    if text.isprintable():
        return text
    shown = "".join(c if c.isprintable() else _escape(ord(c)) for c in text)
    return shown if len(shown) <= limit else shown[: limit - 1] + "…"


def veiled(text: str) -> str:
    """
    Return ``text`` with asterisks for what may be secret in it.

    That is what an address has before its ``@`` and behind its ``?``, and what stands under a key such as ``password``.
    """
    text = _ADDRESS.sub(_veil, text)
    return _NAMED.sub(lambda found: found[1] + "*" * len(found[2]), text)


def _veil(address: re.Match[str]) -> str:
    who, where, rest = address.groups("")
    return f"://{'*' * (len(who) - 1)}{who[-1:]}{where}{rest[:1]}{'*' * (len(rest) - 1)}"


def _escape(code: int) -> str:
    shown = f"{code:x}"
    for letter, digits in ("x", 2), ("u", 4):
        if len(shown) <= digits:
            return f"\\{letter}{shown:0>{digits}}"
    return f"\\U{shown:0>8}"
