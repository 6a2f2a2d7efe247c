"""What the log says, and what it leaves out."""

import ast
import io
import json
import logging
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aescan import logs
from aescan.logs import FIELDS, FLOOD, Form, Limited, Lines, facts, journal, logfmt, mistake

ROOT = Path(__file__).parents[1]
BEHIND_TIME = re.compile(r"time=\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z (.*)")


class Clock:
    """A steady clock that a test moves."""

    def __init__(self) -> None:
        self.moment = 1000.0

    def __call__(self) -> float:
        """Return the moment."""
        return self.moment


class Log:
    """A logger with what it wrote."""

    def __init__(self, form: Form = Form.LOGFMT, *, priorities: bool = False) -> None:
        self.clock = Clock()
        self._stream = io.StringIO()
        handler = Limited(self._stream, self.clock)
        handler.setFormatter(Lines(form, priorities=priorities))
        self.logger = logging.Logger("aescan.test")  # noqa: LOG001 - one of its own, which nobody else hears
        self.logger.addHandler(handler)

    @property
    def lines(self) -> list[str]:
        """Everything that was written since last asked."""
        text = self._stream.getvalue()
        self._stream.seek(0)
        self._stream.truncate()
        return text.splitlines()

    @property
    def told(self) -> list[str]:
        """The same, behind the time."""
        return [found[1] if (found := BEHIND_TIME.fullmatch(line)) else line for line in self.lines]


def test_logfmt() -> None:
    """A line has time, level, logger, message and facts; what needs quotes has them."""
    log = Log()
    log.logger.info("listening", extra={"endpoint": "[::1]:10722", "tls": False})
    log.logger.warning("two words", extra={"file": Path("/a b"), "error": 'said "no"\\', "seconds": 1.5, "sink": ""})

    assert log.told == [
        "level=INFO logger=aescan.test msg=listening endpoint=[::1]:10722 tls=false",
        'level=WARN logger=aescan.test msg="two words" file="/a b" error="said \\"no\\"\\\\" seconds=1.5 sink=""',
    ]


def test_json() -> None:
    """The same as one object for each line, numbers and truth as such."""
    log = Log(Form.JSON)
    log.logger.error("events cannot be sent", extra={"sink": "udp://é:514", "waiting": 3, "tls": True, "error": None})
    (line,) = log.lines
    read = json.loads(line)

    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", read.pop("time"))
    assert list(read.items()) == [
        ("level", "ERROR"),
        ("logger", "aescan.test"),
        ("msg", "events cannot be sent"),
        ("sink", "udp://é:514"),
        ("waiting", 3),
        ("tls", True),
    ]


def read_logfmt(line: str) -> dict[str, str]:
    """Return the pairs of a line, as a collector reads them."""
    pairs = re.findall(r'(\w+)=(?:"((?:[^"\\]|\\.)*)"|([^\s"=\\]*))(?: |$)', line)
    return {name: re.sub(r"\\(.)", r"\1", quoted) or bare for name, quoted, bare in pairs}


@given(st.text(), st.text())
def test_hostile_text(message: str, value: str) -> None:
    """Whatever a stranger says, a line stays one, has nothing that a terminal obeys, and reads as it was written."""
    record = logging.makeLogRecord({"msg": message, "name": "x", "levelno": 20, "levelname": "INFO", "error": value})
    found = facts(record)
    for form in Form:
        line = Lines(form).format(record)
        assert line.isprintable()
        pairs = json.loads(line) if form is Form.JSON else read_logfmt(line)
        assert pairs["msg"] == found["msg"]
        assert pairs["error"] == found["error"]


def test_long_text() -> None:
    """A stranger cannot make a line as long as he likes."""
    log = Log()
    log.logger.info("said", extra={"error": "a" * 100_000})

    assert len(log.lines[0]) < 1200


def test_names_of_others() -> None:
    """What a library puts in under an odd name does not break the line."""
    record = logging.makeLogRecord({"msg": "%s!", "args": ("hello",), "a b\n": object})

    assert logfmt(facts(record)) == "msg=hello! a_b_=\"<class 'object'>\""


def fail() -> None:
    """Fail with a hostile text."""
    raise ValueError("two\nlines \x1b[31m")


