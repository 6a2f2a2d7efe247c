"""
Facts to order: plain certificates, chains, evidence and observations for tests that need no key, no DER, no clock.

Names and values are invented test data; ``NOW`` is the moment every test judges at unless it says otherwise.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from aescan.certificates.chain import Chain
from aescan.certificates.facts import BasicConstraints, Certificate, Name
from aescan.certificates.trust import Verdict
from aescan.errors import Met, Reason
from aescan.findings.clients import Compatibility
from aescan.findings.model import Evidence, Finding, Severity
from aescan.inventory.model import Target
from aescan.observation import Failed, Observation, Seen, Sight
from aescan.settings.policy import Policy
from aescan.tls.capture import Capture, ClientCertificate, Protocol, ViewName

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def name(*attributes: tuple[str, str]) -> Name:
    """Return a name of (short type, value) pairs in the order encoded."""
    text = ",".join(f"{kind}={value}" for kind, value in reversed(attributes))
    return Name(text, attributes, tuple((kind, " ".join(value.split()).casefold()) for kind, value in attributes))


LEAF = Certificate(
    der=b"leaf",
    fingerprint_sha256="1f" * 32,
    version=3,
    serial_number=0x1001,
    subject=name(("C", "US"), ("O", "Example"), ("CN", "aes1.example.com")),
    issuer=name(("C", "US"), ("O", "Example"), ("CN", "Example Issuing CA")),
    not_before=NOW - timedelta(days=100),
    not_after=NOW + timedelta(days=265),
    signature_algorithm="sha256WithRSAEncryption",
    signature_hash="sha256",
    key_algorithm="RSA",
    key_bits=2048,
    public_key_sha256="a1" * 32,
    dns_names=("aes1.example.com",),
    key_usage=("digitalSignature", "keyEncipherment"),
    extended_key_usage=("serverAuth", "clientAuth"),
    basic_constraints=BasicConstraints(ca=False, path_length=None),
    subject_key_identifier="01" * 20,
    authority_key_identifier="02" * 20,
    self_signed=False,
)
"""A sound server certificate, a year long, with nothing wrong."""

INTERMEDIATE = Certificate(
    der=b"intermediate",
    fingerprint_sha256="2f" * 32,
    version=3,
    serial_number=0x2001,
    subject=name(("C", "US"), ("O", "Example"), ("CN", "Example Issuing CA")),
    issuer=name(("C", "US"), ("O", "Example"), ("CN", "Example Root CA")),
    not_before=NOW - timedelta(days=1000),
    not_after=NOW + timedelta(days=2650),
    signature_algorithm="sha256WithRSAEncryption",
    signature_hash="sha256",
    key_algorithm="RSA",
    key_bits=2048,
    public_key_sha256="a2" * 32,
    key_usage=("keyCertSign", "cRLSign"),
    basic_constraints=BasicConstraints(ca=True, path_length=0),
    subject_key_identifier="02" * 20,
    authority_key_identifier="03" * 20,
    self_signed=False,
)

ROOT = Certificate(
    der=b"root",
    fingerprint_sha256="3f" * 32,
    version=3,
    serial_number=0x3001,
    subject=name(("C", "US"), ("O", "Example"), ("CN", "Example Root CA")),
    issuer=name(("C", "US"), ("O", "Example"), ("CN", "Example Root CA")),
    not_before=NOW - timedelta(days=2000),
    not_after=NOW + timedelta(days=5300),
    signature_algorithm="sha256WithRSAEncryption",
    signature_hash="sha256",
    key_algorithm="RSA",
    key_bits=4096,
    public_key_sha256="a3" * 32,
    key_usage=("keyCertSign", "cRLSign"),
    basic_constraints=BasicConstraints(ca=True, path_length=None),
    subject_key_identifier="03" * 20,
    self_signed=True,
)


def chain(*certificates: Certificate, signers: tuple[int | None, ...] | None = None) -> Chain:
    """Return a chain; unless told, each is signed by the next, and a self-signed last one by itself."""
    certificates = certificates or (LEAF, INTERMEDIATE)
    if signers is None:
        last = len(certificates) - 1
        signers = (*range(1, last + 1), last if certificates[last].self_signed else None)
    ends = [certificate.not_after for certificate in certificates if certificate.not_after]
    return Chain(certificates, signers, min(ends, default=None))


def capture(
    *certificates: Certificate,
    version: str = "TLS 1.2",
    client_certificate: ClientCertificate = ClientCertificate.NOT_REQUESTED,
) -> Capture:
    """Return how a chain of these certificates was got."""
    return Capture(
        certificates=tuple(certificate.der for certificate in certificates or (LEAF, INTERMEDIATE)),
        version=version,
        cipher_suite="TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
        client_certificate=client_certificate,
        hello="tls12",
        address="127.0.0.1",
        rungs=(Met("tls12", "127.0.0.1", 0.03),),
    )


def evidence(
    *certificates: Certificate,
    signers: tuple[int | None, ...] | None = None,
    policy: Policy | None = None,
    moment: datetime = NOW,
    host: str = "aes1.example.com",
    server_name: str | None = "aes1.example.com",
    service: str = "dmcc",
    release: str = "",
    labels: Mapping[str, str] | None = None,
    version: str = "TLS 1.2",
) -> Evidence:
    """Return what a rule looks at: these certificates presented at ``moment``; a sound chain when none are given."""
    return Evidence(
        chain=chain(*certificates, signers=signers),
        capture=capture(*certificates, version=version),
        policy=policy or Policy(),
        moment=moment,
        host=host,
        server_name=server_name,
        service=service,
        release=release,
        labels=labels or {},
    )


def finding(code: str = "expires_soon", severity: Severity = Severity.WARNING, sentence: str = "") -> Finding:
    """Return a finding as a rule of that code would make it."""
    title = code.replace("_", " ").capitalize()
    return Finding(code, severity, title, sentence or f"{title.lower()}, as seen", f"cure {code}", "RFC 5280")


def target(host: str = "aes1.example.com", port: int = 4722, service: str = "dmcc", **labels: str) -> Target:
    """Return a target named ``host:port``."""
    return Target(f"{host}:{port}", host, port, service, server_name=host, labels=labels, source="inventory.yml")


def seen(
    of: Target | None = None,
    *certificates: Certificate,
    findings: tuple[Finding, ...] = (),
    moment: datetime = NOW,
    duration: float = 0.031,
    clients: tuple[Compatibility, ...] = (),
) -> Observation:
    """Return an observation of these certificates with these findings."""
    outcome = Seen(capture(*certificates), chain(*certificates), findings, clients)
    return Observation(of or target(), moment, duration, 1, outcome)


def answering(of: Observation, **supported: bool | None) -> Observation:
    """Return the observation of a target that answered so to these versions, written ``TLS_1_2=True``."""
    assert isinstance(of.outcome, Seen)
    answers = tuple(
        Protocol(version.replace("_", " ", 1).replace("_", "."), known) for version, known in supported.items()
    )
    return replace(of, outcome=replace(of.outcome, capture=replace(of.outcome.capture, protocols=answers)))


def looked_at(of: Observation, *views: tuple[ViewName, Observation]) -> Observation:
    """Return the observation of a target whose views came to what these observations did."""
    assert isinstance(of.outcome, Seen)
    sights = tuple(Sight(view, observation.outcome) for view, observation in views)
    return replace(of, outcome=replace(of.outcome, views=sights))


def trusting(of: Observation, *verdicts: Verdict) -> Observation:
    """Return the observation with what clients make of its chain."""
    assert isinstance(of.outcome, Seen)
    return replace(of, outcome=replace(of.outcome, trust=verdicts))


def failed(
    of: Target | None = None,
    reason: Reason = Reason.REFUSED,
    detail: str = "connection refused",
    moment: datetime = NOW,
) -> Observation:
    """Return an observation of a target that gave no chain."""
    met = Met("tls12", "127.0.0.1", 0.002, reason, detail, "no other hello would help")
    rungs = () if reason is Reason.DNS else (met,)
    return Observation(of or target(), moment, 0.002, 1, Failed(reason, detail, rungs))
