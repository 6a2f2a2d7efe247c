"""
The whole stack on loopback, without containers: ``python -m stack``, or ``make stack``.

aescan, Prometheus and the Alertmanager run as processes of their own, with the samples of ``config/``, over the
simulated estate or an inventory; what would call somebody is printed. Everything is in one temporary folder. Ctrl-C
ends all of it and nothing stays: no process, no file. Exit status: 0 stopped by the operator, 1 a part failed, 2
something for the operator to mend.
"""

import argparse
import signal
import socket
import sys
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from threading import Event
from typing import Final

from stack import parts
from stack.configuration import ADDRESSES, HURRY, write
from stack.processes import Process, StackError, Stopped, watch
from stack.receiver import receiving, tell

LOOPBACK: Final = "127.0.0.1"
PARTS: Final = tuple(ADDRESSES)
OPERATORS_MISTAKE: Final = 2
DESCRIPTION: Final = "Run aescan, Prometheus and an Alertmanager on loopback, and print what they page."
STOPPING: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the stack until it is stopped; return the exit status."""
    arguments = parser().parse_args(argv)
    try:
        programs = parts.found()
        addresses = _addresses(dict(arguments.port))
    except StackError as error:
        sys.stderr.write(f"stack: {error}\n")
        return OPERATORS_MISTAKE
    stop = Event()
    for number in STOPPING:
        signal.signal(number, lambda *_: stop.set())
    try:
        _run(programs, addresses, arguments, stop)
    except Stopped:
        _say("stopped")
    except StackError as error:
        sys.stderr.write(f"stack: {error}\n")
        return 1
    return 0


def parser() -> argparse.ArgumentParser:
    """Return what takes the command line apart."""
    built = argparse.ArgumentParser(
        prog="stack", description=DESCRIPTION, epilog="With make: make stack ARGS='--hurry --port prometheus=9190'"
    )
    built.add_argument("--inventory", type=Path, metavar="FILE", help="what to scan; a simulated estate by default")
    built.add_argument("--config.file", dest="config", type=Path, metavar="FILE", help="aescan's settings")
    built.add_argument(
        "--port", action="append", default=[], type=_port, metavar="PART=PORT",
        help=f"of {', '.join(PARTS)}; 0 for one that is free; repeatable",
    )  # fmt: skip
    built.add_argument(
        "--hurry",
        action="store_true",
        help=f"wait {HURRY} times less than the rules say: minutes become seconds",
    )
    return built


def _port(text: str) -> tuple[str, int]:
    part, _, number = text.partition("=")
    if part not in PARTS or not number.isdecimal() or int(number) > 65535:  # noqa: PLR2004  the largest port
        raise argparse.ArgumentTypeError(
            f"{text}: expected PART=PORT, such as prometheus=9190; parts: {', '.join(PARTS)}"
        )
    return part, int(number)


def _addresses(asked: Mapping[str, int]) -> dict[str, str]:
    """Return where each part is to listen: where it was asked to, else its own port, else one that is free."""
    chosen: dict[str, str] = {}
    for part, usual in ADDRESSES.items():
        wanted = asked.get(part, int(usual.rpartition(":")[2]))
        port = _free(wanted)
        if port is None and part in asked:
            raise StackError(f"port {wanted} for {part} is taken; name another, or {part}=0 for one that is free")
        if port is None:
            port = _free(0)
            _say(f"port {wanted} is taken: {part} listens on {port} instead")
        chosen[part] = f"{LOOPBACK}:{port}"
    return chosen


def _free(port: int) -> int | None:
    """Return the port where it is free, for 0 one that the kernel chooses, else None."""
    try:
        with socket.create_server((LOOPBACK, port)) as listening:
            return int(listening.getsockname()[1])
    except OSError:
        return None


def _run(programs: Mapping[str, str], addresses: Mapping[str, str], arguments: argparse.Namespace, stop: Event) -> None:
    scanned = [
        *(("--inventory", str(arguments.inventory.absolute())) if arguments.inventory else ()),
        *(("--config.file", str(arguments.config.absolute())) if arguments.config else ()),
    ]
    with ExitStack() as running:
        folder = Path(running.enter_context(tempfile.TemporaryDirectory(prefix="aescan-stack-")))
        write(folder, addresses, hurry=arguments.hurry)
        running.enter_context(receiving(LOOPBACK, _number(addresses["receiver"]), tell))
        processes = []
        for program in (
            parts.alertmanager(programs["alertmanager"], folder, addresses),
            parts.aescan(addresses["aescan"], scanned or parts.DEMO),
            parts.prometheus(programs["prometheus"], folder, addresses),
        ):
            processes.append(running.enter_context(Process(program, folder)))
            processes[-1].wait_until_ready(stop)
        _say(_greeting(addresses, folder, simulated=not scanned, hurry=arguments.hurry))
        watch(processes, stop)
        _say("\nstopping")
    _say("stopped: nothing is left of it")


def _number(address: str) -> int:
    return int(address.rpartition(":")[2])


def _greeting(addresses: Mapping[str, str], folder: Path, *, simulated: bool, hurry: bool) -> str:
    first = (
        "some fifteen seconds" if hurry else "two to four minutes: a scrape, two evaluations and the wait for a group"
    )
    rows = (
        ("aescan", f"http://{addresses['aescan']}/", "the estate on a page; /metrics for Prometheus"),
        ("Prometheus", f"http://{addresses['prometheus']}/alerts", "which alerts fire"),
        ("Alertmanager", f"http://{addresses['alertmanager']}/api/v2/alerts", "what it has of them, as JSON"),
        ("logs", str(folder), "until this ends"),
    )
    return "\n".join(
        [
            f"The stack runs{', over a simulated estate that is full of trouble' if simulated else ''}.\n",
            *(f"  {part:<13} {where:<38} {what}" for part, where, what in rows),
            f"\nWhat somebody would be called with is printed below, first after {first}.",
            "Ctrl-C ends everything.",
        ]
    )


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
