"""What a guide may have the box do: proposed, consented, done and proved, or put back; by the journal there is.

``recover`` never does anything anew: it finishes what the journal has begun and says how that ended.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from selfcare.app import box_change_words
from selfcare.app.box_kinds import REBOOT
from selfcare.app.box_restart import STILL_UP_S
from selfcare.app.box_way import PASSING, Clock
from selfcare.app.box_wishes import WishError
from selfcare.app.box_words import error_text
from selfcare.app.guides.home_box import HomeBox
from selfcare.app.guides.home_wishes import AlreadySo, Make
from selfcare.app.guides.home_words import said
from selfcare.app.guides.keys import key_of
from selfcare.app.guides.side import Arguments
from selfcare.app.guides.world import Begin, Consent, Moment, Progress
from selfcare.boxes.errors import BoxError, BoxErrorCode
from selfcare.ground.errors import SelfcareError
from selfcare.i18n import Catalogue
from selfcare.model.box.change import BoxChange, BoxChangeResult, BoxOutcome, BoxProposal, ChangeState
from selfcare.model.guide_run import Acted

if TYPE_CHECKING:
    from selfcare.app.box_change import BoxChanges
    from selfcare.app.box_memory import SecretStore
    from selfcare.boxes.detect import Found
    from selfcare.boxes.secret import Secret
    from selfcare.model.box import Wish

SILENT_S, RESTARTS_S = 60.0, 5 * 60.0
"""Seconds for which a silent box is waited for before "we shall look again": one that restarts its Wi-Fi or its web
server (10 to 30 s), and one that restarts (2 to 5 minutes, ``box_restart.MINUTES``)."""
LOOK_S = 5.0
_OUTCOMES: Mapping[BoxOutcome, str] = {
    BoxOutcome.DONE: "done", BoxOutcome.NOTHING_TO_DO: "done", BoxOutcome.DECLINED: "declined",
    BoxOutcome.REFUSED: "refused",
}  # fmt: skip
"""Every other one is ``failed``."""
_SAID_NO = frozenset({
    BoxErrorCode.REFUSED, BoxErrorCode.INVALID, BoxErrorCode.CONFLICT, BoxErrorCode.FULL, BoxErrorCode.NOT_FOUND,
    BoxErrorCode.OUTSIDE_PORT_RANGE, BoxErrorCode.RESERVED_PORT, BoxErrorCode.OTHER_DEVICE, BoxErrorCode.BUSY,
    BoxErrorCode.NO_PUBLIC_ADDRESS, BoxErrorCode.SAME_PORT_ONLY, BoxErrorCode.ONLY_PERMANENT,
    BoxErrorCode.SECOND_FACTOR, BoxErrorCode.UPDATING, BoxErrorCode.MISSING_RIGHT,
})  # fmt: skip
"""The box heard the wish and said no; after every other error of its own it was not to be had from here."""
_BOX_CODES = frozenset(BoxErrorCode)
_BUSY = frozenset({BoxErrorCode.BUSY})
_WAITED = PASSING - {BoxErrorCode.LOGIN_REQUIRED}
"""Who was sent away from it (a new password, another program's doing) is not let in by waiting."""
_AS_BEFORE = (ChangeState.PUT_BACK, ChangeState.NOTHING, ChangeState.UNDONE)
_ROUND_S = 0.001
"""By which a time loses when it becomes a date."""
_SAME_S = 1.0
"""Seconds by which a run's clock and the journal's may differ: they are read one after the other."""


class _Once:
    """The consent that is asked, and ``begin`` called once it is given: before the first write, and one time only."""

    def __init__(self, consent: Consent, begin: Begin) -> None:
        self._consent, self._begin, self._begun = consent, begin, False

    async def __call__(self, proposal: BoxProposal) -> bool:
        """A second time where the box was changed in between."""
        if not await self._consent(proposal):
            return False
        if not self._begun:
            self._begun = True
            self._begin()
        return True


@dataclass(frozen=True, slots=True)
class BoxAction:
    """One of ``known.ACTIONS``. ``kind``: of its entries in the journal."""

    kind: str
    make: Make
    box: HomeBox
    secrets: SecretStore
    catalogue: Catalogue

    # -- doing ---------------------------------------------------------------------------------------

    async def act(
        self, arguments: Arguments, moment: Moment, consent: Consent, begin: Begin, progress: Progress
    ) -> Acted:
        """See ``World.act``."""
        once, clock = _Once(consent, begin), self.box.journal().clock
        result, family = BoxChangeResult(BoxOutcome.STALE), ""
        for _ in range(2):  # the box was changed in between: proposed once more
            try:
                found, changes = await self._let_in(clock, moment, progress)
                if self._another(found, moment):
                    return self._other_box()
                wish = await self._wish(changes, arguments)
                proposal = await changes.propose(wish)
            except (AlreadySo, WishError, BoxError, SelfcareError) as error:
                return self._unable(error)
            family = proposal.family.value
            result = await changes.carry_out(proposal, once, progress)
            if result.outcome is not BoxOutcome.STALE:
                break
        return self._acted(result, family)

    async def _wish(self, changes: BoxChanges, arguments: Arguments) -> Wish:
        """Raises ``WishError``, ``BoxError``, ``AlreadySo``, ``SelfcareError``."""
        key: Secret | None = None
        if "key" in arguments:
            key = await key_of(self.secrets, str(arguments["key"]))
            if key is None:
                raise WishError("no_key")
        return await self.make(changes, arguments, key)

    def _another(self, found: Found, moment: Moment) -> bool:
        """Not the make of box that the guide was begun with."""
        return moment.context.family not in ("", found.family.value)

    def _other_box(self) -> Acted:
        return Acted("unable", lines=(self.catalogue.text("guide.box.act.other_box"),), data={"why": "other_box"})

    def _unable(self, error: Exception) -> Acted:
        """Not from here, and why."""
        text = self.catalogue.text
        if isinstance(error, AlreadySo):
            return Acted("done", lines=(text("box.change.outcome.nothing_to_do"),), data={"change": "nothing_to_do"})
        if isinstance(error, WishError):
            key, values = said(error)
            return Acted("unable", lines=(text(key, **values),), data={"why": error.code})
        if isinstance(error, BoxError):
            if error.values.get("kind") == "no_box":
                return Acted("unable", lines=(text("guide.box.act.no_box"),), data={"why": "no_box"})
            return Acted("unable", lines=(error_text(self.catalogue, error),), data={"why": error.code.value})
        code = error.code if isinstance(error, SelfcareError) else "failed"
        return Acted("unable", lines=(text("guide.box.act.not_kept"),), data={"why": code})

    def _acted(self, result: BoxChangeResult, family: str) -> Acted:
        lines = tuple(box_change_words.result(result, family, self.catalogue))
        data: dict[str, object] = {"change": result.outcome.value, **({"error": result.error} if result.error else {})}
        if result.outcome is BoxOutcome.REFUSED:
            return Acted(_refusal(result), None, lines, data)
        # A restart cannot be put back: whoever is given its entry would offer that.
        entry = result.entry if result.outcome is BoxOutcome.DONE and self.kind != REBOOT else None
        return Acted(_OUTCOMES.get(result.outcome, "failed"), entry, lines, data)

    # -- after a kill --------------------------------------------------------------------------------

    async def recover(self, arguments: Arguments, moment: Moment, progress: Progress) -> Acted | None:
        """See ``World.recover``."""
        progress("guide.box.act.looking_back")
        try:
            left = self.box.journal()
            await self._time_to_go_down(left.clock, self._begun(left, moment), progress)
            found, changes = await self._reached(left.clock, moment, progress)
            if self._another(found, moment):
                return self._other_box()
            await changes.settle()
            mine = self._begun(changes, moment)
            if mine is not None and mine.box != await changes.here():
                return self._other_box()
            return await self._ended(mine, changes, arguments)
        except (BoxError, SelfcareError):
            return self._later()

    async def _time_to_go_down(self, clock: Clock, mine: BoxChange | None, progress: Progress) -> None:
        """A box that has just taken the order to restart still answers for a while: that is no word against it."""
        if self.kind == REBOOT and mine is not None and mine.at is not None and mine.state.unfinished:
            left = mine.at.timestamp() + STILL_UP_S - clock.unix()
            if left > 0:
                progress("box.change.stage.restarting")
                await clock.sleep(min(left, STILL_UP_S))

    async def _let_in(self, clock: Clock, moment: Moment | None, progress: Progress) -> tuple[Found, BoxChanges]:
        """Before anything is begun only a box that says it is busy is waited for; a silent one is told at once.

        So is one whose login was cut off a moment ago, by the very kill after which somebody goes on now.

        Raises:
            BoxError: it is not there, or lets nobody in.
        """
        began = clock.monotonic()
        while True:
            found, changes = await self.box.changing()
            if moment is not None and self._another(found, moment):
                return found, changes
            try:
                await changes.here()
                return found, changes
            except BoxError as error:
                if error.code not in _BUSY or clock.monotonic() - began >= SILENT_S:
                    raise
                shut = error.values.get("kind") == "door"
            progress("guide.box.act.waiting")
            if shut:  # nothing was sent to the box; a session that was opened without login is kept for a minute
                await self.box.desk.close()
            await clock.sleep(LOOK_S)

    async def _reached(self, clock: Clock, moment: Moment, progress: Progress) -> tuple[Found, BoxChanges]:
        """The box, once it lets us ask who it is; waited for within bounds.

        Raises:
            BoxError: it is silent to the end, or lets nobody in.
        """
        began, patience = clock.monotonic(), RESTARTS_S if self.kind == REBOOT else SILENT_S
        while True:
            try:
                found, changes = await self.box.changing(anew=True)
                if not self._another(found, moment):
                    await changes.here()
                return found, changes
            except BoxError as error:
                if error.code not in _WAITED or clock.monotonic() - began >= patience:
                    raise
            progress("box.change.stage.restarting" if self.kind == REBOOT else "guide.box.act.waiting")
            await clock.sleep(LOOK_S)

    def _begun(self, changes: BoxChanges, moment: Moment) -> BoxChange | None:
        """The first entry of this kind since the step began: a later one is somebody else's, made before we were back.

        One from just before counts only where there is no other: two clocks, or the step before.
        """
        mine = [(e.at.timestamp(), e) for e in changes.changes()[0] if e.kind == self.kind and e.at]
        after = [e for at, e in mine if at >= moment.since - _ROUND_S]
        return after[-1] if after else next((e for at, e in mine if at >= moment.since - _SAME_S), None)

    async def _ended(self, mine: BoxChange | None, changes: BoxChanges, arguments: Arguments) -> Acted | None:
        text = self.catalogue.text
        if mine is None:
            return None if self.kind == REBOOT else await self._already(changes, arguments)
        data = {"change": mine.state.value, "recovered": True}
        if mine.state is ChangeState.DONE:
            entry = mine.name if mine.undoable and self.kind != REBOOT else None
            return Acted("done", entry, (text("box.change.outcome.done"),), data)
        if mine.state.unfinished:
            return self._later()
        if self.kind == REBOOT:
            # Proved or not, it was ordered: it is not ordered twice.
            ordered = self._was_ordered(changes, mine)
            return Acted("failed", None, (text("guide.box.act.restart_unproved"),), data) if ordered else None
        if mine.state in _AS_BEFORE:
            return None
        word = "conflict" if mine.state is ChangeState.CONFLICT else "stuck"
        return Acted("failed", None, (text(f"box.change.outcome.{word}"),), data)

    def _was_ordered(self, changes: BoxChanges, mine: BoxChange) -> bool:
        """Only what was killed before its first line "writing" was never sent."""
        entry = changes.journal.find(mine.name)
        return entry is None or any(line.state is ChangeState.WRITING for line in entry.lines)

    async def _already(self, changes: BoxChanges, arguments: Arguments) -> Acted | None:
        """Nothing was begun; it may still be as asked, by somebody else or from before."""
        try:
            proposal = await changes.propose(await self._wish(changes, arguments))
        except AlreadySo as error:
            return self._unable(error)
        except WishError:
            return None
        if not proposal.nothing_to_do:
            return None
        line = self.catalogue.text("box.change.outcome.nothing_to_do")
        return Acted("done", None, (line,), {"change": "nothing_to_do", "recovered": True})

    def _later(self) -> Acted:
        return Acted("failed", None, (self.catalogue.text("guide.box.act.later"),), {"why": "silent"})

    # -- back ----------------------------------------------------------------------------------------

    async def undo(self, entry: str, consent: Consent, progress: Progress) -> Acted:
        """See ``World.undo``."""
        try:
            found, changes = await self._let_in(self.box.journal().clock, None, progress)
            if any(one.name == entry and one.state.unfinished for one in changes.changes()[0]):
                await changes.settle()  # this program died while it put this very thing back
            result = await changes.undo(entry, consent, progress)
        except LookupError:
            return self._not_there(entry)
        except (BoxError, SelfcareError) as error:
            return replace(self._unable(error), outcome="failed")
        acted = self._acted(result, found.family.value)
        return replace(acted, outcome=acted.outcome if acted.outcome in ("done", "declined") else "failed", entry=None)

    def _not_there(self, entry: str) -> Acted:
        """Somebody put it back meanwhile; or its note is gone."""
        entries, _ = self.box.journal().changes()
        undone = any(one.name == entry and one.state in _AS_BEFORE for one in entries)
        key = "box.change.outcome.nothing_to_do" if undone else "guide.box.act.not_kept"
        return Acted("done" if undone else "failed", lines=(self.catalogue.text(key),))


def _refusal(result: BoxChangeResult) -> str:
    """``refused``: it was said no. ``unable``: nobody was reached or let in. ``failed``: it was tried."""
    if result.cautioned or result.error not in _BOX_CODES or result.error in _SAID_NO:
        return "refused"
    return "unable" if result.entry is None else "failed"
