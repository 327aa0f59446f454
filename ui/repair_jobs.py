"""What the window asks of the engine about repairs. Each ends with a value: what cannot be done is a ``Problem``."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from selfcare.app.options import RepairOptions
from selfcare.app.services import Consent, Emit, Services
from selfcare.model.remedy import NotPossible
from selfcare.model.repair import HandError
from ui.engine import Work
from ui.repair_state import Problem


def run(services: Services, consent: Consent) -> Work:
    """The repair run."""
    return _fenced(lambda emit: services.repairs().run(RepairOptions(), consent, emit))


def fix(services: Services, remedy: str, consent: Consent) -> Work:
    """One remedy by hand."""
    return _fenced(lambda emit: services.repairs().fix(remedy, RepairOptions(), consent, emit))


def overview(services: Services, recover: bool = False) -> Work:
    """The changes made on this PC; at the start of the window, what was left unfinished is put back first."""
    return _fenced(lambda _emit: services.repairs().overview(recover))


def undo(services: Services, entry: str) -> Work:
    """Puts one change back, and lists anew."""

    async def work() -> object:
        await services.repairs().undo(entry)
        return await services.repairs().overview()

    return _fenced(lambda _emit: work())


def stand_in(services: Services) -> Work:
    """Waits until a stand-in resolver is no longer needed, and ends it; gives the changes that were put back."""
    return _fenced(lambda emit: services.repairs().stand_in(emit))


def _fenced(work: Callable[[Emit], Awaitable[object]]) -> Work:
    async def fenced(emit: Emit) -> object:
        try:
            return await work(emit)
        except NotPossible as reason:
            return Problem(f"repair.impossible.{reason.reason}")
        except HandError as error:
            return Problem(f"repair.error.{error.code}")

    return fenced
