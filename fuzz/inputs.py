"""
Inputs without end: a corpus first, then the corpus with random damage.

Seeds and a source of randomness come in; bytes go out, the same for the same source.
"""

from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from random import Random
from typing import Final

LONGEST_INPUT: Final = 65_536
"""Bytes: past every length that two bytes hold, short enough to be tried many times a second."""
MOST_CHANGES: Final = 8
"""To one input: few, because one that is damaged all over is refused at its first byte."""
FRONT: Final = 120
"""Bytes, where headers and lengths stand: half of all changes happen there."""
LONGEST_CHANGE: Final = 40
"""Bytes that one change takes away or puts in."""
TELLING: Final = (b"\x00", b"\x01", b"\x7f", b"\x80", b"\xff", b"\xff\xff", b"\x00\x00", b"\xff\xff\xff", b"\x80\x00")
"""Where numbers and lengths turn over."""

Change = Callable[[Random, bytes, int, bytes], bytes]
"""Damage to bytes at a place; the last argument is another seed."""


def _turn(random: Random, data: bytes, place: int, _: bytes) -> bytes:
    bit = 1 << random.randrange(8)
    return data[:place] + bytes(byte ^ bit for byte in data[place : place + 1]) + data[place + 1 :]


def _overwrite(random: Random, data: bytes, place: int, _: bytes) -> bytes:
    told = random.choice(TELLING)
    return data[:place] + told + data[place + len(told) :]


def _insert(random: Random, data: bytes, place: int, _: bytes) -> bytes:
    return data[:place] + random.randbytes(random.randint(1, 4)) + data[place:]


def _remove(random: Random, data: bytes, place: int, _: bytes) -> bytes:
    return data[:place] + data[place + random.randint(1, LONGEST_CHANGE) :]


def _repeat(random: Random, data: bytes, place: int, _: bytes) -> bytes:
    end = place + random.randint(1, LONGEST_CHANGE)
    return data[:place] + data[place:end] * random.choice((2, 3, 600)) + data[end:]


def _splice(random: Random, data: bytes, place: int, other: bytes) -> bytes:
    start = random.randint(0, len(other))
    return data[:place] + other[start : start + random.choice((LONGEST_CHANGE, len(other)))] + data[place:]


def _end(_: Random, data: bytes, place: int, __: bytes) -> bytes:
    return data[:place]


CHANGES: Final[tuple[Change, ...]] = (_turn, _turn, _overwrite, _overwrite, _insert, _remove, _repeat, _splice, _end)
"""Those that leave most of an input as it was stand twice."""


def inputs(seeds: Iterable[bytes], random: Random) -> Iterator[bytes]:
    """Yield the seeds, then damaged ones for ever."""
    corpus = [b"", *seeds]
    return chain(corpus, _damaged(corpus, random))


def _damaged(corpus: list[bytes], random: Random) -> Iterator[bytes]:
    while True:
        data = random.choice(corpus)
        for _ in range(random.randint(1, MOST_CHANGES)):
            place = random.randint(0, min(len(data), random.choice((FRONT, LONGEST_INPUT))))
            data = random.choice(CHANGES)(random, data, place, random.choice(corpus))[:LONGEST_INPUT]
        yield data
