"""The checklist of the notice, item by item, on plain facts."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from aescan.certificates.facts import Certificate
from aescan.certificates.trust import Distrust, Verdict
from aescan.findings.model import Evidence
from aescan.findings.preflight import Item, Replacement, Result, checklist, shut
from aescan.keystores.model import Form, TrustStore
from aescan.settings.policy import Policy
from aescan.settings.profiles import ClientProfile, Fact
from tests.facts import INTERMEDIATE, LEAF, NOW, ROOT, evidence, name

NEW = replace(LEAF, key_usage=("digitalSignature", "nonRepudiation", "keyEncipherment", "dataEncipherment"))
"""Made by the steps of the notice."""
KEY = str(NEW.public_key_sha256)


def items(
    *certificates: Certificate,
    replacement: Replacement | None = None,
    of: Evidence | None = None,
    **changes: Any,  # noqa: ANN401 - fields of Evidence
) -> dict[str, Item]:
    """Return the items by code about these certificates, a sound chain with its key when none are given."""
    presented = certificates or (NEW, INTERMEDIATE, ROOT)
    what = replacement or Replacement(Form.PKCS12, presented, keys=(KEY,))
    found = checklist(what, replace(of or evidence(*presented), **changes))
    return {item.code: item for item in found}


def answer(code: str, *certificates: Certificate, **changes: Any) -> tuple[Result, str]:  # noqa: ANN401 - likewise
    """Return what one item came to."""
    item = items(*certificates, **changes)[code]
    return item.result, item.sentence


def test_a_sound_replacement() -> None:
    """Every item of the notice passes, in the order of the work, with the section that asks for it."""
    assert [(item.code, item.result, item.binding) for item in items().values()] == [
        (code, Result.PASS, True)
        for code in (
            "opens", "key_matches", "key_usage", "extended_key_usage", "key_size", "hash", "names_of_ca", "name",
            "chain", "order", "validity",
        )
    ]  # fmt: skip
    assert all(item.section.startswith(("OpenSSL, ", "System Manager Trust Management, ")) for item in items().values())
    assert items()["key_usage"].section == "OpenSSL, Create a certificate signing request, step 2k"


def test_opens() -> None:
    """What is in the file is said; a second server certificate is one too many to be sure."""
    assert answer("opens") == (Result.PASS, "PKCS#12 with 3 certificates and 1 private key")
    plain = Replacement(Form.PEM, (NEW,))
    assert answer("opens", replacement=plain) == (Result.PASS, "PEM with 1 certificate and no private key")
    other = replace(NEW, subject=name(("CN", "aes2")))
    two = Replacement(Form.PEM, (NEW, other), others=(other,), locked_keys=2)
    assert answer("opens", replacement=two) == (
        Result.UNKNOWN,
        "PEM with 2 certificates and 2 private keys; it holds more than one server certificate, not judged are CN=aes2",
    )


@pytest.mark.parametrize(
    ("keys", "locked", "expected"),
    [
        ((KEY,), 0, (Result.PASS, "the private key is that of the certificate")),
        (("00" * 32, KEY), 1, (Result.PASS, "the private key is that of the certificate")),
        (("00" * 32,), 0, (Result.FAIL, "the private key belongs to another certificate")),
        (("00" * 32,), 1, (Result.UNKNOWN, "the private key stays shut; give its password")),
        (
            (),
            0,
            (Result.UNKNOWN, "there is no private key; it must be the one that the server made with the request"),
        ),
    ],
)
def test_key(keys: tuple[str, ...], locked: int, expected: tuple[Result, str]) -> None:
    """The key has to be that of the certificate, where there is one."""
    assert answer("key_matches", replacement=Replacement(Form.PEM, (NEW,), (), keys, locked)) == expected


@pytest.mark.parametrize(
    ("change", "code", "sentence"),
    [
        (
            {"key_usage": ("digitalSignature",)},
            "key_usage",
            "lacks nonRepudiation, keyEncipherment, dataEncipherment; has digitalSignature",
        ),
        (
            {"key_usage": None},
            "key_usage",
            "lacks digitalSignature, nonRepudiation, keyEncipherment, dataEncipherment; has no such extension",
        ),
        ({"extended_key_usage": ()}, "extended_key_usage", "lacks serverAuth, clientAuth; has none"),
        (
            {"extended_key_usage": ("serverAuth",)},
            "extended_key_usage",
            "lacks clientAuth; has serverAuth",
        ),
        ({"key_bits": 1024}, "key_size", "RSA 1024, less than 2048 bits"),
    ],
)
def test_what_the_certificate_lacks(change: dict[str, object], code: str, sentence: str) -> None:
    """Usages, purposes and size are those that the notice asks for."""
    leaf = replace(NEW, **change)  # type: ignore[arg-type] # fields of Certificate

    assert answer(code, leaf, INTERMEDIATE, ROOT) == (Result.FAIL, sentence)


def test_other_keys() -> None:
    """The notice knows RSA alone; a key that cannot be read is no fault."""
    curve = replace(NEW, key_algorithm="EC", key_bits=256)

    assert answer("key_size", curve) == (
        Result.UNKNOWN,
        "EC 256; the notice knows RSA alone, and so do old clients",
    )
    assert answer("key_size", replace(NEW, key_bits=None)) == (Result.UNKNOWN, "the key could not be read")
    assert answer("key_size", replace(NEW, key_bits=4096)) == (Result.PASS, "RSA 4096")


@pytest.mark.parametrize(
    ("leaf", "issuer", "expected"),
    [
        ("sha256", "sha384", (Result.PASS, "sha256, sha384")),
        (
            "sha1",
            "sha256",
            (
                Result.UNKNOWN,
                "SHA-1, which is for clients that do not know SHA-256 only: leaf CN=aes1.example.com,O=Example,C=US",
            ),
        ),
        ("sha256", "md5", (Result.FAIL, "md5: intermediate CN=Example Issuing CA,O=Example,C=US")),
        ("sha224", "sha1", None),
        ("sha224", "sha256", (Result.UNKNOWN, "sha224: leaf CN=aes1.example.com,O=Example,C=US")),
    ],
)
def test_hash(leaf: str, issuer: str, expected: tuple[Result, str] | None) -> None:
    """Every signature counts but a root's own; SHA-1 is what the notice has old clients for."""
    root = replace(ROOT, signature_hash="md5")
    found = answer("hash", replace(NEW, signature_hash=leaf), replace(INTERMEDIATE, signature_hash=issuer), root)

    assert found == expected if expected else found[0] is Result.UNKNOWN


