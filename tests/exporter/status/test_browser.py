"""The pages as a browser has them: nothing on its console, nothing beyond the edge, everything without JavaScript."""

import contextlib
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlencode

import pytest

from aescan.exporter.state import State
from aescan.report.model import Report
from tests.browser import Tab, browsing
from tests.exporter.estate import LOST, estate
from tests.exporter.status.test_pages import serving
from tests.facts import LEAF, NOW, finding, name, seen, target
from tests.report.estate import REPORT, rendered
from tests.tools import tool

LONGEST = replace(target("x" * 60 + ".example.com"), name="y" * 200, labels={"z" * 60: "w" * 400})
"""What would push a page wider than any window."""

OVERFLOW = "document.scrollingElement.scrollWidth - document.scrollingElement.clientWidth"


def many() -> State:
    """Return a state of 300 targets, one of them with names as long as they get."""
    targets = [target(f"aes{place}.example.com") for place in range(299)]
    state = State((LONGEST, *targets), NOW)
    for place, each in enumerate((LONGEST, *targets)):
        long = "v" * 300 if each is LONGEST else each.host
        leaf = replace(LEAF, subject=name(("CN", long)), dns_names=(long,), not_after=NOW + timedelta(days=3 * place))
        state.observe(seen(each, leaf, findings=(finding(),) if place % 3 == 0 else ()))
    return state


@contextlib.asynccontextmanager
async def browser(folder: Path, *, scripts: bool = True) -> AsyncIterator[Tab]:
    """Give a tab of Chromium; without Chromium the test is skipped."""
    async with browsing(tool("chromium", "the Debian package chromium"), folder, scripts=scripts) as tab:
        yield tab


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 768, 1280])
async def test_served_pages(tmp_path: Path, width: int, scheme: str) -> None:
    """No page is wider than the window, whatever stands on it; the console is empty; nothing comes from outside."""
    async with serving(many()) as session, browser(tmp_path) as tab:
        base = str(session._base_url)
        await tab.resize(width, 800, phone=width < 500)
        await tab.prefer(scheme)
        for path in "", "?standing=warning&sort=ends", f"target?{urlencode({'name': LONGEST.name})}":
            await tab.open(base + path)
            assert await tab.evaluate(OVERFLOW) == 0, path
            ground = await tab.evaluate("getComputedStyle(document.body).backgroundColor")
            assert ground == {"light": "rgb(255, 255, 255)", "dark": "rgb(20, 24, 29)"}[scheme]
        assert tab.complaints == []
        assert [address for address in tab.requests if not address.startswith(base)] == []


async def test_without_javascript(tmp_path: Path) -> None:
    """The form, its buttons and the links work where no script runs at all."""
    async with serving(estate()) as session, browser(tmp_path, scripts=False) as tab:
        await tab.open(f"{session._base_url}?q=timeout")
        root = (await tab.do("DOM.getDocument"))["root"]["nodeId"]
        found = await tab.do("DOM.querySelectorAll", nodeId=root, selector="#targets tbody tr")
        assert len(found["nodeIds"]) == 1


async def test_the_keyboard(tmp_path: Path) -> None:
    """The first key leads past the head of the page; what has the focus is seen to have it."""
    async with serving(estate()) as session, browser(tmp_path) as tab:
        await tab.open(str(session._base_url))
        for kind in "keyDown", "keyUp":
            await tab.do("Input.dispatchKeyEvent", type=kind, key="Tab", code="Tab", windowsVirtualKeyCode=9)
        assert await tab.evaluate("document.activeElement.className") == "skip"
        assert await tab.evaluate("document.activeElement.getBoundingClientRect().left") > 0
        assert await tab.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"


