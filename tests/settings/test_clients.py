"""Client profiles are read strictly, and a site's own replace shipped ones."""

from pathlib import Path

import pytest

from aescan.errors import ConfigError
from aescan.settings.clients import Clients, load_clients
from aescan.settings.patterns import shipped_patterns
from aescan.settings.profiles import Change, ClientProfile, Fact, NameRule, Signer

PATTERNS = {"avaya-product-root", "mine"}
FACT = "source: me, confidence: derived"
SOUND = f"""\
clients:
  - key: jtapi
    title: Ours
    services: [tsapi]
    protocols: {{value: [TLS 1.0, TLS 1.1], {FACT}}}
    cipher_suites: {{value: [TLS_RSA_WITH_AES_128_CBC_SHA], {FACT}}}
    key_algorithms: {{value: [RSA], {FACT}}}
    minimum_rsa_bits: {{value: 1024, {FACT}}}
    refused_hashes: {{value: [md5], {FACT}}}
    doubtful_hashes: {{value: [sha256], {FACT}}}
    server_auth: {{value: true, {FACT}}}
    validity: {{value: false, {FACT}}}
    name: {{value: first_dns_name, {FACT}}}
    trusts: {{value: our root, {FACT}}}
    trusted_patterns: [mine]
    trust_store: ours
  - {{key: gate, title: Door opener}}
changes:
  - key: upgrade_7
    title: our upgrade
    signature_hash: {{value: sha384, {FACT}}}
    signer: {{value: itself, {FACT}}}
    named: {{value: true, {FACT}}}
    key_algorithm: {{value: EC, {FACT}}}
    protocols: {{value: [TLS 1.2], {FACT}}}
"""


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def load(text: str, patterns: set[str] = PATTERNS) -> Clients:
    """Return the shipped catalogue with a file of this text laid over it."""
    path = Path("clients.yml")
    path.write_text(text, encoding="utf-8")
    return load_clients(path, patterns, {"ours"})


def test_everything_is_read_and_replaces_in_place() -> None:
    """Every key has its field; a client of a shipped key takes its place, a new one comes last."""
    found, shipped = load(SOUND), load_clients(None, (), ())

    assert found.profiles[0] == ClientProfile(
        key="jtapi",
        title="Ours",
        services=("tsapi",),
        protocols=Fact(("TLS 1.0", "TLS 1.1"), "me", "derived"),
        cipher_suites=Fact(("TLS_RSA_WITH_AES_128_CBC_SHA",), "me", "derived"),
        key_algorithms=Fact(("RSA",), "me", "derived"),
        minimum_rsa_bits=Fact(1024, "me", "derived"),
        refused_hashes=Fact(("md5",), "me", "derived"),
        doubtful_hashes=Fact(("sha256",), "me", "derived"),
        server_auth=Fact(value=True, source="me", confidence="derived"),
        validity=Fact(value=False, source="me", confidence="derived"),
        name=Fact(NameRule.FIRST_DNS_NAME, "me", "derived"),
        trusts=Fact("our root", "me", "derived"),
        trusted_patterns=("mine",),
        trust_store="ours",
    )
    assert found.profiles[1:-1] == shipped.profiles[1:]
    assert found.profiles[-1] == ClientProfile(key="gate", title="Door opener")
    assert found.changes[1] == Change(
        key="upgrade_7",
        title="our upgrade",
        signature_hash=Fact("sha384", "me", "derived"),
        signer=Fact(Signer.ITSELF, "me", "derived"),
        named=Fact(value=True, source="me", confidence="derived"),
        key_algorithm=Fact("EC", "me", "derived"),
        protocols=Fact(("TLS 1.2",), "me", "derived"),
    )
    assert (found.changes[0], found.changes[2]) == (shipped.changes[0], shipped.changes[2])


def test_an_empty_list_changes_nothing() -> None:
    """A site may have clients and no changes, or the other way round."""
    assert load("clients: []\n") == load("changes: []\n") == load_clients(None, (), ())


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("key: gate", "key: Gate", "clients.yml:17:11: clients[1].key: Gate is not a key of small letters, digits"),
        ("key: gate", "key: jtapi", "clients.yml:17:11: clients[1].key: jtapi is the key of two clients, first at"),
        ("[TLS 1.0, TLS 1.1]", "[TLS 1.4]", "clients.yml:5:25: clients[0].protocols.value[0]: TLS 1.4 is not one of"),
        ("[TLS 1.0, TLS 1.1]", "[]", "clients.yml:5:24: clients[0].protocols.value: the list is empty"),
        (
            "TLS_RSA_WITH_AES_128_CBC_SHA]",
            "TLS_RSA_WITH_AES_128_CBC_SHB]",
            "clients.yml:6:29: clients[0].cipher_suites.value[0]: TLS_RSA_WITH_AES_128_CBC_SHB is no cipher suite of ",
        ),
        (
            "[TLS_RSA_WITH_AES_128_CBC_SHA]",
            "[47]",
            'clients.yml:6:29: clients[0].cipher_suites.value[0]: 47 means the number 47 in YAML; write "47" in quotes',
        ),
        (
            "value: 1024",
            "value: 8",
            "clients.yml:8:31: clients[0].minimum_rsa_bits.value: 8 is not a whole number from",
        ),
        ("value: first_dns_name", "value: cn", "clients.yml:13:19: clients[0].name.value: cn is not one of unchecked,"),
        (
            "value: itself",
            "value: avaya",
            "clients.yml:22:21: changes[0].signer.value: avaya is not one of own_ca, itself",
        ),
        (
            "trust_store: ours",
            "trust_store: our",
            "clients.yml:16:18: clients[0].trust_store: there is no trust store",
        ),
        ("[mine]", "[mien]", "clients.yml:15:24: clients[0].trusted_patterns[0]: there is no certificate pattern mien"),
        (
            "value: our root, source: me,",
            "value: our root,",
            "clients.yml:14:13: clients[0].trusts: the key source is missing",
        ),
    ],
)
def test_each_mistake_is_told(old: str, new: str, problem: str) -> None:
    """A fact that could not be used as meant never gets to a verdict."""
    assert old in SOUND
    with pytest.raises(ConfigError) as caught:
        load(SOUND.replace(old, new))
    (said,) = caught.value.problems
    assert said.startswith(problem), said


def test_patterns_that_could_not_be_read_are_not_asked() -> None:
    """A mistake in the pattern file is told there, not once more for each client."""
    assert load(SOUND, set()).profiles[0].trusted_patterns == ("mine",)


def test_the_shipped_catalogue_is_sound() -> None:
    """It loads, names patterns that exist, and holds the clients that the documents name."""
    shipped = load_clients(None, (), ())
    names = {pattern.name for pattern in shipped_patterns()}

    assert [profile.key for profile in shipped.profiles] == [
        "jtapi",
        "jtapi_verifying",
        "tsapi_fqdn",
        "java",
        "openssl",
    ]
    assert all(names.issuperset(profile.trusted_patterns) for profile in shipped.profiles)
    assert [change.key for change in shipped.changes] == ["own_certificate", "upgrade_7", "upgrade_7_1"]
