"""
What a history costs: writing a sweep to it, and beginning with what it knows.

``python -m benchmarks.history TARGETS SWEEPS`` writes that many sweeps of that many targets, five ports on each host
with one certificate, half of which are renewed midway, and prints one line of JSON: the observations written, the
seconds that the median sweep took to commit, the seconds of CPU from opening the file to a state that the exporter can
serve, and the size of the file in MiB. The file is in a folder of its own, which is removed.
"""

import json
import statistics
import sys
import tempfile
from collections.abc import AsyncIterator, Sequence
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from time import perf_counter, process_time
from typing import Final

from cryptography import x509

from aescan.certificates.chain import Chain
from aescan.exporter.configuration import Configuration
from aescan.exporter.restore import restored
from aescan.history.model import Pending
from aescan.history.store import Store
from aescan.inventory.model import Target
from aescan.lab.certificates import Validity, authority, ec_key, issue, name, server
from aescan.observation import Observation, Seen
from aescan.probe.ladder import Remembered
from aescan.scan.scanner import Scanner
from aescan.scan.schedule import now
from aescan.tls.capture import Capture, ClientCertificate
from benchmarks.client import POLICY

PORTS: Final = 5
"""Targets of one host, which present the same certificate."""


def targets(number: int) -> tuple[Target, ...]:
    """Return so many targets."""
    names = [f"aes{each // PORTS}.bench.example" for each in range(number)]
    ports = [4000 + each % PORTS for each in range(number)]
    return tuple(Target(f"{host}:{port}", host, port) for host, port in zip(names, ports, strict=True))


def captures(hosts: Sequence[str], moment: datetime) -> dict[str, Capture]:
    """Return what each host presents from that moment on: a leaf of its own, and the one CA."""
    validity = Validity.starting(moment, 365)
    ca = issue(name("CN=Benchmark CA"), ec_key(), validity, extensions=authority())
    found = {}
    for host in hosts:
        leaf = issue(name(f"CN={host}"), ec_key(), validity, issuer=ca, extensions=server(x509.DNSName(host)))
        requested = ClientCertificate.NOT_REQUESTED
        found[host] = Capture((leaf.der, ca.der), "TLS 1.2", "TLS_RSA_WITH_AES_128_CBC_SHA", requested, "tls12", "::1")
    return found


def write(path: Path, estate: Sequence[Target], sweeps: int, begin: datetime) -> list[float]:
    """Write that many sweeps, an hour apart, and return the seconds that each took to commit."""
    hosts = sorted({target.host for target in estate})
    presented, renewed = captures(hosts, begin), captures(hosts[::2], begin)
    chain, took = Chain((), (), None), []  # of an observation only what was captured is kept
    store = Store.open(path)
    for sweep in range(sweeps):
        if sweep == sweeps // 2:
            presented |= renewed
        batch = []
        for target in estate:
            seen = Seen(presented[target.host], chain, ())
            observation = Observation(target, begin + timedelta(hours=sweep), 0.03, 1, seen)
            batch.append(Pending(observation, observation))
        began = perf_counter()
        store.commit(batch)
        took.append(perf_counter() - began)
    store.close()
    return took


def load(path: Path, estate: tuple[Target, ...], moment: datetime) -> float:
    """Return the seconds of CPU from opening the file to a state that can be served, every chain decoded and judged."""
    scanner = Scanner(_unused, POLICY, partial(_this, moment))
    configuration = Configuration(estate, 3600.0, _nothing, scanner.judge, Remembered().recall)
    began = process_time()
    store = Store.open(path)
    state = restored(store.load(), configuration, moment)
    took = process_time() - began
    store.close()
    if any(status.success is None for status in state.statuses):
        raise SystemExit("a target is not known any more")
    return took


def _this(moment: datetime) -> datetime:
    return moment


async def _unused(_target: Target) -> Capture:
    raise NotImplementedError


async def _nothing(_targets: tuple[Target, ...]) -> AsyncIterator[Observation]:
    raise NotImplementedError
    yield


def main() -> None:
    """Measure, and print JSON."""
    number, sweeps = int(sys.argv[1]), int(sys.argv[2])
    estate, begin = targets(number), now()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "history.db"
        took = write(path, estate, sweeps, begin)
        loaded = load(path, estate, begin + timedelta(hours=sweeps))
        size = path.stat().st_size / 1024**2
    median = statistics.median(took)
    print(json.dumps({"observations": number * sweeps, "commit": median, "load": loaded, "mebibytes": size}))


if __name__ == "__main__":
    main()
