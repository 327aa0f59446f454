"""What an SFR Box sends, as the model: units, words, holes, and two replies that are not XML."""

from __future__ import annotations

import contextlib
import json
import os
import re
from pathlib import Path
from xml.etree.ElementTree import Element, fromstring

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from selfcare.boxes.errors import BoxError, BoxErrorCode
from selfcare.boxes.sfr import parse, parse_home
from selfcare.boxes.sfr.client import answer, proof
from selfcare.boxes.wire import Reply
from selfcare.model.box import (
    Absent,
    AccessMedium,
    ActivityState,
    ConnectionStatus,
    DslDirection,
    DslLine,
    HostLayer,
    LinkStatus,
    Mode,
    OpticalInterface,
    Phone,
    Security,
    WanStatus,
    Why,
)


def reply(text: str) -> Reply:
    return Reply(200, (), text.encode())


def rsp(inside: str) -> Element:
    return fromstring(f'<rsp stat="ok" version="1.0">{inside}</rsp>')


def test_the_proof_is_that_of_the_specification() -> None:
    found = proof("43f6168e635b9a90774cc4d3212d5703c11c9302", "admin")
    assert found == "7aa3e8b3ed7dfd7796800b4c4c67a0c56c5e4a66502155c17a7bcef5ae945ffa" * 2


@pytest.mark.parametrize(
    ("said", "degrees"),
    [("27560", 27.56), ("48.5", 48.5), ("0.000", None), ("", None), ("YYYYY", None), ("999999", None), ("nan", None)],
)
def test_temperature_is_in_thousandths_or_not(said: str, degrees: float | None) -> None:
    assert parse.temperature({"temperature": said}) == degrees


def dsl_fields(**change: str) -> str:
    told = {"status": "down", "linemode": "", "uptime": "", "counter": "0", "crc": "0", "noise_down": "0",
            "noise_up": "0", "attenuation_down": "0", "attenuation_up": "0", "rate_down": "0", "rate_up": "0",
            "line_status": "Unknown", "training": "Idle"} | change  # fmt: skip
    return "<dsl " + " ".join(f'{key}="{value}"' for key, value in told.items()) + " />"


@pytest.mark.parametrize("line", [AccessMedium.FIBRE, AccessMedium.CABLE])
def test_zeros_of_another_line_are_no_fault_of_a_telephone_line(line: AccessMedium) -> None:
    assert parse.dsl(rsp(dsl_fields()), line) == Absent(Why.OTHER_LINE)


@pytest.mark.parametrize("line", [None, AccessMedium.CELLULAR])
def test_zeros_of_a_line_nobody_named_are_no_reading(line: AccessMedium | None) -> None:
    assert parse.dsl(rsp(dsl_fields()), line) == Absent(Why.CANNOT)


def test_zeros_without_a_sync_are_not_figures() -> None:
    found = parse.dsl(rsp(dsl_fields(line_status="Loss Of Signal", counter="4")), AccessMedium.DSL)
    assert found == DslLine(LinkStatus.DOWN, training="Idle", retrains=3, loss_of="signal")


@pytest.mark.parametrize(
    ("training", "status"),
    [
        ("G.994 Training", LinkStatus.INITIALISING),
        ("G.993 Channel Analysis", LinkStatus.INITIALISING),
        ("G.992 Message Exchange", LinkStatus.INITIALISING),
        ("Idle", LinkStatus.DOWN),
        ("", LinkStatus.DOWN),
    ],
)
def test_a_line_that_trains_is_not_down(training: str, status: LinkStatus) -> None:
    found = parse.dsl(rsp(dsl_fields(training=training)), AccessMedium.DSL)
    assert isinstance(found, DslLine) and found.status is status


def test_the_specifications_own_example_is_nobodys_line() -> None:
    text = (
        '<rsp stat="ok" version="1.0"><dsl linemode="G.DMT" uptime="4857" counter="1" crc="0" status="up" '
        'noise_down="4.5" noise_up="4.2" attenuation_down="3.2" attenuation_up="5.2" rate_down="8000" rate_up="800"\n'
        "  </firewall></rsp>"
    )
    mended = answer("dsl.getInfo", reply(text))
    assert mended.find("dsl") is not None
    assert parse.dsl(mended, AccessMedium.DSL) == Absent(Why.CANNOT)
    assert parse.dsl(mended, AccessMedium.CABLE) == Absent(Why.OTHER_LINE)
    with pytest.raises(BoxError) as caught:
        answer("wan.getInfo", reply(text))
    assert caught.value.code is BoxErrorCode.UNREADABLE


