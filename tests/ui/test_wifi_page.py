"""The Wi-Fi page, pressed: what is shown, when the system is asked and when it is not, the search, another device."""

from __future__ import annotations

import subprocess
import sys
import time
from dataclasses import replace

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from selfcare.app.box_wishes import WifiOrder
from selfcare.app.wifi.ports import Channels, Scan, ScanOutcome
from selfcare.model.finding import Band, Evidence, Finding, Role, Scope, VerdictState, Weight
from selfcare.model.segment import Segment
from selfcare.model.wifi import RadioState, WifiAccess
from tests.ui.conftest import OpenWifi
from tests.ui.conftest import words as read
from tests.ui.events import culprit, diagnosis
from tests.ui.wifi_bench import FIVE, NAME, TWO, WifiBench, link, reading
from ui import wifi_hold
from ui.check_state import Phase
from ui.pages.box import BoxPage
from ui.pages.wifi import WifiPage
from ui.wifi_air_words import advice
from ui.window import MainWindow


def words(part: QWidget) -> list[str]:
    """What can be read there, with plain spaces."""
    return [line.replace("\xa0", " ").replace("\u202f", " ") for line in read(part)]


def settled(qtbot: QtBot, page: WifiPage) -> None:
    """Until it has been looked at, and a few moments have come where they can."""
    qtbot.waitUntil(lambda: page.hold.view.reading is not None)
    if page.hold.view.told:
        qtbot.waitUntil(lambda: len(page.hold.view.points) > 5)


def window_of(page: WifiPage) -> MainWindow:
    window = page.window()
    assert isinstance(window, MainWindow)
    return window


def test_how_it_is_here(qtbot: QtBot, open_wifi: OpenWifi) -> None:
    page, bench = open_wifi()
    settled(qtbot, page)
    assert page.now.headline.text() == "Le Wi-Fi est bon ici" and page.now.gauge.isVisible()
    told = words(page.now)
    assert NAME in told and "3,4 ms" in told and any("canal" in line and "44" in line for line in told)
    assert not any("dBm" in line for line in told)  # a figure for an agent: behind the fold
    bench.rssi = -88.0
    qtbot.waitUntil(lambda: page.now.headline.text() == "Le Wi-Fi passe très mal ici")
    assert page.now.gauge.accessibleName().endswith("Très faible")
    page.now.details.button.click()
    qtbot.waitUntil(lambda: any("−88" in line for line in words(page.now)))


def test_a_single_bad_moment_does_not_change_the_sentence(qtbot: QtBot, open_wifi: OpenWifi) -> None:
    page, _ = open_wifi()
    settled(qtbot, page)
    said: list[str] = []
    page.hold.ticked.connect(lambda: said.append(page.now.headline.text()))
    point = page.hold.view.points[-1]
    assert point.link is not None
    page.hold._pointed.emit(0, (replace(point, grade=type(point.grade).BAD), None))
    qtbot.waitUntil(lambda: len(said) > 6)
    assert set(said) == {"Le Wi-Fi est bon ici"}


def test_a_strong_signal_and_a_bad_hop_is_no_weak_signal(qtbot: QtBot, open_wifi: OpenWifi) -> None:
    page, _ = open_wifi(prepare=lambda bench: setattr(bench, "lost", True))
    settled(qtbot, page)
    assert page.now.headline.text() == "Le signal est là, mais la box répond mal"
    told = words(page.now)
    assert told[told.index("Réponse de la box") + 1] == "aucune"
    assert page.now.gauge.accessibleName().endswith("Fort")


def _off(bench: WifiBench) -> None:
    radio = bench.reading.radio
    assert radio is not None
    bench.reading = reading(link=None, radio=replace(radio, state=RadioState.SOFT_OFF))


def test_a_radio_that_is_off_leads_to_its_remedy(qtbot: QtBot, open_wifi: OpenWifi) -> None:
    page, bench = open_wifi()
    settled(qtbot, page)
    assert not page.now.turn_on.isVisible()
    _off(bench)
    page.hold.look()
    qtbot.waitUntil(page.now.turn_on.isVisible)
    asked: list[str] = []
    window_of(page).context.open_remedy = asked.append
    page.now.turn_on.click()
    assert asked == ["wifi.radio"]
    radio = bench.reading.radio
    assert radio is not None
    bench.reading = reading(link=None, radio=replace(radio, state=RadioState.HARD_OFF))
    page.hold.look()
    qtbot.waitUntil(lambda: not page.now.turn_on.isVisible())


