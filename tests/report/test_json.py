"""The JSON document: its schema, and every fact in it."""

import json
from base64 import b64decode
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aescan.certificates.facts import BasicConstraints
from aescan.errors import Met, Reason
from aescan.inventory.model import Target
from aescan.observation import Failed
from aescan.report.json import SCHEMA
from aescan.report.model import Report
from aescan.report.plan.json import document as plan_document
from aescan.report.plan.work import plan
from aescan.tls.capture import ViewName
from tests.facts import INTERMEDIATE, LEAF, NOW, ROOT, answering, failed, finding, looked_at, name, seen, target
from tests.report.estate import REPORT, UNREADABLE_LEAF, golden, rendered, report
from tests.report.schema import errors

DOCUMENTED = json.loads((Path(__file__).parents[2] / "docs" / "report.schema.json").read_text())
ANY = st.text(st.characters(codec=None) | st.sampled_from('"\\\x1b\u202e\ud800\n'), max_size=20)


def document(of: Report) -> Any:  # noqa: ANN401  a JSON document is of any type
    """Return the report as a reader gets it."""
    return json.loads(rendered("json", of))


def broken(of: Report) -> list[str]:
    """Return where the report breaks the documented schema."""
    return list(errors(document(of), DOCUMENTED, DOCUMENTED))


def test_golden() -> None:
    """The fixed estate renders as its golden file has it, to the byte."""
    assert rendered("json", REPORT) == golden("report.json")


@pytest.mark.parametrize("of", [REPORT, replace(REPORT, observations=(), expected=0)], ids=["estate", "empty"])
def test_schema(of: Report) -> None:
    """The document is what the documented schema says."""
    assert broken(of) == []
    assert document(of)["schema"] == DOCUMENTED["title"] == SCHEMA


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("schema", "aescan-report/2"),
        ("generated", "2026-11-23 12:00"),
        ("simulated", None),
        ("simulated", 1),
        ("targets", {}),
        ("targets", [{}]),
        ("extra", 1),
    ],
)
def test_schema_refuses(key: str, value: object) -> None:
    """The documented schema refuses what is not a report."""
    changed = {**document(REPORT), key: value}
    assert list(errors(changed, DOCUMENTED, DOCUMENTED)) != []


def test_every_member_is_documented() -> None:
    """Each member that a target or certificate has is required and nothing else is allowed."""
    for definition in (
        "seen",
        "failed",
        "seen_view",
        "failed_view",
        "certificate",
        "tls",
        "finding",
        "summary",
        "timeline",
        "compatibility",
        "plan",
        "host_work",
        "change",
    ):
        schema = DOCUMENTED["$defs"][definition]
        assert set(schema["required"]) == set(schema["properties"])
        assert schema["additionalProperties"] is False


def test_head() -> None:
    """The head says what the report is of: when, by what, of a lab or not, whole or not."""
    head = {
        key: value for key, value in document(REPORT).items() if key not in {"summary", "plan", "changes", "targets"}
    }
    assert head == {
        "schema": "aescan-report/1",
        "generated": "2026-11-23T12:00:00Z",
        "version": "0.1.0",
        "simulated": True,
        "complete": False,
    }


def test_summary() -> None:
    """The summary counts targets, and holds every month, cliff and known date."""
    assert document(REPORT)["summary"] == {
        "expected": 20,
        "targets": 18,
        "hosts": 15,
        "standings": {"critical": 4, "failed": 4, "warning": 2, "notice": 1, "clean": 7},
        "failures": {"refused": 2, "dns": 1, "plaintext": 1},
        "certificates": 14,
        "default_certificates": {"targets": 4, "hosts": 2},
        "sha1_chains": 4,
        "timeline": {
            "ended": 4,
            "undated": 1,
            "months": [
                {"month": "2026-12", "chains": 1},
                {"month": "2027-01", "chains": 1},
                {"month": "2027-08", "chains": 6},
                {"month": "2031-05", "chains": 1},
            ],
            "cliffs": [{"first": "2027-08-15", "last": "2027-08-17", "targets": 6, "hosts": 6}],
            "known_dates": [
                {
                    "first": "2018-01-06",
                    "last": "2018-01-06",
                    "targets": 4,
                    "hosts": 2,
                    "meaning": "last day of the AE Services 5.x and 6.x default certificates, notice PSN004561u",
                },
                {
                    "first": "2027-08-17",
                    "last": "2027-08-17",
                    "targets": 4,
                    "hosts": 4,
                    "meaning": "last day of Avaya's SIP Product CA",
                },
            ],
        },
    }


def test_clients() -> None:
    """A target has the verdict of each client, with what decided it; None is null."""
    (legacy,) = [one for one in document(REPORT)["targets"] if one["target"] == "legacy.example.com:1066"]
    assert legacy["clients"] == [
        {
            "client": "jtapi",
            "works": False,
            "demands": ["validity"],
            "sentence": "the leaf ended on 2018-01-06 23:59:59 UTC",
        },
        {
            "client": "gate",
            "works": None,
            "demands": ["trust"],
            "sentence": "its trust store must hold =CN=\u202e or a CA above",
        },
    ]