def test_a_wan_without_an_address_has_none() -> None:
    found = parse.wan(rsp('<wan status="up" uptime="" ip_addr="" infra="ftth" mode="ftth/routed" ipv6_addr="" />'))
    assert found == WanStatus(ConnectionStatus.CONNECTED, AccessMedium.FIBRE, protocol="routed")


@pytest.mark.parametrize(
    ("ftth", "link"),
    [
        ('<ftth status="up" wanfibre="in"/>', LinkStatus.UP),
        ('<ftth status="down" wanfibre="out"/>', LinkStatus.DOWN),
        ('<ftth status="down" wanfibre="in"/>', None),
        ("", None),
    ],
)
def test_the_link_is_down_only_where_the_plug_is_out(ftth: str, link: LinkStatus | None) -> None:
    found = parse.wan(rsp('<wan status="down" infra="ftth" />'), rsp(ftth))
    assert isinstance(found, WanStatus) and found.link is link


def ont(**change: str) -> Element:
    told = {"receive": "-23.02", "transmit": "2.50", "losssignal": "INACTIVE", "ranged": "ACTIVE"} | change
    inside = "".join(f'<info name="{key}" value="{value}"/>' for key, value in told.items())
    return rsp(f'<ont type="I-010G-Q" status="up">{inside}</ont>')


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, OpticalInterface(LinkStatus.UP, True, -23.02, 2.5)),
        ({"losssignal": "ACTIVE"}, OpticalInterface(LinkStatus.DOWN, False, -23.02, 2.5)),
        ({"ranged": "INACTIVE"}, OpticalInterface(LinkStatus.INITIALISING, True, -23.02, 2.5)),
        ({"receive": "0.00", "transmit": "0.00"}, OpticalInterface(LinkStatus.UP, True)),
        ({"receive": "-23020", "transmit": "abc"}, OpticalInterface(LinkStatus.UP, True)),
    ],
)
def test_the_terminals_word(change: dict[str, str], expected: OpticalInterface) -> None:
    assert parse.optical(ont(**change)) == expected


def test_attributes_in_the_root_count_too() -> None:
    root = fromstring('<rsp stat="ok" version="1.0" status="up" hook_status="offhook" />')
    assert parse_home.phone(root) == (Phone(ActivityState.UP, off_hook=True),)
    assert parse_home.phone(rsp("")) == Absent(Why.CANNOT)


def test_both_keys_are_sent_and_that_of_the_mode_counts() -> None:
    both = 'wpakey="0123456789" wepkey=" 1234567890123"'
    keys = {}
    for enc in ("OPEN", "WEP", "WPA2-PSK", "SOMETHING-NEW"):
        found = parse_home.radio(
            rsp(f'<wlan active="on" channel="6"><wl0 ssid="A" enc="{enc}" {both}/></wlan>'), "wlan"
        )
        assert found is not None
        keys[enc] = found[1].key
    assert keys == {"OPEN": None, "WEP": " 1234567890123", "WPA2-PSK": "0123456789", "SOMETHING-NEW": None}


NAMES = (
    "system",
    "wan",
    "dsl",
    "ftth",
    "ont",
    "lan",
    "host",
    "voip",
    "wlan",
    "wlan5",
    "wl0",
    "guest",
    "config",
    "info",
)
WORDS = st.one_of(
    st.sampled_from(["up", "down", "on", "off", "", "0", "-1", "1e999", "auto", "Showtime", "NB6-SER-r0", "adsl",
                     "ftth", "-23.02", "nan", "9" * 40, "ACTIVE", "١٢"]),
    st.text(alphabet=st.characters(min_codepoint=32, max_codepoint=0x2FF), max_size=20),
)  # fmt: skip
KEYS = st.sampled_from(
    ["status", "uptime", "counter", "rate_down", "noise_up", "temperature", "product_id", "net_infra", "mac", "ip",
     "iface", "channel", "enc", "ssid", "wpakey", "name", "value", "active", "training", "ip_addr", "ipv6_addr", "mode"]
)  # fmt: skip


