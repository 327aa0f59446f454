"""On the PC of the lab, a guide's action at the gateway: ``python -m tests.guides.home_in_lab igd FOLDER [ENTRY]``.

Opens port 28080 to this PC, or puts the named entry back; prints what came of it as one JSON line.
"""

from __future__ import annotations

import asyncio
import json
import sys
from dataclasses import asdict
from pathlib import Path

from selfcare.app.box_change import BoxChanges
from selfcare.app.guides.home import home_side
from selfcare.app.guides.world import Moment
from selfcare.boxes.families import driver
from selfcare.boxes.wire import Place
from selfcare.cases.box_journal import BoxJournal
from selfcare.i18n import Catalogue
from selfcare.model.box import BoxFamily
from tests.app.box_bench import MemoryStore, yes
from tests.boxes.in_lab import GATEWAY
from tests.guides.home_bench import Away, desk_of


async def main(family: str, folder: Path, entry: str | None) -> None:
    desk = desk_of(folder, Away(Place(GATEWAY)), [driver(BoxFamily(family))])
    journal, store, began = BoxJournal(folder / "box-changes"), MemoryStore(), []
    side = home_side(desk, lambda contact: BoxChanges(contact, journal, store), store, Catalogue("fr"))
    for _ in range(20):  # the daemon has just been started
        context = await side.look()
        if context.family:
            break
        await asyncio.sleep(0.1)
    (here,) = await side.suggestions["this_pc"](Moment(context, {}))
    given = {"port": "28080", "protocol": "tcp", "device": here.value, "to": 8081}
    action, moment = side.actions["box.forward"], Moment(context, {})
    if entry is None:
        acted = await action.act(given, moment, yes, lambda: began.append(1), lambda _key: None)  # type: ignore[arg-type]
    else:
        acted = await action.undo(entry, yes, lambda _key: None)  # type: ignore[arg-type]
    seen = await side.tests["box.forward_is"](given, moment)
    await side.close()
    print(json.dumps({**asdict(acted), "is": seen.answer, "began": len(began), "can": context.can}))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], Path(sys.argv[2]), sys.argv[3] if len(sys.argv) > 3 else None))