def test_plan() -> None:
    """The plan stands in the report as in a document of its own."""
    assert document(REPORT)["plan"] == json.loads(json.dumps(plan_document(plan(REPORT))))
    assert document(REPORT)["plan"]["hosts"][0]["host"] == "hostile.example.com"


def test_changes() -> None:
    """Each change has what every client would meet, target by target."""
    (change,) = document(REPORT)["changes"]
    assert (change["change"], change["title"]) == ("renewal", "a certificate that names another host")
    assert [(one["target"], one["client"], one["works"], one["demands"]) for one in change["clients"]] == [
        ("legacy.example.com:1066", "jtapi", None, ["protocol", "name", "trust"]),
        ("legacy.example.com:443", "gate", False, ["name"]),
        ("legacy.example.com:1066", "gate", False, ["name"]),
        ("clean.example.com:443", "gate", False, ["name"]),
    ]
    assert change["clients"][1]["sentence"] == "legacy.example.com is dialled, the certificate is for another name"


def test_seen() -> None:
    """A target that was seen has its severity, its end, how it was got, what was found and every certificate."""
    (one,) = document(report(seen(target(site="Köln"), LEAF, INTERMEDIATE, ROOT, findings=(finding(),))))["targets"]
    certificates = one.pop("certificates")
    assert one.pop("clients") == []
    assert one == {
        "target": "aes1.example.com:4722",
        "host": "aes1.example.com",
        "port": 4722,
        "address": None,
        "service": "dmcc",
        "release": "",
        "server_name": "aes1.example.com",
        "labels": {"site": "Köln"},
        "scanned_at": "2026-11-23T12:00:00Z",
        "duration_seconds": 0.031,
        "connections": 1,
        "rungs": [
            {"hello": "tls12", "address": "127.0.0.1", "seconds": 0.03, "reason": None, "detail": "", "following": ""}
        ],
        "status": "seen",
        "severity": "warning",
        "not_after": "2027-08-15T12:00:00Z",
        "tls": {
            "version": "TLS 1.2",
            "cipher_suite": "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
            "client_certificate": "not_requested",
            "hello": "tls12",
            "address": "127.0.0.1",
            "remarks": [],
            "protocols": [],
        },
        "views": [],
        "trust": [],
        "findings": [
            {
                "code": "expires_soon",
                "severity": "warning",
                "title": "Expires soon",
                "sentence": "expires soon, as seen",
                "remedy": "cure expires_soon",
                "reference": "RFC 5280",
            }
        ],
    }
    assert [(each["position"], each["role"], each["signer"]) for each in certificates] == [
        (0, "leaf", 1),
        (1, "intermediate", 2),
        (2, "root", 2),
    ]


def test_certificate() -> None:
    """A certificate has every fact."""
    (one,) = document(report(seen(None, replace(LEAF, ip_addresses=("192.0.2.1",)))))["targets"]
    assert one["certificates"][0] == {
        "position": 0,
        "role": "leaf",
        "signer": None,
        "version": 3,
        "subject": "CN=aes1.example.com,O=Example,C=US",
        "issuer": "CN=Example Issuing CA,O=Example,C=US",
        "serial_number": "1001",
        "not_before": "2026-08-15T12:00:00Z",
        "not_after": "2027-08-15T12:00:00Z",
        "fingerprint_sha256": "1f" * 32,
        "public_key_sha256": "a1" * 32,
        "signature_algorithm": "sha256WithRSAEncryption",
        "signature_hash": "sha256",
        "key_algorithm": "RSA",
        "key_bits": 2048,
        "dns_names": ["aes1.example.com"],
        "ip_addresses": ["192.0.2.1"],
        "key_usage": ["digitalSignature", "keyEncipherment"],
        "extended_key_usage": ["serverAuth", "clientAuth"],
        "basic_constraints": {"ca": False, "path_length": None},
        "subject_key_identifier": "01" * 20,
        "authority_key_identifier": "02" * 20,
        "self_signed": False,
        "unreadable": [],
        "pem": "-----BEGIN CERTIFICATE-----\nbGVhZg==\n-----END CERTIFICATE-----\n",
    }


def test_unreadable() -> None:
    """Facts that could not be read are null, and named."""
    (one,) = document(report(seen(None, UNREADABLE_LEAF)))["targets"]
    (certificate,) = one["certificates"]
    known = {"position", "role", "fingerprint_sha256", "dns_names", "ip_addresses", "unreadable", "pem"}
    assert {key for key, value in certificate.items() if value is not None} == known
    assert certificate["unreadable"] == ["certificate: the bytes end inside an INTEGER"]
    assert (one["severity"], one["not_after"]) == (None, None)


