"""Every way to break or mend a running lab. A scenario's steps name these functions."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.lab.lab import Lab
    from tests.lab.scenario import Step


def check_step(step: Step) -> None:
    return


def apply(lab: Lab, step: Step) -> None:
    return
