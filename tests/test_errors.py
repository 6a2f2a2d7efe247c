"""Tests of ``aescan.errors``."""

import re

import pytest

from aescan import errors
from aescan.errors import AescanError, ConfigError, ProbeError, ProtocolError, Reason


def test_tree_as_drawn() -> None:
    """The drawing in the docstring holds the exceptions of the module, each under its base."""
    above: dict[int, str] = {-1: "Exception"}
    drawn = {}
    for indent, name in re.findall(r"^ {4}([│├└─ ]*)(\w+Error)\b", errors.__doc__ or "", re.MULTILINE):
        depth = len(indent) // 4
        drawn[name] = above[depth - 1]
        above[depth] = name
    classes = [one for one in vars(errors).values() if isinstance(one, type) and issubclass(one, Exception)]
    assert drawn == {one.__name__: one.__base__.__name__ for one in classes if one.__base__}


def test_reasons_are_a_closed_set() -> None:
    """The reasons are labels of metrics: none is renamed, none is added in passing."""
    assert [str(reason) for reason in Reason] == [
        "dns", "refused", "unreachable", "timeout", "reset", "closed", "plaintext", "alert", "no_certificate",
        "protocol", "local", "unreadable",
    ]  # fmt: skip


def test_config_error_holds_every_problem() -> None:
    """An operator's mistakes are told all at once, in the order found."""
    error = ConfigError(problem for problem in ("a.yml:1:2: first", "a.yml:3:4: second"))
    assert error.problems == ("a.yml:1:2: first", "a.yml:3:4: second")
    assert str(error) == "a.yml:1:2: first\na.yml:3:4: second"


def test_probe_error() -> None:
    """A failed probe says why in one word and in a sentence; an alert is there only when one was met."""
    error = ProbeError(Reason.REFUSED, "nothing listens on that port")
    assert str(error) == "refused: nothing listens on that port"
    assert (error.reason, error.detail) == (Reason.REFUSED, "nothing listens on that port")
    assert error.alert is None
    assert error.connections == 0
    assert ProbeError(Reason.ALERT, "handshake_failure (40)", alert=40).alert == 40


def test_protocol_error_is_a_failed_probe() -> None:
    """Broken bytes fail the probe with the reason ``protocol``."""
    with pytest.raises(ProbeError) as caught:
        raise ProtocolError("message cut short")
    assert str(caught.value) == "protocol: message cut short"
    assert isinstance(caught.value, AescanError)
