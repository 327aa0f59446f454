"""The log keeps what a developer needs and nothing that names a person, a home or a device."""

from __future__ import annotations

import ipaddress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from selfcare.ground import redact as module
from selfcare.ground.redact import redact


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("gateway 192.168.1.1 silent", "gateway <ipv4> silent"),
        ("asked 192.168.1.1:53, 10.0.0.7.", "asked <ipv4>:53, <ipv4>."),
        ("http://82.64.12.3/x", "http://<ipv4>/x"),
        ("4.3.2.1.in-addr.arpa", "<ipv4>.in-addr.arpa"),
        ("host 82-64-12-3.subs.example", "host <ipv4>.subs.example"),
        ("lease 2a01:e0a:12:3450::1/64", "lease <ipv6>/64"),
        ("from fe80::1%eth0: late", "from <ipv6>: late"),
        ("addr:2001:db8::5", "addr<ipv6>"),
        ("[2001:db8:0:0:0:0:0:1]:443", "[<ipv6>]:443"),
        ("::ffff:192.168.1.9 mapped", "<ipv6> mapped"),
        ("MAC aa:bb:cc:dd:ee:ff", "MAC <mac>"),
        ("MAC AA-BB-CC-DD-EE-FF.", "MAC <mac>."),
        ("MAC aabb.ccdd.eeff", "MAC <mac>"),
        ("mail jean.dupont+box@exemple.fr now", "mail <email> now"),
        ("open /home/jdupont/.config/x", "open /home/<user>/.config/x"),
        (r"open C:\Users\Jean Dupont\x".replace(" Dupont", ""), r"open C:\Users\<user>\x"),
        ("/Users/jean/Library", "/Users/<user>/Library"),
        ("joined Livebox-A1B2", "joined <ssid>"),
        ("joined SFR_12F8 and Freebox-5G-3C4D5E", "joined <ssid> and <ssid>"),
        ("ssid=Chez Nous, band 5", "ssid=<masked>, band 5"),
        ("{'ssid': 'Chez, Nous', 'n': 1}", "{'ssid': <masked>, 'n': 1}"),
        ("password: hunter2", "password: <masked>"),
        ("key 0123456789abcdef0123", "key <hex>"),
        ("id 123e4567-e89b-12d3-a456-426614174000", "id <uuid>"),
    ],
)
def test_masks(text: str, expected: str) -> None:
    assert redact(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-22T18:04:11.120+01:00 took 812.4 ms",
        "at 12:34:56, 7:05",
        "PySide6 6.11.3, kernel 6.1.0-56-amd64, Windows 10.0.19045.4412",
        "loss 12.5 %, 3/40",
        "localhost 127.0.0.1:53 and ::1 and 0.0.0.0",
        "file selfcare/app/check.py:114",
        "tests/x.py::test_name",
        "probe dns.isp version 1 after 1732240000000000000 ns",
        "BOX-DNS certain, WAN-DOWN possible, PC-IP-STATIC",
        "not an address: 999.1.2.3",
        "std::bad_alloc",
    ],
)
def test_leaves(text: str) -> None:
    assert redact(text) == text


def test_own_home_is_masked_wherever_it_lies(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "home", lambda: Path("/srv/people/jdupont"))
    module._own_home.cache_clear()
    try:
        assert redact("at /srv/people/jdupont/x") == "at ~/x"
    finally:
        module._own_home.cache_clear()


_around = st.text(st.characters(blacklist_categories=("Cs",)), max_size=20)


@given(_around, st.ip_addresses(v=4), _around)
def test_no_ipv4_survives(before: str, address: ipaddress.IPv4Address, after: str) -> None:
    kept = address.is_loopback or address.is_unspecified
    out = redact(f"{before} {address} {after}")
    assert kept or str(address) not in out.replace(before, "").replace(after, "") or str(address) in (before, after)


@given(_around, st.ip_addresses(v=6), _around)
def test_no_ipv6_survives(before: str, address: ipaddress.IPv6Address, after: str) -> None:
    kept = str(address) in ("::", "::1")
    assert kept or f" {address} " not in redact(f"{before} {address} {after}")
    assert kept or str(address.exploded) not in redact(f"{before} {address.exploded} {after}")


@given(_around, st.binary(min_size=6, max_size=6), st.sampled_from(":-"), _around)
def test_no_mac_survives(before: str, raw: bytes, separator: str, after: str) -> None:
    mac = raw.hex(separator)
    assert f" {mac} " not in redact(f"{before} {mac} {after}")
    assert f" {mac.upper()} " not in redact(f"{before} {mac.upper()} {after}")


@given(st.text())
def test_never_raises_and_twice_is_once(text: str) -> None:
    once = redact(text)
    assert redact(once) == once


@given(st.times(), st.dates())
def test_times_and_dates_stay(time: object, date: object) -> None:
    assert redact(f"at {date}T{time} ok") == f"at {date}T{time} ok"


@given(st.tuples(st.integers(0, 99), st.integers(0, 99), st.integers(0, 9999)))
def test_versions_stay(parts: tuple[int, int, int]) -> None:
    text = "version {}.{}.{}, {}.{} %".format(*parts, parts[0], parts[1])
    assert redact(text) == text
