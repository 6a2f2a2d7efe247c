"""
What single arguments of the command mean: text in, a value out, or argparse's error, which says what was expected.

Nothing is opened or looked up here.
"""

import argparse
from datetime import timedelta
from typing import Final

from aescan.settings import duration
from aescan.settings.fields import HIGHEST_PORT
from aescan.settings.problems import Expected, Mistake

MOST: Final = 1_000_000
"""Connections at once that anybody may ask for."""


def seconds(text: str) -> float:
    """Return a length of time, ``10s``, in seconds."""
    try:
        return duration.parse(text, timedelta(seconds=1), timedelta(hours=1)).total_seconds()
    except (Expected, Mistake) as error:
        raise argparse.ArgumentTypeError(f"{text!r} is not a length of time from 1s to 1h, such as 10s") from error


def count(text: str) -> int:
    """Return a number of at least one."""
    if not text.isascii() or not text.isdecimal() or not 0 < int(text[:9]) <= MOST:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 1 to {MOST}")
    return int(text)


def listen(text: str) -> tuple[str, int]:
    """Return address and port of ``host:port``; the address is empty for all, and has no brackets."""
    host, _, port = text.rpartition(":")
    if not port.isascii() or not port.isdecimal() or int(port[:9]) > HIGHEST_PORT:
        raise argparse.ArgumentTypeError(f'{text!r} is not an address and a port, such as ":10722" or "[::1]:10722"')
    return host.removeprefix("[").removesuffix("]"), int(port)
