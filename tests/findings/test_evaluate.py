"""Evidence to findings, for sound evidence and for any at all."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from aescan.certificates.chain import Chain
from aescan.certificates.facts import BasicConstraints, Certificate, Name
from aescan.findings.catalogue import rules
from aescan.findings.evaluate import evaluate
from aescan.findings.model import Evidence, Finding, Severity
from aescan.findings.words import LONGEST_SENTENCE
from tests.facts import INTERMEDIATE, LEAF, NOW, ROOT, capture, evidence, name
from tests.findings.shipped import POLICY

OPEN_BOOKS = datetime(1, 1, 1), datetime(9999, 12, 31, 23, 59, 59)  # noqa: DTZ001 - hypothesis wants bounds without zone
moments = st.datetimes(*OPEN_BOOKS, timezones=st.just(UTC))
words = st.one_of(
    st.text(max_size=12), st.sampled_from(["", "Avaya Inc.", "aes1.example.com", "*.example.com", "10.20.0.1", "::1"])
)
types = st.sampled_from(["O", "OU", "CN", "L", "1.2.3"])
names = st.lists(st.tuples(types, words), max_size=4).map(lambda pairs: name(*pairs))
digests = st.sampled_from(["", "1f" * 32, "a1" * 32])


def maybe(strategy: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    """Return the strategy, or None."""
    return st.none() | strategy


certificates = st.builds(
    Certificate,
    der=st.binary(max_size=4),
    fingerprint_sha256=digests,
    version=maybe(st.integers(-1, 4)),
    serial_number=maybe(st.integers()),
    subject=maybe(names),
    issuer=maybe(names),
    not_before=maybe(moments),
    not_after=maybe(moments),
    signature_algorithm=maybe(words),
    signature_hash=maybe(st.sampled_from(["md2", "md5", "sha1", "sha256", "", "odd"])),
    key_algorithm=maybe(st.sampled_from(["RSA", "EC", "DSA", "Ed25519", "1.2.3"])),
    key_bits=maybe(st.integers(-1, 1 << 20)),
    public_key_sha256=maybe(digests),
    dns_names=st.lists(words, max_size=3).map(tuple),
    ip_addresses=st.lists(words, max_size=3).map(tuple),
    key_usage=maybe(st.lists(words, max_size=2).map(tuple)),
    extended_key_usage=maybe(st.lists(words, max_size=2).map(tuple)),
    basic_constraints=maybe(st.builds(BasicConstraints, st.booleans(), st.none() | st.integers())),
    subject_key_identifier=maybe(digests),
    authority_key_identifier=maybe(digests),
    self_signed=maybe(st.booleans()),
    unreadable=st.lists(words, max_size=5).map(tuple),
)


@st.composite
def chains(draw: st.DrawFn) -> Chain:
    """Return any chain, with signers of any shape that the positions allow."""
    presented = tuple(draw(st.lists(certificates, min_size=1, max_size=5)))
    signers = tuple(draw(st.none() | st.integers(0, len(presented) - 1)) for _ in presented)
    ends = [certificate.not_after for certificate in presented if certificate.not_after]
    return Chain(presented, signers, min(ends, default=None))


evidences = st.builds(
    Evidence,
    chain=chains(),
    capture=words.map(lambda version: capture(version=version)) | st.just(capture(version="TLS 1.0")),
    policy=st.just(POLICY),
    moment=moments,
    host=words,
    server_name=st.none() | words,
    service=st.sampled_from(["", "dmcc"]),
    release=words,
    labels=st.dictionaries(st.sampled_from(["aacc", "site"]), words),
)


@given(evidences)
def test_no_evidence_makes_a_rule_raise(anything: Evidence) -> None:
    """Whatever was read or not read, every finding is sorted, whole, short and safe to show."""
    found = evaluate(anything)
    assert list(found) == sorted(found, key=lambda finding: (-finding.severity, finding.code))
    assert len({finding.code for finding in found}) == len(found)
    for finding in found:
        assert finding.remedy
        assert finding.sentence.isprintable()
        assert 0 < len(finding.sentence) <= LONGEST_SENTENCE


@given(evidences)
def test_rules_that_exclude_each_other_never_fire_together(anything: Evidence) -> None:
    """At most one expiry finding, at most one word on a self-signed leaf, at most one on a default."""
    codes = {finding.code for finding in evaluate(anything)}
    assert len(codes & {"expired", "expires_imminently", "expires_soon", "expires_ahead"}) <= 1
    assert len(codes & {"avaya_default_certificate", "avaya_self_signed_default", "self_signed_leaf"}) <= 1


def test_a_sound_chain_has_no_findings() -> None:
    """A sound chain has no findings, and with its root a notice of that alone."""
    assert evaluate(evidence(policy=POLICY)) == ()
    (found,) = evaluate(evidence(LEAF, INTERMEDIATE, ROOT, policy=POLICY))
    assert (found.code, found.severity) == ("root_in_chain", Severity.NOTICE)


def test_a_finding_is_the_rule_and_what_it_saw() -> None:
    """A finding carries code, severity, title, sentence, remedy and reference."""
    (found,) = evaluate(evidence(replace(LEAF, not_after=NOW + timedelta(days=20)), INTERMEDIATE))
    assert found == Finding(
        "expires_soon",
        Severity.WARNING,
        "Expires soon",
        "ends in 20 days, on 2026-12-13 12:00:00 UTC: leaf CN=aes1.example.com,O=Example,C=US",
        "renew the certificate that ends first, before the date shown; if it is a CA, all certificates below it",
        "PSN004561u; RFC 5280 section 4.1.2.5",
    )


def test_a_remedy_may_look_at_the_evidence() -> None:
    """The remedy of a default certificate on an AACC-connected target names the extra notice."""
    leaf = replace(LEAF, issuer=name(("O", "Avaya Inc.")))
    (found,) = evaluate(evidence(leaf, ROOT, policy=POLICY, labels={"aacc": "yes"}))
    assert found.code == "avaya_default_certificate"
    assert found.remedy.endswith("follow the additional steps of PSN005110u too")


def test_hostile_text_is_made_visible() -> None:
    """A control or bidirectional character in a certificate reaches no terminal."""
    hostile = Name("CN=\x1b[2J\u202eevil", (("CN", "\x1b[2J\u202eevil"),), (("CN", "\x1b[2j\u202eevil"),))
    (found,) = evaluate(evidence(replace(LEAF, subject=hostile, key_bits=512), INTERMEDIATE))
    assert found.sentence == r"RSA key of 512 bits, below 2048: leaf CN=\x1b[2J\u202eevil"


def test_the_catalogue_is_read_once() -> None:
    """The rules are the same tuple at every call."""
    assert rules() is rules()
