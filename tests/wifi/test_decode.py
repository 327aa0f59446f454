"""nl80211's attributes: what each means, what is missing and why, and that no tree of them can hurt."""

from __future__ import annotations

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probes.radio.linux import adapter, decode, genl
from probes.radio.linux.genl import packed, u32
from probes.radio.linux.numbers import Attr, BandAttr, BssInfo, IftypeData, RateInfo, Sta, SurveyInfo
from probes.radio.linux.rates import rate
from selfcare.model.wifi import Band, Channel, Rate, Security, Why


def u16(value: int) -> bytes:
    return value.to_bytes(2, sys.byteorder)


def s8(value: int) -> bytes:
    return value.to_bytes(1, sys.byteorder, signed=True)


def tree(**told: bytes | int) -> bytes:
    """Of a rate."""
    return packed({RateInfo[k]: v if isinstance(v, bytes) else bytes([v]) for k, v in told.items()})


@pytest.mark.parametrize(
    ("raw", "wanted"),
    [
        (tree(BITRATE32=u32(8667), VHT_MCS=9, VHT_NSS=2, WIDTH_80=b"", SHORT_GI=b""), Rate(866700, 9, 2, 80, 5, True)),
        (tree(BITRATE=u16(1300), MCS=15), Rate(130000, 7, 2, 20, 4, False)),
        (tree(BITRATE=u16(60)), Rate(6000, None, None, 20)),
        (tree(BITRATE32=u32(24019), HE_MCS=11, HE_NSS=2, HE_GI=0, WIDTH_160=b""), Rate(2401900, 11, 2, 160, 6, True)),
        (
            tree(BITRATE32=u32(57648), EHT_MCS=13, EHT_NSS=2, EHT_GI=0, WIDTH_320=b""),
            Rate(5764800, 13, 2, 320, 7, True),
        ),
        (tree(BITRATE32=u32(86), HE_MCS=0, HE_NSS=1, HE_RU=2), Rate(8600, 0, 1, None, 6, None)),
        # What drivers have really said: 46 Gbit/s, an MCS and streams that nothing has, a "b" faster than any.
        (tree(BITRATE32=u32(460_000), EHT_MCS=13, EHT_NSS=2, WIDTH_320=b""), Why.IMPLAUSIBLE),
        (tree(BITRATE32=u32(8667), VHT_MCS=9, VHT_NSS=1), Why.IMPLAUSIBLE),
        (tree(BITRATE32=u32(600), HE_MCS=31, HE_NSS=2), Why.IMPLAUSIBLE),
        (tree(BITRATE=u16(3000)), Why.IMPLAUSIBLE),
        (tree(BITRATE=u16(0)), Why.NOT_OFFERED),
        (b"", Why.NOT_OFFERED),
        (None, Why.NOT_OFFERED),
    ],
)
def test_rates(raw: bytes | None, wanted: Rate | Why) -> None:
    assert rate(raw) == wanted


@pytest.mark.parametrize(
    ("said", "wanted"),
    [(-47, -47.0), (-101, -101.0), (0, Why.IMPLAUSIBLE), (3, Why.IMPLAUSIBLE), (-127, Why.IMPLAUSIBLE)],
)
def test_a_signal_that_is_none(said: int, wanted: float | Why) -> None:
    assert decode.signal(s8(said)) == wanted


def test_no_signal_is_told_as_not_offered() -> None:
    assert decode.signal(None) is Why.NOT_OFFERED


def test_an_interface_of_one_link() -> None:
    found = decode.interface(packed({
        Attr.IFINDEX: u32(3), Attr.WIPHY: u32(0), Attr.IFTYPE: u32(2), Attr.IFNAME: b"wlp2s0\0",
        Attr.SSID: b"Chez nous",
        Attr.WIPHY_FREQ: u32(5180), Attr.CHANNEL_WIDTH: u32(3), Attr.CENTER_FREQ1: u32(5210),
    }))  # fmt: skip
    assert found is not None
    assert (found.name, found.ssid, found.several_links) == ("wlp2s0", "Chez nous", False)
    assert found.channel == Channel(36, Band.GHZ_5, 5180, 80, 5210)


def test_of_several_links_that_with_a_channel() -> None:
    six = packed(
        {Attr.MLO_LINK_ID: b"\1", Attr.WIPHY_FREQ: u32(6135), Attr.CHANNEL_WIDTH: u32(13), Attr.CENTER_FREQ1: u32(6105)}
    )
    found = decode.interface(packed({
        Attr.IFINDEX: u32(3), Attr.WIPHY: u32(0), Attr.IFTYPE: u32(2),
        Attr.MLO_LINKS: packed({1: packed({Attr.MLO_LINK_ID: b"\0"}), 2: six}),
    }))  # fmt: skip
    assert found is not None and found.several_links
    assert found.channel == Channel(37, Band.GHZ_6, 6135, 320, 6105)


@pytest.mark.parametrize("kind", [0, 1, 3, 6, 10])
def test_interfaces_of_another_kind(kind: int) -> None:
    assert decode.interface(packed({Attr.IFINDEX: u32(3), Attr.WIPHY: u32(0), Attr.IFTYPE: u32(kind)})) is None


def test_associated_is_not_yet_joined() -> None:
    def flags(value: int) -> bytes:
        return packed({Attr.STA_INFO: packed({Sta.STA_FLAGS: u32(0xFE) + u32(value)})})

    assert not decode.station(flags(1 << 7)).open
    assert decode.station(flags(1 << 7 | 1 << 1)).open
    assert decode.station(packed({Attr.STA_INFO: b""})).open  # a driver without such flags tells only who is in


