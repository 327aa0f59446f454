"""What is typed into the forms of the box's settings, judged in plain words; and who can be chosen."""

from __future__ import annotations

import pytest

from selfcare.i18n import LANGUAGES, Catalogue
from selfcare.model.box import DhcpServer, HomeHost, PortMapping, PortRange, Protocol, Reservation
from ui.box_set_forms import (
    Wrong,
    devices,
    good_key,
    ports_of,
    wrong_address,
    wrong_key,
    wrong_name,
    wrong_port,
    wrong_ports,
)

FR = Catalogue("fr")
NAS = PortMapping(8443, 443, "192.168.1.20", Protocol.TCP, description="NAS")
GAME = PortMapping(5000, 5000, "192.168.1.20", Protocol.BOTH, external_last=5010)
SERVER = DhcpServer(
    box_address="192.168.1.1", subnet_mask="255.255.255.0",
    reservations=(Reservation("3C:52:82:00:00:01", "192.168.1.20"),),
)  # fmt: skip


def code(wrong: Wrong | None) -> str:
    return "" if wrong is None else wrong.code


@pytest.mark.parametrize(
    ("typed", "expected"),
    [("Maison", ""), ("x" * 32, ""), ("x" * 33, "name_long"), ("é" * 17, "name_long"), ("  ", "name_empty")],
)
def test_a_name_is_counted_as_radios_count_it(typed: str, expected: str) -> None:
    assert code(wrong_name(typed)) == expected


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("abcdefg", "key_short"), ("abcdefgh", ""), ("a" * 63, ""), ("a" * 64, ""), ("g" * 64, "key_long"),
        ("a" * 65, "key_long"), ("clé-de-la-maison", "key_letters"), ("with a space", ""),
        ("tab\there-now", "key_letters"),
    ],
)  # fmt: skip
def test_a_key_is_one_that_every_device_can_type(typed: str, expected: str) -> None:
    assert code(wrong_key(typed)) == expected


def test_how_much_is_missing_is_said() -> None:
    wrong = wrong_key("abc")
    assert wrong is not None and "encore 5" in wrong.words(FR)


def test_a_suggested_key_is_good_and_never_the_same() -> None:
    keys = {good_key() for _ in range(200)}
    assert len(keys) == 200 and all(wrong_key(key) is None for key in keys)
    assert set("".join(keys)) == set("bdfklmprtvaeiou23456789-")  # nothing that is heard or read as another


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("8443", (8443, 8443)), ("5000-5010", (5000, 5010)), (" 80 ", (80, 80)), ("0", None), ("65536", None),
        ("5010-5000", None), ("", None), ("80-", None), ("٨٠", None), ("1e3", None), ("-5", None), ("999999", None),
    ],
)  # fmt: skip
def test_ports_are_numbers(typed: str, expected: tuple[int, int] | None) -> None:
    assert ports_of(typed) == expected


def test_a_port_that_is_taken_is_named() -> None:
    taken = wrong_ports("8443", None, (NAS,), Protocol.TCP)
    assert taken is not None and "NAS" in taken.words(FR)
    assert wrong_ports("8443", None, (NAS,), Protocol.UDP) is None
    assert code(wrong_ports("8440-8450", None, (NAS,), Protocol.BOTH)) == "ports_taken"
    nameless = wrong_ports("5005", None, (GAME,), Protocol.UDP)
    assert nameless is not None and "5000-5010" in nameless.words(FR)


def test_only_ones_own_ports_of_a_shared_address() -> None:
    mine = PortRange(16384, 32767)
    wrong = wrong_ports("8080", mine, (), Protocol.TCP)
    assert wrong is not None and "16384" in wrong.words(FR) and "32767" in wrong.words(FR)
    assert code(wrong_ports("32767-32768", mine, (), Protocol.TCP)) == "ports_shared"
    assert wrong_ports("20000", mine, (), Protocol.TCP) is None
    assert wrong_ports("8080", PortRange(0, 65535), (), Protocol.TCP) is None


@pytest.mark.parametrize(
    ("typed", "expected"), [("", ""), ("443", ""), ("0", "port"), ("65536", "port"), ("x", "port")]
)
def test_the_inner_port_may_be_left_out(typed: str, expected: str) -> None:
    assert code(wrong_port(typed)) == expected


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("192.168.1.50", ""), ("192.168.1.20", "address_taken"), ("192.168.1.1", "address_box"),
        ("192.168.2.50", "address_elsewhere"), ("192.168.1.255", "address_elsewhere"),
        ("192.168.1.0", "address_elsewhere"), ("pc-camille", "address"), ("", "address"), ("192.168.1.300", "address"),
    ],
)  # fmt: skip
def test_an_address_of_this_home(typed: str, expected: str) -> None:
    assert code(wrong_address(typed, SERVER, "b8:27:eb:00:00:02")) == expected


def test_ones_own_address_is_not_taken() -> None:
    assert wrong_address("192.168.1.20", SERVER, "3c:52:82:00:00:01") is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_wrong_has_its_words(language: str) -> None:
    catalogue = Catalogue(language)
    for wrong in (
        wrong_name(""), wrong_name("x" * 40), wrong_key("a"), wrong_key("é" * 9), wrong_key("g" * 70),
        wrong_ports("x", None, (), Protocol.TCP), wrong_ports("8443", None, (NAS,), Protocol.TCP),
        wrong_ports("1", PortRange(2, 3), (), Protocol.TCP), wrong_port("x"), wrong_address("x", SERVER),
        wrong_address("192.168.1.1", SERVER), wrong_address("10.0.0.1", SERVER), wrong_address("192.168.1.20", SERVER),
        *(Wrong(code) for code in ("key_needed", "no_device", "band", "nothing", "slot_days", "slot_times")),
    ):  # fmt: skip
        assert wrong is not None
        words = wrong.words(catalogue)
        assert "ui.set" not in words and "{" not in words


def test_this_computer_first_then_who_is_there_by_name() -> None:
    hosts = (
        HomeHost("aa:00:00:00:00:01", "192.168.1.31", host_name="Zoé", active=True),
        HomeHost("aa:00:00:00:00:02", "192.168.1.32", host_name="absent", active=False),
        HomeHost("AA:00:00:00:00:03", "192.168.1.33", host_name="pc", active=True),
        HomeHost("aa:00:00:00:00:04", "192.168.1.34", active=True),
        HomeHost("aa:00:00:00:00:05", "192.168.1.35", host_name="iPhone", active=True),
        HomeHost("aa:00:00:00:00:06", "192.168.1.36", host_name="iPhone", active=True),
    )
    found = devices(FR, hosts, frozenset({"aa:00:00:00:00:03"}))
    assert [one.label for one in found] == [
        "pc (cet ordinateur)", "iPhone, 192.168.1.35", "iPhone, 192.168.1.36", "Zoé", found[4].label, "absent (absent)",
    ]  # fmt: skip
    assert found[0].mine and found[0].mac == "aa:00:00:00:00:03" and found[4].mac.endswith("04")
    assert not any("aa:00" in one.label.lower() for one in found)
