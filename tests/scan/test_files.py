"""Files of certificates, judged like servers."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from aescan.errors import KeystoreError, Reason
from aescan.findings.catalogue import rules
from aescan.findings.clients import Compatibility
from aescan.keystores.model import Bundle, Form, TrustStore
from aescan.lab.certificates import authority, ec_key
from aescan.observation import Failed, Observation, Seen
from aescan.scan import files as module
from aescan.scan.files import OF_AUTHORITIES, OF_NAMES, ON_THE_WIRE, capture_of, chains, fitting, look
from aescan.scan.scanner import Scanner
from aescan.settings.policy import Policy, Thresholds
from aescan.tls.capture import Capture
from tests.certs import make_authority, make_certificate
from tests.facts import NOW, finding, seen, target
from tests.keystores import made

LEAF, ISSUER, ROOT = made.identities()
JKS = made.jks((1, LEAF.der), (2, ROOT.der))
CHAIN = tuple(identity.der for identity in (LEAF, ISSUER, ROOT))


def unlock(_: Path, load: Callable[[str | None], Bundle]) -> Bundle:
    """Open with the password of these tests."""
    return load(made.PASSWORD)


async def never(_: object) -> Capture:
    """Stand for a probe, which no file needs."""
    raise NotImplementedError


def observed(*paths: Path, host: str | None = None, policy: Policy | None = None) -> list[Observation]:
    """Return what these files come to."""
    scanner = Scanner(never, policy or Policy(), lambda: NOW)
    return list(look(paths, host, Thresholds(), unlock, scanner.judge, NOW))


def codes(observation: Observation) -> list[str]:
    """Return the codes of the findings."""
    assert isinstance(observation.outcome, Seen)
    return [one.code for one in observation.outcome.findings]


def presented(observation: Observation) -> tuple[bytes, ...]:
    """Return the certificates in the order judged."""
    assert isinstance(observation.outcome, Seen)
    return observation.outcome.capture.certificates


@pytest.mark.parametrize(
    "content",
    [
        made.pem(),
        made.bundle7(),
        made.bundle12(),
        made.bundle12(with_key=False),
        made.jks((1, LEAF.der), (2, ROOT.der)),
    ],
)
def test_any_form(tmp_path: Path, content: bytes) -> None:
    """Whatever the form, a file is one chain in the order of TLS, with nothing wrong that only a server can do."""
    path = tmp_path / "server"
    path.write_bytes(content)

    (observation, *others) = observed(path)

    if content[:4] != b"\xfe\xed\xfe\xed":  # which holds no intermediate: leaf and root are chains of their own
        assert presented(observation) == CHAIN
        assert others == []
    assert codes(observation) == []
    assert (observation.target.host, observation.target.port) == ("", 0)
    assert observation.target.endpoint == str(path) + ("#1" if others else "")
    assert (observation.moment, observation.duration, observation.connections) == (NOW, 0.0, 0)


def test_the_name_that_clients_dial(tmp_path: Path) -> None:
    """Names are compared once it is said which is dialled."""
    (tmp_path / "server.pem").write_bytes(made.pem())
    (tmp_path / "other.pem").write_bytes(made.pem())

    assert codes(observed(tmp_path / "server.pem", host="aes1.example.com")[0]) == []
    assert codes(observed(tmp_path / "server.pem", host="aes2.example.com")[0]) == ["name_mismatch"]


def test_several_chains(tmp_path: Path) -> None:
    """Each certificate that signed no other begins a chain; the same one twice is one."""
    other = make_certificate("CN=aes2.example.com", issuer=ISSUER)
    (tmp_path / "all.pem").write_bytes(ROOT.pem + other.pem + LEAF.pem + ISSUER.pem + LEAF.pem)

    first, second = observed(tmp_path / "all.pem")

    assert [first.target.name, second.target.name] == [f"{tmp_path}/all.pem#1", f"{tmp_path}/all.pem#2"]
    assert presented(first) == (other.der, ISSUER.der, ROOT.der)
    assert presented(second) == CHAIN


def test_many_chains(tmp_path: Path) -> None:
    """A file of very many certificates has a whole chain for each."""
    leaves = [make_certificate(f"CN=aes{number}.example.com", issuer=ISSUER) for number in range(150)]
    (tmp_path / "all.pem").write_bytes(ROOT.pem + ISSUER.pem + b"".join(leaf.pem for leaf in leaves))

    found = [presented(one) for one in observed(tmp_path / "all.pem")]

    assert found == [(leaf.der, ISSUER.der, ROOT.der) for leaf in leaves]


def test_signatures_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Certificates of one name that signed nothing of each other cost no more than so much."""
    checked = []

    def counted(certificate: bytes, _: bytes) -> bool:
        checked.append(certificate)
        return False

    monkeypatch.setattr(module, "MOST_CHECKS", 20)
    monkeypatch.setattr(module, "signed_by", counted)
    odd = tuple(make_certificate("CN=Same", issuer=make_authority("CN=Same")).der for _ in range(8))

    assert len(list(chains(Bundle(Form.PEM, odd)))) == 8
    assert len(checked) == 20


