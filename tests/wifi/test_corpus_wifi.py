"""Every recorded Wi-Fi output gives values or a named reason; the folder is named by SELFCARE_CORPUS."""

from __future__ import annotations

import os
import re
from collections import Counter
from pathlib import Path

import pytest

from probes.radio.texts import words
from selfcare.model.wifi import Band, Bss, Link, Security, Why, WifiAccess, WifiReading
from tests.wifi import recorded
from tests.wifi.recorded import Record
from tests.wifi.test_wifi_texts import sane, told

pytestmark = pytest.mark.corpus

IFACE, NETS = "windows/netsh-wlan-interfaces-{}-w11.txt", "windows/netsh-wlan-networks-{}.txt"
# Of the association: name, address, channel, band, dBm, Mbit/s sent and received, generation, security.
LINKS: dict[str, tuple[object, ...]] = {
    IFACE.format("de"): ("SSID-1", "fe:dc:ba:df:73:42", 116, "5", -78.5, 300, 300, 5, Security.ENTERPRISE),
    IFACE.format("en"): ("SSID-1", "fe:dc:ba:df:73:42", 44, "5", -79, 103, 103, 6, Security.WPA2),
    IFACE.format("es"): ("SSID-1", "fe:dc:ba:df:73:42", 11, "2.4", -59.5, 206, 69, 6, Security.OPEN),
    IFACE.format("fr"): ("SSID-1", "fe:dc:ba:df:73:42", 11, "2.4", -60, 206, 103, 6, Security.OPEN),
    IFACE.format("it"): ("SSID-1", "fe:dc:ba:df:73:42", 4, "2.4", -57.5, 130, 130, 4, Security.WPA2),
    "linux/iw-dev-link-wlp1s0.txt": ("SSID-1", "fe:dc:ba:3e:be:8e", 1, "2.4", -51, 26, None, None, None),
    "linux/iw-link-simplified-made.txt": (
        "HomeNetwork_5G", "12:34:56:06:49:e6", 36, "5", -56, 866.7, 780, None, None,
    ),
    "linux/iw-dev-info-wlp1s0.txt": ("HBTL", None, None, None, None, None, None, None, None),
    "linux/iwconfig.txt": ("BLABLABLA", "e6:63:da:29:55:74", 36, "5", -52, 6, None, None, None),
    "linux/iwconfig-many.txt": ("BLABLABLA", "e6:63:da:29:55:74", 36, "5", -52, 6, None, None, None),
    "macos/macOS12-wdutil-2.4GHz-en.txt": (
        "SomeSSID-2.4", "fe:dc:ba:15:45:56", 1, "2.4", -55, 145, None, 4, Security.OPEN,
    ),
    "macos/macOS12-wdutil-5GHz-en.txt": (
        "SomeSSID-5", "fe:dc:ba:15:45:56", 144, "5", -61, 324, None, 5, Security.WPA2,
    ),
    "macos/macOS15-wdutil-2.4GHz-en.txt": (None, None, 1, "2.4", -63, 48, None, 6, Security.OPEN),
    "macos/macOS15-wdutil-5GHz-en.txt": (None, None, 44, "5", -79, 103, None, 6, Security.WPA2),
    "macos/ipconfig-getsummary-15.6-redacted-tail.txt": (
        None, None, None, None, None, None, None, None, Security.WPA2,
    ),
    "macos/system_profiler-airport-10.15.7.json": (
        "SSID-6", "fe:dc:ba:15:45:56", 6, "2.4", -55, 145, None, 4, Security.OPEN,
    ),
    "macos/system_profiler-airport-12.7.2-AP.json": ("SSID-4", None, 149, "5", -68, 324, None, 6, Security.WPA2),
    "macos/system_profiler-airport-15.5-wpa2-en.json": ("SSID-7", None, 6, "2.4", -58, 144, None, 4, Security.WPA2),
    "macos/system_profiler-airport-15.5.json": ("SSID-2", None, 6, "2.4", -40, 144, None, 4, Security.OPEN),
}  # fmt: skip
NOISE = {
    "macos/macOS12-wdutil-2.4GHz-en.txt": -98, "macos/macOS12-wdutil-5GHz-en.txt": -96,
    "macos/macOS15-wdutil-2.4GHz-en.txt": -97, "macos/macOS15-wdutil-5GHz-en.txt": -91,
    "macos/system_profiler-airport-10.15.7.json": -98, "macos/system_profiler-airport-12.7.2-AP.json": -93,
    "macos/system_profiler-airport-15.5-wpa2-en.json": -97, "macos/system_profiler-airport-15.5.json": -97,
}  # fmt: skip
UNJOINED = {
    "macos/mac-wdutil-nosignal-en.txt", "macos/system_profiler-airport-12.7.2-no-AP.json",
    "macos/system_profiler-airport-15.5-no-iPhone.json", "macos/system_profiler-airport-15.5-wifi-disabled.json",
}  # fmt: skip
NAMELESS = {
    "macos/macOS15-wdutil-2.4GHz-en.txt", "macos/macOS15-wdutil-5GHz-en.txt",
    "macos/ipconfig-getsummary-15.6-redacted-tail.txt",
}  # fmt: skip
# How many access points, and of the first: name, channel, band, dBm, security.
SEEN: dict[str, tuple[object, ...]] = {
    NETS.format("access_points"): (37, "iConnect", 40, "5", -68.5, Security.ENTERPRISE),
    NETS.format("bssid-de-wifiscan"): (86, None, 1, "2.4", -88.5, Security.WPA2),
    NETS.format("bssid-en-wifiscan"): (86, None, 1, "2.4", -88.5, Security.WPA2),
    NETS.format("bssid-en-windows81"): (4, "Vodafone Hotspot", 6, "2.4", -92, Security.OPEN),
    NETS.format("bssid-es-w11"): (7, "SSID-1", 149, "5", -73.5, Security.OPEN),
    NETS.format("bssid-es-wifiscan"): (12, "iPhone", 6, "2.4", -67.5, Security.WPA2),
    NETS.format("bssid-fr-w11"): (8, "SSID-1", 149, "5", -80, Security.OPEN),
    NETS.format("bssid-hidden-ssid-en"): (15, None, 11, "2.4", -93, Security.WPA2),
    "linux/iw-scan-wifiscanner.txt": (6, "hello", 10, "2.4", -67, Security.WPA2),
    "linux/iw-scan-centos77-2.txt": (1, "Troubleshooting", 1, "2.4", -54, Security.WPA2),
    "linux/iwlist-scan-raspi.txt": (3, "gsy-97796", 6, "2.4", -76, Security.WPA2),
    "linux/nmcli-terse-scan-node-wifi.txt": (14, "Linksys01777", 11, "2.4", -40, Security.WPA2),
    "macos/airport-s-monterey-node-wifi.txt": (4, "XXXX-AMPLIFI", 36, "5", -81, Security.WPA2),
    "macos/airport-s-monterey.txt": (5, "X000X000X00", 6, "2.4", -83, Security.WPA2),
    "macos/airport-s-space-ssid-node-wifi.txt": (3, "Linksys02787", 11, "2.4", -33, Security.WPA2),
    "macos/airport-s-wifiscan2.txt": (4, None, 64, "5", -80, Security.WPA2),
    "macos/airport-s-wifiscanner.txt": (36, "OurTest", 112, "5", -70, Security.WPA2),
    "macos/system_profiler-airport-10.15.7.json": (17, "SSID-1", 4, "2.4", -57, Security.WPA2),
    "macos/system_profiler-airport-15.5.json": (5, "SSID-1", 4, "2.4", None, Security.WPA2),
    "macos/system_profiler-airport-15.5-no-iPhone.json": (2, "SSID-1", 11, "2.4", None, Security.WPA2),
}  # fmt: skip


