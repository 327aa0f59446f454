"""The pictures of the Wi-Fi page: a Wi-Fi in memory."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QSize

from selfcare.app.wifi.ports import Channels, PassRefused
from selfcare.model.wifi import Place, RadioState, Rate, Room, WalkRecord, WifiAccess
from tests.screens.stage import TALL, Screen, Steps, app_of, settle
from tests.ui.wifi_bench import NAME, TWO, WifiBench, link, neighbours, reading
from ui.pages.wifi import WifiPage
from ui.window import MINIMUM, MainWindow

Act = Callable[[WifiPage, WifiBench], object]
Prepare = Callable[[WifiBench], object]
HIGH = QSize(980, 2000)


def _wifi(*acts: Act, prepare: Prepare = lambda _bench: None) -> Steps:
    """The page; each act when the one before has settled."""

    def steps(window: MainWindow) -> None:
        bench = WifiBench(period_s=0.03)
        prepare(bench)
        window.context.services = bench.into(window.context.services)
        window.go("wifi")
        page = window.page("wifi")
        assert isinstance(page, WifiPage)
        settle(app_of(), lambda: page.hold.view.reading is not None, 3.0)
        settle(app_of(), lambda: False, 0.35)
        for act in acts:
            act(page, bench)
            settle(app_of(), lambda: False, 0.3)
        settle(app_of(), lambda: False, 0.2)

    return steps


def _weak(bench: WifiBench) -> None:
    bench.rssi, bench.rtt_ms = -74.0, 41.0
    others = tuple(replace(b, joined=b.channel == TWO and b.ssid == NAME) for b in neighbours())
    weaker = tuple(replace(b, rssi_dbm=-77.0) if b.joined else replace(b, rssi_dbm=-88.0) if b.ssid == NAME else b
                   for b in others)  # fmt: skip
    joined = link(-74.0, TWO, bssid="02:00:00:00:00:02", tx=Rate(26_000, 3, 1, 20, 4), generation=4)
    bench.reading = reading(link=joined, neighbours=weaker)
    bench.advice = (Channels("2.4", 6, 11, 20, 20, ()), Channels("5", None, None, None, None, ()))


def _hop(bench: WifiBench) -> None:
    bench.rtt_ms = 412.0


def _off(bench: WifiBench) -> None:
    radio = bench.reading.radio
    assert radio is not None
    bench.reading = reading(link=None, neighbours=(), radio=replace(radio, state=RadioState.SOFT_OFF))


def _denied(bench: WifiBench) -> None:
    bench.reading = reading(access=WifiAccess.DENIED, link=None, radio=None, neighbours=())


def _on(platform: str) -> Act:
    def act(page: WifiPage, _bench: WifiBench) -> None:
        page.now.platform = platform
        page.hold.changed.emit()

    return act


def _nameless(bench: WifiBench) -> None:
    bench.reading = reading(access=WifiAccess.NAMELESS, link=link(ssid=None, bssid=None), neighbours=())


def _apart(bench: WifiBench) -> None:
    bench.rssi = None
    bench.reading = reading(link=None, neighbours=tuple(replace(b, joined=False) for b in neighbours()))


def _stale(bench: WifiBench) -> None:
    bench.stale = True


def before(bench: WifiBench) -> None:
    now = time.time()
    rooms = (
        Room("Salon", 24, Place.GOOD, -45.0, -49.0, 3.1, 5.0, 0.0, x=0, y=0),
        Room("Cuisine", 20, Place.GOOD, -55.0, -58.0, 3.6, 6.0, 0.0, x=1, y=0),
        Room("Entrée", 18, Place.FAIR, -64.0, -67.0, 4.4, 9.0, 0.0, x=0, y=1),
        Room("Bureau", 22, Place.FAIR, -68.0, -72.0, 7.9, 20.0, 0.0, x=2, y=1),
        Room("Chambre", 26, Place.BAD, -84.0, -90.0, 62.0, 240.0, 11.0, x=0, y=0, floor=1),
    )
    old = tuple(replace(r, rssi_dbm=(r.rssi_dbm or 0) - (9 if r.name == "Bureau" else 0)) for r in rooms)
    bench.kept = [
        WalkRecord("b", now - 300, now - 60, rooms, "Livebox-3F7A", 1, 0, "Salon"),
        WalkRecord("a", now - 90_000, now - 89_000, old, "Livebox-3F7A", 1, 0, "Salon"),
    ]


def _cable(bench: WifiBench) -> None:
    _weak(bench)
    bench.reading = replace(bench.reading, by_cable=True)


def _cable_alone(bench: WifiBench) -> None:
    _apart(bench)
    bench.reading = replace(bench.reading, by_cable=True)


def _cut(bench: WifiBench) -> None:
    before(bench)
    bench.unfinished = replace(bench.kept[0], id="walk-00000000000c", rooms=bench.kept[0].rooms[:3])


def _search(page: WifiPage, bench: WifiBench) -> None:
    bench.scan_s = 30.0
    page.air.go.click()


def _searched(page: WifiPage, _bench: WifiBench) -> None:
    page.air.go.click()


def _list(page: WifiPage, _bench: WifiBench) -> None:
    page.air.list.button.click()


def _details(page: WifiPage, _bench: WifiBench) -> None:
    page.now.details.button.click()


def _walk(page: WifiPage, _bench: WifiBench) -> None:
    page.walk.start.click()


def _room(name: str, rssi: float, rtt: float = 4.0) -> Act:
    def act(page: WifiPage, bench: WifiBench) -> None:
        bench.rssi, bench.rtt_ms = rssi, rtt
        assert page.walk.part is not None
        page.walk.part.field.setText(name)
        page.walk.part.field.returnPressed.emit()

    return act


def _box(page: WifiPage, _bench: WifiBench) -> None:
    assert page.walk.part is not None
    page.walk.part.plan.tiles[next(iter(page.walk.part.plan.tiles))].setFocus()
    page.walk.part.box.click()


def _lift(page: WifiPage, _bench: WifiBench) -> None:
    assert page.walk.part is not None
    page.walk.part.plan.tiles["Chambre"].setFocus()
    page.walk.part.up.click()


def _share(page: WifiPage, _bench: WifiBench) -> None:
    page.share.open.click()


def _yes(page: WifiPage, _bench: WifiBench) -> None:
    page.share.yes.click()


def _keeps(bench: WifiBench) -> None:
    bench.keeps_key = True


def _enterprise(bench: WifiBench) -> None:
    bench.refused = PassRefused.ENTERPRISE


def _bottom(page: WifiPage, _bench: WifiBench) -> None:
    page.verticalScrollBar().setValue(page.verticalScrollBar().maximum())


ROOMS = (_room("Salon", -45), _room("Cuisine", -58), _room("Chambre", -79, 60.0))
WIFI = (
    Screen("wifi-good", then=_wifi(), size=HIGH),
    Screen("wifi-first", then=_wifi()),
    Screen("wifi-weak", then=_wifi(prepare=_weak), size=TALL),
    Screen("wifi-cable", then=_wifi(prepare=_cable), size=TALL),
    Screen("wifi-cable-alone", then=_wifi(prepare=_cable_alone)),
    Screen("wifi-cut", then=_wifi(prepare=_cut), size=HIGH),
    Screen("wifi-hop", then=_wifi(prepare=_hop)),
    Screen("wifi-off", then=_wifi(prepare=_off)),
    Screen("wifi-denied", then=_wifi(_on("win32"), prepare=_denied)),
    Screen("wifi-nameless", then=_wifi(_on("darwin"), prepare=_nameless)),
    Screen("wifi-apart", then=_wifi(prepare=_apart), size=TALL),
    Screen("wifi-stale", then=_wifi(prepare=_stale)),
    Screen("wifi-details", then=_wifi(_details), size=TALL),
    Screen("wifi-scan", then=_wifi(_search, _bottom), size=TALL),
    Screen("wifi-list", then=_wifi(_searched, _list), size=QSize(980, 2600)),
    Screen("wifi-walk", then=_wifi(_walk)),
    Screen("wifi-walking", then=_wifi(_walk, *ROOMS, _box, _lift), size=TALL),
    Screen("wifi-plan", then=_wifi(prepare=before), size=HIGH),
    Screen("wifi-qr-asks", then=_wifi(_share, _bottom)),
    Screen("wifi-qr", then=_wifi(_share, _yes, _bottom)),
    Screen("wifi-qr-key", then=_wifi(_share, _yes, _bottom, prepare=_keeps)),
    Screen("wifi-qr-refused", then=_wifi(_share, _yes, _bottom, prepare=_enterprise)),
    Screen("wifi-200", then=_wifi(_details), size=QSize(MINIMUM.width(), 4600), scale=2.0),
    Screen("wifi-walking-200", then=_wifi(_walk, *ROOMS, _box, _lift), size=QSize(MINIMUM.width(), 3000), scale=2.0),
    Screen("wifi-plan-200", then=_wifi(prepare=before), size=QSize(MINIMUM.width(), 4600), scale=2.0),
)
