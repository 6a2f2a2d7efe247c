"""
Prometheus's lists of target groups, as ``file_sd`` and ``http_sd`` have them, to targets.

Bytes come in, JSON or YAML: ``[{"targets": ["host:port"], "labels": {"site": "paris"}}]``; a ``Listing`` goes out. The
labels are the operator's, but for those that begin with two underscores: they are dropped, except aescan's own, which
are those that aescan serves at ``/sd``. A label that aescan sets itself gets ``exported_`` before its name, as where
Prometheus scrapes it. An empty list is sound. A group with a mistake stops nothing.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Annotated, Any, Final

from pydantic import BeforeValidator, Field, PlainValidator, ValidationError, model_validator

from aescan.inventory.entries import server_name
from aescan.inventory.expand import Level, endpoint_of, expand
from aescan.inventory.hosts import Hosts, endpoint
from aescan.inventory.json import JsonError, compose, decode, skip_space
from aescan.inventory.listing import Listed, Listing
from aescan.inventory.model import Target
from aescan.inventory.services import Services
from aescan.settings.compose import Node
from aescan.settings.document import BREAK, lines_of, parse_any, text_of
from aescan.settings.fields import Line
from aescan.settings.labels import RESERVED, few_labels, label_name
from aescan.settings.problems import Expected, Mistake, Wants, nearest
from aescan.settings.validation import Entry, check
from aescan.text import printable

KEYS: Final = "a list of mappings with the key targets"

META: Final = "__meta_aescan_"
LABEL: Final = META + "label_"
NAME, SERVICE, RELEASE, SERVER_NAME = (META + name for name in ("name", "service", "release", "server_name"))
OWN: Final = frozenset({NAME, SERVICE, RELEASE, SERVER_NAME})
"""Labels that aescan reads, besides those that begin with ``LABEL``."""

LONGEST_SHOWN: Final = 60


def _target(written: object) -> tuple[Hosts, int]:
    if not isinstance(written, str):
        raise Expected("a target such as aes1.example.com:4722", Wants.TEXT)
    found, port = endpoint(written)
    if port is None:
        raise Mistake(f"{printable(written, LONGEST_SHOWN)} has no port", "write host:port")
    if found.network is not None:
        raise Mistake(f"{found.text} is a range, which cannot stand here", "list its hosts")
    return found, port


def _none_is_empty(written: object) -> object:
    return () if written is None else written


def _kept(written: object) -> object:
    """Return the labels without those that are empty, which is as good as absent, and those that mean nothing here."""
    if written is None:
        return {}
    if not isinstance(written, dict):
        return written
    return few_labels({name: value for name, value in written.items() if value != "" and _means_something(name)})


def _means_something(name: object) -> bool:
    if not isinstance(name, str) or not name.startswith("__"):
        return True
    return name in OWN or (name.startswith(LABEL) and not name.removeprefix(LABEL)[:1].isdecimal() and name != LABEL)


class TargetGroup(Entry):
    """Targets with labels in common."""

    targets: Annotated[
        tuple[Annotated[tuple[Hosts, int], PlainValidator(_target)], ...], BeforeValidator(_none_is_empty)
    ]
    labels: Annotated[dict[Annotated[str, PlainValidator(label_name)], Line], BeforeValidator(_kept)] = Field(
        default_factory=dict
    )

    @model_validator(mode="after")
    def _one_name_one_target(self) -> "TargetGroup":
        if NAME in self.labels and len(self.targets) > 1:
            raise Mistake(f"{len(self.targets)} targets cannot share one {NAME}", "give each a group of its own")
        return self

    def said(self, services: Services) -> "GroupLabels":
        """Return what the labels come to; raise Mistake where one of aescan's own is odd."""
        key = self.labels.get(SERVICE, "")
        if key and key not in services.by_key:
            hint = nearest(key, services.by_key) or f"known are {', '.join(services.by_key)}"
            raise Mistake(f"{key} is not the name of a service", hint)
        sent = server_name(self.labels[SERVER_NAME]) or None if SERVER_NAME in self.labels else None
        own = {name: value for name, value in self.labels.items() if not name.startswith("__")}
        own |= {name.removeprefix(LABEL): value for name, value in self.labels.items() if name.startswith(LABEL)}
        labels = {name: value for name, value in own.items() if _free(name)}
        for name in own.keys() - labels.keys():
            exported = name
            while not _free(exported) or exported in labels:
                exported = f"exported_{exported}"
            labels[exported] = own[name]
        return GroupLabels(labels, self.labels.get(NAME, ""), key, self.labels.get(RELEASE, ""), sent)


