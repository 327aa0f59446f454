"""How wide the channel in use is, from the four operation elements (IEEE 802.11-2020 9.4.2.56 and 158, 11ax, 11be)."""

from __future__ import annotations

from dataclasses import dataclass

from selfcare.model.wifi import Band

_ABOVE, _BELOW = 1, 3
_HE_VHT_INFO, _HE_CO_HOSTED, _HE_6_GHZ_INFO = 1 << 14, 1 << 15, 1 << 17
_SIX_GHZ_WIDTHS = (20, 40, 80, 160)
_EHT_WIDTHS = (20, 40, 80, 160, 320)


@dataclass(frozen=True, slots=True)
class Operation:
    """``primary`` and ``centre`` are channel numbers, the latter of the whole width."""

    primary: int | None = None
    width_mhz: int | None = None
    centre: int | None = None
    band: Band | None = None


def operation(ht: bytes | None, vht: bytes | None, he: bytes | None, eht: bytes | None) -> Operation:
    """The newest element that tells a width tells it; the older ones are for older devices."""
    base = _ht(ht)
    six, inside = _he(he)
    if base.band is Band.GHZ_24 and six is None:
        return base  # nothing wider than 40 MHz there, whatever is announced
    best = _eht(eht) or six or inside or _vht(vht) or base
    primary = six.primary if six else base.primary
    return Operation(primary, best.width_mhz, best.centre, six.band if six else best.band or base.band)


def _ht(body: bytes | None) -> Operation:
    if not body or not body[0]:
        return Operation()
    primary = body[0]
    band = Band.GHZ_24 if primary <= 14 else Band.GHZ_5
    offset = body[1] & 3 if len(body) > 1 else None
    if offset is None:
        return Operation(primary, band=band)
    if offset in (_ABOVE, _BELOW) and body[1] & 4:
        return Operation(primary, 40, primary + (2 if offset == _ABOVE else -2), band)
    return Operation(primary, 20, primary, band)


def _vht(body: bytes | None) -> Operation | None:
    """None where it says "as in the HT element"."""
    if body is None or len(body) < 3 or not 1 <= body[0] <= 3 or not body[1]:
        return None
    kind, first, second = body[0], body[1], body[2]
    if kind == 2:
        return Operation(None, 160, first, Band.GHZ_5)
    if kind == 1 and abs(first - second) == 8 and second:
        return Operation(None, 160, second, Band.GHZ_5)
    # Two blocks apart ("80+80"): that with the primary channel is what is next to anybody.
    return Operation(None, 80, first, Band.GHZ_5)


def _he(body: bytes | None) -> tuple[Operation | None, Operation | None]:
    """What it says of 6 GHz, and the VHT information it may carry in place of that element."""
    if body is None or len(body) < 6:
        return None, None
    told = int.from_bytes(body[:3], "little")
    at, inside = 6, None
    if told & _HE_VHT_INFO:
        inside, at = _vht(body[at : at + 3]), at + 3
    if told & _HE_CO_HOSTED:
        at += 1
    info = body[at : at + 5]
    if not told & _HE_6_GHZ_INFO or len(info) < 5 or not info[0]:
        return None, inside
    primary, kind, first, second = info[0], info[1] & 3, info[2], info[3]
    width, centre = _SIX_GHZ_WIDTHS[kind], first
    if width == 160:
        width, centre = (160, second) if abs(first - second) == 8 and second else (80, first)
    return Operation(primary, width, primary if width == 20 else centre, Band.GHZ_6), inside


def _eht(body: bytes | None) -> Operation | None:
    """None where it leaves the width to the HE or VHT element. The second number is of the whole from 160 MHz on."""
    if body is None or len(body) < 8 or not body[0] & 1:
        return None
    kind, first, second = body[5] & 7, body[6], body[7]
    if kind >= len(_EHT_WIDTHS) or not first:
        return None
    width = _EHT_WIDTHS[kind]
    return Operation(None, width, second if width >= 160 else first)
