"""The repair page, driven through the bridge on a PC in memory: consent, progress, before and after, undo."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from selfcare.i18n import Catalogue
from selfcare.model.remedy import RemoteLogin
from selfcare.model.repair import Entry, EntryState, HandError
from selfcare.remedies import REMEDIES
from tests.app.repair_world import BOX, ISP, PUBLIC, World
from tests.app.test_standing_in import _impatient  # noqa: F401  (a fixture)
from tests.ui.conftest import OpenRepair, asked, ended, repaired, until, words
from tests.ui.repair_bench import PROXY, HeldBench, entry
from ui.repair_course import Mark
from ui.repair_state import RepairPhase

FR = Catalogue("fr")
PROVING = RepairPhase.PROVING


def test_nothing_is_done_before_it_is_asked_for(qtbot: QtBot, open_repair: OpenRepair) -> None:
    page, bench = open_repair(World(dead={ISP}))
    assert page.head.start.hasFocus()
    for card in (page.consent, page.course, page.tried, page.compare):
        assert not card.isVisible()
    qtbot.waitUntil(lambda: "close" in bench.hand.log)
    assert bench.hand.made == {}


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_repair_with_consent(qtbot: QtBot, open_repair: OpenRepair, language: str) -> None:
    page, bench = open_repair(World(dead={ISP}), language)
    asked(qtbot, page)
    assert bench.hand.made == {}
    assert page.consent.isVisible() and page.consent.refuse.hasFocus()
    shown = words(page.consent)
    assert not any("repair." in line or "{" in line for line in shown)
    assert not any(PUBLIC[0] in line for line in shown)  # plain words first
    page.consent.values.button.click()
    exact = [line for line in words(page.consent) if line not in shown]
    assert any(BOX in line and PUBLIC[0] in line and PUBLIC[1] in line and "→" in line for line in exact)
    page.consent.agree.click()
    ended(qtbot, page)
    assert page.head.headline.text() == Catalogue(language).text("repair.state.repaired")
    assert set(bench.world.resolvers) == set(PUBLIC)
    assert page.tried.isVisible() and not page.consent.isVisible()
    qtbot.waitUntil(lambda: any(b.isVisible() for b in page.changes.buttons.values()))


def test_a_question_that_is_being_read_is_left_alone(qtbot: QtBot, open_repair: OpenRepair) -> None:
    page, _ = open_repair(World(dead={ISP}))
    asked(qtbot, page)
    page.consent.values.button.click()
    shown = words(page.consent)
    page._show()  # as any late event of the same run does
    assert words(page.consent) == shown and page.consent.values.body.isVisible()


def test_before_and_after_stand_side_by_side(qtbot: QtBot, open_repair: OpenRepair) -> None:
    page, _ = open_repair(World(dead={ISP}))
    repaired(qtbot, page)
    shown = words(page.compare)
    assert page.state.result is not None and page.state.result.after is not None
    for told in (page.state.result.before.verdict.text, page.state.result.after.verdict.text):
        assert told in shown
    assert "Les noms de sites ne sont pas trouvés" in shown and "Les noms de sites sont trouvés" in shown
    assert "La box répond" not in shown  # it did before


def test_what_was_the_same_is_said_once(qtbot: QtBot, open_repair: OpenRepair) -> None:
    page, _ = open_repair(World())
    repaired(qtbot, page, "dns.flush")
    shown = words(page.compare)
    assert shown[0] == FR.text("ui.repair.same") and len(shown) == 2


def test_each_step_can_be_followed(qtbot: QtBot, open_repair: OpenRepair) -> None:
    page, bench = open_repair(World(dead={ISP}))

    def now() -> list[str]:
        return [line.words for line in page.course.lines if line.now]

    bench.held.update({"look", "apply", "proof"})
    page.head.start.click()
    assert now() == [FR.text("ui.repair.course.look")]
    bench.held.discard("look")
    until(qtbot, page, RepairPhase.ASKING)
    assert now() == [FR.text("ui.repair.course.ask")]
    page.consent.agree.click()
    qtbot.wait(150)
    assert page.state.phase is RepairPhase.APPLYING and now() == [FR.text("ui.repair.course.apply")]
    bench.held.discard("apply")
    until(qtbot, page, PROVING)
    assert now() == [FR.text("ui.repair.course.prove")]
    done = FR.text(f"ui.repair.course.{Mark.DONE}", what=FR.text("ui.repair.course.apply"))
    assert done in [label.accessibleName() for label in page.course.findChildren(QLabel)]
    bench.held.clear()
    ended(qtbot, page)
    assert not page.course.isVisible()


def test_refusing_changes_nothing(qtbot: QtBot, open_repair: OpenRepair) -> None:
    page, bench = open_repair(World(dead={ISP}))
    asked(qtbot, page)
    qtbot.keyClick(page.consent.refuse, Qt.Key.Key_Return)
    ended(qtbot, page)
    assert bench.hand.made == {}
    assert page.head.headline.text() == FR.text("repair.state.refused")
    assert FR.text("ui.repair.end.refused.declined") in words(page.head)


def test_stopping_at_the_question_changes_nothing(qtbot: QtBot, open_repair: OpenRepair) -> None:
    page, bench = open_repair(World(dead={ISP}))
    asked(qtbot, page)
    page.head.stop.click()
    until(qtbot, page, RepairPhase.STOPPED)
    assert bench.hand.made == {}
    assert not page.consent.isVisible() and page.head.start.isVisible()
    assert FR.text("ui.repair.stopped.nothing") in words(page.head)
    page.gate.answer(True)  # too late: nobody is asking
    assert bench.hand.made == {}


def test_stopping_while_it_is_proved_puts_back(qtbot: QtBot, open_repair: OpenRepair) -> None:
    page, bench = open_repair(World(dead={ISP}))
    before = bench.world.state()
    bench.held.add("proof")
    asked(qtbot, page)
    page.consent.agree.click()
    until(qtbot, page, PROVING)
    assert bench.world.state() != before
    bench.held.add("undo")
    page.head.stop.click()
    assert page.head.headline.text() == FR.text("ui.repair.stopping")
    page.head.stop.click()  # once is enough, and twice does no harm
    qtbot.wait(100)
    assert page.state.phase is RepairPhase.STOPPING and page.head.stop.hasFocus()
    bench.held.clear()
    until(qtbot, page, RepairPhase.STOPPED)
    assert bench.world.state() == before
    assert FR.text("ui.repair.stopped.tested") in words(page.head)
    assert page.head.start.hasFocus()


def test_what_does_not_help_is_put_back(qtbot: QtBot, open_repair: OpenRepair) -> None:
    page, bench = open_repair(World(dead={ISP}, stubborn=True))
    before = bench.world.state()
    repaired(qtbot, page)
    assert bench.world.state() == before
    assert page.head.headline.text() == FR.text("repair.state.not_helped")
    assert FR.text("repair.outcome.undone") in words(page.tried)


def test_every_change_has_its_way_back(qtbot: QtBot, open_repair: OpenRepair) -> None:
    page, bench = open_repair(World(dead={ISP}))
    before = bench.world.state()
    repaired(qtbot, page)
    qtbot.waitUntil(lambda: "e0" in page.changes.buttons)
    button = page.changes.buttons["e0"]
    assert PUBLIC[0] in button.accessibleName()
    button.setFocus()
    qtbot.keyClick(button, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not page.changes.buttons)
    assert bench.world.state() == before
    qtbot.waitUntil(lambda: FR.text("ui.repair.undone") in words(page.changes))
    assert page.head.start.hasFocus()  # the button that had it is gone
    assert page.head.headline.text() == FR.text("ui.repair.title")  # "repaired" is no longer so
    assert not page.compare.isVisible() and not page.tried.isVisible()


def test_an_undo_that_cannot_be_done_says_why(qtbot: QtBot, open_repair: OpenRepair) -> None:
    page, bench = open_repair(World(dead={ISP}))
    repaired(qtbot, page)
    qtbot.waitUntil(lambda: "e0" in page.changes.buttons)

    async def refuse(_name: str) -> None:
        raise HandError("changed_since")

    bench.hand.undo = refuse  # type: ignore[method-assign]
    page.changes.buttons["e0"].click()
    qtbot.waitUntil(lambda: FR.text("repair.error.changed_since") in words(page.changes))
    assert "e0" in page.changes.buttons


def test_changes_of_an_earlier_run_are_listed(qtbot: QtBot, open_repair: OpenRepair) -> None:
    def earlier(bench: HeldBench) -> None:
        for one in (
            entry("e9", EntryState.KEPT, PROXY),
            entry("e8", EntryState.CONFLICT),
            entry("e7", EntryState.UNDONE),
        ):
            bench.hand.put(one)

    page, _ = open_repair(World(), prepare=earlier)
    qtbot.waitUntil(lambda: any(b.isVisible() for b in page.changes.buttons.values()))
    assert set(page.changes.buttons) == {"e9"}  # what somebody else changed since is not ours any more
    qtbot.waitUntil(lambda: any("20/11/2026" in line for line in words(page.changes)))
    assert any(FR.text("ui.repair.entry.conflict") in line for line in words(page.changes))


def test_what_was_left_unfinished_can_be_put_back(qtbot: QtBot, open_repair: OpenRepair) -> None:
    left = entry("e9", EntryState.RESTORING, privileged=True)
    page, bench = open_repair(World(), prepare=lambda b: b.hand.put(left))
    qtbot.waitUntil(lambda: "e9" in page.changes.buttons)
    page.changes.buttons["e9"].click()
    qtbot.waitUntil(lambda: not page.changes.buttons)
    assert "undo e9" in bench.hand.log


def test_a_system_on_which_nothing_can_be_listed_frightens_nobody(qtbot: QtBot, open_repair: OpenRepair) -> None:
    def unlisted(bench: HeldBench) -> None:
        async def refuse() -> tuple[Entry, ...]:
            raise HandError("unknown_owner")

        bench.hand.entries = refuse  # type: ignore[method-assign]

    page, bench = open_repair(World(), prepare=unlisted)
    qtbot.waitUntil(lambda: "close" in bench.hand.log)
    qtbot.wait(100)
    assert words(page.changes)[1:] == [FR.text("ui.repair.changes.none")]


def test_by_hand_as_an_agent_on_the_phone_asks(qtbot: QtBot, open_repair: OpenRepair) -> None:
    page, bench = open_repair(World())
    assert set(page.by_hand.buttons) == {r.id for r in REMEDIES if r.everyday}
    asked(qtbot, page, "dns.flush")
    assert not page.by_hand.isVisible()  # one thing at a time
    page.fix("lease.renew")
    assert page.state.by_hand == "dns.flush"
    page.consent.agree.click()
    ended(qtbot, page)
    assert "dns.flush" in bench.hand.log and "dhcp.renew" not in bench.hand.log
    assert page.head.headline.text() == FR.text("repair.state.done")
    assert FR.text("ui.repair.outcome.by_hand") in words(page.tried)
    assert page.by_hand.isVisible()


def test_what_cannot_be_done_by_hand_is_said(qtbot: QtBot, open_repair: OpenRepair) -> None:
    page, _ = open_repair(World(cable=False))
    page.by_hand.buttons["lease.renew"].click()
    ended(qtbot, page)
    assert page.head.headline.text() == FR.text("ui.repair.impossible")
    assert FR.text("repair.impossible.not_here") in words(page.head)


def test_a_fault_of_ours_is_told_as_ours(qtbot: QtBot, open_repair: OpenRepair) -> None:
    page, bench = open_repair(World())

    def broken(*_: object) -> object:
        raise RuntimeError("internal")

    bench.desk = replace(bench.desk, run_check=broken)  # type: ignore[arg-type]
    page.head.start.click()
    ended(qtbot, page)
    assert page.head.headline.text() == FR.text("ui.repair.error")
    assert FR.text("ui.error.lead") in words(page.head)
    assert page.head.start.isVisible()


def test_an_instruction_is_asked_as_done_and_checked(qtbot: QtBot, open_repair: OpenRepair) -> None:
    page, bench = open_repair(World(cable=False))
    asked(qtbot, page)
    assert page.consent.agree.text() == FR.text("ui.repair.check_done")
    bench.world.cable = True
    page.consent.agree.click()
    ended(qtbot, page)
    assert page.head.headline.text() == FR.text("repair.state.repaired")


def test_an_instruction_for_later_is_checked_from_where_it_is_written(qtbot: QtBot, open_repair: OpenRepair) -> None:
    page, bench = open_repair(World(cable=False))
    asked(qtbot, page)
    page.consent.refuse.click()
    ended(qtbot, page)
    assert page.head.start.text() == FR.text("ui.repair.check_done")
    assert any("enfoncez le câble" in line for line in words(page.tried))
    bench.world.cable = True
    page.head.start.click()
    ended(qtbot, page)
    assert page.head.headline.text() == FR.text("repair.state.healthy")


@pytest.mark.parametrize(("error", "state", "line"), [
    ("refused", "refused", "ui.repair.end.refused.password"),
    ("needs_privilege", "needs_privilege", "ui.repair.end.needs_privilege"),
])  # fmt: skip
def test_no_password_is_no_drama(qtbot: QtBot, open_repair: OpenRepair, error: str, state: str, line: str) -> None:
    page, bench = open_repair(World(dead={ISP}), prepare=lambda b: b.hand.fails.update({"dns.set": error}))
    asked(qtbot, page)
    assert any("mot de passe" in told for told in words(page.consent))  # said before
    page.consent.agree.click()
    ended(qtbot, page)
    assert page.head.headline.text() == FR.text(f"repair.state.{state}")
    assert FR.text(line) in words(page.head)
    assert bench.hand.made == {}


def test_somebody_who_works_from_afar_is_not_cut_off(qtbot: QtBot, open_repair: OpenRepair) -> None:
    page, bench = open_repair(World(), remote=RemoteLogin("192.168.1.20"))
    page.by_hand.buttons["lease.renew"].click()
    ended(qtbot, page)
    assert bench.hand.made == {}
    assert FR.text("ui.repair.end.refused.caution") in words(page.head)
    assert FR.text("repair.caution.remote_login") in words(page.tried)


def test_the_stand_in_ends_by_itself_while_the_window_is_open(
    qtbot: QtBot, open_repair: OpenRepair, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("selfcare.app.desk.EVERY_S", 0.05)
    page, bench = open_repair(World(dead={ISP}))
    before = bench.world.state()
    asked(qtbot, page, "dns.trial")
    assert FR.text("ui.repair.stands_for.box") in words(page.consent)
    page.consent.agree.click()
    ended(qtbot, page)
    assert page.head.headline.text() == FR.text("repair.trial.isp")
    qtbot.waitUntil(lambda: any(b.isVisible() for b in page.changes.buttons.values()))
    qtbot.waitUntil(lambda: FR.text("ui.repair.standing.box") in words(page.changes))
    assert bench.world.state() != before
    bench.world.dead.clear()
    qtbot.waitUntil(lambda: not page.changes.buttons, timeout=8000)
    assert bench.world.state() == before
    qtbot.waitUntil(lambda: FR.text("repair.ended") in words(page.changes))


def test_escape_says_no(qtbot: QtBot, open_repair: OpenRepair) -> None:
    page, bench = open_repair(World(dead={ISP}))
    asked(qtbot, page)
    qtbot.keyClick(page.window(), Qt.Key.Key_Escape)
    ended(qtbot, page)
    assert page.head.headline.text() == FR.text("repair.state.refused")
    assert bench.hand.made == {}
