"""
Draw the dashboards with Grafana's components into ``docs/pictures``: ``make dashboard-pictures``.

Needs Node.js with npm, and Prometheus, Chromium and pngquant on PATH. The estate is made up (``estate.py``), its
history is put into a Prometheus by promtool, and each dashboard is drawn on what that Prometheus says of it.
"""

import asyncio
import json
import shutil
import subprocess
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final
from urllib.parse import urlencode

import aiohttp
from aiohttp import web

from aescan.lab.authorities import establish
from aescan.settings.load import load_settings
from grafana.render.estate import history
from tests.browser import Tab, browsing
from tests.ports import reserved

HERE: Final = Path(__file__).parent
BOARDS: Final = HERE.parent / "dashboards"
PICTURES: Final = HERE.parent.parent / "docs" / "pictures"
SPANS: Final = {
    "aescan-estate": timedelta(days=90),
    "aescan-host": timedelta(days=90),
    "aescan-itself": timedelta(hours=22),
}
WIDTH: Final = 1600
PAGE: Final = (
    '<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><link rel="stylesheet" href="/main.css">'
    '<div id="root"></div><script src="/main.js"></script>'
)
SETTINGS: Final = "trust_stores: [{name: browsers, files: site.pem}, {name: jtapi, files: avaya.pem}]"
MORE_THAN_A_DAY: Final = "--query.lookback-delta=25h"
"""For curves over months: this history has a sample a day; a real one has many, and five minutes are right."""


async def main() -> None:
    """Draw every dashboard, and say what its panels showed."""
    now = datetime.now(UTC).replace(microsecond=0)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        bundled(folder)
        filled(folder, now)
        chromium = shutil.which("chromium") or "chromium"
        async with (
            prometheus(folder) as ordinary,
            prometheus(folder, MORE_THAN_A_DAY) as patient,
            browsing(chromium, folder / "browser") as tab,
        ):
            host = await eventful(patient, now)
            for file in sorted(BOARDS.glob("*.json")):
                over_time = patient if SPANS[file.stem] > timedelta(days=2) else ordinary
                async with page(file, folder, ordinary, over_time) as address:
                    await drawn(tab, address, file.stem, now, host)


def bundled(folder: Path) -> None:
    """Put the page's script and style there, made from packages that npm installs."""
    npm = ["npm", "ci", "--ignore-scripts", "--legacy-peer-deps", "--no-audit", "--no-fund"]
    if not (HERE / "node_modules").exists():
        subprocess.run(npm, cwd=HERE, check=True)
    subprocess.run(["node", "build.mjs", str(folder / "main.js")], cwd=HERE, check=True)


def filled(folder: Path, now: datetime) -> None:
    """Put the estate's history into blocks of Prometheus."""
    lab = establish(now)
    for name, holders in (("site", [lab.root]), ("avaya", [lab.product_root, lab.sip, *lab.system_managers])):
        (folder / f"{name}.pem").write_bytes(b"".join(holder.pem for holder in holders))
    settings = folder / "aescan.yml"
    settings.write_text(SETTINGS, encoding="utf-8")
    written = folder / "history.om"
    with written.open("w", encoding="utf-8") as file:
        file.writelines(history(now, load_settings(settings), lab))
    command = ["promtool", "tsdb", "create-blocks-from", "openmetrics", "--quiet", "--max-block-duration=240h"]
    subprocess.run([*command, str(written), str(folder / "tsdb")], check=True)


