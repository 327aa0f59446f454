"""Neighbours get the same name, nobody's address is in it, and where it could be one home's there is none."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any

import pytest

from selfcare.isp import load_profile
from selfcare.model.report import ReportOptions, Section
from selfcare.report.access_node import access_node
from tests.report.world import case, made, source

NETWORKS = ("80.10.0.0/16", "2a01:c000::/20")


def path(address: str = "80.10.7.1", kind: str = "public", answer: str = "time_exceeded") -> dict[str, Any]:
    home = {"ttl": 1, "address": "192.168.1.1", "kind": "gateway", "answer": "time_exceeded"}
    return {"hops": [home, {"ttl": 2, "address": address, "kind": kind, "answer": answer}]}


def test_neighbours_share_it_and_others_do_not() -> None:
    mine = access_node("free", path(), NETWORKS, ["90.1.2.3"])
    assert mine == access_node("free", path("80.10.7.254"), NETWORKS, [])
    assert mine != access_node("free", path("80.10.8.1"), NETWORKS, [])
    assert mine != access_node("orange", path(), NETWORKS, [])
    assert mine is not None
    assert re.fullmatch("isp-[a-z2-7]{10}", mine)


@pytest.mark.parametrize(("found", "own"), [
    (path("90.63.21.1"), []),  # not the operator's
    (path("100.64.0.1", "cgnat"), []), (path("10.0.0.1", "private"), []),  # everybody's
    (path(answer="destination"), []), ({"hops": []}, []), ({}, []),
    (path("80.10.7.254"), ["80.10.7.33"]),  # the gateway of this home's own network
])  # fmt: skip
def test_where_it_could_be_somebodys_there_is_none(found: dict[str, Any], own: list[object]) -> None:
    assert access_node("free", found, NETWORKS, own) is None


def reported(own: str, sections: frozenset[Section]) -> Any:
    checks = {"schema": "selfcare.check/1", "started": "2026-11-22T18:04:11+01:00", "measurements": [
        {"id": "path.hops", "version": 1, "outcome": "completed", "payload": path()},
        {"id": "box.status", "version": 1, "outcome": "completed", "payload": {"status": {"wan": {"ip_address": own}}}},
    ]}  # fmt: skip
    profile = replace(load_profile(None), id="free", operator="Free", networks=NETWORKS)
    return made(source(case=replace(case(), checks=(checks,)), profile=profile), ReportOptions(sections))


def test_it_stands_in_the_report_that_is_previewed_and_goes_with_the_measures() -> None:
    every = frozenset(Section) - {Section.PUBLIC_ADDRESS}
    report = reported("90.1.2.3", every)
    name = report.document["access_node"]
    assert name == access_node("free", path(), NETWORKS, [])
    (shown,) = (part.data for part in report.parts if part.name == "rapport.json")
    assert json.loads(shown)["access_node"] == name
    assert reported("80.10.7.33", every).document["access_node"] is None
    assert reported("90.1.2.3", every - {Section.MEASURES}).document["access_node"] is None
