"""What name services list, as people see it."""

import io

import pytest

from aescan.discover import CAVEAT, discover, name_services
from aescan.errors import ConfigError, ProbeError, Reason
from aescan.inventory.services import Services, load_services
from aescan.probe.acs import Tlink, Tlinks

SERVICES = load_services()
LISTED = Tlinks(
    (
        Tlink("AVAYA#CM1#CSTA-S#AES1", 1066, "192.0.2.7"),
        Tlink("AVAYA#CM1#CSTA#AES1", 1050, "192.0.2.7"),
        Tlink("AVAYA#CM1#OTHER#AES1", 1030, "192.0.2.7"),
    )
)


async def ask(host: str, port: int) -> Tlinks:
    """Answer for a host of this test."""
    match host:
        case "aes1":
            return LISTED
        case "aes2":
            return Tlinks((), complete=False)
    raise ProbeError(Reason.REFUSED, "connecting: connection refused; nothing listens on that port")


async def test_output() -> None:
    """A table for each host in the order given, a line for one that gave none, and how far to trust it."""
    output = io.StringIO()
    status = await discover([("aes1", 450), ("2001:db8::1", 450), ("aes2", 1450)], ask, output)

    assert status == 3
    assert output.getvalue() == (
        "aes1:450  3 TLINKs\n"
        "   1030  unknown    AVAYA#CM1#OTHER#AES1\n"
        "   1050  plain      AVAYA#CM1#CSTA#AES1\n"
        "   1066  TLS        AVAYA#CM1#CSTA-S#AES1\n"
        "[2001:db8::1]:450  refused: connecting: connection refused; nothing listens on that port\n"
        "aes2:1450  0 TLINKs, and no end of them\n"
        f"\nnote: {CAVEAT}\n"
    )


async def test_status() -> None:
    """0 where all gave a list."""
    assert await discover([("aes1", 450)], ask, io.StringIO()) == 0


def test_name_services() -> None:
    """Names, addresses and ranges, each host once; the port is the catalogue's unless it is said."""
    assert name_services(["aes1", "aes2:1450", "10.0.0.0/30", "10.0.0.1"], SERVICES) == (
        ("aes1", 450),
        ("aes2", 1450),
        ("10.0.0.1", 450),
        ("10.0.0.2", 450),
    )


@pytest.mark.parametrize(
    ("arguments", "problems"),
    [
        ([], ("--discover: name the hosts whose TLINKs are wanted",)),
        (
            ["aes1:0", "https://aes1", "aes2"],
            (
                "argument 1: 0 is not a port (1–65535)",
                "argument 2: https://aes1 is a URL; write the host, or host:port",
            ),
        ),
        (["10.0.0.0/8"], ("argument 1: these are more than 4096 hosts",)),
    ],
)
def test_mistakes(arguments: list[str], problems: tuple[str, ...]) -> None:
    """All at once."""
    with pytest.raises(ConfigError) as caught:
        name_services(arguments, SERVICES)
    assert caught.value.problems == problems


def test_a_catalogue_without_a_name_service() -> None:
    """Then the port has to be said."""
    with pytest.raises(ConfigError) as caught:
        name_services(["aes1", "aes2:450"], Services({}, {}))
    assert caught.value.problems == ("argument 1: aes1: no service of the catalogue lists ports; write HOST:PORT",)
