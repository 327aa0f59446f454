"""Draws facts from payloads. ``observe`` is pure: same payloads, same facts."""

from __future__ import annotations

from collections.abc import Mapping, Set
from typing import Any

from selfcare.diagnosis.observe import (
    addressing,
    bottleneck,
    box,
    capacity,
    derived,
    keeper,
    line,
    local,
    names,
    naming,
    outside,
    reach,
    web,
    wifi,
)
from selfcare.diagnosis.observe.view import View
from selfcare.model.observation import Observation

_STAGES = (
    *local.OBSERVERS,
    *wifi.EARLY,
    *names.OBSERVERS,
    *addressing.EARLY,
    *reach.EARLY,
    *box.EARLY,
    *outside.OBSERVERS,
    *derived.OBSERVERS,
    # The box's word, held against all that was measured.
    *box.OBSERVERS,
    # These build on whether the connection works at all.
    *addressing.OBSERVERS,
    *line.OBSERVERS,
    # What lies behind a bad hop through the air is not judged.
    *wifi.OBSERVERS,
    *box.LATE,
    *capacity.OBSERVERS,
    *bottleneck.OBSERVERS,
    *capacity.LATE,
    *naming.OBSERVERS,
    *web.OBSERVERS,
    *reach.OBSERVERS,
    *wifi.LATE,
    *keeper.OBSERVERS,
)


def observe(payloads: Mapping[str, Any], pending: Set[str] = frozenset()) -> tuple[Observation, ...]:
    """All facts that the completed payloads establish.

    Args:
        payloads: probe id to the payload of a completed measurement.
        pending: probes still running. A fact that needs the silence of several probes
            stays UNKNOWN while one of them is pending: silence is only known at the end.
    """
    view = View(payloads, frozenset(pending))
    for observer in _STAGES:
        for fact, value, measurement in observer(view):
            view.add(fact, value, measurement)
    return tuple(view.facts.values())
