"""Asks before a deep check: finds out what it would cost, shows the question, takes the answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtWidgets import QWidget

from selfcare.app.options import CheckOptions
from selfcare.app.services import Emit, Services
from ui.check_state import Phase
from ui.context import Context
from ui.messages import Batch, End, JobEnded

if TYPE_CHECKING:  # made when first needed
    from ui.deep import DeepOffer
    from ui.pages.check import CheckPage
    from ui.pages.deep import DeepQuestion

METERED_S = 1.5
"""Longer than that nobody waits to hear whether the connection is paid by volume; then it counts as not known."""


async def find_offer(services: Services, emit: Emit) -> DeepOffer:
    """Runs in the engine: reads the profile and asks the system, neither of which the window waits for."""
    import asyncio

    from selfcare.app.deep import deep_cost
    from ui.deep import DeepOffer

    metered: bool | None = None
    cost = deep_cost(services.probes(), services.profile_in_use(), CheckOptions(deep=True))
    try:
        async with asyncio.timeout(METERED_S):
            metered = await asyncio.to_thread(services.metered)
    except TimeoutError:
        metered = None
    return DeepOffer(cost, metered)


class DeepAsking(QObject):
    """One question at a time, in a card right under the answer. ``agreed`` carries the offer."""

    agreed = Signal(object)
    failed = Signal()

    def __init__(self, page: CheckPage, context: Context) -> None:
        super().__init__(page)
        self._page, self._context = page, context
        self._job: int | None = None
        self._offer: DeepOffer | None = None
        self.question: DeepQuestion | None = None

    @property
    def open(self) -> bool:
        """Whether the question stands there."""
        return self.question is not None

    @Slot()
    def ask(self) -> None:
        """Finds out what a deep check costs here; the question follows."""
        if self._job is None and not self.open and self._page.state.phase is not Phase.CHECKING:
            services = self._context.services
            self._job = self._context.bridge.submit("deep offer", lambda emit: find_offer(services, emit)).number

    def read(self, batch: Batch) -> None:
        """Takes the end of our own job out of the engine's messages."""
        for message in batch.messages:
            if not isinstance(message, JobEnded) or message.job != self._job:
                continue
            self._job = None
            if message.end is End.FAILED:
                self.failed.emit()
            elif message.end is End.DONE and self._page.state.phase is not Phase.CHECKING:
                self._show(message.result)  # type: ignore[arg-type]

    @Slot()
    def refuse(self) -> None:
        """No: nothing was sent, and the focus goes back to where the question came from."""
        self.close()
        self._page.answer.deep.setFocus(Qt.FocusReason.OtherFocusReason)

    def close(self) -> None:
        """Takes the question away, if it is there; one still on its way is not shown any more."""
        self._job = None
        if self.question is not None:
            self.question.setVisible(False)
            self.question.deleteLater()
            self.question = None
            self._page.answer.deep.setEnabled(True)

    def _show(self, offer: DeepOffer) -> None:
        from ui.pages.deep import DeepQuestion

        page = self._page
        self._offer = offer
        card = self.question = DeepQuestion(self._context.theme, self._context.catalogue, offer)
        card.accepted.connect(self._on_accepted)
        card.refused.connect(self.refuse)
        page.column.insertWidget(page.column.indexOf(page.answer) + 1, card)
        for before, after in ((page.answer.stop, card.more.button), (card.more.button, card.no), (card.no, card.yes)):
            QWidget.setTabOrder(before, after)
        card.no.setFocus(Qt.FocusReason.OtherFocusReason)
        page.answer.deep.setEnabled(False)
        page.reveal(card)

    @Slot()
    def _on_accepted(self) -> None:
        self.agreed.emit(self._offer)