@pytest.mark.parametrize(
    ("access", "headline"),
    [
        (WifiAccess.DENIED, "Le système ne nous laisse pas lire le Wi-Fi"),
        (WifiAccess.NO_ADAPTER, "Nous ne voyons pas de Wi-Fi sur cet ordinateur"),
        (WifiAccess.NO_SERVICE, "Le service Wi-Fi de l’ordinateur ne répond pas"),
        (WifiAccess.UNREADABLE, "Nous n’arrivons pas à lire le Wi-Fi de cet ordinateur"),
    ],
)
def test_what_cannot_be_read_is_said_and_not_followed(
    qtbot: QtBot, open_wifi: OpenWifi, access: WifiAccess, headline: str
) -> None:
    page, bench = open_wifi(
        prepare=lambda b: setattr(b, "reading", reading(access=access, link=None, radio=None, neighbours=()))
    )
    settled(qtbot, page)
    qtbot.wait(30)
    assert page.now.headline.text() == headline and not page.now.gauge.isVisible()
    assert "point" not in bench.counts and "scan" not in bench.counts
    assert not any(part.isVisible() for part in (page.walk, page.air, page.share))


def test_leave_is_asked_for_kindly_where_the_system_wants_it(
    qtbot: QtBot, open_wifi: OpenWifi, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(QUrl(url).toString()))
    denied = reading(access=WifiAccess.DENIED, link=None, radio=None, neighbours=())
    page, _ = open_wifi(prepare=lambda bench: setattr(bench, "reading", denied))
    settled(qtbot, page)
    for platform, place in (("linux", ""), ("win32", "ms-settings:privacy-location"), ("darwin", "Privacy_Location")):
        page.now.platform = platform
        page.hold.changed.emit()
        assert page.now.leave.isVisible() == bool(place)
        if place:
            page.now.leave.click()
            assert place in opened[-1]
    assert "le reste du programme fonctionne" in " ".join(words(page.now)).replace("\xa0", " ")


def test_without_a_name_everything_else_is_shown(qtbot: QtBot, open_wifi: OpenWifi) -> None:
    nameless = reading(access=WifiAccess.NAMELESS, link=link(ssid=None, bssid=None))
    page, _ = open_wifi(prepare=lambda bench: setattr(bench, "reading", nameless))
    settled(qtbot, page)
    assert page.now.headline.text() == "Le Wi-Fi est bon ici" and "Nom caché" in words(page.now)
    assert any("cache le nom du réseau" in line for line in words(page.now))


def test_off_and_on_again(qtbot: QtBot, open_wifi: OpenWifi, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wifi_hold, "OFF_MS", 20)
    page, bench = open_wifi(prepare=_off)
    settled(qtbot, page)
    assert page.now.headline.text() == "Le Wi-Fi de cet ordinateur est éteint"
    assert "point" not in bench.counts
    bench.reading = reading()
    qtbot.waitUntil(lambda: page.now.headline.text() == "Le Wi-Fi est bon ici")


def test_thrown_out_and_joined_again(qtbot: QtBot, open_wifi: OpenWifi) -> None:
    page, bench = open_wifi()
    settled(qtbot, page)
    bench.rssi, bench.reading = None, reading(link=None)
    qtbot.waitUntil(lambda: "aucun réseau" in page.now.headline.text())
    qtbot.waitUntil(lambda: not page.share.isVisible())
    assert bench.counts["read"] == 2  # one more look, not one a moment
    bench.rssi, bench.reading = -55.0, reading(link=link(-55.0, TWO))
    qtbot.waitUntil(lambda: page.now.headline.text() == "Le Wi-Fi est bon ici")


