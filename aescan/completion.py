"""
What shells complete the command's arguments by: a script for one shell, made from the arguments themselves by shtab.

The parser and a shell's name come in, the script goes out. Where a path is wanted, files are proposed.
"""

import argparse
from pathlib import Path
from typing import Final

SHELLS: Final = ("bash", "zsh", "fish")


def script(parser: argparse.ArgumentParser, shell: str) -> str:
    """Return what is to be sourced by this shell, or put where it looks for completions."""
    import shtab  # of use in this mode alone

    for action in parser._actions:  # noqa: SLF001 - argparse has no other way to see them; shtab goes the same one
        if action.type is Path or action.dest == "targets":
            action.complete = shtab.FILE  # type: ignore[attr-defined] # what shtab looks for
    return shtab.complete(parser, shell)
