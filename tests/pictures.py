"""
Makes the pictures of ``docs/pictures`` anew: ``python -m tests.pictures``, with Chromium, pngquant and script on PATH.

The estate is the lab's (``aescan --demo``), whose names and certificates are invented.
"""

import asyncio
import io
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import MONOKAI
from rich.text import Text

from tests.browser import Tab, browsing

HERE = Path(__file__).parents[1] / "docs" / "pictures"
COLOURS = "64"
TARGET = "target?name=aes2-dmcc"


async def main() -> None:
    """Make every picture."""
    exporter = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "aescan", "--demo", "--web.listen-address", "127.0.0.1:0"),
        stderr=asyncio.subprocess.PIPE,
    )
    program = shutil.which("chromium") or "chromium"
    try:
        with tempfile.TemporaryDirectory() as folder:
            endpoint = await logged(exporter, r"listening endpoint=(\S+)")
            base = f"http://{endpoint}/"
            await logged(exporter, r"sweep (finished)")
            async with browsing(program, Path(folder)) as tab:
                shown = Path(folder) / "report.html"
                shown.write_text(await asyncio.to_thread(report), encoding="utf-8")
                await picture(tab, "report", shown.as_uri(), "light", (1170, 760))
                await picture(tab, "overview-light", base, "light", (1280, 900))
                await picture(tab, "overview-dark", base, "dark", (1280, 900))
                await picture(tab, "target", base + TARGET, "light", (1280, 1000))
                await picture(tab, "phone", base, "light", (390, 844))
    finally:
        exporter.terminate()
        await exporter.wait()


def report() -> str:
    """Return the report as a terminal shows it, as a page."""
    command = f"{shlex.quote(sys.executable)} -m aescan --demo --once --quiet 2>/dev/null"
    terminal = subprocess.run(
        ["script", "--quiet", "--command", f"stty cols 118; {command}", "/dev/null"], stdout=subprocess.PIPE, check=True
    )
    console = Console(record=True, width=118, file=io.StringIO(), force_terminal=True)
    console.print(Text.from_ansi(terminal.stdout.decode().replace("\r\n", "\n")))
    return console.export_html(theme=MONOKAI, inline_styles=True)


async def logged(exporter: asyncio.subprocess.Process, pattern: str) -> str:
    """Return the first group of the pattern in the log, once it stands there."""
    assert exporter.stderr is not None
    async for line in exporter.stderr:
        if found := re.search(pattern, line.decode()):
            return found[1]
    raise AssertionError(pattern)


async def picture(tab: Tab, name: str, address: str, scheme: str, size: tuple[int, int]) -> None:
    """Write one picture, in few colours."""
    await tab.resize(*size, phone=size[0] < 500)
    await tab.prefer(scheme)
    await tab.open(address)
    taken = await tab.picture()
    small = subprocess.run(["pngquant", COLOURS, "-"], input=taken, capture_output=True, check=True).stdout  # noqa: ASYNC221
    (HERE / f"{name}.png").write_bytes(small)


if __name__ == "__main__":
    asyncio.run(main())