@pytest.mark.parametrize("form", Form)
def test_traceback(form: Form) -> None:
    """A bug's traceback can be read: below its line in logfmt, in a field of it in JSON."""
    log = Log(form)
    try:
        fail()
    except ValueError:
        log.logger.exception("a bug")
    first, *rest = log.lines
    if form is Form.JSON:
        assert rest == []
        read = json.loads(first)
        assert read["error"] == "ValueError: two\\x0alines \\x1b[31m"
        rest = [f"    {line}" for line in read["traceback"].split("\n")]
    else:
        assert first.endswith(
            'level=ERROR logger=aescan.test msg="a bug" error="ValueError: two\\\\x0alines \\\\x1b[31m"'
        )

    assert rest[0] == "    Traceback (most recent call last):"
    assert '    raise ValueError("two\\nlines \\x1b[31m")' in "\n".join(rest)
    assert rest[-2:] == ["    ValueError: two", "    lines \\x1b[31m"]
    assert all(line.isprintable() for line in rest)


def test_endless_traceback() -> None:
    """Of a traceback the end is shown, and not more than can be read."""
    log = Log()
    error = ValueError("\n" * 10_000 + "the end")
    log.logger.error("a bug", exc_info=error)
    lines = log.lines

    assert (len(lines), lines[-1]) == (1 + logs.MOST_LINES, "    the end")


def test_priorities() -> None:
    """For the journal each line begins with its priority, those of a traceback too."""
    log = Log(priorities=True)
    log.logger.setLevel("DEBUG")
    for level in "debug", "info", "warning", "error", "critical":
        log.logger.log(logging.getLevelNamesMapping()[level.upper()], level)
    log.logger.error("a bug", exc_info=ValueError("no"))

    assert [line[:3] for line in log.lines] == ["<7>", "<6>", "<4>", "<3>", "<3>", "<3>", "<3>"]


def test_journal(tmp_path: Path) -> None:
    """The journal is there where the environment names the stream's very file."""
    with (tmp_path / "stream").open("w") as stream:
        status = (tmp_path / "stream").stat()
        named = {"JOURNAL_STREAM": f"{status.st_dev}:{status.st_ino}"}
        assert journal(stream, named)
        assert not journal(stream, {"JOURNAL_STREAM": f"{status.st_dev}:{status.st_ino + 1}"})
        assert not journal(stream, {})
        assert not journal(io.StringIO(), named)
    assert not journal(stream, named)


def lost(log: Log, target: str) -> None:
    """Log that a target failed."""
    log.logger.warning("target could not be probed", extra={"target": target})


def test_same_again() -> None:
    """The same failure of the same target is told once an hour, with how often it was left out."""
    log = Log()
    for _ in range(5):
        lost(log, "a")
    lost(log, "b")
    log.clock.moment += 3599
    lost(log, "a")
    said = 'level=WARN logger=aescan.test msg="target could not be probed"'
    assert log.told == [f"{said} target=a", f"{said} target=b"]
    log.clock.moment += 1
    lost(log, "a")
    lost(log, "b")
    assert log.told == [f"{said} target=a left_out=5", f"{said} target=b"]


def test_news_are_told() -> None:
    """What is no failure is told each time."""
    log = Log()
    for _ in range(3):
        log.logger.info("sweep finished", extra={"targets": 1})

    assert len(log.lines) == 3


def test_other_news() -> None:
    """What is lost again after it was back is told again, though it is the same; what others do changes nothing."""
    log = Log()
    lost(log, "a")
    log.logger.info("target is back", extra={"target": "b"})
    log.logger.info("sweep finished")
    log.logger.debug("target could not be probed", extra={"target": "a"})
    lost(log, "a")
    assert [line.split()[-1] for line in log.told if "WARN" in line] == ["target=a"]
    log.logger.info("target is back", extra={"target": "a"})
    lost(log, "a")
    assert [line.split()[-2:] for line in log.told if "WARN" in line] == [['probed"', "target=a"]]


def test_what_is_told_last() -> None:
    """What was left out is told when the log ends."""
    log = Log()
    for number in range(FLOOD + 2):
        lost(log, f"aes{number}")
    lost(log, "aes0")
    log.logger.error("history cannot be kept")
    assert len(log.lines) == FLOOD + 1
    (handler,) = log.logger.handlers
    handler.close()
    assert log.told == ['level=WARN logger=aescan.test msg="target could not be probed" left_out=3']
    handler.close()
    assert log.told == []


