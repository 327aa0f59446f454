"""The PC's side on the PC of the lab: a real router opens a port, somebody outside knocks, a real firewall refuses."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.guides.test_pc_firewall import HERE, TOLD
from tests.lab import plan
from tests.lab.lab import Lab
from tests.lab.rootfs import why_unavailable

pytestmark = [
    pytest.mark.lab,
    pytest.mark.skipif(why_unavailable() is not None, reason=str(why_unavailable())),
]
OPEN = "out.port_open:port=8080,protocol=tcp"
RULES = HERE / "rules.nft"
FAR = f"far={plan.WAN4}"


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    with Lab("healthy") as made:
        yield made


def ask(lab: Lab, *words: str, user: bool = True) -> list[Any]:
    done = lab.python("-m", "tests.guides.in_lab", *words, user=user, timeout=60)
    assert done.returncode == 0, done.stderr
    found: list[Any] = json.loads(done.stdout)
    return found


def test_a_port_is_open_with_a_rule_and_a_listener_and_only_then(lab: Lab) -> None:
    closed, opened = ["no", "guide.out.closed"], ["yes", "guide.out.open"]
    assert ask(lab, FAR, "listen=8080", OPEN) == [closed]  # nobody let it in
    assert ask(lab, FAR, "map=8080", OPEN) == [True, closed]  # nobody waits there
    assert ask(lab, FAR, "listen=8080", OPEN) == [opened]
    # Without the box's word: NAT-PMP tells the address, not whether a neighbour shares it.
    assert ask(lab, "listen=8080", OPEN) == [["unknown", "guide.out.open_for_somebody"]]
    assert ask(lab, FAR, "out.port_open:port=8080,protocol=udp") == [["unknown", "guide.out.unknown"]]


def test_doors_and_neighbours_of_a_real_pc(lab: Lab) -> None:
    found = ask(
        lab, "listen=8080", "pc.listens:port=8080,protocol=tcp", "pc.listens:port=8081,protocol=tcp",
        "pc.address_automatic:", "pc.by_cable:", "pc.vpn_up:", "pc.proxy_set:", "pc.joined:name=Maison",
        "pc.resolver_is:address=192.168.1.1", "pc.resolver_is:address=9.9.9.9",
        "home.answers:device=192.168.1.1", "home.answers:device=192.168.1.1,port=80,protocol=tcp",
        "home.answers:device=192.168.1.1,port=81,protocol=tcp", "home.answers:device=192.168.1.99",
        "home.answers:device=192.168.1.1,port=9,protocol=udp",
        "home.address_free:address=192.168.1.99", "home.address_free:address=192.168.1.1",
        "fact:name=gateway_answers", "check.healthy:",
    )  # fmt: skip
    assert [answer for answer, _ in found] == [
        "yes", "no",
        "yes", "yes", "no", "no", "no",
        "yes", "no",
        "yes", "yes",
        "no", "no",
        "no",
        "yes", "no",
        "yes", "yes",
    ]  # fmt: skip


def test_an_administrator_asks_the_cable_itself_who_has_an_address(lab: Lab) -> None:
    found = ask(lab, "home.address_free:address=192.168.1.99", "home.address_free:address=192.168.1.1", user=False)
    assert found == [["yes", "guide.home.free.yes"], ["no", "guide.home.free.taken"]]


@pytest.mark.parametrize("user", [True, False])
def test_a_real_firewall_is_read_by_who_may_and_by_nobody_else(lab: Lab, user: bool) -> None:
    """The answers are those the recorded text of the same rules gives."""
    words = {True: "yes", False: "no", None: "unknown"}
    asked = ("pc.lets_in:port={},protocol={}".format(*name.split("/")) for name in TOLD)
    lab.pc.nft(RULES.read_text("utf-8"))
    try:
        found = ask(lab, *asked, user=user)
    finally:
        lab.pc.nft("flush ruleset")
    told = ["unknown" if user else words[lets] for lets in TOLD.values()]
    assert dict(zip(TOLD, (answer for answer, _ in found), strict=True)) == dict(zip(TOLD, told, strict=True))


def test_a_line_that_shares_its_address_is_closed() -> None:
    """The box's own address is the operator's network's: what is knocked at is another router's door."""
    with Lab("cgnat") as lab:
        found = ask(lab, f"far={plan.WAN4_CGNAT}", "listen=8080", OPEN)
        assert found == [["no", "guide.out.behind_closed"]]


@pytest.mark.full
def test_a_router_behind_the_box_is_closed() -> None:
    with Lab("double-nat") as lab:
        found = ask(lab, "far=192.168.1.77", "listen=8080", OPEN)
        assert found == [["no", "guide.out.behind_closed"]]
        assert ask(lab, f"far={plan.WAN4}", "listen=8080", OPEN) == [["no", "guide.out.closed"]]
