"""SIGKILL on the lab's PC: each kind of change, and whole repairs. The sweeps run in labs beside each other."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from tests.killing.run import LABS, in_lab
from tests.killing.sweep import Score
from tests.killing.table import CHANGES, FAULTS, NOT_IN_LAB
from tests.killing.tally import noted
from tests.lab.rootfs import why_unavailable

pytestmark = [
    pytest.mark.lab,
    pytest.mark.full,
    pytest.mark.skipif(why_unavailable() is not None, reason=str(why_unavailable())),
]
NAMES = [*FAULTS, *CHANGES]  # the longest first
ONCE = ("adapter.restart", "dhcp.renew", "dns.flush")  # through once they are made: fewer moments


@pytest.fixture(scope="module")
def sweeps() -> Iterator[dict[str, Future[list[Score]]]]:
    with ThreadPoolExecutor(LABS) as pool:
        yield {name: pool.submit(in_lab, name) for name in NAMES}
        pool.shutdown(cancel_futures=True)


@pytest.mark.parametrize("name", NAMES)
def test_sigkill_at_every_moment(name: str, sweeps: dict[str, Future[list[Score]]]) -> None:
    found = noted(sweeps[name].result())
    assert [score.failures for score in found if score.failures] == []
    assert sum(score.moments for score in found) >= (15 if name in ONCE else 30), NOT_IN_LAB
    assert sum(score.struck for score in found) >= 0.95 * sum(score.rounds for score in found)
