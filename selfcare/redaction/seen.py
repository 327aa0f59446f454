"""Names of networks in what was measured and walked: the home's own, saved ones, and the neighbours'."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from selfcare.model.wifi import WalkRecord
from selfcare.redaction.known import Known

PROBES = ("wifi.link", "wifi.scan")
MOST_CHECKS = 50
"""Of a case, the newest: a check a day for seven weeks."""
MOST = 400
"""Names, and as many addresses: a block of flats has some 150 in sight."""


def of_checks(documents: Iterable[Mapping[str, Any]]) -> Known:
    """Of checks, newest first: what this PC was in and has saved comes before what was in sight."""
    own, saved, near = list[str](), list[str](), list[str]()
    macs, far = list[str](), list[str]()
    for reading, payload in _readings(islice(documents, MOST_CHECKS)):
        link = _mapping(reading.get("link"))
        own += _texts(link.get("ssid"))
        macs += _texts(link.get("bssid"), payload.get("gateway_mac"))
        names = reading.get("known_names")
        saved += _texts(*(names if isinstance(names, list | tuple) else ()))
        for one in _mappings(reading.get("neighbours")):
            near += _texts(one.get("ssid"))
            far += _texts(one.get("bssid"))
    return Known(ssids=_each_once(own, saved, near), macs=_each_once(macs, far))


def of_walks(walks: Iterable[WalkRecord]) -> Known:
    """What was walked through. What a room is called is the subscriber's word, and no name of a network."""
    every = tuple(walks)
    points = [room.bssid for walk in every for room in walk.rooms]
    return Known(ssids=_each_once(_texts(*(walk.ssid for walk in every))), macs=_each_once(_texts(*points)))


def _readings(documents: Iterable[Mapping[str, Any]]) -> Iterator[tuple[Mapping[str, Any], Mapping[str, Any]]]:
    for document in documents:
        for one in _mappings(document.get("measurements")):
            if one.get("id") in PROBES:
                payload = _mapping(one.get("payload"))
                yield _mapping(payload.get("reading")), payload


def _each_once(*groups: Iterable[str]) -> tuple[str, ...]:
    return tuple(islice(dict.fromkeys(one for group in groups for one in group), MOST))


def _texts(*values: object) -> list[str]:
    return [one for one in values if isinstance(one, str) and one]


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _mappings(value: object) -> Iterator[Mapping[str, Any]]:
    return (one for one in value if isinstance(one, Mapping)) if isinstance(value, list | tuple) else iter(())
