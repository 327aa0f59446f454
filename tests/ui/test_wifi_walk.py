"""Walking through the home: by Enter alone, what came of it, and the sound."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from selfcare.i18n import LANGUAGES, Catalogue
from selfcare.model.wifi import Place, Room, WalkRecord
from tests.ui.conftest import OpenWifi
from tests.ui.test_wifi_page import settled, still, window_of
from tests.ui.wifi_bench import NAME, WifiBench, reading
from ui.pages.wifi import WifiPage
from ui.pages.wifi_walk import ENOUGH, WalkPart
from ui.wifi_sound import QUICK_MS, SLOW_MS, Beeper, interval_ms
from ui.wifi_walk_words import outcome

FR = Catalogue("fr")


def part_of(page: WifiPage) -> WalkPart:
    assert page.walk.part is not None
    return page.walk.part


def focused() -> object:
    return QApplication.focusWidget()


def begun(qtbot: QtBot, page: WifiPage) -> WalkPart:
    settled(qtbot, page)
    page.walk.start.click()
    qtbot.waitUntil(lambda: part_of(page).big._shown.share > 0)
    return part_of(page)


def stand(qtbot: QtBot, page: WifiPage, bench: WifiBench, name: str, rssi: float) -> None:
    """Goes into a room, until there is a word for it."""
    bench.rssi = rssi
    part = part_of(page)
    qtbot.waitUntil(lambda: page.hold.view.point is not None and page.hold.view.point.link is not None
                    and page.hold.view.point.link.rssi_dbm == rssi)  # fmt: skip
    part.field.setText(name)
    qtbot.keyClick(part.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: any(
        room.name == name and room.rssi_dbm == rssi and room.grade is not Place.UNKNOWN for room in rooms(page)
    ))  # fmt: skip


def rooms(page: WifiPage) -> tuple[Room, ...]:
    walking = page.hold.view.walking
    return walking.rooms if walking is not None else ()


def test_the_whole_walk_by_enter_alone(qtbot: QtBot, open_wifi: OpenWifi) -> None:
    page, bench = open_wifi()
    settled(qtbot, page)
    assert focused() is page.walk.start
    qtbot.keyClick(page.walk.start, Qt.Key.Key_Return)
    part = part_of(page)
    assert focused() is part.field and not page.air.isVisible() and not page.now.isVisible()
    for name in ("Salon", "Cuisine", "Chambre"):  # an empty field takes the name that is proposed
        assert part.field.placeholderText() == name
        qtbot.keyClick(part.field, Qt.Key.Key_Return)
        qtbot.waitUntil(lambda one=name: any(r.name == one and r.samples > 3 for r in rooms(page)))
        assert name in part.where.text() and focused() is part.field and not part.rooms[name].isVisible()
    part.box.click()
    qtbot.keyClicks(part.field, "Grenier")
    qtbot.keyClick(part.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(rooms(page)) == 4)
    part.finish.click()
    qtbot.waitUntil(lambda: len(page.hold.view.walks) == 1)
    assert [room.name for room in bench.kept[0].rooms][:3] == ["Salon", "Cuisine", "Chambre"]
    assert bench.kept[0].box_room == "Chambre"  # the room that was chosen when the button was pressed
    assert page.now.isVisible() and page.walk.last.isVisible() and not part.isVisible()
    assert focused() is page.walk.start
    qtbot.waitUntil(lambda: bench.counts["follow"] - bench.counts["left"] == 1)  # the link is followed as before


def test_the_word_at_arm_s_length(qtbot: QtBot, open_wifi: OpenWifi) -> None:
    page, bench = open_wifi()
    part = begun(qtbot, page)
    assert part.big.accessibleName() == "Bon" and "−48" in part.big.accessibleDescription()
    bench.rssi = -85.0
    qtbot.waitUntil(lambda: part.big.accessibleName() == "Très mauvais")
    bench.rssi = None
    qtbot.waitUntil(lambda: part.big.accessibleName() == "Plus de Wi-Fi")
    bench.stale = True
    qtbot.waitUntil(lambda: part.big.accessibleName() == "Pas de mesure")


def test_a_hidden_page_pauses_the_walk(qtbot: QtBot, open_wifi: OpenWifi) -> None:
    page, bench = open_wifi()
    begun(qtbot, page)
    stand(qtbot, page, bench, "Salon", -50.0)
    window_of(page).go("settings")
    qtbot.waitUntil(lambda: bench.counts["left"] == bench.counts["follow"])
    assert still(qtbot, bench) and "close" not in bench.counts
    samples = rooms(page)[0].samples
    window_of(page).go("wifi")
    qtbot.waitUntil(lambda: rooms(page)[0].samples > samples)
    assert page.hold.view.walking is not None and page.hold.view.walking.room == "Salon"


def test_a_walk_that_the_end_of_the_program_cuts_is_kept(qtbot: QtBot, open_wifi: OpenWifi) -> None:
    page, bench = open_wifi()
    begun(qtbot, page)
    stand(qtbot, page, bench, "Salon", -50.0)
    part_of(page).box.click()
    assert window_of(page).context.bridge.shutdown() == ()
    assert [room.name for room in bench.kept[0].rooms] == ["Salon"] and bench.kept[0].box_room == "Salon"
    assert bench.counts["close"] == 1


def test_another_language_keeps_the_walk(qtbot: QtBot, open_wifi: OpenWifi) -> None:
    page, bench = open_wifi()
    begun(qtbot, page)
    stand(qtbot, page, bench, "Salon", -50.0)
    window = window_of(page)
    window._context.catalogue = Catalogue("en")
    window._build("wifi")
    other = window.page("wifi")
    assert isinstance(other, WifiPage)
    qtbot.waitUntil(lambda: other.walk.part is not None and "Salon" in other.walk.part.plan.tiles)
    assert "Measuring" in part_of(other).where.text()


def test_giving_up_asks_once_something_was_measured(qtbot: QtBot, open_wifi: OpenWifi) -> None:
    page, bench = open_wifi()
    part = begun(qtbot, page)
    part.abandon.click()
    qtbot.waitUntil(lambda: page.hold.view.walking is None)
    begun(qtbot, page)
    stand(qtbot, page, bench, "Salon", -50.0)
    part.abandon.click()
    assert part.sure.no.hasFocus()
    qtbot.keyClick(part.sure.no, Qt.Key.Key_Escape)
    assert not part.sure.isVisible() and page.hold.view.walking is not None
    part.abandon.click()
    part.sure.yes.click()
    qtbot.waitUntil(lambda: page.hold.view.walking is None)
    assert bench.kept == [] and bench.counts["abandon"] == 2


def test_what_was_not_kept_is_said_and_an_older_walk_is_not_taken_for_it(
    qtbot: QtBot, open_wifi: OpenWifi, monkeypatch: pytest.MonkeyPatch
) -> None:
    spoken: list[str] = []
    monkeypatch.setattr("ui.pages.wifi_home.announce", lambda _part, said: spoken.append(said))
    page, _ = open_wifi(prepare=lambda one: setattr(one, "kept", [walk(*WELL, BAD)]))
    part = begun(qtbot, page)
    part.finish.click()
    qtbot.waitUntil(lambda: page.hold.view.walking is None)
    assert "rien n’est gardé" in page.walk.ended.text() and page.walk.ended.isVisible()
    assert spoken == [page.walk.ended.text()]
    part = begun(qtbot, page)
    assert not page.walk.ended.isVisible()
    part.abandon.click()
    qtbot.waitUntil(lambda: page.hold.view.walking is None)
    assert "Ce tour n’est pas gardé" in page.walk.ended.text() and spoken[1:] == [page.walk.ended.text()]
    window_of(page).go("settings")
    window_of(page).go("wifi")
    assert not page.walk.ended.isVisible()


def test_it_is_said_when_a_room_is_measured(qtbot: QtBot, open_wifi: OpenWifi) -> None:
    page, bench = open_wifi()
    begun(qtbot, page)
    stand(qtbot, page, bench, "Salon", -50.0)
    part = part_of(page)
    assert "Nous mesurons" in part.where.text()
    qtbot.waitUntil(lambda: rooms(page)[0].samples >= ENOUGH)
    qtbot.waitUntil(lambda: "C’est mesuré" in part.where.text() and "Salon" in part.where.text())
    stand(qtbot, page, bench, "Cuisine", -55.0)
    assert "Nous mesurons" in part.where.text()


def test_drops_on_the_way_are_told() -> None:
    assert outcome(FR, walk(*WELL), None).drops == ""
    assert "une fois" in outcome(FR, replace(walk(*WELL), drops=1), None).drops
    assert "3 fois" in outcome(FR, replace(walk(*WELL), drops=3), None).drops.replace("\xa0", " ")


def test_a_kept_plan_is_a_picture_and_no_row_of_buttons(qtbot: QtBot, open_wifi: OpenWifi) -> None:
    page, _ = open_wifi(prepare=lambda one: setattr(one, "kept", [walk(*WELL)]))
    settled(qtbot, page)
    qtbot.waitUntil(page.walk.last.isVisible)
    tile = page.walk.last.plan.tiles["Salon"]
    assert tile.cursor().shape() is Qt.CursorShape.ArrowCursor
    begun(qtbot, page)
    qtbot.keyClick(part_of(page).field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "Salon" in part_of(page).plan.tiles)
    assert part_of(page).plan.tiles["Salon"].cursor().shape() is Qt.CursorShape.PointingHandCursor


def test_another_walk_is_under_way(qtbot: QtBot, open_wifi: OpenWifi) -> None:
    page, _ = open_wifi(prepare=lambda b: setattr(b, "running", True))
    settled(qtbot, page)
    page.walk.start.click()
    qtbot.waitUntil(lambda: "déjà en cours" in page.walk.trouble.text())
    assert page.hold.view.walking is None and page.walk.start.isVisible()
    qtbot.waitUntil(lambda: page.now.headline.text() == "Le Wi-Fi est bon ici")


# -- what came of it ------------------------------------------------------------------------------


def room(name: str, x: int = 0, y: int = 0, floor: int = 0, grade: Place = Place.GOOD, rssi: float = -50.0) -> Room:
    return Room(name, 20, grade, rssi, rssi - 4, 4.0, 9.0, 0.0, x=x, y=y, floor=floor)


def walk(*there: Room, box: str | None = "Salon", name: str = "w", ago_s: float = 60.0) -> WalkRecord:
    now = time.time()
    return WalkRecord(name, now - ago_s - 200, now - ago_s, there, "Livebox-3F7A", box_room=box)


WELL = (room("Salon"), room("Cuisine", 1), room("Entrée", 2, grade=Place.FAIR, rssi=-64.0))
BAD = room("Chambre", 0, 1, 1, Place.BAD, -86.0)


@pytest.mark.parametrize(
    ("there", "box", "says", "guide"),
    [
        (WELL, "Salon", "", ""),
        ((*WELL, BAD), "Salon", "répéteur", "wifi-repeater"),
        ((*WELL[1:], replace(WELL[0], grade=Place.WEAK, rssi_dbm=-78.0)), "Salon", "Même dans", "wifi-coverage"),
        ((WELL[0], BAD), "Salon", "centre", "wifi-coverage"),
        ((*WELL, replace(BAD, rssi_dbm=-50.0)), "Salon", "signal y est pourtant bon", "wifi-channel"),
        ((*WELL, BAD), None, "répéteur", "wifi-repeater"),
    ],
)  # fmt: skip
def test_what_would_help(there: tuple[Room, ...], box: str | None, says: str, guide: str) -> None:
    told = outcome(FR, walk(*there, box=box), None)
    assert (says in told.advice) if says else told.advice == ""
    assert told.guide == guide


def test_the_repeater_goes_where_it_is_good_and_near() -> None:
    near = room("Palier", 0, 1, 0, Place.FAIR, -62.0)
    told = outcome(FR, walk(*WELL, near, BAD), None).advice.replace("\xa0", " ")
    assert "Le bon endroit : Palier. Pour : Chambre." in told


@pytest.mark.parametrize("catalogue", [Catalogue(one) for one in LANGUAGES], ids=LANGUAGES)
def test_every_walk_has_its_words(catalogue: Catalogue) -> None:
    odd = (room("x" * 40, grade=Place.UNKNOWN), BAD, *WELL)
    for there in ((), odd, (odd[0],), (WELL[0],), WELL, (BAD,)):
        told = outcome(catalogue, walk(*there, box=None), walk(*WELL, name="v", ago_s=90_000.0))
        for line in (told.when, told.summary, told.advice, told.change, *(f"{a} {b}" for a, b in told.rows)):
            assert "ui.wifi" not in line and "{" not in line
        assert told.when and told.summary


def test_compared_with_the_walk_before(qtbot: QtBot, open_wifi: OpenWifi) -> None:
    old = walk(*WELL, replace(BAD, grade=Place.FAIR, rssi_dbm=-66.0), name="old", ago_s=90_000.0)
    new = walk(*(replace(one, rssi_dbm=-40.0) for one in WELL[:1]), *WELL[1:], BAD, name="new")
    page, bench = open_wifi(prepare=lambda b: setattr(b, "kept", [new, old]))
    settled(qtbot, page)
    qtbot.waitUntil(page.walk.last.isVisible)
    changed = page.walk.last.change.text().replace("\xa0", " ")
    assert "mieux : Salon" in changed and "moins bien : Chambre" in changed
    assert "Chambre" in page.walk.last.summary.text() and page.walk.last.to_guide is not None
    assert page.walk.last.plan.tiles["Chambre"].accessibleName().startswith("Chambre, très mauvais")
    page.walk.older.button.click()
    assert len(page.walk.entries) == 1 and page.walk.entries[0].isVisible()
    page.walk.last.delete.click()
    assert page.walk.last.sure.no.hasFocus()
    page.walk.last.sure.no.click()
    assert len(bench.kept) == 2
    page.walk.last.delete.click()
    page.walk.last.sure.yes.click()
    qtbot.waitUntil(lambda: len(page.hold.view.walks) == 1)
    assert bench.kept == [old] and not page.walk.older.isVisible()


# -- the sound ------------------------------------------------------------------------------------


def test_the_sound_is_off_until_it_is_wanted_and_tells_by_its_rate(
    qtbot: QtBot, open_wifi: OpenWifi, monkeypatch: pytest.MonkeyPatch
) -> None:
    page, bench = open_wifi()
    part = begun(qtbot, page)
    qtbot.wait(50)
    assert not part.beeper.sounding
    part.sound.click()
    qtbot.waitUntil(lambda: part.beeper.sounding)
    bench.rssi = None
    qtbot.waitUntil(lambda: not part.beeper.sounding)
    bench.rssi = -50.0
    qtbot.waitUntil(lambda: part.beeper.sounding)
    window_of(page).go("settings")
    assert not part.beeper.sounding
    assert interval_ms(-40.0) == QUICK_MS and interval_ms(-90.0) == SLOW_MS and interval_ms(-60.0) < interval_ms(-80.0)


def test_beeps_come_although_the_signal_changes_all_the_time(qtbot: QtBot) -> None:
    heard: list[float] = []
    beeper = Beeper(beep=lambda: heard.append(time.monotonic()))
    beeper.switch(True)
    end = time.monotonic() + 0.6
    while time.monotonic() < end:
        beeper.hear(-40.0 - len(heard) % 3)
        qtbot.wait(20)
    beeper.hear(None)
    assert heard
    assert not beeper.sounding


CUT = WalkRecord("walk-00000000000a", time.time() - 90, time.time() - 30, (
    Room("Salon", 12, Place.GOOD, -50.0, x=0), Room("Chambre", 9, Place.BAD, -85.0, x=1),
), NAME, box_room="Salon")  # fmt: skip


def test_a_walk_that_was_cut_off_goes_on(qtbot: QtBot, open_wifi: OpenWifi) -> None:
    page, bench = open_wifi(prepare=lambda b: setattr(b, "unfinished", CUT))
    settled(qtbot, page)
    offer = page.walk.unfinished
    qtbot.waitUntil(offer.isVisible)
    assert "Salon, Chambre" in offer.words.text() and not page.walk.start.isVisible()
    qtbot.waitUntil(offer.go_on.hasFocus)
    qtbot.keyClick(offer.go_on, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: [room.name for room in rooms(page)] == ["Salon", "Chambre"])
    assert not offer.isVisible()
    stand(qtbot, page, bench, "Bureau", -60.0)
    part_of(page).finish.click()
    qtbot.waitUntil(page.walk.last.isVisible)
    assert [room.name for room in bench.kept[0].rooms] == ["Salon", "Chambre", "Bureau"]
    assert not offer.isVisible() and page.walk.start.isVisible()


def test_a_walk_that_was_cut_off_is_kept_as_it_is(qtbot: QtBot, open_wifi: OpenWifi) -> None:
    page, bench = open_wifi(prepare=lambda b: (setattr(b, "unfinished", CUT), setattr(b, "rssi", None),
                                               setattr(b, "reading", reading(link=None))))  # fmt: skip
    settled(qtbot, page)
    offer = page.walk.unfinished
    qtbot.waitUntil(offer.isVisible)
    assert not offer.go_on.isVisible()  # in no network
    offer.keep.click()
    qtbot.waitUntil(page.walk.last.isVisible)
    assert [room.name for room in bench.kept[0].rooms] == ["Salon", "Chambre"] and bench.kept[0].box_room == "Salon"
    qtbot.waitUntil(lambda: not offer.isVisible())
