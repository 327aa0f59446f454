"""Whether this PC's way out goes by a cable: the system is asked for its route, nothing is sent. Some milliseconds."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable

from probes.framework import current_platform
from probes.hostnet import native
from probes.wire.threads import in_thread
from selfcare.model.payloads.link import Interface, InterfaceKind
from selfcare.model.probe import Platform
from selfcare.model.profile import Profile

PATIENCE_S = 0.5
"""A look at the Wi-Fi does not wait longer for it."""
_log = logging.getLogger(__name__)
_ANCHORS4, _ANCHORS6 = 2, 1
# Two of IPv4: one of them may have a route of its own, and then they do not agree.
_WITHOUT = (InterfaceKind.WIFI, InterfaceKind.CELLULAR)


def by_cable(owners: Iterable[Interface | None]) -> bool | None:
    """``owners``: the adapters that carry it, None for one that nobody knows. None: not known, or they do not agree.

    Through a tunnel nobody sees from here what carries it.
    """
    told = {_told(one) for one in owners}
    return told.pop() if len(told) == 1 else None


def _told(owner: Interface | None) -> bool | None:
    if owner is None or owner.carrier is False:
        return None
    return True if owner.kind is InterfaceKind.ETHERNET else False if owner.kind in _WITHOUT else None


def read(platform: Platform, anchors: Iterable[str]) -> bool | None:
    """Blocking. None where the system does not tell."""
    known = list(anchors)
    four = [one for one in known if ":" not in one][:_ANCHORS4]
    six = [one for one in known if ":" in one][:_ANCHORS6]
    return by_cable(_linux(four + six) if platform is Platform.LINUX else _native(platform, four, six))


def _linux(anchors: list[str]) -> list[Interface | None]:
    try:
        from probes.hostnet import kinds, netlink, sysfs

        indexes = {index for anchor in anchors if (index := netlink.route_to(anchor)) is not None}
        known = {
            link.index: Interface(
                link.name, link.index, kinds.linux_kind(link, sysfs.read(link.name, link.index)), True, link.carrier
            )
            for link in (netlink.links() if indexes else ())
            if link.index in indexes
        }
    except (OSError, ImportError):
        return []
    return [known.get(index) for index in indexes]


def _native(platform: Platform, four: list[str], six: list[str]) -> list[Interface | None]:
    link = native.link(platform, [*four, *six])
    routes = native.routes(platform, link, four, six) if link is not None else None
    if link is None or routes is None:
        return []
    return [link.get(name) for name in {routes.owner4, routes.owner6} - {None}]


def cable(profile: Callable[[], Profile]) -> Callable[[], Awaitable[bool | None]]:
    """For the desk of the Wi-Fi."""

    async def ask() -> bool | None:
        anchors = [anchor.address for anchor in profile().anchors]
        try:
            return await asyncio.wait_for(in_thread(read, current_platform(), anchors), PATIENCE_S)
        except Exception as error:  # of a system's own tables; the Wi-Fi is told all the same
            _log.debug("the way out cannot be read: %s", type(error).__name__)
            return None

    return ask
