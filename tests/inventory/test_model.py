"""A target is plain data with the operator's name for it."""

import pytest

from aescan.inventory.model import Addresses, Target


@pytest.mark.parametrize(
    ("host", "endpoint"),
    [("aes1", "aes1:4722"), ("10.1.2.3", "10.1.2.3:4722"), ("2001:db8::1", "[2001:db8::1]:4722")],
)
def test_an_endpoint_is_written_as_it_is_dialled(host: str, endpoint: str) -> None:
    """An IPv6 address stands in brackets, whatever the target is called."""
    assert Target("any name", host, 4722).endpoint == endpoint


def test_a_target_needs_only_name_host_and_port() -> None:
    """Nothing else is said about it then."""
    target = Target("aes1:4722", "aes1", 4722)

    assert (target.service, target.release, target.server_name, target.address) == ("", "", None, None)
    assert (target.addresses, target.labels, target.source) == (Addresses.FIRST, {}, "")


@pytest.mark.parametrize(
    ("address", "dialled"),
    [(None, "aes1:4722"), ("192.0.2.1", "192.0.2.1:4722"), ("2001:db8::1", "[2001:db8::1]:4722")],
)
def test_an_address_is_dialled_in_the_place_of_the_host(address: str | None, dialled: str) -> None:
    """Where the target has one."""
    assert Target("any name", "aes1", 4722, address=address).dialled == dialled
