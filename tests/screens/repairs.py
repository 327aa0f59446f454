"""The pictures of the repair page, on a PC in memory."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PySide6.QtCore import QSize

from selfcare.app.proposals import propose
from selfcare.model.payloads.routes import Route, RoutePayload
from selfcare.model.remedy import RemoteLogin
from selfcare.model.repair import Entry, EntryState
from selfcare.remedies import remedy
from selfcare.remedies.caution import cautions
from tests.app.repair_world import ISP, World
from tests.remedies.situations import DEFAULT, situation
from tests.screens.stage import AFTER, TALL, Screen, Steps, app_of, settle
from tests.ui.repair_bench import PROXY, HeldBench, entry
from ui.pages.repair import RepairPage
from ui.repair_state import RepairPhase
from ui.window import MainWindow


def _repair(*phases: RepairPhase, world: World | None = None, by_hand: str = "", held: str = "", **more: Any) -> Steps:
    """The repair page of a PC in memory, driven until each of these in turn; questions are agreed to, but for ``no``.

    ``held`` is where the run waits; ``then`` is done at the end, ``put`` are changes of an earlier day.
    """

    def steps(window: MainWindow) -> None:
        bench = HeldBench(world or World(dead={ISP}), window.context.catalogue.language, more.get("remote"))
        bench.held.update(held.split())
        bench.hand.fails.update(more.get("fails", {}))
        for one in more.get("put", ()):
            bench.hand.put(one)
        for one, whose in more.get("whose", {}).items():
            bench.notes.note("effect", "dns.alternate", {"entries": [one], "stands_for": whose, "outcome": "kept"})
        window.context.services = replace(window.context.services, repairs=lambda: bench.desk)
        window.go("repair")
        page = window.page("repair")
        assert isinstance(page, RepairPage)
        for phase in phases:
            if page.state.phase is RepairPhase.ASKING:
                (page.consent.refuse if more.get("no") else page.consent.agree).click()
            elif phase is RepairPhase.STOPPED:
                page.stop()
            elif not page.state.busy:
                page.fix(by_hand) if by_hand else page.start()
            settle(app_of(), lambda wanted=phase: page.state.phase is wanted, 16.0)
        more.get("then", lambda _page: None)(page)
        settle(app_of(), lambda: False, 0.4)
        AFTER.append(bench.held.clear)

    return steps


def _question(remedy_id: str, code: str, **more: Any) -> Steps:
    """The question for any remedy, as the engine would put it."""

    def steps(window: MainWindow) -> None:
        _repair()(window)
        page = window.page("repair")
        assert isinstance(page, RepairPage)
        here = situation(**more)
        chosen = remedy(remedy_id)
        assert chosen is not None
        actions = chosen.plan(here)
        page.state.begin(0)
        page.state.ask(propose(window.context.catalogue, chosen, code, actions, cautions(actions, here), here))
        page._show()
        _values(page)

    return steps


def _left_over(entry: Entry) -> Steps:
    """The check page of a PC on which an earlier run left something."""

    def steps(window: MainWindow) -> None:
        bench = HeldBench(World(), window.context.catalogue.language)
        bench.hand.put(entry)
        window.context.services = replace(window.context.services, repairs=lambda: bench.desk)
        standing = window.context.look_after()
        standing.changed.connect(window.show_notice)
        standing.refresh(recover=True)
        settle(app_of(), lambda: bool(standing.notice()), 3.0)

    return steps


def _stop(page: RepairPage) -> None:
    page.stop()


def _stubborn() -> World:
    """Programs ask the box whatever is set: nothing helps."""
    return World(dead={ISP}, stubborn=True)


def _values(page: RepairPage) -> None:
    page.consent.values.button.click()


ASKING, DONE = RepairPhase.ASKING, RepairPhase.DONE
LEFT = (
    entry("20261120T180400-0000000a", EntryState.CONFLICT, PROXY),
    entry("20261120T180400-0000000b", EntryState.KEPT),
    entry("20261120T180400-0000000c", EntryState.RESTORING, PROXY, privileged=True),
)
VPN = {"route.table": RoutePayload((Route(4, "0.0.0.0/0", None, "tun0", 50), DEFAULT), "tun0", None, ("tun0",))}
REPAIRS = (
    Screen("repair", then=_repair(), size=QSize(980, 1000)),
    Screen("repair-looking", then=_repair(RepairPhase.LOOKING, held="look"), size=TALL),
    Screen("repair-asking", then=_repair(ASKING), size=TALL),
    Screen("repair-values", then=_repair(ASKING, then=_values), size=TALL),
    Screen("repair-applying", then=_repair(ASKING, RepairPhase.APPLYING, held="apply"), size=TALL),
    Screen("repair-proving", then=_repair(ASKING, RepairPhase.PROVING, held="proof"), size=TALL),
    Screen("repair-stopping", then=_repair(ASKING, RepairPhase.PROVING, held="proof undo", then=_stop), size=TALL),
    Screen("repair-stopped", then=_repair(ASKING, RepairPhase.PROVING, RepairPhase.STOPPED, held="proof"), size=TALL),
    Screen("repair-done", then=_repair(ASKING, DONE), size=TALL),
    Screen("repair-refused", then=_repair(ASKING, DONE, no=True), size=TALL),
    Screen("repair-not-helped", then=_repair(ASKING, DONE, world=_stubborn()), size=TALL),
    Screen("repair-password", then=_repair(ASKING, DONE, fails={"dns.set": "refused"}), size=TALL),
    Screen("repair-no-rights", then=_repair(ASKING, DONE, fails={"dns.set": "needs_privilege"}), size=TALL),
    Screen("repair-instruction", then=_repair(ASKING, world=World(cable=False)), size=TALL),
    Screen("repair-for-you", then=_repair(ASKING, DONE, world=World(cable=False), no=True), size=TALL),
    Screen("repair-unseen", then=_repair(ASKING, DONE, world=World(cable=False)), size=TALL),
    Screen("repair-remote", then=_repair(DONE, by_hand="lease.renew", remote=RemoteLogin("192.168.1.20")), size=TALL),
    Screen("repair-flush", then=_repair(ASKING, DONE, world=World(), by_hand="dns.flush"), size=TALL),
    Screen("repair-renew", then=_repair(ASKING, world=World(), by_hand="lease.renew"), size=TALL),
    Screen(
        "repair-not-here", then=_repair(RepairPhase.ERROR, world=World(cable=False), by_hand="lease.renew"), size=TALL
    ),
    Screen("repair-trial", then=_repair(ASKING, by_hand="dns.trial"), size=TALL),
    Screen("repair-trial-done", then=_repair(ASKING, DONE, by_hand="dns.trial"), size=TALL),
    Screen("repair-trial-nowhere", then=_repair(DONE, world=World(), by_hand="dns.trial"), size=TALL),
    Screen("repair-changes", then=_repair(put=LEFT, whose={LEFT[1].name: "isp"}), size=TALL),
    Screen("repair-box", then=_question("box.power", "BOX-SILENT"), size=TALL),
    Screen("repair-vpn", then=_question("vpn.stop", "PC-VPN", payloads=VPN), size=TALL),
    Screen("repair-clock", then=_question("clock.set", "PC-CLOCK", numbers={"clock_offset": 86400.0}), size=TALL),
    Screen("notice-recovered", then=_left_over(replace(LEFT[2], privileged=False))),
    Screen("notice-standing", then=_left_over(LEFT[1])),
    Screen("repair-150", then=_repair(ASKING, then=_values), size=QSize(720, 2300), scale=1.5),
    Screen("repair-done-150", then=_repair(ASKING, DONE), size=QSize(720, 2600), scale=1.5),
    Screen(
        "repair-proving-200", then=_repair(ASKING, RepairPhase.PROVING, held="proof"), size=QSize(720, 2400), scale=2.0
    ),
    Screen("repair-200", then=_repair(ASKING), size=QSize(720, 2800), scale=2.0),
    Screen("repair-changes-200", then=_repair(put=LEFT, whose={LEFT[1].name: "isp"}), size=QSize(720, 3600), scale=2.0),
)
