"""The event log, called (``wevtapi``): the Wi-Fi's events of the last day, and the system's sleeps."""

from __future__ import annotations

import ctypes
import time
from collections.abc import Sequence
from typing import Any

from probes.radio.windows import events
from selfcare.model.wifi import WifiEvent

_BY_CHANNEL, _NEWEST_FIRST, _AS_XML = 0x1, 0x200, 1
_MOST, _DAY_MS, _WAIT_MS = 64, 86_400_000, 300
_BUDGET_S = 1.0
_MOST_BYTES = 128 << 10


def query(numbers: Sequence[int], provider: str | None = None) -> str:
    """An XPath of the log: these numbers, within the last day."""
    which = " or ".join(f"EventID={number}" for number in numbers)
    source = f"Provider[@Name='{provider}'] and " if provider else ""
    return f"*[System[{source}({which}) and TimeCreated[timediff(@SystemTime) <= {_DAY_MS}]]]"


def read() -> tuple[WifiEvent, ...] | None:
    """Oldest first; None where the log cannot be read."""
    try:
        library = _declared(ctypes.WinDLL("wevtapi"))  # type: ignore[attr-defined]
    except (OSError, AttributeError):
        return None
    wanted = (events.JOINED, events.FAILED, events.DROPPED, events.NOT_ASSOCIATED, events.NOT_SECURED)
    until = time.monotonic() + _BUDGET_S
    told = _texts(library, events.CHANNEL, query(wanted), until)
    if told is None:
        return None
    asleep = _texts(library, events.SLEEP_CHANNEL, query(events.ASLEEP, "Microsoft-Windows-Kernel-Power"), until)
    return events.story(told, asleep)


def _declared(library: Any) -> Any:
    pointer, word, text = ctypes.c_void_p, ctypes.c_uint32, ctypes.c_wchar_p
    for name, result, arguments in (
        ("EvtQuery", pointer, (pointer, text, text, word)),
        ("EvtNext", ctypes.c_int, (pointer, word, pointer, word, word, pointer)),
        ("EvtRender", ctypes.c_int, (pointer, pointer, word, word, pointer, pointer, pointer)),
        ("EvtClose", ctypes.c_int, (pointer,)),
    ):
        function = getattr(library, name)
        function.restype, function.argtypes = result, arguments
    return library


def _texts(library: Any, channel: str, xpath: str, until: float) -> list[str] | None:
    handle = library.EvtQuery(None, channel, xpath, _BY_CHANNEL | _NEWEST_FIRST)
    if not handle:
        return None
    found: list[str] = []
    try:
        while len(found) < _MOST and time.monotonic() < until:
            one, count = ctypes.c_void_p(), ctypes.c_uint32()
            if not library.EvtNext(handle, 1, ctypes.byref(one), _WAIT_MS, 0, ctypes.byref(count)) or not one.value:
                break
            try:
                found.append(_xml(library, one))
            finally:
                library.EvtClose(one)
    finally:
        library.EvtClose(handle)
    return found


def _xml(library: Any, one: ctypes.c_void_p) -> str:
    """Its text; "" where it cannot be had within a sane size."""
    used, properties = ctypes.c_uint32(), ctypes.c_uint32()
    library.EvtRender(None, one, _AS_XML, 0, None, ctypes.byref(used), ctypes.byref(properties))
    if not 0 < used.value <= _MOST_BYTES:
        return ""
    buffer = ctypes.create_string_buffer(used.value)
    done = library.EvtRender(
        None, one, _AS_XML, used.value, buffer, ctypes.byref(used), ctypes.byref(properties)
    )  # fmt: skip
    return buffer.raw.decode("utf-16-le", "replace").split("\0", 1)[0] if done else ""