@pytest.fixture(scope="module")
def records() -> list[Record]:
    named = os.environ.get("SELFCARE_CORPUS")
    if not named or not (Path(named) / "os" / "INDEX.tsv").is_file():
        pytest.skip("SELFCARE_CORPUS names no folder with recorded outputs (os)")
    return recorded.records(Path(named) / "os")


def reading(record: Record) -> WifiReading:
    reader = recorded.reader_of(record)
    assert reader is not None, f"{record.name}: nothing reads {record.command!r}"
    return reader(record.text)


def worth(found: WifiReading) -> str:
    """What it is worth: values, or the word for why there are none. "" is a failure."""
    if found.link is not None or found.neighbours or found.known_names:
        return "values"
    if found.access not in (WifiAccess.TOLD, WifiAccess.UNREADABLE):
        return f"access {found.access}"
    if found.access is WifiAccess.UNREADABLE:
        return ""
    if found.radio is not None and found.missing.get("link") is Why.NOT_JOINED:
        return f"radio {found.radio.state}, not joined"
    if found.known_names is not None:
        return "no saved Wi-Fi"
    silent = {found.missing.get(name) for name in ("link", "neighbours", "known_names")}
    return "not about a Wi-Fi" if silent == {Why.NOT_OFFERED} else ""


def test_every_record_gives_values_or_a_named_reason(records: list[Record]) -> None:
    table = {record.name: worth(reading(record)) for record in records}
    for name, what in table.items():
        print(f"{what or 'FAILED':32} {name}")
    print(len(table), dict(Counter(what if what == "values" else "a named reason" for what in table.values())))
    assert len(table) >= 68
    assert [name for name, what in table.items() if not what] == []


