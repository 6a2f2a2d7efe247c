"""One list of findings about several chains."""

from dataclasses import replace

from aescan.findings.merge import merge
from aescan.findings.model import Severity
from aescan.findings.words import LONGEST_SENTENCE
from tests.facts import finding

EXPIRED = finding("expired", Severity.CRITICAL, "ended yesterday")
SOON = finding("expires_soon", Severity.WARNING, "ends in 3 weeks")
NOTICE = finding("self_signed_leaf", Severity.NOTICE, "signed itself")


def test_no_views() -> None:
    """Without views there is nothing to add."""
    assert merge((EXPIRED, SOON), ()) == (EXPIRED, SOON)


def test_the_same_is_said_once() -> None:
    """What the ordinary chain says is said, whatever views say it too."""
    assert merge((SOON,), [("rsa", (SOON,)), ("sni", ())]) == (SOON,)


def test_a_view_is_named() -> None:
    """A finding about a view's chain alone says so, and stands where its severity puts it."""
    assert merge((SOON, NOTICE), [("ecdsa", (EXPIRED,))]) == (
        replace(EXPIRED, sentence="view ecdsa: ended yesterday"),
        SOON,
        NOTICE,
    )


def test_views_that_say_the_same_are_named_together() -> None:
    """Each sentence stands once, with all views that it holds of."""
    (merged,) = merge((), [("rsa", (SOON,)), ("ecdsa", ()), ("no_sni", (SOON,))])
    assert merged.sentence == "views rsa, no_sni: ends in 3 weeks"


def test_one_finding_for_each_rule() -> None:
    """Sentences of one rule about several chains make one finding, the ordinary one first."""
    later = replace(SOON, sentence="ends in 4 weeks", remedy="another")
    assert merge((SOON,), [("rsa", (later,)), ("ecdsa", (SOON,)), ("sni", (later,))]) == (
        replace(SOON, sentence="ends in 3 weeks; views rsa, sni: ends in 4 weeks"),
    )


def test_sentences_stay_short() -> None:
    """However much is said, a sentence is no longer than any other."""
    long = replace(SOON, sentence="x" * LONGEST_SENTENCE)
    (merged,) = merge((SOON,), [("rsa", (long,))])
    assert len(merged.sentence) == LONGEST_SENTENCE
