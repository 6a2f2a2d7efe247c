"""
A receiver of the Alertmanager's webhooks that stands for a pager: it prints what somebody would be called with.

Notifications come in over HTTP, in version 4 of the webhook's form, at any path; the path is the name of the receiver.
A text for people goes out. What is not a notification gets 400, what is too long 413, and neither ends anything.
Standard library alone, so that a container needs nothing but Python: ``python receiver.py``.
"""

import json
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import groupby
from threading import Event, Thread
from typing import Final

PORT: Final = 10724
"""Where the sample for the Alertmanager has it."""

LARGEST: Final = 4 * 2**20
"""Bytes of one notification: a whole site of a thousand alerts."""

PATIENCE: Final = 30.0
"""Seconds that a client may take over its request."""


@dataclass(frozen=True, slots=True)
class Alert:
    """One alert of a notification, with the Alertmanager's own ``status``: firing or resolved."""

    status: str
    labels: dict[str, str]
    annotations: dict[str, str]

    @property
    def name(self) -> str:
        """What the rule is called."""
        return self.labels.get("alertname", "?")


@dataclass(frozen=True, slots=True)
class Notification:
    """What a receiver was told at once: about one group, whose labels are ``group``."""

    receiver: str
    group: dict[str, str]
    alerts: tuple[Alert, ...]

    @property
    def text(self) -> str:
        """The notification for people, in lines; without control characters, whatever a label holds."""
        about = ", ".join(f"{label} {value}" for label, value in sorted(self.group.items()) if value) or "everything"
        lines = [f"{self.receiver}: {about}"]
        alerts = sorted(self.alerts, key=_kind)
        for (status, severity, name, runbook), same in groupby(alerts, _kind):
            lines.append("  " + " ".join(filter(None, (status.upper(), severity, f"{name}, see {runbook}"))))
            lines += sorted(f"    {alert.annotations.get('summary', 'no summary')}" for alert in same)
        return "\n".join(map(_printable, lines))


def _kind(alert: Alert) -> tuple[str, str, str, str]:
    """Return what alerts are told together by."""
    severity, runbook = alert.labels.get("severity", ""), alert.annotations.get("runbook_url", "no runbook")
    return alert.status, severity, alert.name, runbook


def _printable(text: str) -> str:
    return "".join(one if one.isprintable() else "\N{REPLACEMENT CHARACTER}" for one in text)


def notification(path: str, body: bytes) -> Notification:
    """Return the notification that was posted there; ValueError where it is none."""
    try:
        sent = json.loads(body)
        alerts = tuple(
            Alert(one["status"], _texts(one["labels"]), _texts(one["annotations"])) for one in sent["alerts"]
        )
        return Notification(path.strip("/") or "receiver", _texts(sent["groupLabels"]), alerts)
    except (KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError(f"not a notification of the Alertmanager: {error!r}") from error


def _texts(pairs: dict[object, object]) -> dict[str, str]:
    return {str(key): str(value) for key, value in pairs.items()}


@contextmanager
def receiving(address: str, port: int, told: Callable[[Notification], None]) -> Iterator[int]:
    """
    Receive until the block is left, and give the port: the one asked for, or for 0 the kernel's choice.

    ``told`` is called in threads, once for each notification; OSError where the port is taken.
    """

    class Handler(BaseHTTPRequestHandler):
        """Takes one notification."""

        timeout = PATIENCE

        def do_POST(self) -> None:
            """Tell of the notification and say that it was taken."""
            length = self.headers.get("Content-Length", "")
            if not length.isdecimal():
                self.send_error(411)
                return
            if int(length) > LARGEST:
                self.send_error(413)
                return
            try:
                taken = notification(self.path, self.rfile.read(int(length)))
            except ValueError as error:
                self.send_error(400, explain=str(error))
                return
            told(taken)
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  its name there
            """Say nothing of requests."""

    with ThreadingHTTPServer((address, port), Handler) as server:
        server.daemon_threads = True
        thread = Thread(target=server.serve_forever, name="receiver", daemon=True)
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
            thread.join()


def tell(taken: Notification) -> None:
    """Print the notification, with the local time."""
    sys.stdout.write(f"\n{time.strftime('%H:%M:%S')} {taken.text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    stop = Event()
    for number in signal.SIGINT, signal.SIGTERM:
        signal.signal(number, lambda *_: stop.set())
    with receiving("", PORT, tell) as bound:
        sys.stdout.write(f"notifications are awaited at port {bound}\n")
        sys.stdout.flush()
        stop.wait()