def test_none_is_impossible_and_none_missing_without_reason(records: list[Record]) -> None:
    for record in records:
        sane(reading(record))


def test_whatever_names_a_wifi_is_found(records: list[Record]) -> None:
    """Found by content, whatever the index says: a file with a Wi-Fi's words and no reader would be a hole."""
    folder = next(record.path for record in records).parents[1]
    found = {record.path for record in records}
    telling = re.compile(rb"BSSID|SPAirPort|\bSSID\b|802\.11|ESSID")
    for path in sorted(folder.glob("*/*")):
        if path.is_file() and path not in found and telling.search(path.read_bytes()):
            assert path.name in KNOWN_OTHERS, f"{path.name} tells of a Wi-Fi and nobody reads it"


KNOWN_OTHERS: set[str] = set()


@pytest.mark.parametrize("name", sorted(LINKS))
def test_the_association(records: list[Record], name: str) -> None:
    found = reading(next(record for record in records if record.name == name))
    link = told(found.link)
    assert told_of(link) == LINKS[name]
    assert (found.access is WifiAccess.NAMELESS) == (name in NAMELESS)
    if name in NAMELESS:
        assert link.missing["ssid"] is Why.NO_CONSENT
    assert link.noise_dbm == NOISE.get(name)


def told_of(link: Link) -> tuple[object, ...]:
    return (
        link.ssid, link.bssid, link.channel and link.channel.number, link.channel and str(link.channel.band),
        link.rssi_dbm, link.tx and link.tx.kbit_s / 1000, link.rx and link.rx.kbit_s / 1000, link.generation,
        link.security,
    )  # fmt: skip


@pytest.mark.parametrize("name", sorted(UNJOINED))
def test_in_no_network_is_not_hidden(records: list[Record], name: str) -> None:
    found = reading(next(record for record in records if record.name == name))
    assert (found.access, found.link, found.missing["link"]) == (WifiAccess.TOLD, None, Why.NOT_JOINED)


@pytest.mark.parametrize("name", sorted(SEEN))
def test_the_neighbours(records: list[Record], name: str) -> None:
    found = reading(next(record for record in records if record.name == name)).neighbours
    first = found[0]
    assert first.channel is not None
    assert (len(found), first.ssid, first.channel.number, str(first.channel.band), first.rssi_dbm, first.security) == (
        SEEN[name]
    )


def test_all_of_each_networks_list_is_read(records: list[Record]) -> None:
    """Counted in the text by another way: lines that hold an address, and bare percentages."""
    for record in records:
        if "show networks" not in record.command:
            continue
        lines, found = record.text.splitlines(), reading(record).neighbours
        assert len(found) == sum("BSSID" in line and words.mac(line) is not None for line in lines), record.name
        percents = [float(m[1]) for line in lines if (m := re.search(r":\s*(\d+)\s?%\s*$", line))]
        if len(percents) == len(found):
            assert [bss.rssi_dbm for bss in found] == [each / 2 - 100 for each in percents], record.name
        loads = sum(bool(re.search(r"\d+ \(\d+ %\)", line)) for line in lines)
        assert sum(bss.load is not None for bss in found) == loads, record.name
        assert all(whole(bss) for bss in found), record.name


def whole(bss: Bss) -> bool:
    six = bss.channel is not None and bss.channel.band is Band.GHZ_6
    return bss.channel is not None and bss.rssi_dbm is not None and bss.security is not None and not six
