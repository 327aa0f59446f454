"""Run on the lab's PC: ``python -m tests.guides.three_in_lab '{"guide": …, "words": {…}}'``: one guide, real sides.

``words``: as in ``tests.guides.three``; "HERE" is this PC's address. ``listen``: a port on which a program waits.
``alone``: the box's word for its address being this line's alone, which UPnP does not have. ``undo``: an entry to put
back. ``cut``: the cable goes at the very moment of consent, and the program with it at the person's next turn;
``resume``: a run of ``folder`` to go on with, one step back first. Prints the trail, the end, what was agreed to and
what can be put back, as JSON.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from selfcare.app.guides.desk import GuideDesk
from selfcare.app.guides.home import HomeSide
from selfcare.app.guides.home_context import no_facts
from selfcare.app.guides.nobody import Nobody
from selfcare.app.guides.pc import PcSide
from selfcare.app.guides.run import Tools
from selfcare.app.guides.screen import Scene
from selfcare.app.guides.side import Whole
from selfcare.boxes.ssdp import local_address
from selfcare.cases.guide_runs import GuideRuns
from selfcare.guides.words import GuideWords
from selfcare.i18n import Catalogue
from selfcare.model.home_pc import FarSide
from selfcare.wiring import _home_side
from tests.app.box_bench import MemoryStore
from tests.boxes.in_lab import GATEWAY
from tests.guides.in_lab import side

HERE = {
    "want": "server", "port": "8080", "protocol": "tcp", "where": "here", "here": "HERE", "fix_hand": "lost",
    "start_it": "lost", "phone": "lost",
}  # fmt: skip
"""A port for a program of this very PC, from the first question to what a phone outside sees."""


async def walked(home: HomeSide, pc: PcSide, told: dict[str, Any]) -> dict[str, Any]:
    runs = GuideRuns(Path(told.get("folder") or mkdtemp()), time.time)
    tools = Tools(Whole(home.look, Nobody(), home, pc), runs, GuideWords("fr"), Catalogue("fr"), MemoryStore())
    desk, agreed, said = GuideDesk(tools), list[str](), list[str]()
    run = await (desk.resume(told["resume"]) if "resume" in told else desk.begin(told["guide"]))

    async def consent(proposal: Any) -> bool:
        agreed.append(proposal.kind)
        if "cut" in told:
            await (await asyncio.create_subprocess_exec("ip", "link", "set", told["cut"], "down")).wait()
        return bool(told.get("agree", True))

    if "resume" in told:
        run.back()
    while True:
        screen = await run.proceed(consent)
        said += screen.said
        if "cut" in told and agreed:
            return {"run": run.name, "step": run.position.step, "said": said}
        if screen.scene is Scene.OVER:
            break
        key = run.position.step + ("?" if screen.scene is Scene.QUESTION else "")
        assert key in told["words"], (key, screen.text, said)
        word: str = told["words"][key]
        word = (local_address(GATEWAY) or "") if word == "HERE" else word
        if screen.scene is Scene.ASK:
            await run.answer(word)
        else:
            run.confirm(word)
    return {
        "trail": run.position.trail, "end": screen.end, "agreed": agreed, "said": said,
        "entries": [back.entry for back in screen.undoable],
    }  # fmt: skip


async def main(told: dict[str, Any]) -> dict[str, Any]:
    home = _home_side(Catalogue("fr"), no_facts)
    line = await home.line()
    address = line.ipv4_address if line is not None else None
    pc = side(FarSide(address, own=True) if address and told.get("alone") else None)
    server = None
    if "listen" in told:
        server = await asyncio.start_server(lambda _reader, writer: writer.close(), "0.0.0.0", told["listen"])
    try:
        if "undo" in told:

            async def yes(_proposal: object) -> bool:
                return True

            acted = await home.actions["box.forward"].undo(told["undo"], yes, lambda _key: None)
            return {"undone": acted.outcome}
        return await walked(home, pc, told)
    finally:
        if server is not None:
            server.close()
        await home.close()


if __name__ == "__main__":
    print(json.dumps(asyncio.run(main(json.loads(sys.argv[1])))))
