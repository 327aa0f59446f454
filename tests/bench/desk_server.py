"""The desk under load, as a process of its own: ``python -m tests.bench.desk_server FOLDER DATABASE`` (else SQLite).

Prints its address when it listens; ends with its standard input. Everything that ``selfcare desk serve`` has.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import threading

from selfcare.deskserver import serve
from selfcare.deskserver.opening import close_desk, open_desk
from selfcare.deskserver.serve_tasks import everything
from selfcare.deskserver.settings import DeskSettings, Limits


async def _run(folder: str, database: str) -> None:
    limits = Limits(tickets_a_day=100_000, bytes_a_day=10**12)
    settings = DeskSettings(data=folder, database=database, port=0, limits=limits)
    desk = await open_desk(settings)

    def listening(address: str, port: int) -> None:
        sys.stdout.write(f"http://{address}:{port}\n")
        sys.stdout.flush()

    app = serve.assemble(desk)
    await serve.serve(desk, app, everything(app), listening)
    await close_desk(desk)


def _until_left() -> None:
    sys.stdin.read()
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    threading.Thread(target=_until_left, daemon=True).start()
    asyncio.run(_run(*sys.argv[1:3]))
