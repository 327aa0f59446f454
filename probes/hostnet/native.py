"""This PC as its own system tells it, Windows or macOS; None where that cannot be asked.

Linux has its own readers beside this file, and ``*_generic`` ones stand in where these fail.
"""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from typing import Protocol

from probes.hostnet.neighbours import Neighbour
from selfcare.model.payloads.address import AddressPayload
from selfcare.model.payloads.link import LinkPayload
from selfcare.model.payloads.routes import RoutePayload
from selfcare.model.probe import Platform

# What a missing function, library or right of the system raises.
_ABSENT = (OSError, AttributeError, ImportError)


class _Readers(Protocol):
    """What the readers of Windows and macOS have in common."""

    def read_link(self, anchors: Sequence[str], /) -> LinkPayload: ...
    def read_addresses(self, link: LinkPayload, /) -> AddressPayload: ...
    def read_routes(self, link: LinkPayload, anchors4: Sequence[str], anchors6: Sequence[str], /) -> RoutePayload: ...


def _readers(platform: Platform) -> _Readers:
    if platform is Platform.WINDOWS:
        from probes.hostnet.windows import readers as windows

        return windows
    if platform is Platform.MACOS:
        from probes.hostnet.macos import readers as macos

        return macos
    raise OSError("read by netlink")


def link(platform: Platform, anchors: Sequence[str]) -> LinkPayload | None:
    """Adapters. Blocking."""
    with contextlib.suppress(*_ABSENT):
        return _readers(platform).read_link(anchors)
    return None


def addresses(platform: Platform, payload: LinkPayload) -> AddressPayload | None:
    """Addressing of those adapters. Blocking."""
    with contextlib.suppress(*_ABSENT):
        return _readers(platform).read_addresses(payload)
    return None


def routes(
    platform: Platform, payload: LinkPayload, anchors4: Sequence[str], anchors6: Sequence[str]
) -> RoutePayload | None:
    """Default routes and their owners. Blocking."""
    with contextlib.suppress(*_ABSENT):
        return _readers(platform).read_routes(payload, anchors4, anchors6)
    return None


def neighbours(
    platform: Platform, interface: str, index: int, elapsed_s: float, *gateways: str | None
) -> list[Neighbour]:
    """A judgement per gateway; no proof either way where the table cannot be read. Blocking."""
    with contextlib.suppress(*_ABSENT):
        if platform is Platform.WINDOWS:
            from probes.hostnet.windows import readers as windows

            return windows.read_neighbours(index, elapsed_s, *gateways)
        if platform is Platform.MACOS:
            from probes.hostnet.macos import readers as macos

            return macos.read_neighbours(interface, elapsed_s, *gateways)
        from probes.hostnet import neighbours as linux

        return linux.read(interface, index, elapsed_s, *gateways)
    return [Neighbour() for _ in gateways]
