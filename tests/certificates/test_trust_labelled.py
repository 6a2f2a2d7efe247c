"""
The chains of the test lab at the moments that matter, for clients with the trust stores that sites have.

Names are those of Avaya's texts or invented, keys are made here; nothing belongs to a real CA. Java's own PKIX is asked
about each as well, where there is a JDK.
"""

import subprocess
from base64 import b64encode
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import pytest

from aescan.certificates.chain import decode
from aescan.certificates.trust import Distrust, verdict
from aescan.keystores.model import TrustStore
from aescan.lab.certificates import SHA1, Identity, authority, server
from aescan.tls.capture import Capture, ClientCertificate
from tests.certs import HOST, make_certificate, rsa_key
from tests.tools import tool

SOURCE = Path(__file__).with_name("Paths.java")


def day(year: int, month: int, date: int, hour: int = 0, minute: int = 0, second: int = 0) -> datetime:
    """Return an aware UTC moment."""
    return datetime(year, month, date, hour, minute, second, tzinfo=UTC)


def root(*names: str, begin: datetime, end: datetime, key: int = 0) -> Identity:
    """Return a root of these names, signed with SHA-1 as they were."""
    return make_certificate(
        *names, key=rsa_key(number=key), not_before=begin, not_after=end, digest=SHA1, extensions=authority()
    )


AVAYA = "C=US", "O=Avaya Inc."
PRODUCT_ROOT = root(
    *AVAYA, "OU=Avaya Product PKI", "CN=Avaya Product Root CA", begin=day(2003, 8, 14), end=day(2033, 8, 14)
)
DEFAULT = make_certificate(
    *AVAYA, "OU=AE Services", "CN=aes-default", issuer=PRODUCT_ROOT, key=rsa_key(1024), digest=SHA1,
    not_before=day(2008, 1, 7), not_after=day(2018, 1, 6, 23, 59, 59), extensions=server(),
)  # fmt: skip
TEMPORARY = make_certificate("CN=aes1", not_before=day(2026, 8, 15), not_after=day(2027, 8, 15), extensions=server())
SIP_CA = root(
    *AVAYA, "OU=SIP Product Certificate Authority", "CN=SIP Product Certificate Authority", key=1,
    begin=day(2003, 7, 25, 0, 33, 17), end=day(2027, 8, 17, 5, 19, 39),
)  # fmt: skip
SIP_LEAF = make_certificate(issuer=SIP_CA, not_before=day(2026, 1, 1), not_after=day(2030, 1, 1))
MANAGER, OTHER_MANAGER = (
    root("O=AVAYA", "OU=MGMT", "CN=System Manager CA", begin=day(2020, 1, 1), end=day(2030, 1, 1), key=key)
    for key in (2, 3)
)
MANAGED = make_certificate(issuer=MANAGER, not_before=day(2026, 1, 1), not_after=day(2028, 1, 1))
RECIPE_CA = root(
    "C=US",
    "ST=CO",
    "O=Your Company Name",
    "CN=YourCompanyName Root CA",
    begin=day(2017, 1, 5),
    end=day(2027, 1, 3),
    key=4,
)
RECIPE_LEAF = make_certificate(
    "C=US", "ST=CO", "O=Your Company Name", f"CN={HOST}", issuer=RECIPE_CA, digest=SHA1, key=rsa_key(),
    not_before=day(2026, 6, 1), not_after=day(2028, 5, 31), extensions=server(),
)  # fmt: skip
FUTURE = make_certificate(issuer=MANAGER, not_before=day(2026, 12, 1), not_after=day(2028, 1, 1))
SUB = make_certificate(
    "CN=Issuing CA", issuer=MANAGER, key=rsa_key(number=5), extensions=authority(),
    not_before=day(2021, 1, 1), not_after=day(2029, 1, 1),
)  # fmt: skip
SUBLEAF = make_certificate(issuer=SUB, not_before=day(2026, 1, 1), not_after=day(2028, 1, 1))

TODAY = day(2026, 11, 23)


class Case(NamedTuple):
    """Who presents what to whom, when, and what comes of it; None for the reason is trust."""

    presented: tuple[Identity, ...]
    trusted: tuple[Identity, ...]
    moment: datetime
    reason: Distrust | None


