"""What a box may be able to do: the rows of docs/boxes.md."""

from __future__ import annotations

from enum import StrEnum


class Capability(StrEnum):
    """A thing to read (``*``) or to change (``set_*``, ``reboot``), each with its port in ``selfcare.boxes.ports``."""

    DEVICE = "device"
    WAN = "wan"
    WAN_TRAFFIC = "wan_traffic"
    DSL = "dsl"
    OPTICAL = "optical"
    CELLULAR = "cellular"
    LINE_EVENTS = "line_events"
    RESTARTS = "restarts"
    WIFI = "wifi"
    GUEST = "guest"
    PARENTAL = "parental"
    FORWARDS = "forwards"
    DHCP = "dhcp"
    HOSTS = "hosts"
    PORTS = "ports"
    TV = "tv"
    PHONE = "phone"
    SET_WIFI = "set_wifi"
    SET_GUEST = "set_guest"
    SET_PARENTAL = "set_parental"
    SET_FORWARDS = "set_forwards"
    SET_RESERVATIONS = "set_reservations"
    REBOOT = "reboot"


class Support(StrEnum):
    """``NO``: the box cannot. ``UNKNOWN``: nobody of us ever saw it, neither in a record nor in a document."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"
