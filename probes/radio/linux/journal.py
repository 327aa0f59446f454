"""What happened before we looked: the system's journal, where this user may read it.

Written there by wpa_supplicant (its control events), NetworkManager and the kernel; the words are theirs and English
whatever the language of the system. Nothing of a line but its kind, its address and its numbers is taken over.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import shutil
from collections.abc import Callable, Iterable
from typing import Any

from probes.radio.channels import number_of
from probes.radio.story import without_echo
from selfcare.model.wifi import EventKind, WifiEvent

LIMIT_S, LIMIT_BYTES, MOST = 0.9, 512 << 10, 400
_HOURS = 24
_WORDS = "CTRL-EVENT-|deauthenticated from|disassociated from|[Cc]onnection to AP|reason 'no-secrets'|by local choice"
_COMMAND = (
    "journalctl", "--quiet", "--no-pager", "--output=json", f"--since=-{_HOURS}h", f"--lines={MOST}",
    "--output-fields=MESSAGE,_COMM", f"--grep={_WORDS}",
    "_COMM=wpa_supplicant", "+", "_COMM=NetworkManager", "+", "_TRANSPORT=kernel",
)  # fmt: skip
_ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "SYSTEMD_COLORS": "0"}

_MAC = r"(?P<bssid>[0-9a-f]{2}(?::[0-9a-f]{2}){5})"
_REASON = r"reason=(?P<reason>\d{1,5})"
_HANDSHAKE = 15
PLACES = "/usr/bin:/bin"
"""Where the system's own program is: whoever may write elsewhere on our path is not asked."""
_INACTIVE = 4


async def past() -> tuple[WifiEvent, ...] | None:
    """Events of the last day, oldest first; None where the journal is not there or not for this user."""
    program = shutil.which(_COMMAND[0], path=PLACES)
    if program is None:
        return None
    text = await _output(program)
    return None if text is None else read(text.splitlines())


async def _output(program: str) -> str | None:
    process: asyncio.subprocess.Process | None = None
    try:
        async with asyncio.timeout(LIMIT_S):
            process = await asyncio.create_subprocess_exec(
                program, *_COMMAND[1:], stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.DEVNULL, env=_ENVIRONMENT, limit=LIMIT_BYTES,
            )  # fmt: skip
            assert process.stdout is not None
            text = await _bounded(process.stdout)
            # It ends with 1 where nothing matched, and where this user sees no journal at all.
            return text.decode("utf-8", "replace") if text or await process.wait() == 0 else None
    except (OSError, TimeoutError):
        return None
    finally:
        if process is not None and process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(LIMIT_S):
                    await process.wait()


async def _bounded(stream: asyncio.StreamReader) -> bytes:
    taken = b""
    while len(taken) < LIMIT_BYTES and (part := await stream.read(1 << 16)):
        taken += part
    return taken


def read(lines: Iterable[str]) -> tuple[WifiEvent, ...]:
    """The events in the journal's JSON, one object a line; any other line is passed over."""
    found = [event for line in lines if (event := _event(line)) is not None]
    return without_echo(tuple(found))[-MOST:]


def _event(line: str) -> WifiEvent | None:
    try:
        entry = json.loads(line)
        at = int(entry["__REALTIME_TIMESTAMP"]) / 1e6
        message, program = entry["MESSAGE"], entry.get("_COMM", "")
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    if not isinstance(message, str):
        return None  # bytes that are no text come as a list of numbers
    for pattern, make in _NETWORKMANAGER if program == "NetworkManager" else _OTHERS:
        if (match := pattern.search(message)) is not None:
            return make(at, match.groupdict())
    return None


def _joined(at: float, told: dict[str, Any]) -> WifiEvent:
    return WifiEvent(EventKind.JOINED, at, told["bssid"])


def _dropped(at: float, told: dict[str, Any]) -> WifiEvent | None:
    if told["bssid"] == "00:00:00:00:00:00":
        return None  # the end of an attempt that had none
    reason, ours = _number(told["reason"]), told.get("ours") is not None
    if reason == _HANDSHAKE:
        return WifiEvent(EventKind.REFUSED, at, told["bssid"], reason, key_refused=True)
    if ours and reason == _INACTIVE:
        return WifiEvent(EventKind.LOST, at, told["bssid"], reason, by_us=False)
    return WifiEvent(EventKind.DROPPED, at, told["bssid"], reason, ours)


def _lost(at: float, told: dict[str, Any]) -> WifiEvent:
    return WifiEvent(EventKind.LOST, at, told["bssid"], by_us=False)


def _refused(at: float, told: dict[str, Any]) -> WifiEvent:
    return WifiEvent(EventKind.REFUSED, at, told["bssid"], _number(told.get("reason")))


def _auth_refused(at: float, told: dict[str, Any]) -> WifiEvent:
    # Way 3 is SAE, whose second step only proves that both know the same password.
    proof = (told["way"], told["step"]) == ("3", "2")
    return WifiEvent(EventKind.REFUSED, at, told["bssid"], _number(told["reason"]), key_refused=proof or None)


def _wrong_key(at: float, told: dict[str, Any]) -> WifiEvent:
    return WifiEvent(EventKind.REFUSED, at, key_refused=True)


def _switched(at: float, told: dict[str, Any]) -> WifiEvent:
    known = number_of(_number(told["mhz"]) or 0)
    return WifiEvent(EventKind.SWITCHED, at, channel=known[0] if known else None)


def _number(text: str | None) -> int | None:
    return int(text) if text is not None and text.isdecimal() else None


_Make = Callable[[float, dict[str, Any]], WifiEvent | None]


def _patterns(*pairs: tuple[str, _Make]) -> tuple[tuple[re.Pattern[str], _Make], ...]:
    return tuple((re.compile(pattern), make) for pattern, make in pairs)


_OTHERS = _patterns(
    (rf"CTRL-EVENT-CONNECTED - Connection to {_MAC} completed", _joined),
    (rf"CTRL-EVENT-DISCONNECTED bssid={_MAC} {_REASON}(?P<ours> locally_generated=1)?", _dropped),
    (rf"CTRL-EVENT-ASSOC-REJECT (?:bssid={_MAC} )?.*?status_code=(?P<reason>\d{{1,5}})", _refused),
    (
        rf"CTRL-EVENT-AUTH-REJECT {_MAC} auth_type=(?P<way>\d) auth_transaction=(?P<step>\d) "
        r"status_code=(?P<reason>\d{1,5})",
        _auth_refused,
    ),
    (r"CTRL-EVENT-SSID-TEMP-DISABLED .*reason=WRONG_KEY", _wrong_key),
    (r"CTRL-EVENT-(?:STARTED-)?CHANNEL-SWITCH .*?freq=(?P<mhz>\d{4})", _switched),
    (rf"deauthenticated from {_MAC} \(Reason: (?P<reason>\d{{1,5}})", _dropped),
    (rf"disassociated from {_MAC} \(Reason: (?P<reason>\d{{1,5}})", _dropped),
    (rf"Connection to AP {_MAC} lost", _lost),
)  # fmt: skip
_NETWORKMANAGER = _patterns((r"state change: .* -> failed \(reason 'no-secrets'", _wrong_key))
