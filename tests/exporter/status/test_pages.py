"""The pages for people, by real requests over loopback."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlencode

import aiohttp
import pytest

from aescan.errors import Met, Reason
from aescan.exporter.application import HEADERS, application
from aescan.exporter.configuration import Configuration
from aescan.exporter.exporter import Exporter
from aescan.exporter.state import State
from aescan.exporter.status.pages import POLICY, TO_A_PAGE
from aescan.exporter.web.listening import listening
from aescan.exporter.web.live import WebConfigFile
from aescan.history.keeper import History
from aescan.observation import Failed
from aescan.report.markup.environment import ICON, STYLE, asset
from aescan.report.rungs import NOT_KEPT
from tests.exporter.estate import LOST, NEW, ODD, SOUND, FakeSweep, configuration, estate, sound
from tests.facts import LEAF, NOW, failed, name, seen, target
from tests.markup import Element, read

HOSTILE = replace(
    target("evil.example.com"), name="<script>alert(1)</script>\u202e&\"'\x1b[2J", labels={"<b>": "</td>"}
)


@contextlib.asynccontextmanager
async def serving(
    state: State,
    prefix: str = "",
    history: History | None = None,
    web_file: WebConfigFile | None = None,
    *,
    simulated: bool = False,
) -> AsyncIterator[aiohttp.ClientSession]:
    """Give a client of an exporter that knows this and sweeps nothing."""
    of: Configuration = replace(configuration(FakeSweep(), *state.targets), simulated=simulated)
    exporter = Exporter(of, lambda: of, lambda: NOW, asyncio.Event(), state=state, history=history)
    app = application(exporter, web_file, prefix)
    async with (
        listening(app, (("127.0.0.1", 0),)) as endpoints,
        aiohttp.ClientSession(f"http://{endpoints[0]}{prefix}/") as session,
    ):
        yield session


async def got(session: aiohttp.ClientSession, path: str = "", **parameters: str) -> Element:
    """Return the page at this address."""
    async with session.get(f"{path}?{urlencode(parameters)}") as response:
        assert response.status == 200
        assert response.headers["Content-Type"] == "text/html; charset=utf-8"
        return read(await response.text())


def rows(page: Element) -> list[str]:
    """Return which targets are in the table."""
    (table,) = page.all("table", id="targets")
    return [next(row.all("bdi")).text for row in table.all("tr") if next(row.all("bdi"), None)]


def many(number: int) -> State:
    """Return a state of so many sound targets."""
    targets = [target(f"aes{place}.example.com") for place in range(number)]
    state = State(targets, NOW)
    for each in targets:
        state.observe(seen(each))
    return state


async def test_overview() -> None:
    """The estate at a glance: counts, ends, what is wrong, and every target, worst first."""
    async with serving(estate()) as session:
        page = await got(session)
    tiles = next(page.all("ul", **{"class": "tiles"}))
    assert [tile.text.split() for tile in tiles.all("li")] == [
        ["1", "critical"],
        ["0", "not", "seen"],
        ["2", "warning"],
        ["0", "notice"],
        ["0", "clean"],
        ["1", "not", "probed", "yet"],
    ]
    assert rows(page) == [LOST.name, SOUND.name, 'odd "one"\\x0a\\', NEW.name]
    assert [link.attributes["href"] for link in page.all("a") if link.text == "Metrics"] == ["metrics"]
    assert "timeout: connection refused; Expired, Sha1 signature" in page.text
    assert "The last complete sweep ended at 2026-11-23 12:00:02 UTC after 1.5 s." in page.text


async def test_before_the_first_sweep() -> None:
    """What cannot be known yet is said to be so."""
    async with serving(State((SOUND,), NOW)) as session:
        page = await got(session)
    assert "The first sweep is not complete yet." in page.text
    assert "No chain with a readable date was seen." in page.text
    assert rows(page) == [SOUND.name]


async def test_an_empty_inventory() -> None:
    """No target at all is a page too."""
    async with serving(State((), NOW)) as session:
        page = await got(session)
    assert "No target is like that" in page.text
    assert rows(page) == []


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({"standing": "critical"}, [LOST.name]),
        ({"q": "stockholm"}, [SOUND.name]),
        ({"finding": "timeout"}, [LOST.name]),
        ({"service": "tsapi"}, [NEW.name]),
        ({"sort": "target", "order": "desc"}, ['odd "one"\\x0a\\', NEW.name, LOST.name, SOUND.name]),
        ({"q": "\x00<script>"}, []),
        ({"page": "999", "sort": "nonsense", "first": "32"}, [LOST.name, SOUND.name, 'odd "one"\\x0a\\', NEW.name]),
    ],
)
async def test_the_address_holds_the_view(parameters: dict[str, str], expected: list[str]) -> None:
    """The parameters choose and order the targets, the form shows them, and nonsense is ignored."""
    async with serving(estate()) as session:
        page = await got(session, **parameters)
    assert rows(page) == expected
    fields = {field.attributes["name"]: field for field in (*page.all("input"), *page.all("select"))}
    chosen = {name: next(field.all("option", selected=""), None) for name, field in fields.items()}
    if "standing" in parameters:
        option = chosen["standing"]
        assert option is not None
        assert option.attributes["value"] == parameters["standing"]


async def test_sorted_columns() -> None:
    """The column that orders the targets says so, and its link turns it around, with the search kept."""
    async with serving(estate()) as session:
        page = await got(session, sort="ends", q="example")
    (column,) = [cell for cell in page.all("th") if "aria-sort" in cell.attributes]
    assert column.attributes["aria-sort"] == "ascending"
    assert next(column.all("a")).attributes["href"] == "?q=example&sort=ends&order=desc#targets"


async def test_pages() -> None:
    """Beyond a hundred, targets stand on pages; a page behind the last is the last."""
    async with serving(many(2 * TO_A_PAGE + 1)) as session:
        first, last = await got(session), await got(session, page="7", q="example")
    assert len(rows(first)) == TO_A_PAGE
    assert "1 to 100 of 201" in first.text
    assert [link.attributes["href"] for link in first.all("a", rel="next")] == ["?page=2#all"]
    assert (len(rows(last)), list(last.all("a", rel="next"))) == (1, [])
    assert [link.attributes["href"] for link in last.all("a", rel="prev")] == ["?q=example&page=2#all"]
    assert "page 3 of 3" in last.text


async def test_target() -> None:
    """A target's page has all that is known of it, and says which of it is old."""
    async with serving(estate()) as session:
        page = await got(session, "target", name=LOST.name)
    text = page.text
    assert next(page.all("h1")).text == LOST.name
    assert "The last probe saw nothing. What follows was seen at 2026-11-21 12:00:00 UTC." in text
    for said in (
        "Berlin",
        "What to do: cure expired",
        "CN=Example Root CA,O=Example,C=US",
        "CN=Example Root CA ended",
        "TLS 1.0: accepted",
        "timeout: connection refused",
        "what to do: check the address, and the firewalls",
    ):
        assert said in text, said


