"""
A replacement looked at before it is imported: files in, the checklist out.

The files are opened, and the chain of the certificate that they are for is judged as if a server presented it. Nothing
but time servers is asked, and no server is touched.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Final

from aescan import __version__
from aescan.certificates.chain import decode
from aescan.certificates.decode import decode_certificate
from aescan.certificates.facts import Certificate
from aescan.errors import ConfigError, KeystoreError
from aescan.findings.model import Evidence
from aescan.findings.names import names_host
from aescan.findings.preflight import Item, Replacement, checklist, shut
from aescan.findings.trust import verdicts
from aescan.keystores.files import load
from aescan.keystores.model import Bundle
from aescan.once import DEFAULT_WIDTH, colour, destination, width
from aescan.report.checklist import json, text
from aescan.report.checklist.model import Checklist, exit_status
from aescan.scan.assembly import Scanning
from aescan.scan.files import Unlock, authority, chains
from aescan.scan.schedule import now
from aescan.settings.model import Settings
from aescan.settings.policy import Policy
from aescan.text import printable
from aescan.tls.capture import Capture

RENDERERS: Final = {"text": text.render, "json": json.render}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the operator asked for: arguments that are files and others, who will be dialled, how to tell and where."""

    files: tuple[Path, ...]
    names: Sequence[str]
    host: str | None
    format: str
    output: Path | None


async def preflight(wanted: Wanted, settings: Settings, unlock: Unlock) -> int:
    """Write the checklist and return the exit status; raises ConfigError. The clock is held against NTP first."""
    if problems := list(_problems(wanted)):
        raise ConfigError(problems)
    clock = Scanning(settings, now).clock
    await clock.check()
    moment = now()
    with destination(wanted.output) as file:
        checklist = Checklist(
            files=tuple(printable(str(path)) for path in wanted.files),
            host=wanted.host,
            items=items(wanted.files, wanted.host, settings.policy, moment, unlock, clock.offset),
            moment=moment,
            version=__version__,
            width=width() if file.isatty() else DEFAULT_WIDTH,
            colour=colour(terminal=file.isatty()),
        )
        for piece in RENDERERS[wanted.format](checklist):
            file.write(piece)
    return exit_status(checklist)


def _problems(wanted: Wanted) -> Iterator[str]:
    if wanted.format not in RENDERERS:
        yield f"--preflight --format {wanted.format}: there are {' and '.join(RENDERERS)}"
    for name in wanted.names:
        yield f"--preflight {printable(name)}: there is no such file"
    for path in wanted.files:
        if path.is_dir():
            yield f"--preflight {printable(str(path))}: this is a folder; name its files"
    if not wanted.files and not wanted.names:
        yield "--preflight: name the files of the replacement, such as new.p12"


def items(
    paths: Sequence[Path],
    host: str | None,
    policy: Policy,
    moment: datetime,
    unlock: Unlock,
    clock_offset: float | None = None,
) -> tuple[Item, ...]:
    """Return the checklist of what these files hold together."""
    bundles: list[Bundle] = []
    for path in paths:
        try:
            bundles.append(unlock(path, partial(load, path)))
        except KeystoreError as error:
            return (shut(f"{printable(str(path))}: {error}"),)
    bundle = _together(bundles)
    if not bundle.certificates:
        return (shut("there is no certificate in it"),)
    found = [*chains(bundle)]
    chosen = min(found, key=lambda capture: _rank(decode_certificate(capture.certificates[0]), bundle, host))
    chain = decode(chosen)
    evidence = Evidence(
        chain=chain,
        capture=chosen,
        policy=policy,
        moment=moment,
        host="",
        server_name=host,
        clock_offset=clock_offset,
        trust=verdicts(chain, policy.trust_stores, moment, host or ""),
    )
    return checklist(_replacement(bundle, chosen, found), evidence)


def _together(bundles: Sequence[Bundle]) -> Bundle:
    return Bundle(
        bundles[0].form,
        tuple(dict.fromkeys(der for bundle in bundles for der in bundle.certificates)),
        tuple(key for bundle in bundles for key in bundle.keys),
        sum(bundle.locked_keys for bundle in bundles),
    )


def _rank(leaf: Certificate, bundle: Bundle, host: str | None) -> tuple[bool, bool, bool]:
    """Return what the replacement is told by, best first: its key is there, it names the host, it is no CA."""
    return (
        leaf.public_key_sha256 not in bundle.keys,
        host is None or not names_host(leaf, host),
        authority(leaf),
    )


def _replacement(bundle: Bundle, chosen: Capture, found: Sequence[Capture]) -> Replacement:
    others = (decode_certificate(one.certificates[0]) for one in found if one is not chosen)
    return Replacement(
        form=bundle.form,
        certificates=tuple(map(decode_certificate, bundle.certificates)),
        others=tuple(one for one in others if not authority(one)),
        keys=bundle.keys,
        locked_keys=bundle.locked_keys,
    )
