"""The pictures of the box's page: the real desk, and a simulated box on loopback."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QSize

from selfcare.app.box_session import identity
from tests.boxes.base import Simulator
from tests.boxes.freebox import FreeboxSimulator
from tests.boxes.home import FAULTS, Host
from tests.screens.stage import AFTER, TALL, Screen, Steps, app_of, settle
from tests.ui.box_bench import BoxBench, Ring, box_of
from ui.box_state import PairPhase
from ui.pages.box import BoxPage
from ui.window import MainWindow

Act = Callable[[BoxPage], object]
Prepare = Callable[[Simulator], object]


def _box(
    family: str, *faults: str, then: tuple[Act, ...] = (), prepare: Prepare = lambda _box: None, **more: Any
) -> Steps:
    """The page with that box; ``then`` is done one after the other, each when the one before has settled."""

    def steps(window: MainWindow) -> None:
        stack = contextlib.ExitStack()
        AFTER.append(stack.close)
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        ring = None if more.get("file") else Ring()
        box, bench = stack.enter_context(box_of(family, folder, *faults, keyring=ring))
        prepare(box)
        if more.get("nobody"):
            bench.place = None
        window.context.services = bench.into(window.context.services)
        window.go("box")
        page = window.page("box")
        assert isinstance(page, BoxPage)
        _settled(page)
        if more.get("past"):
            _remember(page, bench, more["past"] == "dsl")
        for act in then:
            act(page)
            _settled(page)
        for fault in more.get("later", ()):
            FAULTS[fault](box.home)
        if more.get("gone"):
            bench.stop()
        if more.get("later") or more.get("gone"):
            _again(page)
            _settled(page)
        settle(app_of(), lambda: False, 0.3)

    return steps


def _settled(page: BoxPage) -> None:
    """Until nothing is under way; a person at the box is not waited for."""
    hold = page.hold
    settle(app_of(), lambda: not hold.view.busy and hold.view.pairing.phase is not PairPhase.WAITING, 4.0)


def _remember(page: BoxPage, bench: BoxBench, dsl: bool) -> None:
    found = page.hold.view.found
    assert found is not None
    name = identity(found).name
    assert name is not None
    bench.past(name, dsl=dsl)


def _ask(page: BoxPage) -> None:
    page.head.pair.click()


def _press(page: BoxPage) -> None:
    page.pairing.go.click()


def _give(password: str) -> Act:
    def act(page: BoxPage) -> None:
        page.pairing.password.field.setText(password)
        page.pairing.go.click()

    return act


def _leave(page: BoxPage) -> None:
    page.pairing.leave.click()


def _technical(page: BoxPage) -> None:
    page.line.technical.button.click()


def _forget(page: BoxPage) -> None:
    page.head.forget.click()


def _again(page: BoxPage) -> None:
    page.head.refresh.click()


def _typed(page: BoxPage) -> None:
    page.pairing.password.field.setText("pas encore")
    page.pairing.password.show_it.click()


def _patient(box: Simulator) -> None:
    assert isinstance(box, FreeboxSimulator)
    box.panel_polls = 1000


def _says_no(box: Simulator) -> None:
    assert isinstance(box, FreeboxSimulator)
    box.panel = "denied"


def _crowd(box: Simulator) -> None:
    many = [Host(f"02:00:00:00:01:{n:02x}", f"192.168.1.{40 + n}", f"appareil-{n:02d}", "wifi_5", signal=-52 - 3 * n)
            for n in range(11)]  # fmt: skip
    box.home.hosts.extend(many)
    box.home.hosts[0].blocked = True


WORD = "Tr0ub4dor-et-3"
FREE = (_ask, _press, _leave)
BBOX = (_ask, _give(WORD), _leave)
LONG = QSize(980, 2300)
BOXES: tuple[Screen, ...] = (
    Screen("box-stranger", then=_box("freebox")),
    Screen("box-nobody", then=_box("freebox", nobody=True)),
    Screen("box-panel", then=_box("freebox", then=(_ask,))),
    Screen("box-panel-waiting", then=_box("freebox", then=(_ask, _press), prepare=_patient)),
    Screen("box-panel-denied", then=_box("freebox", then=(_ask, _press), prepare=_says_no)),
    Screen("box-granted", then=_box("freebox", "no-settings-right", then=(_ask, _press), file=True), size=TALL),
    Screen("box-fibre", then=_box("freebox", then=(*FREE, _again), past="fibre"), size=LONG),
    Screen("box-dsl", then=_box("freebox", "dsl", then=(*FREE, _again), past="dsl"), size=LONG),
    Screen("box-dark", then=_box("livebox", "dark-fibre", then=BBOX), size=TALL),
    Screen("box-password", then=_box("bbox", then=(_ask, _typed))),
    Screen("box-password-refused", then=_box("bbox", then=(_ask, _give("nothing like it")))),
    Screen("box-technical", then=_box("bbox", then=(*BBOX, _technical)), size=LONG),
    Screen("box-forget", then=_box("bbox", then=(*BBOX, _forget)), size=TALL),
    Screen("box-crowd", then=_box("sfr", prepare=_crowd, then=BBOX), size=LONG),
    Screen("box-bridge", then=_box("freebox", "bridge", then=FREE), size=TALL),
    Screen("box-updating", then=_box("sfr", "updating")),
    Screen("box-swapped", then=_box("freebox", then=FREE, later=("swapped",))),
    Screen("box-gone", then=_box("bbox", then=BBOX, gone=True), size=TALL),
    Screen("box-no-sync", then=_box("sfr", "dsl-no-sync", then=BBOX), size=TALL),
    Screen("box-no-session", then=_box("livebox", "no-session", then=BBOX), size=TALL),
    Screen("box-shared", then=_box("freebox", "shared-ipv4", then=FREE), size=TALL),
    Screen("box-igd", then=_box("igd")),
    Screen("box-150", then=_box("freebox", then=(*FREE, _again), past="fibre"), size=QSize(720, 3200), scale=1.5),
    Screen("box-password-150", then=_box("bbox", then=(_ask, _typed)), size=QSize(720, 1100), scale=1.5),
)
