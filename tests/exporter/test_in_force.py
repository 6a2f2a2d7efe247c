"""The page of what is in force."""

from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from aescan.exporter.in_force import changed, render, taken_up
from tests.exporter.estate import SOUND, FakeSweep, configuration
from tests.exporter.test_application import basic, configured, hashed
from tests.exporter.test_exporter import living
from tests.facts import NOW
from tests.logged import logged


def test_page() -> None:
    """Two documents, each as its file would be; a value that occurs twice is written twice."""
    shared = ["a"]
    page = render({"timeout": "10s", "one": shared, "two": shared}, {}, NOW)

    assert page == (
        f"# Settings in force since {NOW:%Y-%m-%dT%H:%M:%SZ}. Passwords and the like are not shown.\n"
        "timeout: 10s\none:\n- a\ntwo:\n- a\n---\n# Web configuration in force.\n{}\n"
    )
    assert list(yaml.safe_load_all(page)) == [{"timeout": "10s", "one": ["a"], "two": ["a"]}, {}]


async def test_config(tmp_path: Path) -> None:
    """What is in force is told to who is let in, and no secret to anybody."""
    text = f"basic_auth_users: {{prometheus: '{hashed('right')}'}}\nrate_limit: {{interval: 1ms, burst: 100}}\n"
    async with configured(tmp_path, text) as session:
        for path in "/config", "/failures":
            async with session.get(path) as response:
                assert response.status == 401
        async with session.get("/config", headers=basic("prometheus", "right")) as response:
            page = await response.text()
            assert response.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert page == (
        f"# Settings in force since {NOW:%Y-%m-%dT%H:%M:%SZ}. Passwords and the like are not shown.\n"
        "timeout: 10s\n---\n# Web configuration in force.\n"
        "basic_auth_users: <secret>\nrate_limit:\n  interval: 1ms\n  burst: 100\n"
    )


def test_what_only_a_restart_takes_up() -> None:
    """A reload changes nothing of it, be it another value, a new key, or one that is gone."""
    first = {"timeout": "10s", "history": {"path": "a.db"}, "listen_address": ":1"}
    now = {"timeout": "20s", "history": {"path": "b.db"}, "events": {"file": "e.jsonl"}, "interval": "1h"}

    assert changed(first, now) == ("listen_address", "history", "events")
    assert taken_up(first, now) == {
        "timeout": "20s",
        "history": {"path": "a.db"},
        "interval": "1h",
        "listen_address": ":1",
    }
    assert changed(first, first) == ()
    assert taken_up(first, first) == first


async def test_settings_that_only_a_restart_takes_up(caplog: pytest.LogCaptureFixture) -> None:
    """That they were changed is said once for each, and what is in force stays what is told."""
    sweep = FakeSweep()
    first = replace(configuration(sweep, SOUND), written={"timeout": "10s", "history": {"path": "a.db"}})
    other = replace(first, written={"timeout": "20s", "history": {"path": "b.db"}})
    more = replace(first, written={"timeout": "20s", "history": {"path": "b.db"}, "events": {"file": "x"}})
    loads = iter((other, other, more, first, other))
    async with living(first, lambda: next(loads)) as (exporter, _):
        told = list[list[str]]()
        for _ in range(5):
            caplog.clear()
            assert await exporter.reload() == ()
            told.append([line for line in logged(caplog) if "not taken up" in line])
            assert exporter.written["history"] == {"path": "a.db"}
        assert exporter.written["timeout"] == "20s"
    hint = 'hint="it is read at start only: restart aescan to have it taken up"'
    said = f'msg="changed setting not taken up" setting={{}} {hint}'
    assert told == [[said.format("history")], [], [said.format("events")], [], [said.format("history")]]
