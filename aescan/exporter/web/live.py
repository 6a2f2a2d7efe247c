"""
The web configuration as it is on disk now, so that a renewed certificate or a new user needs no restart.

A path comes in; before a connection or a request is looked at, the files are compared with what was read last (a stat
of each), and read again when one changed. A change that cannot be used is logged once and the former stays in force.
"""

import logging
import ssl
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from aescan.errors import ConfigError
from aescan.exporter.stamps import Stamp, stamp
from aescan.exporter.web.config import WebConfig, read_web_config
from aescan.exporter.web.tls import OwnCertificate, build_context, own_certificates
from aescan.exporter.web.users import Users
from aescan.settings.problems import in_one_line

log: Final = logging.getLogger("aescan.exporter.web")

Stamps = tuple[Stamp | None, ...]


@dataclass(frozen=True, slots=True)
class Loaded:
    """One reading of the file, made ready to serve by; ``stamps`` are what its files were like just before."""

    stamps: Stamps
    config: WebConfig
    context: ssl.SSLContext | None
    users: Users
    certificates: tuple[OwnCertificate, ...]


def _load(path: Path | None) -> Loaded:
    before: Stamps = (stamp(path),) if path else ()
    config, problems = read_web_config(path) if path else (WebConfig(), [])
    before += tuple(map(stamp, config.files))
    context = None
    if config.tls:
        try:
            context = build_context(config.tls)
        except ConfigError as error:
            problems += error.problems
    if problems:
        raise ConfigError(problems)
    return Loaded(before, config, context, Users(config.users), own_certificates(config.tls) if config.tls else ())


class WebConfigFile:
    """
    The file at ``path``, read again whenever it or a file it leads to changes; None for no file.

    Raises ConfigError when it cannot be used at first.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._loaded = _load(path)
        self._stamps = self._loaded.stamps
        self.changed: Callable[[], None] = lambda: None
        """Called after another reading was taken up."""

    def current(self) -> Loaded:
        """Return the newest reading that can be used."""
        if self._path is None:
            return self._loaded
        found = self._now()
        if found != self._stamps:
            self._stamps = found
            self._read_again(self._path)
        return self._loaded

    def context(self) -> ssl.SSLContext | None:
        """Return a context whose every new connection is served by the newest reading; None to serve without TLS."""
        first = self._loaded.context
        if first is None:
            return None
        context = _NewestContext(ssl.PROTOCOL_TLS_SERVER)
        context.newest = lambda: self.current().context or first
        return context

    def _read_again(self, path: Path) -> None:
        try:
            loaded = _load(path)
        except ConfigError as error:
            self._refuse(path, error.problems)
            return
        if (loaded.context is None) != (self._loaded.context is None):
            self._refuse(path, [f"{path}: TLS cannot be turned on or off while aescan runs; restart it"])
            return
        self._loaded, self._stamps = loaded, loaded.stamps  # it may lead to other files than the former
        log.info("web configuration taken up", extra={"file": path})
        self.changed()

    @staticmethod
    def _refuse(path: Path, problems: Iterable[str]) -> None:
        for problem in problems:
            why = {"file": path, **in_one_line(problem)}
            log.error("web configuration refused, the former one stays in force", extra=why)

    def _now(self) -> Stamps:
        files = (self._path, *self._loaded.config.files) if self._path else ()
        return tuple(map(stamp, files))


class _NewestContext(ssl.SSLContext):
    """Hands each new connection to the context that is the newest at that moment."""

    newest: Callable[[], ssl.SSLContext]

    def wrap_bio(self, *arguments: object, **keywords: object) -> ssl.SSLObject:
        """Return the connection's TLS, as ``asyncio`` asks for it."""
        return self.newest().wrap_bio(*arguments, **keywords)  # type: ignore[arg-type] # as they came
