"""The plan of the house, held as tests: which way imports go, what the core may not touch, how large things grow."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "aescan"
MODULES = sorted(PACKAGE.rglob("*.py"))

ROWS = [
    {"__main__"},
    {"cli"},
    {"check"},
    {"arguments"},
    {"preflight"},
    {"argument_types", "completion", "difference", "discover", "exporter", "lab", "logs", "offline", "once", "past"},
    {"report", "events", "history", "scan", "sources"},
    {"probe", "observation"},
    {"findings", "inventory"},
    {"certificates", "settings"},
    {"tls", "keystores"},
    {"errors", "text", "data", "__init__"},
]
"""Rooms from the top down: a room looks only at rows below its own."""

CORE = {"tls", "certificates", "findings", "observation", "report", "errors", "text"}
SANS_IO = {"aescan/probe/acs.py", "aescan/probe/ladder.py", "aescan/probe/sntp.py"}
"""Files of other rooms that are held to the same: what a probe says and hears, apart from how."""
FORBIDDEN_IN_CORE = {
    "asyncio", "socket", "ssl", "os", "time", "logging", "sqlite3", "aiohttp", "asyncio_dgram", "prometheus_client",
    "yaml", "threading", "subprocess", "uvloop",
}  # fmt: skip

LONGEST_FILE = 400
MOST_STATEMENTS = 30


def room(module: Path) -> str:
    """Return the room a file belongs to: its folder in the package, or its own name beside them."""
    first = module.relative_to(PACKAGE).parts[0]
    return first.removesuffix(".py")


def row(name: str) -> int:
    """Return the row of a room, 0 at the top."""
    return next(number for number, rooms in enumerate(ROWS) if name in rooms)


def imports(module: Path) -> Iterator[str]:
    """Yield the dotted name of every import in a file, wherever in it it stands."""
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def rooms_imported(module: Path) -> set[str]:
    """Return the rooms of aescan that a file imports from."""
    return {
        name.split(".")[1] for name in imports(module) if name.startswith("aescan.") and name != "aescan.__version__"
    }


def relative(path: Path) -> str:
    """Return a path as the operator of this test reads it."""
    return path.relative_to(ROOT).as_posix()


def pure(module: Path) -> bool:
    """Whether a file may do no input or output."""
    return room(module) in CORE or relative(module) in SANS_IO


@pytest.mark.parametrize("module", MODULES, ids=relative)
def test_arrows_point_downwards(module: Path) -> None:
    """A module imports only from rows below its own, and from its own room."""
    own = room(module)
    upwards = {name for name in rooms_imported(module) if name != own and row(name) <= row(own)}

    assert upwards == set()


@pytest.mark.parametrize("module", [module for module in MODULES if pure(module)], ids=relative)
def test_core_does_no_input_or_output(module: Path) -> None:
    """The core imports nothing that reads a clock, a file, a socket or the environment."""
    assert {name.split(".")[0] for name in imports(module)} & FORBIDDEN_IN_CORE == set()


@pytest.mark.parametrize("module", MODULES, ids=relative)
def test_package_inits_import_nothing(module: Path) -> None:
    """Importing a room's model does not drag in what stands beside it."""
    if module.name == "__init__.py":
        assert list(imports(module)) == []


def test_rules_do_not_import_rules() -> None:
    """A rule stands alone: what two of them share is a module of findings."""
    rules = "aescan.findings.rules", "aescan.findings.estate."
    for module in (*(PACKAGE / "findings/rules").glob("*.py"), *(PACKAGE / "findings/estate").glob("*.py")):
        assert not [name for name in imports(module) if name.startswith(rules)], relative(module)


def test_one_clock() -> None:
    """Only scan.schedule asks what time it is; everything else is told."""
    asking = {
        relative(module)
        for module in MODULES
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute)
        and (
            (node.attr in {"now", "utcnow", "today"} and getattr(node.value, "id", "") in {"datetime", "date"})
            or (node.attr in {"time", "time_ns"} and getattr(node.value, "id", "") == "time")
        )
    }

    assert asking == {"aescan/scan/schedule.py"}


@pytest.mark.parametrize("module", [*MODULES, *sorted((ROOT / "tests").rglob("*.py"))], ids=relative)
def test_files_stay_small(module: Path) -> None:
    """No file has more than 400 lines."""
    assert len(module.read_text(encoding="utf-8").splitlines()) <= LONGEST_FILE


@pytest.mark.parametrize("module", MODULES, ids=relative)
def test_functions_stay_small(module: Path) -> None:
    """No function has more than 30 statements."""
    for function in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            statements = sum(isinstance(node, ast.stmt) for node in ast.walk(function)) - 1

            assert statements <= MOST_STATEMENTS, f"{relative(module)}: {function.name} has {statements} statements"


@pytest.mark.parametrize("module", MODULES, ids=relative)
def test_modules_open_with_their_contract(module: Path) -> None:
    """Every module says first what comes in, what goes out, what never happens there."""
    assert ast.get_docstring(ast.parse(module.read_text(encoding="utf-8")))


@pytest.mark.parametrize(
    "module", [module for module in MODULES if module.name not in {"__init__.py", "__main__.py"}], ids=relative
)
def test_every_module_has_its_tests(module: Path) -> None:
    """The tests mirror the package: each module has a test file of its own name."""
    place = module.relative_to(PACKAGE)

    assert (ROOT / "tests" / place.parent / f"test_{place.name}").exists()
