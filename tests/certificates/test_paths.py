"""The ways to what is trusted."""

import pytest

from aescan.certificates import paths as module
from aescan.certificates.decode import decode_certificate
from aescan.certificates.facts import Certificate
from aescan.certificates.paths import identifiers_agree, search
from aescan.certificates.signatures import signed_by
from aescan.lab.certificates import MD5, Identity, ec_key
from tests.certs import make_authority, make_certificate, make_chain, rsa_key

LEAF, LOWER, UPPER, ROOT = make_chain(4)


def decoded(*identities: Identity) -> tuple[Certificate, ...]:
    """Return the facts of these certificates."""
    return tuple(decode_certificate(one.der) for one in identities)


@pytest.mark.parametrize(
    "presented",
    [(LEAF, LOWER, UPPER, ROOT), (LEAF, LOWER, UPPER), (LEAF, UPPER, LOWER), (LEAF, ROOT, LEAF, UPPER, UPPER, LOWER)],
)
def test_order_and_strays_do_not_matter(presented: tuple[Identity, ...]) -> None:
    """Whatever is presented may be an intermediate."""
    stray = make_authority("CN=Stray")

    found = search(decoded(*presented, stray), (ROOT.der,))

    assert [path.certificates for path in found.paths] == [decoded(LEAF, LOWER, UPPER, ROOT)]
    assert found.complete
    assert found.paths[0].anchor == decoded(ROOT)[0]


def test_the_way_ends_at_the_first_trusted() -> None:
    """A client that holds the lower CA needs no more; the leaf itself may be held."""
    assert search(decoded(LEAF, LOWER, UPPER), (LOWER.der,)).paths[0].certificates == decoded(LEAF, LOWER)
    assert search(decoded(LEAF), (LEAF.der,)).paths[0].certificates == decoded(LEAF)


def test_without_a_way_the_end_is_told() -> None:
    """The certificate whose issuer is missing is the farthest reached."""
    found = search(decoded(LEAF, LOWER), (ROOT.der,))

    assert (found.paths, found.complete, found.end, found.namesakes) == ((), True, decoded(LOWER)[0], ())


def test_a_renewed_root() -> None:
    """A root made anew on the same key is a way, though another is presented."""
    renewed = make_authority("CN=Example CA 3", key=ROOT.key)

    assert search(decoded(LEAF, LOWER, UPPER, ROOT), (renewed.der,)).paths[0].anchor == decoded(renewed)[0]


def test_same_name_other_key() -> None:
    """A CA of the same name that did not sign is a namesake, no way."""
    other = make_authority("CN=Example CA 3")

    found = search(decoded(LEAF, LOWER, UPPER), (other.der,))

    assert (found.paths, found.end, found.namesakes) == ((), decoded(UPPER)[0], decoded(other))


def test_cross_signed() -> None:
    """Every way is found, and no way goes through one name and key twice."""
    first, second = make_authority("CN=First"), make_authority("CN=Second")
    one = make_authority("CN=Issuer", issuer=first)
    two = make_authority("CN=Issuer", issuer=second, key=one.key)
    leaf = make_certificate(issuer=one)

    found = search(decoded(leaf, one, two), (first.der, second.der))

    assert {path.certificates for path in found.paths} == {decoded(leaf, one, first), decoded(leaf, two, second)}
    assert found.complete


def test_a_link_is_checked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two ways that meet share the rest."""
    lower = make_authority("CN=Lower", issuer=UPPER)
    again = make_authority("CN=Lower", issuer=UPPER, key=lower.key)
    pairs = []

    def counted(certificate: bytes, issuer: bytes) -> bool | None:
        pairs.append((certificate, issuer))
        return signed_by(certificate, issuer)

    monkeypatch.setattr(module, "signed_by", counted)

    found = search(decoded(make_certificate(issuer=lower), lower, again, UPPER), (ROOT.der,))

    assert len(found.paths) == 2
    assert len(pairs) == len(set(pairs)) == 5


def test_signers_in_a_circle() -> None:
    """Two CAs that sign each other lead nowhere, and are not taken for liars."""
    keys = ec_key(), ec_key()
    one, two = (make_authority(f"CN={number}", key=key) for number, key in enumerate(keys))
    circle = make_authority("CN=0", issuer=two, key=keys[0]), make_authority("CN=1", issuer=one, key=keys[1])
    leaf = make_certificate(issuer=circle[0])

    found = search(decoded(leaf, *circle), (ROOT.der,))

    assert (found.paths, found.complete, found.namesakes) == ((), True, ())


def tangle(size: int) -> tuple[Certificate, ...]:
    """Return a leaf and so many CAs, each signed by every other one's key: all of one name."""
    keys = [ec_key() for _ in range(size)]
    signers = [make_authority("CN=Tangle", key=key) for key in keys]
    crossed = [make_authority("CN=Tangle", issuer=one, key=key) for one in signers for key in keys if key != one.key]
    return decoded(make_certificate(issuer=signers[0]), *crossed)


def test_signatures_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """What could go on for ever is given up, and it is said that it was."""
    monkeypatch.setattr(module, "MOST_CHECKS", 12)
    presented = tangle(5)
    calls = []

    def counted(certificate: bytes, issuer: bytes) -> bool:
        calls.append(certificate)
        return True

    monkeypatch.setattr(module, "signed_by", counted)

    assert not search(presented, (ROOT.der,)).complete
    assert len(calls) == 12


def test_steps_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ways that cost no more signatures are bounded too."""
    monkeypatch.setattr(module, "MOST_CHECKS", 10_000)
    monkeypatch.setattr(module, "MOST_STEPS", 50)
    monkeypatch.setattr(module, "signed_by", lambda *_: True)

    assert not search(tangle(5), (ROOT.der,)).complete


def test_paths_and_depth_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Enough is enough."""
    roots = [make_authority("CN=Many", key=rsa_key()) for _ in range(module.MOST_PATHS + 1)]
    found = search(decoded(make_certificate(issuer=roots[0])), tuple(root.der for root in roots))
    assert (len(found.paths), found.complete) == (module.MOST_PATHS, False)

    monkeypatch.setattr(module, "DEEPEST", 3)
    assert not search(decoded(LEAF, LOWER, UPPER), (ROOT.der,)).complete


def test_a_signature_nobody_checks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Names and key identifiers lead on, and the path says so."""
    root = make_authority("CN=Old", key=rsa_key())
    other = make_authority("CN=Old", key=rsa_key(number=1))
    leaf = make_certificate(issuer=root, digest=MD5)
    monkeypatch.setattr(module, "signed_by", lambda *_: None)

    found = search(decoded(leaf), (other.der, root.der))

    assert [(path.anchor, path.unchecked) for path in found.paths] == [(decoded(root)[0], (0,))]
    assert found.complete


def test_bytes_that_are_no_certificate() -> None:
    """Nothing readable leads nowhere, and is no anchor by name."""
    found = search((decode_certificate(b"leaf"), *decoded(ROOT)), (b"trusted",))

    assert (found.paths, found.complete) == ((), True)


def test_identifiers() -> None:
    """Both have to be there to say anything."""
    leaf, lower, upper = decoded(LEAF, LOWER, UPPER)

    assert identifiers_agree(leaf, lower) is True
    assert identifiers_agree(leaf, upper) is False
    assert identifiers_agree(decode_certificate(b""), lower) is None
