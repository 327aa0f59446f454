"""The order of address families, from what getent writes."""

from __future__ import annotations

import socket

import pytest

from probes import names_order
from probes.names_order import families
from selfcare.diagnosis import observe
from selfcare.model.payloads.naming import OrderPayload
from selfcare.model.probe import CannotRun
from selfcare.model.tri import Tri

SIX, FOUR = "2001:db8::1      STREAM www.example\n2001:db8::1      DGRAM\n", "192.0.2.1  STREAM\n192.0.2.1  RAW\n"


@pytest.mark.parametrize(("text", "expected", "fact"), [
    (SIX + FOUR, (6, 4), Tri.NO), (FOUR + SIX, (4, 6), Tri.YES), (FOUR, (4,), None), ("", (), None),
    ("nonsense STREAM\n\n" + FOUR + SIX, (4, 6), Tri.YES),
])  # fmt: skip
def test_order(text: str, expected: tuple[int, ...], fact: Tri | None) -> None:
    assert families(text) == expected
    seen = {o.fact: o.value for o in observe({"names.order": OrderPayload("www.example", expected)})}
    assert seen.get("ipv4_first") is fact


def test_the_order_of_a_mac_is_what_its_programs_get(monkeypatch: pytest.MonkeyPatch) -> None:
    def answers(name: str, port: None, type: int) -> list[tuple[object, ...]]:
        assert name == "www.example"
        rows = ((socket.AF_INET6, ("2001:db8::1", 0, 0, 0)), (socket.AF_INET, ("192.0.2.1", 0)))
        return [(family, type, 6, "", address) for family, address in rows]

    monkeypatch.setattr(socket, "getaddrinfo", answers)
    assert families(names_order._ask_here("www.example")) == (6, 4)


def test_a_name_that_a_mac_does_not_find_tells_no_order(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*args: object, **more: object) -> None:
        raise socket.gaierror(8, "nodename nor servname provided, or not known")

    monkeypatch.setattr(socket, "getaddrinfo", fails)
    with pytest.raises(CannotRun):
        names_order._ask_here("www.example")
