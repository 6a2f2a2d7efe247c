"""
Random damage to recorded input, for some time: ``python -m fuzz --seconds 60 [target …]``.

The time is shared out evenly among the targets. Each runs under atheris where that is installed, which looks for inputs
that reach new code, and else over random ones. Exit status 1 and the input in hex where a promise is broken; with
``--replay`` that hex is read from standard input and tried once more.
"""

import argparse
import importlib.util
import re
import secrets
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Sequence
from pathlib import Path
from random import Random
from types import FrameType
from typing import Final

from fuzz.inputs import LONGEST_INPUT, inputs
from fuzz.targets import TARGETS, Target

LONGEST_EXECUTION: Final = 10
"""Seconds that one input may take: nothing here needs a tenth of one, so more is a hang."""


class TookTooLong(BaseException):
    """One input was not done with in time; no Exception, because decoders bear those."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Fuzz the targets asked for, all by default; return the exit status."""
    parser = argparse.ArgumentParser(prog="fuzz", description="hold the decoders to their promises")
    parser.add_argument("targets", nargs="*", metavar="target", help=f"which ones: {', '.join(TARGETS)}")
    parser.add_argument("--seconds", type=float, default=60.0, help="how long in all")
    parser.add_argument("--seed", type=int, default=secrets.randbits(32), help="repeats a run without atheris")
    parser.add_argument("--random", action="store_true", help="do without atheris")
    parser.add_argument("--replay", action="store_true", help="try one input, in hex on standard input")
    asked = parser.parse_args(arguments)
    if unknown := [name for name in asked.targets if name not in TARGETS]:
        parser.error(f"there is no target {', '.join(unknown)}; there are {', '.join(TARGETS)}")
    targets = [TARGETS[name] for name in asked.targets or TARGETS]
    if asked.replay:
        data = bytes.fromhex(sys.stdin.read())
        return max(not held(target, data) for target in targets)
    seconds = asked.seconds / len(targets)
    if not asked.random and importlib.util.find_spec("atheris"):
        return max(guided(target, seconds) for target in targets)
    print(f"random inputs, seed {asked.seed}", flush=True)
    return max(fuzz(target, Random(asked.seed), seconds) for target in targets)


def fuzz(target: Target, random: Random, seconds: float) -> int:
    """Try inputs for so many seconds; return 1 where one broke the promise, after saying which, else 0."""
    start, count = time.monotonic(), 0
    for data in inputs(target.seeds(), random):
        count += 1
        if not held(target, data):
            return 1
        if time.monotonic() - start >= seconds:
            break
    print(f"{target.name:<16}{count:>10,} executions in {time.monotonic() - start:.1f} s", flush=True)
    return 0


def held(target: Target, data: bytes) -> bool:
    """Return whether the promise holds for these bytes, and say so where it does not."""
    previous = signal.signal(signal.SIGALRM, _too_long)
    signal.alarm(LONGEST_EXECUTION)
    try:
        target.hold(data)
    except (Exception, TookTooLong):  # noqa: BLE001 - whatever it is, it breaks the promise
        print(
            f"{target.name}: broken promise: {target.promise}\n{traceback.format_exc()}input: {data.hex()}", flush=True
        )
        return False
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, previous)
    return True


def guided(target: Target, seconds: float) -> int:
    """Run one target under atheris, in a process of its own because it never comes back; return 1 or 0."""
    with tempfile.TemporaryDirectory() as folder:
        corpus, broken = Path(folder, "corpus"), Path(folder, "broken")
        corpus.mkdir()
        broken.mkdir()
        for number, data in enumerate(target.seeds()):
            (corpus / f"{number}").write_bytes(data)
        options = {
            "max_total_time": max(1, round(seconds)),  # 0 would be for ever
            "timeout": LONGEST_EXECUTION,
            "max_len": LONGEST_INPUT,
            "print_final_stats": 1,
            "artifact_prefix": f"{broken}/",
        }
        libfuzzer = (*(f"-{option}={value}" for option, value in options.items()), str(corpus))
        command = (sys.executable, "-m", "fuzz.guided", target.name, *libfuzzer)
        run = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
        said = run.stdout.decode(errors="replace")
        executions = re.search(r"number_of_executed_units: *(\d+)", said)
        if run.returncode == 0 and executions:
            print(f"{target.name:<16}{int(executions[1]):>10,} executions under atheris", flush=True)
            return 0
        inputs_told = "\n".join(f"input: {found.read_bytes().hex()}" for found in sorted(broken.iterdir()))
        print(f"{target.name}: broken promise: {target.promise}\n{said}{inputs_told}", flush=True)
        return 1


def _too_long(_: int, __: FrameType | None) -> None:
    raise TookTooLong(f"not done after {LONGEST_EXECUTION} seconds")


if __name__ == "__main__":
    sys.exit(main())
