"""The Wi-Fi page, pressed: what is shown, when the system is asked and when it is not, the search, another device."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from selfcare.model.finding import Band, Evidence, Finding, Role, Scope, VerdictState, Weight
from selfcare.model.segment import Segment
from selfcare.model.wifi import RadioState, WifiAccess
from tests.ui.conftest import OpenWifi
from tests.ui.conftest import words as read
from tests.ui.events import culprit, diagnosis
from tests.ui.wifi_bench import NAME, TWO, WifiBench, link, reading
from ui import wifi_hold
from ui.check_state import Phase
from ui.pages.wifi import WifiPage
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
    qtbot.waitUntil(lambda: bench.counts.get("close") == 1)  # handles and sockets are given back
    assert still(qtbot, bench)
    window.go("wifi")
    settled(qtbot, page)
    assert not still(qtbot, bench)
    window.showMinimized()
    qtbot.waitUntil(lambda: bench.counts["left"] == bench.counts["follow"])
    assert still(qtbot, bench)
    window.showNormal()
    settled(qtbot, page)
    assert not still(qtbot, bench)


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
