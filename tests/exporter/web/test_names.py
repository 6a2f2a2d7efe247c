"""Names in a client's certificate against those let in."""

import pytest

from aescan.exporter.web.names import allowed

CERTIFICATE = {
    "subject": ((("commonName", "cn.example.com"),),),
    "subjectAltName": (
        ("DNS", "prometheus.example.com"),
        ("IP Address", "2001:DB8:0:0:0:0:0:1\n"),
        ("URI", "spiffe://example.com/prometheus"),
    ),
}


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["prometheus.example.com"], True),
        (["other.example.com", "2001:db8::1"], True),
        (["spiffe://example.com/prometheus"], True),
        (["cn.example.com"], False),
        (["example.com"], False),
        ([], False),
    ],
)
def test_allowed(names: list[str], expected: bool) -> None:
    """A name counts whole, and only as a subject alternative name; addresses are compared as addresses."""
    assert allowed(CERTIFICATE, names) is expected


@pytest.mark.parametrize("certificate", [None, {}, {"subjectAltName": ()}, {"subjectAltName": 1}])
def test_no_names(certificate: dict[str, object] | None) -> None:
    """A client without a certificate, or whose certificate has no such name, is not let in."""
    assert not allowed(certificate, ["x"])
