"""The pictures of the box's settings: the real desk, and a simulated box on loopback that lets us in at once."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize

from tests.boxes.base import Simulator
from tests.boxes.home import Plan
from tests.screens.boxes import BBOX, FREE, Prepare, _box
from tests.screens.stage import Screen, Steps, app_of, settle
from ui.box_set_state import ChangePhase, Setting
from ui.pages.box import BoxPage
from ui.pages.box_set_home import ForwardCard
from ui.pages.box_set_parental import ParentalCard
from ui.pages.box_set_wifi import GuestCard, WifiCard
from ui.pages.box_settings import BoxSettings

Act = Callable[[BoxSettings], object]
HIGH = QSize(980, 1500)


def _as_it_is(_box: Simulator) -> None:
    """Nothing to prepare."""


def _set(
    family: str, *faults: str, then: tuple[Act, ...] = (), bottom: bool = False, prepare: Prepare = _as_it_is
) -> Steps:
    """The page scrolled to the settings; ``then`` is done one after the other, each when the one before has settled."""
    acts = [lambda page, one=act: _done(page, one) for act in (lambda _settings: None, *then)]
    way = FREE if family == "freebox" else BBOX
    return _box(family, *faults, then=(*way, *acts, lambda page: _scroll(page, bottom)), prepare=prepare)


def _done(page: BoxPage, act: Act) -> None:
    settings = page.settings
    assert isinstance(settings, BoxSettings)
    setter, asking = settings.setter, ChangePhase.ASKING  # while it asks, the hold is waiting for an answer
    settle(
        app_of(), lambda: setter.abilities is not None and (setter.state.phase is asking or not page.hold.busy), 6.0
    )  # fmt: skip
    act(settings)
    waiting = (ChangePhase.WEIGHING, ChangePhase.WORKING)
    settle(app_of(), lambda: False, 0.1)
    settle(
        app_of(),
        lambda: setter.state.phase is asking or (setter.state.phase not in waiting and not page.hold.busy), 8.0,
    )  # fmt: skip
    settle(app_of(), lambda: False, 0.1)


def _scroll(page: BoxPage, bottom: bool) -> None:
    settings, ground, bar = page.settings, page.widget(), page.verticalScrollBar()
    assert settings is not None and ground is not None
    settle(app_of(), lambda: False, 0.2)
    top = settings.mapTo(ground, settings.rect().topLeft()).y() - 20
    end = settings.mapTo(ground, settings.rect().bottomLeft()).y() - page.viewport().height() + 20
    bar.setValue(end if bottom else top)


def _open(*names: Setting) -> Act:
    def act(settings: BoxSettings) -> None:
        for name in names:
            settings.cards[name].button.click()

    return act


def _send(name: Setting) -> Act:
    return lambda settings: settings.cards[name].send.click()


def _agree(settings: BoxSettings) -> None:
    settings.offer.agree.click()


def _close(name: Setting) -> Act:
    def act(settings: BoxSettings) -> None:
        settings.offer.close_it.click()
        settings.cards[name].close_it()

    return act


def _suggest(settings: BoxSettings) -> None:
    card = settings.cards[Setting.GUEST]
    assert isinstance(card, GuestCard)
    card.key.suggest.click()


def _wrong(settings: BoxSettings) -> None:
    card, wifi = settings.cards[Setting.GUEST], settings.cards[Setting.FORWARD]
    assert isinstance(card, GuestCard) and isinstance(wifi, ForwardCard)
    card.key.field.setText("clé")
    card.key.check()
    wifi.ports.field.setText("8443")
    wifi.ports.check()


def _channel(settings: BoxSettings) -> None:
    card = settings.cards[Setting.WIFI]
    assert isinstance(card, WifiCard)
    card.what.chips["radio"].click()
    card.channel.select(11)


def _new_key(settings: BoxSettings) -> None:
    card = settings.cards[Setting.WIFI]
    assert isinstance(card, WifiCard)
    card.name.field.setText("Chez nous")
    card.key.suggest.click()


def _night(settings: BoxSettings) -> None:
    card = settings.cards[Setting.PARENTAL]
    assert isinstance(card, ParentalCard)
    card.device.combo.setCurrentIndex(2)
    card.what.chips["planned"].click()
    card.table.days[5].click()


def _remove(settings: BoxSettings) -> None:
    card = settings.cards[Setting.FORWARD]
    assert isinstance(card, ForwardCard)
    card.removers[0].click()


def _restart(settings: BoxSettings) -> None:
    settings.cards[Setting.REBOOT].button.click()


def _exact(settings: BoxSettings) -> None:
    settings.offer.exact.button.click()


def _leo(box: Simulator) -> None:
    box.home.plans.append(Plan(["b8:27:eb:00:00:02"], "Léo", slots=[(d, 75600, 86400) for d in range(5)], id="1"))


S = Setting
BOX_SETS = (
    Screen("box-set", then=_set("freebox"), size=HIGH),
    Screen("box-set-elsewhere", then=_set("sfr"), size=HIGH),
    Screen("box-set-guest", then=_set("livebox", then=(_open(S.GUEST), _suggest)), size=HIGH),
    Screen("box-set-wrong", then=_set("freebox", then=(_open(S.GUEST, S.FORWARD), _wrong)), size=QSize(980, 1800)),
    Screen("box-set-wifi", then=_set("freebox", then=(_open(S.WIFI), _channel)), size=HIGH),
    Screen(
        "box-set-parental", then=_set("freebox", then=(_open(S.PARENTAL), _night), prepare=_leo), size=QSize(980, 1700)
    ),
    Screen("box-set-ports", then=_set("bbox", then=(_open(S.FORWARD),)), size=HIGH),
    Screen("box-set-address", then=_set("livebox", then=(_open(S.RESERVATION),)), size=HIGH),
    Screen("box-set-asks", then=_set("livebox", then=(_open(S.WIFI), _new_key, _send(S.WIFI), _exact)), size=HIGH),
    Screen("box-set-restart", then=_set("bbox", then=(_restart,)), size=HIGH),
    Screen("box-set-done", then=_set("freebox", then=(_open(S.FORWARD), _remove, _agree)), size=HIGH),
    Screen(
        "box-set-list",
        then=_set("freebox", then=(_open(S.FORWARD), _remove, _agree, _close(S.FORWARD)), bottom=True), size=HIGH,
    ),
    Screen(
        "box-set-refused",
        then=_set("freebox", "no-settings-right", then=(_open(S.GUEST), _suggest, _send(S.GUEST))), size=HIGH,
    ),
    Screen(
        "box-set-150", then=_set("freebox", then=(_open(S.GUEST), _suggest, _send(S.GUEST))),
        size=QSize(720, 2300), scale=1.5,
    ),
    Screen(
        "box-set-parental-150", then=_set("freebox", then=(_open(S.PARENTAL), _night), prepare=_leo),
        size=QSize(720, 2600), scale=1.5,
    ),
)  # fmt: skip
