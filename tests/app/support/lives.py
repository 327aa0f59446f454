"""``selfcare ticket …`` as a process that may be killed at any moment: around whatever it writes or sends."""

from __future__ import annotations

import contextlib
import io
import os
import select
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from selfcare.app.support import tickets
from selfcare.cases.ledger import Ledger
from selfcare.cli.main import main
from selfcare.model.support import DeskEndpoint
from selfcare.outbox import store
from selfcare.outbox.store import Outbox
from selfcare.outbox.waits import Clock
from selfcare.wiring import build_services
from tests.app.support.bench import Bench
from tests.killing.forked import fork
from tests.outbox.lives import NEVER, Moments, WatchedDesk


def _watch(moments: Moments, later_s: float) -> None:
    """In the process that is about to live, and nowhere else."""
    for owner, name in ((Outbox, "_writing"), (Ledger, "writing")):
        whole = getattr(owner, name)

        def watched(self: Any, _whole: Any = whole, _what: str = owner.__name__) -> Any:
            @contextmanager
            def inside() -> Iterator[Any]:
                moments(f"{_what}: before a write")
                with _whole(self) as db:
                    yield db
                    moments(f"{_what}: before the commit")
                moments(f"{_what}: after a write")

            return inside()

        setattr(owner, name, watched)
    made = tickets.desk_of
    tickets.desk_of = lambda *words: WatchedDesk(made(*words), moments)  # type: ignore[assignment, return-value]
    store.Clock = lambda: Clock(awake_s=lambda: time.monotonic() + later_s)  # type: ignore[misc, assignment]


def command(
    folder: Path, desk: DeskEndpoint, *words: str, kill: int = NEVER, later_s: float = 0.0, wait: bool = True
) -> tuple[int, list[str]]:
    """Exit code (-9: killed) and the moments it had; without ``wait``: its number, and no moments."""
    told = folder / "moments"
    told.unlink(missing_ok=True)

    def life() -> int:
        moments = Moments(kill=kill)
        _watch(moments, later_s)
        bench = Bench(folder, desk)
        build = lambda _lang: replace(build_services("fr"), support=bench.port)  # noqa: E731
        try:
            with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
                return main(["ticket", *words], build)
        finally:
            told.write_text("\n".join(moments.names))

    pid = fork(life)
    if not wait:
        return pid, []
    return over(pid), told.read_text().splitlines() if told.exists() else []


def over(pid: int) -> int:
    """Its exit code."""
    handle = os.pidfd_open(pid)
    try:
        assert select.select([handle], [], [], 60)[0], "it hangs"
    finally:
        os.close(handle)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
