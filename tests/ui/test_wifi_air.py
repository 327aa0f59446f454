"""Who else is around, the search, and the advice on the channel: from when it is, and what is not said."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
from pytestqt.qtbot import QtBot

from selfcare.app.box_wishes import WifiOrder
from selfcare.app.wifi.ports import Channels, Scan, ScanOutcome
from selfcare.i18n import LANGUAGES, Catalogue
from tests.ui.conftest import OpenWifi
from tests.ui.test_wifi_page import settled, window_of, words
from tests.ui.wifi_bench import FIVE, WifiBench, link, reading
from ui.pages.box import BoxPage
from ui.wifi_air_words import advice, outcome
from ui.wifi_state import WifiView


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


@pytest.mark.parametrize("catalogue", [Catalogue(one) for one in LANGUAGES], ids=LANGUAGES)
def test_a_refused_search_speaks_of_the_place_only_where_that_is_why(catalogue: Catalogue) -> None:
    """Linux refuses who may not search; only Windows and macOS take a search for a question about the place."""
    view = WifiView(searched=ScanOutcome.DENIED)
    said = {system: outcome(catalogue, view, system) for system in ("linux", "win32", "darwin")}
    place = {"fr": "localisation", "en": "location"}[catalogue.language]
    assert place in said["win32"] and place in said["darwin"] and place not in said["linux"]
    assert "ui.wifi" not in said["linux"]
