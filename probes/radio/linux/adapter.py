"""The adapter: what it can do (GET_WIPHY), its switches and its driver (sysfs)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from probes.radio.channels import number_of
from probes.radio.linux.genl import Attributes, attributes, each, number
from probes.radio.linux.numbers import FREQ, FREQ_DISABLED, STATION, Attr, BandAttr, IftypeData
from selfcare.model.wifi import Band, RadioState

SYS = Path("/sys")
_UP = 0x1
_NONE_OF_2_BITS = 3
_FINDABLE = 5
"""Remainder by 16 of the "preferred scanning channels": 5, 21, 37 and so on."""


@dataclass(frozen=True, slots=True)
class Abilities:
    """What the hardware and the country's rules allow; ``width_mhz`` of the widest channel, ``channels`` their MHz."""

    bands: frozenset[Band] = frozenset()
    generation: int | None = None
    streams: int | None = None
    width_mhz: int | None = None
    channels: tuple[int, ...] = ()

    def worth_searching(self) -> tuple[int, ...]:
        """Of 6 GHz only the channels on which an access point must let itself be found (802.11ax-2021 26.17.2.3.3)."""
        found = []
        for mhz in self.channels:
            known = number_of(mhz)
            if known is not None and (known[1] is not Band.GHZ_6 or known[0] % 16 == _FINDABLE):
                found.append(mhz)
        return tuple(found)


def abilities(parts: Iterable[bytes]) -> Abilities:
    """From the parts of one wiphy as the kernel splits it: a band comes in several pieces."""
    bands: dict[int, list[Attributes]] = {}
    usable: set[int] = set()
    for part in parts:
        for index, raw in each(attributes(part).get(Attr.WIPHY_BANDS, b"")):
            band = attributes(raw)
            bands.setdefault(index, []).append(band)
            usable |= _usable(band.get(BandAttr.FREQS, b""))
    pieces = [piece for band in bands.values() for piece in band]
    told = [_piece(piece) for piece in pieces]
    return Abilities(
        frozenset(known[1] for mhz in usable if (known := number_of(mhz)) is not None),
        max((g for g, _, _ in told if g), default=None),
        max((s for _, s, _ in told if s), default=None),
        max((w for _, _, w in told if w), default=None),
        tuple(sorted(usable)),
    )


def _usable(channels: bytes) -> set[int]:
    found = set()
    for _, raw in each(channels):
        channel = attributes(raw)
        mhz = number(channel.get(FREQ)) or 0
        if number_of(mhz) is not None and FREQ_DISABLED not in channel:
            found.add(mhz)
    return found


def _piece(band: Attributes) -> tuple[int, int, int]:
    """Generation, streams, width; zeros where this piece tells nothing of it."""
    generation = streams = width = 0
    if (ht := number(band.get(BandAttr.HT_CAPA))) is not None:
        generation, width = 4, 40 if ht & 2 else 20
        streams = sum(1 for byte in band.get(BandAttr.HT_MCS_SET, b"")[:4] if byte)
    if (vht := number(band.get(BandAttr.VHT_CAPA))) is not None:
        generation, width = 5, 160 if vht >> 2 & 3 else 80
        streams = max(streams, _streams(band.get(BandAttr.VHT_MCS_SET, b"")[:2]))
    for _, raw in each(band.get(BandAttr.IFTYPE_DATA, b"")):
        data = attributes(raw)
        if STATION in dict(each(data.get(IftypeData.IFTYPES, b""))):
            newer = _newer(data)
            generation, streams, width = (max(a, b) for a, b in zip((generation, streams, width), newer, strict=True))
    return generation, streams, width


def _newer(data: Attributes) -> tuple[int, int, int]:
    he, eht = data.get(IftypeData.HE_PHY, b""), data.get(IftypeData.EHT_PHY, b"")
    if not he:
        return 0, 0, 0
    width = 160 if he[0] & 0x18 else 80 if he[0] & 0x04 else 40 if he[0] & 0x02 else 20
    streams = _streams(data.get(IftypeData.HE_MCS_SET, b"")[:2])
    return (7, streams, 320 if eht[0] & 0x02 else width) if eht else (6, streams, width)


def _streams(receive_map: bytes) -> int:
    """Of a map with two bits for each stream, three of which say "not this one"."""
    told = number(receive_map)
    return 0 if told is None else sum(1 for n in range(8) if told >> 2 * n & 3 != _NONE_OF_2_BITS)


def state(interface: str, wiphy: str, root: Path = SYS) -> RadioState:
    """By the switches of the adapter itself, then by whether its interface is on."""
    own = _switches(root / "class" / "ieee80211" / wiphy)
    if "hard" in own:
        return RadioState.HARD_OFF
    if "soft" in own:
        return RadioState.SOFT_OFF
    flags = _text(root / "class" / "net" / interface / "flags")
    if flags is None:
        return RadioState.UNKNOWN
    try:
        return RadioState.ON if int(flags, 16) & _UP else RadioState.DISABLED
    except ValueError:
        return RadioState.UNKNOWN


def _switches(folder: Path) -> set[str]:
    try:
        switches = sorted(folder.glob("rfkill*"))[:8]
    except OSError:
        return set()
    return {part for switch in switches for part in ("soft", "hard") if _text(switch / part) == "1"}


def driver(interface: str, root: Path = SYS) -> str | None:
    """The name of the kernel's driver, "iwlwifi"."""
    try:
        return (root / "class" / "net" / interface / "device" / "driver").readlink().name[:40]
    except OSError:
        return None


def _text(path: Path) -> str | None:
    try:
        with path.open("rb") as file:
            return file.read(64).decode("ascii", "replace").strip()
    except OSError:
        return None
