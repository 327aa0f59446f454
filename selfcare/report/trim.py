"""What goes first where a report is too large: the program's log, then raw series, then what is oldest.

Each cut is named in ``omitted``; nothing is dropped silently.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

TARGET, CAP = 300_000, 1_000_000
"""Bytes of the archive: what is aimed at; what no mail server or ticket desk refuses."""
LOG_BYTES = 128 * 1024


@dataclass(slots=True)
class Draft:
    """What is being cut. ``log`` None: it was not ticked."""

    document: dict[str, Any]
    log: bytes | None


def tail(log: bytes, most: int = LOG_BYTES) -> bytes:
    """The end, from the beginning of a line."""
    if len(log) <= most:
        return log
    cut = log[-most:]
    return cut[cut.find(b"\n") + 1 :]


def _shorter_log(draft: Draft) -> bool:
    if draft.log is None or len(draft.log) <= 32 * 1024:
        return False
    draft.log = tail(draft.log, 32 * 1024)
    return True


def _no_log(draft: Draft) -> bool:
    there = bool(draft.log)
    draft.log = None
    return there


def _no_series(draft: Draft) -> bool:
    """Single round trips and windows of a load; their figures stay beside them."""
    return any([_emptied(one) for one in _payloads(draft)])


def _emptied(value: Any) -> bool:
    done = False
    for name, inner in (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    ):
        if name in ("rtts_ms", "windows_mbps") and inner:
            value[name], done = [], True
        elif isinstance(inner, dict | list):
            done = _emptied(inner) or done
    return done


def _payloads(draft: Draft) -> Iterator[Any]:
    for one in (draft.document["check"] or {}).get("measurements", ()):
        if "payload" in one:
            yield one["payload"]


def _curves(draft: Draft) -> bool:
    long = [one for one in draft.document["series"] or () if len(one["points"]) > 60]
    for one in long:
        one["points"] = one["points"][-60:]
    return bool(long)


def _newest(*path: str, most: int, last: bool = False) -> Callable[[Draft], bool]:
    def cut(draft: Draft) -> bool:
        held: Any = draft.document
        for step in path[:-1]:
            held = held.get(step) or {}
        found = held.get(path[-1])
        if not found or len(found) <= most:
            return False
        held[path[-1]] = found[-most:] if last else found[:most]
        return True

    return cut


def _no_payloads(draft: Draft) -> bool:
    done = False
    for one in (draft.document["check"] or {}).get("measurements", ()):
        done = bool(one.get("payload")) or done
        if "payload" in one:
            one["payload"] = {}
    return done


def _no_check(draft: Draft) -> bool:
    there = draft.document["check"] is not None
    draft.document["check"] = None
    return there


STEPS: tuple[tuple[str, Callable[[Draft], bool]], ...] = (
    ("log.older", _shorter_log),
    ("log", _no_log),
    ("check.raw_series", _no_series),
    ("series.older", _curves),
    ("outages.older", _newest("downtime", "outages", most=100, last=True)),
    ("gaps.older", _newest("downtime", "gaps", most=50, last=True)),
    ("asked.older", _newest("asked", most=20, last=True)),
    ("contacts.older", _newest("contacts", most=30, last=True)),
    ("tried.older", _newest("tried", most=60)),
    ("home.devices", _newest("home", "devices", most=60)),
    ("walks.older", _newest("walks", most=1)),
    ("air.channels", _newest("air", "channels", most=30)),
    ("wifi", _newest("wifi", most=60)),
    ("tickets.older", _newest("tickets", most=20, last=True)),
    ("check.payloads", _no_payloads),
    ("check", _no_check),
    ("collectors", _newest("collectors", most=120)),
)
"""In this order, until the archive is within ``TARGET``; what is over it at the end is within ``CAP``, or refused."""
