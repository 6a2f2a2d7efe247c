"""
What aescan logs, as lines of logfmt or JSON: one line for each event, with the same names of fields everywhere.

Records of ``logging`` come in, whose message is a constant sentence and whose ``extra`` has the facts, by the names in
``FIELDS``. Lines go out to one stream. No control character of a stranger's text gets into one, a text ends at some
length, and what repeats itself or comes in floods is left out and counted. No clock is asked but that of ``logging``,
and a steady one for what repeats itself.
"""

import json
import logging
import os
import re
import sys
import threading
import time
import traceback
from collections import Counter, OrderedDict
from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import PurePath
from types import TracebackType
from typing import Final, TextIO, TypeVar

from aescan.settings.problems import in_one_line
from aescan.text import printable

FIELDS: Final = {
    "target": "name of a target in the inventory",
    "endpoint": "host and port",
    "host": "name or address",
    "port": "port",
    "reason": "why a probe failed, as in the metrics",
    "error": "what was seen",
    "problem": "what is wrong, with its place in a file where it has one",
    "hint": "what to do about it",
    "setting": "key of the settings",
    "file": "path of a file or socket",
    "damaged": "path that a damaged file was given",
    "source": "file or URL that targets come from",
    "sink": "receiver of events",
    "waiting": "events that wait",
    "targets": "how many targets",
    "tlinks": "how many TLINKs",
    "problems": "how many problems",
    "usable": "how many can be had",
    "wanted": "how many were asked for",
    "seconds": "how long it took",
    "tls": "whether by TLS",
    "left_out": "lines like this one that were left out since the last of them",
}
"""Every fact that an event may have, by what its value is."""

AGAIN: Final = 3600.0
"""Seconds until a warning or an error is told again that says the same of the same."""

FLOOD: Final = 100
"""Lines with one message per minute; those beyond are counted."""

MINUTE: Final = 60.0

SUBJECTS: Final = ("target", "source", "sink", "file")
"""Fields that say of what something is told."""

MOST_KNOWN: Final = 10_000
"""Lines remembered, lest they be told again: some megabytes at most."""

MOST_LINES: Final = 200
"""Lines of a traceback that are shown, from its end."""

_LEVELS: Final = {"WARNING": "WARN", "CRITICAL": "ERROR"}
"""Levels that the Prometheus family calls otherwise, or not at all."""

_PRIORITIES: Final = {"DEBUG": 7, "INFO": 6, "WARN": 4, "ERROR": 3}
"""RFC 5424 section 6.2.1, for the journal (sd-daemon(3))."""

_BARE: Final = re.compile(r"[^\s\"=\\]+")
"""Values that need no quotes."""

_STANDARD: Final = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
"""What every record has by itself."""

log: Final = logging.getLogger("aescan")

Value = str | int | float | bool

K = TypeVar("K", bound=Hashable)

_Message = tuple[str, int, str]
"""Logger, level, and what is said."""


class Form(StrEnum):
    """How a line is written."""

    LOGFMT = "logfmt"
    JSON = "json"


def facts(record: logging.LogRecord) -> dict[str, Value]:
    """Return what was said and what else is told of it; text without control characters, and not too long."""
    found: dict[str, Value] = {"msg": printable(record.getMessage())}
    for name, value in vars(record).items():
        if name in _STANDARD or value is None:
            continue
        found[re.sub(r"\W", "_", name, flags=re.ASCII)] = value if isinstance(value, int | float) else _text(value)
    if record.exc_info and record.exc_info[1] is not None:
        error = record.exc_info[1]
        found["error"] = printable(f"{type(error).__name__}: {error}" if str(error) else type(error).__name__)
    return found


def logfmt(found: Mapping[str, Value]) -> str:
    """Return facts as ``name=value``, in quotes where that is needed, as Go's ``log/slog`` writes them."""
    return " ".join(f"{name}={_quoted(value)}" for name, value in found.items())


def _text(value: object) -> str:
    return printable(str(value) if isinstance(value, str | PurePath) else repr(value))


def _quoted(value: Value) -> str:
    text = str(value).lower() if isinstance(value, bool) else str(value)
    if _BARE.fullmatch(text):
        return text
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _story(error: BaseException) -> list[str]:
    lines = "".join(traceback.format_exception(error)).splitlines()
    return [printable(line) for line in lines[-MOST_LINES:]]


class Lines(logging.Formatter):
    """
    Writes records as lines.

    ``priorities``
        Whether a line begins with its priority, as the journal reads it.

    The traceback of a bug follows its line in logfmt, its own lines indented; in JSON it is a field, ``traceback``.
    """

    def __init__(self, form: Form, *, priorities: bool = False) -> None:
        super().__init__()
        self._form = form
        self._priorities = priorities

    def format(self, record: logging.LogRecord) -> str:
        """Return the line, or the lines."""
        moment = datetime.fromtimestamp(record.created, UTC).replace(tzinfo=None).isoformat(timespec="milliseconds")
        level = _LEVELS.get(record.levelname, record.levelname)
        found: dict[str, Value] = {"time": f"{moment}Z", "level": level, "logger": record.name, **facts(record)}
        story = _story(record.exc_info[1]) if record.exc_info and record.exc_info[1] is not None else []
        if self._form is Form.JSON:
            if story:
                found["traceback"] = "\n".join(story)
            lines = [json.dumps(found, ensure_ascii=False)]
        else:
            lines = [logfmt(found), *(f"    {line}" for line in story)]
        mark = f"<{_PRIORITIES.get(level, 6)}>" if self._priorities else ""
        return "\n".join(mark + line for line in lines)


