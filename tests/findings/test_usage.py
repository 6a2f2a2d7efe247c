"""What a server's certificate must allow."""

from dataclasses import replace

import pytest

from aescan.findings.usage import ANY, CLIENT, SERVER, TLS_USAGES, allows, both_sides_present, limiting, needed
from aescan.tls.capture import ClientCertificate
from tests.facts import INTERMEDIATE, LEAF, ROOT, capture, chain, evidence


@pytest.mark.parametrize(
    ("usage", "server", "client"),
    [
        (None, True, True),
        (("serverAuth",), True, False),
        (("clientAuth",), False, True),
        ((ANY,), True, True),
        (("codeSigning", "1.2.3"), False, False),
        (("1.3.6.1.4.1.311.10.3.3",), True, False),
        (("2.16.840.1.113730.4.1",), True, False),
        ((), False, False),
    ],
)
def test_purposes(usage: tuple[str, ...] | None, server: bool, client: bool) -> None:
    """An absent extension and the any-purpose allow all; Server Gated Crypto is a server's purpose."""
    certificate = replace(LEAF, extended_key_usage=usage)
    assert (allows(certificate, SERVER), allows(certificate, CLIENT)) == (server, client)


def test_only_the_path_below_the_root_limits() -> None:
    """Leaf and intermediates count; a root does not, nor what signed nothing."""
    mail = ("emailProtection",)
    leaf, middle, root = (replace(one, extended_key_usage=mail) for one in (LEAF, INTERMEDIATE, ROOT))
    assert limiting(chain(leaf, middle, root), SERVER) == (0, 1)
    assert limiting(chain(LEAF, INTERMEDIATE, root), SERVER) == ()
    assert limiting(chain(LEAF, middle, signers=(None, None)), SERVER) == ()
    assert limiting(chain(replace(leaf, self_signed=True), signers=(0,)), SERVER) == (0,)


def test_both_sides_present() -> None:
    """Either the catalogue or the server itself tells that clients present certificates."""
    plain = evidence()
    asked = replace(plain, capture=capture(client_certificate=ClientCertificate.REQUESTED))
    unknown = replace(plain, capture=capture(client_certificate=ClientCertificate.UNKNOWN))
    assert [both_sides_present(one) for one in (plain, unknown, asked, replace(plain, mutual_tls=True))] == [
        False,
        False,
        True,
        True,
    ]


@pytest.mark.parametrize(
    ("version", "suite", "usages"),
    [
        ("TLS 1.3", "TLS_AES_128_GCM_SHA256", ("digitalSignature",)),
        ("TLS 1.2", "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", ("digitalSignature",)),
        ("TLS 1.2", "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", ("digitalSignature",)),
        ("TLS 1.0", "TLS_DHE_DSS_WITH_AES_128_CBC_SHA", ("digitalSignature",)),
        ("TLS 1.2", "TLS_RSA_WITH_AES_128_CBC_SHA", ("keyEncipherment",)),
        ("TLS 1.2", "TLS_RSA_PSK_WITH_AES_128_CBC_SHA", ("keyEncipherment",)),
        ("TLS 1.2", "TLS_ECDH_RSA_WITH_AES_128_CBC_SHA", ("keyAgreement",)),
        ("TLS 1.0", "TLS_DH_DSS_WITH_AES_128_CBC_SHA", ("keyAgreement",)),
        ("TLS 1.0", "TLS_RSA_EXPORT_WITH_RC4_40_MD5", TLS_USAGES),
        ("TLS 1.2", "TLS_ECDH_anon_WITH_AES_128_CBC_SHA", TLS_USAGES),
        ("SSL 2.0", "SSL_CK_RC4_128_WITH_MD5", TLS_USAGES),
        ("TLS 1.2", "0xfefe", TLS_USAGES),
        ("", "", TLS_USAGES),
    ],
)
def test_the_way_of_key_exchange_needs_its_usage(version: str, suite: str, usages: tuple[str, ...]) -> None:
    """What was negotiated decides which key usage the leaf needs."""
    assert needed(replace(capture(version=version), cipher_suite=suite)) == usages
