"""The Wi-Fi page of a PC that uses a cable, and of a check that is over: nothing is advised that is not of now."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from selfcare.model.finding import Band, VerdictState
from selfcare.model.measurement import Measurement, Outcome
from selfcare.model.segment import Segment
from selfcare.model.wifi import WifiAccess
from tests.ui.conftest import OpenWifi
from tests.ui.events import culprit, diagnosis
from tests.ui.test_wifi_page import settled, window_of, words
from tests.ui.wifi_bench import NAME, reading
from ui import wifi_hold
from ui.check_state import Phase

PLACES = ("Rapproch", "endroit", "près")


@pytest.mark.parametrize("rssi", [-48.0, -66.0, -74.0, -88.0])
def test_with_a_cable_in_use_nothing_is_advised_about_places(qtbot: QtBot, open_wifi: OpenWifi, rssi: float) -> None:
    page, bench = open_wifi(prepare=lambda b: (setattr(b, "rssi", rssi), setattr(b, "reading", reading(by_cable=True))))
    settled(qtbot, page)
    assert page.now.headline.text() == "Cet ordinateur passe par le câble en ce moment"
    told = words(page.now)
    assert any("pas ce qui le ralentit" in line for line in told) and NAME in told
    assert not [line for line in told for word in PLACES if word in line] and not page.now.check.isVisible()
    assert page.now._said is not None and page.now._said.gauge is not None and page.now._said.gauge.tone == "idle"
    bench.reading = reading()  # unplugged
    page.hold.look()
    qtbot.waitUntil(lambda: "câble" not in page.now.headline.text())


@pytest.mark.parametrize(
    "more",
    [{"link": None}, {"access": WifiAccess.NO_ADAPTER, "link": None, "radio": None},
     {"access": WifiAccess.DENIED, "link": None, "radio": None}],
)  # fmt: skip
def test_a_cable_is_told_where_there_is_no_wifi_to_tell(
    qtbot: QtBot, open_wifi: OpenWifi, more: dict[str, Any]
) -> None:
    bench_reading = reading(by_cable=True, neighbours=(), **more)
    page, _ = open_wifi(prepare=lambda b: (setattr(b, "reading", bench_reading), setattr(b, "rssi", None)))
    qtbot.waitUntil(lambda: page.hold.view.reading is not None)
    assert sum("par le câble" in line for line in words(page.now)) == 1


def test_a_cable_is_looked_at_more_often(qtbot: QtBot, open_wifi: OpenWifi) -> None:
    page, _ = open_wifi(prepare=lambda b: setattr(b, "reading", reading(by_cable=True)))
    settled(qtbot, page)
    assert page.hold._look.interval() == wifi_hold.OFF_MS


def test_what_the_last_check_saw_says_when(qtbot: QtBot, open_wifi: OpenWifi) -> None:
    page, bench = open_wifi()
    settled(qtbot, page)
    check = window_of(page).context.check
    weak = culprit("WIFI-WEAK", [Segment.WIFI], Band.LIKELY, remedies=("adapter.restart",))
    yesterday = datetime.now().astimezone() - timedelta(days=1)
    seen = Measurement("wifi.link", 1, Outcome.COMPLETED, yesterday, 700.0)
    check.phase, check.diagnosis = Phase.DONE, diagnosis(VerdictState.FAULT, [weak])
    check.measurements = {seen.id: seen}
    page.hold.changed.emit()
    assert page.found.when.isVisible()
    assert f"C’était hier à {yesterday:%H:%M} ; cela a pu changer depuis." in words(page.found)
    assert any("Rapprochez-vous" in line for line in words(page.found))
    bench.reading = reading(by_cable=True)
    page.hold.look()
    qtbot.waitUntil(lambda: "câble" in page.now.headline.text())
    assert page.found.isVisible() and not any("Rapprochez-vous" in line for line in words(page.found))