def test_algorithms_without_a_hash() -> None:
    """Ed25519 has none, and what nobody knows is unknown."""
    leaf = replace(NEW, signature_hash=None, signature_algorithm="Ed25519")
    nameless = replace(leaf, signature_algorithm=None)

    assert answer("hash", leaf)[1].startswith("Ed25519: leaf")
    assert answer("hash", nameless)[1].startswith("unknown: leaf")


def test_names_of_the_ca() -> None:
    """What differs matters to the notice's own openssl.cnf, and to nobody once it is signed."""
    other = replace(NEW, issuer=name(("C", "US"), ("O", "Other"), ("CN", "Example Issuing CA")))

    assert answer("names_of_ca", other, INTERMEDIATE) == (
        Result.PASS,
        "O not those of the CA, which signed it all the same: only the notice's own openssl.cnf minds",
    )
    assert answer("names_of_ca", other) == (
        Result.UNKNOWN,
        "O not those of the CA: the notice's own openssl.cnf does not sign such a request, other CAs do",
    )
    assert answer("names_of_ca", replace(NEW, issuer=None))[0] is Result.UNKNOWN


@pytest.mark.parametrize(
    ("leaf", "host", "expected"),
    [
        (NEW, "aes1.example.com", (Result.PASS, "the certificate is for aes1.example.com")),
        (
            NEW,
            "aes2.example.com",
            (Result.FAIL, "aes2.example.com is dialled, the certificate is for aes1.example.com"),
        ),
        (NEW, None, (Result.UNKNOWN, "nobody says which name clients dial; say it with --for")),
        (
            replace(NEW, dns_names=()),
            "aes1.example.com",
            (
                Result.UNKNOWN,
                "only the common name is aes1.example.com; current clients want it as alternative name",
            ),
        ),
        (
            replace(NEW, dns_names=()),
            "aes2.example.com",
            (Result.FAIL, "aes2.example.com is dialled, the certificate is for aes1.example.com"),
        ),
        (
            replace(NEW, dns_names=(), subject=None),
            "aes2.example.com",
            (Result.FAIL, "aes2.example.com is dialled, the certificate is for no name at all"),
        ),
        (
            replace(NEW, dns_names=(), unreadable=("extensions: damaged",)),
            "aes2.example.com",
            (Result.UNKNOWN, "not all names could be read"),
        ),
    ],
)
def test_name(leaf: Certificate, host: str | None, expected: tuple[Result, str]) -> None:
    """The name that clients dial has to be there, best as alternative name."""
    assert answer("name", leaf, host="", server_name=host) == expected


NAMESAKE = "a certificate of that name is there, but its key did not make the signature"
ABOVE = "Trusted Certificates: Example Root CA, then Example Issuing CA"
LEAF_TITLE = "leaf CN=aes1.example.com,O=Example,C=US"


def test_chain() -> None:
    """A chain is whole when it reaches a root."""
    assert answer("chain") == (Result.PASS, "aes1.example.com ← Example Issuing CA ← Example Root CA")
    assert answer("chain", NEW) == (
        Result.FAIL,
        f"in none of the files is CN=Example Issuing CA,O=Example,C=US, which signed {LEAF_TITLE}",
    )
    itself = replace(NEW, self_signed=True, issuer=NEW.subject)
    assert answer("chain", itself) == (
        Result.PASS,
        "signed by its own key: it is the CA that every client has to hold",
    )
    nameless = replace(NEW, issuer=None)
    assert answer("chain", nameless) == (Result.FAIL, f"in none of the files is its issuer, which signed {LEAF_TITLE}")
    unchecked = replace(NEW, self_signed=None)
    assert answer("chain", unchecked) == (
        Result.UNKNOWN,
        "it could not be checked who signed aes1.example.com",
    )


