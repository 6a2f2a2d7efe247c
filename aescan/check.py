"""
Whether everything that the exporter is to be started with is sound.

That is settings, inventories, catalogues, trust stores, lists of service discovery, what servers are asked with, the
web configuration with its certificates. Arguments come in, a sentence goes out; every mistake of every file is raised
at once as ConfigError, however much is wrong in others. Files are read and nothing else: no server is asked, nothing
listens.
"""

import argparse
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import TypeVar

from aescan.arguments import NOTHING
from aescan.errors import ConfigError
from aescan.events.build import outboxes
from aescan.exporter.threads import in_thread
from aescan.exporter.web.live import WebConfigFile
from aescan.exporter.web.options import paths
from aescan.inventory.load import load_targets
from aescan.offline import no_files
from aescan.settings.load import read_settings
from aescan.settings.sources import HttpSd
from aescan.sources.feeds import check_files, feeds_of
from aescan.sources.http_sd import access

T = TypeVar("T")


def check(arguments: argparse.Namespace, moment: datetime) -> str:
    """Return what there is, in a sentence; the arguments are those that the exporter would be started with."""
    settings, problems = read_settings(arguments.config)
    targets = _gather(problems, lambda: no_files(arguments.targets)) or []
    files = (*settings.inventory, *arguments.inventory)
    listed = _gather(problems, lambda: load_targets(settings, files, targets))
    discovered = _gather(problems, lambda: check_files(feeds_of(settings), moment))
    for source in settings.inventory:
        if isinstance(source, HttpSd):
            _gather(problems, partial(access, source))
    _gather(problems, lambda: outboxes(settings.events, in_thread))
    if arguments.web_config is not None:
        _gather(problems, lambda: WebConfigFile(arguments.web_config))
    _gather(problems, lambda: paths(arguments.route_prefix, arguments.external_url))
    if not (files or arguments.targets or settings.probe.lets_in or problems):
        problems.append(NOTHING)
    if problems:
        raise ConfigError(list(dict.fromkeys(problems)))
    count = len(listed or ()) + len(discovered or ())
    what = "settings and inventory" if arguments.web_config is None else "settings, inventory and web configuration"
    return f"{what} are sound: {count} targets"


def _gather(problems: list[str], load: Callable[[], T]) -> T | None:
    """Return what is loaded; None where it is not sound, its problems being added."""
    try:
        return load()
    except ConfigError as error:
        problems += error.problems
        return None
