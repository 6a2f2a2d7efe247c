"""The TSAPI name service's replies, to the byte; the layout is that of Avaya's JTAPI client, no server's own."""

import struct
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aescan.errors import ProbeError, ProtocolError, Reason
from aescan.probe.acs import MOST_ROUNDS, MOST_TLINKS, NameService, Tlink, Tlinks, request
from tests.flights import cut
from tests.probe.name_service import ENCRYPTED, PLAIN, address, body, entry, frame, reply, tlv

BY_HAND = bytes.fromhex(
    "6d000000"  # 109 bytes follow
    "0100 01000000 00000000 0200 0b00 5b00 0000"  # version 1, invoke 1, class 2, type 11, 91 bytes of body
    "3059 010100 3054"  # no more; a list of
    "301f 1613 415641594123434d312343535441234145 5331"  # AVAYA#CM1#CSTA#AES1
    "0408 0200 041a c0000207"  # port 1050 at 192.0.2.7
    "3031 1615 415641594123434d3123435354412d532341455331"  # AVAYA#CM1#CSTA-S#AES1
    "0418 0a00 042a 00000000 20010db8000000000000000000000007"  # port 1066 at 2001:db8::7
)
"""A reply written by hand after the layout."""

FOUND = Tlinks((Tlink("AVAYA#CM1#CSTA#AES1", 1050, "192.0.2.7"), Tlink("AVAYA#CM1#CSTA-S#AES1", 1066, "2001:db8::7")))


def told(said: bytes) -> str:
    """Return why these bytes are no list of TLINKs."""
    with pytest.raises(ProtocolError) as caught:
        NameService().feed(said)
    return caught.value.detail


def heard(pieces: Iterable[bytes]) -> Tlinks | str | None:
    """Return what comes of a stream in these pieces: a list, why there can be none, or nothing yet."""
    service = NameService()
    try:
        return next((found for piece in pieces if (found := service.feed(piece))), None)
    except ProbeError as error:
        return error.detail


def test_request() -> None:
    """The 27 bytes that the JTAPI client sends."""
    assert request() == bytes.fromhex("17000000 0100 01000000 00000000 0000 0a00 0500 0000 30030a0101")
    assert NameService().data_to_send() == request()


def test_reply() -> None:
    """Names, ports in network order, addresses of both kinds."""
    assert NameService().feed(BY_HAND) == FOUND


@pytest.mark.parametrize("size", [1, 3, 50])
def test_reply_in_pieces(size: int) -> None:
    """It may come byte by byte."""
    service = NameService()
    *before, last = (service.feed(piece) for piece in cut(BY_HAND, (size,)))

    assert set(before) <= {None}
    assert last == FOUND


@pytest.mark.parametrize("length", range(len(BY_HAND)))
def test_reply_cut_short(length: int) -> None:
    """No list before it is whole; what came is told."""
    service = NameService()
    assert service.feed(BY_HAND[:length]) is None
    error = service.end()

    assert error.reason is Reason.CLOSED
    after = f"after {length} bytes of a reply" if length else "without a reply"
    assert error.detail == f"asking for TLINKs: the server closed {after}"


@pytest.mark.parametrize("length", range(1, len(BY_HAND) - 22))
def test_body_cut_short(length: int) -> None:
    """A body that ends early in a sound frame is refused, wherever it ends; so is one with something behind."""
    told(frame(BY_HAND[22:-length]))
    told(frame(BY_HAND[22:] + b"\0\0"))


def test_the_servers_of_the_tests_write_the_same() -> None:
    """What other tests are made with agrees with the layout."""
    short = tlv(0x30, tlv(0x16, b"AVAYA#CM1#CSTA#AES1") + tlv(0x04, bytes.fromhex("0200041ac0000207")))

    assert NameService().feed(reply(PLAIN, ("AVAYA#CM1#CSTA-S#AES1", 1066, "2001:db8::7"))) == FOUND
    assert NameService().feed(frame(tlv(0x30, tlv(1, b"\0") + tlv(0x30, short)), private=b"own")) == Tlinks(
        FOUND.tlinks[:1]
    )


def test_nothing_listed() -> None:
    """A server without TLINKs says so."""
    assert NameService().feed(reply()) == Tlinks(())


@pytest.mark.parametrize(
    ("name", "secure", "plain", "switch"),
    [
        ("AVAYA#CM1#CSTA-S#AES1", True, False, "CM1"),
        ("AVAYA#CM1#csta-s#AES1", True, False, "CM1"),
        ("AVAYA#CM1#CSTA#AES1", False, True, "CM1"),
        ("AVAYA#CSTA-S#CM1#AES1", False, False, "CSTA-S"),
        ("AVAYA", False, False, ""),
        ("", False, False, ""),
    ],
)
def test_names(name: str, secure: bool, plain: bool, switch: str) -> None:
    """The third field decides, in letters of either case; other names are neither."""
    tlink = Tlink(name, 1066, "192.0.2.7")

    assert (tlink.secure, tlink.plain, tlink.switch) == (secure, plain, switch)


def test_hostile_names() -> None:
    """What cannot be shown is escaped, what is long is cut."""
    found = NameService().feed(reply(("\x1b[2J\u00e9" + "x" * 500, 1066, "192.0.2.7")))

    assert found is not None
    assert found.tlinks[0].name.startswith("\\x1b[2J\u00e9xxx")
    assert len(found.tlinks[0].name) == 128


