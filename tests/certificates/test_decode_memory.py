"""What was read or proved once is not read or proved again, within bounds."""

import pytest

from aescan.certificates import decode
from aescan.certificates.decode import LARGEST_NAME, decode_certificate
from aescan.certificates.memory import LEAST
from tests.certificates.encode import certificate, common_name, integer, public_key
from tests.certificates.promise import named
from tests.certs import rsa_key


def test_the_same_bytes_are_decoded_once() -> None:
    """Equal bytes give the very same object."""
    der = certificate(serial=integer(77))
    assert decode_certificate(der) is decode_certificate(bytes(bytearray(der)))


def test_what_is_proved_need_not_be_checked() -> None:
    """Of a certificate that another key signed nobody asks whether it signed itself; no other fact depends on that."""
    der = certificate(key=public_key(rsa_key(number=1).public_key()), serial=integer(78))
    proved = decode_certificate(der, by_another=True)
    decode._remembered.begin(LEAST)
    assert proved == decode_certificate(der)
    assert proved.self_signed is False


def test_a_name_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Certificates share the names that they share, as far as names are small, few and sound."""
    monkeypatch.setattr(decode, "MOST_NAMES", 2)
    decode._names.clear()
    first, second = (decode_certificate(certificate(serial=integer(number))) for number in (79, 80))
    assert first.issuer is second.issuer
    assert first.subject is second.subject
    large = "a" * LARGEST_NAME
    for number, odd in enumerate((common_name(large), common_name(b"a\xff"))):
        facts = [decode_certificate(certificate(serial=integer(81 + 2 * number + n), subject=odd)) for n in (0, 1)]
        assert facts[0].subject == facts[1].subject
        assert facts[0].subject is not facts[1].subject
        assert named(facts[0]) == named(facts[1])
    third = decode_certificate(certificate(serial=integer(90), subject=common_name("one more")))
    assert len(decode._names) == 2
    assert third.issuer == first.issuer
    assert third.issuer is not first.issuer
