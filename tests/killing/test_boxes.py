"""SIGKILL at every boundary of every change of a box: after the next start it is as before or as asked."""

from __future__ import annotations

import subprocess
import sys
import tempfile

import pytest

from tests.boxes.wishes import WISHES
from tests.killing.box_families import FAMILIES
from tests.killing.run import LIMIT_S, scores
from tests.killing.sweep import Score
from tests.killing.tally import noted

linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="processes are forked")
QUICK = ("wifi name, key, channel", "forward change", "parental plan")  # in every ./test
QUICK_STRIDE = 17
STRIDES = {"plain": 1, "fritz": 11}  # a FRITZ!Box is asked network by network: some 2300 boundaries


def swept(box: str, stride: int, *labels: str) -> list[Score]:
    words = ["--box", box, "--stride", str(stride), *labels]
    with tempfile.TemporaryFile("w+") as complaints:
        done = subprocess.run(
            [sys.executable, "-m", "tests.killing.boxes", *words],
            stdout=subprocess.PIPE, stderr=complaints, text=True, timeout=LIMIT_S, check=False,
        )  # fmt: skip
        complaints.seek(0)
        return noted(scores(done.stdout, complaints.read()[-2000:]))


@linux
def test_sigkill_at_some_boundaries() -> None:
    found = swept("plain", QUICK_STRIDE, *QUICK)
    assert [score.failures for score in found if score.failures] == []
    assert len(found) == len(QUICK) and sum(score.struck for score in found) >= 15


@linux
@pytest.mark.full
@pytest.mark.parametrize("box", sorted(FAMILIES))
def test_sigkill_at_every_boundary_of_every_change(box: str) -> None:
    """The worst box allowed at every boundary; the families' own drivers, which are slower, at every third or so."""
    found = swept(box, STRIDES.get(box, 3))
    assert [score.failures for score in found if score.failures] == []
    assert len(found) == len(set(WISHES) - set(FAMILIES[box].without))
    assert sum(score.struck for score in found) == sum(score.rounds for score in found)
    assert any(" 0 in between" not in score.label for score in found)
