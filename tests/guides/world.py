"""A home made up for tests of guides: every test and action answers as it is told to."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from pathlib import Path

from selfcare.app.guides.run import Tools
from selfcare.app.guides.world import Begin, Consent, Moment, Progress, Suggestion
from selfcare.boxes.secret import Secret
from selfcare.cases.guide_runs import GuideRuns
from selfcare.guides.words import GuideWords
from selfcare.i18n import Catalogue
from selfcare.model.guide import Test, Value
from selfcare.model.guide_run import Acted, Context, Seen


class Keys:
    def __init__(self) -> None:
        self.kept: dict[str, Secret] = {}

    def get(self, name: str) -> Secret | None:
        return self.kept.get(name)

    def put(self, name: str, secret: Secret) -> object:
        self.kept[name] = secret
        return None

    def delete(self, name: str) -> None:
        self.kept.pop(name, None)


class MadeUp:
    """``seen``: by test's name, what it says (the last one for ever); ``acted`` likewise."""

    def __init__(self, context: Context | None = None) -> None:
        self.now = context or Context(os="linux")
        self.seen: dict[str, list[str]] = {}
        self.acted: dict[str, list[str]] = {}
        self.recovered: dict[str, Acted | None] = {}
        self.asked: list[str] = []
        self.done: list[tuple[str, Mapping[str, Value]]] = []
        self.undone: list[str] = []
        self._numbers = itertools.count(1)

    async def context(self) -> Context:
        return self.now

    async def test(self, test: Test, moment: Moment) -> Seen:
        self.asked.append(test.name)
        told = self.seen.get(test.name, ["unknown"])
        return Seen(told.pop(0) if len(told) > 1 else told[0])

    async def show(self, test: Test, moment: Moment) -> Seen:
        return Seen("unknown")

    async def suggest(self, name: str, moment: Moment) -> tuple[Suggestion, ...]:
        return ()

    async def act(
        self, action: str, arguments: Mapping[str, Value], moment: Moment, consent: Consent, begin: Begin,
        progress: Progress,
    ) -> Acted:  # fmt: skip
        told = self.acted.get(action, ["done"])
        outcome = told.pop(0) if len(told) > 1 else told[0]
        if outcome in ("done", "failed"):
            begin()
            self.done.append((action, arguments))
        return Acted(outcome, f"entry-{next(self._numbers)}" if outcome == "done" else None)

    async def recover(
        self, action: str, arguments: Mapping[str, Value], moment: Moment, progress: Progress
    ) -> Acted | None:
        return self.recovered.get(action)

    async def undo(self, action: str, entry: str, consent: Consent, progress: Progress) -> Acted:
        self.undone.append(entry)
        return Acted("done")

    async def close(self) -> None:
        return None


def tools(folder: Path, world: MadeUp, language: str = "fr") -> Tools:
    ticks = itertools.count(1_800_000_000)
    runs = GuideRuns(folder / "runs", lambda: float(next(ticks)))
    return Tools(world, runs, GuideWords(language), Catalogue(language), Keys())


async def yes(_proposal: object) -> bool:
    return True
