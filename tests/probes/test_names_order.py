"""The order of address families, from what getent writes."""

from __future__ import annotations

import pytest

from probes.names_order import families
from selfcare.diagnosis import observe
from selfcare.model.payloads.naming import OrderPayload
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
