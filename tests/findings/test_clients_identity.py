"""How a client takes the names and the signer of a certificate."""

from dataclasses import replace

import pytest

from aescan.certificates.facts import Certificate
from aescan.certificates.trust import Distrust, Verdict
from aescan.findings.clients import Compatibility
from aescan.findings.demands import Demand
from aescan.settings.profiles import ClientProfile, NameRule
from tests.facts import INTERMEDIATE, LEAF, evidence, name
from tests.findings.clients import CLIENT, NOBODY, PROVED, SELF_SIGNED, SPOKEN, fact, meets, only, verdict
from tests.findings.shipped import POLICY

OTHER = replace(LEAF, dns_names=("aes2.example.com", "aes1.example.com"))
NAMELESS = replace(LEAF, dns_names=())
WILD = replace(LEAF, dns_names=("*.example.com",))
FOREIGN = replace(LEAF, dns_names=("aes9.example.net",), subject=name(("CN", "aes9.example.net")))


@pytest.mark.parametrize(
    ("rule", "leaf", "works", "sentence"),
    [
        (NameRule.FIRST_DNS_NAME, LEAF, True, "aes1.example.com is the certificate's first DNS name"),
        (
            NameRule.FIRST_DNS_NAME,
            OTHER,
            False,
            "aes1.example.com is dialled, it compares the first DNS name alone, which is aes2.example.com",
        ),
        (NameRule.FIRST_DNS_NAME, NAMELESS, True, "aes1.example.com is the certificate's common name"),
        (
            NameRule.FIRST_DNS_NAME,
            WILD,
            False,
            "aes1.example.com is dialled, it compares the first DNS name alone, which is *.example.com",
        ),
        (
            NameRule.FIRST_DNS_NAME,
            NOBODY,
            False,
            "aes1.example.com is dialled, it compares the common name alone, which is empty",
        ),
        (NameRule.ANY_NAME, OTHER, True, "the certificate is for aes1.example.com"),
        (NameRule.ANY_NAME, WILD, True, "the certificate is for aes1.example.com"),
        (
            NameRule.ANY_NAME,
            NAMELESS,
            None,
            "the certificate has no alternative names, and only some programs take its common name",
        ),
        (
            NameRule.ANY_NAME,
            replace(NAMELESS, ip_addresses=("192.0.2.1",)),
            None,
            "the certificate has no DNS names, and only some programs take its common name",
        ),
        (NameRule.ANY_NAME, FOREIGN, False, "aes1.example.com is dialled, the certificate is for aes9.example.net"),
        (NameRule.ANY_NAME, NOBODY, False, "aes1.example.com is dialled, the certificate is for no name at all"),
        (NameRule.UNDOCUMENTED, LEAF, True, "the certificate is for aes1.example.com"),
        (NameRule.UNDOCUMENTED, NAMELESS, True, "the certificate is for aes1.example.com"),
        (
            NameRule.UNDOCUMENTED,
            OTHER,
            None,
            "aes1.example.com is one of the certificate's names; which of them it compares is in no known text",
        ),
        (
            NameRule.UNDOCUMENTED,
            replace(WILD, subject=None),
            None,
            "aes1.example.com is one of the certificate's names; which of them it compares is in no known text",
        ),
        (NameRule.UNDOCUMENTED, FOREIGN, False, "aes1.example.com is dialled, the certificate is for aes9.example.net"),
        (NameRule.UNDOCUMENTED, NOBODY, False, "aes1.example.com is dialled, the certificate is for no name at all"),
    ],
)
def test_name(rule: NameRule, leaf: Certificate, works: bool | None, sentence: str) -> None:
    """Each rule proves, breaks or leaves open what the bytes tell by it."""
    said = PROVED.replace("the certificate is for aes1.example.com", sentence) if works else sentence
    assert verdict(only(name=fact(rule)), leaf) == (works, said)


def test_name_that_is_not_compared() -> None:
    """A client that compares no names takes any."""
    proved = PROVED.replace("the certificate is for aes1.example.com; ", "")
    assert verdict(only(name=fact(NameRule.UNCHECKED)), FOREIGN) == (True, proved)


