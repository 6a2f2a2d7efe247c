"""
Files on the command line: which arguments are files, and how their passwords are found.

Arguments come in; paths and names, and what opens a file, go out. A password is read from a file, from the environment
or asked for on a terminal; it never stands on the command line, where every user of the machine could read it, and
never in a message.
"""

import os
import sys
from collections.abc import Callable, Sequence
from getpass import getpass
from pathlib import Path
from typing import Final

from aescan.errors import ConfigError, KeystoreError
from aescan.keystores.files import password_in
from aescan.keystores.model import Bundle
from aescan.text import printable

VARIABLE: Final = "AESCAN_PASSWORD"
SUFFIXES: Final = frozenset(
    {".cer", ".crt", ".der", ".jceks", ".jks", ".keystore", ".p12", ".p7b", ".p7c", ".pem", ".pfx", ".truststore"}
)
"""How names of certificate files end, and no name of a host does: none of these is a top-level domain."""


def split(arguments: Sequence[str]) -> tuple[tuple[Path, ...], list[str]]:
    """Return the arguments that are files or folders, and the others; raises ConfigError for a missing file."""
    files: list[Path] = []
    names: list[str] = []
    missing: list[str] = []
    for number, argument in enumerate(arguments, 1):
        path = Path(argument)
        if _exists(path):
            files.append(path)
        elif path.suffix.lower() in SUFFIXES:
            missing.append(f"argument {number}: {printable(argument)}: there is no such file")
        else:
            names.append(argument)
    if missing:
        raise ConfigError(missing)
    return tuple(files), names


def no_files(arguments: Sequence[str]) -> list[str]:
    """Return the arguments; raises ConfigError with each that is a file, which only ``--once`` looks at."""
    files, names = split(arguments)
    if files:
        raise ConfigError([f"{printable(str(file))} is a file: files are looked at with --once" for file in files])
    return names


def given_password(file: Path | None) -> str | None:
    """Return the password in the first line of ``file``, else that in the environment, None where there is neither."""
    if file is None:
        return os.environ.get(VARIABLE)
    try:
        return password_in(file)
    except KeystoreError as error:
        raise ConfigError([f"--password-file {printable(str(file))}: {error}"]) from None


def unlocker(
    password: str | None, ask: Callable[[str], str] | None = None
) -> Callable[[Path, Callable[[str | None], Bundle]], Bundle]:
    """Return what opens a file: without a password, with the one given, and last with one that is asked for."""

    def unlock(path: Path, load: Callable[[str | None], Bundle]) -> Bundle:
        try:
            return load(password)
        except KeystoreError as error:
            if error.foreign:
                raise
            refused = error
        if password is not None:
            try:
                return load(None)  # what is given may be meant for another file
            except KeystoreError:
                pass
        if ask is None or not refused.locked:
            raise refused
        return load(ask(f"password of {printable(str(path))}: "))

    return unlock


def terminal() -> Callable[[str], str] | None:
    """Return what asks for a password without showing it, None where nobody sits at a terminal."""
    return getpass if sys.stdin.isatty() and sys.stderr.isatty() else None


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):  # too long for a file's name, or with a byte that none has
        return False