async def test_rungs() -> None:
    """The last probe is a log of its hellos; of what the history brought back it is said that there is none."""
    met = Met("tls12", "192.0.2.1", 0.5, Reason.ALERT, "the server answered with <b>", "then tls13: why")
    state = State((LOST, NEW), NOW)
    state.observe(replace(failed(LOST), outcome=Failed(Reason.ALERT, "no", (met,))))
    state.observe(replace(failed(NEW), outcome=Failed(Reason.ALERT, "no")))
    async with serving(state) as session:
        logs = [next((await got(session, "target", name=of.name)).all("ol", **{"class": "log"})) for of in (LOST, NEW)]
    assert [[line.text for line in log.all("li")][1] for log in logs] == [
        "tls12 to 192.0.2.1: alert after 0.500 s: the server answered with <b>; then tls13: why",
        NOT_KEPT,
    ]


@pytest.mark.parametrize("of", [SOUND, NEW, ODD])
async def test_every_target_has_a_page(of: object) -> None:
    """The link in the table leads to the target's page, whatever its name."""
    async with serving(estate()) as session:
        page = await got(session)
        for link in [row.attributes["href"] for row in next(page.all("table", id="targets")).all("a")]:
            if link.startswith("target?"):
                async with session.get(link) as response:
                    assert response.status == 200
                    assert next(read(await response.text()).all("a", href="./"), None)


