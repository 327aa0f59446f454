"""Channel numbers and frequencies (IEEE 802.11-2020 annex E, 802.11ax-2021 27.3.23.2)."""

from __future__ import annotations

from selfcare.model.wifi import Band, Channel

WIDTHS_MHZ = (20, 40, 80, 160, 320)
_JAPAN = 2484
_FIRST_OF_6_GHZ = 5935
"""MHz of channel 2, alone below channel 1."""


def number_of(mhz: int) -> tuple[int, Band] | None:
    """The channel whose centre is at ``mhz``; None where no Wi-Fi is."""
    if mhz == _JAPAN:
        return 14, Band.GHZ_24
    if 2412 <= mhz <= 2472 and (mhz - 2407) % 5 == 0:
        return (mhz - 2407) // 5, Band.GHZ_24
    if mhz == _FIRST_OF_6_GHZ:
        return 2, Band.GHZ_6
    if 5955 <= mhz <= 7115 and mhz % 5 == 0:
        return (mhz - 5950) // 5, Band.GHZ_6
    if 5160 <= mhz <= 5895 and mhz % 5 == 0:
        return (mhz - 5000) // 5, Band.GHZ_5
    return None


def centre_of(number: int, band: Band) -> int | None:
    """MHz of a channel's centre, also of the channel numbers that only wide channels have; None for no such number."""
    if band is Band.GHZ_24:
        mhz = _JAPAN if number == 14 else 2407 + 5 * number
    elif band is Band.GHZ_5:
        mhz = 5000 + 5 * number
    else:
        mhz = _FIRST_OF_6_GHZ if number == 2 else 5950 + 5 * number
    return mhz if number_of(mhz) == (number, band) else None


def channel(mhz: int, width_mhz: int | None = None, centre_mhz: int | None = None) -> Channel | None:
    """The channel at ``mhz``. A width or a centre that cannot be with it is left out: None is better than wrong."""
    found = number_of(mhz)
    if found is None:
        return None
    width = width_mhz if width_mhz in WIDTHS_MHZ else None
    centre = centre_mhz if width is not None else None
    if width is not None and centre is not None and abs(centre - mhz) > (width - 20) / 2:
        width = centre = None  # the primary lies outside of what is said to be its own channel
    return Channel(found[0], found[1], mhz, width, mhz if width == 20 else centre)