def test_protocols() -> None:
    """Each version asked about says whether it is accepted, null where that could not be told."""
    of = report(answering(seen(), SSL_2_0=None, TLS_1_0=False, TLS_1_2=True))
    assert broken(of) == []
    assert document(of)["targets"][0]["tls"]["protocols"] == [
        {"version": "SSL 2.0", "supported": None},
        {"version": "TLS 1.0", "supported": False},
        {"version": "TLS 1.2", "supported": True},
    ]


def test_views() -> None:
    """Each view has its own chain and findings, or why there is none; the target's end is the first of all."""
    other = replace(LEAF, der=b"other", fingerprint_sha256="2e" * 32, not_after=NOW)
    of = report(
        looked_at(
            seen(),
            (ViewName.ECDSA, seen(None, other, findings=(finding(),))),
            (ViewName.NO_SNI, failed(reason=Reason.ALERT, detail="no")),
            (ViewName.SNI, seen()),
        )
    )
    (shown,) = document(of)["targets"]
    ecdsa, no_sni, sni = shown["views"]

    assert broken(of) == []
    assert shown["not_after"] == ecdsa["not_after"] == "2026-11-23T12:00:00Z"
    assert (ecdsa["view"], ecdsa["status"], ecdsa["same_chain"]) == ("ecdsa", "seen", False)
    assert [one["fingerprint_sha256"] for one in ecdsa["certificates"]] == ["2e" * 32]
    assert [one["code"] for one in ecdsa["findings"]] == ["expires_soon"]
    assert no_sni == {"view": "no_sni", "status": "failed", "reason": "alert", "detail": "no"}
    assert (sni["same_chain"], sni["certificates"]) == (True, shown["certificates"])


def test_failed() -> None:
    """A target that failed has its reason and detail, and nothing that only a chain gives."""
    (one,) = document(report(failed()))["targets"]
    assert (one["status"], one["reason"], one["detail"]) == ("failed", "refused", "connection refused")
    assert [met["reason"] for met in one["rungs"]] == ["refused"]
    assert one.keys().isdisjoint({"severity", "not_after", "tls", "findings", "certificates"})


def test_rungs() -> None:
    """The ladder stands there as it was climbed; one that is not known is null."""
    met = Met("tls12", "127.0.0.1", 0.0100004, Reason.ALERT, "no", "then tls13: why")
    known = replace(failed(), outcome=Failed(Reason.ALERT, "no", (met,)))
    unknown = replace(failed(), outcome=Failed(Reason.ALERT, "no"))
    assert [one["rungs"] for one in document(report(known, unknown))["targets"]] == [
        [{**met._asdict(), "seconds": 0.01}],
        None,
    ]
    assert broken(report(known, unknown)) == []


@pytest.mark.parametrize(("number", "text"), [(0, "0"), (-47, "-2f"), (1 << 159, "8" + "0" * 39)])
def test_serial_number(number: int, text: str) -> None:
    """A serial number is lower-case hex, whatever its sign and size."""
    (one,) = document(report(seen(None, replace(LEAF, serial_number=number))))["targets"]
    assert one["certificates"][0]["serial_number"] == text


def test_path_length() -> None:
    """Basic constraints keep the length they allow; their absence is null."""
    constrained = replace(LEAF, basic_constraints=BasicConstraints(ca=True, path_length=0))
    (one,) = document(report(seen(None, constrained, replace(ROOT, basic_constraints=None))))["targets"]
    assert [each["basic_constraints"] for each in one["certificates"]] == [{"ca": True, "path_length": 0}, None]


def test_pem() -> None:
    """PEM holds the bytes presented, 64 characters to a line."""
    der = bytes(range(200))
    (one,) = document(report(seen(None, replace(LEAF, der=der))))["targets"]
    first, *lines, last, end = one["certificates"][0]["pem"].split("\n")
    assert (first, last, end) == ("-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----", "")
    assert [len(line) for line in lines] == [64, 64, 64, 64, 12]
    assert b64decode("".join(lines)) == der


def test_one_target_to_a_line() -> None:
    """Each target stands on a line of its own."""
    lines = rendered("json", REPORT).splitlines()
    targets = lines[lines.index('"targets": [') + 1 : -2]
    assert len(targets) == len(REPORT.observations)
    assert [json.loads(line.removesuffix(","))["port"] for line in targets[:2]] == [4722, 443]


@given(ANY, ANY, ANY)
def test_any_strings(text: str, label: str, detail: str) -> None:
    """Whatever strings stand in it, the document is printable ASCII, meets its schema, and gives them back."""
    of = Target(text, text, 443, text, text, server_name=text, labels={label: text})
    hostile = replace(LEAF, subject=name(("CN", text)), dns_names=(text,), signature_algorithm=text)
    whole = report(seen(of, hostile, findings=(finding(sentence=detail),)), failed(of, detail=detail))
    assert all(character == "\n" or " " <= character <= "~" for character in rendered("json", whole))
    assert broken(whole) == []
    assert [one["labels"] for one in document(whole)["targets"]] == [{label: text}] * 2
    assert document(whole)["targets"][0]["detail"] == detail
