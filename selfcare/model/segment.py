"""Where a fault can be, from the subscriber outwards."""

from __future__ import annotations

from enum import StrEnum


class Segment(StrEnum):
    """One link of the chain; the order of the members is the order of the chain."""

    PC = "pc"
    WIFI = "wifi"
    LAN = "lan"
    BOX = "box"
    ACCESS = "access"
    ISP = "isp"
    INTERNET = "internet"


CHAIN: tuple[Segment, ...] = tuple(Segment)
