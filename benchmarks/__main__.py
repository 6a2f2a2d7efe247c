"""
How fast, side by side with what: ``python -m benchmarks``.

Every row asks the same endpoints on loopback for their chain, in a process of its own, and is judged by the CPU that
this process used, user and system. All rows take turns, several rounds; a figure is the median of its rounds, a ratio
the median of the ratios within each round. See README.md.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from aescan.settings.model import Settings
from benchmarks.client import FIRST_ADDRESS
from benchmarks.material import HELLO, make
from benchmarks.servers import HERE, compiled, handshaking, replaying
from benchmarks.stages import Step, stages

LONGEST: Final = 120
"""Seconds that one row may take before something is wrong."""
MOST_BESIDE_BARE: Final = 3.0
MOST_BESIDE_HANDSHAKE: Final = 0.2


@dataclass(frozen=True, slots=True)
class Row:
    """One way to get the chains; ``real`` rows finish handshakes, fewer, with a real TLS server."""

    name: str
    title: str
    real: bool = False


BARE: Final = Row("bare", "bare C epoll loop")
PIPELINE: Final = Row("pipeline", "aescan, whole pipeline, uvloop")
HANDSHAKE: Final = Row("handshake", "asyncio + ssl handshake", real=True)
ROWS: Final = (
    BARE,
    PIPELINE,
    Row("capture", "aescan, capture alone, uvloop"),
    Row("pipeline-asyncio", "aescan, whole pipeline, stock asyncio"),
    HANDSHAKE,
    Row("handshake-uvloop", "asyncio + ssl handshake, uvloop", real=True),
)
RATIOS: Final = ((PIPELINE, BARE, MOST_BESIDE_BARE), (PIPELINE, HANDSHAKE, MOST_BESIDE_HANDSHAKE))

Figures = dict[str, list[float]]
"""Microseconds of CPU per endpoint by the name of the row, one for each round."""


def measure(arguments: argparse.Namespace, folder: Path) -> Figures:
    """Run every row in every round."""
    figures: Figures = {}
    bare = compiled("bare")
    with replaying(folder) as replay_port, handshaking(folder) as tls_port:
        for number in range(arguments.rounds):
            for row in ROWS:
                if row is BARE and bare is None:
                    continue
                print(f"round {number + 1} of {arguments.rounds}: {row.title} …", file=sys.stderr)
                endpoints = arguments.handshakes if row.real else arguments.endpoints
                parts = [str(tls_port if row.real else replay_port), str(endpoints), str(arguments.concurrency)]
                if row is BARE:
                    command = [str(bare), *parts, str(FIRST_ADDRESS), str(folder / HELLO)]
                else:
                    command = [sys.executable, "-m", "benchmarks.client", row.name, *parts]
                figures.setdefault(row.name, []).append(_cpu(command, endpoints))
    return figures


def _cpu(command: list[str], endpoints: int) -> float:
    done = subprocess.run(command, cwd=HERE.parent, stdout=subprocess.PIPE, timeout=LONGEST, check=True)
    result = json.loads(done.stdout)
    if result["captured"] != endpoints:
        raise SystemExit(
            f"{command[0]}: {result['captured']} chains of {endpoints} endpoints; is the machine too busy?"
        )
    return float(result["cpu"]) / endpoints * 1e6


def ratios(figures: Figures) -> Iterable[tuple[str, float, float]]:
    """Yield what is compared, the median of the ratios, and the most that it may be."""
    for over, under, most in RATIOS:
        if under.name in figures:
            pairs = zip(figures[over.name], figures[under.name], strict=True)
            yield f"{over.title} / {under.title}", statistics.median(one / other for one, other in pairs), most


def show(figures: Figures, steps: Iterable[Step]) -> None:
    """Print the tables."""
    print("\nCPU of the own process per endpoint      median      least       most   µs")
    for row in ROWS:
        if row.name in figures:
            of = figures[row.name]
            print(f"{row.title:40}{statistics.median(of):8.1f}{min(of):11.1f}{max(of):11.1f}")
        else:
            print(f"{row.title:40}no C compiler (cc) found")
    print()
    for title, ratio, most in ratios(figures):
        print(f"{title:66}{ratio:6.2f}{_verdict(ratio, most)}")
    print("\nsteps by themselves, warm                              least   µs")
    for step in steps:
        print(f"{step.title:50}{step.microseconds:10.2f}{_verdict(step.microseconds, step.most)}")


def _verdict(figure: float, most: float | None) -> str:
    return "" if most is None else f"   limit {most}{'' if figure <= most else '   MISSED'}"


def main() -> None:
    """Measure, and print tables or JSON."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--endpoints", type=int, default=20_000, help="endpoints of each row (default: %(default)s)")
    parser.add_argument("--handshakes", type=int, help="of each row with whole handshakes (default: a tenth of that)")
    parser.add_argument("--rounds", type=int, default=3, help="times each row runs (default: %(default)s)")
    parser.add_argument("--concurrency", type=int, default=Settings().concurrency, help="default: %(default)s")
    parser.add_argument("--json", action="store_true", help="print all figures as JSON")
    arguments = parser.parse_args()
    arguments.handshakes = arguments.handshakes or max(arguments.endpoints // 10, 1)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        make(folder)
        figures, steps = measure(arguments, folder), list(stages(folder))
    if arguments.json:
        compared = [{"ratio": title, "value": value, "limit": most} for title, value, most in ratios(figures)]
        print(
            json.dumps({"cpu_microseconds": figures, "ratios": compared, "steps": [step._asdict() for step in steps]})
        )
    else:
        show(figures, steps)


if __name__ == "__main__":
    main()
