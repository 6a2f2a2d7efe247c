"""The page of what is in force."""

from pathlib import Path

import yaml

from aescan.exporter.in_force import render
from tests.exporter.test_application import basic, configured, hashed
from tests.facts import NOW


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
