"""The pictures of support: an evening without Internet, around a desk in memory."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QSize

from selfcare.app.support.port import SignIn
from selfcare.model.ticket import KnownOutage
from tests.screens.stage import TALL, Screen, Steps, app_of, settle
from tests.ui.support_bench import SupportBench
from tests.ui.support_story import asked, storied
from ui.pages.cases import CasesPage
from ui.pages.support import SupportPage
from ui.support_state import Step
from ui.window import MINIMUM, MainWindow

Act = Callable[[SupportPage], object]
SMALL = QSize(MINIMUM.width(), 2200)


def _support(*acts: Act, prepare: Callable[[SupportBench], object] = storied) -> Steps:
    """The page; each act when the one before has settled."""

    def steps(window: MainWindow) -> None:
        bench = SupportBench(language=window.context.catalogue.language)
        prepare(bench)
        window.context.services = bench.into(window.context.services)
        window.go("support")
        page = window.page("support")
        assert isinstance(page, SupportPage)
        settle(app_of(), lambda: page.hold.state.offline is not None, 2.0)
        for act in acts:
            act(page)
            settle(app_of(), lambda: False, 0.25)
        settle(app_of(), lambda: False, 0.2)

    return steps


def _new(bench: SupportBench) -> None:
    pass


def _outage(bench: SupportBench) -> None:
    storied(bench)
    bench.known_outages = (
        KnownOutage(
            "o1", "Coupure d'une fibre dans votre quartier. Nos équipes sont sur place.", bench.now.isoformat()
        ),
    )


def _doubtful(bench: SupportBench) -> None:
    storied(bench)
    bench.best, bench.desk = bench.others[0], None


def _fold(page: SupportPage) -> None:
    assert page.channel.others is not None
    page.channel.others.button.click()


def _call(page: SupportPage) -> None:
    page.channel.calls[0].click()


def _offline(page: SupportPage) -> None:
    page.offline.fold.button.click()


def _cases(*acts: Callable[[CasesPage], object], prepare: Callable[[SupportBench], object] = asked) -> Steps:
    """The other page, in the same way."""

    def steps(window: MainWindow) -> None:
        bench = SupportBench(language=window.context.catalogue.language)
        prepare(bench)
        window.context.services = bench.into(window.context.services)
        window.go("cases")
        page = window.page("cases")
        assert isinstance(page, CasesPage)
        settle(app_of(), lambda: page.hold.state.heads is not None, 2.0)
        for act in acts:
            settle(app_of(), lambda: False, 0.25)
            act(page)
        settle(app_of(), lambda: False, 0.3)

    return steps


def _case(page: CasesPage) -> None:
    page.hold.open("CAS-7K3M-92QX")


def _form(page: CasesPage) -> None:
    page.contacts.fold.button.click()


def _delete(page: CasesPage) -> None:
    page.own.delete.click()


def _signed(bench: SupportBench) -> None:
    storied(bench)
    assert bench.desk is not None
    bench.desk = replace(bench.desk, needs=())


def _cut(bench: SupportBench) -> None:
    _signed(bench)
    bench.cut = True


def _oidc(bench: SupportBench) -> None:
    _signed(bench)
    bench.sign = SignIn.OIDC


def _write(page: SupportPage) -> None:
    page.channel.ticket.click()


def _what(page: SupportPage) -> None:
    page.hold.ticket.go(Step.WHAT)


def _look(page: SupportPage) -> None:
    assert page.part is not None
    page.part.preview.swaps.fold.button.click()
    page.part.preview.files.fold.button.click()
    next(iter(page.part.preview.files.files.values())).fold.button.click()


def _send(page: SupportPage) -> None:
    assert page.part is not None
    page.part.consent.send.click()


SUPPORT = (
    Screen("support-contact", then=_support(), size=TALL),
    Screen("support-new", then=_support(prepare=_new)),
    Screen("support-down", "wan_down", then=_support(), size=QSize(980, 2000)),
    Screen("support-others", then=_support(_fold, _call), size=QSize(980, 2200)),
    Screen("support-outage", then=_support(prepare=_outage), size=TALL),
    Screen("support-doubtful", then=_support(prepare=_doubtful), size=TALL),
    Screen("support-contact-200", then=_support(_offline), size=QSize(720, 3600), scale=2.0),
    Screen("cases-list", then=_cases(), size=TALL),
    Screen("cases-empty", then=_cases(prepare=_new)),
    Screen("cases-one", then=_cases(_case), size=QSize(980, 2000)),
    Screen("cases-form", then=_cases(_case, _form, _delete), size=QSize(980, 2400)),
    Screen("cases-200", then=_cases(_case, _form), size=QSize(720, 5200), scale=2.0),
    Screen("ticket-what", then=_support(_write, _what)),
    Screen("ticket-wish", then=_support(_write)),
    Screen("ticket-preview", then=_support(_write, prepare=_signed), size=TALL),
    Screen("ticket-files", then=_support(_write, _look, prepare=_signed), size=QSize(980, 2400)),
    Screen("ticket-sign", then=_support(_write, prepare=_oidc), size=TALL),
    Screen("ticket-hand", then=_support(_write, prepare=_doubtful), size=TALL),
    Screen("ticket-sent", then=_support(_write, _send, prepare=_signed)),
    Screen("ticket-queued", then=_support(_write, _send, prepare=_cut)),
    Screen("ticket-200", then=_support(_write, _look, prepare=_signed), size=QSize(720, 6000), scale=2.0),
)
