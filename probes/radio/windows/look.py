"""One reading out of the answers of ``wlanapi``. Pure but for the calls it is given."""

from __future__ import annotations

import functools
import time

from probes.hostnet.windows import adapters
from probes.hostnet.windows import calls as hostcalls
from probes.radio.texts import made, words
from probes.radio.texts.words import Missing
from probes.radio.windows import calls, tell
from probes.radio.windows.calls import Calls
from probes.radio.windows.structures import Connection
from selfcare.model.wifi import Bss, Link, Radio, Why, WifiAccess, WifiReading

SOURCE = "wlanapi"
_NAMES = ("ssid", "bssid")


def access_of(code: int) -> WifiAccess:
    """What an error of Windows means where there is no adapter to go on with. 0: it told, and there is none."""
    if code in (calls.OK, calls.NOT_FOUND):
        return WifiAccess.NO_ADAPTER
    if code == calls.DENIED:
        return WifiAccess.DENIED
    # 1060: no such service; 1722: it does not answer; and an edition of Windows without the library.
    if code in (calls.NO_SERVICE, calls.NO_LIBRARY, 1060, 1722):
        return WifiAccess.NO_SERVICE
    return WifiAccess.UNREADABLE


def _why(code: int) -> Why:
    return Why.NO_CONSENT if code == calls.DENIED else Why.NOT_OFFERED


@functools.lru_cache(maxsize=16)
def _alias(guid: str) -> str:
    """Raises StopIteration where it is not there yet, which is not remembered."""
    return next(raw.name for raw in adapters.parse(hostcalls.adapters()) if raw.guid.upper() == guid)


def alias(guid: str) -> str | None:
    """What Windows and its owner call the adapter ("Wi-Fi"), as the other probes do."""
    try:
        return _alias(guid)
    except (OSError, AttributeError, StopIteration):
        return None


def reading(api: Calls, adapter: tell.Adapter, neighbours: bool) -> WifiReading:
    """Radio, link, and what the system last heard."""
    missing: dict[str, Why] = {"events": Why.NOT_OFFERED, "radio.country": Why.NOT_OFFERED}
    radio = Radio(
        alias(adapter.guid) or adapter.description or adapter.guid,
        tell.radio_state(api.query(adapter.guid, calls.RADIO)[1]),
        generation=tell.best_generation(api.capability(adapter.guid)[1]),
        driver=adapter.description or None,
    )
    joined = adapter.state == tell.CONNECTED
    code, data = api.query(adapter.guid, calls.CONNECTION) if joined else (calls.OK, b"")
    told = tell.connection(data)
    now = tell.realtime(api.query(adapter.guid, calls.QUALITY)[1]) if joined else None
    heard: tuple[Bss, ...] = ()
    if neighbours or (joined and now is None):
        heard = _heard(api, adapter.guid, told, missing)
    link = _link(api, adapter.guid, told, now, heard, code) if joined else None
    code_names, data = api.profiles(adapter.guid) if neighbours else (calls.NOT_FOUND, b"")
    names = tell.profiles(data) if code_names == calls.OK else None
    if names is None:
        missing["known_names"] = _why(code_names)
    if link is None:
        missing["link"] = Why.NO_CONSENT if joined and code == calls.DENIED else Why.NOT_JOINED
    return WifiReading(
        _access(joined, code, link), time.monotonic(), radio, link,
        adapter.state in (tell.ASSOCIATING, tell.AUTHENTICATING), heard if neighbours else (),
        _searched_s(heard) if neighbours else None,
        (), names, missing, SOURCE,
    )  # fmt: skip


def _searched_s(heard: tuple[Bss, ...]) -> float | None:
    """Since the last search: the own access point is heard all the time, and those of its channel may be.

    Where nobody else was heard, nobody knows.
    """
    own = next((each.channel.mhz for each in heard if each.joined and each.channel is not None), None)
    others = [each for each in heard if not each.joined and (each.channel is None or each.channel.mhz != own)]
    return min((each.age_s for each in others if each.age_s is not None), default=None)


def _access(joined: bool, code: int, link: Link | None) -> WifiAccess:
    """Refused, but signal or rate told all the same: Windows keeps back which network, and nothing else."""
    if not joined or code != calls.DENIED:
        return WifiAccess.TOLD
    return WifiAccess.NAMELESS if link is not None else WifiAccess.DENIED


def _heard(api: Calls, guid: str, told: Connection | None, missing: dict[str, Why]) -> tuple[Bss, ...]:
    code, data = api.bss_list(guid)
    if code != calls.OK:
        missing["neighbours"] = _why(code)
        return ()
    return tell.neighbours(data, time.time(), tell.address(told.association.bssid) if told is not None else None)


def _link(  # the sources of one link, each of which may be silent
    api: Calls, guid: str, told: Connection | None, now: tell.Now | None, heard: tuple[Bss, ...], code: int
) -> Link | None:  # fmt: skip
    missing = Missing()
    missing.none(_why(code) if code != calls.OK else Why.UNREADABLE, *_NAMES, "security")
    strength = tell.number(api.query(guid, calls.RSSI)[1])
    if strength is None and now is not None:
        strength = now.rssi
    if told is None and now is None and strength is None:
        return None
    counted = tell.counters(api.query(guid, calls.STATISTICS)[1])
    mine = next((bss for bss in heard if bss.joined), None)
    part = told.association if told is not None else None
    phy = part.phy if part is not None else now.phy if now is not None else 0
    percent = part.quality if part is not None else now.percent if now is not None else None
    tx = (part.tx_rate if part is not None else 0) or (now.tx_kbit_s if now is not None else 0)
    rx = (part.rx_rate if part is not None else 0) or (now.rx_kbit_s if now is not None else 0)
    where = (mine.channel if mine is not None else None) or (now.where if now is not None else None)
    rssi = missing.rssi(strength) if strength else None if percent is None else words.of_percent(percent)
    missing.none(Why.UNREADABLE, "channel", "rssi_dbm")
    return made.link(
        missing, ssid=tell.name(part.ssid) if part is not None else None,
        bssid=tell.address(part.bssid) if part is not None else None,
        channel=where or tell.by_number(tell.number(api.query(guid, calls.CHANNEL)[1]), phy),
        rssi_dbm=rssi, tx=missing.rate(tx or None, "tx", generation=tell.generation(phy)),
        rx=missing.rate(rx or None, "rx", generation=tell.generation(phy)), generation=tell.generation(phy),
        security=tell.security(told) if told is not None else None,
        tx_packets=counted.sent if counted else None, tx_retries=counted.retried if counted else None,
        tx_failed=counted.failed if counted else None,
    )  # fmt: skip
