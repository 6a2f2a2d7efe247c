"""What each demand of a client comes to: works only where it is proved, fails only where it is broken."""

from dataclasses import replace
from datetime import timedelta

import pytest

from aescan.certificates.facts import Certificate
from aescan.findings.clients import Compatibility, compatibilities
from aescan.findings.demands import Demand
from aescan.settings.policy import Policy
from aescan.settings.profiles import ClientProfile
from aescan.tls.capture import ClientCertificate
from tests.facts import INTERMEDIATE, LEAF, NOW, ROOT, capture, evidence, name
from tests.findings.clients import (
    CLIENT,
    NOBODY,
    PROVED,
    SELF_SIGNED,
    SHIPPED,
    SPOKEN,
    TRUSTED,
    fact,
    meets,
    only,
    verdict,
)
from tests.findings.shipped import POLICY


def test_works_where_every_demand_is_proved() -> None:
    """The sentence lists the proofs; no demand stands out."""
    assert meets(CLIENT, evidence(), TRUSTED) == Compatibility("client", True, (), PROVED)


def test_what_is_broken_decides_before_what_is_not_known() -> None:
    """Every broken demand is told, and none that is only in doubt."""
    profile = only(key_algorithms=fact(("EC",)), minimum_rsa_bits=fact(4096), protocols=None)

    assert meets(profile, evidence(), TRUSTED) == Compatibility(
        "client",
        False,
        (Demand.KEY, Demand.KEY_SIZE),
        "the server's key is RSA, it takes EC alone; "
        "the leaf CN=aes1.example.com,O=Example,C=US has an RSA key of 2048 bits: less than 4096 bits",
    )


@pytest.mark.parametrize(
    ("offered", "version", "works", "sentence"),
    [
        (("TLS 1.2", "TLS 1.3"), "TLS 1.2", True, PROVED),
        (("TLS 1.1", "TLS 1.2"), "TLS 1.0", False, "it speaks TLS 1.1 and TLS 1.2 alone, the server does not"),
        (
            ("TLS 1.0",),
            "TLS 1.2",
            None,
            "it speaks TLS 1.0 alone; whether the server does, which chose TLS 1.2, is not known",
        ),
        (("TLS 1.2", "TLS 1.3"), "TLS 1.0", False, "it speaks TLS 1.2 and TLS 1.3 alone, the server does not"),
    ],
)
def test_protocol(offered: tuple[str, ...], version: str, works: bool | None, sentence: str) -> None:
    """A version in common proves it, none in common breaks it."""
    assert verdict(only(protocols=fact(offered)), version=version) == (works, sentence)


@pytest.mark.parametrize("suites", [None, fact(("TLS_RSA_WITH_AES_128_CBC_SHA",))])
def test_another_cipher_suite_proves_nothing(suites: object) -> None:
    """The server chose by its own order and may take others too."""
    assert verdict(only(cipher_suites=suites)) == (
        None,
        (
            "the server chose TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256; "
            "whether it takes one that this client offers is not known"
        ),
    )


def test_a_fact_of_no_text_makes_no_verdict() -> None:
    """What would break the client, or prove it, is a doubt where it is unverified."""
    assert verdict(only(protocols=fact(("TLS 1.2",), "unverified"))) == (None, f"{SPOKEN} (unverified)")
    assert verdict(only(protocols=fact(("TLS 1.1",), "unverified")), version="TLS 1.0") == (
        None,
        "it speaks TLS 1.1 alone, the server does not (unverified)",
    )
    assert verdict(only(key_algorithms=fact(("EC",), "unverified"))) == (
        None,
        "the server's key is RSA, it takes EC alone (unverified)",
    )


@pytest.mark.parametrize(
    ("leaf", "works", "sentence"),
    [
        (LEAF, True, PROVED.replace("; the cert", "; the server's key is RSA; the cert")),
        (replace(LEAF, key_algorithm="EC"), False, "the server's key is EC, it takes RSA and DSA alone"),
        (replace(LEAF, key_algorithm=None), None, "what kind of key the server's certificate has is not known"),
    ],
)
def test_kind_of_key(leaf: Certificate, works: bool | None, sentence: str) -> None:
    """Only a kind of key that is not among those taken breaks it."""
    assert verdict(only(key_algorithms=fact(("RSA", "DSA"))), leaf, INTERMEDIATE) == (works, sentence)


@pytest.mark.parametrize(
    ("certificates", "works", "sentence"),
    [
        (
            (replace(LEAF, key_bits=1024),),
            False,
            "the leaf CN=aes1.example.com,O=Example,C=US has an RSA key of 1024 bits",
        ),
        ((replace(LEAF, key_algorithm="EC", key_bits=256),), True, PROVED),
        ((replace(LEAF, key_bits=None),), True, PROVED),
        (
            (LEAF, replace(INTERMEDIATE, key_bits=1024)),
            None,
            "the intermediate CN=Example Issuing CA,O=Example,C=US has an RSA key of 1024 bits",
        ),
        ((LEAF, INTERMEDIATE, replace(ROOT, key_bits=1024)), True, PROVED),
    ],
)
def test_size_of_keys(certificates: tuple[Certificate, ...], works: bool | None, sentence: str) -> None:
    """A small key of the leaf breaks it; of a CA it may be got round; a root's own key is a matter of trust."""
    found = verdict(only(minimum_rsa_bits=fact(2048)), *certificates)
    assert found == (works, sentence if works else f"{sentence}: less than 2048 bits")


