"""
Which programs a stack is made of, and how each is called.

Addresses and a folder that ``stack.configuration`` has filled come in, ``Program`` goes out; nothing is started. The
programs are those of Debian's packages, or the upstream ones of the same version or later.
"""

import shutil
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from stack.processes import Program, StackError

NAMES: Final = {
    "prometheus": ("prometheus",),
    "alertmanager": ("prometheus-alertmanager", "alertmanager"),
}
"""By part, what the program may be called: by Debian, and by its makers."""

INSTALL: Final = """\
On Debian and Ubuntu:
    apt-get install --no-install-recommends prometheus prometheus-alertmanager
These packages also start services of their own, on the same ports; to be without:
    systemctl disable --now prometheus prometheus-alertmanager"""

DEMO: Final = ("--demo",)
"""aescan's arguments where the operator has none: the simulated estate."""


def found() -> dict[str, str]:
    """Return where each program is; StackError that names all that are missing, and how to get them."""
    paths = {part: next(filter(None, map(shutil.which, names)), None) for part, names in NAMES.items()}
    if missing := [" or ".join(NAMES[part]) for part, path in paths.items() if path is None]:
        raise StackError(f"not on PATH: {', '.join(missing)}. {INSTALL}")
    return {part: path for part, path in paths.items() if path is not None}


def aescan(address: str, arguments: Sequence[str] = DEMO) -> Program:
    """Return the exporter with these arguments."""
    listening = ("--web.listen-address", address, "--web.enable-lifecycle")
    return Program("aescan", [sys.executable, "-m", "aescan", *listening, *arguments], address, "/-/healthy")


def alertmanager(program: str, folder: Path, addresses: Mapping[str, str]) -> Program:
    """Return an Alertmanager that is no member of a cluster, with its data in the folder."""
    address = addresses["alertmanager"]
    command = [
        program,
        f"--config.file={folder / 'alertmanager' / 'alertmanager.yml'}",
        f"--storage.path={folder / 'alertmanager' / 'data'}",
        f"--web.listen-address={address}",
        f"--web.external-url=http://{address}",
        "--cluster.listen-address=",
    ]
    return Program("alertmanager", command, address)


def prometheus(program: str, folder: Path, addresses: Mapping[str, str]) -> Program:
    """Return a Prometheus with its data in the folder."""
    address = addresses["prometheus"]
    command = [
        program,
        f"--config.file={folder / 'prometheus' / 'prometheus.yml'}",
        f"--storage.tsdb.path={folder / 'prometheus' / 'data'}",
        f"--web.listen-address={address}",
        f"--web.external-url=http://{address}",
    ]
    return Program("prometheus", command, address)