async def test_a_screen_reader(tmp_path: Path) -> None:
    """The table is one on a phone too, with the heads of what it shows; regions and fields have names."""
    async with serving(estate()) as session, browser(tmp_path) as tab:
        await tab.resize(360, 800, phone=True)
        await tab.open(str(session._base_url))
        nodes = (await tab.do("Accessibility.getFullAXTree"))["nodes"]
    seen_by = [(node.get("role", {}).get("value"), node.get("name", {}).get("value", "")) for node in nodes]
    roles = [role for role, _ in seen_by]
    assert (roles.count("table"), roles.count("columnheader"), roles.count("main")) == (1, 4, 1)
    assert ("rowheader", f"{LOST.name} CN=aes1.example.com,O=Example,C=US") in seen_by
    named = {"search", "region", "navigation", "textbox", "searchbox", "combobox", "button", "link"}
    assert [role for role, said in seen_by if role in named and not said] == []


def file(folder: Path, of: Report = REPORT) -> str:
    """Write the report as a file, and return its address."""
    path = folder / "report.html"
    path.write_text(rendered("html", of), encoding="utf-8")
    return path.as_uri()


SHOWN = "Array.from(document.querySelectorAll('#targets tbody tr:not([hidden]) th a'), (a) => a.textContent)"


async def test_the_file(tmp_path: Path) -> None:
    """The report from disk fits a phone, complains of nothing, and asks for nothing but itself."""
    address = file(tmp_path)
    async with browser(tmp_path / "profile") as tab:
        await tab.resize(360, 800, phone=True)
        await tab.open(address)
        assert await tab.evaluate(OVERFLOW) == 0
        await tab.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
        assert await tab.evaluate(OVERFLOW) == 0
        assert (tab.complaints, tab.requests) == ([], [address])


async def test_the_file_is_searched(tmp_path: Path) -> None:
    """In the file a search, a filter and an order work at once, and stand in the address, which leads back to them."""
    address = file(tmp_path)
    async with browser(tmp_path / "profile") as tab:
        await tab.open(address)
        assert len(await tab.evaluate(SHOWN)) == len(REPORT.observations)
        await tab.evaluate("document.getElementById('q').focus()")
        await tab.do("Input.insertText", text="LEGACY")
        assert await tab.evaluate(SHOWN) == [f"legacy.example.com:{port}" for port in (443, 1066, 4722)]
        assert await tab.evaluate("document.querySelector('.shown').textContent") == "3 of 18 shown"
        for _ in range(2):
            await tab.evaluate("document.querySelector('th[data-sort=target] button').click()")
        assert await tab.evaluate(SHOWN) == [f"legacy.example.com:{port}" for port in (4722, 1066, 443)]
        assert await tab.evaluate("location.hash") == "#?q=LEGACY&sort=target&order=desc"
        await tab.open("about:blank")
        await tab.open(f"{address}#?standing=clean&first=2027-08-17&last=2027-08-17&sort=ends")
        assert await tab.evaluate(SHOWN) == [f"sip{number}.example.com:5061" for number in range(1, 5)]
        assert await tab.evaluate("document.querySelector('[aria-sort]').textContent") == "Ends"
        assert tab.complaints == []


async def test_a_link_opens_its_target(tmp_path: Path) -> None:
    """The name of a target leads to its part of the file, which opens."""
    async with browser(tmp_path / "profile") as tab:
        await tab.open(file(tmp_path))
        await tab.evaluate("document.querySelector('#targets tbody a').click()")
        await tab.evaluate("new Promise((done) => setTimeout(done))")
        assert await tab.evaluate("document.querySelector('details.target[open]').id") == "target-1"


async def test_the_file_without_javascript(tmp_path: Path) -> None:
    """Without JavaScript every row is there, and no field that would do nothing."""
    async with browser(tmp_path / "profile", scripts=False) as tab:
        await tab.open(file(tmp_path))
        root = (await tab.do("DOM.getDocument"))["root"]["nodeId"]
        rows = await tab.do("DOM.querySelectorAll", nodeId=root, selector="#targets tbody tr:not([hidden])")
        form = await tab.do("DOM.querySelector", nodeId=root, selector="form")
        await tab.do("CSS.enable")
        style = await tab.do("CSS.getComputedStyleForNode", nodeId=form["nodeId"])
    assert len(rows["nodeIds"]) == len(REPORT.observations)
    assert {"name": "display", "value": "none"} in style["computedStyle"]