def elements() -> st.SearchStrategy[Element]:
    def build(name: str, attributes: dict[str, str], inner: list[Element]) -> Element:
        element = Element(name, attributes)
        element.extend(inner)
        return element

    leaf = st.builds(build, st.sampled_from(NAMES), st.dictionaries(KEYS, WORDS, max_size=8), st.just([]))
    return st.recursive(
        leaf,
        lambda inner: st.builds(build, st.sampled_from(NAMES), st.dictionaries(KEYS, WORDS, max_size=8),
                                st.lists(inner, max_size=4)),
        max_leaves=8,
    )  # fmt: skip


def everything(root: Element) -> None:
    parse.device(root)
    parse.wan(root, root)
    for line in (None, *AccessMedium):
        parse.dsl(root, line)
    parse.optical(root)
    parse_home.dhcp(root)
    parse_home.decoders(parse_home.hosts(root))
    parse_home.phone(root)
    parse_home.radio(root, "wlan5")
    parse_home.guest(root)


@settings(max_examples=60, deadline=None)
@given(st.lists(elements(), max_size=4))
def test_any_elements_give_values(inner: list[Element]) -> None:
    root = Element("rsp", {"stat": "ok"})
    root.extend(inner)
    everything(root)


@settings(max_examples=60, deadline=None)
@given(st.one_of(st.binary(max_size=200), st.text(alphabet='<>/="rspdl &;firewall \n', max_size=200).map(str.encode)))
def test_any_bytes_give_a_value_or_a_named_error(body: bytes) -> None:
    for method in ("dsl.getInfo", "guest.getInfo", "wan.getInfo"):
        with contextlib.suppress(BoxError):
            everything(answer(method, Reply(200, (), body)))


# What was recorded -----------------------------------------------------------------------------------------------


@pytest.fixture
def corpus() -> Path:
    named = os.environ.get("SELFCARE_CORPUS")
    folder = Path(named or "/nonexistent") / "sfr"
    if not folder.is_dir():
        pytest.skip("SELFCARE_CORPUS is not set")
    return folder


def read(folder: Path, name: str) -> Element:
    method = re.search(r"__(\w+\.\w+)", name)
    return answer(method.group(1) if method else "", Reply(200, (), (folder / name).read_bytes()))


@pytest.mark.corpus
def test_every_recorded_reply_is_a_value_or_a_named_error(corpus: Path) -> None:
    refused = {}
    for path in sorted(corpus.glob("*.xml")):
        try:
            everything(read(corpus, path.name))
        except BoxError as error:
            refused[path.name] = error.code
    assert refused == {
        "hacf__fail.204.xml": BoxErrorCode.LOGIN_FAILED,
        "made__fail.0.xml": BoxErrorCode.REFUSED,
        "made__fail.113.xml": BoxErrorCode.INVALID,
        "made__fail.114.xml": BoxErrorCode.INVALID,
        "made__fail.120.xml": BoxErrorCode.UPDATING,
        "made__fail.202.xml": BoxErrorCode.PAIRING_TIMEOUT,
        "made__fail.205.xml": BoxErrorCode.LOGIN_DISABLED,
        "spec4.0__system.getIfList.xml": BoxErrorCode.UNREADABLE,  # not well formed, and asked by nobody
    }


