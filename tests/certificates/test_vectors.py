"""
Two readers of the same certificates agree: over every certificate in the vectors that cryptography is tested with.

Where cryptography refuses one that OpenSSL can print, aescan tells what OpenSSL prints.
"""

import base64
import re
import warnings
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import cryptography_vectors
import pytest
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, rsa

from aescan.certificates import der as walker
from aescan.certificates.decode import _relatives
from tests.certificates.promise import decoded
from tests.certs import openssl

VECTORS: Final = Path(cryptography_vectors.__file__).parent
FORMS: Final = {".pem", ".der", ".crt", ".cer"}
"""Files that hold certificates; keys, requests and the like among them have to be borne as well."""
ARMOUR: Final = re.compile(rb"-----BEGIN (?:X509 |TRUSTED )?CERTIFICATE-----(.*?)-----END", re.DOTALL)
FEWEST: Final = 500
"""Of certificates that cryptography reads: the package holds more, and an empty one would prove nothing."""

ONLY_PRINTED: Final = (
    "x509/badasn1time.pem-0",
    "x509/custom/dsa_null_alg_params.pem-0",
    "x509/custom/ecdsa_null_alg.pem-0",
    "x509/ed25519/ed25519-rfc8410.pem-0",
)
"""Some that cryptography refuses and OpenSSL prints: without any, agreement on them would prove nothing."""
KINDS: Final = {
    rsa.RSAPublicKey: "RSA",
    ec.EllipticCurvePublicKey: "EC",
    dsa.DSAPublicKey: "DSA",
    ed25519.Ed25519PublicKey: "Ed25519",
    ed448.Ed448PublicKey: "Ed448",
}


def contained(path: Path) -> list[bytes]:
    """Return the DER in a file, whatever it is of where the file is binary."""
    content = path.read_bytes()
    return [base64.b64decode(found) for found in ARMOUR.findall(content)] if b"-----BEGIN " in content else [content]


FILES = {
    path.relative_to(VECTORS).as_posix(): found
    for path in sorted(VECTORS.rglob("*"))
    if path.suffix in FORMS and (found := contained(path))
}


def parsed(der: bytes) -> x509.Certificate | None:
    """Return cryptography's reading, None where it refuses."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of odd serial numbers and names
            return x509.load_der_x509_certificate(der)
    except (ValueError, x509.InvalidVersion):
        return None


CERTIFICATES = {f"{file}-{number}": der for file, found in FILES.items() for number, der in enumerate(found)}
READ = {place: certificate for place, der in CERTIFICATES.items() if (certificate := parsed(der)) is not None}
REFUSED = {place: der for place, der in CERTIFICATES.items() if place not in READ}


@pytest.mark.parametrize("der", CERTIFICATES.values(), ids=CERTIFICATES.keys())
def test_never_raises(der: bytes) -> None:
    """Every file of the package, a certificate or not, becomes facts that keep the promises of decoding."""
    decoded(der)


def test_there_are_vectors() -> None:
    """The package is there with its certificates, and with such as only OpenSSL prints."""
    assert len(READ) > FEWEST
    assert all(printed(REFUSED[place]) for place in ONLY_PRINTED)


@pytest.mark.filterwarnings("ignore")  # cryptography's, of odd serial numbers and names
@pytest.mark.parametrize("place", READ)
def test_the_walker_agrees(place: str) -> None:
    """What cryptography reads, the walker by itself reads the same: it would fill in nothing else."""
    outline, certificate = walker.outline(CERTIFICATES[place]), READ[place]
    assert outline.version == certificate.version.value + 1
    assert outline.serial_number == certificate.serial_number
    assert outline.signature_algorithm == certificate.signature_algorithm_oid.dotted_string
    assert walker.time(outline.not_before) == certificate.not_valid_before_utc
    assert walker.time(outline.not_after) == certificate.not_valid_after_utc
    names: tuple[tuple[bytes | None, Callable[[], x509.Name]], ...] = (
        (outline.subject, lambda: certificate.subject),
        (outline.issuer, lambda: certificate.issuer),
    )
    for encoded, read in names:
        try:
            name = read()
        except ValueError:  # not UTF-8, a string type or a tag that it does not know: the walker's to tell
            continue
        assert walker.name(encoded) == _relatives(name)
    try:
        key = certificate.public_key()
    except UnsupportedAlgorithm:
        return
    kind, bits = walker.key(outline.public_key)
    assert kind == KINDS[next(of for of in KINDS if issubclass(type(key), of))]
    if isinstance(key, rsa.RSAPublicKey | ec.EllipticCurvePublicKey | dsa.DSAPublicKey):
        assert bits == key.key_size


@pytest.mark.parametrize("der", REFUSED.values(), ids=REFUSED.keys())
def test_what_openssl_prints(der: bytes) -> None:
    """Of what cryptography refuses, aescan tells all that OpenSSL prints, and that it was refused."""
    facts, said = decoded(der), printed(der)
    assert facts.unreadable[0].startswith("certificate: ")
    if said is None:  # no certificate to OpenSSL either
        return
    assert facts.fingerprint_sha256 == said["sha256 Fingerprint"].replace(":", "").lower()
    assert facts.serial_number == int(said["serial"], 16)
    for moment, shown in (facts.not_before, said["notBefore"]), (facts.not_after, said["notAfter"]):
        assert moment == date(shown)
    for name, shown in (facts.subject, said["subject"]), (facts.issuer, said["issuer"]):
        assert name is not None
        assert name.text == shown
    text = openssl("x509", "-inform", "DER", "-noout", "-text", given=der)
    algorithm = re.search(r"Signature Algorithm: (\S+)", text)
    assert algorithm is not None
    assert spelled(facts.signature_algorithm or "") == spelled(algorithm[1])
    if size := re.search(r"Public-Key: \((\d+) bit\)", text):
        assert facts.key_bits == int(size[1])


def printed(der: bytes) -> dict[str, str] | None:
    """Return the facts that ``openssl x509`` prints, by what it calls them; None where it prints none."""
    asked = ("-serial", "-startdate", "-enddate", "-subject", "-issuer", "-fingerprint", "-sha256")
    try:
        lines = openssl("x509", "-inform", "DER", "-noout", *asked, "-nameopt", "RFC2253", given=der).splitlines()
    except AssertionError:
        return None
    return {called: value for called, _, value in (line.partition("=") for line in lines)}


def spelled(algorithm: str) -> str:
    """Return the name of an algorithm without what OpenSSL spells otherwise: ``dsaWithSHA1``, ``dsa_with_SHA256``."""
    return re.sub("[-_]", "", algorithm).lower()


def date(shown: str) -> datetime | None:
    """Return a moment as OpenSSL prints it, None for one that it cannot read."""
    if shown == "Bad time value":
        return None
    return datetime.strptime(shown, "%b %d %H:%M:%S %Y GMT").replace(tzinfo=UTC)
