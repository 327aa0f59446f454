"""The machines that the box knows, sorted for people and in words. Pure; no Qt."""

from __future__ import annotations

from dataclasses import dataclass

from selfcare.app.box_signal import grade
from selfcare.app.box_words import printable
from selfcare.app.numbers import number
from selfcare.i18n import Catalogue
from selfcare.model.box import HomeHost, HostLayer
from selfcare.model.units import Dbm
from ui.box_words import upper

SHOWN = 8
"""Machines shown before the rest is folded."""
_WIFI = (HostLayer.WIFI, HostLayer.WIFI_2_4, HostLayer.WIFI_5, HostLayer.WIFI_6)


@dataclass(frozen=True, slots=True)
class Machine:
    """One line. ``icon`` of how it is attached; ``here``: it is on the network now (None: the box does not say)."""

    name: str
    how: str
    icon: str
    here: bool | None
    blocked: bool = False


@dataclass(frozen=True, slots=True)
class Machines:
    """``first`` is in sight, ``rest`` and ``away`` behind folds."""

    first: tuple[Machine, ...]
    rest: tuple[Machine, ...]
    away: tuple[Machine, ...]
    here: int


def machines(catalogue: Catalogue, hosts: tuple[HomeHost, ...]) -> Machines:
    """Who is there first: the blocked, then by name; the nameless last."""
    known = sorted(hosts, key=_order)
    there = [_machine(catalogue, host) for host in known if host.active is not False]
    away = tuple(_machine(catalogue, host) for host in known if host.active is False)
    return Machines(tuple(there[:SHOWN]), tuple(there[SHOWN:]), away, len(there))


def signal(catalogue: Catalogue, dbm: Dbm) -> str:
    """In words, with the figure for who wants it."""
    return catalogue.text(f"ui.box.signal.{grade(dbm)}", dbm=number(catalogue, dbm))


def _order(host: HomeHost) -> tuple[bool, bool, str]:
    name = printable(host.host_name).lower()
    return (not host.blocked, not name, name)


def _machine(catalogue: Catalogue, host: HomeHost) -> Machine:
    say = catalogue.text
    name = printable(host.host_name, 40)
    if not name:
        maker = printable(host.vendor, 30)
        name = say("ui.box.host.of", maker=maker) if maker else say("ui.box.host.nameless")
    wifi = host.layer in _WIFI
    parts = [] if host.layer is None else [say(f"ui.box.layer.{host.layer.value}")]
    if wifi and host.signal is not None and host.active is not False:
        parts.append(signal(catalogue, host.signal))
    if host.guest:
        parts.append(say("ui.box.host.guest"))
    if host.blocked:
        parts.append(say("ui.box.host.blocked"))
    icon = "wifi" if wifi else "cable" if host.layer in (HostLayer.ETHERNET, HostLayer.POWERLINE) else "pc"
    return Machine(name, upper(", ".join(parts)), icon, host.active, bool(host.blocked))
