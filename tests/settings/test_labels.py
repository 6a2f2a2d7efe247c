"""Labels are taken as Prometheus takes them, and those with a meaning of their own are kept apart."""

import pytest

from aescan.settings.labels import RESERVED, few_labels, label_name, own_label
from aescan.settings.problems import Expected, Mistake


@pytest.mark.parametrize("name", ["site", "Site_2", "_x", "a" * 64])
def test_names_that_prometheus_takes(name: str) -> None:
    """Letters, digits and underscores."""
    assert own_label(name) == name


@pytest.mark.parametrize("name", ["", "2a", "a-b", "sité", "a" * 65, "a\n", None, 5])
def test_names_that_it_does_not_take(name: object) -> None:
    """Anything else, be it in any file."""
    with pytest.raises(Expected, match="a label name"):
        label_name(name)


def test_names_that_are_taken_already() -> None:
    """They may stand where others wrote them, but are not the operator's to choose."""
    for name in (*RESERVED, "__meta_x"):
        assert label_name(name) == name
        with pytest.raises(Mistake):
            own_label(name)


def test_there_is_a_limit() -> None:
    """It is that of the number; what is no mapping is for others to refuse."""
    labels = dict.fromkeys(map(str, range(30)), "x")
    assert few_labels(labels) is labels
    assert few_labels("x") == "x"
    with pytest.raises(Mistake, match=r"^these are 31 labels; 30 are the most$"):
        few_labels(labels | {"one": "more"})