@dataclass(slots=True)
class _Window:
    """How many lines came since ``began``, and how many of them were left out."""

    began: float
    count: int = 0
    left_out: int = 0


class Limited(logging.StreamHandler[TextIO]):
    """
    Leaves out what repeats itself, and says how much that was: on the next such line, when the minute is over, or last.

    Of warnings and errors that say the same of the same one is told per hour, unless there was other news of it since;
    of all with one message a hundred per minute.

    ``steady``
        Returns seconds of a clock that only goes forward.
    """

    def __init__(self, stream: TextIO, steady: Callable[[], float] = time.monotonic) -> None:
        super().__init__(stream)
        self._steady = steady
        self._same: OrderedDict[tuple[_Message, str, int], _Window] = OrderedDict()
        self._alike: OrderedDict[_Message, _Window] = OrderedDict()
        self._news: OrderedDict[Hashable, int] = OrderedDict()

    def emit(self, record: logging.LogRecord) -> None:
        """Write the record's line, unless it is left out, and what was left out before it."""
        moment = self._steady()
        for over in self._over(moment):
            super().emit(over)
        message = record.name, record.levelno, str(record.msg)
        subject = (record.name, *(getattr(record, name, None) for name in SUBJECTS))
        left_out = 0
        if record.levelno >= logging.WARNING:
            same = _window(self._same, (message, logfmt(facts(record)), self._news.get(subject, 0)), moment, AGAIN)
            if same.count:
                same.left_out += 1
                return
            left_out, same.left_out = same.left_out, 0
            same.count = 1
        elif record.levelno == logging.INFO:
            self._news[subject] = self._news.pop(subject, 0) + 1
            if len(self._news) > MOST_KNOWN:
                self._news.popitem(last=False)
        alike = _window(self._alike, message, moment, MINUTE)
        if alike.count >= FLOOD:
            alike.left_out += 1
            return
        alike.count += 1
        if left_out:
            record.left_out = left_out
        super().emit(record)

    def close(self) -> None:
        """Tell what was left out and not told of yet; nothing is written after that."""
        left = Counter[_Message]()
        for message, window in (*((key[0], each) for key, each in self._same.items()), *self._alike.items()):
            left[message] += window.left_out
        self._same.clear()
        self._alike.clear()
        for message, count in left.items():
            if count:
                super().emit(_left_out(message, count))
        super().close()

    def _over(self, moment: float) -> Iterator[logging.LogRecord]:
        """Yield a record for each flood that is over: its message, and how many lines of it were left out."""
        while self._alike and moment - next(iter(self._alike.values())).began >= MINUTE:
            message, window = self._alike.popitem(last=False)
            if window.left_out:
                yield _left_out(message, window.left_out)


def _left_out(message: _Message, count: int) -> logging.LogRecord:
    name, level, text = message
    told = {"name": name, "levelno": level, "levelname": logging.getLevelName(level), "msg": text, "left_out": count}
    return logging.makeLogRecord(told)


def _window(known: "OrderedDict[K, _Window]", key: K, moment: float, span: float) -> _Window:
    """Return the window that is open for this key; one that is over is closed, and what it left out kept."""
    window = known.get(key)
    if window is None or moment - window.began >= span:
        known.pop(key, None)
        known[key] = window = _Window(moment, left_out=window.left_out if window else 0)
        if len(known) > MOST_KNOWN:
            known.popitem(last=False)
    return window


def journal(stream: TextIO, environment: Mapping[str, str]) -> bool:
    """Whether the stream leads to systemd's journal (systemd.exec(5), ``JOURNAL_STREAM``)."""
    try:
        status = os.fstat(stream.fileno())
    except (OSError, ValueError):
        return False
    return environment.get("JOURNAL_STREAM") == f"{status.st_dev}:{status.st_ino}"


def begin(level: str, form: Form, stream: TextIO, environment: Mapping[str, str]) -> None:
    """Log from this level on to the stream, and what ends the process by a bug too; once in a process."""
    handler = Limited(stream)
    handler.setFormatter(Lines(form, priorities=journal(stream, environment)))
    logging.basicConfig(level=level.upper(), handlers=[handler])
    sys.excepthook = _bug
    threading.excepthook = lambda told: _bug(told.exc_type, told.exc_value or told.exc_type(), told.exc_traceback)


def mistake(problem: str, form: Form) -> str:
    """Return what the operator has to mend as it is written when the process ends by it: for people, or as a line."""
    if form is Form.LOGFMT:
        return f"aescan: {problem}\n"
    told = {"name": log.name, "levelno": logging.ERROR, "levelname": "ERROR", "msg": "problem of the configuration"}
    return Lines(form).format(logging.makeLogRecord(told | in_one_line(problem))) + "\n"


def _bug(kind: type[BaseException], error: BaseException, where: TracebackType | None) -> None:
    if issubclass(kind, Exception | BaseExceptionGroup):
        log.critical("this is a bug in aescan, please report it", exc_info=(kind, error, where))
    elif not issubclass(kind, SystemExit):
        sys.__excepthook__(kind, error, where)