def test_flood() -> None:
    """Of one message there are so many lines per minute; how many more there were is told when it is over."""
    log = Log()
    for number in range(FLOOD + 50):
        lost(log, f"aes{number}")
    log.logger.info("something else")
    assert len(log.lines) == FLOOD + 1
    log.clock.moment += 60
    log.logger.info("something else")
    assert log.told == [
        'level=WARN logger=aescan.test msg="target could not be probed" left_out=50',
        'level=INFO logger=aescan.test msg="something else"',
    ]
    log.clock.moment += 60
    log.logger.info("something else")
    assert len(log.lines) == 1


def test_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is remembered has a limit; the oldest is forgotten, and so told again."""
    monkeypatch.setattr(logs, "MOST_KNOWN", 2)
    log = Log()
    for target in "a", "b", "c", "a", "c":
        lost(log, target)

    assert [line[-1] for line in log.lines] == ["a", "b", "c", "a"]


PROGRAM = """
import sys, threading
from aescan import logs
logs.begin("info", logs.Form.JSON, sys.stderr, {})
if sys.argv[1] == "thread":
    thread = threading.Thread(target=lambda: 1 / 0)
    thread.start()
    thread.join()
else:
    raise eval(sys.argv[1])
"""


@pytest.mark.parametrize(
    ("how", "said", "status"),
    [
        ("ValueError('no')", "ValueError: no", 1),
        ("ExceptionGroup('tasks', [ValueError('no')])", "ExceptionGroup: tasks (1 sub-exception)", 1),
        ("thread", "ZeroDivisionError: division by zero", 0),
    ],
)
def test_bugs_reach_the_log(how: str, said: str, status: int) -> None:
    """An exception that nobody caught is a line of the log too, wherever it was raised."""
    done = subprocess.run([sys.executable, "-c", PROGRAM, how], capture_output=True, check=False, encoding="utf-8")
    (line,) = done.stderr.splitlines()
    read = json.loads(line)

    assert (done.returncode, read["level"], read["error"]) == (status, "ERROR", said)
    assert read["msg"] == "this is a bug in aescan, please report it"
    assert read["traceback"].count(said) == 1


def test_interrupted_otherwise() -> None:
    """An interrupt is no bug."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, "KeyboardInterrupt"], capture_output=True, check=False, encoding="utf-8"
    )

    assert done.stderr.splitlines()[-1] == "KeyboardInterrupt"


def test_what_the_operator_has_to_mend() -> None:
    """It ends the process as people read it, or as an event where lines of JSON are read."""
    problem = "a.yml:1:2: b: this is wrong\n    b: 1\n     ^\n    write that"
    assert mistake(problem, Form.LOGFMT) == f"aescan: {problem}\n"
    read = json.loads(mistake(problem, Form.JSON))
    del read["time"]
    assert read == {
        "level": "ERROR",
        "logger": "aescan",
        "msg": "problem of the configuration",
        "problem": "a.yml:1:2: b: this is wrong",
        "hint": "write that",
    }
    ran = [sys.executable, "-m", "aescan", "--log.format", "json"]
    done = subprocess.run(ran, capture_output=True, check=False, encoding="utf-8")
    (line,) = done.stderr.splitlines()
    assert (done.returncode, json.loads(line)["problem"][:15]) == (2, "nothing to scan")


LOGGING = re.compile(r"log\.(debug|info|warning|error|exception|critical|log)")


def calls() -> Iterator[tuple[str, ast.Call]]:
    """Yield every call of a logger in the package, with where it is."""
    for module in sorted((ROOT / "aescan").rglob("*.py")):
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and LOGGING.fullmatch(ast.unparse(node.func)):
                yield f"{module.relative_to(ROOT)}:{node.lineno}", node


def test_every_event_is_uniform() -> None:
    """Each call logs a constant sentence; the facts are in ``extra``, by the names there are."""
    found = list(calls())
    for where, call in found:
        arguments = call.args[1:] if ast.unparse(call.func) == "log.log" else call.args
        (message,) = arguments
        assert isinstance(message, ast.Constant), where
        assert not re.search(r"%|=|\.$", str(message.value)), where
        assert {keyword.arg for keyword in call.keywords} <= {"extra", "exc_info"}, where
        for keyword in call.keywords:
            names = {
                key.value
                for node in ast.walk(keyword.value)
                if isinstance(node, ast.Dict)
                for key in node.keys
                if isinstance(key, ast.Constant)
            }
            assert names <= FIELDS.keys(), where
    assert len(found) > 20


def test_page() -> None:
    """The page on operation has every field with its meaning."""
    page = (ROOT / "docs" / "operation.md").read_text(encoding="utf-8")

    for name, meaning in FIELDS.items():
        assert f"| `{name}` | {meaning} |\n" in page
