"""
The exporter as a process: configuration and flags in, signals in, an exit status out.

Everything that serves is put together here and lives until a signal ends it. Imports aiohttp by way of ``application``,
and so to be imported by serve mode alone.
"""

import asyncio
import contextlib
import logging
import os
import signal
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Final

from aescan.exporter.announcer import Announcer
from aescan.exporter.application import application, headers
from aescan.exporter.configuration import Configuration
from aescan.exporter.exporter import Exporter
from aescan.exporter.pauses import collect_often, kept_short
from aescan.exporter.restore import restored
from aescan.exporter.stamps import stamps
from aescan.exporter.state import State
from aescan.exporter.threads import in_thread
from aescan.exporter.web.listening import listening
from aescan.exporter.web.live import WebConfigFile
from aescan.exporter.web.options import WebOptions
from aescan.exporter.web.service_manager import ServiceManager, passed_sockets
from aescan.history.keeper import History
from aescan.probe.resolve import Resolver
from aescan.sources.feeds import Feeds, Reader

log: Final = logging.getLogger("aescan.exporter.server")


@contextlib.contextmanager
def _signals(actions: dict[signal.Signals, Callable[[], None]]) -> Iterator[None]:
    loop = asyncio.get_running_loop()
    for number, action in actions.items():
        loop.add_signal_handler(number, action)
    try:
        yield
    finally:
        for number in actions:
            loop.remove_signal_handler(number)


async def _show_life(manager: ServiceManager) -> None:
    """Give signs of life from the event loop, twice as often as they are wanted, as sd_watchdog_enabled(3) advises."""
    while manager.watchdog is not None:
        manager.alive()
        await asyncio.sleep(manager.watchdog / 2)


async def _watch(exporter: Exporter, pause: float, reload: asyncio.Event) -> None:
    """Have the configuration loaded anew when a file that it comes from is another one than before."""
    before = await in_thread(lambda: stamps(exporter.files))
    while True:
        await asyncio.sleep(pause)
        found = await in_thread(lambda: stamps(exporter.files))
        changed = [path for path, stamp in found.items() if stamp != before.get(path, stamp)]
        before = found
        if changed:
            for path in changed:
                log.info("a file of the configuration changed", extra={"file": path})
            reload.set()


async def serve(
    load: Callable[[], Configuration],
    options: WebOptions,
    now: Callable[[], datetime],
    history: History | None = None,
    announcer: Announcer | None = None,
) -> int:
    """
    Run the exporter until SIGTERM or SIGINT; SIGHUP makes it load its configuration anew.

    What ``history`` knows is served from the first answer on, and what is seen is kept in it; what became different is
    told by ``announcer``.

    Returns the exit status 0. Raises ConfigError when the first configuration or the web configuration cannot be used
    or an address cannot be bound. An exception group is a bug, to be shown and to end the process.
    """
    task, reload, stopped = asyncio.current_task(), asyncio.Event(), asyncio.Event()
    manager = ServiceManager(os.environ)

    def stop() -> None:
        if task is not None and not stopped.is_set():  # once, lest an impatient second signal breaks off the end
            stopped.set()
            manager.stopping()
            task.cancel()

    actions = {signal.SIGHUP: reload.set, signal.SIGTERM: stop, signal.SIGINT: stop}
    with _signals(actions), contextlib.closing(history) if history is not None else contextlib.nullcontext():
        try:
            web_file = WebConfigFile(options.config_file)
            configuration = await in_thread(load)
            feeds = await _feeds(Reader(now, in_thread, Resolver()), history)
            await feeds.take_up(configuration.feeds)
            known = replace(configuration, targets=feeds.targets(configuration.targets))
            state = await in_thread(lambda: _begin(history, known, now()))
            exporter = Exporter(
                configuration, load, now, reload, state=state, history=history, announcer=announcer, feeds=feeds
            )
            web_file.changed = exporter.show(lambda: web_file.current().certificates)
            with kept_short(lambda: len(exporter.targets())):
                await _live(exporter, web_file, options, manager, reload)
        except asyncio.CancelledError:
            if task is None or not stopped.is_set():
                raise
            task.uncancel()
            log.info("stopped by a signal")
    return 0


async def _feeds(reader: Reader, history: History | None) -> Feeds:
    """Return feeds that know the lists of before the start, and have them kept."""
    return Feeds(reader) if history is None else Feeds(reader, await in_thread(history.load_lists), history.note_lists)


async def _live(
    exporter: Exporter, web_file: WebConfigFile, options: WebOptions, manager: ServiceManager, reload: asyncio.Event
) -> None:
    """Listen and scan until cancelled."""
    app = application(exporter, web_file, options.prefix, landing=options.landing, lifecycle=options.lifecycle)
    listen, passed = ((), passed_sockets(os.environ)) if options.systemd_socket else (options.listen, ())
    on_all = partial(headers, web_file)
    async with listening(app, listen, passed, web_file.context(), on_all) as endpoints, asyncio.TaskGroup() as tasks:
        for endpoint in endpoints:
            log.info("listening", extra={"endpoint": endpoint, "tls": web_file.current().context is not None})
        manager.ready(f"listening on {', '.join(endpoints)}")
        tasks.create_task(_show_life(manager))
        tasks.create_task(exporter.run())
        tasks.create_task(collect_often())
        if options.auto_reload is not None:
            tasks.create_task(_watch(exporter, options.auto_reload, reload))


def _begin(history: History | None, configuration: Configuration, moment: datetime) -> State:
    """Return the state to begin with, and let the history write from now on."""
    if history is None:
        return State(configuration.targets, moment)
    state = restored(history.load(), configuration, moment)
    history.start()
    return state
