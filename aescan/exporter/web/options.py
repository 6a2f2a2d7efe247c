"""
Where and under which address the exporter serves, as its flags say it: plain data and the checks of their form.

Names and meaning are those of the Prometheus family's exporters. Nothing is opened here.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from aescan.errors import ConfigError
from aescan.text import printable

_PREFIX: Final = re.compile(r"(/[A-Za-z0-9._~-]+)*", re.ASCII)


@dataclass(frozen=True, slots=True)
class WebOptions:
    """
    The flags of serving.

    ``listen``
        Hosts and ports; all addresses where the host is empty.
    ``config_file``
        The file of ``--web.config.file``; None for plain HTTP without users.
    ``prefix``
        What every path begins with, such as ``/aescan``; empty for none.
    ``landing``
        The path of the first page as people have it, who may come by a proxy.
    ``systemd_socket``
        Whether the sockets that systemd passed are listened on instead of ``listen``.
    ``lifecycle``
        Whether a request may start a sweep or a reload.
    ``auto_reload``
        Seconds between two looks at whether a file of the configuration has changed; None for none.
    """

    listen: Sequence[tuple[str, int]] = ()
    config_file: Path | None = None
    prefix: str = ""
    landing: str = "/"
    systemd_socket: bool = False
    lifecycle: bool = False
    auto_reload: float | None = None


def paths(route_prefix: str | None, external_url: str | None) -> tuple[str, str]:
    """
    Return ``prefix`` and ``landing`` of ``WebOptions``; raises ConfigError.

    The prefix is what is written, else the path of the external URL.
    """
    external = _prefix("--web.external-url", _path(external_url)) if external_url is not None else None
    prefix = _prefix("--web.route-prefix", route_prefix) if route_prefix is not None else external or ""
    return prefix, f"{prefix if external is None else external}/"


def _path(external_url: str) -> str:
    try:
        parts = urlsplit(external_url)
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and not parts.query and not parts.fragment
    except ValueError:
        usable = False
    if not usable:
        problem = "not the URL of a site, such as https://monitoring.example.com/aescan"
        raise ConfigError([f"--web.external-url {printable(external_url)}: {problem}"])
    return parts.path


def _prefix(flag: str, path: str) -> str:
    prefix = "/" + path.strip("/") if path.strip("/") else ""
    if not _PREFIX.fullmatch(prefix) or {".", ".."} & set(prefix.split("/")):
        raise ConfigError([f"{flag}: {printable(prefix)} is not a path of plain letters, digits, -, ., _ and ~"])
    return prefix
