"""
How fast, side by side with what: ``python -m benchmarks``.

Every row asks the same endpoints on loopback for their chain, in a process of its own, and is judged by the CPU that
this process used, user and system. All rows take turns, several rounds; a figure is the median of its rounds, a ratio
the median of the ratios within each round. See README.md.
"""

import argparse
import contextlib
import json
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NamedTuple

from aescan.settings.model import Settings
from benchmarks import asked, serving
from benchmarks.client import FIRST_ADDRESS
from benchmarks.material import FLIGHT, HELLO, SILENCE, make
from benchmarks.servers import HERE, compiled, handshaking, replaying, swallowing
from benchmarks.stages import Step, stages

LONGEST: Final = 120
"""Seconds that one row may take before something is wrong."""
IN_FLIGHT: Final = 10_000
"""Connections at once, for their memory."""
MOST_MEMORY: Final = 10.0
"""KiB for each of them."""
HOLES_AMONG: Final = (4000, 20)
"""Endpoints of which a twentieth is dead, and connections at once."""
MOST_BESIDE_LEAST: Final = 1.2
"""Seconds of a sweep with dead endpoints, for each that they must take."""


KEPT: Final = (10_000, 100)
"""Targets and sweeps of a history: a million observations."""
MOST_COMMIT: Final = 1.0
MOST_LOAD: Final = 2.0
"""Seconds for writing one of these sweeps, and of CPU from the file to a state that can be served."""


LISTED: Final = 100_000
"""Targets of an inventory."""
MOST_LISTING: Final = {"csv": 2.0, "jsonl": 2.0}
"""Seconds of CPU for reading it, by its format."""


SERVED: Final = 10_000
"""Targets of the estate that is served."""
LONGEST_SERVING: Final = 300
"""Seconds that all of that may take beside the two measurements that last as long as is asked for."""


@dataclass(frozen=True, slots=True)
class Row:
    """
    One way to get the chains, as ``client`` calls it, and the server asked.

    ``tls12`` and ``tls13`` are real TLS servers: rows with them have fewer endpoints.
    """

    title: str
    way: str
    server: str = "replay"


BARE: Final = Row("bare C epoll loop", "bare")
PIPELINE: Final = Row("aescan, whole pipeline, uvloop", "pipeline")
HANDSHAKE: Final = Row("asyncio + ssl handshake", "handshake", "tls12")
CAPTURE_TLS12: Final = Row("aescan, capture, TLS 1.2 server", "capture", "tls12")
CAPTURE_TLS13: Final = Row("aescan, capture, TLS 1.3-only server", "capture-again", "tls13")
CAPTURE_TLS13_FIRST: Final = Row("aescan, the first from a TLS 1.3-only one", "capture", "tls13")
ON_DEMAND: Final = Row("aescan, /probe", "aescan", "tls12")
BLACKBOX: Final = Row("blackbox_exporter, /probe, tcp with tls", "blackbox", "tls12")
ROWS: Final = (
    BARE,
    PIPELINE,
    Row("aescan, capture alone, uvloop", "capture"),
    Row("aescan, whole pipeline, stock asyncio", "pipeline-asyncio"),
    HANDSHAKE,
    Row("asyncio + ssl handshake, uvloop", "handshake-uvloop", "tls12"),
    ON_DEMAND,
    BLACKBOX,
    CAPTURE_TLS12,
    CAPTURE_TLS13,
    CAPTURE_TLS13_FIRST,
)
RATIOS: Final = (
    (PIPELINE, BARE, 3.0),
    (PIPELINE, HANDSHAKE, 0.2),
    (PIPELINE, BLACKBOX, None),
    (ON_DEMAND, BLACKBOX, None),
    (CAPTURE_TLS13, CAPTURE_TLS12, 2.5),
    (CAPTURE_TLS13_FIRST, CAPTURE_TLS12, None),
)
"""What is compared with what, and the most that it may be."""
ASKED: Final = {ON_DEMAND: asked.of_aescan, BLACKBOX: asked.of_blackbox}
MISSING: Final = {BARE: "no C compiler (cc) found", BLACKBOX: "not installed"}


class Measured(NamedTuple):
    """Per endpoint: microseconds of CPU, and connections, where the row counts them."""

    cpu: float
    connections: float | None


class Memory(NamedTuple):
    """Connections that were in flight, and KiB for each of them."""

    connections: int
    kibibytes: float


class Holes(NamedTuple):
    """Endpoints that were dead, the seconds that they must take, and those that the sweep took."""

    dead: int
    least: float
    seconds: float

    @property
    def ratio(self) -> float:
        """What is to be at most ``MOST_BESIDE_LEAST``."""
        return self.seconds / self.least