def test_nothing_old_is_shown_as_of_now(qtbot: QtBot, open_wifi: OpenWifi, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wifi_hold, "SILENT_MS", 60)
    page, bench = open_wifi()
    settled(qtbot, page)
    bench.stale = True
    qtbot.waitUntil(lambda: "ne répond plus" in page.now.headline.text())
    assert not page.now.gauge.isVisible() and not any("ms" in line.split() for line in words(page.now))
    bench.stale = False
    qtbot.waitUntil(lambda: page.now.headline.text() == "Le Wi-Fi est bon ici")


def test_a_system_that_says_nothing_at_all_is_silent(
    qtbot: QtBot, open_wifi: OpenWifi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wifi_hold, "SILENT_MS", 60)
    page, bench = open_wifi()
    settled(qtbot, page)
    page.hold._silence.setInterval(60)
    bench.frozen = True
    qtbot.waitUntil(lambda: "ne répond plus" in page.now.headline.text())


def test_a_box_that_was_never_asked_is_not_said_to_be_well(qtbot: QtBot, open_wifi: OpenWifi) -> None:
    """A box that hangs from the start answers nothing, and nothing is counted as lost: only the signal is known."""
    page, bench = open_wifi(prepare=lambda one: setattr(one, "rtt_ms", None))
    settled(qtbot, page)
    assert page.now.headline.text() == "Le signal du Wi-Fi est bon ici" and page.now.check.isVisible()
    assert not any("Tout doit passer" in line for line in words(page.now))
    bench.rtt_ms = 3.0
    qtbot.waitUntil(lambda: page.now.headline.text() == "Le Wi-Fi est bon ici")


def test_who_comes_back_later_is_not_shown_how_it_was(qtbot: QtBot, open_wifi: OpenWifi) -> None:
    page, bench = open_wifi()
    settled(qtbot, page)
    page.hold._rest.setInterval(20)
    window_of(page).go("settings")
    qtbot.waitUntil(lambda: bench.counts.get("close") == 1)
    bench.hangs = True  # the system does not answer the next question
    window_of(page).go("wifi")
    qtbot.wait(30)
    assert page.now.headline.text() == "Nous regardons votre Wi-Fi…"
    assert not page.now.gauge.isVisible() and not page.now.details.isVisible() and "867 Mbit/s" not in words(page.now)
    bench.hangs = False
    qtbot.waitUntil(lambda: page.now.headline.text() == "Le Wi-Fi est bon ici")


def still(qtbot: QtBot, bench: WifiBench) -> bool:
    """Whether nothing is asked for a while."""
    before = dict(bench.counts)
    qtbot.wait(100)
    return {k: v for k, v in bench.counts.items() if k != "close"} == {k: v for k, v in before.items() if k != "close"}


def test_nothing_is_asked_while_nobody_looks(
    qtbot: QtBot, open_wifi: OpenWifi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wifi_hold, "OFF_MS", 20)
    monkeypatch.setattr(wifi_hold, "LOOK_MS", 20)
    page, bench = open_wifi()
    settled(qtbot, page)
    window = window_of(page)
    page.hold._rest.setInterval(20)
    assert not still(qtbot, bench)
    window.go("settings")
    qtbot.waitUntil(lambda: bench.counts["left"] == bench.counts["follow"])
    assert still(qtbot, bench) and bench.counts["close"] == 1  # handles and sockets are given back
    window.go("wifi")
    settled(qtbot, page)
    assert not still(qtbot, bench)
    window.showMinimized()
    qtbot.waitUntil(lambda: bench.counts["left"] == bench.counts["follow"])
    assert still(qtbot, bench)
    window.showNormal()
    settled(qtbot, page)
    assert not still(qtbot, bench)


