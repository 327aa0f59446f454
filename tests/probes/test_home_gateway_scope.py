"""A gateway of IPv6 alone is reached by its adapter."""

from __future__ import annotations

import pytest

from probes.home_gateway import scoped


@pytest.mark.parametrize(
    ("address", "index", "reached"),
    [
        ("fe80::1", 3, "fe80::1%3"),
        ("fe80::1%eth0", 3, "fe80::1%eth0"),
        ("fe80::1", None, "fe80::1"),
        ("fd00::1", 3, "fd00::1"),
        ("192.168.1.1", 3, "192.168.1.1"),
    ],
)
def test_a_link_local_gateway_carries_its_adapter(address: str, index: int | None, reached: str) -> None:
    """Without it every connection to it fails: measured, a box at fe80::… was "unreachable"."""
    assert scoped(address, index) == reached
