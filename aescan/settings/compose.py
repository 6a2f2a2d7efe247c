"""
YAML text to a tree of nodes, each with its data and its place.

Text comes in; the root and every mistake of the YAML itself go out: what breaks the syntax ends the reading, while
duplicate keys, keys that are not text, tags, merges and bad aliases are noted and passed over, so that all of them are
seen at once. Depth, and the size with aliases written out, are bounded as it goes. Events are taken one by one rather
than composed by PyYAML, whose recursion in C a deeply nested file overflows; it is several times faster besides.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, cast

import yaml

from aescan.settings.problems import Problem
from aescan.settings.scalars import ALIAS, MERGE, TAG, meaning, value_of
from aescan.settings.syntax import explain
from aescan.text import printable

_Loader = yaml.CSafeLoader | yaml.SafeLoader
_Start = yaml.SequenceStartEvent | yaml.MappingStartEvent
_End = yaml.SequenceEndEvent | yaml.MappingEndEvent

LOADER: Final[type[_Loader]] = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader
"""The C parser, or the same events from Python, ten times slower."""

MOST_NODES: Final = 2_000_000
"""Values in one file, aliases written out: some 100,000 hosts with a few keys each, past which YAML is too slow."""

DEEPEST: Final = 20
"""Levels of nesting; no file of aescan has more than eight."""

LONGEST_SHOWN: Final = 60
"""Characters of a value that a message repeats."""

_IGNORED: Final = "\0"
"""Stands for a key that cannot be used, whose value is read and dropped."""


@dataclass(slots=True, eq=False)
class Node:
    """
    One value of the file and where it begins, line and column counted from 1.

    ``data``
        Plain data: dict, tuple, str, int, float, bool, None or Unclear.
    ``text``
        A scalar as written, without quotes; None for a list or mapping.
    ``plain``
        Whether the scalar stands without quotes.
    ``json``
        Whether the scalar stands in JSON, where what has no quotes is never taken for text.
    ``parts``
        The values of a list; or each key of a mapping, as text, with its own node and that of its value.
    """

    line: int
    column: int
    data: Any
    text: str | None = None
    plain: bool = False
    parts: "list[Node] | dict[str, tuple[Node, Node]] | None" = None
    json: bool = False

    @property
    def shown(self) -> str:
        """The value as a message repeats it."""
        if self.text is None:
            return "a list" if isinstance(self.parts, list) else "a mapping"
        text = printable(self.text, LONGEST_SHOWN)
        return text if self.plain and text else f'"{text}"'


def misread(node: Node) -> str:
    """Return what a scalar without quotes is taken for, and how to write it as text."""
    if node.json:
        match node.data:
            case None:
                return f"{node.shown} is nothing, not text; write text in quotes"
            case bool():
                return f'{node.shown} is a truth value, not text; write "{node.shown}" in quotes'
            case _:
                return f'{node.shown} is a number, not text; write "{node.shown}" in quotes'
    return f'{node.shown} means {meaning(node.data)} in YAML; write "{node.shown}" in quotes'


def compose(text: str, loader: type[_Loader] = LOADER) -> tuple[Node | None, list[Problem]]:
    """Return the root of the one document in ``text``, None for none, and the mistakes found on the way."""
    composer = _Composer(text, loader(text))
    composer.run()
    return composer.root, composer.problems


@dataclass(slots=True)
class _Open:
    """A list or mapping whose end has not come: how many nodes stood before it, and the key that awaits its value."""

    node: Node
    parts: list[Node] | dict[str, tuple[Node, Node]]
    anchor: str | None
    before: int
    key: tuple[str, Node] | None = None


class _Composer:
    """One reading of one text."""

    def __init__(self, text: str, loader: _Loader) -> None:
        self.text = text
        self.loader: Any = loader
        self.root: Node | None = None
        self.problems: list[Problem] = []
        self.documents = 0
        self.count = 0
        self.over = False
        self.stack: list[_Open] = []
        self.anchors: dict[str, tuple[Node, int]] = {}

    def run(self) -> None:
        handlers: dict[type[yaml.Event], Callable[[Any], None]] = {
            yaml.ScalarEvent: self.scalar,
            yaml.SequenceStartEvent: self.start,
            yaml.MappingStartEvent: self.start,
            yaml.SequenceEndEvent: self.end,
            yaml.MappingEndEvent: self.end,
            yaml.AliasEvent: self.alias,
            yaml.DocumentStartEvent: self.document,
        }
        try:
            while not self.over and (event := self.loader.get_event()) is not None:
                if handler := handlers.get(type(event)):
                    handler(event)
                if self.count > MOST_NODES:
                    self.stop(
                        event, f"the file comes to more than {MOST_NODES:,} values, aliases written out", "split it"
                    )
        except yaml.MarkedYAMLError as error:
            self.problems.append(explain(error, self.text.splitlines()))
            self.root = None
        finally:
            self.loader.dispose()

    def note(self, place: tuple[int, int], text: str, hint: str = "") -> None:
        self.problems.append(Problem(*place, self.path(), text, hint))

    def stop(self, event: yaml.Event, text: str, hint: str) -> None:
        self.problems.append(Problem(*_place(event), "", text, hint))
        self.root = None
        self.over = True

    def path(self) -> str:
        path = ""
        for frame in self.stack:
            if isinstance(frame.parts, list):
                path += f"[{len(frame.parts)}]"
            elif frame.key is not None:
                path += f".{printable(frame.key[0], LONGEST_SHOWN)}"
        return path.removeprefix(".")

    def document(self, event: yaml.DocumentStartEvent) -> None:
        self.documents += 1
        if self.documents > 1:
            self.stop(event, "a second YAML document begins here", "keep one document in a file; take the --- line out")

    def scalar(self, event: yaml.ScalarEvent) -> None:
        text, plain = event.value, not event.style
        data: object = text
        if event.tag is not None:
            self.tag(event, event.tag)
        elif event.implicit[0]:
            data = value_of(self.loader.resolve(yaml.ScalarNode, text, event.implicit), text)
        self.count += 1
        node = Node(*_place(event), data, text, plain)
        if event.anchor is not None:
            self.anchor(event.anchor, node, 1)
        self.attach(node)

    def start(self, event: _Start) -> None:
        if event.tag is not None:
            self.tag(event, event.tag)
        if len(self.stack) == DEEPEST:
            self.stop(event, f"lists and mappings stand more than {DEEPEST} deep in each other", "write them flat")
            return
        parts: list[Node] | dict[str, tuple[Node, Node]] = [] if isinstance(event, yaml.SequenceStartEvent) else {}
        node = Node(*_place(event), None, parts=parts)
        self.stack.append(_Open(node, parts, event.anchor, self.count))
        self.count += 1

    def end(self, _event: _End) -> None:
        frame = self.stack.pop()
        node, parts = frame.node, frame.parts
        if isinstance(parts, list):
            node.data = tuple([part.data for part in parts])
        else:
            node.data = {key: value.data for key, (_, value) in parts.items()}
        if frame.anchor is not None:
            self.anchor(frame.anchor, node, self.count - frame.before)
        self.attach(node)

    def alias(self, event: yaml.AliasEvent) -> None:
        name = cast("str", event.anchor)  # an alias without a name is a syntax error
        if name in self.anchors:
            node, size = self.anchors[name]
            self.count += size
        else:
            self.note(_place(event), *self.unknown(name))
            node = Node(*_place(event), ALIAS, f"*{name}", plain=True)
        self.attach(node)

    def unknown(self, name: str) -> tuple[str, str]:
        shown = printable(name, LONGEST_SHOWN)
        if any(frame.anchor == name for frame in self.stack):
            return f"*{shown} stands for the value that it is part of", "write the value out"
        return f"*{shown} stands for nothing above it", f"mark the value with &{shown} before it is used"

    def anchor(self, name: str, node: Node, size: int) -> None:
        if name in self.anchors:
            text = f"&{printable(name, LONGEST_SHOWN)} marks two values, the first in line {self.anchors[name][0].line}"
            self.note((node.line, node.column), text, "give one of them another name")
        self.anchors[name] = node, size

    def tag(self, event: yaml.Event, tag: str) -> None:
        shown = printable(tag.replace(TAG, "!!"), LONGEST_SHOWN)
        self.note(_place(event), f"tags such as {shown} are not read here", "take the tag out; put text in quotes")

    def attach(self, node: Node) -> None:
        if not self.stack:
            self.root = node
            return
        frame = self.stack[-1]
        if isinstance(frame.parts, list):
            frame.parts.append(node)
        elif frame.key is None:
            frame.key = self.key(node), node
        else:
            key, key_node = frame.key
            if key != _IGNORED:
                self.value(frame.parts, key, key_node, node)
            frame.key = None

    def key(self, node: Node) -> str:
        """Return the key that ``node`` writes, having noted what is wrong with it by itself."""
        place = node.line, node.column
        if node.text is None:
            self.note(place, f"{node.shown} cannot be a key", "put text that begins with { or [ in quotes")
            return _IGNORED
        if node.data == MERGE:
            self.note(place, "<< merges are not read here", "put what hosts share under defaults")
            return _IGNORED
        if node.data is ALIAS:
            return _IGNORED
        if not node.text:
            self.note(place, "the key before the colon is missing")
            return _IGNORED
        if not isinstance(node.data, str):
            self.note(place, f"the key {misread(node)}")
        return node.text

    def value(self, parts: dict[str, tuple[Node, Node]], key: str, key_node: Node, node: Node) -> None:
        """Add a key with its value; of two keys that are the same, the first one counts and the second is noted."""
        if key in parts:
            text = f"written twice, first in line {parts[key][0].line}"
            self.note((key_node.line, key_node.column), text, "keep one of them")
        else:
            parts[key] = key_node, node


def _place(event: yaml.Event) -> tuple[int, int]:
    mark: Any = event.start_mark  # every event of a parser has one
    return mark.line + 1, mark.column + 1
