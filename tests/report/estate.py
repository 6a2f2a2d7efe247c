"""
One estate with everything a report must stand: the golden files in tests/golden are made of it.

Hostile names, failures of three kinds, a certificate that cannot be read, IPv6, wide characters, a cliff. All names and
values are invented.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from aescan.certificates.facts import Certificate
from aescan.certificates.trust import Distrust, Verdict
from aescan.errors import Reason
from aescan.findings.clients import Compatibility
from aescan.findings.demands import Demand
from aescan.findings.model import Finding, Severity
from aescan.inventory.model import Addresses, Target
from aescan.observation import Observation
from aescan.report.formats import renderer
from aescan.report.model import Report
from aescan.settings.policy import Policy
from aescan.settings.profiles import Change, ClientProfile, Fact, NameRule, Signer
from aescan.settings.work import Choice, Job, Step
from aescan.tls.capture import ViewName
from tests.facts import INTERMEDIATE, LEAF, NOW, ROOT, answering, failed, looked_at, name, seen, target, trusting

GOLDEN = Path(__file__).parents[1] / "golden"

DEFAULT_LEAF = replace(
    LEAF,
    der=b"default leaf",
    fingerprint_sha256="d1" * 32,
    serial_number=0x2F,
    subject=name(("C", "US"), ("O", "Avaya Inc."), ("OU", "AE Services"), ("CN", "aeservices")),
    issuer=name(("C", "US"), ("O", "Avaya Inc."), ("OU", "Avaya Product PKI"), ("CN", "Avaya Product Root CA")),
    not_before=datetime(2008, 1, 9, tzinfo=UTC),
    not_after=datetime(2018, 1, 6, 23, 59, 59, tzinfo=UTC),
    signature_algorithm="sha1WithRSAEncryption",
    signature_hash="sha1",
    key_bits=1024,
    dns_names=(),
)
HOSTILE_LEAF = replace(
    DEFAULT_LEAF,
    der=b"hostile leaf",
    fingerprint_sha256="d2" * 32,
    serial_number=-0x2F,
    subject=name(("CN", "=cmd|'/c calc'!A1\x1b[2J\x1b]0;owned\x07\u202eevil\n[red]fine[/red]")),
)
SIP_LEAF = replace(
    LEAF,
    der=b"sip leaf",
    fingerprint_sha256="d3" * 32,
    issuer=name(("O", "Avaya Inc."), ("CN", "SIP Product Certificate Authority")),
    not_after=datetime(2027, 8, 17, 5, 19, 39, tzinfo=UTC),
)
SOON_LEAF = replace(LEAF, der=b"soon leaf", fingerprint_sha256="d4" * 32, not_after=NOW + timedelta(days=21, hours=1))
NOTICE_LEAF = replace(
    LEAF,
    der=b"notice leaf",
    fingerprint_sha256="d5" * 32,
    subject=name(("C", "JP"), ("O", "例示株式会社"), ("CN", "東京アプリケーション有効化サーバー一号機")),
    not_after=NOW + timedelta(days=47),
    self_signed=True,
)
LONG_LEAF = replace(
    LEAF,
    der=b"long leaf",
    fingerprint_sha256="d6" * 32,
    subject=name(
        ("C", "DE"),
        ("O", "Beispielhafte Verwaltungsgesellschaft für Fernmeldewesen mit beschränkter Haftung"),
        ("OU", "Abteilung für rechnergestützte Telefonie"),
        ("CN", "aes-frankfurt-rechenzentrum-sued-produktion-01.telefonie.beispiel.example"),
    ),
    not_after=datetime(2031, 5, 1, tzinfo=UTC),
)
EMPTY_LEAF = replace(LEAF, der=b"empty leaf", fingerprint_sha256="d7" * 32, subject=name(), serial_number=0)
UNREADABLE_LEAF = Certificate(
    der=b"\x30\x03\x02\x01",
    fingerprint_sha256="d8" * 32,
    version=None,
    serial_number=None,
    subject=None,
    issuer=None,
    not_before=None,
    not_after=None,
    signature_algorithm=None,
    signature_hash=None,
    key_algorithm=None,
    key_bits=None,
    public_key_sha256=None,
    unreadable=("certificate: the bytes end inside an INTEGER",),
)

_REPLACE = (
    "install a server certificate of your own: from your own PKI, System Manager Trust Management, an open-source PKI, "
    "a third-party vendor, or a CA made with OpenSSL"
)
DEFAULT = Finding(
    "avaya_default_certificate",
    Severity.CRITICAL,
    "Default certificate of an Avaya product",
    "signed by an Avaya product CA: CN=Avaya Product Root CA,OU=Avaya Product PKI,O=Avaya Inc.,C=US",
    _REPLACE,
    "PSN004561u",
)
DEFAULT_AACC = replace(DEFAULT, remedy=f"{_REPLACE}; this target works with AACC: follow PSN005110u too")
EXPIRED = Finding(
    "expired",
    Severity.CRITICAL,
    "Expired",
    "the leaf ended 8 years ago, on 2018-01-06 23:59:59 UTC",
    "replace it now: clients that check dates no longer connect",
    "PSN004561u; RFC 5280 section 4.1.2.5",
)
SHA1 = Finding(
    "sha1_signature",
    Severity.WARNING,
    "SHA-1 signature",
    "the leaf is signed with SHA-1 (sha1WithRSAEncryption)",
    "have it signed with SHA-256",
    "PSN004561u",
)
SOON = Finding(
    "expires_soon",
    Severity.WARNING,
    "Expires soon",
    "the leaf ends in 21 days, on 2026-12-14 13:00:00 UTC",
    "renew the certificate before the date shown",
    "RFC 5280 section 4.1.2.5",
)
SELF_SIGNED = Finding(
    "self_signed_leaf",
    Severity.NOTICE,
    "Self-signed server certificate",
    "the leaf CN=東京アプリケーション有効化サーバー一号機 signed itself",
    "have it signed by a CA that the clients trust",
    "",
)
UNREADABLE = Finding(
    "unreadable_certificate",
    Severity.WARNING,
    "Unreadable certificate",
    "certificate: the bytes end inside an INTEGER",
    "ask who made it",
    "RFC 5280 section 4.1",
)


JTAPI = ClientProfile(
    key="jtapi",
    title="An old client",
    services=("tsapi",),
    protocols=Fact(("TLS 1.0",), "a text", "sourced"),
    validity=Fact(value=True, source="a text", confidence="sourced"),
)
GATE = ClientProfile(
    key="gate", title="A door opener", services=("oam", "tsapi"), name=Fact(NameRule.ANY_NAME, "a text", "sourced")
)
RENEWAL = Change(
    key="renewal",
    title="a certificate that names another host",
    signature_hash=Fact("sha256", "a text", "sourced"),
    signer=Fact(Signer.OWN_CA, "a text", "sourced"),
    named=Fact(value=False, source="a text", confidence="sourced"),
)
REPLACE = Job(
    key="replace",
    title="Put another certificate in place",
    dated=True,
    codes=("avaya_default_certificate", "expired", "sha1_signature", "expires_soon", "self_signed_leaf"),
    steps=(
        Step(
            key="choose",
            once=True,
            text="Choose a CA.",
            source="a notice",
            confidence="sourced",
            choices=(Choice("your own", "a notice", ("Make it.", "Keep it.")), Choice("a vendor", "a notice")),
        ),
        Step(
            key="import",
            text="Import it.",
            menu="Security > Certificates",
            source="a notice, step 1",
            confidence="sourced",
        ),
        Step(key="jtapi", services=("tsapi",), text="Tell JTAPI.", source="a readme", confidence="derived"),
        Step(key="aacc", aacc=True, text="Follow the other notice.", source="a notice", confidence="sourced"),
        Step(key="no_aacc", aacc=False, text="Nothing else.", source="hearsay", confidence="unverified"),
    ),
)
CHAIN = Job(key="chain", title="Present the chain", codes=("chain_incomplete", "expired"), steps=())
JTAPI_FAILS = Compatibility("jtapi", False, (Demand.VALIDITY,), "the leaf ended on 2018-01-06 23:59:59 UTC")
GATE_UNKNOWN = Compatibility("gate", None, (Demand.TRUST,), "its trust store must hold =CN=\u202e or a CA above")
GATE_WORKS = Compatibility("gate", True, (), "both speak TLS 1.2")


def _sip(number: int) -> Observation:
    leaf = replace(SIP_LEAF, subject=name(("CN", f"sip{number}.example.com")), fingerprint_sha256=f"{number:064x}")
    return seen(target(f"sip{number}.example.com", 5061, ""), leaf, ROOT)


VERDICTS = (
    Verdict("jtapi", False, Distrust.NO_PATH, "the store does not hold CN=Example Root CA, which signed itself"),
    Verdict("dmcc java", True, None, "the chain leads to CN=Example Root CA"),
    Verdict("console", None, Distrust.UNSUPPORTED, "the dates of CN=\x1b[31m cannot be read"),
)

OBSERVATIONS: tuple[Observation, ...] = (
    answering(
        looked_at(
            trusting(
                seen(target("clean.example.com", 443, "oam"), LEAF, INTERMEDIATE, ROOT, clients=(GATE_WORKS,)),
                *VERDICTS,
            ),
            (ViewName.RSA, seen(None, LEAF, INTERMEDIATE, ROOT)),
            (ViewName.ECDSA, failed(None, Reason.ALERT, "the server answered with handshake_failure (40)")),
        ),
        SSL_2_0=None,
        SSL_3_0=False,
        TLS_1_0=False,
        TLS_1_1=False,
        TLS_1_2=True,
        TLS_1_3=True,
    ),
    seen(target("legacy.example.com", 4722, "dmcc"), DEFAULT_LEAF, findings=(DEFAULT, EXPIRED, SHA1)),
    seen(
        target("legacy.example.com", 1066, "tsapi"),
        DEFAULT_LEAF,
        findings=(DEFAULT, EXPIRED, SHA1),
        clients=(JTAPI_FAILS, GATE_UNKNOWN),
    ),
    answering(
        seen(target("legacy.example.com", 443, "oam"), DEFAULT_LEAF, findings=(DEFAULT, EXPIRED, SHA1)),
        SSL_2_0=False,
        SSL_3_0=True,
        TLS_1_0=True,
        TLS_1_1=False,
        TLS_1_2=False,
        TLS_1_3=False,
    ),
    seen(target("hostile.example.com", 4722, aacc="=1+1"), HOSTILE_LEAF, findings=(DEFAULT_AACC, EXPIRED, SHA1)),
    seen(Target("[2001:db8::1]:4722", "2001:db8::1", 4722, "dmcc"), SOON_LEAF, INTERMEDIATE, findings=(SOON,)),
    seen(target("tokyo.example.com"), NOTICE_LEAF, findings=(SELF_SIGNED,)),
    seen(
        Target(
            "Frankfurt south",
            "aes-frankfurt-rechenzentrum-sued-produktion-01.telefonie.beispiel.example",
            9998,
            "cvlan",
        ),
        LONG_LEAF,
        INTERMEDIATE,
    ),
    seen(
        Target(
            "empty.example.com:4722@192.0.2.7",
            "empty.example.com",
            4722,
            "dmcc",
            "10.2",
            addresses=Addresses.ALL,
            address="192.0.2.7",
        ),
        EMPTY_LEAF,
        INTERMEDIATE,
    ),
    seen(target("odd.example.com", 4723, "tr87"), UNREADABLE_LEAF, findings=(UNREADABLE,)),
    failed(target("192.0.2.99")),
    failed(target("192.0.2.99", 443, "oam")),
    failed(target("gone.example.com"), Reason.DNS, "no such name"),
    failed(target("plain.example.com", 4721, ""), Reason.PLAINTEXT, "the server said “\x1b[31m220 welcome\r\n”"),
    *map(_sip, range(1, 5)),
)
"""In no order, as a sweep yields them."""

REPORT = Report(
    observations=OBSERVATIONS,
    moment=NOW,
    expected=20,
    version="0.1.0",
    simulated=True,
    complete=False,
    policy=Policy(clients=(JTAPI, GATE), changes=(RENEWAL,), jobs=(REPLACE, CHAIN)),
)


def report(*observations: Observation, complete: bool = True, width: int = 120, colour: bool = False) -> Report:
    """Return a report of these."""
    return Report(
        observations=observations,
        moment=NOW,
        expected=len(observations),
        version="0.1.0",
        complete=complete,
        width=width,
        colour=colour,
    )


def rendered(name: str, of: Report) -> str:
    """Return the whole report in the format of that name."""
    return "".join(renderer(name)(of))


def golden(file: str) -> str:
    """Return a golden file, its line ends as they are; ``python -m tests.report.estate`` writes them anew."""
    return (GOLDEN / file).read_bytes().decode()


FILES = {
    "text": "report.txt",
    "json": "report.json",
    "jsonl": "report.jsonl",
    "csv": "report.csv",
    "html": "report.html",
    "junit": "report.junit.xml",
    "markdown": "report.md",
}

if __name__ == "__main__":
    for name_of_format, file in FILES.items():
        (GOLDEN / file).write_bytes(rendered(name_of_format, REPORT).encode())
    for name_of_format, file in ("text", "plan.txt"), ("markdown", "plan.md"), ("html", "plan.html"):
        (GOLDEN / file).write_bytes("".join(renderer(name_of_format, "plan")(REPORT)).encode())
