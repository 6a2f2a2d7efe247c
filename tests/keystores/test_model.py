"""Facts about files of certificates."""

from aescan.keystores.model import Bundle, Form, TrustStore


def test_an_empty_bundle_has_no_keys() -> None:
    """What is not said is not there."""
    assert Bundle(Form.PEM, (b"der",)) == Bundle(Form.PEM, (b"der",), (), 0)


def test_a_trust_store_asks_for_nothing_by_default() -> None:
    """A store that is only named is looked at, and fails nobody."""
    store = TrustStore("clients", (b"der",))

    assert (store.required, store.check_names, store.strict) == (False, False, False)
