"""The deep check's question on a real system: the connection's own word on metering is read and respected."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from tests.lab.lab import Lab
from tests.lab.rootfs import why_unavailable
from tests.lab.steps.tools import CABLE

pytestmark = [
    pytest.mark.lab,
    pytest.mark.skipif(why_unavailable() is not None, reason=str(why_unavailable())),
]


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    with Lab("healthy") as made:
        yield made


def _metered(lab: Lab, word: str) -> None:
    lab.pc.run("nmcli", "connection", "modify", CABLE, "connection.metered", word)
    lab.pc.run("nmcli", "device", "reapply", "eth0")


def test_metered_connections_are_respected(lab: Lab) -> None:
    words = {}
    for word in ("yes", "no"):
        _metered(lab, word)
        done = lab.python("-m", "selfcare", "check", "--deep", "--lang", "en", user=True)
        assert (done.returncode, done.stdout) == (4, "")
        words[word] = "metered" in done.stderr
    assert words == {"yes": True, "no": False}
    _metered(lab, "yes")
    asked = lab.python("-m", "selfcare", "check", "--deep", "--yes", "--json", "--only", "link.interfaces", user=True)
    assert json.loads(asked.stdout)["measurements"]


def test_the_fast_check_moves_few_bytes_and_leaves_the_speed_server_alone(lab: Lab) -> None:
    done = lab.python("-m", "selfcare", "check", "--json", user=True)
    assert "speed.capacity" not in {m["id"] for m in json.loads(done.stdout)["measurements"]}