def test_the_mean_of_beacons_before_that_of_all() -> None:
    info = packed({Sta.SIGNAL: s8(-60), Sta.SIGNAL_AVG: s8(-61), Sta.BEACON_SIGNAL_AVG: s8(-64)})
    assert decode.station(packed({Attr.STA_INFO: info})).average == -64


def survey(mhz: int, noise: int, *more: int) -> bytes:
    told = {SurveyInfo.FREQUENCY: u32(mhz), SurveyInfo.NOISE: s8(noise)}
    return packed({Attr.SURVEY_INFO: packed({**told, **dict.fromkeys(more, b"")})})


def test_the_survey_of_the_channel_in_use() -> None:
    marked = [survey(2412, -91), survey(5180, -95), survey(5200, -94, SurveyInfo.IN_USE)]
    assert (found := decode.survey(marked, 5180)) is not None and found.noise == -94
    assert (found := decode.survey(marked[:2], 5180)) is not None and found.noise == -95
    assert decode.survey(marked[:2], 6135) is None


def test_an_access_point_in_sight() -> None:
    told = {
        BssInfo.BSSID: bytes.fromhex("02005e100001"), BssInfo.FREQUENCY: u32(2437), BssInfo.CAPABILITY: u16(0x0411),
        BssInfo.SIGNAL_MBM: (-6150).to_bytes(4, sys.byteorder, signed=True), BssInfo.SEEN_MS_AGO: u32(1500),
        BssInfo.ELEMENTS: b"\0\4Chez", BssInfo.BEACON_ELEMENTS: b"\0\0" + bytes((11, 5, 3, 0, 51, 0, 0)),
        BssInfo.STATUS: u32(1),
    }  # fmt: skip
    seen = decode.bss(packed({Attr.BSS: packed(told)}), 0.0)
    assert seen is not None
    bss = seen.bss
    assert (bss.bssid, bss.ssid, bss.rssi_dbm, bss.age_s, bss.joined) == ("02:00:5e:10:00:01", "Chez", -61.5, 1.5, True)
    assert bss.security is Security.WEP  # the privacy bit, and no element that says how
    assert bss.load is not None and (bss.load.stations, bss.load.use) == (3, 0.2)
    assert decode.bss(packed({Attr.BSS: packed({**told, BssInfo.FREQUENCY: u32(60480)})}), 0.0) is None


def test_what_an_adapter_can_do() -> None:
    two = packed(
        {
            BandAttr.HT_CAPA: u16(2),
            BandAttr.HT_MCS_SET: b"\xff\xff" + bytes(14),
            BandAttr.FREQS: packed({0: packed({1: u32(2412)})}),
        }
    )
    he = packed(
        {
            IftypeData.IFTYPES: packed({2: b""}),
            IftypeData.HE_PHY: b"\x0e" + bytes(10),
            IftypeData.HE_MCS_SET: u16(0xFFFA) + bytes(10),
        }
    )
    forbidden = packed({0: packed({1: u32(5955), 2: b""}), 1: packed({1: u32(5975), 2: b""})})
    five = packed({
        BandAttr.VHT_CAPA: u32(0), BandAttr.VHT_MCS_SET: u16(0xFFFA) + bytes(6),
        BandAttr.IFTYPE_DATA: packed({1: he}), BandAttr.FREQS: packed({0: packed({1: u32(5180)})}),
    })  # fmt: skip
    parts = [
        packed({Attr.WIPHY_BANDS: packed({n: band})})
        for n, band in ((0, two), (1, five), (3, packed({BandAttr.FREQS: forbidden})))
    ]
    can = adapter.abilities(parts)
    assert can.bands == {Band.GHZ_24, Band.GHZ_5}  # 6 GHz is in the hardware, and forbidden where it is
    assert (can.generation, can.streams, can.width_mhz) == (6, 2, 160)
    assert can.channels == (2412, 5180)


def test_of_6_ghz_only_the_channels_to_be_found_on_are_searched() -> None:
    can = adapter.Abilities(channels=(2412, 5180, 5955, 5975, 6055, 6135))
    assert can.worth_searching() == (2412, 5180, 5975, 6055, 6135)


LEAF = st.binary(max_size=24)
NUMBERS = st.integers(0, 330)
TREES = st.recursive(LEAF, lambda inner: st.dictionaries(NUMBERS, inner, max_size=6).map(packed), max_leaves=12)


@given(st.one_of(st.binary(max_size=300), TREES))
def test_any_tree_may_come(data: bytes) -> None:
    decode.interface(data)
    decode.station(data)
    decode.survey([data], 5180)
    decode.bss(data, 100.0)
    adapter.abilities([data])
    list(genl.commands(data))


WHOLE = st.fixed_dictionaries({}, optional={int(k): LEAF for k in Sta})


@given(WHOLE, st.fixed_dictionaries({}, optional={int(k): LEAF for k in RateInfo}))
def test_any_station_is_told_soundly(info: dict[int, bytes], rates: dict[int, bytes]) -> None:
    info |= {Sta.TX_BITRATE: packed(rates)}
    found = decode.station(packed({Attr.STA_INFO: packed(info)}))
    assert isinstance(found.rssi, Why) or -110 <= found.rssi <= -1
    if isinstance(found.tx, Rate):
        assert 0 < found.tx.kbit_s <= 46_200_000
        assert found.tx.streams is None or 1 <= found.tx.streams <= 8
