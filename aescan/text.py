"""
Text from strangers made fit to show.

Any string comes in, from a certificate, a banner, a file; a string without control, format, bidirectional, private or
unassigned characters goes out, cut to a limit. What was dangerous stays visible as an escape, so nothing is silently
lost.
"""

from typing import Final

LONGEST: Final = 1024
"""Characters kept by default: longer than any name RFC 5280 appendix A.1 bounds, short enough for one table cell."""


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


def _escape(code: int) -> str:
    shown = f"{code:x}"
    for letter, digits in ("x", 2), ("u", 4):
        if len(shown) <= digits:
            return f"\\{letter}{shown:0>{digits}}"
    return f"\\U{shown:0>8}"
