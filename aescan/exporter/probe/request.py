"""
A request for a probe to the target that it means: the query's parameters in, a ``Target`` and the seconds it has out.

Parameters are those of blackbox_exporter and ssl_exporter. What cannot be understood is a ``BadRequest`` with a
sentence for whoever wrote the scrape configuration. A target of the inventory is taken as the inventory knows it,
whether it was asked for by its name, its endpoint or the address that ``/sd`` tells.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import urlsplit

from aescan.inventory.expand import endpoint_of, expand, first_level
from aescan.inventory.hosts import endpoint, name
from aescan.inventory.model import Target
from aescan.inventory.services import Services
from aescan.settings.policy import Thresholds
from aescan.settings.probes import ProbeModule, ProbeSettings
from aescan.settings.problems import Mistake, nearest
from aescan.text import printable

OFFSET: Final = 0.5
"""Seconds of the scraper's timeout left for the answer to get there, as in blackbox_exporter."""

LEAST: Final = 0.1
"""Seconds a probe has at least, however little the scraper leaves."""

LONGEST: Final = 300
"""Characters of a parameter: more than a host name has."""

HTTPS: Final = 443

SOURCE: Final = "probe"
"""Where a target of no inventory is said to come from."""


class BadRequest(Exception):  # noqa: N818 - the name of the answer that it leads to
    """A request that nobody can answer, and why."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """
    What a request asks for.

    ``known``
        Whether the target is of the inventory.
    ``timeout``
        Seconds the probe may take.
    """

    target: Target
    known: bool
    timeout: float
    debug: bool = False


@dataclass(frozen=True, slots=True)
class Rules:
    """What requests are understood by: the settings, and what a target of no inventory is judged by."""

    settings: ProbeSettings
    services: Services
    thresholds: Thresholds


class Directory:
    """
    The targets of an inventory by what a request may call them.

    Made once for each inventory: a Prometheus that probes ten thousand targets asks hundreds of times a second.
    """

    def __init__(self, targets: tuple[Target, ...]) -> None:
        self.targets = targets
        self._called: dict[str, Target] = {}
        self._endpoints: dict[str, Target] = {}
        self._dialled: dict[str, Target] = {}
        for target in targets:
            self._called.setdefault(target.name, target)
            self._called.setdefault(target.endpoint, target)
            self._endpoints.setdefault(target.endpoint, target)
            self._dialled.setdefault(target.dialled, target)

    def called(self, written: str) -> Target | None:
        """Return the first target with that name or endpoint, exactly as written."""
        return self._called.get(written)

    def at(self, endpoint: str) -> Target | None:
        """Return the first target with that endpoint, else the first that is dialled there."""
        return self._endpoints.get(endpoint) or self._dialled.get(endpoint)


def understand(query: Mapping[str, str], scrape_timeout: str | None, known: Directory, rules: Rules) -> Wanted:
    """Return what the query asks for; raises BadRequest."""
    written = query.get("target", "")
    if not written:
        raise BadRequest("target is missing: /probe?target=aes1.example.com:4722")
    if any(len(value) > LONGEST for value in query.values()):
        raise BadRequest(f"a parameter has more than {LONGEST} characters")
    module = _module(query.get("module", "default"), rules.settings)
    server_name = _server_name(query)
    found = known.called(written)
    target = found or _target(written, module, rules)
    if found is None and (found := known.at(target.endpoint)) is not None:
        target = found
    if server_name is not None:
        target = replace(target, server_name=server_name)
    debug = query.get("debug", "").lower() in {"true", "1"}
    return Wanted(target, found is not None, _timeout(scrape_timeout, module), debug)


def _module(written: str, settings: ProbeSettings) -> ProbeModule:
    module = settings.modules.get(written)
    if module is None:
        known: Sequence[str] = tuple(settings.modules)
        hint = nearest(written, known) or f"there are {', '.join(map(printable, known))}"
        raise BadRequest(f"there is no module {printable(written)}; {hint}")
    return module


def _server_name(query: Mapping[str, str]) -> str | None:
    written = query.get("hostname") or query.get("server_name")
    if not written:
        return None
    try:
        return name(written)
    except Mistake as mistake:
        raise BadRequest(f"hostname: {mistake.text}") from None


def _target(written: str, module: ProbeModule, rules: Rules) -> Target:
    """Return the target of ``host:port``, or of a URL, as probes of the HTTP kind are given."""
    text, default = written, None
    if "://" in written:
        try:
            parts = urlsplit(written)
            text, default = parts.netloc.rpartition("@")[2], HTTPS
        except ValueError:
            raise BadRequest(f"target: {printable(written)} is no URL") from None
        if parts.scheme != "https":
            raise BadRequest(f"target: {printable(written)} has no certificate; write host:port or an https URL")
    try:
        hosts, port = endpoint(text)
    except Mistake as mistake:
        raise BadRequest(f"target: {mistake.text}") from None
    port = port or default
    if port is None:
        raise BadRequest(f"target: {printable(written)} has no port; write {printable(written)}:4722 or another")
    if len(hosts) != 1:
        raise BadRequest(f"target: {printable(written)} is more than one host")
    level = replace(first_level(rules.thresholds, rules.services), endpoints=(endpoint_of(port, rules.services),))
    (target,) = expand(hosts, level, SOURCE)
    return replace(target, server_name=module.server_name or target.server_name)


def _timeout(scrape_timeout: str | None, module: ProbeModule) -> float:
    try:
        given = float(scrape_timeout) if scrape_timeout else module.timeout + OFFSET
    except ValueError:
        raise BadRequest("X-Prometheus-Scrape-Timeout-Seconds is not a number") from None
    if not given > 0:  # not a number is not above 0 either
        raise BadRequest("X-Prometheus-Scrape-Timeout-Seconds is not above 0")
    return max(LEAST, min(module.timeout, given - OFFSET))