CASES = {
    "L1 the day before": Case((DEFAULT, PRODUCT_ROOT), (PRODUCT_ROOT,), day(2018, 1, 5), None),
    "L1 its last second": Case((DEFAULT,), (PRODUCT_ROOT,), day(2018, 1, 6, 23, 59, 59), None),
    "L1 the day after": Case((DEFAULT, PRODUCT_ROOT), (PRODUCT_ROOT,), day(2018, 1, 7), Distrust.EXPIRED),
    "L1 after the client moved on": Case((DEFAULT,), (MANAGER,), day(2018, 1, 5), Distrust.NO_PATH),
    "upgraded server, old client": Case((TEMPORARY,), (PRODUCT_ROOT,), TODAY, Distrust.NO_PATH),
    "L3 imported": Case((TEMPORARY,), (TEMPORARY,), TODAY, None),
    "L4 the day before": Case((SIP_LEAF,), (SIP_CA,), day(2027, 8, 16), None),
    "L5": Case((MANAGED, MANAGER), (MANAGER,), TODAY, None),
    "L5 both held": Case((MANAGED,), (OTHER_MANAGER, MANAGER), TODAY, None),
    "L5 the other one": Case((MANAGED, MANAGER), (OTHER_MANAGER,), TODAY, Distrust.NO_PATH),
    "L5 the other one presented": Case((MANAGED, OTHER_MANAGER), (MANAGER,), TODAY, None),
    "L6": Case((RECIPE_LEAF, RECIPE_CA), (RECIPE_CA,), TODAY, None),
    "L10": Case((FUTURE,), (MANAGER,), TODAY, Distrust.NOT_YET_VALID),
    "L11": Case((SUBLEAF, MANAGER, SUB), (MANAGER,), TODAY, None),
    "L12": Case((SUBLEAF, SUBLEAF, SUB, SUB), (MANAGER,), TODAY, None),
    "intermediate forgotten": Case((SUBLEAF,), (MANAGER,), TODAY, Distrust.NO_PATH),
    "intermediate held": Case((SUBLEAF,), (SUB,), TODAY, None),
    "strays": Case((SUBLEAF, SIP_CA, RECIPE_CA, SUB), (MANAGER,), TODAY, None),
}

ANCHOR_ENDED = {
    "L4 the day after": Case((SIP_LEAF,), (SIP_CA,), day(2027, 8, 18), Distrust.EXPIRED),
    "L6 after its ten years": Case((RECIPE_LEAF,), (RECIPE_CA,), day(2027, 1, 4), Distrust.EXPIRED),
}
"""A trusted CA that has ended: refused here, as by OpenSSL; Java looks at its name and key alone."""


@pytest.mark.parametrize("case", (CASES | ANCHOR_ENDED).values(), ids=(CASES | ANCHOR_ENDED).keys())
def test_labelled(case: Case) -> None:
    """Each chain is trusted or refused, for the one reason that there is."""
    capture = Capture(
        tuple(one.der for one in case.presented), "TLS 1.2", "", ClientCertificate.UNKNOWN, hello="", address=""
    )
    store = TrustStore("clients", tuple(one.der for one in case.trusted))

    found = verdict(decode(capture), store, case.moment, HOST, named=True)

    assert (found.trusted, found.reason) == (case.reason is None, case.reason), found.sentence


def test_java_agrees(tmp_path: Path) -> None:
    """Java's PKIX accepts the same chains, but for the dates of what it trusts."""
    # Java takes a source file only where its compiler is there too.
    tool("javac", "the Debian package default-jdk-headless")
    cases = [*CASES.values(), *ANCHOR_ENDED.values()]
    lines = "".join(
        f"{int(case.moment.timestamp())}\t{encoded(case.trusted)}\t{encoded(case.presented)}\n" for case in cases
    )
    command = ["java", "-XX:TieredStopAtLevel=1", "-Xshare:auto", str(SOURCE)]

    run = subprocess.run(command, input=lines, capture_output=True, text=True, check=True, cwd=tmp_path)

    answers = dict(zip((*CASES, *ANCHOR_ENDED), run.stdout.splitlines(), strict=True))
    assert {name: answer == "trusted" for name, answer in answers.items()} == {
        name: case.reason is None or name in ANCHOR_ENDED for name, case in (CASES | ANCHOR_ENDED).items()
    }, answers


def encoded(certificates: tuple[Identity, ...]) -> str:
    """Return certificates in base64, separated by commas."""
    return ",".join(b64encode(one.der).decode() for one in certificates)
