"""Targets made of what a name service lists."""

from dataclasses import replace

import pytest

from aescan.errors import ProbeError, Reason
from aescan.inventory.model import Target
from aescan.probe.acs import Tlink, Tlinks
from aescan.scan.discover import Discovery, discovered
from tests.facts import target
from tests.logged import logged

HERE = "192.0.2.7"
CM1 = Tlink("AVAYA#CM1#CSTA-S#AES1", 1066, HERE)
CM2 = Tlink("AVAYA#CM2#CSTA-S#AES1", 1067, HERE)
PLAIN = Tlink("AVAYA#CM1#CSTA#AES1", 1050, HERE)
ODD = Tlink("AVAYA#CM1#OTHER#AES1", 1030, HERE)
NOWHERE = Tlink("AVAYA#CM3#CSTA-S#AES1", 0, HERE)

TSAPI = replace(target("aes1", 1066, "tsapi", site="paris"), discover=450)
OAM = target("aes1", 443, "oam")


class Listing:
    """A name service that lists this, or fails so."""

    def __init__(self, *tlinks: Tlink, complete: bool = True) -> None:
        self.answer: Tlinks | ProbeError = Tlinks(tlinks, complete)
        self.asked: list[tuple[str, str | None, int]] = []

    async def __call__(self, of: Target, port: int) -> Tlinks:
        """Answer one question."""
        self.asked.append((of.host, of.address, port))
        if isinstance(self.answer, ProbeError):
            raise self.answer
        return self.answer


async def endpoints(discovery: Discovery, *targets: Target) -> list[str]:
    """Return the names of what these targets become."""
    return [one.name for one in await discovery.targets(targets)]


async def test_a_target_for_each_encrypted_tlink() -> None:
    """In the place of the one that stood for them, with all else that it had, the name of the TLINK and its twins."""
    listing = Listing(PLAIN, CM1, CM2, ODD, NOWHERE)
    before, first, second = await Discovery(listing).targets([OAM, TSAPI])

    assert before == OAM
    twins = ("port 1050 (AVAYA#CM1#CSTA#AES1)",)
    assert first == replace(TSAPI, labels={"tlink": CM1.name, "site": "paris"}, plaintext_twins=twins)
    assert second == replace(TSAPI, name="aes1:1067", port=1067, labels={"tlink": CM2.name, "site": "paris"})
    assert listing.asked == [("aes1", None, 450)]


async def test_a_host_is_asked_once() -> None:
    """However many of its targets stand for TLINKs; and each address of it by itself."""
    listing = Listing(CM2)
    others = [
        replace(TSAPI, name="aes1:1067", port=1067),
        replace(TSAPI, name="aes1:1066@10.0.0.1", address="10.0.0.1"),
    ]

    assert await endpoints(Discovery(listing), TSAPI, *others) == ["aes1:1067", "aes1:1067@10.0.0.1"]
    assert sorted(listing.asked, key=str) == [("aes1", "10.0.0.1", 450), ("aes1", None, 450)]


async def test_what_the_inventory_lists_stays() -> None:
    """A port that the operator listed is scanned as he says, once."""
    own = target("aes1", 1067, "tsapi")

    assert await endpoints(Discovery(Listing(CM1, CM2)), TSAPI, own) == ["aes1:1066", "aes1:1067"]


async def test_nothing_is_asked_unless_it_is_wanted() -> None:
    """Off by default."""
    listing = Listing(CM1)

    assert await Discovery(listing).targets([OAM]) == (OAM,)
    assert listing.asked == []


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (
            ProbeError(Reason.REFUSED, "connection refused"),
            'msg="TLINKs not listed" host=aes1 port=450 error="connection refused"',
        ),
        (Tlinks((PLAIN, NOWHERE)), 'msg="no encrypted TLINK is listed" host=aes1 port=450 tlinks=2'),
    ],
)
async def test_without_a_list_what_was_known_stays(
    answer: Tlinks | ProbeError, said: str, caplog: pytest.LogCaptureFixture
) -> None:
    """At first that is the port of the catalogue, later what was listed last."""
    listing = Listing(CM2)
    discovery = Discovery(listing)
    listing.answer, sound = answer, listing.answer
    assert await endpoints(discovery, TSAPI) == ["aes1:1066"]
    listing.answer = sound
    assert await endpoints(discovery, TSAPI) == ["aes1:1067"]
    listing.answer = answer
    assert await endpoints(discovery, TSAPI) == ["aes1:1067"]
    assert logged(caplog) == [said, said]


async def test_a_list_without_end(caplog: pytest.LogCaptureFixture) -> None:
    """What came first is used, and that is said."""
    assert await endpoints(Discovery(Listing(CM1, complete=False)), TSAPI) == ["aes1:1066"]
    assert logged(caplog) == ['msg="the list of TLINKs has no end, what came first is used" host=aes1 port=450']


def test_two_tlinks_on_one_port() -> None:
    """They are one target with both names; an operator's own label of that name stays."""
    both = Tlinks((CM1, replace(CM2, port=1066)))
    (one,) = discovered(TSAPI, both)
    (own,) = discovered(replace(TSAPI, labels={"tlink": "mine"}), both)

    assert one.labels["tlink"] == "AVAYA#CM1#CSTA-S#AES1; AVAYA#CM2#CSTA-S#AES1"
    assert own.labels["tlink"] == "mine"
