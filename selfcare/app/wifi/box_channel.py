"""The box's channel, width and names of its bands, changed from what this PC hears; through ``BoxChanges`` alone.

Its proposal, consent, journal, proof and way back are those of every change of the box (docs/design/box-change.md).
What comes on top: the wish is made of the advice and of what this very box offers, and once the PC is back on the new
channel the hop to the box is measured again: what did not help is put back, and said.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from selfcare.app.box_change import BoxChanges, Consent
from selfcare.app.wifi.channels import advise
from selfcare.app.wifi.ports import Channels
from selfcare.boxes.errors import BoxError
from selfcare.model.box import Capability, WifiRadio, WifiSettings, WifiSsid, WifiWish
from selfcare.model.box.change import BoxChangeResult, BoxOutcome, BoxProposal
from selfcare.model.tri import Tri
from selfcare.model.units import Megahertz
from selfcare.model.wifi import WifiReading

BACK_S = 60.0
"""A box shows its network again within 25 s, a channel of 5 GHz shared with radars after a minute of listening."""
LOOK_S = 1.0
SUFFIX = "-5G"
NAME_BYTES = 32  # of a network's name (IEEE 802.11-2020, 9.4.2.2)
Read = Callable[[], Awaitable[WifiReading]]
Measure = Callable[[], Awaitable[Tri]]


class NoChange(StrEnum):
    """Why nothing is proposed; a guide goes on by hand after the last two."""

    NO_ADVICE = "no_advice"
    NOT_OFFERED = "not_offered"
    BOX_CANNOT = "box_cannot"


@dataclass(frozen=True, slots=True)
class Moved:
    """How it ended. ``back``: this PC came back; ``on``: the channel it is on; ``helped`` UNKNOWN: nothing measured it.

    ``undone``: how putting back ended, where it did not help.
    """

    result: BoxChangeResult
    back: bool = False
    on: int | None = None
    helped: Tri = Tri.UNKNOWN
    undone: BoxChangeResult | None = None


class BoxAir:
    """One box's radios. ``read`` looks at this PC's Wi-Fi; ``measure`` says whether the hop is fine now."""

    def __init__(self, changes: BoxChanges, read: Read, measure: Measure | None = None, back_s: float = BACK_S) -> None:
        self._changes, self._read, self._measure, self._back_s = changes, read, measure, back_s

    async def advice(self, reading: WifiReading) -> tuple[Channels, ...]:
        """What this PC hears, of the channels this very box offers; all usual ones where it does not say."""
        try:
            settings = await self._settings()
        except BoxError:
            return advise(reading)
        return advise(reading, offered(settings))

    async def propose(self, reading: WifiReading, band: str, width_only: bool = False) -> BoxProposal | NoChange:
        """The change for the better in this band, for consent; nothing is changed yet.

        ``width_only``: the channel stays.

        Raises:
            BoxError: the box cannot be asked.
        """
        try:
            settings = await self._settings()
        except BoxError as error:
            if error.code.value == "unsupported":
                return NoChange.BOX_CANNOT
            raise
        line = next((each for each in advise(reading, offered(settings)) if each.band == band), None)
        if line is not None and width_only:
            line = replace(line, better=None)
        if line is None or (line.better is None and line.better_width_mhz is None):
            return NoChange.NO_ADVICE
        wish = channel_wish(settings, line)
        return NoChange.NOT_OFFERED if wish is None else await self._changes.propose(wish)

    async def propose_split(self, apart: bool = True) -> BoxProposal | NoChange:
        """A name for each band, or one for both again.

        Raises:
            BoxError: the box cannot be asked.
        """
        wish = split_wish(await self._settings(), apart)
        return NoChange.NOT_OFFERED if wish is None else await self._changes.propose(wish)

    async def carry_out(self, proposal: BoxProposal, consent: Consent) -> Moved:
        """Does it, waits for this PC, measures, and puts back what made nothing better."""
        result = await self._changes.carry_out(proposal, consent)
        if result.outcome is not BoxOutcome.DONE:
            return Moved(result)
        reading = await self._again(_wanted(proposal))
        back = reading is not None and reading.link is not None
        channel = reading.link.channel if reading is not None and reading.link is not None else None
        helped = await self._measure() if back and self._measure is not None else Tri.UNKNOWN
        moved = Moved(result, back, channel.number if channel is not None else None, helped)
        if result.entry is None or helped is not Tri.NO:
            return moved
        undone = await self._undo(result.entry)
        return Moved(result, back, moved.on, helped, undone)

    async def _undo(self, entry: str) -> BoxChangeResult | None:
        async def agreed(_proposal: BoxProposal) -> bool:
            return True  # consent was to a change that is kept if it helps

        try:
            return await self._changes.undo(entry, agreed)
        except LookupError:  # somebody else put it back meanwhile
            return None

    async def _settings(self) -> WifiSettings:
        settings: WifiSettings = await self._changes.look(Capability.WIFI, lambda session: session.wifi())
        return settings

    async def _again(self, wanted: Collection[int]) -> WifiReading | None:
        """Once this PC is on a wished channel, or in any network when time is over: at first, the old one is shown."""
        end = time.monotonic() + self._back_s
        while True:
            await asyncio.sleep(LOOK_S)
            reading = await self._read()
            channel = reading.link.channel if reading.link is not None else None
            if channel is not None and (not wanted or channel.number in wanted):
                return reading
            if time.monotonic() >= end:
                return reading if reading.link is not None else None


def _wanted(proposal: BoxProposal) -> frozenset[int]:
    """The channels that were wished; none where it was something else."""
    radios = proposal.wish.radios if isinstance(proposal.wish, WifiWish) else ()
    return frozenset(r.channel for r in radios if r.channel is not None)


def offered(settings: WifiSettings) -> Mapping[str, tuple[int, ...]]:
    """The channels of each band that the box lists."""
    return {r.band.value: r.possible_channels for r in settings.radios if r.band is not None and r.possible_channels}


def channel_wish(settings: WifiSettings, line: Channels) -> WifiWish | None:
    """The advice in the box's own terms; None where it has no such channel or width."""
    radio = next((r for r in settings.radios if r.band is not None and r.band.value == line.band), None)
    if radio is None:
        return None
    channel = line.better if not radio.possible_channels or line.better in radio.possible_channels else None
    width = line.better_width_mhz
    if width is not None and radio.possible_widths and width not in radio.possible_widths:
        width = None
    if channel is None and width is None:
        return None
    return WifiWish(radios=(WifiRadio(
        radio.id,
        channel=channel,
        auto_channel=None if channel is None else False,
        width=None if width is None else Megahertz(width),
        auto_width=None if width is None or radio.auto_width is None else False,
    ),))  # fmt: skip


def split_wish(settings: WifiSettings, apart: bool = True) -> WifiWish | None:
    """The 5 GHz network gets a name of its own (or the other's again); the 2.4 GHz one keeps its name.

    None where the box has one name for all bands by itself, or not both bands, or already is as wished.
    """
    homes = {band: _home(settings, band) for band in ("2.4", "5")}
    slow, fast = homes["2.4"], homes["5"]
    if settings.shared or slow is None or fast is None or not slow.ssid:
        return None
    if (slow.ssid != fast.ssid) is apart:
        return None
    name = _with_suffix(slow.ssid) if apart else slow.ssid
    key = None if apart else slow.key
    return WifiWish(ssids=(WifiSsid(fast.id, ssid=name, key=key),))


def _home(settings: WifiSettings, band: str) -> WifiSsid | None:
    radios = {r.id for r in settings.radios if r.band is not None and r.band.value == band}
    return next(
        (s for s in settings.ssids if (s.radio or s.id) in radios and not s.guest and s.enable is not False), None
    )


def _with_suffix(name: str) -> str:
    room = NAME_BYTES - len(SUFFIX)
    return name.encode()[:room].decode(errors="ignore") + SUFFIX
