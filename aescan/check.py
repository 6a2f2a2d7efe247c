"""
Whether everything that the exporter is to be started with is sound.

That is settings, inventories, catalogues, trust stores, lists of service discovery, the web configuration with its
certificates. Paths and arguments come in, a sentence goes out; every mistake of every file is raised at once as
ConfigError, however much is wrong in others. Files are read and nothing else: no server is asked, nothing listens.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from aescan.errors import ConfigError
from aescan.exporter.web.live import WebConfigFile
from aescan.inventory.load import load_targets
from aescan.settings.load import read_settings
from aescan.sources.feeds import check_files, feeds_of

T = TypeVar("T")


def check(
    config: Path | None, inventories: Iterable[Path], targets: Sequence[str], web_config: Path | None, moment: datetime
) -> str:
    """
    Return what there is, in a sentence.

    ``config``, ``web_config``
        The files of settings and of the web configuration; None where there is none.
    ``inventories``, ``targets``
        Those of the command line, beside what the settings name.
    """
    settings, problems = read_settings(config)
    files = (*settings.inventory, *inventories)
    listed = _gather(problems, lambda: load_targets(settings, files, targets))
    discovered = _gather(problems, lambda: check_files(feeds_of(settings), moment))
    if web_config is not None:
        _gather(problems, lambda: WebConfigFile(web_config))
    if not files and not targets and not problems:
        problems.append("nothing to scan: name targets, or give a file of them with --inventory; see aescan --help")
    if problems:
        raise ConfigError(list(dict.fromkeys(problems)))
    count = len(listed or ()) + len(discovered or ())
    what = "settings and inventory" if web_config is None else "settings, inventory and web configuration"
    return f"{what} are sound: {count} targets"


def _gather(problems: list[str], load: Callable[[], T]) -> T | None:
    """Return what is loaded; None where it is not sound, its problems being added."""
    try:
        return load()
    except ConfigError as error:
        problems += error.problems
        return None
