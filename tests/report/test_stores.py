"""What clients with each trust store make of an estate."""

from aescan.certificates.trust import Distrust, Verdict
from aescan.report.stores import stores
from tests.facts import failed, seen, target, trusting

YES = Verdict("jtapi", True, None, "the chain leads to CN=Example Root CA")
RARE = Verdict("jtapi", False, Distrust.EXPIRED, "CN=aes1 ended")
OFTEN = Verdict("jtapi", False, Distrust.NO_PATH, "the store does not hold CN=Other CA")
OPEN = Verdict("lab", None, Distrust.UNSUPPORTED, "the dates of CN=aes1 cannot be read")


def test_nothing_was_asked() -> None:
    """Without trust stores there is nothing to tell."""
    assert stores([seen(), failed()]) == {}


def test_by_verdict_and_reason() -> None:
    """Stores stand as in the settings, verdicts from trusted to unknown, reasons by how often they are met."""
    first, second, third, fourth = (target(f"aes{number}.example.com") for number in range(1, 5))
    found = stores(
        [
            trusting(seen(first), RARE, OPEN),
            trusting(seen(second), OFTEN),
            trusting(seen(third), OFTEN),
            trusting(seen(fourth), YES),
        ]
    )

    assert found == {
        "jtapi": {True: {YES.sentence: [fourth]}, False: {OFTEN.sentence: [second, third], RARE.sentence: [first]}},
        "lab": {None: {OPEN.sentence: [first]}},
    }
    assert list(found["jtapi"]) == [True, False]
    assert list(found["jtapi"][False]) == [OFTEN.sentence, RARE.sentence]
