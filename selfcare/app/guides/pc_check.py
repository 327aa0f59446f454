"""What the check says, asked by a guide: one fact, a whole check, whether a fault is gone; and the look at this PC."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from selfcare.app.guides.side import Arguments, Tell
from selfcare.app.guides.world import Moment
from selfcare.app.options import CheckOptions
from selfcare.model.events import Event
from selfcare.model.guide_run import Seen

if TYPE_CHECKING:
    from selfcare.app.effect import Look
    from selfcare.app.guides.pc import PcTools
    from selfcare.model.check import CheckResult

FRESH_S = 5.0
"""A check is not made anew for the next question within this time, where nothing can have changed since."""
GAP_S = 0.3
"""Between two questions of one chain of a machine's turns: a person's press of a button, or a write to the box, takes
longer, and after those everything is measured anew."""
LOCAL = ("link.interfaces", "addr.lease", "route.table", "proxy.settings")
"""What this PC knows of itself; nothing of it leaves the home (a proxy that is set is tried)."""
_UNSURE = ("not_proven", "cannot_test", "connecting")
Say = tuple[tuple[str, Mapping[str, object]], ...]


def silent(_event: Event) -> None:
    """Nobody watches the events of a check a guide makes."""


def tell(answer: bool | None, key: str = "", **values: object) -> Seen:
    """An answer with one sentence."""
    word = "unknown" if answer is None else "yes" if answer else "no"
    return Seen(word, ((key, values),) if key else ())


class _Kept:
    """One look, kept for the questions that follow at once."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._look: Look | None = None
        self._made = self._asked = 0.0

    def get(self) -> Look | None:
        now = self._clock()
        if self._look is None or now - self._made > FRESH_S or now - self._asked > GAP_S:
            return None
        self._asked = now
        return self._look

    def put(self, look: Look) -> Look:
        self._look, self._made = look, self._clock()
        self._asked = self._made
        return look

    def drop(self) -> None:
        self._look = None


class Checks:
    """Makes checks, and remembers the last one for a moment. One for a ``PcSide``."""

    def __init__(self, tools: PcTools, clock: Callable[[], float] = time.monotonic) -> None:
        self._tools = tools
        self._whole, self._here = _Kept(clock), _Kept(clock)
        self._last: CheckResult | None = None
        self.tests: Mapping[str, Tell] = {
            "fact": self._fact,
            "check.healthy": self._healthy,
            "check.without": self._without,
        }
        self.shows: Mapping[str, Tell] = {"check.last": self._shown}

    def changed(self) -> None:
        """Something was done here: what was measured before is no longer so."""
        self._whole.drop()
        self._here.drop()

    async def here(self) -> Look:
        """This PC as it is set up now."""
        return self._here.get() or self._here.put(await self.only(LOCAL))

    async def only(self, probes: tuple[str, ...]) -> Look:
        """These probes and what they need, measured now."""
        from selfcare.app.effect import Look

        return Look.of(await self._tools.run_check(CheckOptions(only=probes), silent))

    async def whole(self) -> Look:
        """A whole fast check."""
        from selfcare.app.effect import Look

        kept = self._whole.get()
        if kept is not None:
            return kept
        look = Look.of(await self._tools.run_check(CheckOptions(), silent))
        self._last = look.result
        return self._whole.put(look)

    # -- tests -----------------------------------------------------------------------------------------

    async def _fact(self, arguments: Arguments, _moment: Moment) -> Seen:
        from selfcare.app.sentences import fact_text
        from selfcare.diagnosis.facts import SOURCES

        name = str(arguments.get("name", ""))
        probes = self._answering(name)
        if name not in SOURCES or probes is None:
            return tell(None, "guide.check.not_measured")
        # A fact that several probes make together is only true of all of them: silence of some is no silence.
        look = await (self.only(probes) if probes else self.whole())
        answer = look.tri(name).value
        if answer == "unknown":
            return Seen(answer, (("guide.check.not_measured", {}),), {"fact": name})
        text = fact_text(self._tools.catalogue, name, answer)
        return Seen(answer, (("guide.check.told", {"text": text}),), {"fact": name})

    def _answering(self, fact: str) -> tuple[str, ...] | None:
        """The probe that alone establishes it, if one does. None: it would fill the line; that is asked elsewhere."""
        found = [one for one in self._tools.probes() if fact in one.answers]
        budget = self._tools.profile().byte_budget
        costly = any(one.cost.bytes_up + one.cost.bytes_down > budget for one in found)
        return None if costly else tuple(one.id for one in found)

    async def _healthy(self, _arguments: Arguments, _moment: Moment) -> Seen:
        result = (await self.whole()).result
        state = result.verdict.state.value
        return self._verdict(None if state in _UNSURE else state == "ok", result)

    async def _without(self, arguments: Arguments, _moment: Moment) -> Seen:
        codes = tuple(code.strip() for code in str(arguments.get("codes", "")).split(",") if code.strip())
        look = await self.whole()
        if not codes or look.result.verdict.state.value in _UNSURE:
            return self._verdict(None, look.result)
        gone = [absent(code, look) for code in codes]
        answer = False if False in gone else None if None in gone else True
        return self._verdict(answer, look.result)

    def _verdict(self, answer: bool | None, result: CheckResult) -> Seen:
        verdict = result.verdict
        data: dict[str, Any] = {"state": verdict.state.value}
        data.update({k: v for k, v in (("code", verdict.code), ("band", verdict.band)) if v is not None})
        return Seen(tell(answer).answer, (("guide.check.told", {"text": verdict.text}),), data)

    async def _shown(self, _arguments: Arguments, _moment: Moment) -> Seen:
        """Nothing is measured for it: a look back."""
        result = self._tools.last_check() or self._last
        if result is None:
            return tell(None, "guide.check.none_yet")
        return self._verdict(None, result)


def absent(code: str, look: Look) -> bool | None:
    """Whether a fault is not there. None: this check could not have found it, which is no absence.

    True needs a measurement: what the cause would break works; or all is well, and it is ruled out. That it is ruled
    out while something else is wrong says only that it is not to blame now (a box that starts answers no names either).
    """
    from selfcare.diagnosis.facts import Facts
    from selfcare.diagnosis.rules import RULES
    from selfcare.diagnosis.score import Standing, judge, judgeable
    from selfcare.model.finding import VerdictState
    from selfcare.model.tri import Tri

    if any(finding.code == code for finding in look.result.findings):
        return False
    facts = Facts.of(look.observations)
    rule = next((one for one in RULES if one.code == code), None)
    if rule is None or not judgeable(rule, facts):
        return None
    well = look.result.verdict.state is VerdictState.OK
    if well and judge(rule, facts, facts.symptoms()).standing is Standing.REFUTED:
        return True
    works = bool(rule.explains) and not rule.condition and facts.tri(rule.explains[0]) is Tri.YES
    return True if works else None