def test_a_signature_nobody_checks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Names and key identifiers make the chain then; what is no certificate is a chain of its own."""
    monkeypatch.setattr(module, "signed_by", lambda *_: None)
    namesake = make_authority("CN=Example CA 1")
    bundle = Bundle(Form.PEM, (LEAF.der, namesake.der, ISSUER.der, b"no certificate"))

    assert [one.certificates for one in chains(bundle)] == [
        (LEAF.der, ISSUER.der),
        (namesake.der,),
        (b"no certificate",),
    ]


def test_signers_in_a_circle(tmp_path: Path) -> None:
    """Two that sign each other are a chain from either end."""
    keys = ec_key(), ec_key()
    one, two = (make_authority(f"CN={number}", key=key) for number, key in enumerate(keys))
    circle = make_authority("CN=0", issuer=two, key=keys[0]), make_authority("CN=1", issuer=one, key=keys[1])
    (tmp_path / "circle.pem").write_bytes(b"".join(each.pem for each in circle))

    assert [presented(one) for one in observed(tmp_path / "circle.pem")] == [
        (circle[0].der, circle[1].der),
        (circle[1].der, circle[0].der),
    ]


def test_a_ca_of_its_own(tmp_path: Path) -> None:
    """A CA is judged by its dates, key and signature, and nobody is asked whether it is trusted as a server."""
    old = make_certificate("CN=Old CA", not_after=NOW - timedelta(days=1), extensions=authority())
    (tmp_path / "ca.pem").write_bytes(old.pem)
    policy = Policy(trust_stores=(TrustStore("a", (), required=True),))

    (observation,) = observed(tmp_path / "ca.pem", host="aes1.example.com", policy=policy)

    assert codes(observation) == ["expired"]
    assert isinstance(observation.outcome, Seen)
    assert observation.outcome.trust == ()


def test_trust_stores(tmp_path: Path) -> None:
    """A chain in a file is asked about like one of a server; who compares names is open until one is said."""
    (tmp_path / "server.p12").write_bytes(made.bundle12())
    policy = Policy(trust_stores=(TrustStore("a", (ROOT.der,)), TrustStore("b", (ROOT.der,), check_names=True)))

    (nameless,) = observed(tmp_path / "server.p12", policy=policy)
    (named,) = observed(tmp_path / "server.p12", host="aes1.example.com", policy=policy)

    assert isinstance(nameless.outcome, Seen)
    assert isinstance(named.outcome, Seen)
    assert [one.trusted for one in nameless.outcome.trust] == [True, None]
    assert [one.trusted for one in named.outcome.trust] == [True, True]


def test_folders(tmp_path: Path) -> None:
    """Files without certificates are passed over, those that stay shut are told of."""
    (tmp_path / "README").write_text("what these are")
    (tmp_path / "key.pem").write_bytes(made.key())
    (tmp_path / "a.pem").write_bytes(made.pem())
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "locked.p12").write_bytes(made.bundle12("other"))

    first, second = observed(tmp_path)

    assert first.target.name == f"{tmp_path}/a.pem"
    assert second.target.name == f"{tmp_path}/more/locked.p12"
    assert second.outcome == Failed(
        Reason.UNREADABLE, "it is PKCS#12 that this password does not open, or it is damaged", ()
    )


def test_what_cannot_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that was named is told of, whatever it is; so is a folder without certificates, or past reading."""
    (tmp_path / "README").write_text("what these are")
    (tmp_path / "key.pem").write_bytes(made.key())
    (tmp_path / "none").mkdir()
    (tmp_path / "none" / "README").touch()
    (tmp_path / "deep").mkdir()

    def refuse(folder: Path) -> tuple[Path, ...]:
        if folder.name == "deep":
            raise KeystoreError("it is too deep")
        return (folder / "README",)

    monkeypatch.setattr("aescan.scan.files.below", refuse)

    told = [observed(tmp_path / name)[0].outcome for name in ("README", "key.pem", "none", "deep")]

    assert told == [
        Failed(Reason.UNREADABLE, "it holds no certificate: not PEM, DER, PKCS#7, PKCS#12 or JKS", ()),
        Failed(Reason.UNREADABLE, "there is no certificate in it", ()),
        Failed(Reason.UNREADABLE, "there is no certificate in any file below it", ()),
        Failed(Reason.UNREADABLE, "it is too deep", ()),
    ]


def test_codes_exist() -> None:
    """Every code named here is one of a rule."""
    assert {rule.code for rule in rules()} >= ON_THE_WIRE | OF_NAMES | OF_AUTHORITIES


def test_what_is_left_out() -> None:
    """What cannot be said of a file is not: what is on the wire, and which clients connect to it."""
    findings = tuple(finding(code) for code in ("expired", "legacy_protocol", "name_mismatch"))
    outcome = seen(target(), findings=findings, clients=(Compatibility("java", None, (), "unknown"),)).outcome
    assert isinstance(outcome, Seen)

    named, nameless = (fitting(outcome, named=known) for known in (True, False))

    assert [one.code for one in named.findings] == ["expired", "name_mismatch"]
    assert [one.code for one in nameless.findings] == ["expired"]
    assert named.clients == ()
    assert replace(named, findings=findings, clients=outcome.clients) == outcome


def test_capture_of_a_file() -> None:
    """Nothing was negotiated and nobody was connected to."""
    capture = capture_of((b"leaf",))

    assert (capture.version, capture.cipher_suite, capture.hello, capture.address) == ("", "", "file", "")
    assert capture.connections == 0
