"""The box as a guide asks it: found anew when it is not where it was, bounded in time; silence is an answer."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from selfcare.app.box_way import nobody
from selfcare.boxes.driver import PairingKind
from selfcare.boxes.errors import BoxError, BoxErrorCode
from selfcare.boxes.reading import absent
from selfcare.ground.errors import SelfcareError
from selfcare.model.box import Absent, BoxStatus, Capability, Why
from selfcare.model.guide_run import Seen

if TYPE_CHECKING:
    from selfcare.app.box_change import BoxChanges
    from selfcare.app.box_way import Contact
    from selfcare.app.boxes import BoxDesk
    from selfcare.boxes.detect import Found

ASK_S = 12.0
"""Seconds for one question of a guide, with finding the box. A status takes 6 at most, a box answers in a tenth."""
HERE_S = 20.0
"""Seconds for which the box once found is taken for the gateway: a PC changes its network no quicker in a guide."""
_ELSEWHERE = frozenset({BoxErrorCode.UNREACHABLE, BoxErrorCode.NOT_THIS_BOX, BoxErrorCode.BOX_CHANGED})


class HomeBox:
    """``desk`` and ``changes`` as the wiring makes them; both belong to the loop that the guide runs in."""

    def __init__(self, desk: BoxDesk, changes: Callable[[Contact], BoxChanges]) -> None:
        self.desk, self._changes = desk, changes
        self._found: Found | None = None
        self._found_at = 0.0

    async def found(self, *, anew: bool = False) -> Found:
        """Who is at the gateway.

        Raises:
            BoxError: ``UNREACHABLE``, nobody that is known.
        """
        now = asyncio.get_running_loop().time()
        if anew or self._found is None or now - self._found_at > HERE_S:
            self._found = None
            self._found, self._found_at = (await self.desk.detect()).box, now
        if self._found is None:
            raise BoxError(BoxErrorCode.UNREACHABLE, kind="no_box")
        return self._found

    async def told(self, capability: Capability) -> Any:
        """One fresh reading, or ``Absent``. Never raises for what the box does."""
        return await self._asked(lambda found: self.desk.read(found, capability))

    async def status(self, *, fresh: bool = True) -> BoxStatus | Absent:
        """Everything it says of itself, read now (or within the family's interval)."""
        told: BoxStatus | Absent = await self._asked(lambda found: self.desk.status(found, fresh=fresh))
        return told

    async def _asked(self, ask: Callable[[Found], Any]) -> Any:
        """Where it is gone, or was let into by another window meanwhile: found and asked once more."""
        why: Absent = Absent(Why.SILENT, BoxErrorCode.TOO_SLOW.value)
        try:
            async with asyncio.timeout(ASK_S):
                for anew in (False, True):
                    value, again = await self._once(ask, anew)
                    if not again:
                        return value
                    why = value if isinstance(value, Absent) else why
                return value
        except TimeoutError:
            return why

    async def _once(self, ask: Callable[[Found], Any], anew: bool) -> tuple[Any, bool]:
        try:
            found = await self.found(anew=anew)
            value = await ask(found)
        except BoxError as error:
            return absent(error), error.code in _ELSEWHERE
        except SelfcareError as error:
            return Absent(Why.REFUSED, error.code), False
        if isinstance(value, Absent) and value.why is Why.SILENT:
            return value, True
        return value, await self._stranger_no_more(found, value)

    async def _stranger_no_more(self, found: Found, value: Any) -> bool:
        """Read as by a stranger, while there is a secret of this box: another window has just been let in.

        One that was refused is not sent again: the credentials remember it.
        """
        stranger = isinstance(value, Absent) and value.why is Why.NEEDS_PAIRING
        stranger = stranger or (isinstance(value, BoxStatus) and not value.paired)
        if not stranger or found.pairing is PairingKind.NONE or not await self.desk.paired(found):
            return False
        await self.desk.close()
        return True

    async def changing(self, *, anew: bool = False) -> tuple[Found, BoxChanges]:
        """What changes it.

        Raises:
            BoxError: there is no box.
        """
        found = await self.found(anew=anew)
        return found, self._changes(lambda: self.desk.session(found, needs_login=True))

    def journal(self) -> BoxChanges:
        """What was changed, without asking any box."""
        return self._changes(nobody)


def unknown(why: Absent, said: bool = True) -> Seen:
    """It cannot tell, and why: in a word for the agent, in a sentence for the person."""
    data: dict[str, object] = {"why": why.why.value, **({"code": why.code} if why.code else {})}
    line: tuple[str, Mapping[str, object]] = (f"guide.box.unknown.{why.why.value}", {})
    return Seen("unknown", (line,) if said else (), data)
