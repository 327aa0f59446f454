"""Which way this PC goes out: by a cable, by none, or nobody knows."""

from __future__ import annotations

import asyncio

import pytest

from probes import way_out
from selfcare.model.payloads.link import Interface, InterfaceKind
from tests.probes.support import profile


def adapter(kind: InterfaceKind, carrier: bool | None = True) -> Interface:
    return Interface(kind.value, 2, kind, True, carrier)


CABLE, WIFI, TUNNEL = (adapter(kind) for kind in (InterfaceKind.ETHERNET, InterfaceKind.WIFI, InterfaceKind.TUNNEL))


@pytest.mark.parametrize(
    ("owners", "told"),
    [
        ([CABLE], True),
        ([CABLE, CABLE], True),
        ([WIFI], False),
        ([adapter(InterfaceKind.CELLULAR)], False),
        ([CABLE, WIFI], None),  # one family each: which of them slows it is not known
        ([TUNNEL], None),  # what carries a tunnel is not seen from here
        ([CABLE, TUNNEL], None),
        ([adapter(InterfaceKind.VIRTUAL)], None),
        ([adapter(InterfaceKind.ETHERNET, carrier=False)], None),  # unplugged, and the route is still there
        ([None], None),
        ([], None),
    ],
)
def test_a_cable_is_told_only_where_it_alone_carries(owners: list[Interface | None], told: bool | None) -> None:
    assert way_out.by_cable(owners) is told


def test_a_system_that_fails_is_not_known(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> bool:
        raise ValueError("a table of another shape")

    monkeypatch.setattr(way_out, "read", broken)
    assert asyncio.run(way_out.cable(profile)()) is None