async def test_a_target_that_is_not_there() -> None:
    """A name that the inventory does not have is said so, without repeating it."""
    async with serving(estate()) as session, session.get("target?name=%3Cscript%3E") as response:
        assert response.status == 404
        assert await response.text() == "no target has that name; it may have left the inventory\n"


async def test_hostile_names() -> None:
    """Names and certificates of strangers are text: no element, no handler, no control character is of their making."""
    state = State((HOSTILE,), NOW)
    leaf = replace(LEAF, subject=name(("CN", "<img src=x onerror=alert(1)>\u202e")), dns_names=("<svg/onload=x>",))
    state.observe(seen(HOSTILE, leaf))
    async with serving(state) as session:
        overview = await got(session)
        (link,) = [one.attributes["href"] for one in overview.all("a") if one.attributes["href"].startswith("target")]
        async with session.get(link) as response:
            page = read(await response.text())
    for one in overview, page:
        assert not list(one.all("script"))
        assert not list(one.all("img"))
        assert "<script>alert(1)</script>\\u202e&\"'\\x1b[2J" in one.text
    assert "<svg/onload=x>" in page.text


@pytest.mark.parametrize("prefix", ["", "/aes/can"])
async def test_links_hold_behind_a_prefix(prefix: str) -> None:
    """Style, icon, form and targets are found from every page, behind any prefix, and where a proxy has another."""
    async with serving(estate(), prefix) as session:
        pages = [await got(session, path) for path in ("", "failures")]
        pages += [await got(session, "target", name=of.name) for of in (SOUND, LOST)]
        for page in pages:
            links = [one.attributes["href"] for one in (*page.all("link"), *page.all("a"))]
            links += [form.attributes["action"] for form in page.all("form")]
            for link in {one for one in links if not one.startswith("#")}:
                assert not link.startswith("/")
                async with session.get(link) as response:
                    assert response.status == 200 or "-/ready" in link, link


async def test_assets() -> None:
    """The style and the icon are served as what they are, and may be kept."""
    async with serving(estate()) as session:
        for asset_name, kind in (STYLE, "text/css"), (ICON, "image/svg+xml"):
            async with session.get(f"static/{asset_name}") as response:
                assert response.headers["Content-Type"] == f"{kind}; charset=utf-8"
                assert response.headers["Cache-Control"] == "max-age=86400"
                assert await response.text() == asset(asset_name)


async def test_policy() -> None:
    """Pages let in their own style and icon and nothing else: no script; every other answer lets in nothing."""
    assert "script" not in POLICY
    async with serving(estate()) as session:
        for path, policy in [("", POLICY), ("metrics", HEADERS["Content-Security-Policy"])]:
            async with session.get(path) as response:
                assert response.headers["Content-Security-Policy"] == policy
                assert response.headers["Server"] == "aescan"


async def test_the_operators_policy_wins(tmp_path: Path) -> None:
    """What the web configuration says of a header holds for the pages too."""
    path = tmp_path / "web.yml"
    headers = {"http_server_config": {"headers": {"Content-Security-Policy": "default-src 'self'"}}}
    path.write_text(json.dumps(headers), encoding="utf-8")
    async with serving(estate(), web_file=WebConfigFile(path)) as session, session.get("") as response:
        assert response.headers["Content-Security-Policy"] == "default-src 'self'"


async def test_compressed() -> None:
    """A client that takes gzip gets a page a fraction of the size."""
    async with serving(many(TO_A_PAGE)) as session, session.get("") as response:
        assert response.headers["Content-Encoding"] in {"gzip", "deflate"}
        assert int(response.headers.get("Content-Length", 0)) < len(await response.read()) / 5


