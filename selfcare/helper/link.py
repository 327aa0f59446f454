"""An interface as the kernel sees it: on or off, its routes."""

from __future__ import annotations

import base64
import json
import struct
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from selfcare.helper import owner, tools
from selfcare.helper.errors import Refusal
from selfcare.helper.journal import State

UP = 0x1  # IFF_UP
CARRIER_S, SETTLE_S = 10.0, 5.0
OWN_FLAGS = 0x2 | 0x4  # of a route: pervasive, on-link; the others ("link down") are the kernel's, which refuses them
COMPARED = ("dst", "gateway", "metric", "table", "protocol", "scope", "prefsrc", "type")


def is_up(name: str) -> bool:
    """Whether it is switched on."""
    try:
        return bool(int(Path("/sys/class/net", name, "flags").read_text(encoding="ascii"), 16) & UP)
    except OSError as error:
        raise Refusal("failed", f"{name} is gone") from error


def until(so: Callable[[], bool], limit_s: float = SETTLE_S) -> bool:
    """A moment for what another program does by itself; whether it did."""
    end = time.monotonic() + limit_s
    while not (found := so()) and time.monotonic() < end:
        time.sleep(0.1)
    return found


def has_address(name: str) -> bool:
    """Whether it has an IPv4 address that leads somewhere."""
    return b'"inet"' in tools.ask("ip", "-j", "-4", "addr", "show", "dev", name, "scope", "global")


def switch(name: str, *, on: bool) -> None:
    """Its switch, as far as only the kernel is concerned."""
    tools.tell("ip", "link", "set", "dev", name, "up" if on else "down")


def wait_carrier(name: str) -> None:
    """A cable takes a moment; without one, there is nothing to wait for in the end."""
    end = time.monotonic() + CARRIER_S
    while time.monotonic() < end:
        with suppress(OSError, ValueError):
            if int(Path("/sys/class/net", name, "carrier").read_text(encoding="ascii")) == 1:
                return
        time.sleep(0.1)


def routes(name: str) -> list[str]:
    """Every IPv4 route over this interface, in all tables, each as a text that compares."""
    found = json.loads(tools.ask("ip", "-j", "-4", "-N", "route", "show", "table", "all", "dev", name) or b"[]")
    made = [{key: route[key] for key in COMPARED if key in route} for route in found]
    return sorted({"route " + json.dumps(route, sort_keys=True) for route in made})


def read(name: str, known: State) -> State:
    """On or off, and which of the routes of ``known`` are there; new ones are somebody else's business."""
    owner.index_of(name)
    there = set(routes(name))
    return {"up": is_up(name), **{key: key in there for key in known if key.startswith("route ")}}


def dump(*words: str, family: str = "-4") -> str:
    """Routes as ``ip route save`` stores them, less what the kernel noted of the link."""
    data = bytearray(tools.ask("ip", family, "route", "save", *words))
    at = (
        4  # a word that says what follows, then messages: length, 12 bytes, and a route whose flags are at its 8th byte
    )
    while at + 28 <= len(data):
        length = struct.unpack_from("=I", data, at)[0]
        flags = struct.unpack_from("=I", data, at + 24)[0]
        struct.pack_into("=I", data, at + 24, flags & OWN_FLAGS)
        at += max(-(-length // 4) * 4, 16)
    return base64.b64encode(bytes(data)).decode()


def give_back(dumped: str, family: str = "-4") -> None:
    """Adds what is missing of them; what is there stays."""
    tools.tell("ip", family, "route", "restore", data=base64.b64decode(dumped))


def fixed_ipv6(name: str) -> bool:
    """Addresses that nobody announces: the kernel drops them with the link."""
    found = json.loads(tools.ask("ip", "-j", "-6", "addr", "show", "dev", name, "scope", "global") or b"[]")
    addresses = [address for each in found for address in each.get("addr_info", [])]
    return any(address and not address.get("dynamic") for address in addresses)