def test_the_wrong_ca_of_that_name() -> None:
    """Every System Manager has a CA of the same name; the key decides."""
    replacement = Replacement(Form.PEM, (NEW, INTERMEDIATE, replace(ROOT, subject=None)))

    assert answer("chain", NEW, replacement=replacement) == (
        Result.FAIL,
        f"{NAMESAKE}: CN=Example Issuing CA,O=Example,C=US, which signed {LEAF_TITLE}",
    )


def test_order() -> None:
    """The CAs go first, the root at the head."""
    assert answer("order") == (
        Result.PASS,
        f"first to {ABOVE}; then to Server Certificates: aes1.example.com",
    )
    assert answer("order", NEW, INTERMEDIATE)[0] is Result.UNKNOWN
    assert answer("order", NEW) == (Result.UNKNOWN, "its CA has to be there before it, and is not in the files")
    itself = replace(NEW, self_signed=True, subject=None)
    assert answer("order", itself) == (Result.PASS, "it goes to Server Certificates, and to every client")


ENDS = f"the chain ends in 265 days, on 2027-08-15 12:00:00 UTC: {LEAF_TITLE}"


def test_validity() -> None:
    """All of the chain has to be valid, and a clock that was checked says so."""
    assert answer("validity") == (Result.PASS, f"{ENDS}; this machine's clock was not checked")
    assert answer("validity", clock_offset=0.2) == (Result.PASS, ENDS)
    ended = replace(INTERMEDIATE, not_after=NOW - timedelta(days=2))
    assert answer("validity", NEW, ended, clock_offset=0.0) == (
        Result.FAIL,
        "ended 2 days ago, on 2026-11-21 12:00:00 UTC: intermediate CN=Example Issuing CA,O=Example,C=US",
    )
    assert answer("validity", replace(NEW, not_after=None), clock_offset=0.0) == (
        Result.UNKNOWN,
        f"the dates could not be read: {LEAF_TITLE}",
    )


def test_a_clock_that_decides() -> None:
    """Where the clock is off by more than what is left, nothing can be said."""
    soon = replace(NEW, not_before=NOW + timedelta(hours=1))

    result, sentence = answer("validity", soon, clock_offset=7200.0)

    assert result is Result.UNKNOWN
    assert sentence.startswith("begins ")
    assert sentence.endswith(
        "are the clocks of the CA and of AE Services right?; but this clock is 2 hours behind, and that decides"
    )
    assert answer("validity", soon, clock_offset=60.0)[0] is Result.FAIL


def test_trust_stores() -> None:
    """Each store is an item; only required ones have to accept."""
    stores = TrustStore("jtapi", (), required=True), TrustStore("lab", ()), TrustStore("odd", ())
    trust = (
        Verdict("jtapi", False, Distrust.NO_PATH, "the store does not hold it"),
        Verdict("lab", True, None, "the chain leads to it"),
        Verdict("odd", None, Distrust.UNSUPPORTED, "nobody knows"),
    )
    found = items(of=evidence(NEW, INTERMEDIATE, ROOT, policy=Policy(trust_stores=stores)), trust=trust)

    assert found["trust:jtapi"] == Item(
        "trust:jtapi",
        "Accepted by clients with the trust store jtapi",
        Result.FAIL,
        "the store does not hold it",
        "OpenSSL, Import the Certificate, step 3",
        binding=True,
    )
    assert [(found[code].result, found[code].binding) for code in ("trust:lab", "trust:odd")] == [
        (Result.PASS, False),
        (Result.UNKNOWN, False),
    ]


def test_clients() -> None:
    """Each client is asked what it demands of a certificate; nothing is negotiated, so that is left out."""
    profile = ClientProfile(
        key="jtapi",
        title="JTAPI",
        services=("tsapi",),
        protocols=Fact(("TLS 1.0",), "its code", "sourced"),
        key_algorithms=Fact(("RSA",), "its code", "sourced"),
    )
    policy = Policy(clients=(profile,))
    curve = replace(NEW, key_algorithm="EC")

    (unfit,) = (items(curve, of=evidence(curve, policy=policy))[code] for code in ("client:jtapi",))

    assert unfit == Item(
        "client:jtapi",
        "Client: JTAPI",
        Result.FAIL,
        "the server's key is EC, it takes RSA alone",
        binding=False,
    )
    open_ = items(of=evidence(NEW, INTERMEDIATE, ROOT, policy=policy))["client:jtapi"]
    assert open_.result is Result.UNKNOWN
    assert "TLS" not in open_.sentence


def test_shut() -> None:
    """A file that does not open has one item."""
    assert shut("new.p12: it needs a password") == Item(
        "opens", "The file opens", Result.FAIL, "new.p12: it needs a password", items()["opens"].section
    )
