"""The Wi-Fi of this PC as JSON of schema ``selfcare.wifi/1``: a reading, a moment of ``--watch``, the kept walks.

It names the network and its access points: it is for its owner. What leaves is a report.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import datetime
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from selfcare.contract.exit_codes import ExitCode
from selfcare.model.wifi import RadioState, WifiAccess

if TYPE_CHECKING:
    from selfcare.app.wifi.ports import Channels, Scan
    from selfcare.model.wifi import Link, LivePoint, WalkRecord, WifiReading

WIFI_SCHEMA_FILE = Path(__file__).with_name("wifi-1.schema.json")
SCHEMA = "selfcare.wifi/1"
_NEEDS_LEAVE = (WifiAccess.DENIED,)
_TELLS = (WifiAccess.TOLD, WifiAccess.NAMELESS)


def load_wifi_schema() -> dict[str, Any]:
    """The JSON Schema that ships with the program."""
    schema: dict[str, Any] = json.loads(WIFI_SCHEMA_FILE.read_text(encoding="utf-8"))
    return schema


def wifi_document(
    reading: WifiReading, channels: Sequence[Channels], made: datetime, scan: Scan | None = None
) -> dict[str, Any]:
    """One look. ``made``: when, with offset; ``scan``: of a search that somebody asked for before it."""
    told = {name: value for name, value in plain(reading).items() if name != "taken_s"}
    told["link"] = link_object(reading.link)
    told["events"] = [{**plain(one), "at": _iso(one.at)} for one in reading.events]
    outcome = None if scan is None else {"outcome": scan.outcome.value, "found": plain(scan.found)}
    return {"schema": SCHEMA, "made": made.isoformat(timespec="seconds"), **told,
            "channels": [_channels(one) for one in channels], "scan": outcome}  # fmt: skip


def moment_document(point: LivePoint, at: datetime) -> dict[str, Any]:
    """One line of ``--watch``. ``at``: when, with offset."""
    return {
        "schema": SCHEMA, "moment": at.isoformat(timespec="milliseconds"), "stale": point.stale,
        "grade": point.grade.value, "rtt_ms": None if point.rtt_ms is None else round(point.rtt_ms, 2),
        "lost": point.lost, "link": link_object(point.link),
    }  # fmt: skip


def walks_document(walks: Sequence[WalkRecord]) -> dict[str, Any]:
    """Kept walks, newest first."""
    made = [{**plain(one), "begun": _iso(one.begun), "ended": _iso(one.ended)} for one in walks]
    return {"schema": SCHEMA, "walks": made}


def link_object(link: Link | None) -> dict[str, Any] | None:
    """With the signal over the noise, where both are told."""
    return None if link is None else {**plain(link), "snr_db": link.snr_db}


def wifi_exit_code(reading: WifiReading) -> ExitCode:
    """Read, also in no network: 0. The system wants leave first: 5. No adapter, or nobody to ask: 3."""
    if reading.access in _NEEDS_LEAVE:
        return ExitCode.NEEDS_PRIVILEGE
    return ExitCode.OK if reading.access in _TELLS or _off(reading) else ExitCode.CANNOT_TELL


def _off(reading: WifiReading) -> bool:
    """Somebody switched it off: that is told, and no failure to read."""
    return reading.radio is not None and reading.radio.state not in (RadioState.ON, RadioState.UNKNOWN)


def _channels(one: Channels) -> dict[str, Any]:
    return {**plain(one), "shares": [{"channel": number, "share": share} for number, share in one.shares]}


def _iso(at: float) -> str | None:
    try:
        return datetime.fromtimestamp(at).astimezone().isoformat(timespec="seconds")
    except (ValueError, OverflowError, OSError):
        return None


def plain(value: Any) -> Any:
    """JSON's own types; sets in order."""
    if is_dataclass(value) and not isinstance(value, type):
        return {one.name: plain(getattr(value, one.name)) for one in fields(value)}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Mapping):
        return {str(name): plain(one) for name, one in value.items()}
    if isinstance(value, frozenset | set):
        return sorted(plain(one) for one in value)
    return [plain(one) for one in value] if isinstance(value, list | tuple) else value
