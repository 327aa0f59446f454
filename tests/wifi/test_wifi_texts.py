"""What programs print of a Wi-Fi is read by shape, in any language, and nothing impossible comes out of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probes.radio.texts import apple, iw, netsh, netsh_lists, nmcli, profiler, wireless_tools, words
from selfcare.model.wifi import Band, Link, RadioState, Security, Why, WifiAccess, WifiReading
from tests.wifi import made_texts as texts

MADE = {name: text for name, text in vars(texts).items() if name.isupper()}
PARSERS: tuple[Callable[[str], WifiReading], ...] = (
    netsh.interfaces, netsh_lists.networks, netsh_lists.profiles, netsh_lists.profile, iw.link, iw.info, iw.station,
    iw.scan, wireless_tools.scan, wireless_tools.status, nmcli.networks, nmcli.devices, nmcli.connections,
    nmcli.general, nmcli.permissions, apple.scan, apple.info, apple.wdutil, apple.summary, profiler.read,
)  # fmt: skip


def told(link: Link | None) -> Link:
    assert link is not None
    return link


def sane(reading: WifiReading) -> None:
    """Nothing that cannot be, and no None without its reason."""
    link = reading.link
    if link is not None:
        missing = {f.name for f in fields(link) if f.name != "missing" and getattr(link, f.name) is None}
        assert missing == set(link.missing)
        for rate in (link.tx, link.rx):
            assert rate is None or 0 < rate.kbit_s <= words.MOST_KBIT_S
        assert link.rssi_dbm is None or -100 <= link.rssi_dbm <= -1
        assert link.noise_dbm is None or -110 <= link.noise_dbm <= -1
        assert link.busy_share is None or 0 <= link.busy_share <= 1
    else:
        assert "link" in reading.missing
    for bss in reading.neighbours:
        assert bss.rssi_dbm is None or -100 <= bss.rssi_dbm <= -1
        assert bss.load is None or (0 <= bss.load.use <= 1 and bss.load.stations >= 0)
        assert bss.age_s is None or bss.age_s >= 0


def test_french_windows_with_a_colon_in_the_name_and_a_decimal_comma() -> None:
    reading = netsh.interfaces(texts.W11_FR)
    link = told(reading.link)
    assert (link.ssid, link.bssid, link.generation, link.security) == (
        "Chez Léa : le salon", "02:00:00:11:22:33", 6, Security.WPA2,
    )  # fmt: skip
    assert link.channel is not None
    assert (link.channel.number, link.channel.band) == (11, Band.GHZ_24)
    assert link.rssi_dbm == -59, "100 % is anything from -50 dBm upwards; the figure in dBm goes first"
    assert link.rx is not None
    assert link.rx.kbit_s == 960_700
    assert link.tx is not None
    assert link.tx.kbit_s == 206_000
    assert link.missing["noise_dbm"] is Why.NOT_OFFERED
    assert reading.radio is not None
    assert reading.radio.state is RadioState.ON


def test_the_same_in_the_code_page_of_a_french_console() -> None:
    old = texts.W11_FR.replace("’", "'").encode("cp850")
    assert told(netsh.interfaces(words.decoded(old)).link).ssid == "Chez Léa : le salon"


def test_a_rate_that_cannot_be_is_marked_and_the_rest_is_kept() -> None:
    link = told(netsh.interfaces(texts.W11_BE_6GHZ).link)
    assert link.rx is None
    assert link.missing["rx"] is Why.IMPLAUSIBLE
    assert link.tx is not None
    assert (link.tx.kbit_s, link.generation, link.security) == (5_764_700, 7, Security.WPA3)
    assert link.channel is not None
    assert (link.channel.band, link.channel.mhz) == (Band.GHZ_6, 6135)


def test_several_links_at_once_give_the_strongest() -> None:
    link = told(netsh.interfaces(texts.W11_MLO).link)
    assert link.channel is not None
    assert (link.rssi_dbm, link.channel.band, link.channel.number, link.channel.width_mhz) == (-58, Band.GHZ_6, 37, 320)
    over = told(iw.link(texts.IW_MLO).link)
    assert over.channel is not None
    assert (over.bssid, over.channel.mhz, over.generation) == ("02:00:00:11:22:66", 6615, 7)
    assert over.tx is not None
    assert (over.tx.mcs, over.tx.streams) == (13, 2)


def test_radio_off_is_not_denied_and_denied_is_not_absent() -> None:
    off = netsh.interfaces(texts.W11_OFF)
    assert (off.access, off.link) == (WifiAccess.TOLD, None)
    assert off.radio is not None
    assert off.radio.state is RadioState.SOFT_OFF
    assert netsh.interfaces(texts.W11_DENIED, 1).access is WifiAccess.DENIED
    assert netsh.interfaces(texts.W11_DENIED).missing["link"] is Why.NO_CONSENT
    assert netsh_lists.networks(texts.W11_DENIED, 1).access is WifiAccess.DENIED
    assert netsh.interfaces(texts.W11_HELP, 1).access is WifiAccess.DENIED
    assert netsh.interfaces("Aucune interface sans fil sur le système.\r\n").access is WifiAccess.NO_ADAPTER
    stopped = "Le service de configuration automatique sans fil (wlansvc) ne s’exécute pas.\n"
    assert netsh.interfaces(stopped, 1).access is WifiAccess.NO_SERVICE
    assert netsh.interfaces("").access is WifiAccess.UNREADABLE


def test_neighbours_of_a_german_windows() -> None:
    five, two, six = netsh_lists.networks(texts.NETWORKS_DE).neighbours
    assert (five.ssid, five.security, five.generation, five.rssi_dbm) == ("maison", Security.WPA3, 6, -64.5)
    assert five.load is not None
    assert (five.load.stations, five.load.use) == (12, round(201 / 255, 3))
    assert two.channel is not None
    assert (two.ssid, two.security, two.channel.band) == ("maison", Security.WPA3, Band.GHZ_24)
    assert six.channel is not None
    assert (six.ssid, six.security, six.channel.mhz) == (None, Security.OPEN, 5975)


@pytest.mark.parametrize(
    ("auth", "cipher", "found"),
    [
        ("Ouvrir", "Aucun", Security.OPEN), ("Offen", "WEP", Security.WEP), ("etwas Neues", "CCMP", None),
        ("WPA2 - Entreprise", "CCMP", Security.ENTERPRISE), ("WPA3-Personal", "GCMP", Security.WPA3),
        ("WPA-Personal", "TKIP", Security.WPA), ("OWE", "CCMP", Security.OWE), ("", "", None),
    ],
)  # fmt: skip
def test_how_a_network_is_closed(auth: str, cipher: str, found: Security | None) -> None:
    assert netsh.security_of([netsh.Line("Authentification", auth), netsh.Line("Chiffrement", cipher)]) is found


def test_saved_networks() -> None:
    assert netsh_lists.profiles(texts.PROFILES_IT).known_names == ("casa: al mare", "ufficio")
    assert netsh_lists.profile('   Nom du SSID : "maison"\n').known_names == ("maison",)
    nm = "maison:6d6f6e64-1111-2222-3333-445566778899:802-11-wireless:wlan0\nfil:6d6f-1:802-3-ethernet:eth0\n"
    assert nmcli.connections(nm).known_names == ("maison",)


def test_iw() -> None:
    link = told(iw.link(texts.IW_AX).link)
    assert link.tx is not None
    assert (link.tx.kbit_s, link.tx.mcs, link.tx.streams, link.tx.width_mhz) == (960_700, 9, 2, 80)
    assert (link.rssi_dbm, link.generation, link.ssid) == (-61, 6, "maison")
    assert iw.link("Not connected.\n").missing["link"] is Why.NOT_JOINED
    assert iw.link("command failed: No such device (-19)").access is WifiAccess.NO_ADAPTER
    denied = iw.scan("command failed: Operation not permitted (-1)")
    assert set(denied.missing.values()) == {Why.NO_RIGHT}


def test_iw_counts() -> None:
    link = told(iw.station(texts.IW_STATION).link)
    assert (link.tx_packets, link.tx_retries, link.tx_failed, link.beacons_lost) == (2000, 300, 7, 4)
    assert (link.rssi_dbm, link.rssi_average_dbm, link.connected_s, link.generation) == (-67, -66, 3600, 5)
    assert link.tx is not None
    assert link.tx.short_gi is True


def test_iw_scan() -> None:
    wide, hidden, old = iw.scan(texts.IW_SCAN).neighbours
    assert wide.channel is not None
    assert (wide.channel.width_mhz, wide.channel.centre_mhz, wide.generation) == (160, 5570, 6)
    assert (wide.security, wide.joined, wide.age_s) == (Security.TRANSITION, True, 1.2)
    assert (hidden.ssid, hidden.security, hidden.rssi_dbm) == (None, Security.OPEN, None), "+3 dBm cannot be"
    assert old.channel is not None
    assert (old.security, old.generation) == (Security.WEP, 4)
    assert (old.channel.width_mhz, old.channel.centre_mhz) == (40, 2427), "the second half lies below"


def test_nmcli_as_a_table() -> None:
    mine, closed, open_ = nmcli.networks(texts.NMCLI_TABLE).neighbours
    assert (mine.ssid, mine.joined, mine.security) == ("Chez Léa", True, Security.WPA2)
    assert (closed.ssid, closed.security) == (None, Security.ENTERPRISE)
    assert (open_.security, open_.rssi_dbm) == (Security.OPEN, pytest.approx(-82))


def test_macs() -> None:
    link = told(apple.info(texts.AIRPORT_I).link)
    assert (link.rssi_dbm, link.noise_dbm, link.snr_db, link.security) == (-57, -92, 35, Security.WPA2)
    assert link.bssid == "02:00:00:11:22:33", "airport leaves leading zeros out"
    assert link.channel is not None
    assert (link.channel.number, link.channel.width_mhz) == (36, 80)
    both, hidden = apple.scan(texts.AIRPORT_S).neighbours
    assert (both.security, both.channel and both.channel.width_mhz) == (Security.TRANSITION, 40)
    assert (hidden.ssid, hidden.bssid, hidden.security) == (None, "02:00:00:11:22:44", Security.OPEN)


def test_wdutil_hides_the_name_and_tells_the_rest() -> None:
    reading = apple.wdutil(texts.WDUTIL)
    link = told(reading.link)
    assert (reading.access, link.missing["ssid"], link.snr_db) == (WifiAccess.NAMELESS, Why.NO_CONSENT, 28)
    assert link.channel is not None
    assert link.tx is not None
    assert (link.channel.mhz, link.channel.width_mhz, link.busy_share) == (6135, 160, 0.34)
    assert (link.tx.kbit_s, link.tx.mcs, link.tx.streams, link.generation) == (2_401_000, 11, 2, 7)
    assert reading.radio is not None
    assert (reading.radio.state, reading.radio.country) == (RadioState.ON, "FR")


def test_a_mac_that_hides_the_name_is_nameless_not_unjoined() -> None:
    reading = profiler.read(texts.PROFILER_26)
    link = told(reading.link)
    assert (reading.access, link.ssid, link.missing["ssid"]) == (WifiAccess.NAMELESS, None, Why.NO_CONSENT)
    assert (link.rssi_dbm, link.noise_dbm, link.missing["noise_dbm"]) == (-61, None, Why.IMPLAUSIBLE)
    assert link.channel is not None
    assert (link.channel.band, link.channel.width_mhz, link.generation) == (Band.GHZ_6, 160, 7)
    assert link.security is Security.TRANSITION


@pytest.mark.parametrize("parser", PARSERS, ids=lambda p: f"{p.__module__.rpartition('.')[2]}.{p.__name__}")
def test_every_parser_bears_every_text_and_its_pieces(parser: Callable[[str], WifiReading]) -> None:
    for text in MADE.values():
        for end in range(0, len(text), 97):
            sane(parser(text[:end]))
        sane(parser(text))
        sane(parser("\n".join(reversed(text.splitlines()))))


@given(st.sampled_from(PARSERS), st.sampled_from(sorted(MADE)), st.data())
def test_no_damage_makes_an_impossible_figure(
    parser: Callable[[str], WifiReading], name: str, data: st.DataObject
) -> None:
    """Digits are changed, lines are lost and doubled: what comes out is sane or missing."""
    text = MADE[name]
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(text)))
        piece = data.draw(st.sampled_from(["", "9", "99999999999", "-", "\x00", "\n", ":", "%", " dBm", "{", '"', "٣"]))
        cut = data.draw(st.integers(0, 20))
        text = text[:at] + piece + text[at + cut :]
    sane(parser(text))


@given(st.sampled_from(PARSERS), st.text(max_size=400))
def test_no_text_is_too_odd(parser: Callable[[str], WifiReading], text: str) -> None:
    sane(parser(text))


@given(st.binary(max_size=200))
def test_any_bytes_are_text(raw: bytes) -> None:
    assert isinstance(words.decoded(raw), str)
