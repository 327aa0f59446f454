"""The pictures of the guides: the real desk and the real runs around a made-up guide and a made-up home."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QSize

from selfcare.app.ask import Home as Known
from selfcare.app.guides.world import Suggestion
from tests.screens.stage import AFTER, TALL, Screen, Steps, app_of, settle
from tests.ui.guide_bench import GuideBench, Home
from tests.ui.guide_way import button_of
from ui.guide_state import Phase
from ui.pages.guide_fields import ChoiceField, DeviceField, KeyField, TextField, TimetableField
from ui.pages.guides import GuidesPage
from ui.window import MINIMUM, MainWindow

Act = Callable[[GuidesPage], object]


def _home() -> Home:
    home = Home()
    home.offered = {
        "guest_name": (Suggestion("Invités de Camille"),),
        "devices": (Suggestion("b8:27:eb:00:00:01", "Console"), Suggestion("b8:27:eb:00:00:02", "Imprimante")),
    }
    return home


def _guides(*acts: Act, left: bool = False, known: Known | None = None, **told: object) -> Steps:
    """The page; each act when the one before has settled. ``told`` is set on the home."""

    def steps(window: MainWindow) -> None:
        stack = contextlib.ExitStack()
        AFTER.append(stack.close)
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        home = _home()
        for name, value in told.items():
            getattr(home, name).update(value)
        bench = stack.enter_context(GuideBench(folder, home, known).there())
        window.context.services = bench.into(window.context.services)
        window.go("guides")
        page = window.page("guides")
        assert isinstance(page, GuidesPage)
        settle(app_of(), lambda: bool(page.topics), 6.0)
        if left:
            for act in (_open("box-restart"), _begin, _later):
                _done(page, act)
        for act in acts:
            _done(page, act)
        settle(app_of(), lambda: False, 0.3)

    return steps


def _done(page: GuidesPage, act: Act) -> None:
    act(page)
    settle(app_of(), lambda: False, 0.1)
    waiting = (Phase.OPENING, Phase.WORKING)
    settle(app_of(), lambda: page.hold.state.phase not in waiting, 2.0)
    settle(app_of(), lambda: False, 0.15)


def _open(name: str) -> Act:
    return lambda page: button_of(page, name).click()


def _begin(page: GuidesPage) -> None:
    page.intro.begin.click()


def _later(page: GuidesPage) -> None:
    page.step.later.click()


def _choose(name: str) -> Act:
    def act(page: GuidesPage) -> None:
        assert isinstance(page.step.field, ChoiceField)
        page.step.field.buttons[name].click()

    return act


def _put(words: str) -> Act:
    def act(page: GuidesPage) -> None:
        field = page.step.field
        assert isinstance(field, TextField | KeyField | DeviceField)
        field.line.put(words)
        page.step.go.click()

    return act


def _key(page: GuidesPage) -> None:
    assert isinstance(page.step.field, KeyField)
    page.step.field.line.suggest.click()


def _first(page: GuidesPage) -> None:
    assert isinstance(page.step.field, DeviceField)
    page.step.field.picker.combo.setCurrentIndex(1)  # above it: nobody is chosen yet


def _go(page: GuidesPage) -> None:
    page.step.go.click()


def _other(page: GuidesPage) -> None:
    page.step.other.click()


def _night(page: GuidesPage) -> None:
    assert isinstance(page.step.field, TimetableField)
    page.step.field.table.days[5].click()
    page.step.field.table.add.click()


def _agree(page: GuidesPage) -> None:
    (page.offer if page.offer.isVisible() else page.consent).agree.click()


def _no(page: GuidesPage) -> None:
    page.offer.refuse.click()


def _typed(words: str) -> Act:
    def act(page: GuidesPage) -> None:
        page.ask.field.setText(words)
        page.ask.go.click()
        settle(app_of(), lambda: page.hold.question.search.reply is not None, 6.0)

    return act


def _offered(name: str) -> Act:
    def act(page: GuidesPage) -> None:
        page.ask.buttons[name].click()
        settle(app_of(), lambda: page.told.isVisible(), 3.0)

    return act


def _undo(page: GuidesPage) -> None:
    page.step.end.buttons["entry-1"].click()


def _help(page: GuidesPage) -> None:
    from ui.widgets import Fold

    page.step.findChildren(Fold)[0].button.click()


def _gesture(page: GuidesPage) -> None:
    page.step.away.click()


EVERY = (_open("every"), _begin)
NAMED = (*EVERY, _choose("wifi"), _put("Chez nous"))
ASKED = (*NAMED, _key, _go, _other, _night, _go)
HAND = (*ASKED, _agree)
UNABLE = {"acted": {"box.guest": ["unable"]}}
WORKS = {"seen": {"box.guest_is": ["yes"]}}
NUMBER = (_typed("numéro du service client"), _offered("answer:support-number"))
SMALL = QSize(720, 1500)
GUIDES = (
    Screen("guides", then=_guides(left=True), size=TALL),
    Screen("guides-search", then=_guides(_typed("invite"))),
    Screen("guides-search-none", then=_guides(_typed("zzz"))),
    Screen("ask-sure", then=_guides(_typed("mettre un mot de passe pour mes invités wifi")), size=TALL),
    Screen("ask-perhaps", then=_guides(_typed("internet est lent")), size=TALL),
    Screen("ask-answer", then=_guides(*NUMBER), size=TALL),
    Screen("ask-answer-150", then=_guides(*NUMBER), size=SMALL, scale=1.5),
    Screen("ask-perhaps-150", then=_guides(_typed("internet est lent")), size=SMALL, scale=1.5),
    Screen("guides-intro", then=_guides(_open("every"))),
    Screen("guides-intro-left", then=_guides(_open("box-restart"), left=True)),
    Screen("guides-choice", then=_guides(*EVERY)),
    Screen("guides-text", then=_guides(*EVERY, _choose("wifi"), _put("x" * 40))),
    Screen("guides-key", then=_guides(*NAMED, _key)),
    Screen("guides-hours", then=_guides(*NAMED, _key, _go, _go)),
    Screen("guides-timetable", then=_guides(*NAMED, _key, _go, _other, _night)),
    Screen("guides-device", then=_guides(*EVERY, _choose("device"))),
    Screen("guides-channel", then=_guides(*EVERY, _choose("port"), _put("8080"), _other)),
    Screen("guides-consent", then=_guides(*ASKED), size=TALL),
    Screen("guides-fix", then=_guides(*EVERY, _choose("port"), _put("80"), _other, _put("0"), _put("Jeu")), size=TALL),
    Screen("guides-hand", then=_guides(*HAND, _help, **UNABLE)),  # type: ignore[arg-type]
    Screen("guides-pair", then=_guides(*EVERY, _choose("device"), _first, _go)),
    Screen("guides-return", then=_guides(*EVERY, _choose("device"), _first, _go, _gesture)),
    Screen("guides-end", then=_guides(*HAND, **WORKS)),  # type: ignore[arg-type]
    Screen("guides-undo", then=_guides(*HAND, _undo, _no, **WORKS)),  # type: ignore[arg-type]
    Screen("guides-contact", then=_guides(*HAND, _other, _go, _go, **UNABLE)),  # type: ignore[arg-type]
    Screen("guides-150", then=_guides(left=True), size=SMALL, scale=1.5),
    Screen("guides-choice-150", then=_guides(*EVERY), size=MINIMUM, scale=1.5),
    Screen("guides-hand-150", then=_guides(*HAND, **UNABLE), size=SMALL, scale=1.5),  # type: ignore[arg-type]
)
