"""What the stored checks and the box's figures say of the line over time, as sightings. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from selfcare.cases.downtime import Down, Sighting, Watch, downtime, of_log, of_sightings, said_since
from selfcare.cases.stretch import FLOOR, moment
from selfcare.model.box.line_sample import LineSample
from selfcare.model.case import Downtime
from selfcare.model.symptom import Symptom, SymptomKind

_HOME = frozenset({"pc", "wifi", "lan"})
_GONE = frozenset({"outside_answers", "names_resolve", "web_by_name", "gateway_answers"})
"""Facts whose loss means that nothing works (``diagnosis.facts``); what is merely slow is not down."""
_FLOOR = FLOOR.timestamp()


def downtime_of(
    now: float, checks: Sequence[tuple[str, Mapping[str, Any]]], samples: Sequence[LineSample], symptom: Symptom | None
) -> Downtime:
    """Everything there is.

    Args:
        now: UNIX time.
        checks: (started, document), in the order in which they were stored.
        samples: of one box, in the order in which they were stored.
        symptom: what the subscriber says, and since when.
    """
    seen = [one for started, document in checks if (one := of_check(started, document)) is not None]
    watches = [of_sightings(seen, now, _FLOOR), of_sightings([of_sample(one) for one in samples], now, _FLOOR)]
    watches += [watch for _, document in checks if (watch := log_of(document, now)) is not None]
    return downtime(now, watches, said_of(symptom, now))


def of_check(started: str, document: Mapping[str, Any]) -> Sighting | None:
    """The line as a check saw it.

    Up: the check found it working. Down: something beyond this PC and its own network is at fault for that nothing
    works. Neither: the fault is in the PC or its Wi-Fi, or it could not tell: then nobody saw the line.
    """
    at, verdict = moment(started), document.get("verdict")
    if at is None or not isinstance(verdict, Mapping):
        return None
    state, layer = verdict.get("state"), ""
    up: bool | None = True if state == "ok" else None
    if state in ("fault", "multiple"):
        culprits = [
            one for one in _list(document, "findings") if one.get("role") == "culprit" and one.get("band") != "possible"
        ]
        gone = [one for one in culprits if _GONE & _words(one.get("explains"))]
        beyond = [one for one in gone if (where := _words(one.get("segments"))) and not where & _HOME]
        if beyond:
            up, layer = False, "/".join(sorted(_words(beyond[0].get("segments"))))
        elif culprits and not gone:
            up = True  # it works, and something else is wrong
    return Sighting(at.timestamp(), up, "checks", layer)


def of_sample(sample: LineSample) -> Sighting:
    """By the session with the operator; where the box does not tell it, by the link beneath."""
    if sample.session is not None:
        up: bool | None = sample.session == "connected"
        return Sighting(sample.at, up, "box", "" if up else "session", sample.session_time if up else None)
    up = None if sample.link is None else {"up": True, "down": False, "initialising": False}.get(sample.link)
    return Sighting(sample.at, up, "box", "" if up else "link", sample.showtime if up else None)


def log_of(document: Mapping[str, Any], now: float) -> Watch | None:
    """The box's own log, where this check's document carries one."""
    box = next((one for one in _list(document, "measurements") if one.get("id") == "box.status"), {})
    payload = box.get("payload")
    status = payload.get("status") if isinstance(payload, Mapping) else None
    if not isinstance(status, Mapping) or not isinstance(status.get("events"), list | tuple):
        return None
    taken = moment(status.get("taken"))
    events = [
        (at.timestamp(), one["up"], str(one.get("what", "")))
        for one in _list(status, "events")
        if (at := moment(one.get("at"))) is not None and isinstance(one.get("up"), bool)
    ]
    wan = status.get("wan")
    still = isinstance(wan, Mapping) and wan.get("status") in ("disconnected", "connecting")
    return None if taken is None else of_log(events, taken.timestamp(), still, now, _FLOOR)


def said_of(symptom: Symptom | None, now: float) -> tuple[Down, ...]:
    """Only that nothing works: "it is slow" is no outage."""
    since = moment(symptom.since) if symptom is not None and symptom.what is SymptomKind.NO_WEB else None
    if since is None or not _FLOOR <= since.timestamp() <= now:
        return ()
    return (said_since(since.timestamp(), None, ""),)


def _list(document: Mapping[str, Any], name: str) -> Iterable[Mapping[str, Any]]:
    found = document.get(name)
    return [one for one in found if isinstance(one, Mapping)] if isinstance(found, list | tuple) else []


def _words(value: object) -> frozenset[str]:
    return frozenset(str(one) for one in value) if isinstance(value, list | tuple) else frozenset()