def _free(name: str) -> bool:
    return name not in RESERVED and not name.startswith("__")


@dataclass(frozen=True, slots=True)
class GroupLabels:
    """What the labels of a group say of each of its targets; empty and None where they say nothing."""

    labels: Mapping[str, str]
    name: str
    service: str
    release: str
    server_name: str | None


def read_groups(name: str, content: bytes, level: Level, services: Services) -> Listing:
    """
    Return the listing of a file or an answer of this name, JSON where it begins as JSON does, else YAML.

    Its targets are laid over ``level``. Raises ConfigError where there is no list at all.
    """
    text = text_of(name, content)
    document = Listed(name, lines_of(text))
    groups = _Groups(document, level, services)
    if _is_json(text):
        _read_json(text, groups)
    else:
        _read_yaml(name, content, groups)
    return groups.listing


def groups_of(name: str, content: bytes) -> Iterator[dict[str, Any]]:
    """Yield the groups of a list that was read without a mistake, with those labels alone that mean something here."""
    text = text_of(name, content)
    items = (data for _, data in _items(text)) if _is_json(text) else iter(parse_any(name, content, KEYS).root.data)
    for data in items:
        yield {"targets": list(data["targets"] or ()), "labels": _kept(data.get("labels"))}


def _is_json(text: str) -> bool:
    first = skip_space(text, 0)
    return text[first : first + 1] in {"[", "{", '"'}


class _Groups:
    """The groups of one file, below ``level``; a target that comes again with the same labels is the same."""

    def __init__(self, document: Listed, level: Level, services: Services) -> None:
        self.document = document
        self.listing = Listing(document)
        self._level = level
        self._services = services
        self._known: dict[str, Target] = {}

    def add(self, data: object, place: tuple[int, int], node: Callable[[], Node]) -> None:
        """Add the targets of a group, or note what is wrong with it; ``node`` returns it with all its places."""
        try:
            group: TargetGroup | None = TargetGroup.model_validate(data)
        except ValidationError:
            group = check(TargetGroup, self.document.entry(node()))
        if group is None:
            return
        try:
            said = group.said(self._services)
        except Mistake as mistake:
            self.document.entry(node()).add(("labels",), mistake.text, mistake.hint)
            return
        self.listing.extend(self._targets(group, said), place)

    def _targets(self, group: TargetGroup, said: GroupLabels) -> Iterator[Target]:
        level = replace(
            self._level,
            labels={**self._level.labels, **said.labels},
            release=said.release or self._level.release,
            sni=said.server_name or self._level.sni,
        )
        for hosts, port in group.targets:
            own = replace(level, endpoints=(endpoint_of(port, self._services, said.service, said.name),))
            for target in expand(hosts, own, self.document.name):
                if self._known.setdefault(target.name, target) is target or self._known[target.name] != target:
                    yield target


def _read_yaml(name: str, content: bytes, groups: _Groups) -> None:
    document = parse_any(name, content, KEYS)
    groups.document.problems += document.problems
    root = document.root
    if not isinstance(root.parts, list):
        groups.document.add((root.line, root.column), f"{root.shown} cannot be the whole file", f"it needs {KEYS}")
        return
    for node in root.parts:
        groups.add(node.data, (node.line, node.column), lambda node=node: node)  # type: ignore[misc] # mypy cannot infer it


def _read_json(text: str, groups: _Groups) -> None:
    breaks = [0, *(found.end() for found in BREAK.finditer(text))]

    def place(offset: int) -> tuple[int, int]:
        line = bisect_right(breaks, offset)
        return line, offset - breaks[line - 1] + 1

    try:
        for offset, data in _items(text):
            groups.add(data, place(offset), partial(compose, text, offset, place))
    except JsonError as error:
        groups.document.add(place(error.offset), error.text, error.hint)


def _items(text: str) -> Iterator[tuple[int, Any]]:
    """Yield each item of the list that is the whole text, with its offset; raise JsonError."""
    offset = skip_space(text, 0)
    if text[offset] != "[":
        raise JsonError(offset, "this cannot be the whole file", f"it needs {KEYS}")
    offset = skip_space(text, offset + 1)
    more = text[offset : offset + 1] != "]"
    while more:
        data, end = decode(text, offset)
        yield offset, data
        offset = skip_space(text, end)
        more = text[offset : offset + 1] == ","
        if more:
            offset = skip_space(text, offset + 1)
        elif text[offset : offset + 1] != "]":
            raise JsonError(offset, "a comma is missing here, or the end of the list")
    if (rest := skip_space(text, offset + 1)) < len(text):
        raise JsonError(rest, "nothing may stand after the end", "take it out")