@pytest.mark.parametrize(
    ("certificates", "works", "sentence"),
    [
        (
            (replace(LEAF, signature_hash="sha1"),),
            False,
            "the leaf CN=aes1.example.com,O=Example,C=US is signed with sha1",
        ),
        ((replace(SELF_SIGNED, signature_hash="sha1"),), True, PROVED),
        (
            (LEAF, replace(INTERMEDIATE, signature_hash="sha1")),
            None,
            "the intermediate CN=Example Issuing CA,O=Example,C=US is signed with sha1",
        ),
    ],
)
def test_refused_hashes(certificates: tuple[Certificate, ...], works: bool | None, sentence: str) -> None:
    """A signature that somebody else made and the client refuses breaks it; its own proves nothing either way."""
    found = verdict(only(refused_hashes=fact(("sha1",))), *certificates)
    assert found == (works, sentence if works else f"{sentence}: a hash it refuses")


def test_doubtful_hashes() -> None:
    """A hash that some installations cannot read is a doubt, in a self-signed certificate too."""
    profile = only(doubtful_hashes=fact(("sha256",)))
    for leaf in LEAF, SELF_SIGNED:
        assert verdict(profile, leaf) == (None, "signed with sha256, which some of its installations cannot read")
    assert verdict(profile, replace(LEAF, signature_hash="sha1")) == (True, PROVED)


@pytest.mark.parametrize(
    ("demanded", "purposes", "works"),
    [
        (True, ("clientAuth",), False),
        (True, ("clientAuth", "serverAuth"), True),
        (True, ("anyExtendedKeyUsage",), True),
        (True, None, True),
        (False, ("clientAuth",), True),
    ],
)
def test_extended_key_usage(demanded: bool, purposes: tuple[str, ...] | None, works: bool) -> None:
    """Only a certificate that names its purposes and not this one is refused."""
    leaf = replace(LEAF, extended_key_usage=purposes)
    found = verdict(only(server_auth=fact(demanded)), leaf)
    assert found == (works, PROVED if works else "the certificate's extended key usage leaves out serverAuth")


@pytest.mark.parametrize(
    ("certificates", "works", "sentence"),
    [
        (
            (replace(LEAF, not_after=NOW - timedelta(days=1)),),
            False,
            "the leaf CN=aes1.example.com,O=Example,C=US ended on 2026-11-22 12:00:00 UTC",
        ),
        (
            (replace(LEAF, not_before=NOW + timedelta(days=1)),),
            False,
            "the leaf CN=aes1.example.com,O=Example,C=US begins on 2026-11-24 12:00:00 UTC",
        ),
        ((replace(LEAF, not_after=NOW, not_before=NOW),), True, PROVED),
        ((replace(LEAF, not_after=None, not_before=None),), True, PROVED),
    ],
)
def test_validity(certificates: tuple[Certificate, ...], works: bool | None, sentence: str) -> None:
    """The leaf's dates decide, both ends included; above it there may be another way."""
    assert verdict(only(validity=fact(value=True)), *certificates) == (works, sentence)


def test_a_store_that_found_a_way_up() -> None:
    """A CA above that has ended is no doubt where the client's own store leads past it."""
    ended = replace(INTERMEDIATE, not_after=NOW - timedelta(days=1))
    profile = only(validity=fact(value=True))
    assert verdict(profile, LEAF, ended) == (True, PROVED)
    assert meets(profile, evidence(LEAF, ended)).demands == (Demand.VALIDITY, Demand.TRUST)


def test_validity_that_is_not_demanded() -> None:
    """A client that does not look at dates takes any."""
    ended = replace(LEAF, not_after=NOW - timedelta(days=1))
    assert verdict(only(validity=fact(value=False)), ended) == (True, PROVED)


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        (ClientCertificate.REQUESTED, "the server asks for a client certificate"),
        (ClientCertificate.UNKNOWN, "whether the server asks for a client certificate is not known"),
    ],
)
def test_client_certificate(asked: ClientCertificate, sentence: str) -> None:
    """Whether the client has one, and whether it must, the bytes do not tell."""
    of = replace(evidence(), capture=capture(client_certificate=asked))
    assert meets(CLIENT, of, TRUSTED) == Compatibility("client", None, (Demand.CLIENT_CERTIFICATE,), sentence)


def test_unreadable() -> None:
    """Nothing is proved about a certificate that could not be read whole."""
    assert verdict(CLIENT, replace(LEAF, unreadable=("not_after: month 13",))) == (
        None,
        "parts of the server's certificate could not be read",
    )


def test_only_the_clients_of_a_service_are_judged() -> None:
    """A client of another service is not named at all; one of every service is, on a bare port too."""
    policy = Policy(clients=(only(services=("tsapi",)), only(key="any")))
    for service, judged in ("tsapi", ["client", "any"]), ("dmcc", ["any"]), ("", ["any"]):
        assert [one.client for one in compatibilities(evidence(policy=policy, service=service))] == judged


def test_text_of_strangers_is_made_printable() -> None:
    """What a certificate says of itself reaches nobody as a control sequence."""
    hostile = replace(NOBODY, issuer=name(("CN", "\x1b[2J\u202e")))
    (found,) = compatibilities(evidence(hostile, policy=Policy(clients=(only(trust_store=""),)), host="\x1bhost"))
    assert found.sentence.isprintable()


@pytest.mark.parametrize("leaf", [LEAF, NOBODY, replace(LEAF, key_bits=None)], ids=["sound", "nobody", "keyless"])
@pytest.mark.parametrize("profile", SHIPPED.values(), ids=SHIPPED.keys())
def test_without_a_trust_store_no_shipped_client_is_said_to_work(profile: ClientProfile, leaf: Certificate) -> None:
    """Trust depends on the client's own store, which no bytes of the server tell."""
    assert meets(profile, evidence(leaf, policy=POLICY)).works is not True
