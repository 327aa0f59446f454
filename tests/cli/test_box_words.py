"""What ``selfcare box …`` says on a screen: words for people, columns, one screen, and nothing that steers it."""

from __future__ import annotations

import dataclasses
import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from selfcare.app.box_words import rate
from selfcare.boxes.detect import Certainty, Found
from selfcare.boxes.driver import PairingKind
from selfcare.boxes.wire import Place
from selfcare.cli.out import escaped, harmless
from selfcare.cli.show_box import status_lines
from selfcare.cli.show_box_home import LINES
from selfcare.i18n import LANGUAGES, Catalogue
from selfcare.model import box as model
from selfcare.model.box import Absent, BoxFamily, BoxStatus, Capability, DeviceInfo, OnuState, Why
from selfcare.model.units import Dbm, Kbps, Seconds

FR, EN = Catalogue("fr"), Catalogue("en")
NONE = Absent(Why.CANNOT)
DEVICE = DeviceInfo(BoxFamily.FREEBOX, model_name="Freebox", software_version="4.9", up_time=Seconds(7200))
FOUND = Found(Place("192.168.1.254"), BoxFamily.FREEBOX, DEVICE, Certainty.CERTAIN, PairingKind.FRONT_PANEL)
LIGHT = model.OpticalInterface(status=model.LinkStatus.UP, rx_power=Dbm(-18.4), onu_state=OnuState.O5)
PORTS = (model.EthernetPort("1", True, Kbps(1_000_000)), model.EthernetPort("2", False))
STATUS = BoxStatus(
    datetime(2026, 11, 22, 18, tzinfo=UTC), DEVICE, True, model.WanStatus(status=model.ConnectionStatus.CONNECTED),
    NONE, NONE, LIGHT, NONE, PORTS, NONE, NONE, (), NONE,
)  # fmt: skip


def screen(status: BoxStatus, catalogue: Catalogue = FR) -> str:
    """With plain spaces: French has one that does not break before a colon."""
    return "\n".join(status_lines(FOUND, status, None, catalogue)).replace("\u00a0", " ")


def test_states_and_rates_are_words() -> None:
    said = screen(STATUS)
    assert "en service" in said and "O5" not in said
    assert "1 à 1 Gbit/s, 2 libre" in said and "Coupures         : jamais" in said
    assert [rate(EN, v) for v in (None, 0, 999, 1000, 51_234, 2_500_000)] == [
        "?", "0 kbit/s", "999 kbit/s", "1 Mbit/s", "51.2 Mbit/s", "2.5 Gbit/s"]  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_state_has_its_words(language: str) -> None:
    catalogue = Catalogue(language)
    wanted = [f"cli.box.light.state.{s.value}" for s in OnuState]
    wanted += [f"cli.box.layer.{layer.value}" for layer in model.HostLayer]
    assert [key for key in wanted if not catalogue.has(key)] == []


def test_the_labels_are_one_column() -> None:
    rows = [line for line in screen(STATUS).splitlines() if " : " in line]
    assert len(rows) >= 5 and len({line.index(" : ") for line in rows}) == 1, rows


def test_what_was_refused_is_one_sentence() -> None:
    refused = replace(STATUS, optical=Absent(Why.REFUSED, "refused"), tv=Absent(Why.NEEDS_RIGHT, "missing_right"))
    assert "La box a refusé de dire une partie de ce qui lui était demandé : fibre, décodeur TV." in screen(refused)
    assert "refusé" not in screen(STATUS)


def test_what_pairing_adds_is_two_sentences_at_most() -> None:
    everything = replace(STATUS, paired=False, adds=tuple(c.value for c in Capability))
    said = [line for line in screen(everything).splitlines() if "eliée" in line or "régler" in line]
    assert len(said) == 2 and all(len(line) < 160 for line in said)
    only = screen(replace(STATUS, adds=("reboot",)))
    assert "dirait" not in only and "régler : le redémarrage de la box." in only


def test_a_home_with_many_sockets_still_fits_on_a_screen() -> None:
    many = replace(
        STATUS, ports=PORTS * 100, tv=(model.TvDecoder(),) * 100, adds=tuple(c.value for c in Capability),
        wan=Absent(Why.SILENT), dsl=Absent(Why.REFUSED),
    )  # fmt: skip
    wrapped = sum(-(-len(line) // 80) for line in screen(many).splitlines())
    assert wrapped <= 25, screen(many)


def test_hosts_are_columns_with_words() -> None:
    hosts = (
        model.HomeHost(
            "3c:52:82:00:00:01", "192.168.1.20", host_name="pc", active=True, layer=model.HostLayer.ETHERNET
        ),
        model.HomeHost(
            "3c:52:82:00:00:02", "192.168.1.121", host_name="tablette", active=False, layer=model.HostLayer.WIFI_5
        ),
    )
    assert list(LINES["hosts"](hosts, FR)) == [
        "pc        192.168.1.20   en ligne  câble",
        "tablette  192.168.1.121  absente   Wi-Fi 5 GHz",
    ]


STEERS = "\x1b[2J\x1b]0;gone\x07\x9b31m\u202e\r\x00\x7f\u2028"


def spoilt(value: Any) -> Any:
    """The same with characters that steer a terminal in every text that is not one of ours."""
    if type(value) is str:
        return STEERS + value
    if isinstance(value, tuple):
        return tuple(spoilt(item) for item in value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{f.name: spoilt(getattr(value, f.name)) for f in dataclasses.fields(value)})
    return value


SPOILT = {
    "hosts": (model.HomeHost("3c:52:82:00:00:01", "192.168.1.20", host_name="pc", active=True),),
    "wifi": model.WifiSettings(True, ssids=(model.WifiSsid("1", ssid="Maison", key="clef"),)),
    "guest": model.GuestNetwork(True, ssid="Invites", key="clef"),
    "parental": model.ParentalControl(
        None, (model.ParentalSchedule(("3c:52:82:00:00:01",), model.ParentalRule.BLOCKED),)
    ),
    "forward": (model.PortMapping(80, 80, "192.168.1.20", model.Protocol.TCP, description="NAS"),),
}  # fmt: skip


@pytest.mark.parametrize("word", LINES)
def test_nothing_of_the_box_steers_the_terminal(word: str) -> None:
    said = harmless("\n".join(LINES[word](spoilt(SPOILT[word]), FR)))
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e]", said) and "�" in said


def test_nor_does_a_status() -> None:
    found = replace(FOUND, device=spoilt(DEVICE))
    said = harmless(
        "\n".join(status_lines(found, replace(STATUS, device=spoilt(DEVICE), ports=spoilt(PORTS)), None, FR))
    )
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e]", said) and "�" in said


def test_what_passes_by_the_model_is_stopped_at_the_terminal() -> None:
    """A box's own words in an error, say."""
    assert harmless("La box dit :\n" + STEERS) == "La box dit :\n�[2J�]0;gone��31m�����"


def test_json_keeps_its_meaning_and_steers_nothing() -> None:
    written = escaped(json.dumps({"name": STEERS + "é\t\n"}, ensure_ascii=False, indent=2))
    assert json.loads(written) == {"name": STEERS + "é\t\n"}
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e]", written) and "é" in written