def test_no_search_unasked_and_what_it_finds(qtbot: QtBot, open_wifi: OpenWifi) -> None:
    page, bench = open_wifi(prepare=lambda b: setattr(b, "reading", reading(neighbours=(), scan_age_s=None)))
    settled(qtbot, page)
    assert "scan" not in bench.counts and len(page.air.charts) == 1  # the own network is there in any case
    page.air.go.click()
    assert not page.air.go.isEnabled() and page.air.go.text() == "Recherche en cours…"
    page.air.go.click()
    qtbot.waitUntil(lambda: "12" in page.air.found.text())
    assert bench.counts["scan"] == 1 and page.air.go.isEnabled()
    assert len(page.air.charts) == 2
    spoken = page.air.charts[0].accessibleDescription().replace("\xa0", " ")
    assert "Canal 6 : 3 réseaux" in spoken and "Canal 9 : un réseau, capté très faiblement." in spoken
    assert "Canal 44 : votre réseau seul." in page.air.charts[1].accessibleDescription().replace("\xa0", " ")
    page.air.list.button.click()
    shown = " ".join(words(page.air))
    assert "SFR_8C20" in shown and "Nom caché" in shown and "le vôtre" in shown


@pytest.mark.parametrize("outcome", [one for one in ScanOutcome if one is not ScanOutcome.DONE])
def test_a_search_that_ended_otherwise(qtbot: QtBot, open_wifi: OpenWifi, outcome: ScanOutcome) -> None:
    page, bench = open_wifi()
    settled(qtbot, page)
    before = len(page.air.charts)
    bench.scan = Scan(outcome)
    page.air.go.click()
    qtbot.waitUntil(lambda: bool(page.air.found.text()))
    assert len(page.air.charts) == before and "terminée" not in page.air.found.text()


def test_advice_leads_to_the_box_and_to_the_guide(qtbot: QtBot, open_wifi: OpenWifi) -> None:
    page, bench = open_wifi()
    settled(qtbot, page)
    assert any("canal 100 est moins encombré" in line.replace("\xa0", " ") for line in words(page.air))
    window = window_of(page)
    page.air.to_guide.click()
    assert window.context.guides is not None and window.sidebar.buttons["guides"].isChecked()
    window.go("wifi")
    asked: list[tuple[str, WifiOrder | None]] = []
    window.context.open_box_setting = lambda name, order: asked.append((name, order))
    page.air.to_box.click()
    ((name, order),) = asked
    assert name == "wifi" and order is not None and (order.band, order.channel) == ("5", 100)
    bench.advice = ()
    page.hold.look()
    qtbot.waitUntil(lambda: not page.air.to_box.isVisible())


STAY = (Channels("5", 44, None, 80, None, ()),)


def test_no_channel_is_praised_that_nobody_compared(qtbot: QtBot, open_wifi: OpenWifi) -> None:
    """Windows and macOS tell no age of what they heard: without a search there is no advice, and no praise either."""

    def prepare(bench: WifiBench) -> None:
        bench.reading, bench.advice = reading(scan_age_s=None), STAY

    page, _ = open_wifi(prepare=prepare)
    settled(qtbot, page)
    assert not any("canal" in line and "libre" in line for line in words(page.air)) and not page.air.to_box.isVisible()
    page.air.go.click()
    qtbot.waitUntil(lambda: any("aucun canal n’est nettement plus libre" in line for line in words(page.air)))


def test_the_advice_of_a_search_stays_with_its_age(qtbot: QtBot, open_wifi: OpenWifi) -> None:
    """The next look, half a minute later, knows nothing of it on these systems: what was found does not vanish."""
    page, bench = open_wifi(prepare=lambda one: setattr(one, "reading", reading(scan_age_s=None)))
    settled(qtbot, page)
    page.air.go.click()
    qtbot.waitUntil(page.air.to_box.isVisible)
    bench.advice = STAY
    page.hold.look()
    qtbot.waitUntil(lambda: bench.counts["read"] >= 3)
    qtbot.wait(30)
    assert page.air.to_box.isVisible() and any("canal 100" in line for line in words(page.air))
    later = time.monotonic() + 185
    told = advice(page._context.catalogue, page.hold.view, now_s=later).lines
    assert "il y a 3 min" in told[0] and "100" in told[1]
    assert advice(page._context.catalogue, page.hold.view, now_s=later + 600).lines == ()
    bench.reading = reading(scan_age_s=None, link=link(channel=replace(FIVE, number=36)))  # the box has moved
    page.hold.look()
    qtbot.waitUntil(lambda: not page.air.to_box.isVisible())


