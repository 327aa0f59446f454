"""Nothing of the model that names somebody gets through, and nothing else is lost."""

from __future__ import annotations

import dataclasses

import pytest

from selfcare.ground.anonymous import ADDRESSES, IDENTIFIERS, MASKED, SECRETS, without, without_identifiers
from selfcare.model import box
from selfcare.model.box import (
    Absent,
    BoxFamily,
    DeviceInfo,
    DhcpServer,
    EthernetPort,
    HomeHost,
    ParentalSchedule,
    Reservation,
    WanStatus,
    Why,
    WifiSsid,
)

CANARY = "kanarienvogel"


def test_every_text_of_the_model_is_judged() -> None:
    """A new text field must be put on one of the lists, or here: it names nobody."""
    harmless = {
        "model_name", "product_class", "manufacturer", "software_version", "api_version", "reason", "protocol",
        "last_error", "standard", "training", "loss_of", "pon_mode", "band", "what", "state", "standards", "id",
        "radio", "vendor", "kind", "subnet_mask", "origin", "code", "adds",
    }  # fmt: skip
    texts = {
        field.name
        for thing in vars(box).values()
        if dataclasses.is_dataclass(thing)
        for field in dataclasses.fields(thing)
        if str(field.type) in ("str", "str | None", "tuple[str, ...]")
    }
    assert texts == texts & (harmless | IDENTIFIERS | ADDRESSES | SECRETS)


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("90.63.21.45", False), ("2a01:cb08:8a00:1200::1", False), ("2a01:cb08:8a00:1200::/56", False),
        ("fe80::7e16:89ff:fe00:1", False), ("192.168.1.20", True), ("100.76.12.34", True), ("10.0.0.1", True),
        ("not an address", False),
    ],
)  # fmt: skip
def test_public_addresses_are_the_households(address: str, kept: bool) -> None:
    assert without_identifiers(WanStatus(ipv4_address=address)).ipv4_address == (address if kept else MASKED)


def test_deep_inside_and_absent_stays_absent() -> None:
    found = without_identifiers(
        DhcpServer(reservations=(Reservation(CANARY, "192.168.1.20", CANARY),), dns_servers=("1.2.3.4",))
    )
    assert found.reservations == (Reservation(MASKED, "192.168.1.20", MASKED),) and found.dns_servers == (MASKED,)
    assert without_identifiers(DeviceInfo(BoxFamily.SFR)) == DeviceInfo(BoxFamily.SFR)
    assert without_identifiers(Absent(Why.BRIDGE)) == Absent(Why.BRIDGE)
    assert without_identifiers((EthernetPort("1"),)) == (EthernetPort("1"),)
    for value in (
        HomeHost(CANARY, host_name=CANARY),
        DeviceInfo(BoxFamily.SFR, serial_number=CANARY, mac_address=CANARY, uid=CANARY),
        ParentalSchedule((CANARY,), name=CANARY),
        WifiSsid("1", ssid=CANARY, bssid=CANARY, key=CANARY),
    ):
        masked = without_identifiers(value)
        assert CANARY not in str(dataclasses.asdict(masked)), value


def test_a_network_named_by_its_hardware_address() -> None:
    assert without_identifiers(WifiSsid("34:27:92:00:00:01", radio="0")) == WifiSsid(MASKED, radio="0")


def test_keys_and_identifiers_are_asked_for_apart() -> None:
    ssid = WifiSsid("1", ssid="Maison", key="secret")
    assert without(ssid, identifiers=True, keys=False) == WifiSsid("1", ssid=MASKED, key="secret")
    assert without(ssid, identifiers=False, keys=True) == WifiSsid("1", ssid="Maison", key=None)
