"""
The key ``trust_stores`` of the settings: what each kind of client holds as trusted.

What the file says comes in, with the folder that its paths are relative to; ``TrustStore`` goes out, every certificate
file read. Each mistake is noted at its place in the settings file; a password is never repeated in one.
"""

import os
from pathlib import Path
from typing import Final

from pydantic import model_validator

from aescan.errors import KeystoreError
from aescan.keystores.files import below, is_folder, load, password_in
from aescan.keystores.model import TrustStore
from aescan.settings.document import Document
from aescan.settings.fields import Line, Paths, PathText
from aescan.settings.problems import Mistake
from aescan.settings.validation import Entry, check
from aescan.text import printable

MOST_STORES: Final = 50
"""Each is one more series for every target."""


class TrustStoreEntry(Entry):
    """One store as the file writes it."""

    name: Line
    files: Paths
    password_file: PathText = ""
    password_environment: Line = ""
    required: bool = False
    check_names: bool = False
    strict: bool = False

    @model_validator(mode="after")
    def _one_password(self) -> "TrustStoreEntry":
        if self.password_file and self.password_environment:
            raise Mistake("a password is said twice", "keep one of password_file and password_environment")
        return self


def trust_stores(folder: Path, document: Document) -> tuple[TrustStore, ...]:
    """Return the stores of the settings, with what could be read; note every mistake in ``document``."""
    written = document.data.get("trust_stores")
    stores: list[TrustStore] = []
    first: dict[str, int] = {}
    for position in range(len(written) if isinstance(written, tuple) else 0):
        entry = check(TrustStoreEntry, document, ("trust_stores", position), salvage=True)
        if entry is None:
            continue
        if first.setdefault(entry.name, position) != position:
            where = document.place(("trust_stores", first[entry.name]))
            text = f"{entry.name} is the name of two trust stores, first at {where}"
            document.add(("trust_stores", position, "name"), text)
        stores.append(_store(entry, position, folder, document))
    if len(stores) > MOST_STORES:
        document.add(("trust_stores",), f"there are {len(stores)} trust stores; {MOST_STORES} are the most")
    return tuple(stores)


def _store(entry: TrustStoreEntry, position: int, folder: Path, document: Document) -> TrustStore:
    password = _password(entry, position, folder, document)
    found: dict[bytes, None] = {}
    for number, name in enumerate(entry.files):
        place = "trust_stores", position, "files", number
        try:
            certificates = _certificates(folder / name, password)
        except KeystoreError as error:
            document.add(place, f"reading {printable(name)}: {error}")
        else:
            found |= dict.fromkeys(certificates)
    return TrustStore(entry.name, tuple(found), entry.required, entry.check_names, entry.strict)


def _certificates(path: Path, password: str | None) -> list[bytes]:
    """Return the certificates of a file, or of those below a folder that hold any."""
    certificates: list[bytes] = []
    if not is_folder(path):
        certificates += load(path, password).certificates
    else:
        for file in below(path):
            try:
                certificates += load(file, password).certificates
            except KeystoreError as error:
                if not error.foreign:
                    raise KeystoreError(f"{printable(str(file.relative_to(path)))}: {error}") from None
    if not certificates:
        raise KeystoreError("there is no certificate in it")
    return certificates


def _password(entry: TrustStoreEntry, position: int, folder: Path, document: Document) -> str | None:
    if entry.password_environment:
        password = os.environ.get(entry.password_environment)
        if password is None:
            text = f"the environment variable {printable(entry.password_environment)} is not set"
            document.add(("trust_stores", position, "password_environment"), text)
        return password
    if not entry.password_file:
        return None
    try:
        return password_in(folder / entry.password_file)
    except KeystoreError as error:
        text = f"reading {printable(entry.password_file)}: {error}"
        document.add(("trust_stores", position, "password_file"), text)
        return None
