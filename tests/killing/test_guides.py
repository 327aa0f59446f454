"""SIGKILL at moments of a guide: gone on with, each thing is done exactly once, and what was done is put back."""

from __future__ import annotations

import subprocess
import sys
import tempfile

import pytest

from tests.killing.guides import BOXES
from tests.killing.run import LIMIT_S, scores
from tests.killing.sweep import Score
from tests.killing.tally import noted

linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="processes are forked")


def swept(box: str, stride: int) -> Score:
    words = ["--box", box, "--stride", str(stride)]
    with tempfile.TemporaryFile("w+") as complaints:
        done = subprocess.run(
            [sys.executable, "-m", "tests.killing.guides", *words],
            stdout=subprocess.PIPE, stderr=complaints, text=True, timeout=LIMIT_S, check=False,
        )  # fmt: skip
        complaints.seek(0)
        (score,) = noted(scores(done.stdout, complaints.read()[-2000:]))
    return score


@linux
def test_killed_at_some_moments() -> None:
    score = swept("bbox", 13)
    assert score.failures == []
    assert score.struck == score.rounds >= 8


@linux
@pytest.mark.full
@pytest.mark.parametrize("box", BOXES)
def test_killed_at_every_moment(box: str) -> None:
    score = swept(box, 1 if box in ("bbox", "igd") else 2)
    assert score.failures == []
    assert score.struck == score.rounds >= 40
