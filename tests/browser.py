"""
Chromium without a window, steered by its own protocol over a WebSocket on loopback.

https://chromedevtools.github.io/devtools-protocol/
"""

import asyncio
import base64
import contextlib
import json
import re
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import aiohttp

PATIENCE = 60.0
"""Seconds that a test waits for the browser."""


class Tab:
    """
    One tab: commands go in, and what it complained about is kept.

    ``complaints``
        What stood on its console.
    ``requests``
        Every address that it asked for; not what the browser has in itself, such as the icon of a calendar.
    """

    def __init__(self, socket: aiohttp.ClientWebSocketResponse, session: str) -> None:
        self._socket = socket
        self._session = session
        self._number = 0
        self.complaints: list[str] = []
        self.requests: list[str] = []

    async def do(self, method: str, **parameters: object) -> Any:  # noqa: ANN401 - whatever the method returns
        """Return what a method of the protocol returns."""
        self._number += 1
        await self._socket.send_json(
            {"id": self._number, "sessionId": self._session, "method": method, "params": parameters}
        )
        return (await self._until(lambda message: message.get("id") == self._number))["result"]

    async def open(self, address: str) -> None:
        """Open a page, and return when it is there."""
        self._number += 1
        await self._socket.send_json(
            {"id": self._number, "sessionId": self._session, "method": "Page.navigate", "params": {"url": address}}
        )
        await self._until(lambda message: message.get("method") == "Page.loadEventFired")

    async def evaluate(self, expression: str) -> Any:  # noqa: ANN401 - whatever the expression is
        """Return the value of an expression of JavaScript, which the page's policy does not concern."""
        found = await self.do("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in found, found
        return found["result"].get("value")

    async def resize(self, width: int, height: int, *, phone: bool = False, scale: float = 1) -> None:
        """Make the window so many CSS pixels wide and high."""
        size = {"width": width, "height": height, "deviceScaleFactor": scale, "mobile": phone}
        await self.do("Emulation.setDeviceMetricsOverride", **size)

    async def prefer(self, scheme: str) -> None:
        """Prefer light or dark pages."""
        await self.do("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])

    async def picture(self) -> bytes:
        """Return what is in the window, as PNG."""
        return base64.b64decode((await self.do("Page.captureScreenshot", format="png"))["data"])

    async def _until(self, wanted: Callable[[Any], bool]) -> Any:  # noqa: ANN401 - messages are JSON
        async with asyncio.timeout(PATIENCE):
            while True:
                message = json.loads(await self._socket.receive_str())
                method, parameters = message.get("method"), message.get("params", {})
                if method == "Log.entryAdded":
                    self.complaints.append(parameters["entry"]["text"])
                elif method in {"Runtime.consoleAPICalled", "Runtime.exceptionThrown"}:
                    self.complaints.append(json.dumps(parameters))
                elif method == "Network.requestWillBeSent" and not parameters["request"]["url"].startswith("data:"):
                    self.requests.append(parameters["request"]["url"])
                if wanted(message):
                    return message


@contextlib.asynccontextmanager
async def browsing(program: str, folder: Path, *, scripts: bool = True) -> AsyncIterator[Tab]:
    """Give a tab of a fresh browser that keeps everything in ``folder``; with JavaScript or without."""
    options = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars"]
    quiet = ["--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
    process = await asyncio.create_subprocess_exec(
        program,
        *options,
        *quiet,
        "--remote-debugging-port=0",
        f"--user-data-dir={folder}",
        "about:blank",
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(PATIENCE):
            address = await _address(process)
        async with aiohttp.ClientSession() as client, client.ws_connect(address, max_msg_size=0) as socket:
            target = await _call(socket, "Target.createTarget", url="about:blank")
            attached = await _call(socket, "Target.attachToTarget", targetId=target["targetId"], flatten=True)
            tab = Tab(socket, attached["sessionId"])
            for domain in "Page", "Runtime", "Log", "Network":
                await tab.do(f"{domain}.enable")
            await tab.do("Emulation.setScriptExecutionDisabled", value=not scripts)
            yield tab
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()


async def _address(process: asyncio.subprocess.Process) -> str:
    assert process.stderr is not None
    async for line in process.stderr:
        if found := re.search(rb"DevTools listening on (ws://127\.0\.0\.1:\d+/\S+)", line):
            return found[1].decode()
    raise AssertionError("the browser ended before it listened")


async def _call(socket: aiohttp.ClientWebSocketResponse, method: str, **parameters: object) -> Any:  # noqa: ANN401
    await socket.send_json({"id": 0, "method": method, "params": parameters})
    async with asyncio.timeout(PATIENCE):
        while True:
            message = json.loads(await socket.receive_str())
            if message.get("id") == 0:
                return message["result"]
