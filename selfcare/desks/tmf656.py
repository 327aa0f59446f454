"""Collective outages an operator tells of (TMF656 ServiceProblem), read before a ticket is offered.

Asked without saying who asks, and without a place: a reader of outages must not become a list of who has one.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from selfcare.desks import reading
from selfcare.desks.tmf621_told import seconds
from selfcare.desks.wire import Login, Wire, nobody
from selfcare.model.support import DeskEndpoint
from selfcare.model.ticket import KnownOutage, State

OPEN = frozenset({State.ACKNOWLEDGED, State.IN_PROGRESS, State.PENDING, State.HELD})
MOST = 50
AHEAD_S = 300.0
"""Seconds a desk's clock may be before ours: a problem that begins later is planned work, and no outage yet."""


async def outages(
    endpoint: DeskEndpoint, login: Login, whole_s: float, now: datetime | None = None
) -> tuple[KnownOutage, ...]:
    """Open ones that began, newest first. ``extra['outages_sign_in'] = 'yes'``: the operator wants to know who asks."""
    who = login if endpoint.extra.get("outages_sign_in") == "yes" else nobody
    wire = Wire(endpoint.outages, who, whole_s=whole_s)
    try:
        answer = await wire.ask("GET", "/serviceProblem", params={"limit": str(MOST)}, good=frozenset({200, 204, 206}))
    finally:
        await wire.close()
    found = answer.json() if answer.status != 204 else []
    if not isinstance(found, list):
        raise answer.unreadable()
    return read(found, now or clock())


def clock() -> datetime:
    """Now. A PC's clock may be wrong: a problem that is open and seems to begin later than now is left out, no more."""
    return datetime.now(UTC)


def read(found: list[Any], now: datetime) -> tuple[KnownOutage, ...]:
    """Of whatever a stranger sent; nothing raises."""
    told = [one for problem in reading.records(found) if (one := _outage(problem, now.timestamp())) is not None]
    return tuple(sorted(told, key=lambda one: seconds(one.since), reverse=True)[:MOST])


def _outage(problem: Mapping[str, Any], now: float) -> KnownOutage | None:
    state = reading.state(problem.get("status"))
    said = reading.text(problem.get("description"), 1000) or reading.text(problem.get("name"), 1000)
    identity = reading.name(problem.get("id"))
    since, ended = reading.moment(problem.get("creationDate")), reading.moment(problem.get("resolutionDate"))
    over = bool(ended) and seconds(ended) <= now
    if state not in OPEN or not identity or not said or over or (since and seconds(since) > now + AHEAD_S):
        return None
    return KnownOutage(identity, said, since, ended, _count(problem.get("affectedNumberOfServices")), state.value)


def _count(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**9 else None
