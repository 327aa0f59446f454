"""What happens to the line's rate and queue, to the speed server, and to traffic of the PC's own."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Literal

from tests.lab import plan
from tests.lab.mounts import REPO
from tests.lab.steps.registry import action

if TYPE_CHECKING:
    from tests.lab.lab import Lab


@action
def line_shape(
    lab: Lab, *, down_kbit: float, up_kbit: float, down_queue_ms: float = 50.0, up_queue_ms: float = 50.0
) -> None:
    """Rates, and how long a full queue in front of each takes to drain."""
    ways = {
        side: {"rate_kbit": rate, "queue_kb": max(5.0, rate * queue / 8000)}
        for side, rate, queue in (("down", down_kbit, down_queue_ms), ("up", up_kbit, up_queue_ms))
    }
    lab.services.control("link", ways)


@action
def speed_server(lab: Lab, *, mode: Literal["answer", "absent", "dies", "garbage", "endless", "silent"]) -> None:
    """The operator's speed server."""
    lab.services.control("world", {"speed": mode})


@action
def pc_downloads(lab: Lab) -> None:
    """Another program of the PC fetches something big, for as long as the lab lasts."""
    url = f"{plan.SPEED_SERVER}:{plan.SPEED_PORT}"
    lab.services.start("download", lab.spaces.pc, sys.executable, "-m", "tests.lab.fetching", url, PYTHONPATH=str(REPO))
