"""``selfcare box`` on the PC of the lab: the gateway found by itself, its hints, and what a real UPnP router tells."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest

from selfcare.contract.box import load_box_schema
from tests.lab.lab import Lab
from tests.lab.rootfs import why_unavailable

pytestmark = [
    pytest.mark.lab,
    pytest.mark.skipif(why_unavailable() is not None, reason=str(why_unavailable())),
]
VALIDATOR = jsonschema.Draft202012Validator(load_box_schema())


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    with Lab("healthy") as made:
        yield made


def box(lab: Lab, *words: str, code: int = 0) -> dict[str, Any]:
    done = lab.python("-m", "selfcare", "box", *words, "--json", timeout=60)
    assert done.returncode == code, done.stderr
    document: dict[str, Any] = json.loads(done.stdout)
    VALIDATOR.validate(document)
    return document


def test_the_gateway_is_found_and_a_generic_router_is_not_taken_for_a_family(lab: Lab) -> None:
    """Its adapter's maker and its names hint at a Livebox; only UPnP answers."""
    found = box(lab, "detect")
    assert (found["box"]["family"], found["box"]["certainty"]) == ("igd", "generic")
    assert {hint["kind"] for hint in found["hints"]} >= {"maker", "name", "ssdp"}
    assert {hint["family"] for hint in found["hints"] if hint["kind"] == "name"} == {"livebox"}


def test_a_router_that_needs_no_pairing_tells_what_it_has(lab: Lab) -> None:
    status = box(lab, "status")["result"]
    assert status["paired"] is False and status["adds"] == []
    assert "absent" not in status["wan"] and status["dsl"] == {"absent": "cannot", "code": None}
    assert box(lab, "forward")["result"] == []
    assert box(lab, "hosts", code=3)["result"] == {"absent": "cannot", "code": None}
