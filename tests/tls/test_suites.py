"""Tests of ``aescan.tls.suites``; tlslite-ng and OpenSSL give second opinions on the names."""

import re
import subprocess

from aescan.tls.suites import CIPHER_SUITES
from tests.tls import oracle


def openssl_names() -> dict[int, str]:
    """Return the names that this machine's OpenSSL knows, weak and disabled suites included."""
    command = ("openssl", "ciphers", "-V", "-stdname", "ALL:COMPLEMENTOFALL:@SECLEVEL=0")
    run = subprocess.run(command, capture_output=True, check=True, text=True)
    lines = re.findall(r"^\s*0x(..),0x(..) - (\S+) ", run.stdout, re.MULTILINE)
    return {int(high + low, 16): name for high, low, name in lines}


def test_names_agree_with_tlslite() -> None:
    """Where tlslite-ng knows a number too, both call it the same; tlslite-ng writes anonymous in capitals."""
    both = CIPHER_SUITES.keys() & oracle.CipherSuite.ietfNames.keys()
    theirs = {number: oracle.CipherSuite.ietfNames[number].replace("_ANON_", "_anon_") for number in both}
    assert {number: CIPHER_SUITES[number] for number in both} == theirs
    assert len(both) > 50


def test_names_agree_with_openssl() -> None:
    """Where OpenSSL knows a number too, both call it the same."""
    names = openssl_names()
    both = CIPHER_SUITES.keys() & names.keys()
    assert {number: CIPHER_SUITES[number] for number in both} == {number: names[number] for number in both}
    assert len(both) > 20


def test_names_are_unique() -> None:
    """No two numbers share a name, and each number has two bytes."""
    assert len(set(CIPHER_SUITES.values())) == len(CIPHER_SUITES)
    assert all(0 < number <= 0xFFFF for number in CIPHER_SUITES)
    assert all(re.fullmatch(r"TLS_[A-Za-z0-9_]+", name) for name in CIPHER_SUITES.values())
