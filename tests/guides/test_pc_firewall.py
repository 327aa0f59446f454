"""What a ruleset of nftables does with a new connection: yes, no, or not known; recorded and made up."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from probes.hostnet.nftjudge import Packet, judge

HERE = Path(__file__).parent
TOLD = {
    "7000/tcp": True, "8080/tcp": True, "6000/tcp": True, "6010/tcp": True, "6011/tcp": False, "5000/tcp": True,
    "5005/tcp": False, "5006/tcp": False, "445/tcp": None, "446/tcp": None, "3000/tcp": True, "22/tcp": True,
    "2010/tcp": True, "2011/tcp": False, "23/tcp": None, "90/tcp": False, "91/tcp": True, "92/tcp": True,
    "93/tcp": False, "94/tcp": True, "95/tcp": None, "61000/tcp": True, "60000/tcp": True, "96/tcp": True,
    "97/tcp": False, "100/tcp": False, "53/udp": False, "123/udp": True, "8080/udp": True,
    "3001/tcp": None, "7001/tcp": None, "7002/tcp": False,
}  # fmt: skip


@pytest.mark.parametrize(("asked", "lets"), TOLD.items())
def test_recorded_rules(asked: str, lets: bool | None) -> None:
    document = json.loads((HERE / "rules.json").read_text("utf-8"))
    port, _, protocol = asked.partition("/")
    assert judge(document, Packet(int(port), protocol, "eth0")) is lets


def test_the_adapter_matters_and_an_unknown_one_is_not_guessed() -> None:
    document = json.loads((HERE / "rules.json").read_text("utf-8"))
    assert judge(document, Packet(90, "tcp", "wlan0")) is True
    assert judge(document, Packet(7000, "tcp", "eth9")) is False
    assert judge(document, Packet(90, "tcp")) is None


def rules(*statements: Any, policy: str = "drop", **chain: Any) -> dict[str, Any]:
    base = {
        "family": "inet",
        "table": "t",
        "name": "in",
        "type": "filter",
        "hook": "input",
        "prio": 0,
        "policy": policy,
    }
    listed = [{"metainfo": {}}, {"table": {"family": "inet", "name": "t"}}, {"chain": {**base, **chain}}]
    listed += [{"rule": {"family": "inet", "table": "t", "chain": "in", "expr": list(one)}} for one in statements]
    return {"nftables": listed}


ACCEPT, DROP = {"accept": None}, {"drop": None}
XT = {"xt": {"type": "match", "name": "conntrack"}}
SERVICE = {"match": {"op": "==", "left": {"payload": {"protocol": "tcp", "field": "dport"}}, "right": "ssh"}}


@pytest.mark.parametrize(("document", "lets"), [
    (rules(policy="accept"), True), (rules(), False), (rules([ACCEPT]), True), (rules([DROP], policy="accept"), False),
    (rules([XT, ACCEPT]), None), (rules([XT, DROP], policy="accept"), None),  # what iptables put there, unreadable
    (rules([SERVICE, ACCEPT]), None),  # a name where a number was expected
    (rules([{"jump": {"target": "gone"}}], policy="accept"), True),
    (rules([{"queue": {}}], policy="accept"), None), (rules([{"quite new": {}}, DROP], policy="accept"), None),
    (rules([DROP], policy="accept", hook="output"), True), (rules([DROP], policy="accept", family="ip6"), True),
    ({"nftables": [{"metainfo": {}}]}, True), ({"nftables": []}, None), ({}, None), ([], None), (None, None),
])  # fmt: skip
def test_rules_made_up(document: Any, lets: bool | None) -> None:
    assert judge(document, Packet(22, "tcp", "eth0")) is lets


def test_two_chains_must_both_let_it_in() -> None:
    late = rules([DROP], policy="accept", name="late", prio=10)
    late["nftables"][-1]["rule"]["chain"] = "late"
    both = {"nftables": rules([ACCEPT])["nftables"] + late["nftables"][2:]}
    assert judge(both, Packet(22, "tcp", "eth0")) is False
    unsure = {"nftables": rules([XT, ACCEPT], policy="accept")["nftables"] + late["nftables"][2:]}
    assert judge(unsure, Packet(22, "tcp", "eth0")) is None


def test_a_ring_of_chains_ends() -> None:
    ring = rules([{"jump": {"target": "in"}}])
    assert judge(ring, Packet(22, "tcp", "eth0")) is None


@pytest.mark.parametrize(("flags", "lets"), [
    ("dormant", True), (["dormant"], True), (["owner", "dormant"], True), (["owner"], False), (None, False),
    ("t", None),  # as release 1.0.6 writes it of a table named t: it may be asleep
])  # fmt: skip
def test_a_table_that_sleeps_keeps_nothing_out(flags: Any, lets: bool | None) -> None:
    document = rules()
    document["nftables"][1]["table"]["flags"] = flags
    assert judge(document, Packet(22, "tcp", "eth0")) is lets