async def test_caveats() -> None:
    """What is wrong with the exporter itself stands on top; a lab says that it is one."""
    state = estate()
    state.refuse()
    state.history_up = lambda: False
    async with serving(state, simulated=True) as session:
        text = (await got(session)).text
    for said in "Simulated.", "Reload failed.", "No history.":
        assert said in text
    async with serving(estate()) as session:
        text = (await got(session)).text
    for said in "Simulated.", "Reload failed.", "No history.", "The first sweep":
        assert said not in text


async def test_history(tmp_path: Path) -> None:
    """With a history a target's page has which leaf it presented when; without one, how often it changed."""
    with contextlib.closing(History(tmp_path / "history.db", timedelta(days=30))) as history:
        history.start()
        async with serving(estate(), history=history) as session:
            assert "Nothing is kept of it yet." in (await got(session, "target", name=SOUND.name)).text
            history.note(sound())
            assert history.settle(30)
            page = await got(session, "target", name=SOUND.name)
    (heading,) = [one for one in page.all("h2") if one.text == "History"]
    assert heading.text in page.text
    assert [cell.text for cell in page.all("td")].count("2026-11-23 12:00:00 UTC") == 2


async def test_changes_without_a_history() -> None:
    """Changes since the start are counted."""
    state = State((SOUND,), NOW)
    for leaf in LEAF, replace(LEAF, der=b"next", fingerprint_sha256="ff" * 32):
        state.observe(seen(SOUND, leaf))
    async with serving(state) as session:
        text = (await got(session, "target", name=SOUND.name)).text
    assert "The leaf became another one 1 time." in text
    assert "History" not in text


async def test_one_page_at_a_time() -> None:
    """Many requests at once are all answered, each with its own view."""
    async with serving(many(300)) as session:
        found = await asyncio.gather(*(got(session, q=f"aes{number}.example.com:4722") for number in range(20)))
    assert [rows(page) for page in found] == [[f"aes{number}.example.com:4722"] for number in range(20)]


async def test_failures() -> None:
    """What failed of late, of the sweep and on demand, each with its log and what became of the target."""
    of = configuration(FakeSweep(), SOUND, LOST)
    exporter = Exporter(of, lambda: of, lambda: NOW, asyncio.Event(), state=State((SOUND, LOST), NOW))
    for observation in (failed(LOST, Reason.TIMEOUT), failed(SOUND), seen(SOUND), failed(HOSTILE)):
        exporter._observe(observation)
    exporter.failures.note_asked(failed(NEW, Reason.DNS, "looking up aes3.example.com: no such name"))
    async with (
        listening(application(exporter), (("127.0.0.1", 0),)) as endpoints,
        aiohttp.ClientSession(f"http://{endpoints[0]}/") as session,
    ):
        page = await got(session, "failures")
        overview = await got(session)
    swept, asked = page.all("section")
    stories = [story.text.split() for story in swept.all("article")]

    assert [story[0] for story in stories[1:]] == [SOUND.name, LOST.name]
    assert ["back." in story for story in stories] == [False, True, False]
    assert "inventory." in stories[0]
    assert ["timeout:" in story for story in stories] == [False, False, True]
    assert [link.attributes["href"] for link in swept.all("a")] == [
        f"target?name={urlencode({'': each.name})[1:]}" for each in (SOUND, LOST)
    ]
    assert list(page.all("script")) == []
    assert "looking up aes3.example.com: no such name" in asked.text
    assert [link.attributes["href"] for link in overview.all("a") if link.text == "Failed probes"] == ["failures"]


async def test_no_failures() -> None:
    """That nothing failed is said."""
    async with serving(many(1)) as session:
        page = await got(session, "failures")
    assert [next(section.all("p")).text for section in page.all("section")] == [
        "No probe of the sweep has failed since start.",
        "No probe on demand has failed since start.",
    ]
