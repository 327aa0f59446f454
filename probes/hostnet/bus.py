"""The system message bus: calls with a short limit that give None instead of an error."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dbus_fast.aio import MessageBus

# A healthy service answers in a few milliseconds; a hung one must not hold up the check.
CALL_LIMIT_S = 0.5


@contextlib.asynccontextmanager
async def system_bus() -> AsyncIterator[MessageBus | None]:
    """A connection to the system bus, None where there is none or it is not for us."""
    bus = await _connect()
    try:
        yield bus
    finally:
        if bus is not None:
            bus.disconnect()


async def _connect() -> MessageBus | None:
    bus: MessageBus | None = None
    try:
        from dbus_fast import BusType
        from dbus_fast.aio import MessageBus as Bus

        bus = Bus(bus_type=BusType.SYSTEM)
        async with asyncio.timeout(CALL_LIMIT_S):
            return await bus.connect()
    except Exception:
        # No socket, no permission, no authentication, no library: all the same to a probe.
        if bus is not None:
            with contextlib.suppress(Exception):
                bus.disconnect()
        return None


async def call(
    bus: MessageBus,
    service: str,
    path: str,
    interface: str,
    member: str,
    signature: str = "",
    body: tuple[Any, ...] = (),
) -> list[Any] | None:
    """The unpacked body of the answer; None for an error, a refusal or silence.

    The service is never started for our sake: a check must not change the computer.
    """
    from dbus_fast import Message, MessageFlag, MessageType, unpack_variants

    request = Message(
        destination=service,
        path=path,
        interface=interface,
        member=member,
        signature=signature,
        body=list(body),
        flags=MessageFlag.NO_AUTOSTART,
    )
    try:
        async with asyncio.timeout(CALL_LIMIT_S):
            reply = await bus.call(request)
    except Exception:
        # The bus may go away in the middle of a call; dbus-fast raises many kinds then.
        return None
    if reply.message_type is not MessageType.METHOD_RETURN:
        return None
    unpacked: list[Any] = unpack_variants(reply.body)
    return unpacked
