"""
The arguments of the command: what there is, what each means, and of which form it is.

The command line comes in, argparse's namespace goes out; what cannot be understood ends the process with status 2 and a
sentence, as argparse has it. Nothing is opened and nothing is run here.
"""

import argparse
from pathlib import Path
from typing import Final

from aescan import __version__
from aescan.argument_types import count, listen, seconds
from aescan.completion import SHELLS
from aescan.findings.model import Severity
from aescan.logs import Form
from aescan.past import add_arguments
from aescan.report.formats import formats

AUTO_RELOAD: Final = 30.0
"""Seconds between two looks at the files of the configuration, as in Prometheus."""

LEVELS: Final = ("debug", "info", "warn", "warning", "error")
"""The Prometheus family says warn."""

TEXTFILE: Final = "textfile"
"""The format that is made of metrics, which formats of the report know nothing of."""

NOTHING: Final = "nothing to scan: name targets, or give a file of them with --inventory; see aescan --help"
"""What is wrong where neither arguments nor settings name a target."""

EXAMPLES: Final = """\
examples:
  aescan --once aes1.example.com aes2.example.com:4722 10.20.0.0/28
  aescan --once --inventory inventory.yml --format csv --output report.csv
  aescan --config.file aescan.yml                  serve http://localhost:10722/metrics
  aescan --once server.p12 cas/ aes1.example.com   files of certificates beside targets
  aescan --preflight new.p12 ca.pem --for aes1.example.com     before a replacement is imported
  aescan --demo --once                             a simulated estate, to see what a report looks like
"""


def parser() -> argparse.ArgumentParser:
    """Return what takes the command line apart."""
    built = argparse.ArgumentParser(
        prog="aescan",
        description="Finds which certificates Avaya Aura AE Services present, what is wrong with them, when they end.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    built.add_argument("--version", action="version", version=f"aescan {__version__}")
    what = built.add_argument_group("what to scan")
    what.add_argument(
        "targets", nargs="*", metavar="TARGET", help="name, address or range, with :PORT or without; file or folder"
    )
    what.add_argument(
        "--inventory", action="append", type=Path, default=[], metavar="FILE", help="YAML or CSV; repeatable"
    )
    what.add_argument("--config.file", dest="config", type=Path, metavar="FILE", help="settings, YAML")
    what.add_argument("--demo", action="store_true", help="scan a simulated estate on loopback instead")
    how = built.add_argument_group("how")
    how.add_argument("--once", action="store_true", help="scan once and report; without it, serve metrics")
    how.add_argument("--timeout", type=seconds, metavar="TIME", help="for each target, all in all: 10s")
    how.add_argument("--concurrency", type=count, metavar="N", help="connections at once")
    how.add_argument("--full-handshake", action="store_true", help="finish every handshake, for intrusion detection")
    _add_report(built)
    _add_serving(built)
    log = built.add_argument_group("what is logged")
    log.add_argument("--log.level", dest="log_level", choices=LEVELS, default="info", help="lines from this level on")
    log.add_argument(
        "--log.format",
        dest="log_format",
        choices=[str(form) for form in Form],
        default=Form.LOGFMT,
        help="how lines are written",
    )
    add_arguments(built)
    _add_other(built)
    return built


def _add_report(parser: argparse.ArgumentParser) -> None:
    report = parser.add_argument_group("with --once or --plan")
    report.add_argument(
        "--protocols", action="store_true", help="ask each target which versions of SSL and TLS it accepts"
    )
    report.add_argument("--plan", action="store_true", help="write what to do, host by host, instead of what was seen")
    report.add_argument(
        "--format", choices=sorted({*formats(), *formats("plan"), TEXTFILE}), default="text", help="of the report"
    )
    report.add_argument("--output", type=Path, metavar="FILE", help="write the report there, whole or not at all")
    report.add_argument(
        "--fail-on",
        choices=[one.label for one in Severity],
        default=Severity.CRITICAL.label,
        help="from which severity on the status is 1",
    )
    report.add_argument("--for", dest="host", metavar="HOST", help="the name that clients dial, for files")
    report.add_argument(
        "--password-file", dest="password_file", type=Path, metavar="FILE", help="password of files, its first line"
    )
    report.add_argument("--quiet", action="store_true", help="no progress bar")


def _add_other(parser: argparse.ArgumentParser) -> None:
    other = parser.add_argument_group("other")
    other.add_argument(
        "--check-config", "--config.check", action="store_true", help="read every file, say all that is wrong, end"
    )
    other.add_argument(
        "--discover",
        action="store_true",
        help="ask the TSAPI name service of each TARGET which TLINKs it has, and print them",
    )
    other.add_argument(
        "--preflight", action="store_true", help="judge a replacement (TARGET: its files) before it is imported"
    )
    other.add_argument("--rules", nargs="?", const="", metavar="CODE", help="print the manual of all rules, or of one")
    other.add_argument(
        "--learn", action="store_true", help="scan once and print catalogue entries for the certificates seen, YAML"
    )
    other.add_argument(
        "--clients", action="store_true", help="print what is known of clients, each fact with its source"
    )
    other.add_argument("--completion", choices=SHELLS, help="print what the shell completes these arguments by")


def _add_serving(parser: argparse.ArgumentParser) -> None:
    serving = parser.add_argument_group("without --once")
    serving.add_argument(
        "--web.listen-address",
        dest="listen",
        action="append",
        type=listen,
        metavar="ADDRESS",
        help=":10722; repeatable",
    )
    serving.add_argument(
        "--web.systemd-socket", dest="systemd_socket", action="store_true", help="listen on the sockets systemd passed"
    )
    serving.add_argument(
        "--web.config.file", dest="web_config", type=Path, metavar="FILE", help="TLS, users and headers, YAML"
    )
    serving.add_argument("--web.route-prefix", dest="route_prefix", metavar="PATH", help="what every path begins with")
    serving.add_argument(
        "--web.external-url", dest="external_url", metavar="URL", help="where people reach it, behind a proxy"
    )
    serving.add_argument(
        "--web.enable-lifecycle", dest="lifecycle", action="store_true", help="answer POST /-/reload and /-/sweep"
    )
    serving.add_argument(
        "--config.enable-auto-reload",
        dest="auto_reload",
        action="store_const",
        const=AUTO_RELOAD,
        help="reload when a file of the configuration changes",
    )
