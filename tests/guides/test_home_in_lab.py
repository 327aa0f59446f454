"""A real daemon (miniupnpd) as the box: a guide opens a port by UPnP and closes it; by NAT-PMP alone it cannot."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.boxes.test_in_lab import daemon, rules
from tests.lab.lab import Lab
from tests.lab.mounts import SHARED
from tests.lab.rootfs import why_unavailable

pytestmark = [
    pytest.mark.lab,
    pytest.mark.skipif(why_unavailable() is not None, reason=str(why_unavailable())),
]


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    with Lab("healthy") as made:
        yield made


def at(lab: Lab, family: str, *entry: str) -> dict[str, Any]:
    done = lab.python("-m", "tests.guides.home_in_lab", family, f"{SHARED}/guide", *entry, timeout=60)
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def test_opened_by_one_program_and_closed_by_the_next(lab: Lab) -> None:
    with daemon(lab):
        made = at(lab, "igd")
        assert (made["outcome"], made["is"], made["began"], made["can"]) == ("done", "yes", 1, ["set_forwards"]), made
        assert "28080" in rules(lab)
        gone = at(lab, "igd", made["entry"])
        # A gateway lists what programs opened by UPnP, not what somebody typed into its pages: so not "no".
        assert (gone["outcome"], gone["is"]) == ("done", "unknown"), gone
        assert "28080" not in rules(lab)


def test_a_gateway_without_a_name_is_left_alone(lab: Lab) -> None:
    with daemon(lab):
        made = at(lab, "natpmp")
        assert (made["outcome"], made["began"], made["can"]) == ("unable", 0, []), made
        assert made["lines"] and "28080" not in rules(lab)