def test_more() -> None:
    """Where there is more the request is sent again, numbered; each TLINK is listed once."""
    service = NameService()
    service.data_to_send()

    assert service.feed(reply(PLAIN, more=True)) is None
    assert service.data_to_send() == request(2)
    assert service.data_to_send() == b""
    found = service.feed(reply(PLAIN, ENCRYPTED))

    assert found == Tlinks((Tlink(*PLAIN), Tlink(*ENCRYPTED)))


def test_more_for_ever() -> None:
    """Neither replies that repeat themselves, nor ones without end, nor ones all at once are listened to for ever."""
    repeating = NameService()
    assert repeating.feed(reply(PLAIN, more=True)) is None
    assert repeating.feed(reply(PLAIN, more=True)) == Tlinks((Tlink(*PLAIN),), complete=False)

    endless = NameService()
    listed = [(f"AVAYA#CM{number}#CSTA-S#AES1", 1066, "192.0.2.7") for number in range(MOST_ROUNDS)]
    answers = [endless.feed(reply(each, more=True)) for each in listed]
    assert answers[-1] == Tlinks(tuple(Tlink(*each) for each in listed), complete=False)
    assert set(answers[:-1]) == {None}

    at_once = NameService().feed(b"".join(reply(each, more=True) for each in listed))
    assert at_once == answers[-1]


def test_too_many() -> None:
    """Only so many TLINKs are kept, however many a reply holds."""
    found = NameService().feed(reply(*((str(number), 1066, "192.0.2.7") for number in range(MOST_TLINKS + 1))))

    assert found is not None
    assert (len(found.tlinks), found.complete) == (MOST_TLINKS, False)


@pytest.mark.parametrize("length", [0, 17, 18 + 2 * 0xFFFF + 1, 0xFFFFFFFF])
def test_lengths_that_no_frame_has(length: int) -> None:
    """They are refused at once, before any of it is waited for or kept."""
    said = struct.pack("<I", length)

    assert told(said) == f"asking for TLINKs: no frame of a TSAPI name service begins with {said.hex(' ')}"


@pytest.mark.parametrize(
    ("hostile", "detail"),
    [
        (
            b"HTTP/1.1 400 Bad Request\r\n",
            "no frame of a TSAPI name service begins with 48 54 54 50 2f 31 2e 31 20 34 30 30 20 42 61 64",
        ),
        (frame(b"", version=2), "the server answered with something else (version 2, class 2, type 11)"),
        (frame(b"", kind=(2, 5)), "the server answered with something else (version 1, class 2, type 5)"),
        (frame(body(), length=8), "8 and 0 bytes announced in a frame of 25"),
        (frame(b""), "the reply is not made as it should be, it begins with nothing"),
        (
            frame(b"\x30\x80\x01\x01\x00\x30\x00\x00\x00"),
            "the reply is not made as it should be, it begins with 30 80 01 01 00 30 00 00 00",
        ),
        (frame(tlv(0x30, tlv(0x01, b"\0"))), "the reply is not made as it should be, it begins with 01 01 00"),
        (
            frame(tlv(0x30, tlv(0x01, b"\0") + tlv(0x30, b"\x30\x84\xff\xff\xff\xff"))),
            "the list of the reply cannot be read",
        ),
        (frame(tlv(0x30, tlv(0x01, b"\0") + tlv(0x30, tlv(0x31, b"")))), "an entry of the list has the tag 0x31"),
        (
            frame(tlv(0x30, tlv(0x01, b"\0") + tlv(0x30, tlv(0x30, tlv(0x0C, b"x") + tlv(0x04, address(1, "::1")))))),
            "the entry is not made as it should be, it begins with 0c 01 78 04 1c 0a 00 00 01 00 00 00 00 00 00 00",
        ),
        (
            frame(tlv(0x30, tlv(0x01, b"\0") + tlv(0x30, tlv(0x30, tlv(0x16, b"x") + tlv(0x04, bytes(7)))))),
            "the address of x has 7 bytes",
        ),
    ],
)
def test_what_is_no_reply(hostile: bytes, detail: str) -> None:
    """It is refused with what was seen."""
    assert told(hostile) == f"asking for TLINKs: {detail}"


@given(st.binary(max_size=300), st.integers(1, 40))
def test_any_bytes(data: bytes, size: int) -> None:
    """Whatever a server says is a list, a refusal fit to show, or not whole yet; in one piece as in several."""
    for said in data, frame(data), frame(tlv(0x30, tlv(0x01, b"\0") + tlv(0x30, data))):
        whole, in_pieces = heard([said]), heard(cut(said, (size,)))
        assert type(whole) is type(in_pieces)
        if isinstance(whole, str):
            assert whole.isprintable()
        else:
            assert whole == in_pieces


def test_entries_may_be_long() -> None:
    """A length of several bytes is read."""
    name = "AVAYA#" + "C" * 90 + "#CSTA-S#AES1"
    found = NameService().feed(frame(tlv(0x30, tlv(0x01, b"\0") + tlv(0x30, entry(name, 65535, "192.0.2.7")))))

    assert found == Tlinks((Tlink(name, 65535, "192.0.2.7"),))
