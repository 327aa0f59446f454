"""Information elements: what they say, and that nothing from the air can hurt."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probes.radio import channels, elements
from selfcare.model.wifi import Band, BssLoad, Security


def element(kind: int, *body: int) -> bytes:
    return bytes((kind, len(body), *body))


def extended(kind: int, *body: int) -> bytes:
    return element(255, kind, *body)


SSID = element(0, *b"Livebox-12AB")
HT_CAPS, VHT_CAPS = element(45, *bytes(26)), element(191, *bytes(12))
HE_CAPS, EHT_CAPS = extended(35, *bytes(21)), extended(108, *bytes(12))


def rsn(*suites: int) -> bytes:
    listed = [byte for suite in suites for byte in (0, 0x0F, 0xAC, suite)]
    return element(48, 1, 0, 0, 0x0F, 0xAC, 4, 1, 0, 0, 0x0F, 0xAC, 4, len(suites), 0, *listed, 0, 0)


def ht_operation(primary: int, second: int) -> bytes:
    return element(61, primary, second, *bytes(20))


@pytest.mark.parametrize(
    ("data", "width", "centre"),
    [
        (ht_operation(6, 0), 20, 2437),
        (ht_operation(1, 5), 40, 2422),
        (ht_operation(11, 7), 40, 2452),
        (ht_operation(11, 3), 20, 2462),  # a second channel is named, but not used
        (ht_operation(36, 5) + element(192, 0, 0, 0, 0, 0), 40, 5190),
        (ht_operation(36, 5) + element(192, 1, 42, 0, 0, 0), 80, 5210),
        (ht_operation(36, 5) + element(192, 1, 42, 50, 0, 0), 160, 5250),
        (ht_operation(36, 5) + element(192, 1, 42, 155, 0, 0), 80, 5210),
        (ht_operation(100, 5) + element(192, 2, 114, 0, 0, 0), 160, 5570),
        (ht_operation(6, 0) + element(192, 1, 42, 0, 0, 0), 20, 2437),
        (ht_operation(36, 5) + extended(36, 0, 0x40, 0, 0, 0, 0, 1, 42, 0), 80, 5210),
    ],
)
def test_widths_of_the_older_bands(data: bytes, width: int, centre: int) -> None:
    found = elements.parse(data)
    assert (found.width_mhz, found.centre_mhz) == (width, centre)


@pytest.mark.parametrize(
    ("info", "width", "centre"),
    [
        ((37, 0, 37, 0, 0), 20, 6135),
        ((37, 1, 35, 0, 0), 40, 6125),
        ((37, 2, 39, 0, 0), 80, 6145),
        ((37, 3, 39, 47, 0), 160, 6185),
        ((37, 3, 39, 0, 0), 80, 6145),
    ],
)
def test_widths_at_6_ghz(info: tuple[int, ...], width: int, centre: int) -> None:
    found = elements.parse(SSID + extended(36, 0, 0, 2, 0, 0, 0, *info))
    assert (found.channel, found.band, found.width_mhz, found.centre_mhz) == (37, Band.GHZ_6, width, centre)


def test_a_co_hosted_set_moves_what_follows_by_one() -> None:
    found = elements.parse(extended(36, 0, 0x80, 2, 0, 0, 0, 9, 37, 2, 39, 0, 0))
    assert (found.channel, found.width_mhz) == (37, 80)


def test_wifi_7_says_its_own_width() -> None:
    six = extended(36, 0, 0, 2, 0, 0, 0, 37, 3, 39, 47, 0)
    found = elements.parse(six + extended(106, 1, 0, 0, 0, 0, 4, 47, 31) + HE_CAPS + EHT_CAPS)
    assert (found.generation, found.width_mhz, found.centre_mhz, found.band) == (7, 320, 6105, Band.GHZ_6)
    five = ht_operation(36, 5) + element(192, 1, 42, 50, 0, 0) + extended(106, 0, 0, 0, 0, 0)
    assert (elements.parse(five).width_mhz, elements.parse(five).band) == (160, Band.GHZ_5)


@pytest.mark.parametrize(
    ("data", "generation"),
    [
        (SSID, None),
        (HT_CAPS, 4),
        (HT_CAPS + VHT_CAPS + ht_operation(36, 5), 5),
        (HT_CAPS + VHT_CAPS + ht_operation(6, 0), 4),
        (HT_CAPS + VHT_CAPS + HE_CAPS, 6),
        (HT_CAPS + HE_CAPS + EHT_CAPS + ht_operation(6, 0), 7),
    ],
)
def test_generations(data: bytes, generation: int | None) -> None:
    assert elements.parse(data).generation == generation


WPA = element(221, 0, 0x50, 0xF2, 1, 1, 0, 0, 0x50, 0xF2, 2, 1, 0, 0, 0x50, 0xF2, 2, 1, 0, 0, 0x50, 0xF2, 2)
OVERRIDE = element(221, 0x50, 0x6F, 0x9A, 0x29, *rsn(8)[2:])


@pytest.mark.parametrize(
    ("data", "privacy", "security"),
    [
        (SSID, None, None),
        (SSID, False, Security.OPEN),
        (SSID, True, Security.WEP),
        (rsn(2), True, Security.WPA2),
        (rsn(6), True, Security.WPA2),
        (rsn(2, 8), True, Security.TRANSITION),
        (rsn(8), True, Security.WPA3),
        (rsn(24, 8), True, Security.WPA3),
        (rsn(1), True, Security.ENTERPRISE),
        (rsn(18), True, Security.OWE),
        (rsn(99), True, None),
        (WPA, True, Security.WPA),
        (WPA + rsn(2), True, Security.WPA2),
        (rsn(2) + OVERRIDE, True, Security.TRANSITION),
        (element(48, 1, 0), True, None),  # closed, in a way it does not say: never "WEP"
        (element(48, 9, 9, 9), False, None),
    ],
)
def test_security(data: bytes, privacy: bool | None, security: Security | None) -> None:
    assert elements.parse(data, privacy=privacy).security is security


def test_name_load_country_channel() -> None:
    found = elements.parse(SSID + element(3, 11) + element(7, *b"FR ", 1, 13, 20) + element(11, 12, 0, 180, 0, 0))
    assert (found.ssid, found.hidden, found.channel, found.country) == ("Livebox-12AB", False, 11, "FR")
    assert found.load == BssLoad(12, 0.706)


def test_a_name_that_is_hidden_or_no_text() -> None:
    assert (elements.parse(element(0)).ssid, elements.parse(element(0)).hidden) == (None, True)
    assert elements.parse(element(0, 0, 0, 0)).hidden
    assert not elements.parse(b"").hidden
    assert elements.parse(element(0, *"Café".encode("latin-1"))).ssid == "Caf�"
    assert elements.parse(element(0, *b"x" * 33)).ssid is None


def test_damage_ends_the_reading_and_keeps_what_was_before() -> None:
    assert elements.parse(SSID + bytes((61, 22, 6))).ssid == "Livebox-12AB"
    assert elements.parse(SSID + element(0, *b"Other")).ssid == "Livebox-12AB"


@given(st.binary(max_size=600), st.sampled_from([None, *Band]), st.sampled_from([None, True, False]))
def test_anything_may_come(data: bytes, band: Band | None, privacy: bool | None) -> None:
    sound(elements.parse(data, band, privacy))


KINDS = st.sampled_from([0, 3, 7, 11, 45, 48, 61, 191, 192, 221, 255])
BODY = st.one_of(
    st.binary(max_size=40),
    st.builds(lambda k, b: bytes([k]) + b, st.sampled_from([35, 36, 106, 108]), st.binary(max_size=24)),
    st.builds(lambda o, b: o + b, st.sampled_from([b"\x00\x50\xf2\x01", b"\x50\x6f\x9a\x29"]), st.binary(max_size=30)),
    st.builds(lambda b: b"\x01\x00\x00\x0f\xac\x04" + b, st.binary(max_size=30)),
)


@given(st.lists(st.builds(lambda k, b: element(k, *b), KINDS, BODY), max_size=12), st.sampled_from([None, *Band]))
def test_whole_elements_with_any_body(parts: list[bytes], band: Band | None) -> None:
    sound(elements.parse(b"".join(parts), band))


def sound(found: elements.Elements) -> None:
    assert found.ssid is None or 0 < len(found.ssid) <= 32
    assert found.width_mhz in (None, 20, 40, 80, 160, 320)
    assert found.generation in (None, 4, 5, 6, 7)
    assert found.centre_mhz is None or 2400 < found.centre_mhz < 7200
    assert found.load is None or 0 <= found.load.use <= 1
    assert found.country is None or (len(found.country) == 2 and found.country.isascii())


@given(st.integers(0, 10_000))
def test_channel_numbers_go_there_and_back(mhz: int) -> None:
    found = channels.number_of(mhz)
    assert found is None or channels.centre_of(*found) == mhz


def test_channels() -> None:
    assert channels.number_of(2484) == (14, Band.GHZ_24)
    assert channels.number_of(5180) == (36, Band.GHZ_5)
    assert channels.number_of(5955) == (1, Band.GHZ_6)
    assert channels.number_of(5955 - 20) == (2, Band.GHZ_6)
    assert channels.number_of(60480) is None


def test_a_width_that_cannot_be_is_left_out() -> None:
    assert channels.channel(5180, 80, 5210) == channels.Channel(36, Band.GHZ_5, 5180, 80, 5210)
    wrong = channels.channel(5180, 80, 5775)
    assert wrong is not None and (wrong.width_mhz, wrong.centre_mhz) == (None, None)
    assert channels.channel(5180, 17) == channels.Channel(36, Band.GHZ_5, 5180)
