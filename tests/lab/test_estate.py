"""The estate runs as its table says, whoever looks."""

import ssl
import subprocess
from collections.abc import Iterator, Sequence
from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from aescan.errors import Reason
from aescan.inventory.model import Target
from aescan.lab import estate as estate_module
from aescan.lab.certificates import Identity
from aescan.lab.contexts import TlsSettings, tls_context
from aescan.lab.estate import HOSTS, Estate, running_estate
from tests.facts import NOW


@pytest.fixture(scope="module")
def estate() -> Iterator[Estate]:
    """Run the estate once."""
    with running_estate(NOW) as running:
        yield running


def shown(target: Target) -> tuple[bytes, ...]:
    """Return the chain that ``openssl s_client`` is presented with; that its handshake may fail does not matter."""
    where = ("-connect", f"{target.address}:{target.port}", "-servername", target.host, "-showcerts")
    how = ("-min_protocol", "TLSv1", "-cipher", "ALL:@SECLEVEL=0")
    run = subprocess.run(
        ["openssl", "s_client", *where, *how], stdin=subprocess.DEVNULL, capture_output=True, check=False
    )
    blocks = run.stdout.split(b"-----BEGIN CERTIFICATE-----")[1:]
    pems = (b"-----BEGIN CERTIFICATE-----" + block.partition(b"-----END")[0] for block in blocks)
    found = [x509.load_pem_x509_certificate(pem + b"-----END CERTIFICATE-----\n") for pem in pems]
    return tuple(certificate.public_bytes(Encoding.DER) for certificate in found)


def test_chains_are_presented_byte_for_byte(estate: Estate) -> None:
    """OpenSSL is presented with the very chain of each target, whatever version or client certificate it wants."""
    seen = {target.name: shown(target) for target in estate.targets if target.name in estate.chains}
    assert seen == dict(estate.chains)
    assert "aes2-tsapi" in seen
    assert "aes3-tr87" in seen


def test_nothing_is_left_out_here(estate: Estate) -> None:
    """Where OpenSSL can serve all of it, the estate is the whole table and has no notes."""
    assert estate.notes == ()
    assert [(target.host, target.service) for target in estate.targets] == [
        (f"{host.name}.lab.example", port.service) for host in HOSTS for port in host.ports
    ]


def test_targets_are_told_apart(estate: Estate) -> None:
    """Names are unique, and each target has its expectation and its loopback address."""
    names = [target.name for target in estate.targets]
    assert len(set(names)) == len(names)
    assert list(estate.expected) == names
    assert all(target.address is not None and target.address.startswith("127.0.") for target in estate.targets)
    assert all(target.server_name == target.host for target in estate.targets)


def test_ports_without_a_chain_have_a_reason(estate: Estate) -> None:
    """A target has either a chain and codes, or a reason and no chain."""
    failing = {name: reason for name, reason in estate.expected.items() if isinstance(reason, Reason)}
    assert failing == {
        "aes1-cvlan": Reason.REFUSED,
        "aes14-oam": Reason.PLAINTEXT,
        "aes14-tsapi": Reason.PLAINTEXT,
        "aes14-dmcc": Reason.TIMEOUT,
        "aes14-cvlan": Reason.CLOSED,
        "aes14-tr87": Reason.RESET,
    }
    assert set(estate.chains) == set(estate.expected) - set(failing)


def test_old_protocol_is_expected_where_it_is_spoken(estate: Estate) -> None:
    """Only the target that speaks TLS 1.0 is expected to be found with a legacy protocol."""
    found = [
        name for name, codes in estate.expected.items() if not isinstance(codes, Reason) and "legacy_protocol" in codes
    ]
    assert found == ["aes2-tsapi"]


def test_ports_of_one_host_share_a_leaf_unless_replacement_is_half_done(estate: Estate) -> None:
    """The ports of a host present one leaf; the host in mid-replacement presents the default on one of them."""
    assert estate.chains["aes1-oam"][0] == estate.chains["aes1-dmcc"][0] == estate.chains["aes1-tsapi"][0]
    assert estate.chains["aes9-oam"][0] != estate.chains["aes9-dmcc"][0]
    assert estate.chains["aes9-dmcc"][0] == estate.chains["aes2-dmcc"][0]


def test_parts_of_a_second_do_not_matter() -> None:
    """A moment between two seconds runs the estate all the same."""
    with running_estate(NOW + timedelta(microseconds=1)) as running:
        assert len(running.targets) == sum(len(host.ports) for host in HOSTS)


def test_what_cannot_be_served_is_left_out_with_a_note(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where OpenSSL refuses TLS 1.0, the estate runs without that target and says so."""

    def without_tls10(presented: Sequence[Identity], settings: TlsSettings) -> ssl.SSLContext:
        if settings.versions[1] is ssl.TLSVersion.TLSv1:
            raise ssl.SSLError(1, "unsupported protocol")
        return tls_context(presented, settings)

    monkeypatch.setattr(estate_module, "tls_context", without_tls10)
    with running_estate(NOW) as running:
        assert "aes2-tsapi" not in running.expected
        assert "aes2-tsapi" not in {target.name for target in running.targets}
        version = ssl.OPENSSL_VERSION
        assert running.notes == (f"aes2-tsapi is left out: {version} cannot serve it: unsupported protocol",)
