"""What suggests a family without asking the box: announcements, names, the lease, the maker of its adapter.

A hint never makes a family certain: anybody on the network can announce anything. Each source is bounded and gives
nothing rather than an error.
"""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from selfcare.boxes import oui
from selfcare.boxes.driver import Driver
from selfcare.boxes.wire import Place
from selfcare.model.box import BoxFamily

MDNS_TYPE = "_fbx-api._tcp.local."
"""Freebox OS announces its API so. Source: dev.freebox.fr/sdk/os."""
SSDP_FREEBOX = "urn:schemas-freebox-fr:device:Freebox:1"
"""Source: a public client of Freebox OS."""
BROADBAND_FORUM = 3561
"""Enterprise number in DHCP option 125 (RFC 3925); sub-option 6 is the gateway's product class (TR-069 Annex F)."""
_PRODUCT_CLASS = 6
_OWN_WORDS = frozenset({"host_name", "dhcp_client_identifier"})
"""Options in which the server repeats what this PC said of itself."""


class HintKind(StrEnum):
    """Where a hint comes from."""

    MDNS = "mdns"
    SSDP = "ssdp"
    NAME = "name"
    DHCP = "dhcp"
    MAKER = "maker"


@dataclass(frozen=True, slots=True)
class Hint:
    """``text`` as found (a model, a name, a maker); ``family`` where it suggests one."""

    kind: HintKind
    text: str
    family: BoxFamily | None = None


@dataclass(frozen=True, slots=True)
class Gateway:
    """The default gateway as this PC knows it, without having asked it anything.

    ``mac`` from the neighbour table; ``dhcp`` the lease's options by the name the system gives them.
    """

    place: Place
    mac: str | None = None
    dhcp: Mapping[str, str] | None = None


Source = Callable[[Gateway], Awaitable[Sequence[Hint]]]

_WORDS: Mapping[str, BoxFamily] = {
    "livebox": BoxFamily.LIVEBOX,
    "freebox": BoxFamily.FREEBOX,
    "bbox": BoxFamily.BBOX,
    "neufbox": BoxFamily.SFR,
    "nb6": BoxFamily.SFR,
    "sfr box": BoxFamily.SFR,
    "fritz!box": BoxFamily.FRITZ,
}


def family_in(text: str) -> BoxFamily | None:
    """The family a text of a box's own names."""
    lower = text.lower()
    return next((family for word, family in _WORDS.items() if word in lower), None)


def from_maker(gateway: Gateway) -> Sequence[Hint]:
    """By the hardware address. Pure."""
    name = oui.maker(gateway.mac)
    return (Hint(HintKind.MAKER, name, oui.family_of(name)),) if name else ()


def from_lease(gateway: Gateway) -> Sequence[Hint]:
    """By what the DHCP server told of itself. Pure. Serial numbers that stand in there are not taken."""
    found: dict[str, Hint] = {}
    for name, value in (gateway.dhcp or {}).items():
        if name.startswith(("requested", "fqdn")) or name in _OWN_WORDS:
            continue
        text = product_class(value) or _plain(value)
        family = family_in(text) if text else None
        if text and family is not None:
            found.setdefault(text, Hint(HintKind.DHCP, text[:60], family))
    return tuple(found.values())


def product_class(option: str) -> str | None:
    """What option 125, in hexadecimal, says of the gateway's product class."""
    digits = option.replace(":", "").replace(" ", "").removeprefix("0x")
    if len(digits) < 10 or len(digits) % 2 or not re.fullmatch(r"[0-9a-fA-F]+", digits):
        return None
    data = bytes.fromhex(digits)
    while len(data) >= 5:
        enterprise, length = int.from_bytes(data[:4], "big"), data[4]
        inner, data = data[5 : 5 + length], data[5 + length :]
        while enterprise == BROADBAND_FORUM and len(inner) >= 2:
            code, size = inner[0], inner[1]
            value, inner = inner[2 : 2 + size], inner[2 + size :]
            if code == _PRODUCT_CLASS:
                return _plain(value.decode("latin-1"))
    return None


