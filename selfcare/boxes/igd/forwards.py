"""Port mappings of a UPnP gateway: listed, made and taken away, and every refusal read as narrowly as it allows."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Mapping

from selfcare.boxes.errors import BoxError, BoxErrorCode
from selfcare.boxes.figures import ipv4, port
from selfcare.boxes.igd import parse
from selfcare.boxes.soap import ACTION_FAILED, CONFLICT, END_OF_LIST, NO_SUCH_ENTRY, NONE_IN_RANGE, NOT_AUTHORISED
from selfcare.boxes.soap import UpnpFault as Fault
from selfcare.model.box import PortMapping, Protocol

Call = Callable[[str, Mapping[str, str]], Awaitable[dict[str, str]]]
"""An action of the connection service by name."""

AT_ONCE = 4
"""Entries asked for together: boxes have small processors."""
_END = (END_OF_LIST, NO_SUCH_ENTRY, NONE_IN_RANGE, 402)
"""Some boxes call the end of the list 714, or an index beyond it a wrong argument."""


def both(protocol: Protocol) -> tuple[str, ...]:
    """UPnP has no "both": one mapping each."""
    return ("TCP", "UDP") if protocol is Protocol.BOTH else (protocol.value.upper(),)


async def by_index(call: Call) -> tuple[PortMapping, ...]:
    """Entry after entry until the box says that there is none: the one way that every gateway knows."""
    found: list[PortMapping] = []
    for first in range(0, parse.MOST_ENTRIES, AT_ONCE):
        entries = await asyncio.gather(*(_entry(call, index) for index in range(first, first + AT_ONCE)))
        for entry in entries:
            if entry is None:
                return tuple(found)
            one = parse.mapping(entry)
            # A box that gives the last entry for ever, whatever the index, would never end.
            if one is not None and all(one.id != other.id for other in found):
                found.append(one)
        if not any(one is not None for one in map(parse.mapping, filter(None, entries))):
            break
    return tuple(found)


async def _entry(call: Call, index: int) -> dict[str, str] | None:
    try:
        return await call("GetGenericPortMappingEntry", {"NewPortMappingIndex": str(index)})
    except Fault as fault:
        if fault.number in _END:
            return None
        raise


async def by_list(call: Call) -> tuple[PortMapping, ...]:
    """IGD 2: everything in two questions, asked together."""
    found = await asyncio.gather(*(_listed(call, protocol) for protocol in ("TCP", "UDP")))
    return (*found[0], *found[1])


async def _listed(call: Call, protocol: str) -> tuple[PortMapping, ...]:
    asked = {
        "NewStartPort": "1",
        "NewEndPort": "65535",
        "NewProtocol": protocol,
        "NewManage": "1",
        "NewNumberOfPorts": "0",
    }
    try:
        return parse.listing((await call("GetListOfPortMappings", asked)).get("NewPortListing", ""))
    except Fault as fault:
        if fault.number == NONE_IN_RANGE:
            return ()
        raise


def arguments(mapping: PortMapping, protocol: str) -> dict[str, str]:
    """``AddPortMapping``. A lease that is not given is 0: for ever, in IGD 2 a week."""
    if mapping.last != mapping.external_port:
        raise BoxError(BoxErrorCode.UNSUPPORTED, kind="range")
    return {
        "NewRemoteHost": mapping.remote_host or "",
        "NewExternalPort": str(mapping.external_port),
        "NewProtocol": protocol,
        "NewInternalPort": str(mapping.internal_port),
        "NewInternalClient": mapping.internal_client,
        "NewEnabled": "1" if mapping.enable else "0",
        "NewPortMappingDescription": "".join(x for x in mapping.description or "Selfcare" if x.isprintable())[:60],
        "NewLeaseDuration": str(int(mapping.lease or 0)),
    }


def entry_of(mapping: PortMapping, protocol: str) -> dict[str, str]:
    """What tells a mapping from every other."""
    return {
        "NewRemoteHost": mapping.remote_host or "",
        "NewExternalPort": str(mapping.external_port),
        "NewProtocol": protocol,
    }


async def put(call: Call, mapping: PortMapping, here: str | None) -> None:
    """``here`` is this PC's address. A second protocol that is refused takes the first one back."""
    protocols, done = both(mapping.protocol), list[str]()
    for protocol in protocols:
        try:
            await call("AddPortMapping", arguments(mapping, protocol))
            done.append(protocol)
        except BoxError as error:
            for one in done:
                with contextlib.suppress(BoxError):
                    await call("DeletePortMapping", entry_of(mapping, one))
            if not isinstance(error, Fault):
                raise
            raise await why(call, error, mapping, protocol, here) from None


async def delete(call: Call, mapping: PortMapping) -> None:
    """``NOT_FOUND`` only where nothing of it was there."""
    missing: BoxError | None = None
    protocols, gone = both(mapping.protocol), 0
    for protocol in protocols:
        try:
            await call("DeletePortMapping", entry_of(mapping, protocol))
            gone += 1
        except Fault as fault:
            if fault.number != NO_SUCH_ENTRY:
                raise
            missing = fault
    if missing is not None and not gone:
        raise missing


async def put_any(call: Call, mapping: PortMapping, here: str | None) -> int:
    """IGD 2: with any other external port where the wanted one is taken. Returns the one that the box chose."""
    if mapping.protocol is Protocol.BOTH:
        raise BoxError(BoxErrorCode.UNSUPPORTED)  # two answers, two ports
    protocol = both(mapping.protocol)[0]
    try:
        values = await call("AddAnyPortMapping", arguments(mapping, protocol))
    except Fault as fault:
        raise await why(call, fault, mapping, protocol, here) from None
    chosen = port(values.get("NewReservedPort"))
    if chosen is None:
        raise BoxError(BoxErrorCode.UNREADABLE, kind="soap", action="AddAnyPortMapping")
    return chosen


async def why(call: Call, fault: Fault, mapping: PortMapping, protocol: str, here: str | None) -> BoxError:
    """The same number stands for several reasons: what else the box knows tells them apart."""
    other = here is not None and mapping.internal_client != here
    if fault.number in (CONFLICT, NOT_AUTHORISED) and other and not await _taken(call, mapping, protocol):
        return BoxError(BoxErrorCode.OTHER_DEVICE, fault.box_says, number=fault.number)
    if fault.number == NOT_AUTHORISED:
        return BoxError(BoxErrorCode.RESERVED_PORT, fault.box_says, number=fault.number, port=mapping.external_port)
    if fault.number == ACTION_FAILED and await _no_address(call):
        return BoxError(BoxErrorCode.NO_PUBLIC_ADDRESS, fault.box_says, number=fault.number)
    return fault


async def _taken(call: Call, mapping: PortMapping, protocol: str) -> bool:
    try:
        await call("GetSpecificPortMappingEntry", entry_of(mapping, protocol))
    except BoxError as error:
        # Only a plain "there is none" says that it is free.
        return not (isinstance(error, Fault) and error.number in (NO_SUCH_ENTRY, END_OF_LIST))
    return True


async def _no_address(call: Call) -> bool:
    try:
        values = await call("GetExternalIPAddress", {})
    except BoxError:
        return False
    return "NewExternalIPAddress" in values and ipv4(values["NewExternalIPAddress"]) is None
