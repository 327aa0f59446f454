"""The user's own proxy off: in Windows' settings of this user, and in the variables that new programs are given."""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from typing import Any

from selfcare.helper import point
from selfcare.helper.change import EXACT, Mechanism
from selfcare.helper.errors import Refusal
from selfcare.helper.host import winapi
from selfcare.helper.journal import Entry, Plan, State
from selfcare.helper.mechanisms.windows import calls, registry
from selfcare.helper.mechanisms.windows.structures import ProxyOption, ProxyOptions

SETTINGS = r"Software\Microsoft\Windows\CurrentVersion\Internet Settings"
POLICY = r"SOFTWARE\Policies\Microsoft\Windows\CurrentVersion\Internet Settings"
ENABLE, SCRIPT = "ProxyEnable", "AutoConfigURL"
ENVIRONMENT = "Environment"
VARIABLES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "FTP_PROXY", "SOCKS_PROXY")  # whatever their case
PLACES = {ENABLE: SETTINGS, SCRIPT: SETTINGS, **dict.fromkeys(VARIABLES, ENVIRONMENT)}
LIVE = "live"  # the flags the running programs go by
DIRECT, DETECT = 0x1, 0x8
_PER_CONNECTION, _CHANGED, _REFRESH = 75, 39, 37
_FLAGS = 1


class Off:
    """Only what switches it on is changed: its address and its exceptions stay where they are."""

    undo = EXACT

    def plan(self, args: dict[str, Any]) -> Plan:
        if registry.number(registry.get(registry.MACHINE, POLICY, "ProxySettingsPerUser")) == 0:
            raise Refusal("managed", "the proxy is the same for everybody here, by a policy")
        before = _read()
        wanted = dict(before)
        if registry.number(before[ENABLE]) not in (None, 0):
            wanted[ENABLE] = [registry.NUMBER, 0]
        wanted |= dict.fromkeys((SCRIPT, *VARIABLES))
        if before[LIVE] is not None:
            wanted[LIVE] = DIRECT | before[LIVE] & DETECT
        return Plan({"user": calls.user()}, before, wanted)

    def apply(self, entry: Entry) -> None:
        _put(entry.wanted)

    def read(self, entry: Entry) -> State:
        calls.check_user(entry.how["user"])
        return _read()

    def restore(self, entry: Entry, files: Callable[[], dict[str, bytes]]) -> None:
        _put(entry.before)


def _read() -> State:
    state: State = {name: registry.get(registry.USER, path, name) for name, path in PLACES.items()}
    return state | {LIVE: live_flags()}


def _put(state: State) -> None:
    """The flags first, as setting them rewrites the values; then the values word for word, and all are told."""
    if state[LIVE] is not None and live_flags() != state[LIVE]:
        set_live_flags(state[LIVE])
    for name, path in PLACES.items():
        if registry.get(registry.USER, path, name) != state[name]:
            registry.put(registry.USER, path, name, state[name])
    tell_everybody()


def tell_everybody() -> None:
    """Programs that run read their settings anew; their variables they were given at log-on."""
    for option in (_CHANGED, _REFRESH):
        winapi.library("wininet").InternetSetOptionW(None, option, None, 0)


def live_flags() -> int | None:
    """INTERNET_PER_CONN_FLAGS of the usual connection, None where Windows does not tell."""
    option = ProxyOption(option=_FLAGS)
    listed, size = _listed(option)
    call = winapi.library("wininet").InternetQueryOptionW
    if not call(None, _PER_CONNECTION, ctypes.byref(listed), ctypes.byref(size)):
        return None
    return int(option.value) & 0xFFFFFFFF


def set_live_flags(flags: int) -> None:
    """The same, written."""
    listed, size = _listed(ProxyOption(option=_FLAGS, value=flags))
    point.reached("before InternetSetOption")
    done = winapi.library("wininet").InternetSetOptionW(None, _PER_CONNECTION, ctypes.byref(listed), size)
    point.reached("after InternetSetOption")
    if not done:
        raise calls.failed("InternetSetOption", winapi.last_error())


def _listed(option: ProxyOption) -> tuple[ProxyOptions, ctypes.c_uint32]:
    size = ctypes.sizeof(ProxyOptions)
    made = ProxyOptions(size=size, connection=0, count=1, wrong=0, options=ctypes.addressof(option))
    made.keep = option  # the structure holds its address only
    return made, ctypes.c_uint32(size)


MECHANISMS: dict[str, Mechanism] = {"proxy.off": Off()}