def test_what_was_heard_grows_old_though_nobody_looks_again(qtbot: QtBot, open_wifi: OpenWifi) -> None:
    page, bench = open_wifi()
    settled(qtbot, page)
    assert "vient d’entendre" in page.air.age.text()
    bench.hangs = True
    old = replace(page.hold.view.reading or reading(), taken_s=time.monotonic() - 300)
    page.hold.view = replace(page.hold.view, reading=old)
    page.hold.ticked.emit()
    assert "il y a 5 min" in page.air.age.text().replace("\xa0", " ")


def test_a_narrower_channel_is_told_where_only_the_width_would_help(qtbot: QtBot, open_wifi: OpenWifi) -> None:
    page, _ = open_wifi(prepare=lambda one: setattr(one, "advice", (Channels("2.4", 6, None, 40, 20, ()),)))
    settled(qtbot, page)
    assert any("20 MHz" in line for line in words(page.air))
    asked: list[WifiOrder | None] = []
    window_of(page).context.open_box_setting = lambda _name, order: asked.append(order)
    page.air.to_box.click()
    (order,) = asked
    assert order is not None and (order.band, order.channel, order.width) == ("2.4", None, 20)


def test_the_button_opens_the_card_of_the_box(qtbot: QtBot, open_wifi: OpenWifi) -> None:
    page, _ = open_wifi()
    settled(qtbot, page)
    window = window_of(page)
    page.air.to_box.click()
    box = window.page("box")
    assert isinstance(box, BoxPage) and window.sidebar.buttons["box"].isChecked()
    assert box.settings is not None and box.settings._wanted == "wifi"  # type: ignore[attr-defined]


# -- what the check found -------------------------------------------------------------------------


def test_findings_of_the_wifi_lead_to_the_repair(qtbot: QtBot, open_wifi: OpenWifi) -> None:
    page, _ = open_wifi()
    settled(qtbot, page)
    window = window_of(page)
    assert not page.found.isVisible()
    check = window.context.check
    seen = Evidence("gateway_rtt", 212.0, "m", Weight.STRONG, "ms")
    wifi = culprit("WIFI-WEAK", [Segment.WIFI], Band.LIKELY, evidence=(seen,), remedies=("adapter.restart",))
    other = Finding("PC-LOAD", Role.CONDITION, (Segment.PC,), Band.CERTAIN, Scope.DEVICE)
    check.phase, check.diagnosis = Phase.DONE, diagnosis(VerdictState.FAULT, [wifi, other])
    window.go("settings")
    window.go("wifi")
    assert page.found.isVisible() and page.found.repair.isVisible()
    assert sum("PC-LOAD" in line for line in words(page.found)) == 0
    started: list[bool] = []
    window.context.start_repair = lambda: started.append(True)
    page.found.repair.click()
    assert started == [True]
    check.forget()
    page.hold.changed.emit()
    assert not page.found.isVisible()


def test_what_is_copied_names_nobody(qtbot: QtBot, open_wifi: OpenWifi) -> None:
    def prepare(bench: WifiBench) -> None:  # Linux names an adapter on USB by its address
        assert bench.reading.radio is not None
        bench.reading = replace(bench.reading, radio=replace(bench.reading.radio, interface="wlx3c5282abcd09"))

    page, _ = open_wifi(prepare=prepare)
    settled(qtbot, page)
    page.now.details.button.click()
    page.now.details.copy.click()
    copied = QGuiApplication.clipboard().text()
    assert "dBm" in copied and "iwlwifi" in copied and NAME not in copied and "02:00:00" not in copied
    assert "3c5282abcd09" not in copied


def test_nothing_of_it_is_imported_before_it_is_opened() -> None:
    script = (
        "import sys, ui.app, ui.window, ui.context, ui.pages.check, ui.care\n"
        "bad = [m for m in sys.modules if m.startswith(('ui.wifi_', 'ui.pages.wifi', 'selfcare.app.wifi', "
        "'probes.radio', 'selfcare.model.wifi.story'))]\n"
        "print(','.join(bad))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60)
    bad = [one for one in done.stdout.strip().split(",") if one and not one.startswith("selfcare.model")]
    assert bad == []
