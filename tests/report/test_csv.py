"""The spreadsheet: columns, and no cell that runs."""

import csv
import re
from dataclasses import replace
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aescan.errors import Reason
from aescan.findings.clients import Compatibility
from aescan.inventory.model import Target
from aescan.report.csv import COLUMNS, LONGEST, render
from aescan.report.model import Report
from aescan.tls.capture import ViewName
from tests.facts import LEAF, NOW, answering, failed, finding, looked_at, name, seen, target
from tests.report.estate import REPORT, golden, rendered, report

NUMBERS = {"port", "days_left", "key_bits", "certificates"}
FORMULA = tuple("=+-@\t\r＝＋－＠")
FINDINGS = (finding(sentence="ends soon"), finding("weak_key", sentence="is weak"))
CLIENTS = (
    Compatibility("gate", True, (), "proved"),
    Compatibility("jtapi", False, (), "broken"),
    Compatibility("java", None, (), "not known"),
)
ANY = st.text(st.characters(codec=None) | st.sampled_from("=+-@\t\r\n;,\"' ＝\x1b\u202e"), max_size=20)


def rows(of: Report) -> list[dict[str, str]]:
    """Return the rows as a reader of RFC 4180 sees them."""
    return list(csv.DictReader(StringIO("".join(render(of)), newline=""), strict=True))


def test_golden() -> None:
    """The fixed estate renders as its golden file has it, to the byte."""
    assert rendered("csv", REPORT) == golden("report.csv")


def test_empty() -> None:
    """A report without targets is the header alone."""
    assert rendered("csv", report()) == ",".join(COLUMNS) + "\r\n"


def test_one_line_per_target() -> None:
    """Whatever the certificates hold, a target is one line that ends in CR LF and holds no other line end."""
    lines = rendered("csv", REPORT).split("\r\n")
    assert len(lines) == 1 + len(REPORT.observations) + 1
    assert not any("\n" in line or "\r" in line for line in lines)


def test_seen() -> None:
    """A target that was seen has its chain's end, its findings and the facts of its own certificate."""
    at = replace(target(site="Köln", owner="telephony"), release="10.2")
    (row,) = rows(report(seen(at, findings=FINDINGS, clients=CLIENTS)))
    assert row == {
        "standing": "warning",
        "target": "aes1.example.com:4722",
        "host": "aes1.example.com",
        "port": "4722",
        "service": "dmcc",
        "not_after": "2027-08-15T12:00:00Z",
        "days_left": "265",
        "findings": "expires_soon weak_key",
        "sentences": "ends soon; is weak",
        "reason": "",
        "detail": "",
        "subject": "CN=aes1.example.com,O=Example,C=US",
        "issuer": "CN=Example Issuing CA,O=Example,C=US",
        "serial_number": "1001",
        "dns_names": "aes1.example.com",
        "signature_algorithm": "sha256WithRSAEncryption",
        "key_algorithm": "RSA",
        "key_bits": "2048",
        "fingerprint_sha256": "1f" * 32,
        "public_key_sha256": "a1" * 32,
        "certificates": "2",
        "tls_version": "TLS 1.2",
        "cipher_suite": "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
        "client_certificate": "not_requested",
        "address": "127.0.0.1",
        "release": "10.2",
        "labels": "site=Köln; owner=telephony",
        "scanned_at": "2026-11-23T12:00:00Z",
        "simulated": "false",
        "protocols_accepted": "",
        "protocols_refused": "",
        "clients": "gate=works; jtapi=fails; java=unknown",
        "views": "",
        "trusted_by": "",
        "refused_by": "",
        "jobs": "other",
    }


def test_failed() -> None:
    """A target that failed has its reason and detail, and nothing that would need a certificate."""
    (row,) = rows(report(failed()))
    filled = {column: cell for column, cell in row.items() if cell}
    assert filled == {
        "standing": "failed",
        "target": "aes1.example.com:4722",
        "host": "aes1.example.com",
        "port": "4722",
        "service": "dmcc",
        "reason": "refused",
        "detail": "connection refused",
        "scanned_at": "2026-11-23T12:00:00Z",
        "simulated": "false",
        "jobs": "look",
    }


def test_protocols() -> None:
    """Versions accepted and refused stand in columns of their own; what is not known is in neither."""
    (row,) = rows(report(answering(seen(), SSL_2_0=None, SSL_3_0=False, TLS_1_0=False, TLS_1_2=True, TLS_1_3=True)))
    assert (row["protocols_accepted"], row["protocols_refused"]) == ("TLS 1.2; TLS 1.3", "SSL 3.0; TLS 1.0")


def test_views() -> None:
    """Each view says which leaf it was shown, or why none; the end is the first of all."""
    other = replace(LEAF, fingerprint_sha256="2e" * 32, not_after=NOW)
    of = looked_at(seen(), (ViewName.ECDSA, seen(None, other)), (ViewName.NO_SNI, failed(reason=Reason.ALERT)))
    (row,) = rows(report(of))
    assert row["views"] == f"ecdsa={'2e' * 32}; no_sni=alert"
    assert (row["not_after"], row["fingerprint_sha256"]) == ("2026-11-23T12:00:00Z", "1f" * 32)


def test_ended_is_a_negative_number() -> None:
    """Days left stay a number when the chain has ended: aescan wrote it, no stranger did."""
    (row,) = rows(report(seen(None, replace(LEAF, not_after=NOW.replace(year=2018)))))
    assert row["days_left"] == "-2922"


def test_serial_number_zero() -> None:
    """Zero is a serial number, not the absence of one; a negative one is text that could start a formula."""
    serials = [replace(LEAF, serial_number=number) for number in (0, None, -47)]
    assert [rows(report(seen(None, one)))[0]["serial_number"] for one in serials] == ["0", "", "'-2f"]


@pytest.mark.parametrize(
    ("detail", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("  =1", "  '=1"),
        ("＝1", "'＝1"),
        ("\t=1", "\\x09=1"),
        ("\r=1", "\\x0d=1"),
        ("a;=1", "a;'=1"),
        ('a,"=1', "a,\"'=1"),
        ("x=1, y=2", "x=1, y=2"),
        ("10.2-3", "10.2-3"),
        ("\x1b[2J\u202egpj", "\\x1b[2J\\u202egpj"),
        ("one\ntwo", "one\\x0atwo"),
        ("x" * (LONGEST + 1), "x" * (LONGEST - 1) + "…"),
    ],
)
def test_cells_are_safe(detail: str, cell: str) -> None:
    """No cell starts a formula, also where the table is split at semicolons; control characters are escapes."""
    assert rows(report(failed(detail=detail)))[0]["detail"] == cell


@given(ANY, ANY, ANY, ANY)
def test_no_text_starts_a_formula(text: str, label: str, subject: str, detail: str) -> None:
    """Whatever strings stand in names, labels, certificates and details, no text cell starts a formula or hides."""
    hostile = replace(LEAF, subject=name(("CN", subject)), dns_names=(subject,), signature_algorithm=text)
    of = Target(text, text, 443, text, text, labels={label: text})
    said = finding(sentence=detail)
    observations = seen(of, hostile, findings=(said,)), failed(of, detail=detail)
    for row in rows(report(*observations)):
        assert all(cell.isprintable() for cell in row.values())
        texts = [cell for column, cell in row.items() if column not in NUMBERS]
        parts = [part.strip(" \"'") for cell in texts for part in re.split("[;,]", cell) if "'" not in part]
        assert not any(part.startswith(FORMULA) for part in parts)
        assert not any(cell.startswith(FORMULA) for cell in texts)
