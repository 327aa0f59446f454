"""What became of tickets, as lines of their case. What a kill left unwritten is made good the next time."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence

from selfcare.app.support.tools import Tools
from selfcare.cases.book import Once
from selfcare.ground.errors import SelfcareError
from selfcare.model.ticket import Parcel, Phase, Told
from selfcare.outbox.payload import sound
from selfcare.outbox.store import Outbox

_ENDS = (Phase.DONE, Phase.REFUSED, Phase.CANCELLED)
_ONCE = Once()
Line = tuple[dict[str, object], Once]
_log = logging.getLogger(__name__)


class Telling:
    """Each turn is written once, whoever writes it: this window, another, or a command."""

    def __init__(self, tools: Tools) -> None:
        self._tools, self._looked = tools, False

    async def queued(self, one: Parcel, box: Outbox, did: str = "queued", **more: object) -> None:
        """That it was put in.

        Raises:
            SelfcareError: ``case_unknown``: it was deleted in this very moment. Any other trouble is made good later.
        """
        try:
            await self._write(one.case, [(_data(one, did, **more), _ONCE)])
        except SelfcareError as error:
            if error.code == "case_unknown":
                raise
            _log.warning("the case was not told: %s", error.code)
            return
        box.said(one.id, Phase.QUEUED)

    async def line(self, one: Parcel, did: str, **more: object) -> None:
        """Something about it that is told if it can be."""
        await self._try(one.case, [(_data(one, did, **more), _ONCE)])

    async def catch_up(self, box: Outbox) -> None:
        """All that the cases do not know yet: the ends of just now, and those of before a kill."""
        for one in box.unsaid():
            lines = [(_data(one, "queued"), Once(also=("answered",)))]
            lines += [(_data(one, one.phase.value), _ONCE)] if one.phase in _ENDS else []
            if await self._try(one.case, lines):
                box.said(one.id, one.phase)
        if not self._looked:
            self._looked = await self._lost(box)

    async def news(self, one: Parcel, told: Told) -> None:
        """What a desk said that is not written yet."""
        lines: list[Line] = []
        for reply in told.replies:
            data = {"reply": sound(reply.id), "at": reply.at, "who": reply.who, "text": reply.text, "asks": reply.asks}
            lines.append((_data(one, "reply", **data), Once(("reply",))))
        state = {"state": told.receipt.state.value, "promised": told.receipt.promised}
        await self._try(one.case, [*lines, (_data(one, "state", **state), Once(("state",), newest=True))])

    async def _lost(self, box: Outbox) -> bool:
        """What was put in and is not in the outbox any more: it could not be read, and a new one was begun."""
        try:
            untold = await asyncio.to_thread(self._tools.book.untold)
        except SelfcareError:
            return False
        there, well = {one.id for one in box.parcels()}, True
        for name, case in untold.items():
            if name not in there:
                well &= await self._try(case, [({"id": name, "did": "lost"}, _ONCE)])
        return well

    async def _try(self, case: str, lines: Sequence[Line]) -> bool:
        """Whether it is written, or nobody wants it: the case may have been deleted meanwhile."""
        try:
            if lines:
                await self._write(case, lines)
        except SelfcareError as error:
            return error.code == "case_unknown"
        return True

    async def _write(self, case: str, lines: Sequence[Line]) -> None:
        await asyncio.to_thread(self._tools.book.tickets_once, case, lines)


def _data(one: Parcel, did: str, **more: object) -> dict[str, object]:
    data: dict[str, object] = {"id": one.id, "did": did, "kind": one.kind, "desk": one.desk, "subject": one.subject}
    if one.receipt is not None:
        data |= {"number": one.receipt.number, "promised": one.receipt.promised}
    if one.why:
        data["why"] = one.why
    return data | more
