"""``model.repair.Hand`` by the helper: as this user for what a desktop user may do, as root only for the rest."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from typing import Any

from selfcare.hand.channel import Channel, is_root
from selfcare.hand.launch import own_command, privileged_command, refusal
from selfcare.hand.terminal import agent
from selfcare.model.repair import Change, Entry, EntryState, HandError, Verb

READ_S = 15.0
CHANGE_S = 150.0  # an adapter that is slow to connect, twice, and the guard
PASSWORD_S = 180.0  # a person looks for the password
OF_THE_USER = frozenset({Verb.PROXY_OFF})  # root's own proxy would help nobody
UNFINISHED = frozenset({EntryState.PREPARED, EntryState.APPLIED, EntryState.RESTORING})
# Only root may: asking as the user first would be in vain.
OF_ROOT = frozenset({
    Verb.CLOCK_SET, Verb.HOSTS_DISABLE, Verb.IPV4_PREFER, Verb.MTU_SET, Verb.ROUTE_REMOVE,
})  # fmt: skip


class SystemHand:
    """One helper of each kind at most, started when first needed."""

    def __init__(
        self, own: Callable[[], Sequence[str]] = own_command,
        privileged: Callable[[], Sequence[str]] = privileged_command, *, root: bool | None = None,
    ) -> None:  # fmt: skip
        self._commands = {False: own, True: privileged}
        self._channels: dict[bool, Channel] = {}
        self._gone: list[Channel] = []  # let go, perhaps still putting things back
        self._starting = asyncio.Lock()
        self._root = is_root() if root is None else root

    # -- Hand ------------------------------------------------------------------------------------

    async def apply(self, change: Change, guard_s: float) -> Entry:
        """As this user where that may do; as root if the system says no to the user."""
        args = {name: list(value) if isinstance(value, tuple) else value for name, value in change.arguments.items()}

        async def asked(as_root: bool) -> Entry:
            told = await self._ask(as_root, change.verb, args, CHANGE_S, guard_s)
            return _entry(told["entry"], change)

        if self._root or change.verb in OF_THE_USER:
            return await asked(False)
        if change.verb in OF_ROOT:
            return await asked(True)
        try:
            return await asked(False)
        except HandError as error:
            if error.code != "needs_privilege":
                raise
        return await asked(True)

    async def keep(self, entry: str) -> None:
        """It stays."""
        await self._of(entry, "change.keep")

    async def undo(self, entry: str) -> None:
        """Puts back exactly what was there."""
        await self._of(entry, "change.undo")

    async def entries(self) -> tuple[Entry, ...]:
        """Both journals, newest first; reading needs no password."""
        told = await self._ask(False, "change.list", {}, READ_S)
        return tuple(_entry(each) for each in told["entries"])

    async def recover(self) -> tuple[Entry, ...]:
        """Root is asked only if there is something of root's to put back."""
        told = await self._ask(False, "change.recover", {}, CHANGE_S)
        found = list(told["entries"])
        if not self._root and any(e.privileged and e.state in UNFINISHED for e in await self.entries()):
            found += (await self._ask(True, "change.recover", {}, CHANGE_S))["entries"]
        return tuple(_entry(each) for each in found)

    async def close(self) -> None:
        """Ends the helpers; what was not kept is put back before they do."""
        channels, self._channels, self._gone = [*self._channels.values(), *self._gone], {}, []
        await asyncio.gather(*(channel.end() for channel in channels))

    # -- helpers ---------------------------------------------------------------------------------

    async def _of(self, entry: str, verb: str) -> None:
        """To the helper whose journal has it."""
        known = {each.name: each.privileged for each in await self.entries()}
        if entry not in known:
            raise HandError("bad_argument", f"no entry {entry}")
        await self._ask(known[entry] and not self._root, verb, {"entry": entry}, CHANGE_S)

    async def _ask(
        self, as_root: bool, verb: str, args: dict[str, Any], limit_s: float, guard_s: float | None = None
    ) -> dict[str, Any]:
        channel = await self._channel(as_root)
        return await channel.ask(verb, args, limit_s, guard_s)

    async def _channel(self, as_root: bool) -> Channel:
        async with self._starting:
            channel = self._channels.get(as_root)
            if channel and channel.alive:
                return channel
            if channel:
                self._gone.append(self._channels.pop(as_root))
            async with agent() if as_root else nullcontext():
                channel = await Channel.start(self._commands[as_root]())
                try:
                    await _greeted(channel, PASSWORD_S if as_root else READ_S)
                except BaseException:
                    self._gone.append(channel)
                    raise
            self._channels[as_root] = channel
            return channel


async def _greeted(channel: Channel, limit_s: float) -> None:
    """The first answer: until then, a question for the password may be on the screen.

    Raises:
        HandError: refused, nobody to ask, or the helper does not start.
    """
    try:
        await channel.ask("hello", {}, limit_s)
    except HandError as error:
        if error.code != "helper_gone":
            raise
        raise refusal(*await channel.why()) from error


def _entry(told: dict[str, Any], change: Change | None = None) -> Entry:
    args = {name: tuple(value) if isinstance(value, list) else value for name, value in told["args"].items()}
    made = change or Change(Verb(told["verb"]), args)
    return Entry(
        told["name"], EntryState(told["state"]), made, told["began"], bool(told["reversible"]),
        bool(told["privileged"]),
    )  # fmt: skip