class Kept(NamedTuple):
    """Observations written to a history, seconds to write a sweep and to begin with what it knows, and its size."""

    observations: int
    commit: float
    load: float
    mebibytes: float


Figures = dict[Row, list[Measured]]
"""For each row, one of each round; none for a row that cannot be had here."""


def measure(arguments: argparse.Namespace, folder: Path) -> Figures:
    """Run every row in every round."""
    figures: Figures = {}
    absent = {row for row, there in ((BARE, compiled("bare")), (BLACKBOX, asked.program())) if there is None}
    with contextlib.ExitStack() as stack:
        ports = {"replay": stack.enter_context(replaying(folder / FLIGHT))}
        ports |= {version: stack.enter_context(handshaking(folder, version)) for version in ("tls12", "tls13")}
        for number in range(arguments.rounds):
            for row in ROWS:
                if row not in absent:
                    print(f"round {number + 1} of {arguments.rounds}: {row.title} …", file=sys.stderr)
                    figures.setdefault(row, []).append(_measured(row, arguments, folder, ports[row.server]))
    return figures


def _measured(row: Row, arguments: argparse.Namespace, folder: Path, port: int) -> Measured:
    endpoints = arguments.endpoints if row.server == "replay" else arguments.handshakes
    if row in ASKED:
        chains, cpu = ASKED[row](folder, port, endpoints)
        result: dict[str, float] = {"chains": chains, "cpu": cpu}
    else:
        parts = [str(port), str(endpoints), str(arguments.concurrency)]
        command = [sys.executable, "-m", "benchmarks.client", row.way, *parts]
        if row is BARE:
            command = [str(compiled("bare")), *parts, str(FIRST_ADDRESS), str(folder / HELLO)]
        result = _output(command)
    if result["chains"] != endpoints:
        raise SystemExit(f"{row.title}: {result['chains']} chains of {endpoints} endpoints; is the machine too busy?")
    connections = result["connections"] / endpoints if "connections" in result else None
    return Measured(result["cpu"] / endpoints * 1e6, connections)


def in_flight(folder: Path) -> Memory:
    """Return what connections cost that have said hello to a silent server."""
    with replaying(folder / SILENCE) as port:
        print(f"{IN_FLIGHT} connections in flight …", file=sys.stderr)
        result = _output([sys.executable, "-m", "benchmarks.memory", str(port), str(IN_FLIGHT)])
    return Memory(int(result["connections"]), result["bytes"] / result["connections"] / 1024)


def black_holes(folder: Path) -> Holes:
    """Return how long a sweep takes in which some endpoints swallow packets."""
    with replaying(folder / FLIGHT) as port, swallowing() as dead:
        print("black holes …", file=sys.stderr)
        result = _output([sys.executable, "-m", "benchmarks.blackholes", *map(str, (port, dead, *HOLES_AMONG))])
    if result["dead"] + result["chains"] != HOLES_AMONG[0]:
        raise SystemExit("black holes: some endpoint neither answered nor was dead; is the machine too busy?")
    return Holes(int(result["dead"]), result["least"], result["seconds"])


def history() -> Kept:
    """Return what a history costs."""
    targets, sweeps = KEPT
    print(f"a history of {targets * sweeps} observations …", file=sys.stderr)
    result = _output([sys.executable, "-m", "benchmarks.history", str(targets), str(sweeps)])
    return Kept(int(result["observations"]), result["commit"], result["load"], result["mebibytes"])


def inventories() -> dict[str, float]:
    """Return the seconds of CPU that an inventory takes to read, by its format."""
    print(f"inventories of {LISTED} targets …", file=sys.stderr)
    return _output([sys.executable, "-m", "benchmarks.inventories", str(LISTED)])


def served(seconds: int) -> dict[str, Any]:
    """Return what it costs to serve a large estate, as ``serving`` prints it."""
    print(f"an estate of {SERVED} targets served …", file=sys.stderr)
    command = [sys.executable, "-m", "benchmarks.serving", str(SERVED), str(seconds)]
    return _output(command, LONGEST_SERVING + 2 * seconds)


def _output(command: list[str], longest: float = LONGEST) -> dict[str, Any]:
    done = subprocess.run(command, cwd=HERE.parent, stdout=subprocess.PIPE, timeout=longest, check=True)
    return dict(json.loads(done.stdout))


def ratios(figures: Figures) -> Iterable[tuple[str, float, float | None]]:
    """Yield what is compared, the median of the ratios, and the most that it may be."""
    for over, under, most in RATIOS:
        if under in figures:
            pairs = zip(figures[over], figures[under], strict=True)
            yield f"{over.title} / {under.title}", statistics.median(one.cpu / other.cpu for one, other in pairs), most


