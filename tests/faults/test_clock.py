"""
The clock of the machine is set a year forward or back under a running exporter, and set right again later.

What Python asks for the time is shifted, in that process alone; the clock that only goes forward stays as it is, as
where an operator sets the date.
"""

import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from aescan.lab.answers import Tls
from aescan.lab.contexts import TlsSettings, tls_context
from aescan.lab.servers import Server, serving
from tests import certs
from tests.faults.injected import injected
from tests.processes import COMMAND, PATIENCE, Exporter, exporter, metrics, request, sweep_again, value

YEAR = timedelta(days=366)
HOUR = 3600.0

SHIFTED = """
import time
from datetime import UTC, datetime
from pathlib import Path
import aescan.scan.schedule

real, step = time.time, Path({step!r})

def shifted():
    return real() + float(step.read_text())

time.time, time.time_ns = shifted, lambda: int(shifted() * 1e9)
aescan.scan.schedule.now = lambda: datetime.fromtimestamp(shifted(), UTC)
"""


class Clock:
    """The wall clock of processes, a file with the seconds that it is off by, and the moment that it shows."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "step"
        self.set(timedelta())
        self.environment = injected(folder, SHIFTED.format(step=str(self._file)))

    def set(self, off: timedelta) -> None:
        """Set the clock, at once."""
        written = self._file.with_name("next")
        written.write_text(str(off.total_seconds()), encoding="utf-8")
        written.replace(self._file)
        self._off = off

    def shows(self, moment: float | None) -> bool:
        """Whether a moment in Unix seconds is one of about now by this clock."""
        return moment is not None and abs((datetime.now(UTC) + self._off).timestamp() - moment) < HOUR


@contextmanager
def target() -> Iterator[str]:
    """Run a server whose certificate has been valid for a hundred days and will be for two hundred, and give it."""
    now = datetime.now(UTC)
    valid = now - timedelta(days=100), now + timedelta(days=200)
    own = certs.make_certificate(key=certs.rsa_key(), not_before=valid[0], not_after=valid[1])
    context = tls_context((own,), TlsSettings())
    with serving([Server("127.0.0.1", partial(Tls, context=context))]) as (port,):
        yield f"127.0.0.1:{port}"


def seen(process: Exporter, target: str, clock: Clock, scans: int) -> set[str]:
    """Return the findings of the target after so many scans, and hold every moment on the page against the clock."""
    page = metrics(
        process.port,
        lambda page: (
            value(page, "aescan_probes_total") == scans and clock.shows(value(page, "aescan_sweep_timestamp_seconds"))
        ),
    )
    label = f'{{target="{target}"}}'
    assert value(page, f"aescan_probe_success{label}") == 1
    assert value(page, f"aescan_certificate_changes_total{label}") == 0
    assert clock.shows(value(page, f"aescan_probe_timestamp_seconds{label}"))
    assert clock.shows(value(page, f"aescan_probe_last_success_timestamp_seconds{label}"))
    for seconds in f"aescan_probe_duration_seconds{label}", "aescan_sweep_duration_seconds":
        assert 0 <= (value(page, seconds) or 0) < HOUR
    assert value(page, "aescan_history_up") == 1
    for path in "/", f"/target?name={target}", f"/probe?target={target}", "/-/ready":
        assert request(process.port, path)[0] == 200
    return set(re.findall(r'^aescan_finding\{code="(.*?)"', page, re.MULTILINE))


@pytest.mark.parametrize(("off", "finding"), [(YEAR, "expired"), (-YEAR, "not_yet_valid")])
def test_a_year_off(tmp_path: Path, off: timedelta, finding: str) -> None:
    """Each scan is judged, and told, by the clock as it is; none comes too often or never; nothing known is lost."""
    clock, path = Clock(tmp_path), tmp_path / "history.db"
    with target() as one:
        arguments = one, "--history-file", str(path)
        with exporter(*arguments, environment=clock.environment) as process:
            process.wait_for("(sweep finished)")
            sound = seen(process, one, clock, 1)
            clock.set(off)
            sweep_again(process)
            wrong = seen(process, one, clock, 2)
            clock.set(timedelta())
            sweep_again(process)
            assert seen(process, one, clock, 3) == sound
            clock.set(off)
            sweep_again(process)
            seen(process, one, clock, 4)
            process.process.terminate()
            assert process.process.wait(PATIENCE) == 0
        clock.set(timedelta())
        with exporter(*arguments, environment=clock.environment) as process:
            assert f'aescan_chain_not_after_timestamp_seconds{{target="{one}"}}' in metrics(process.port, "")
            process.wait_for("(sweep finished)")
            assert seen(process, one, clock, 1) == sound
            process.process.terminate()
            assert process.process.wait(PATIENCE) == 0
        told = subprocess.run(
            [*COMMAND, "--history", one, "--history-file", str(path)], capture_output=True, check=True, text=True
        )

    assert wrong - sound == {finding}
    assert sound.isdisjoint({"expired", "not_yet_valid", "issuer_clock_unset"})
    assert told.stdout.count("SHA-256 ") == 1
