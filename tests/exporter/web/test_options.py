"""The prefix that the flags ask for."""

import pytest

from aescan.errors import ConfigError
from aescan.exporter.web.options import paths

NO_URL = "not the URL of a site, such as https://monitoring.example.com/aescan"


@pytest.mark.parametrize(
    ("written", "external_url", "prefix", "landing"),
    [
        (None, None, "", "/"),
        ("/", None, "", "/"),
        ("aescan", None, "/aescan", "/aescan/"),
        ("/aes/can/", None, "/aes/can", "/aes/can/"),
        (None, "https://monitoring.example.com/aescan/", "/aescan", "/aescan/"),
        (None, "http://[::1]:10722", "", "/"),
        ("/", "https://monitoring.example.com/aescan/", "", "/aescan/"),
        ("/here", "https://monitoring.example.com", "/here", "/"),
    ],
)
def test_paths(written: str | None, external_url: str | None, prefix: str, landing: str) -> None:
    """What is written counts, else the path of the external URL, which in any case is where people come in."""
    assert paths(written, external_url) == (prefix, landing)


@pytest.mark.parametrize(
    ("written", "external_url", "problem"),
    [
        ("/a b", None, "--web.route-prefix: /a b is not a path of plain letters, digits, -, ., _ and ~"),
        ("/a//b", None, "--web.route-prefix: /a//b is not a path of plain letters, digits, -, ., _ and ~"),
        ("/../b", None, "--web.route-prefix: /../b is not a path of plain letters, digits, -, ., _ and ~"),
        ("/{x}", None, "--web.route-prefix: /{x} is not a path of plain letters, digits, -, ., _ and ~"),
        (None, "http://x/%00", "--web.external-url: /%00 is not a path of plain letters, digits, -, ., _ and ~"),
        (
            None,
            "monitoring.example.com",
            "--web.external-url monitoring.example.com: " + NO_URL,
        ),
        (
            None,
            "http://[x",
            "--web.external-url http://[x: " + NO_URL,
        ),
    ],
)
def test_not_a_prefix(written: str | None, external_url: str | None, problem: str) -> None:
    """Anything that could be taken for something else is refused."""
    with pytest.raises(ConfigError) as refused:
        paths(written, external_url)
    assert refused.value.problems == (problem,)