@pytest.mark.corpus
@pytest.mark.parametrize(
    ("name", "product", "model", "version", "up", "heat", "line"),
    [
        ("hacf__system.getInfo.xml", "NB6VAC-FXC-r0", "Box Plus (NB6VAC)", "NB6VAC-MAIN-R4.0.44k", 2353575, 27.56,
         AccessMedium.DSL),
        ("hacf__system.getInfo.3_5_8.xml", "NB6V-SER-r0", "Box Evolution (NB6V)", "NB6V-MAIN-R3.5.8", 762312, 44.699,
         AccessMedium.DSL),
        ("hacf__system.getInfo.BOX10H-XbSP-1.6.14.1.xml", "BOX10H-SER-r0", "SFR Box 10+", "BOX10H-XbSP-1.6.14.1", 5334,
         48.5, AccessMedium.FIBRE),
        ("neufbox4org__system.getInfo.NB6-R3.5.4.xml", "NB6-SER-r0", "Neufbox Evolution (NB6)", "NB6-MAIN-R3.5.4",
         924506, 55.873, AccessMedium.DSL),
        ("spec4.0__system.getInfo.xml", "NB5-SER-r1", "Neufbox 5", "NB5-MAIN-R2.1.2", 76913, None, AccessMedium.DSL),
    ],
)  # fmt: skip
def test_recorded_identity(corpus: Path, name: str, product: str, model: str, version: str, up: int,
                           heat: float | None, line: AccessMedium) -> None:  # fmt: skip
    found = parse.device(read(corpus, name))
    assert found is not None
    info, told = found
    assert (info.product_class, info.model_name, info.software_version) == (product, model, version)
    assert (info.up_time, info.temperature, info.mode, told) == (up, heat, Mode.ROUTER, line)


@pytest.mark.corpus
def test_recorded_lines(corpus: Path) -> None:
    expected = DslLine(
        LinkStatus.UP, "Showtime", "ADSL2+", 450796, 15,
        down=DslDirection(rate=5549, noise_margin=5.8, attenuation=28.5, crc_errors=0),
        up=DslDirection(rate=187, noise_margin=6.0, attenuation=20.8),
    )  # fmt: skip
    assert parse.dsl(read(corpus, "hacf__dsl.getInfo.xml"), AccessMedium.DSL) == expected
    told = json.loads((corpus / "ha__dsl_getInfo.parsed.json").read_text())
    assert (told["rate_down"], told["noise_up"], told["attenuation_down"]) == (5549, 6.0, 28.5)
    assert parse.wan(read(corpus, "hacf__wan.getInfo.xml")) == WanStatus(
        ConnectionStatus.CONNECTED, AccessMedium.DSL, protocol="routed", up_time=2353338,
        ipv4_address="203.0.113.254", ipv6_status=ConnectionStatus.DISCONNECTED,
    )  # fmt: skip
    assert parse.optical(read(corpus, "spec4.0__ont.getInfo.xml")) == OpticalInterface(
        LinkStatus.UP, True, -23.02, 2.5, temperature=53.12, voltage=3.32
    )
    cable = "hacf__dsl.getInfo.3DCM020200r015.xml"
    assert parse.dsl(read(corpus, cable), AccessMedium.CABLE) == Absent(Why.OTHER_LINE)
    assert parse.wan(read(corpus, "hacf__wan.getInfo.xml"), read(corpus, "hacf__ftth.getInfo.3DCM020200r015.xml"))


@pytest.mark.corpus
def test_recorded_home(corpus: Path) -> None:
    assert parse_home.phone(read(corpus, "hacf__voip.getInfo.xml")) == (Phone(ActivityState.UP, off_hook=False),)
    lan = parse_home.dhcp(read(corpus, "spec4.0__lan.getInfo.xml"))
    assert not isinstance(lan, Absent)
    assert (lan.enable, lan.min_address, lan.max_address, lan.lease_time) == (
        True, "192.168.1.20", "192.168.1.100", 86400,
    )  # fmt: skip
    first, second = parse_home.hosts(read(corpus, "spec4.0__lan.getHostsList.xml"))
    assert (first.phys_address, first.layer, first.active) == ("f0:de:f1:55:69:3f", HostLayer.ETHERNET, True)
    assert (second.host_name, second.layer) == ("winbox", HostLayer.WIFI)
    found = parse_home.radio(read(corpus, "spec4.0__wlan5.getInfo.xml"), "wlan5")
    assert found is not None
    assert (found[0].channel, found[0].auto_channel, found[1].ssid, found[1].security, found[1].key) == (
        36, False, "SFR_34E0", Security.OPEN, None,
    )  # fmt: skip
    guest = parse_home.guest(read(corpus, "spec4.0__guest.getInfo.xml"))
    assert not isinstance(guest, Absent) and (guest.enable, guest.ssid, guest.key) == (
        True,
        "SFR_34E0_GUEST",
        "abcdefgh",
    )
