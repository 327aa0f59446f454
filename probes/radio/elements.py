"""Information elements: what an access point says of itself in its beacons (IEEE 802.11-2020 clause 9.4.2).

One parser for all systems. Total: whatever comes from the air, however damaged, gives an ``Elements``, whose fields are
None where nothing readable was said. Numbers of elements and suites are those of the standard, and of its amendments
802.11ax-2021 (HE) and 802.11be-2024 (EHT).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from probes.radio import protection, widths
from probes.radio.channels import centre_of
from selfcare.model.wifi import Band, BssLoad, Security

LIMIT_BYTES = 16384
"""No more is read: a beacon with all its fragments is smaller."""

_SSID, _CHANNEL, _COUNTRY, _LOAD, _HT, _RSN, _HT_OPERATION = 0, 3, 7, 11, 45, 48, 61
_VHT, _VHT_OPERATION, _VENDOR, _EXTENSION = 191, 192, 221, 255
_HE, _HE_OPERATION, _EHT_OPERATION, _EHT = 35, 36, 106, 108
_SSID_MAX, _VENDOR_HEAD = 32, 4
_GENERATIONS = {_HT: 4, _VHT: 5}
_EXTENDED_GENERATIONS = {_HE: 6, _EHT: 7}


@dataclass(frozen=True, slots=True)
class Elements:
    """What was told. ``ssid`` None: hidden or not there (``hidden`` says which). ``channel`` is the primary's number.

    ``width_mhz`` and ``centre_mhz`` are of the whole channel in use; ``generation`` 4 to 7, what is offered.
    ``band`` where the elements alone settle it. ``security`` None: it depends on a bit that is not in the elements.
    """

    ssid: str | None = None
    hidden: bool = False
    channel: int | None = None
    band: Band | None = None
    width_mhz: int | None = None
    centre_mhz: int | None = None
    generation: int | None = None
    security: Security | None = None
    load: BssLoad | None = None
    country: str | None = None


def parse(data: bytes, band: Band | None = None, privacy: bool | None = None) -> Elements:
    """Reads them; never raises. ``band``: where it was heard, if known; else it is concluded from the elements.

    ``privacy``: the privacy bit of the beacon's capabilities. It tells "open" from "WEP": without it, neither is said.
    """
    plain: dict[int, bytes] = {}
    extended: dict[int, bytes] = {}
    vendor: list[bytes] = []
    for kind, body in walk(data):
        if kind == _VENDOR:
            vendor.append(body)
        elif kind == _EXTENSION and body:
            extended.setdefault(body[0], body[1:])
        else:
            plain.setdefault(kind, body)  # the first says it; what follows is somebody else's, or damage
    ours = widths.operation(
        plain.get(_HT_OPERATION), plain.get(_VHT_OPERATION), extended.get(_HE_OPERATION), extended.get(_EHT_OPERATION)
    )
    number = ours.primary or _first(plain.get(_CHANNEL))
    where = band or ours.band or (None if number is None else Band.GHZ_24 if number <= 14 else Band.GHZ_5)
    return Elements(
        ssid=name(plain.get(_SSID, b"")),
        hidden=_SSID in plain and name(plain[_SSID]) is None,
        channel=number,
        band=where,
        width_mhz=ours.width_mhz,
        centre_mhz=None if ours.centre is None or where is None else centre_of(ours.centre, where),
        generation=_generation(plain, extended, where),
        security=protection.judged(plain.get(_RSN), vendor, privacy),
        load=_load(plain.get(_LOAD)),
        country=_country(plain.get(_COUNTRY)),
    )


def walk(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Number and body of each element, as far as they are whole."""
    at, end = 0, min(len(data), LIMIT_BYTES)
    while at + 2 <= end:
        after = at + 2 + data[at + 1]
        if after > end:
            return
        yield data[at], data[at + 2 : after]
        at = after


def name(raw: bytes) -> str | None:
    """A network's name as text; None for a hidden one. Bytes that are no UTF-8 become U+FFFD, the same each time."""
    if not raw or len(raw) > _SSID_MAX or not any(raw):
        return None
    return raw.decode("utf-8", errors="replace")


def _first(body: bytes | None) -> int | None:
    return body[0] if body and body[0] else None


def _generation(plain: dict[int, bytes], extended: dict[int, bytes], band: Band | None) -> int | None:
    found = [n for kind, n in _GENERATIONS.items() if kind in plain]
    found += [n for kind, n in _EXTENDED_GENERATIONS.items() if kind in extended]
    # There is no Wi-Fi 5 at 2.4 GHz; makers announce it there, and what they do is a faster Wi-Fi 4.
    return max((n for n in found if (n, band) != (5, Band.GHZ_24)), default=None)


def _load(body: bytes | None) -> BssLoad | None:
    if body is None or len(body) not in (4, 5):
        return None
    return BssLoad(int.from_bytes(body[:2], "little"), round(body[2] / 255, 3))


def _country(body: bytes | None) -> str | None:
    code = (body or b"")[:2]
    if len(code) == 2 and all(65 <= letter <= 90 for letter in code):
        return code.decode("ascii")
    return None
