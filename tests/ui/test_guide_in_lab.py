"""port-forwarding in the real window on the PC of the lab: a real router (miniupnpd), listener and vantage."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.guides.three_in_lab import HERE
from tests.lab.lab import Lab
from tests.lab.rootfs import why_unavailable

pytestmark = [
    pytest.mark.lab,
    pytest.mark.skipif(why_unavailable() is not None, reason=str(why_unavailable())),
]


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    with Lab("healthy") as made:
        yield made


def window(lab: Lab, **told: Any) -> list[dict[str, Any]]:
    words = json.dumps({"guide": "port-forwarding", "words": HERE, **told})
    done = lab.python("-m", "tests.ui.real_guide", words, timeout=90)
    assert done.returncode == 0, done.stderr[-3000:]
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]


def opened(lab: Lab) -> bool:
    """What the router's kernel was really told."""
    return "8080" in lab.spaces.box.run("nft", "list", "table", "inet", "miniupnpd_f")


def test_opened_seen_from_outside_and_put_back_by_its_button(lab: Lab) -> None:
    *steps, end, undone = window(lab, listen=8080, alone=True, undo=True)
    assert end["end"] == "solved" and end["undoable"] == 1, end
    assert [one["name"] for one in steps].count("?") == 1 and undone["asked"] == 2 and not opened(lab)


@pytest.mark.full
def test_who_says_no_opens_nothing(lab: Lab) -> None:
    *_, end = window(lab, listen=8080, agree=False)
    assert end["end"] == "left" and not opened(lab), end


@pytest.mark.full
def test_nobody_listens_and_nothing_is_called_open(lab: Lab) -> None:
    *_, end = window(lab, alone=True)
    assert (end["end"], end["trail"][-1]) == ("told", "asleep") and opened(lab), end
    *_, end, _undone = window(lab, words={"want": "remove", "old_port": "8080", "old_protocol": "tcp"}, undo=True)
    assert end["end"] == "solved" and opened(lab)  # taken away, and put back from the last page