@asynccontextmanager
async def prometheus(folder: Path, *options: str) -> AsyncIterator[str]:
    """Run a Prometheus on a copy of these blocks that scrapes nothing; gives its address."""
    with reserved() as port:
        own = folder / str(port)
        shutil.copytree(folder / "tsdb", own / "tsdb")
        (own / "prometheus.yml").write_text("{}", encoding="utf-8")
        listening = f"--web.listen-address=127.0.0.1:{port}"
        keeping = ("--storage.tsdb.path=tsdb", "--storage.tsdb.retention.time=10y")
        process = await asyncio.create_subprocess_exec(
            "prometheus", listening, *keeping, *options, cwd=own, stderr=asyncio.subprocess.PIPE
        )
        try:
            while process.stderr is not None and (line := await process.stderr.readline()):
                if b"Server is ready" in line:
                    break
            yield f"http://127.0.0.1:{port}"
        finally:
            process.kill()
            await process.wait()


@asynccontextmanager
async def page(board: Path, bundle: Path, at_once: str, over_time: str) -> AsyncIterator[str]:
    """Serve the page for this dashboard on loopback, and pass its questions on to a Prometheus; gives its address."""
    async with aiohttp.ClientSession() as client:

        async def passed_on(request: web.Request) -> web.Response:
            source = over_time if request.path.endswith("query_range") else at_once
            asked = dict(await request.post())
            async with client.post(source + request.path, data=asked) as answer:
                return web.Response(body=await answer.read(), content_type="application/json")

        async def shell(_: web.Request) -> web.Response:
            return web.Response(text=PAGE, content_type="text/html")

        async def file(request: web.Request) -> web.StreamResponse:
            return web.FileResponse(board if request.path == "/dashboard.json" else bundle / request.path[1:])

        application = web.Application()
        application.router.add_get("/", shell)
        for path in ("/dashboard.json", "/main.js", "/main.css"):
            application.router.add_get(path, file)
        application.router.add_post("/api/{rest:.*}", passed_on)
        for path in ("/public", "/public/build"):
            application.router.add_static(path, HERE / "node_modules/@grafana/ui/dist/public")
        runner = web.AppRunner(application)
        await runner.setup()
        try:
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            yield f"http://127.0.0.1:{runner.addresses[0][1]}/"
        finally:
            await runner.cleanup()


async def eventful(source: str, now: datetime) -> str:
    """Return a host that can be reached, and had a self-signed default certificate until lately."""
    default = 'aescan_finding{code="avaya_self_signed_default"}'
    query = f"(({default} offset 25d) unless on (target) {default}) and on (target) aescan_probe_success == 1"
    asked = {"query": query, "time": str(now.timestamp())}
    async with aiohttp.ClientSession() as client, client.post(f"{source}/api/v1/query", data=asked) as answer:
        names = [str(one["metric"]["target"]) for one in (await answer.json())["data"]["result"]]
    return min(names).rpartition(":")[0]


async def drawn(tab: Tab, address: str, name: str, now: datetime, host: str) -> None:
    """Draw one dashboard, write the picture, and say what it showed."""
    arguments = {"now": int(now.timestamp()), "span": int(SPANS[name].total_seconds()), "theme": "dark"}
    if name == "aescan-host":
        arguments |= {"host": host, "target": f"{host}.*"}
    tab.complaints.clear()
    await tab.resize(WIDTH, 1000)
    await tab.open(f"{address}?{urlencode(arguments)}")
    shown = ""
    while not shown:
        await asyncio.sleep(0.5)
        shown = await tab.evaluate("window.drawn ? JSON.stringify(window.drawn) : ''")
    status = json.loads(shown)
    for panel in status["status"]:
        said = panel.get("error") or f"{panel['rows']} rows"
        print(f"{name}: {panel['title']}: {said}")
    print(f"{name}: {status['events']} annotations, and the browser complained of:", *tab.complaints or ["nothing"])
    await tab.resize(WIDTH, status["height"] + 8)
    await asyncio.sleep(1)
    shrink = await asyncio.create_subprocess_exec(
        *("pngquant", "128", "-"), stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    small, _ = await shrink.communicate(await tab.picture())
    (PICTURES / f"dashboard-{name.removeprefix('aescan-')}.png").write_bytes(small)


if __name__ == "__main__":
    asyncio.run(asyncio.wait_for(main(), 300))
