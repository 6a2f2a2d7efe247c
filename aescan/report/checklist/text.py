"""
The checklist for people: one item below the other, with what was seen and which section of the notice asks for it.

Lines of at most the terminal's width, with escape codes only in colour; nothing but printable characters.
"""

from collections.abc import Iterator
from typing import Final

from rich.text import Text

from aescan.findings.preflight import Result
from aescan.report.checklist.model import Checklist
from aescan.report.model import Standing
from aescan.report.terminal.page import COLOURS, FAINT, HEADING, Page, Piece, line

_STYLES: Final = {
    Result.PASS: COLOURS[Standing.CLEAN],
    Result.FAIL: COLOURS[Standing.CRITICAL],
    Result.UNKNOWN: COLOURS[Standing.WARNING],
}
_WORD: Final = 9
"""Cells of the longest result and a gap."""


def render(checklist: Checklist) -> Iterator[str]:
    """Return the checklist line by line, each with its newline."""
    page = Page(checklist.width, colour=checklist.colour)
    return page.paint(_lines(checklist, page))


def _lines(checklist: Checklist, page: Page) -> Iterator[Text]:
    moment = f", as judged on {checklist.moment:%Y-%m-%d at %H:%M} UTC"
    whom = f" for {checklist.host}" if checklist.host else ""
    what = f"Preflight of {', '.join(checklist.files)}{whom}"
    yield from page.fold(line((what, HEADING), moment, (f" by aescan {checklist.version}", FAINT)))
    yield line()
    for item in checklist.items:
        lead = line((item.result.value, _STYLES[item.result]))
        yield from page.fold(line(item.title), _WORD, lead)
        yield from page.fold(line((item.sentence, FAINT)), _WORD)
        if item.section:
            yield from page.fold(line((f"PSN004561u, {item.section}", FAINT)), _WORD)
    yield line()
    yield from page.fold(_verdict(checklist))


def _verdict(checklist: Checklist) -> Text:
    failing, refusing = (checklist.of(Result.FAIL, binding=binding) for binding in (True, False))
    open_ = sum(checklist.of(Result.UNKNOWN, binding=binding) for binding in (True, False))
    pieces: list[Piece] = [("Nothing that has to pass fails", _STYLES[Result.PASS])]
    if failing:
        what = "1 item fails" if failing == 1 else f"{failing} items fail"
        pieces = [(f"{what}: do not import it yet", _STYLES[Result.FAIL])]
    if refusing:
        pieces.append(f"; {'1 kind' if refusing == 1 else f'{refusing} kinds'} of client would not connect")
    if open_:
        pieces.append(f"; {open_} could not be told")
    return line(*pieces)
