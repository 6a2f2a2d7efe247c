"""
The command: arguments to wiring to exit status.

Nothing is scanned, judged or shown here; each mode is a few lines that put rooms together. Results go to standard
output, everything else to standard error. Exit status: 0 nothing at or above ``--fail-on``, 1 findings, 2 the operator
has something to fix, 3 some target could not be probed and nothing worse, 130 stopped before there was anything to say.
"""

import argparse
import asyncio
import contextlib
import logging
import os
import sys
from collections.abc import Callable, Coroutine, Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

from aescan import logs
from aescan.argument_types import listen
from aescan.arguments import NOTHING, TEXTFILE, parser
from aescan.completion import script
from aescan.errors import ConfigError
from aescan.exporter.threads import in_thread
from aescan.findings.catalogue import all_rules
from aescan.findings.client_reference import client_manual
from aescan.findings.model import Severity
from aescan.findings.reference import manual
from aescan.inventory.load import load_targets
from aescan.inventory.model import Target
from aescan.inventory.services import load_services
from aescan.offline import given_password, no_files, split, terminal, unlocker
from aescan.once import Wanted, once
from aescan.past import file_of, show
from aescan.probe.ladder import Remembered
from aescan.report.formats import Render, formats, renderer
from aescan.scan.assembly import Scanning
from aescan.scan.files import look
from aescan.scan.limits import MOST_CLIENTS
from aescan.scan.schedule import now
from aescan.settings.load import load_settings
from aescan.settings.model import Settings
from aescan.settings.sources import FileSource
from aescan.settings.written import in_force
from aescan.sources.feeds import Reader, feeds_of, read_once

if TYPE_CHECKING:
    # At run time only in the mode that serves: aiohttp is slow to load.
    from aescan.exporter.configuration import Configuration

log: Final = logging.getLogger("aescan")

OPERATORS_MISTAKE: Final = 2
INTERRUPTED: Final = 130
"""128 + SIGINT, as shells have it."""

READABLE: Final = 0o644
"""Mode of a file that another user's node_exporter reads."""

DEMO_TIMEOUT: Final = 3.0
"""Seconds for each of the lab's targets: all answer at once but the one that is silent on purpose."""

