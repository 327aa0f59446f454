"""The box in words: its own ones, nothing claimed that it did not say, nothing that names anybody in a copied text."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from selfcare.boxes.detect import Certainty, Found
from selfcare.boxes.driver import PairingKind
from selfcare.boxes.wire import Place
from selfcare.i18n import Catalogue
from selfcare.model.box import (
    Absent,
    AccessMedium,
    ActivityState,
    BoxFamily,
    BoxStatus,
    Capability,
    CellularInterface,
    ConnectionStatus,
    DeviceInfo,
    DslDirection,
    DslLine,
    EthernetPort,
    HomeHost,
    HostLayer,
    LineEvent,
    LinkStatus,
    Mode,
    OnuState,
    OpticalInterface,
    Phone,
    PortRange,
    TvDecoder,
    WanStatus,
    WanTraffic,
    Why,
)
from selfcare.model.units import Bytes, Celsius, Db, Dbm, Kbps, Seconds
from ui.box_facts import groups, rate, report, technical, untold
from ui.box_home import SHOWN, machines, signal
from ui.box_pair_words import pair_words, right_steps
from ui.box_state import OURS, BoxView, Look, PairPhase, PairStep, Picture, Trouble
from ui.box_words import GROUPS, adds, head, line_sentence

FR, EN = Catalogue("fr"), Catalogue("en")
BOTH = pytest.mark.parametrize("catalogue", [FR, EN], ids=["fr", "en"])
TAKEN = datetime(2026, 11, 22, 17, 4, tzinfo=UTC)
UP, DOWN = LinkStatus.UP, LinkStatus.DOWN
CONNECTED, CUT = ConnectionStatus.CONNECTED, ConnectionStatus.DISCONNECTED
CANNOT = Absent(Why.CANNOT)
PLACE = Place("192.168.1.1")


def status(paired: bool = True, adds: tuple[str, ...] = (), device: DeviceInfo | None = None, **told: Any) -> BoxStatus:
    """A box that tells nothing but what is given."""
    names = ("wan", "traffic", "dsl", "optical", "cellular", "ports", "tv", "phone", "events", "restarts")
    fields = {name: told.get(name, CANNOT) for name in names}
    return BoxStatus(TAKEN, device or DeviceInfo(BoxFamily.FREEBOX, "Freebox Pop"), paired, adds=adds, **fields)


def found(family: BoxFamily = BoxFamily.FREEBOX, kind: PairingKind = PairingKind.FRONT_PANEL, **more: Any) -> Found:
    return Found(PLACE, family, DeviceInfo(family, **more), Certainty.CERTAIN, kind)


def view(told: BoxStatus | None = None, box: Found | None = None, paired: bool = False, **more: Any) -> BoxView:
    picture = None if told is None else Picture(told, CANNOT, paired)
    given = {"picture": picture, **more}
    return BoxView(Look(box or found(), PLACE, None, paired), **given)


def plain(words: str) -> str:
    return words.replace("\u202f", " ").replace("\xa0", " ")


@pytest.mark.parametrize(
    ("told", "tone", "key"),
    [
        ({"wan": WanStatus(CONNECTED)}, "fine", "connected"),
        ({"wan": WanStatus(ConnectionStatus.CONNECTING)}, "accent", "connecting"),
        ({"wan": WanStatus(CUT)}, "suspect", "disconnected"),
        ({"wan": WanStatus(CUT, link=DOWN)}, "suspect", "link_down"),
        ({"wan": WanStatus(CONNECTED, walled=True)}, "suspect", "walled"),
        ({"wan": WanStatus(link=UP)}, "fine", "up"),
        ({"dsl": DslLine(UP)}, "fine", "up"),
        ({"wan": WanStatus(CUT), "dsl": DslLine(DOWN)}, "suspect", "no_sync"),
        ({"wan": WanStatus(CUT), "dsl": DslLine(LinkStatus.INITIALISING)}, "suspect", "syncing"),
        ({"wan": WanStatus(CUT), "optical": OpticalInterface(signal=False)}, "suspect", "dark"),
        ({"wan": WanStatus(CUT), "optical": OpticalInterface(module_present=False)}, "suspect", "no_module"),
        ({"wan": WanStatus(CUT), "optical": OpticalInterface(onu_state=OnuState.O7)}, "suspect", "stopped"),
        # A box that only names its state says nothing of the light.
        ({"wan": WanStatus(CUT), "optical": OpticalInterface(onu_state=OnuState.O1)}, "suspect", "not_registered"),
        (
            {"wan": WanStatus(CUT), "optical": OpticalInterface(signal=True, onu_state=OnuState.O2)},
            "suspect",
            "not_registered_lit",
        ),
        ({"wan": WanStatus(CUT), "optical": OpticalInterface(DOWN)}, "suspect", "link_down"),
        ({"cellular": CellularInterface(associated=False)}, "suspect", "no_mobile"),
        # A spare that is not in use is no news, and neither is an empty fibre socket under a session that stands.
        ({"wan": WanStatus(CONNECTED), "cellular": CellularInterface(associated=False)}, "fine", "connected"),
        ({"cellular": CellularInterface(associated=False, backup=True)}, "idle", "untold"),
        ({"wan": WanStatus(CONNECTED), "optical": OpticalInterface(signal=False)}, "fine", "connected"),
        ({}, "idle", "untold"),
    ],
)
def test_the_line_in_the_words_of_the_box(told: dict[str, Any], tone: str, key: str) -> None:
    assert line_sentence(FR, status(**told)) == (tone, FR.text(f"ui.box.line.{key}"))


def test_a_stranger_is_told_that_there_would_be_more() -> None:
    stranger = status(False, ("wan", "hosts"), wan=Absent(Why.NEEDS_PAIRING))
    said = head(FR, view(stranger))
    assert said.lines[0] == FR.text("ui.box.line.untold_stranger")
    assert said.pair == "Relier ma box" and not said.forget
    assert plain(said.lines[1]).endswith(": l’état précis de la ligne et les appareils de la maison.")


def test_where_pairing_adds_nothing_it_is_not_offered() -> None:
    assert head(FR, view(status(False, wan=WanStatus(CONNECTED)))).pair == ""
    box = found(BoxFamily.IGD, PairingKind.NONE)
    assert head(FR, view(status(False, ("wan",)), box)).pair == ""


def test_everything_a_box_may_add_has_a_word() -> None:
    every = {one for _, some in GROUPS for one in some}
    assert every == set(Capability) - {Capability.DEVICE}
    assert adds(FR, ()) == ""


@BOTH
def test_heads_of_all_kinds(catalogue: Catalogue) -> None:
    say = catalogue.text
    nowhere = head(catalogue, BoxView(trouble=Trouble("unreachable", kind="no_gateway")))
    assert nowhere.headline == say("box.error.no_gateway") and nowhere.lines == (say("ui.box.do.no_gateway"),)
    assert head(catalogue, BoxView(trouble=Trouble(OURS))).headline == say("ui.box.ours")
    assert head(catalogue, BoxView(busy=True)).headline == say("ui.box.looking")
    nobody = head(catalogue, BoxView(Look(None, PLACE, "livebox")))
    assert "Livebox" in nobody.lines[0] and nobody.lines[1] == say("ui.box.nobody.lead")
    old = found(BoxFamily.LEGACY, PairingKind.NONE, model_name="Alicebox", product_class="alicebox")
    assert head(catalogue, view(None, old)).lines == (say("box.legacy.alicebox"),)
    bridge = DeviceInfo(BoxFamily.FREEBOX, "Freebox Pop", mode=Mode.BRIDGE)
    assert say("ui.box.bridge") in head(catalogue, view(status(device=bridge, wan=WanStatus(CONNECTED)))).lines
    updating = DeviceInfo(BoxFamily.FREEBOX, "Freebox Pop", updating=True)
    assert head(catalogue, view(status(device=updating))).lines[0] == say("ui.box.updating")


def test_another_box_is_not_spoken_of_as_ours() -> None:
    said = head(FR, view(None, trouble=Trouble("box_changed")))
    assert said.lines[0] == FR.text("box.error.box_changed")
    assert said.pair == FR.text("ui.box.pair.this") and said.forget


def test_a_box_that_fell_silent_keeps_its_last_reading_with_its_time() -> None:
    said = head(FR, view(status(wan=WanStatus(CONNECTED)), paired=True, trouble=Trouble("unreachable")))
    assert said.tone == "suspect" and FR.text("ui.box.line.connected") not in said.lines
    assert said.lines[0] == FR.text("box.error.unreachable") and "17:04" in said.lines[-1]


def test_a_refused_secret_is_told_and_pairing_offered_anew() -> None:
    base = view(status(False, wan=WanStatus(CONNECTED)), paired=True)
    assert base.picture is not None
    said = head(FR, replace(base, picture=replace(base.picture, refused="login_failed")))
    assert said.pair == FR.text("ui.box.pair.again") and FR.text("box.error.login_failed") in said.lines


def test_a_lock_out_says_how_long() -> None:
    said = head(FR, view(None, trouble=Trouble("locked_out", retry_after=119.0)))
    assert "Réessayez dans 2 min" in plain(said.lines[0])


FULL = status(
    device=DeviceInfo(
        BoxFamily.LIVEBOX, "Livebox 5", "Livebox Fibre", "Sagemcom", "SG40", serial_number="LK20123DP123456",
        mac_address="7c:16:89:00:00:01", uid="LK20123DP123456", up_time=Seconds(90_000), temperature=Celsius(61.0),
    ),
    wan=WanStatus(
        CONNECTED, AccessMedium.FIBRE, UP, "dhcp", up_time=Seconds(3_700), ipv4_address="90.63.21.45",
        ipv6_address="2a01:cb08:8a00:1200::1", ipv6_prefix="2a01:cb08:8a00:1200::/56", gateway="90.63.20.1",
        dns_servers=("80.10.246.2",), ports=PortRange(16_384, 32_767), down_capacity=Kbps(1_000_000),
    ),
    traffic=WanTraffic(Bytes(1), Bytes(2), Kbps(120), Kbps(0)),
    dsl=DslLine(UP, standard="VDSL2", down=DslDirection(Kbps(51_234), noise_margin=Db(9.4), crc_errors=0)),
    optical=OpticalInterface(UP, True, Dbm(-18.432), Dbm(2.2), onu_state=OnuState.O5),
    cellular=CellularInterface(True, Dbm(-95)),
    ports=(EthernetPort("LAN1", True, Kbps(1_000_000)), EthernetPort("LAN2", False), EthernetPort("LAN3")),
    tv=(TvDecoder(ActivityState.STANDBY),),
    phone=(Phone(ActivityState.UP), Phone()),
    events=(LineEvent(TAKEN, False), LineEvent(TAKEN, True)),
    restarts=(),
)  # fmt: skip


def told(one: BoxStatus, catalogue: Catalogue = FR) -> dict[str, str]:
    return {fact.label: plain(fact.value) for group in groups(catalogue, one) for fact in group.facts}


def test_the_facts() -> None:
    said = told(FULL)
    assert said["Session Internet"] == "Établie" and said["Depuis"] == "1 h 1 min"
    assert said["Type de ligne"] == "Fibre" and said["Débit de la ligne"] == "1 Gbit/s vers vous"
    assert "16384 à 32767" in said["Adresse Internet"]
    assert said["Utilisé en ce moment"] == "120 kbit/s vers vous, 0 kbit/s vers Internet"
    assert said["Lumière reçue"] == "−18,4 dBm" and said["Admission sur le réseau"] == "En service (O5)"
    assert said["Débit synchronisé"] == "51,2 Mbit/s vers vous" and said["Marge de bruit"] == "9,4 dB vers vous"
    assert said["Erreurs reçues"] == "0"  # told, and it is none
    assert said["Prise LAN1"] == "Reliée, 1 Gbit/s" and said["Prise LAN2"] == "Libre" and "Prise LAN3" not in said
    assert said["Coupures notées"].startswith("1, la dernière fois le 22/11") and said["Redémarrages notés"] == "Aucun"


@BOTH
def test_what_is_not_told_is_neither_zero_nor_empty(catalogue: Catalogue) -> None:
    assert groups(catalogue, status()) == ()
    empty = status(wan=WanStatus(), traffic=WanTraffic(), dsl=DslLine(UP), optical=OpticalInterface(), ports=())
    assert list(told(empty, catalogue).values()) == [catalogue.text("ui.box.link.up").capitalize()]


def test_no_light_is_no_figure() -> None:
    dark = told(status(optical=OpticalInterface(signal=False, rx_power=Dbm(-40.0))))
    assert dark["Lumière reçue"] == "Aucune"


def test_rates_in_the_unit_people_know() -> None:
    assert [plain(rate(FR, v)) for v in (None, 640.0, 51_234.0, 2_500_000.0)] == [
        "", "640 kbit/s", "51,2 Mbit/s", "2,5 Gbit/s"
    ]  # fmt: skip


@BOTH
def test_one_line_for_each_reason(catalogue: Catalogue) -> None:
    one = status(dsl=Absent(Why.OTHER_LINE), tv=Absent(Why.SILENT), phone=Absent(Why.SILENT), wan=WanStatus(CONNECTED),
                 ports=Absent(Why.NOT_ASKED))  # fmt: skip
    said = untold(catalogue, one, Absent(Why.BRIDGE))
    assert len(said) == 4
    silent = next(line for line in said if catalogue.text("box.capability.tv") in line)
    assert catalogue.text("box.capability.phone") in silent
    assert not any(catalogue.text("box.capability.ports") in line for line in said)


def test_a_stranger_is_not_promised_what_this_model_lacks() -> None:
    hidden = Absent(Why.NEEDS_PAIRING)
    said = untold(FR, status(False, ("wan",), wan=hidden, cellular=hidden), hidden)
    assert any("session Internet" in line and "4G" not in line and "appareils" not in line for line in said)


@BOTH
def test_the_copied_text_names_nobody(catalogue: Catalogue) -> None:
    shown = " ".join(fact.value for fact in technical(catalogue, FULL))
    copied = report(catalogue, "Livebox 5", FULL)
    for secret in ("LK20123DP123456", "7c:16:89", "90.63.21.45", "2a01:cb08"):
        assert secret in shown and secret not in copied
    assert "-18.4" in copied.replace("−", "-").replace(",", ".") and "SG40" in copied


def test_machines_are_sorted_for_people() -> None:
    hosts = [HomeHost(f"02::{n}", host_name=f"pc-{n:02d}", active=True, layer=HostLayer.ETHERNET) for n in range(9)]
    hosts += [
        HomeHost("a", active=True), HomeHost("b", vendor="Acme", active=False),
        HomeHost("c", host_name="zoe", active=True, blocked=True, layer=HostLayer.WIFI_5, signal=Dbm(-70)),
        HomeHost("d", host_name="Alice"),
    ]  # fmt: skip
    told = machines(FR, tuple(hosts))
    assert [m.name for m in told.first[:3]] == ["zoe", "Alice", "pc-00"] and len(told.first) == SHOWN
    assert told.rest[-1].name == "Appareil sans nom" and told.here == 12
    assert [m.name for m in told.away] == ["Appareil Acme"]
    assert plain(told.first[0].how) == "Wi-Fi 5 GHz, signal faible (−70 dBm), Internet coupé par la box"
    assert told.first[1].here is None  # the box does not say: not called away


def test_signals_in_words() -> None:
    said = [signal(EN, Dbm(dbm)).split(" (")[0] for dbm in (-45, -64, -70, -85)]
    assert said == ["good signal", "fair signal", "weak signal", "very weak signal"]


@pytest.mark.parametrize("kind", list(PairingKind))
@BOTH
def test_pairing_says_what_to_do(catalogue: Catalogue, kind: PairingKind) -> None:
    asking = view(status(False, ("wan",)), found(BoxFamily.FRITZ, kind), pairing=PairStep(PairPhase.ASKING))
    if kind is PairingKind.NONE:
        assert head(catalogue, asking).pair == ""
        return
    said = pair_words(catalogue, asking)
    assert said is not None and said.password is (kind is PairingKind.PASSWORD)
    assert not any("ui.box" in line or "{" in line for line in (*said.lines, said.title, said.go, said.leave))


def test_where_a_secret_is_kept_is_said() -> None:
    done = PairStep(PairPhase.GRANTED, "box.pair.bbox.granted", "file", "old.bin")
    said = pair_words(FR, view(status(), pairing=done))
    assert said is not None
    assert [tone for tone, _ in said.notes] == ["suspect", "muted"] and "old.bin" in said.notes[1][1]
    kept = pair_words(FR, view(status(), pairing=replace(done, where="keyring", set_aside=None)))
    assert kept is not None and kept.notes == (("muted", FR.text("ui.box.kept.keyring")),)


def test_the_missing_right_step_by_step() -> None:
    base = view(status())
    assert base.picture is not None
    reads = replace(base, picture=replace(base.picture, rights=frozenset({"explorer"})))
    assert len(right_steps(FR, reads)) == 5 and "mafreebox" in right_steps(FR, reads)[0]
    for rights in (None, frozenset(), frozenset({"settings"})):
        assert right_steps(FR, replace(base, picture=replace(base.picture, rights=rights))) == ()
    other = status(device=DeviceInfo(BoxFamily.FRITZ))  # whose rights have other names
    assert right_steps(FR, replace(base, picture=Picture(other, CANNOT, rights=frozenset({"Config"})))) == ()


def test_a_password_on_its_way_is_not_asked_for_again() -> None:
    box = found(BoxFamily.BBOX, PairingKind.PASSWORD)
    said = pair_words(FR, view(status(), box, pairing=PairStep(PairPhase.WAITING, "box.pair.bbox.password")))
    assert said is not None and said.lines == (FR.text("ui.box.pair.asking"),) and not said.password
    button = PairStep(PairPhase.WAITING, "box.pair.sfr.press", by_button=True)
    pressed = pair_words(FR, view(status(), found(BoxFamily.SFR, PairingKind.PASSWORD), pairing=button))
    assert pressed is not None and pressed.lines[0] == FR.text("box.pair.sfr.press")


@BOTH
def test_every_word_is_there(catalogue: Catalogue) -> None:
    keys = [
        *(f"ui.box.medium.{m.value}" for m in AccessMedium), *(f"ui.box.link.{s.value}" for s in LinkStatus),
        *(f"ui.box.session.{s.value}" for s in ConnectionStatus), *(f"ui.box.onu.{s.value}" for s in OnuState),
        *(f"ui.box.{what}.{s}" for what in ("tv", "phone") for s in (*(a.value for a in ActivityState), "none")),
        *(f"ui.box.layer.{layer.value}" for layer in HostLayer), *(f"ui.box.adds.{name}" for name, _ in GROUPS),
        *(f"ui.box.untold.{why.value}" for why in Why if why is not Why.NOT_ASKED),
    ]  # fmt: skip
    assert [key for key in keys if not catalogue.has(key)] == []


def test_the_page_brings_no_network_library_to_the_main_thread() -> None:
    code = "import sys, ui.pages.box, ui.box_hold; sys.exit('aiohttp' in sys.modules or 'keyring' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
