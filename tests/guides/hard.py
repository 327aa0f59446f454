"""Somebody in the made-up guide, and what is around them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from selfcare.app.guides.run import GuideRun, Tools
from selfcare.boxes.secret import Secret
from selfcare.model.guide_run import Acted, Context
from tests.guides.made import made, problems, ship
from tests.guides.world import MadeUp, tools, yes

HOME = Context(family="freebox", os="linux", can=("set_guest",), paired=True)
KEY = "canari-vert-et-bavard"
NAME, DEVICE = "Chez les Canaris", "Tablette de Canarie"


@pytest.fixture
def kit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Tools:
    one = made(tmp_path)
    assert list(problems(one)) == []
    ship(monkeypatch, one)
    return tools(tmp_path, MadeUp(HOME))


async def asked(run: GuideRun, *answers: str | None) -> None:
    for answer in answers:
        await run.proceed(yes)
        await run.answer(answer)


def world(kit: Tools) -> MadeUp:
    assert isinstance(kit.world, MadeUp)
    return kit.world


def kept(kit: Tools) -> dict[str, Secret]:
    found: dict[str, Secret] = kit.secrets.kept  # type: ignore[attr-defined]
    return found


async def killed_in_the_middle(kit: Tools, run: GuideRun) -> None:
    async def dies(*words: Any) -> Acted:
        words[4]()
        raise KeyboardInterrupt

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(kit.world, "act", dies)
        with pytest.raises(KeyboardInterrupt):
            await run.proceed(yes)
