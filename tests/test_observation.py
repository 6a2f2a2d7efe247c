"""What one scan of one target came to."""

from dataclasses import FrozenInstanceError, replace

import pytest

from aescan.errors import Reason
from aescan.findings.model import Severity
from aescan.observation import Failed, Seen
from aescan.tls.capture import ViewName
from tests.facts import LEAF, NOW, capture, chain, failed, finding, looked_at, seen, target


def test_the_first_finding_is_the_worst() -> None:
    """The severity of what was seen is that of its first finding."""
    critical, notice = finding("expired", Severity.CRITICAL), finding("expires_ahead", Severity.NOTICE)
    assert Seen(capture(), chain(), (critical, notice)).severity is Severity.CRITICAL


def test_no_findings_have_no_severity() -> None:
    """A chain without findings is of no severity."""
    assert Seen(capture(), chain(), ()).severity is None


def test_the_first_end_of_all_chains() -> None:
    """A target ends with the first chain that any hello is shown; views without one, or without dates, tell none."""
    sooner, undated = replace(LEAF, not_after=NOW), replace(LEAF, not_after=None)
    outcome = looked_at(
        seen(), (ViewName.RSA, seen(None, sooner)), (ViewName.ECDSA, failed()), (ViewName.SNI, seen(None, undated))
    ).outcome
    assert isinstance(outcome, Seen)
    assert outcome.not_after == NOW
    assert [chain.leaf for chain in outcome.chains] == [LEAF, sooner, undated]
    assert replace(outcome, chain=chain(undated), views=()).not_after is None


def test_an_outcome_is_one_of_two() -> None:
    """An observation holds what was seen or why nothing was, of a target, and stays as it is."""
    looked, missed = seen(target("aes1")), failed(target("aes2"), Reason.TIMEOUT, "no answer within 5 s")
    assert isinstance(looked.outcome, Seen)
    assert isinstance(missed.outcome, Failed)
    assert (missed.outcome.reason, missed.outcome.detail) == (Reason.TIMEOUT, "no answer within 5 s")
    assert (looked.target.name, missed.target.name) == ("aes1:4722", "aes2:4722")
    with pytest.raises(FrozenInstanceError):
        looked.outcome = missed.outcome  # type: ignore[misc]  # that it is refused is the point