def test_name_that_may_not_be_compared() -> None:
    """Where no text tells whether names are compared, nothing is claimed."""
    assert verdict(only(name=None)) == (None, "whether it compares names is in no known text")


@pytest.mark.parametrize("rule", [NameRule.FIRST_DNS_NAME, NameRule.ANY_NAME, NameRule.UNDOCUMENTED])
def test_a_target_known_by_address(rule: NameRule) -> None:
    """Clients may dial a name that the inventory does not tell."""
    assert verdict(only(name=fact(rule)), host="192.0.2.1", server_name=None) == (
        None,
        "the target is the address 192.0.2.1; by which name clients dial it is not known",
    )


def test_an_address_in_the_certificate() -> None:
    """An address that is dialled and in the certificate is proof."""
    leaf = replace(LEAF, ip_addresses=("192.0.2.1",))
    proved = PROVED.replace("aes1.example.com", "192.0.2.1")
    assert verdict(CLIENT, leaf, host="192.0.2.1", server_name=None) == (True, proved)


@pytest.mark.parametrize(
    ("trusted", "reason"), [(False, Distrust.NO_PATH), (False, Distrust.CONSTRAINT), (None, Distrust.UNSUPPORTED)]
)
def test_trust_that_is_known(trusted: bool | None, reason: Distrust) -> None:
    """The verdict of the store that stands for the client's own decides, and no other store's."""
    told = Verdict("ours", trusted, reason, "it was looked at")
    found = meets(CLIENT, evidence(), told, Verdict("other", True, None, "trusted"))
    assert found == Compatibility("client", trusted, (Demand.TRUST,), "trust store ours: it was looked at")


def test_the_store_of_ones_own_name() -> None:
    """A store that is called by the client's key stands for it unless the profile names another."""
    told = Verdict("client", False, Distrust.NO_PATH, "no way")
    assert meets(only(trust_store=""), evidence(), told).sentence == "trust store client: no way"
    assert meets(CLIENT, evidence(), told).demands == (Demand.TRUST,)
    assert meets(CLIENT, evidence(), told).works is None


def test_a_store_that_minds_the_name_alone() -> None:
    """The name is a demand of its own, which this client may not make."""
    told = Verdict("ours", False, Distrust.NAME, "aes9 is not aes1")
    found = meets(only(name=fact(NameRule.UNCHECKED)), evidence(FOREIGN), told)
    assert found == Compatibility("client", True, (), f"{SPOKEN}; trust store ours: all but the name")


ISSUER = "its trust store must hold CN=Example Issuing CA,O=Example,C=US or a CA above"
AVAYA = replace(LEAF, issuer=name(("O", "Avaya Inc."), ("CN", "Avaya Product Root CA")))


@pytest.mark.parametrize(
    ("profile", "leaf", "sentence"),
    [
        (CLIENT, LEAF, ISSUER),
        (CLIENT, replace(LEAF, issuer=None), "its trust store must hold its issuer or a CA above"),
        (CLIENT, SELF_SIGNED, "its trust store must hold this very certificate, for it is self-signed"),
        (
            only(trusts=fact("two roots", "unverified")),
            LEAF,
            (
                "its trust store must hold CN=Example Issuing CA,O=Example,C=US or a CA above; "
                "as it comes it holds two roots (unverified)"
            ),
        ),
        (
            only(trusts=fact("Avaya's root"), trusted_patterns=("avaya-product-root",)),
            AVAYA,
            (
                "its trust store must hold CN=Avaya Product Root CA,O=Avaya Inc. or a CA above; "
                "as it comes it holds Avaya's root, which goes by that name"
            ),
        ),
        (
            only(trusts=fact("Avaya's root"), trusted_patterns=("avaya-product-root",)),
            LEAF,
            f"{ISSUER}; as it comes it holds Avaya's root",
        ),
    ],
)
def test_trust_that_is_not_known(profile: ClientProfile, leaf: Certificate, sentence: str) -> None:
    """What the store must hold is said, and what it holds as it comes; a CA's name alone proves nothing."""
    of = evidence(leaf, INTERMEDIATE, policy=POLICY)
    assert meets(profile, of) == Compatibility("client", None, (Demand.TRUST,), sentence)
