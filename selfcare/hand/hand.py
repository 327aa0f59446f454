"""``model.repair.Hand`` by the helper: as this user for what a desktop user may do, as root only for the rest."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import nullcontext, suppress
from typing import Any

from selfcare.hand.channel import Channel, is_root
from selfcare.hand.launch import own_command, privileged, refusal
from selfcare.hand.terminal import agent
from selfcare.model.repair import Change, Entry, EntryState, HandError, Verb

READ_S = 15.0
CHANGE_S = 150.0  # an adapter that is slow to connect, twice, and the guard
PASSWORD_S = 180.0  # a person looks for the password
# Root's own proxy would help nobody; on macOS there is one for everybody.
OF_THE_USER = frozenset() if sys.platform == "darwin" else frozenset({Verb.PROXY_OFF})
UNFINISHED = frozenset({EntryState.PREPARED, EntryState.APPLIED, EntryState.RESTORING})
# Only root may: asking as the user first would be in vain.
OF_ROOT = frozenset({
    Verb.CLOCK_SET, Verb.HOSTS_DISABLE, Verb.IPV4_PREFER, Verb.MTU_SET, Verb.ROUTE_REMOVE,
})  # fmt: skip

Start = Callable[[], Sequence[str] | Awaitable[Channel]]  # a command, or the way to a helper that is not ours


class SystemHand:
    """One helper of each kind at most, started when first needed."""

    def __init__(
        self, own: Start = own_command,
        privileged: Start = privileged, *, root: bool | None = None,
    ) -> None:  # fmt: skip
        self._commands = {False: own, True: privileged}
        self._channels: dict[bool, Channel] = {}
        self._gone: list[Channel] = []  # let go, perhaps still putting things back
        self._starting = asyncio.Lock()
        self._root = is_root() if root is None else root

    # -- Hand ------------------------------------------------------------------------------------

    async def apply(self, change: Change, guard_s: float) -> Entry:
        """As this user where that may do; as root if the system says no to the user."""

        async def asked(as_root: bool) -> Entry:
            began = time.monotonic()
            await self._channel(as_root)
            args = _arguments(change, waited_s=time.monotonic() - began)
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

    async def keep(self, entry: str, *more: str) -> None:
        """They stay; those of one journal all or none, whoever dies."""
        known = await self._known(entry, *more)
        for as_root in (True, False):
            mine = [name for name, privileged in known.items() if (privileged and not self._root) is as_root]
            if mine:
                await self._ask(as_root, "change.keep", {"entries": mine}, CHANGE_S)

    async def undo(self, entry: str) -> None:
        """Puts back exactly what was there."""
        (privileged,) = (await self._known(entry)).values()
        await self._ask(privileged and not self._root, "change.undo", {"entry": entry}, CHANGE_S)

    async def entries(self) -> tuple[Entry, ...]:
        """Both journals, newest first; reading needs no password."""
        told = await self._ask(False, "change.list", {}, READ_S)
        return _entries(told["entries"])

    async def recover(self, *, ask: bool = True) -> tuple[Entry, ...]:
        """Root is asked only if there is something of root's to put back."""
        told = await self._ask(False, "change.recover", {}, CHANGE_S)
        found = list(told["entries"])
        if ask and not self._root and any(e.privileged and e.state in UNFINISHED for e in await self.entries()):
            with suppress(HandError):  # no password: what was the user's own is back all the same, and is told
                found += (await self._ask(True, "change.recover", {}, CHANGE_S))["entries"]
        return _entries(found)

    async def close(self) -> None:
        """Ends the helpers; what was not kept is put back before they do."""
        channels, self._channels, self._gone = [*self._channels.values(), *self._gone], {}, []
        await asyncio.gather(*(channel.end() for channel in channels))

    # -- helpers ---------------------------------------------------------------------------------

    async def _known(self, *names: str) -> dict[str, bool]:
        """Of each entry whether root's journal has it."""
        known = {each.name: each.privileged for each in await self.entries()}
        missing = [name for name in names if name not in known]
        if missing:
            raise HandError("bad_argument", f"no entry {missing[0]}")
        return {name: known[name] for name in names}

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
                made = self._commands[as_root]()
                channel = await (Channel.start(made) if isinstance(made, Sequence) else made)
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


def _arguments(change: Change, waited_s: float) -> dict[str, Any]:
    """As JSON has them. The time to set has gone on while somebody looked for the password."""
    args: dict[str, Any] = {n: list(v) if isinstance(v, tuple) else v for n, v in change.arguments.items()}
    if change.verb is Verb.CLOCK_SET and "seconds" in args:
        args["seconds"] += round(waited_s)
    return args


def _entries(told: Iterable[dict[str, Any]]) -> tuple[Entry, ...]:
    """Those that this version understands: a newer one's journal must not keep it from the others."""
    return tuple(_entry(each) for each in told if each["verb"] in list(Verb))


def _entry(told: dict[str, Any], change: Change | None = None) -> Entry:
    args = {name: tuple(value) if isinstance(value, list) else value for name, value in told["args"].items()}
    made = change or Change(Verb(told["verb"]), args)
    return Entry(
        told["name"], EntryState(told["state"]), made, told["began"], bool(told["reversible"]),
        bool(told["privileged"]),
    )  # fmt: skip
