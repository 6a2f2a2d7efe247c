"""Which of several ways to what a client trusts a verdict tells of."""

from datetime import timedelta

import pytest

from aescan.certificates.trust import verdict
from aescan.lab.certificates import authority, ec_key
from tests.certificates.test_trust import chain, store
from tests.certs import HOST, make_authority, make_certificate
from tests.facts import NOW


@pytest.mark.parametrize("first", ["short", "long"])
def test_of_several_paths_the_one_that_lasts(first: str) -> None:
    """A CA signed by two roots holds as long as the longer of both ways, whichever is tried first."""
    key = ec_key()
    ends = {"short": NOW + timedelta(days=30), "long": NOW + timedelta(days=90)}
    roots = {each: make_certificate(f"CN={each}", extensions=authority(), not_after=end) for each, end in ends.items()}
    crossed = {each: make_authority("CN=Crossed", issuer=root, key=key) for each, root in roots.items()}
    second = next(each for each in roots if each != first)
    leaf = make_certificate(issuer=crossed["short"])

    found = verdict(chain(leaf, crossed[first], crossed[second]), store(*roots.values()), NOW, HOST, named=True)

    assert found.sentence == "the chain leads to CN=long"
    assert [one.der for one in found.path] == [leaf.der, crossed["long"].der, roots["long"].der]
    assert found.not_after == ends["long"]


def test_refused_has_no_path() -> None:
    """What is not trusted has no path, and no end of one."""
    stranger = make_certificate()
    found = verdict(chain(stranger), store(), NOW, HOST, named=True)
    assert (found.path, found.not_after) == ((), None)
