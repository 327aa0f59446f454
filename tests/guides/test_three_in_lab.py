"""port-forwarding on the PC of the lab: a real router (miniupnpd), a real listener and firewall, somebody outside."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.boxes.in_lab import GATEWAY
from tests.guides.three_in_lab import HERE
from tests.lab.lab import Lab
from tests.lab.mounts import SHARED
from tests.lab.rootfs import why_unavailable
from tests.lab.services import wait_for

pytestmark = [
    pytest.mark.lab,
    pytest.mark.skipif(why_unavailable() is not None, reason=str(why_unavailable())),
]


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    with Lab("healthy") as made:
        yield made


def guide(lab: Lab, **told: Any) -> dict[str, Any]:
    done = lab.python("-m", "tests.guides.three_in_lab", json.dumps({"guide": "port-forwarding", **told}), timeout=90)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def opened(lab: Lab) -> bool:
    """What the router's kernel was really told."""
    return "8080" in lab.spaces.box.run("nft", "list", "table", "inet", "miniupnpd_f")


def test_opened_seen_from_outside_and_closed_again(lab: Lab) -> None:
    told = guide(lab, words=HERE, listen=8080, alone=True)
    assert told["end"] == "solved" and told["agreed"] == ["forward"] and opened(lab), told
    assert guide(lab, undo=told["entries"][0]) == {"undone": "done"} and not opened(lab)


def test_who_says_no_opens_nothing(lab: Lab) -> None:
    told = guide(lab, words=HERE, listen=8080, agree=False)
    assert told["end"] == "left" and told["agreed"] == ["forward"] and not opened(lab), told


def test_nobody_waits_there_or_nobody_can_say_whose_address_it_is(lab: Lab) -> None:
    """Nothing is called open; the rule is there, told of, and goes again by the same guide."""
    told = guide(lab, words=HERE)
    assert told["trail"][-1] == "asleep" and opened(lab), told
    told = guide(lab, words=HERE, listen=8080)
    assert told["trail"][-1] == "unseen" and opened(lab), told
    told = guide(lab, words={"want": "remove", "old_port": "8080", "old_protocol": "tcp"})
    assert told["end"] == "solved" and told["agreed"] == ["forward"] and not opened(lab), told


def test_the_cable_goes_while_the_box_is_told(lab: Lab) -> None:
    """Nothing half done, nothing claimed; with the cable back the run goes on, and the rule is there once."""
    folder = f"{SHARED}/cut"
    cut = guide(lab, words=HERE, listen=8080, folder=folder, cut="eth0")
    assert not opened(lab) and cut["said"], cut
    assert lab.run(["ip", "link", "set", "eth0", "up"]).returncode == 0
    wait_for("the PC's way to the box", lambda: lab.run(["ping", "-c", "1", "-W", "1", GATEWAY]).returncode == 0, 20)
    told = guide(lab, words=HERE, listen=8080, alone=True, folder=folder, resume=cut["run"])
    assert told["end"] == "solved" and told["agreed"] == ["forward"], told
    rules = lab.spaces.box.run("nft", "list", "table", "inet", "miniupnpd_f")
    assert sum("dnat" in line and "8080" in line for line in rules.splitlines()) == 1, rules
    assert guide(lab, undo=told["entries"][0]) == {"undone": "done"} and not opened(lab)
