"""The box's own times: since when it and its line run, and what its list and its log say of the last day. No facts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from selfcare.diagnosis import thresholds
from selfcare.model.box import BoxStatus, ConnectionStatus, DslLine, LinkStatus, Restart, WanStatus
from selfcare.model.payloads.box import BoxPayload

DAY_S = 86_400.0
_BY_HAND = ("user", "gui", "manual", "request", "web", "api", "util", "upgrade", "update", "firmware", "maj")


def _ages(status: BoxStatus, moments: Iterable[datetime]) -> list[float]:
    """Seconds before the reading. A moment without a zone is none: it may be hours off."""
    return [
        (status.taken - at).total_seconds() for at in moments if (at.tzinfo is None) == (status.taken.tzinfo is None)
    ]


def _event_ages(status: BoxStatus) -> list[tuple[float, bool]]:
    events = status.events if isinstance(status.events, tuple) else ()
    return [(age, event.up) for event in events for age in _ages(status, [event.at])]


def settling(status: BoxStatus, of_line: bool) -> bool:
    """Started, synced, connected or fallen a moment ago: what it has not yet is no fault. Exactly 0 is no figure.

    ``of_line``: its word on the line counts.
    """
    device, dsl, wan = status.device, status.dsl, status.wan
    if device.updating or 0.0 < (device.up_time or 0.0) < thresholds.BOX_SETTLES_S:
        return True
    if not of_line:
        return False
    moments = [age for age, _ in _event_ages(status)]
    if isinstance(dsl, DslLine) and dsl.status is LinkStatus.UP:
        moments.append(dsl.showtime or DAY_S)
    if isinstance(wan, WanStatus) and wan.status is ConnectionStatus.CONNECTED:
        moments.append(wan.up_time or DAY_S)
    return any(0.0 <= age < thresholds.SYNC_SETTLES_S for age in moments)


def knows_the_day(status: BoxStatus) -> bool:
    """Whether all restarts of the day are known: a box that tells its last start only knows no other."""
    listed = status.restarts if isinstance(status.restarts, tuple) else ()
    return (status.device.up_time or 0.0) >= DAY_S or len(listed) > 1


def restarts_of(payload: BoxPayload, status: BoxStatus) -> int | None:
    """Restarts of the last day that nobody asked for, by the list and by what this program saw."""
    listed = list(_today(status))
    asked = sum(any(word in (r.reason or "").lower() for word in _BY_HAND) for r in listed)
    count = payload.restarts_day
    if count is None and isinstance(status.restarts, tuple):
        count = len(listed)
    return max(0, count - asked) if count is not None else None


def _today(status: BoxStatus) -> Iterator[Restart]:
    for restart in status.restarts if isinstance(status.restarts, tuple) else ():
        if any(0 <= age <= DAY_S for age in _ages(status, [restart.at])):
            yield restart


def agrees(status: BoxStatus) -> bool:
    """The box's own age must tell the same as its list, and the list not be one evening of somebody at the switch."""
    age = status.device.up_time
    ages = _ages(status, [restart.at for restart in _today(status)])
    if age is None or len(ages) < 2:
        return age is None or age < DAY_S
    spread = max(ages) - min(ages) >= thresholds.RESTARTS_SPREAD_S
    return spread and abs(min(ages) - age) <= thresholds.UPTIME_AGREES_S


def drops_of(payload: BoxPayload, status: BoxStatus) -> int | None:
    """Drops of the line while the box stayed on: whoever asked for a restart, it takes the line down with it.

    A box writes several lines for one drop (link, session, IPv6). Before the only start that is known, nobody knows.
    """
    if not isinstance(status.events, tuple):
        return payload.disconnections_day if (status.device.up_time or 0.0) >= DAY_S else None
    starts = _ages(status, [restart.at for restart in _today(status)])
    age = status.device.up_time
    if age is not None:
        starts.append(age)
    since = DAY_S if knows_the_day(status) or age is None else age
    if age is None and not isinstance(status.restarts, tuple):
        return None
    found: list[float] = []
    for one in sorted(age for age, up in _event_ages(status) if not up and 0 <= age <= since):
        near_start = any(abs(one - start) <= thresholds.BOX_SETTLES_S for start in starts)
        if not near_start and (not found or one - found[-1] >= thresholds.ONE_DROP_S):
            found.append(one)
    return len(found)
