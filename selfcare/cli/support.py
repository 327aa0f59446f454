"""Running a command over support: a loop of its own, and a sentence and an exit code for whatever cannot be done."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Protocol

from selfcare.cli import out
from selfcare.contract import ExitCode
from selfcare.i18n import SUPPORT, Catalogue

if TYPE_CHECKING:
    from selfcare.app.support.port import SupportPort

Work = Callable[["SupportPort"], Awaitable[int]]
_CODES = {
    "case_unknown": ExitCode.USAGE, "parcel_unknown": ExitCode.USAGE, "answer_unknown": ExitCode.USAGE,
    "desk_sign_in": ExitCode.NEEDS_PRIVILEGE, "sign_in_denied": ExitCode.NEEDS_PRIVILEGE,
}  # fmt: skip


class HasSupport(Protocol):
    """Of the services, what these commands need."""

    @property
    def catalogue(self) -> Catalogue: ...  # noqa: D102
    @property
    def support(self) -> Callable[[], SupportPort]: ...  # noqa: D102


def with_support(services: HasSupport, work: Work) -> int:
    """What cannot be done is told by its code, and nothing is lost by it: 3, unless the code says whose turn it is."""
    from selfcare.app.support.said import trouble
    from selfcare.ground.errors import SelfcareError
    from selfcare.model.ticket import DeskError

    async def whole() -> int:
        port = services.support()
        try:
            return await work(port)
        finally:
            await port.close()

    try:
        return asyncio.run(whole())
    except (SelfcareError, DeskError) as error:
        words = Catalogue(services.catalogue.language, SUPPORT)
        told = trouble(words, error.code, getattr(error, "values", {}))
        sys.stderr.write(out.harmless(f"selfcare: {told}\n"))
        return _CODES.get(error.code, ExitCode.CANNOT_TELL)