def _plain(text: str) -> str | None:
    shown = text.strip()
    return shown if 0 < len(shown) <= 60 and shown.isprintable() else None


def from_names(drivers: Sequence[Driver], limit_s: float = 0.8) -> Source:
    """Names that a box gives itself, asked of its own DNS server: a hint where the answer is its own address."""

    async def source(gateway: Gateway) -> Sequence[Hint]:
        place = gateway.place
        if place.port is not None or ":" in place.address:
            return ()
        wanted = [(name, driver.family) for driver in drivers for name in driver.host_names]
        asked = await asyncio.gather(*(_is_own_name(name, place.address, limit_s) for name, _ in wanted))
        return tuple(
            Hint(HintKind.NAME, name, family) for (name, family), own in zip(wanted, asked, strict=True) if own
        )

    return source


async def _is_own_name(name: str, address: str, limit_s: float) -> bool:
    import dns.asyncquery
    import dns.exception
    import dns.message
    import dns.rdatatype

    with contextlib.suppress(dns.exception.DNSException, OSError, ValueError, EOFError):
        answer = await dns.asyncquery.udp(dns.message.make_query(name, "A"), address, timeout=limit_s)
        return any(
            record.address == address
            for part in answer.answer
            if part.rdtype == dns.rdatatype.A
            for record in part
        )  # fmt: skip
    return False


async def from_mdns(gateway: Gateway, limit_s: float = 1.0) -> Sequence[Hint]:
    """Freeboxes announce their API; counted only where the address announced is the gateway's."""
    if gateway.place.port is not None or ipaddress.ip_address(gateway.place.address).is_loopback:
        return ()
    from zeroconf import IPVersion, ServiceStateChange, Zeroconf
    from zeroconf.asyncio import AsyncServiceBrowser, AsyncServiceInfo, AsyncZeroconf

    names: asyncio.Queue[str] = asyncio.Queue()

    def heard(zeroconf: Zeroconf, service_type: str, name: str, state_change: ServiceStateChange) -> None:
        if state_change is ServiceStateChange.Added and names.qsize() < 8:
            names.put_nowait(name)

    try:
        multicast = AsyncZeroconf(ip_version=IPVersion.V4Only)
    except OSError:
        return ()
    browser = AsyncServiceBrowser(multicast.zeroconf, MDNS_TYPE, handlers=[heard])
    try:
        async with asyncio.timeout(limit_s):
            while True:
                info = AsyncServiceInfo(MDNS_TYPE, await names.get())
                told = await info.async_request(multicast.zeroconf, int(limit_s * 1000))
                if told and gateway.place.address in info.parsed_addresses():
                    model = (info.decoded_properties or {}).get("device_type") or "Freebox"
                    return (Hint(HintKind.MDNS, str(model)[:60], BoxFamily.FREEBOX),)
    except (TimeoutError, OSError):
        return ()
    finally:
        await browser.async_cancel()
        await multicast.async_close()


async def from_ssdp(gateway: Gateway, limit_s: float = 1.2) -> Sequence[Hint]:
    """What the gateway announces by UPnP's search: its server's words, its kinds of device."""
    from selfcare.boxes.ssdp import GATEWAYS, ssdp_search

    if gateway.place.port is not None:
        return ()
    targets = (SSDP_FREEBOX, *GATEWAYS)
    heard = await ssdp_search(gateway.place.address, targets=targets, wait_s=limit_s, enough=len(targets))
    texts = dict.fromkeys(_plain((found.server or found.target)[:60]) or found.target for found in heard)
    freebox = any(found.target == SSDP_FREEBOX for found in heard)
    return tuple(
        Hint(HintKind.SSDP, text, BoxFamily.FREEBOX if freebox else family_in(text)) for text in texts
    )  # fmt: skip


def all_sources(drivers: Sequence[Driver]) -> Sequence[Source]:
    """Every source that takes a question to the network."""
    return from_names(drivers), from_mdns, from_ssdp
