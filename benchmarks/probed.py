"""
The command with a probe in its event loop: how long the loop is kept from its next turn.

``python -m benchmarks.probed ARGUMENT…`` is ``aescan ARGUMENT…``. At SIGUSR1 it writes one line of JSON to standard
output and begins anew: the milliseconds of the longest stop since the last time, by the clock and of our own doing, and
how many stops of our own took longer than ``LONG``.

The probe asks for a turn every millisecond. Of our own doing is of a stop no more than what this process, with all its
threads, used of the CPU meanwhile: on a busy machine the rest is the wait for a processor.
"""

import asyncio
import json
import signal
import sys
import time
from typing import Final

from aescan import cli

EVERY: Final = 0.001
LONG: Final = 0.05
"""Seconds."""


class Stops:
    """The stops of a loop."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._clock, self._cpu = time.perf_counter(), time.process_time()
        self._wall, self._own, self._long = 0.0, 0.0, 0

    def look(self) -> None:
        """Measure what lies between the last turn and this one."""
        clock, cpu = time.perf_counter(), time.process_time()
        wall = clock - self._clock - EVERY
        own = min(wall, cpu - self._cpu)
        self._wall, self._own = max(self._wall, wall), max(self._own, own)
        self._long += own > LONG
        self._clock, self._cpu = clock, cpu
        self._loop.call_later(EVERY, self.look)

    def tell(self) -> None:
        """Write down what was seen."""
        stops = {"wall": self._wall * 1000, "own": self._own * 1000, "long": self._long}
        print(json.dumps(stops), flush=True)
        self._wall, self._own, self._long = 0.0, 0.0, 0


def main() -> int:
    """Run the command on loops that are probed."""
    new_loop = cli._new_loop  # noqa: SLF001 - the very loop that is to be measured

    def probed() -> asyncio.AbstractEventLoop:
        loop = new_loop()
        stops = Stops(loop)
        loop.call_soon(stops.look)
        loop.add_signal_handler(signal.SIGUSR1, stops.tell)
        return loop

    cli._new_loop = probed  # noqa: SLF001
    return cli.main()


if __name__ == "__main__":
    sys.exit(main())