R = TypeVar("R")


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command with these arguments (those of the process by default) and return its exit status."""
    arguments = parser().parse_args(argv)
    _prepare_output()
    form = logs.Form(arguments.log_format)
    logs.begin(arguments.log_level, form, sys.stderr, os.environ)
    try:
        return int(_mode(arguments)(arguments))
    except ConfigError as error:
        for problem in error.problems:
            sys.stderr.write(logs.mistake(problem, form))
        return OPERATORS_MISTAKE
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:  # the reader of our output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return INTERRUPTED


def _mode(arguments: argparse.Namespace) -> Callable[[argparse.Namespace], int]:
    asked = (
        (arguments.rules is not None, _rules),
        (arguments.clients, _clients),
        (arguments.completion is not None, _completion),
        (arguments.check_config, _check),
        (arguments.history is not None or arguments.changes, _past),
        (arguments.discover, _discover),
        (arguments.preflight, _preflight),
        (arguments.once or arguments.learn or arguments.plan, _once),
    )
    return next((mode for wanted, mode in asked if wanted), _serve)


def _rules(arguments: argparse.Namespace) -> int:
    wanted = [rule for rule in all_rules() if arguments.rules in {"", rule.code}]
    if not wanted:
        raise ConfigError([f"--rules {arguments.rules}: no rule has that code; aescan --rules prints all"])
    sys.stdout.write("\n\n\n".join(map(manual, wanted)) + "\n")
    return 0


def _clients(arguments: argparse.Namespace) -> int:
    policy = _settings(arguments).policy
    sys.stdout.write(client_manual(policy.clients, policy.changes) + "\n")
    return 0


def _check(arguments: argparse.Namespace) -> int:
    from aescan.check import check

    sys.stdout.write(f"{check(arguments, now())}\n")
    return 0


def _completion(arguments: argparse.Namespace) -> int:
    sys.stdout.write(script(parser(), arguments.completion) + "\n")
    return 0


def _past(arguments: argparse.Namespace) -> int:
    sys.stdout.writelines(f"{line}\n" for line in show(arguments, _settings(arguments), now()))
    return 0


def _discover(arguments: argparse.Namespace) -> int:
    from aescan.discover import discover, name_services

    settings = _settings(arguments)
    wanted = name_services(arguments.targets, load_services(settings.services))

    async def ask_and_print() -> int:
        scanning = Scanning(settings, now)
        return await discover(wanted, lambda host, port: scanning.tlinks(host, None, port), sys.stdout)

    return _run(ask_and_print())


def _preflight(arguments: argparse.Namespace) -> int:
    from aescan.preflight import Wanted, preflight

    files, names = split(arguments.targets)
    unlock = unlocker(given_password(arguments.password_file), terminal())
    wanted = Wanted(files, names, arguments.host, arguments.format, arguments.output)
    return _run(preflight(wanted, _settings(arguments), unlock))


def _once(arguments: argparse.Namespace) -> int:
    wanted = Wanted(
        render=_renderer(arguments),
        output=arguments.output,
        fail_on=None if arguments.learn else Severity[arguments.fail_on.upper()],
        progress=sys.stderr.isatty() and not arguments.quiet,
        simulated=arguments.demo,
        mode=READABLE if arguments.format == TEXTFILE else None,
    )
    files, arguments.targets = split(arguments.targets)
    unlock = unlocker(given_password(arguments.password_file), terminal())
    with _estate(arguments, lambda _settings: bool(files)) as load:
        settings, targets = load()
        judging = replace(wanted, policy=settings.policy)
        scanning = Scanning(settings, now)
        if arguments.diff:
            judging = replace(judging, render=_difference(arguments, settings, scanning))

        async def scan_and_report() -> int:
            everything = await read_once(feeds_of(settings), Reader(now, in_thread, scanning.resolver), targets)
            if arguments.protocols:
                everything = tuple(replace(target, protocols=True) for target in everything)
            await scanning.clock.check()
            for complaint in scanning.clock.complaints(settings.policy.clock_limit):
                log.warning("problem of the clock", extra={"problem": complaint})
            thresholds = settings.policy.thresholds
            looked_at = tuple(look(files, arguments.host, thresholds, unlock, scanning.judge, now()))
            return await once(await scanning.expand(everything), scanning.sweep, judging, looked_at)

        return _run(scan_and_report())


def _difference(arguments: argparse.Namespace, settings: Settings, scanning: Scanning) -> Render:
    from aescan.difference import Difference

    path = file_of(settings, "--diff")
    return Difference(path, settings.history_keep, scanning.judge, settings.policy, arguments.format).render


def _renderer(arguments: argparse.Namespace) -> Render:
    if arguments.learn:
        return renderer("learned")
    name, document = arguments.format, "plan" if arguments.plan else "report"
    known = formats(document) if arguments.plan else sorted((*formats(), TEXTFILE))
    if name not in known:
        raise ConfigError([f"--format {name}: the {document} has no such format; there are {', '.join(known)}"])
    if name == TEXTFILE:  # made of metrics, which formats of the report know nothing of
        from aescan.exporter.textfile import render

        return render
    return renderer(name, document)


def _serve(arguments: argparse.Namespace) -> int:
    from aescan.events.build import outboxes
    from aescan.exporter.announcer import Announcer
    from aescan.exporter.configuration import Configuration
    from aescan.exporter.probe.handler import OnDemand
    from aescan.exporter.probe.request import Rules
    from aescan.exporter.server import serve
    from aescan.exporter.web.options import WebOptions, paths
    from aescan.history.keeper import History

    prefix, landing = paths(arguments.route_prefix, arguments.external_url)
    no_files(arguments.targets)
    with _estate(arguments, lambda settings: settings.probe.lets_in) as load:
        first = load()[0]  # without the targets, which are loaded again where they count
        remembered = Remembered()

        def configuration() -> "Configuration":
            settings, targets = load()
            scanning = Scanning(settings, now, remembered, clients=MOST_CLIENTS)
            rules = Rules(settings.probe, load_services(settings.services), settings.policy.thresholds)
            return Configuration(
                targets=targets,
                interval=settings.interval,
                backoff=settings.backoff,
                quiet_hours=settings.quiet_hours,
                time_zone=settings.time_zone,
                files=_files(arguments, settings),
                written=in_force(settings, arguments.history_file, arguments.inventory),
                feeds=feeds_of(settings),
                sweep=scanning.sweep,
                judge=scanning.judge,
                recall=remembered.recall,
                expand=scanning.expand,
                clock=scanning.clock if settings.clock.servers else None,
                clock_limit=settings.policy.clock_limit,
                policy=settings.policy,
                simulated=arguments.demo,
                on_demand=OnDemand(rules, scanning.scan_within, scanning.resolver.addresses),
            )

        addresses = arguments.listen or [listen(first.listen_address)]
        options = WebOptions(addresses, arguments.web_config, prefix, landing, arguments.systemd_socket)
        options = replace(options, lifecycle=arguments.lifecycle, auto_reload=arguments.auto_reload)
        history = History(first.history, first.history_keep) if first.history is not None else None
        announcer = Announcer(outboxes(first.events, in_thread))
        return _run(serve(configuration, options, now, history=history, announcer=announcer))


def _files(arguments: argparse.Namespace, settings: Settings) -> tuple[Path, ...]:
    """Return what the configuration is read from."""
    catalogues = (settings.services, settings.certificate_patterns, settings.client_profiles, settings.jobs)
    found = (
        arguments.config,
        *(source.path for source in settings.inventory if isinstance(source, FileSource)),
        *arguments.inventory,
        *catalogues,
    )
    return tuple(path for path in found if path is not None)


@contextlib.contextmanager
def _estate(
    arguments: argparse.Namespace, optional: Callable[[Settings], bool]
) -> Iterator[Callable[[], tuple[Settings, tuple[Target, ...]]]]:
    """
    Give what loads settings and targets; with ``--demo`` the lab runs meanwhile and is the estate.

    ``optional`` tells whether an estate without targets, and without a place where to find some, has a use.
    """
    if not arguments.demo:
        yield partial(_load, arguments, optional)
        return
    if arguments.targets or arguments.inventory:
        raise ConfigError(["--demo brings its own estate; name no targets and no inventory beside it"])
    from aescan.lab.estate import running_estate

    settings = replace(_settings(arguments), inventory=())
    if arguments.timeout is None:
        settings = replace(settings, timeout=DEMO_TIMEOUT, connect_timeout=DEMO_TIMEOUT)
    with running_estate(now()) as estate:
        for note in estate.notes:
            log.warning("note on the demo", extra={"problem": note})
        targets = tuple(replace(target, full_handshake=settings.full_handshake) for target in estate.targets)
        yield lambda: (settings, targets)


def _settings(arguments: argparse.Namespace) -> Settings:
    settings = load_settings(arguments.config)
    if arguments.timeout is not None:
        connect_timeout = min(settings.connect_timeout, arguments.timeout)
        settings = replace(settings, timeout=arguments.timeout, connect_timeout=connect_timeout)
    return replace(
        settings,
        concurrency=arguments.concurrency or settings.concurrency,
        history=arguments.history_file or settings.history,
        full_handshake=arguments.full_handshake or settings.full_handshake,
    )


def _load(arguments: argparse.Namespace, optional: Callable[[Settings], bool]) -> tuple[Settings, tuple[Target, ...]]:
    settings = _settings(arguments)
    inventories = (*settings.inventory, *arguments.inventory)
    if not inventories and not arguments.targets:
        if optional(settings):
            return settings, ()
        raise ConfigError([NOTHING])
    return settings, load_targets(settings, inventories, arguments.targets)


def _run(coroutine: Coroutine[object, object, R]) -> R:
    with asyncio.Runner(loop_factory=_new_loop) as runner:
        return runner.run(coroutine)


def _new_loop() -> asyncio.AbstractEventLoop:
    """Return a loop of uvloop, else one of asyncio that can watch a descriptor, as the poller wants."""
    try:
        import uvloop
    except ImportError:
        return asyncio.SelectorEventLoop()
    return uvloop.new_event_loop()


def _prepare_output() -> None:
    for stream in sys.stdout, sys.stderr:
        if hasattr(stream, "reconfigure"):  # a terminal that lacks a character shows its escape, not a traceback
            stream.reconfigure(errors="backslashreplace", newline="")