def show(
    figures: Figures, memory: Memory, holes: Holes, kept: Kept, listed: Mapping[str, float], steps: Iterable[Step]
) -> None:
    """Print the tables."""
    print(f"\n{'per endpoint':42}  CPU of the own process, µs     connections")
    print(f"{'':42}    median     least      most")
    for row in ROWS:
        if row in figures:
            of, connections = [each.cpu for each in figures[row]], figures[row][-1].connections
            shown = "" if connections is None else f"{connections:16.2f}"
            print(f"{row.title:42}{statistics.median(of):10.1f}{min(of):10.1f}{max(of):10.1f}{shown}")
        else:
            print(f"{row.title:42}    {MISSING[row]}")
    print()
    for title, ratio, most in ratios(figures):
        print(f"{title:78}{ratio:8.3f}{_verdict(ratio, most)}")
    title = f"memory of each of {memory.connections} connections in flight, KiB"
    print(f"\n{title:78}{memory.kibibytes:8.2f}{_verdict(memory.kibibytes, MOST_MEMORY)}")
    if memory.connections < IN_FLIGHT:
        print(f"the limit of open files is too low for {IN_FLIGHT} of them; raise it (ulimit -Hn) to measure as many")
    title = f"a sweep with {holes.dead} of {HOLES_AMONG[0]} endpoints dead / dead × connect timeout ÷ concurrency"
    print(f"\n{title:78}{holes.ratio:8.3f}{_verdict(holes.ratio, MOST_BESIDE_LEAST)}")
    title = f"history: a sweep of {KEPT[0]} targets committed, s"
    print(f"\n{title:78}{kept.commit:8.3f}{_verdict(kept.commit, MOST_COMMIT)}")
    title = f"history: {kept.observations} observations ({kept.mebibytes:.0f} MiB) loaded, decoded and judged, s of CPU"
    print(f"{title:78}{kept.load:8.3f}{_verdict(kept.load, MOST_LOAD)}")
    for form, seconds in listed.items():
        title = f"inventory of {LISTED} targets read ({form}), s of CPU"
        print(f"{title:78}{seconds:8.3f}{_verdict(seconds, MOST_LISTING.get(form))}")
    print(f"\n{'steps by themselves, warm, least, µs':78}")
    for step in steps:
        print(f"{step.title:78}{step.microseconds:8.2f}{_verdict(step.microseconds, step.most)}")


def show_served(estate: Mapping[str, Any]) -> None:
    """Print the table of the estate that was served."""
    print(f"\n{SERVED} targets, each with a certificate of its own, swept without a pause; the real process")
    for row in serving.rows(estate):
        print(f"{row.title:78}{row.figure:8.2f}{_verdict(row.figure, row.most)}")


def _verdict(figure: float, most: float | None) -> str:
    return "" if most is None else f"   limit {most:g}{'' if figure <= most else '   MISSED'}"


def main() -> None:
    """Measure, and print tables or JSON."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--endpoints", type=int, default=20_000, help="endpoints of each row (default: %(default)s)")
    parser.add_argument("--handshakes", type=int, help="of each row with real TLS servers (default: a tenth of that)")
    parser.add_argument("--rounds", type=int, default=3, help="times each row runs (default: %(default)s)")
    parser.add_argument("--concurrency", type=int, default=Settings().concurrency, help="default: %(default)s")
    parser.add_argument("--seconds", type=int, default=60, help="of scraping, and of wrk (default: %(default)s)")
    parser.add_argument("--json", action="store_true", help="print all figures as JSON")
    arguments = parser.parse_args()
    arguments.handshakes = arguments.handshakes or max(arguments.endpoints // 10, 1)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        make(folder)
        figures, memory, holes = measure(arguments, folder), in_flight(folder), black_holes(folder)
        kept, listed, steps = history(), inventories(), list(stages(folder))
        estate = served(arguments.seconds)
    if arguments.json:
        rows = [{"row": row.title, "rounds": [each._asdict() for each in of]} for row, of in figures.items()]
        compared = [{"ratio": title, "value": value, "limit": most} for title, value, most in ratios(figures)]
        whole = {"rows": rows, "ratios": compared, "memory": memory._asdict() | {"limit": MOST_MEMORY}}
        whole["black_holes"] = holes._asdict() | {"ratio": holes.ratio, "limit": MOST_BESIDE_LEAST}
        whole["history"] = kept._asdict() | {"limit_commit": MOST_COMMIT, "limit_load": MOST_LOAD}
        whole["inventories"] = {form: {"load": s, "limit": MOST_LISTING.get(form)} for form, s in listed.items()}
        whole["serving"] = [row._asdict() for row in serving.rows(estate)]
        print(json.dumps(whole | {"steps": [step._asdict() for step in steps]}))
    else:
        show(figures, memory, holes, kept, listed, steps)
        show_served(estate)


if __name__ == "__main__":
    main()
