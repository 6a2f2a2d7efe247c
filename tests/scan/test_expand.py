"""One target for each address of a name."""

from dataclasses import replace

from aescan.inventory.model import Addresses, Target
from aescan.probe.resolve import Resolver
from aescan.scan.expand import expand
from tests.facts import target

KNOWN = {"pair.example.com": ("10.0.0.1", "10.0.0.2"), "single.example.com": ("10.0.0.3",)}


def lookup(host: str) -> tuple[str, ...]:
    """Look a name of this test up."""
    try:
        return KNOWN[host]
    except KeyError:
        raise OSError(host) from None


async def expanded(*targets: Target) -> list[tuple[str, str | None]]:
    """Return name and address of what these targets become."""
    return [(one.name, one.address) for one in await expand(targets, Resolver(lookup))]


async def test_each_address_in_the_place_of_its_target() -> None:
    """Order and all other targets stay."""
    pair = replace(target("pair.example.com"), addresses=Addresses.ALL)

    assert await expanded(target("a.example.com"), pair, target("single.example.com")) == [
        ("a.example.com:4722", None),
        ("pair.example.com:4722@10.0.0.1", "10.0.0.1"),
        ("pair.example.com:4722@10.0.0.2", "10.0.0.2"),
        ("single.example.com:4722", None),
    ]


async def test_one_address_is_named_like_several() -> None:
    """The name of a series does not depend on how many addresses there are today."""
    single = replace(target("single.example.com"), addresses=Addresses.ALL)

    assert await expanded(single) == [("single.example.com:4722@10.0.0.3", "10.0.0.3")]


async def test_a_name_that_cannot_be_looked_up_stays() -> None:
    """The probe will say why."""
    unknown = replace(target("unknown.example.com"), addresses=Addresses.ALL)

    assert await expanded(unknown) == [("unknown.example.com:4722", None)]


async def test_a_pinned_target_stays() -> None:
    """An address given by the operator is the only one."""
    pinned = replace(target("pair.example.com"), addresses=Addresses.ALL, address="10.0.0.9")

    assert await expanded(pinned) == [("pair.example.com:4722", "10.0.0.9")]
