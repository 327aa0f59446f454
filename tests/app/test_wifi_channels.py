"""Which channel is advised, and when none is."""

from __future__ import annotations

from dataclasses import replace

import pytest

from selfcare.app.wifi.channels import advise, share
from selfcare.model.wifi import Band, Bss, BssLoad, Channel, Link, Radio, RadioState, WifiAccess, WifiReading

BASES = {Band.GHZ_24: 2407, Band.GHZ_5: 5000}
HOME = "Maison-Dupont"


def at(number: int, band: Band = Band.GHZ_24, width: int = 20, centre: int | None = None) -> Channel:
    return Channel(number, band, BASES[band] + 5 * number, width, centre)


def bss(
    number: int, rssi: float = -50.0, use: float | None = None, band: Band = Band.GHZ_24, name: str = "Voisin",
    last: int = 0, age: float | None = 1.0, width: int = 20, centre: int | None = None,
) -> Bss:  # fmt: skip
    load = None if use is None else BssLoad(3, use)
    address = f"02:00:00:{number:02x}:{last:02x}:01"
    return Bss(address, name, at(number, band, width, centre), rssi, age_s=age, load=load)


def reading(*others: Bss, on: Channel | None = None, age: float | None = 1.0, country: str = "FR") -> WifiReading:
    link = Link(HOME, "02:aa:bb:cc:dd:01", on or at(6), -45.0)
    radio = Radio("wlan0", RadioState.ON, country=country)
    return WifiReading(WifiAccess.TOLD, 0.0, radio=radio, link=link, neighbours=others, scan_age_s=age)


def better(*others: Bss, on: Channel | None = None, **more: object) -> int | None:
    (line,) = advise(reading(*others, on=on, **more))  # type: ignore[arg-type]
    return line.better


def test_a_full_channel_is_left_for_an_empty_one() -> None:
    assert better(bss(6, use=0.7), bss(1, use=0.3)) == 11


def test_a_small_gain_is_no_advice() -> None:
    assert better(bss(6, use=0.3), bss(1, use=0.15), bss(11, use=0.15), country="US") is None
    assert better(bss(6, use=0.15)) is None


def test_everything_full_alike_is_no_advice() -> None:
    assert better(*(bss(n, use=0.6) for n in (1, 6, 11)), country="US") is None


def test_weak_ones_hardly_count_and_unheard_ones_not() -> None:
    assert better(bss(6, rssi=-91.0, use=0.9)) is None
    strong, weak = (share(at(6).spans, [bss(6, rssi=r, use=0.8)]) for r in (-70.0, -87.0))
    assert strong == 0.8 and 0 < weak < 0.5
    assert share(at(6).spans, [bss(6, rssi=-93.0, use=0.8)]) == 0


def test_the_neighbouring_channels_share_the_air_by_overlap() -> None:
    assert share(at(6).spans, [bss(4, use=0.8)]) == pytest.approx(0.4)
    assert share(at(6).spans, [bss(1, use=0.8)]) == 0
    wide = replace(bss(1, use=0.8), channel=at(1, width=40, centre=2422))
    assert share(at(6).spans, [wide]) == pytest.approx(0.6)


def test_one_channels_use_is_not_counted_once_for_each_who_tells_it() -> None:
    assert share(at(6).spans, [bss(6, use=0.7, last=n) for n in range(4)]) == pytest.approx(0.7)
    assert share(at(6).spans, [bss(6, last=n) for n in range(4)]) == pytest.approx(0.4)


def test_own_access_points_do_not_count() -> None:
    repeater = bss(6, use=0.9, name=HOME)
    guests = replace(bss(6, use=0.9, name="Invites"), bssid="06:aa:bb:cc:dd:07")
    assert better(repeater, guests, bss(1, use=0.1)) is None


def test_without_a_fresh_search_nothing_is_advised() -> None:
    (line,) = advise(reading(bss(6, use=0.9), age=None))
    assert line.better is None and line.now == 6
    assert better(bss(6, use=0.9), age=90.0) is None
    assert advise(reading(bss(6, use=0.9, age=300.0))) == ()


def test_channel_13_only_where_it_may_be_used_and_is_worth_it() -> None:
    crowd = (bss(6, use=0.9), bss(1, use=0.7), bss(11, use=0.7))
    assert better(*crowd, country="US") is None
    assert better(*crowd, country="FR") == 13
    assert better(bss(6, use=0.9), bss(1, use=0.1), bss(11, use=0.1), country="FR") in (1, 11)
    (line,) = advise(reading(*crowd), {"2.4": (1, 6, 11)})
    assert line.better is None and {n for n, _ in line.shares} == {1, 6, 11}


def test_five_ghz_goes_by_whole_blocks_and_without_radars_first() -> None:
    on = at(36, Band.GHZ_5, 80, 5210)
    crowded = bss(44, use=0.7, band=Band.GHZ_5)
    assert better(crowded, on=on) is None  # all of 36 to 48 is one block, and the rest shares with radars
    (line,) = advise(reading(crowded, on=on), {"5": (36, 40, 44, 48, 52, 100)})
    assert line.better == 52
    (line,) = advise(reading(crowded, on=replace(on, width_mhz=20, centre_mhz=None)))
    assert line.better is None  # 20 MHz on 36 do not meet 44
    assert better(bss(100, use=0.9, band=Band.GHZ_5), on=at(100, Band.GHZ_5, 80, 5530)) == 36


def test_forty_mhz_on_24_ghz_are_too_many_beside_neighbours() -> None:
    (line,) = advise(reading(bss(1, rssi=-60.0), on=at(6, width=40, centre=2447)))
    assert (line.width_mhz, line.better_width_mhz) == (40, 20)
    (line,) = advise(reading(bss(1, rssi=-90.0), on=at(6, width=40, centre=2447)))
    assert line.better_width_mhz is None


def test_a_band_without_own_network_has_shares_and_no_advice() -> None:
    lines = {line.band: line for line in advise(reading(bss(1, use=0.2), bss(36, use=0.5, band=Band.GHZ_5)))}
    assert lines["5"].now is None and lines["5"].better is None and dict(lines["5"].shares)[36] == 0.5
    assert lines["2.4"].now == 6
