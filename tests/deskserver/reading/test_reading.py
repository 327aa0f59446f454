"""A report is opened apart: its ticket believes it by its owner's key alone; whatever it is, the service goes on."""

from __future__ import annotations

import asyncio
import io
import json
import os
import signal
import stat
import zipfile
from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from selfcare.deskserver.context import Desk
from selfcare.deskserver.core.tickets import attach, file
from selfcare.deskserver.database import Database
from selfcare.deskserver.intake import reading
from selfcare.deskserver.intake.reading_extract import Bad, parsed
from selfcare.deskserver.intake.reading_open import opened_here
from selfcare.deskserver.intake.reading_worker import Reader
from selfcare.deskserver.model import Filing, Upload
from selfcare.deskserver.schema import META, attachments, installs, subscribers, tickets
from selfcare.deskserver.settings import DeskSettings
from selfcare.model.report import Part
from selfcare.report import pack
from tests.report.documents import fibre
from tests.report.test_verify import files, hostile, zipped
from tests.report.world import KEY, made

NOW = 1_800_000_000_000
CASE = "CAS-7K3M-92QX"


class Kept:
    """Blobs in memory."""

    def __init__(self) -> None:
        self.data: dict[str, bytes] = {}

    async def put(self, sha256: str, data: bytes) -> None:
        self.data[sha256] = data

    async def get(self, sha256: str) -> bytes:
        return self.data[sha256]

    async def drop(self, sha256: str) -> None:
        self.data.pop(sha256, None)

    async def names(self, part: str, older_s: float) -> list[str]:
        return [] if older_s > 0 else [one for one in self.data if one.startswith(part)]

    async def close(self) -> None:
        pass


@cache
def real() -> bytes:
    return made().archive


def signed(document: dict[str, Any], raw: bytes | None = None) -> bytes:
    """An archive of ours with any document, its signature sound: whoever has a key can make it."""
    data = json.dumps(document).encode() if raw is None else raw
    parts = [Part(pack.DOCUMENT, "application/json", data)]
    head = {"id": "x", "case": document.get("case", CASE), "made": "2026-11-22T18:30:00+01:00"}
    parts.append(Part(pack.MANIFEST, "application/json", pack.manifest(head, parts, KEY)))
    return pack.archive(parts)


async def at_desk(path: Path, do: Callable[[Desk, Reader], Awaitable[None]], **reader: float) -> None:
    desk = Desk(DeskSettings(str(path)), Database(f"sqlite:///{path}/d.db"), Kept(), b"s" * 32, lambda: NOW)
    META.create_all(desk.database.engine)
    one = Reader(**reader)
    try:
        await do(desk, one)
    finally:
        await one.close()
        await desk.database.close()


async def given_ticket(desk: Desk, data: bytes, *, key: bytes | None = KEY.public, case: str = CASE) -> int:
    sha = reading_digest(data)
    await desk.blobs.put(sha, data)

    def filed(c: Any) -> int:
        if c.execute(select(subscribers)).first() is None:
            c.execute(insert(subscribers).values(id=1, key="install:1"))
            if key is not None:
                c.execute(insert(installs).values(name="i", public_key=key, subscriber_id=1, confirmed_at=NOW - 5))
        filing = Filing("install:1", 1, "x", "y", "major", "fault", "app", case=case)
        ticket = file(c, filing, NOW - 1000).ticket
        attach(c, ticket, Upload("r.zip", "application/zip", len(data), sha), NOW - 1000)
        return ticket

    return await desk.database.write(filed)


def reading_digest(data: bytes) -> str:
    from selfcare.deskserver.intake.reading_open import digest

    return digest(data)


async def seen(desk: Desk, ticket: int) -> tuple[Any, list[tuple[str, dict[str, Any]]]]:
    def ask(c: Any) -> Any:
        row = c.execute(select(tickets).where(tickets.c.id == ticket)).mappings().one()
        told = c.execute(select(attachments).where(attachments.c.ticket_id == ticket).order_by(attachments.c.id))
        return row, [(one.state, json.loads(one.read or "null")) for one in told]

    return await desk.database.read(ask)


def run(path: Path, do: Callable[[Desk, Reader], Awaitable[None]], **reader: float) -> None:
    asyncio.run(at_desk(path, do, **reader))


def test_what_a_sound_report_says_reaches_its_ticket(tmp_path: Path) -> None:
    async def do(desk: Desk, reader: Reader) -> None:
        ticket = await given_ticket(desk, signed(fibre()))
        assert await reading.read_some(desk, reader) == 1
        row, [(state, told)] = await seen(desk, ticket)
        assert (state, told["key_known"], told["flags"]) == ("report", True, [])
        assert (row["verdict_code"], row["verdict_band"], row["side"]) == ("ACC-FTTH-DARK", "certain", "access")
        assert (row["access"], row["operator"], row["reports"]) == ("fibre", "free", 1)
        began = datetime.fromisoformat(fibre()["since"]["at"])
        assert row["since_at"] == int(began.timestamp() * 1000)
        assert next(one["fact"] for one in told["verdict"]["evidence"]) == "box_session_up"
        assert told["verdict"]["ruled_out"][0]["code"] == "PC-DNS-STATIC"
        assert await reading.read_some(desk, reader) == 0

    run(tmp_path, do)


@pytest.mark.parametrize(("data", "more", "flag"), [
    (lambda: signed(fibre()), {"key": None}, "other_key"),
    (lambda: signed(fibre()), {"key": b"k" * 32}, "other_key"),
    (lambda: signed(fibre()), {"case": "CAS-AAAA-AAAA"}, "other_case"),
    (lambda: signed(fibre() | {"case": "CAS-BBBB-BBBB"}), {}, "other_case"),
    (lambda: zipped([*((n, d) for n, d in files(made()) if n != "rapport.html"), ("rapport.html", b"<b>")]), {},
     "changed"),
])  # fmt: skip
def test_what_is_not_its_owners_changes_nothing(tmp_path: Path, data: Any, more: dict[str, Any], flag: str) -> None:
    async def do(desk: Desk, reader: Reader) -> None:
        ticket = await given_ticket(desk, data(), **more)
        await reading.read_some(desk, reader)
        row, [(_, told)] = await seen(desk, ticket)
        assert flag in told["flags"]
        assert (row["verdict_code"], row["side"], row["node"], row["since_at"]) == ("", "", "", None)

    run(tmp_path, do)


def test_an_older_report_takes_nothing_back(tmp_path: Path) -> None:
    async def do(desk: Desk, reader: Reader) -> None:
        ticket = await given_ticket(desk, signed(fibre()))
        await reading.read_some(desk, reader)
        old = fibre() | {"made": "2026-11-20T18:30:00+01:00"}
        old["verdict"] = old["verdict"] | {"code": "WIFI-WEAK", "segments": ["wifi"]}
        sha = reading_digest(signed(old))
        await desk.blobs.put(sha, signed(old))
        await desk.database.write(lambda c: attach(c, ticket, Upload("o.zip", "", 9, sha), NOW))
        await reading.read_some(desk, reader)
        row, told = await seen(desk, ticket)
        assert [state for state, _ in told] == ["report", "report"]
        assert row["verdict_code"] == "ACC-FTTH-DARK"

    run(tmp_path, do)


def link() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file_:
        info = zipfile.ZipInfo("rapport.json")
        info.external_attr = (stat.S_IFLNK | 0o777) << 16
        file_.writestr(info, "/etc/passwd")
        file_.writestr(pack.MANIFEST, dict(files(made()))[pack.MANIFEST])
    return out.getvalue()


DOCUMENTS = {
    "deep": b'{"schema":"selfcare.report/1","a":' + b"[" * 5000 + b"]" * 5000 + b"}",
    "deeper": b"[" * 3_000_000, "no json": b"{", "no object": b"[]", "schema": b'{"schema":"selfcare.report/2"}',
    "not utf-8": b'{"schema":"selfcare.report/1","a":"\xff"}',
}  # fmt: skip
HARMLESS = {
    "numbers": b'{"schema":"selfcare.report/1","case":"%s","downtime":{"day_min":1%s,"week_min":NaN,"month_min":1e999}}'
    % (CASE.encode(), b"0" * 1_000_000),
    "surrogates": b'{"schema":"selfcare.report/1","case":"%s","verdict":{"text":"a\\ud800b"}}' % CASE.encode(),
    "doubles": b'{"schema":"selfcare.report/1","case":"x","case":"%s"}' % CASE.encode(),
}


def test_every_hostile_file_ends_with_a_reason_and_the_next_one_is_read(tmp_path: Path) -> None:
    cases = {name: data for name, (data, _) in hostile(made()).items()}
    cases |= {name: signed({}, raw) for name, raw in DOCUMENTS.items()} | {"link": link()}
    cases["nested"] = zipped([*files(made()), ("b.zip", cases["bomb"])])
    harmless = {name: signed({}, raw) for name, raw in HARMLESS.items()}

    async def do(desk: Desk, reader: Reader) -> None:
        for name, data in cases.items():
            found = await reader.opened(data)
            assert found.state in ("odd", "changed"), name
            assert found.reason, name
        pid = reader.pid
        for name, data in harmless.items():
            found = await reader.opened(data)
            assert found.state == "report", name
            text = json.dumps(found.extract, ensure_ascii=False, allow_nan=False)
            assert text.encode("utf-8"), name
            assert found.extract.get("downtime") == {"day_min": None, "week_min": None, "month_min": None}
        assert (await reader.opened(signed(fibre()))).state == "report"
        assert pid is not None

    run(tmp_path, do)


def test_a_process_that_is_killed_or_hangs_is_odd_and_another_goes_on(tmp_path: Path) -> None:
    async def do(desk: Desk, reader: Reader) -> None:
        assert (await reader.opened(real())).state == "report"
        pid = reader.pid
        assert pid is not None
        reader.wall = 0.3
        os.kill(pid, signal.SIGSTOP)
        assert (await reader.opened(real())).reason == "reader_slow"
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)
        reader.wall = 20.0
        assert (await reader.opened(real())).state == "report"
        assert reader.pid is not None
        os.kill(reader.pid, signal.SIGSTOP)
        asked = asyncio.create_task(reader.opened(real()))
        await asyncio.sleep(0.05)
        os.kill(reader.pid, signal.SIGKILL)
        assert (await asked).reason == "reader_died"
        assert (await reader.opened(real())).state == "report"

    run(tmp_path, do)


def test_claims_tries_and_what_is_gone(tmp_path: Path) -> None:
    async def do(desk: Desk, reader: Reader) -> None:
        ticket = await given_ticket(desk, real())
        waiting = await desk.database.read(lambda c: reading.unclaimed(c, NOW))
        assert len(await desk.database.write(lambda c: reading.claimed(c, waiting, NOW))) == 1
        assert await desk.database.write(lambda c: reading.claimed(c, waiting, NOW)) == []
        assert await reading.read_some(desk, reader) == 0  # another has it
        left = json.dumps({"tries": reading.TRIES, "until": NOW - 1})
        await desk.database.write(lambda c: c.execute(update(attachments).values(read=left)))
        await reading.read_some(desk, reader)
        _, [(state, told)] = await seen(desk, ticket)
        assert (state, told["flags"]) == ("odd", ["reader_died"])
        await desk.database.write(lambda c: c.execute(update(attachments).values(state="unread", read="")))
        for sha in list(desk.blobs.data):  # type: ignore[attr-defined]
            await desk.blobs.drop(sha)
        await reading.read_some(desk, reader)
        _, [(state, told)] = await seen(desk, ticket)
        assert (state, told["flags"]) == ("odd", ["file_gone"])

    run(tmp_path, do)


def test_the_task_reads_places_and_goes_on_after_a_failure(tmp_path: Path) -> None:
    async def do(desk: Desk, reader: Reader) -> None:
        get = desk.blobs.get
        failed = asyncio.Event()

        async def once(sha256: str) -> bytes:
            if not failed.is_set():
                failed.set()
                raise OSError("away")
            return await get(sha256)

        desk.blobs.get = once  # type: ignore[method-assign]
        moment = [NOW]
        desk.now = lambda: moment[0]
        ticket = await given_ticket(desk, signed(fibre()))
        task = asyncio.create_task(reading.reading_task(desk, reader))
        async with asyncio.timeout(60):
            await failed.wait()
            moment[0] += reading.LEASE_MS  # what was begun and not ended is for who comes next
            while (await seen(desk, ticket))[1][0][0] == "unread":
                desk.wake("reading")
                await asyncio.sleep(0.02)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        assert (await seen(desk, ticket))[1][0][0] == "report"
        assert "reading" not in desk.wakes

    run(tmp_path, do)


@pytest.mark.parametrize("raw", list(DOCUMENTS.values()), ids=list(DOCUMENTS))
def test_no_document(raw: bytes) -> None:
    with pytest.raises(Bad):
        parsed(raw)


def test_brackets_inside_texts_are_no_depth() -> None:
    assert parsed(json.dumps({"schema": "selfcare.report/1", "a": '[{"\\' * 200}).encode())["a"].startswith("[{")


def test_opened_for_a_page(tmp_path: Path) -> None:
    async def do(desk: Desk, reader: Reader) -> None:
        found = await reading.opened(real())
        assert found.document is not None
        assert found == opened_here(real())
        await reading.close_shared()

    run(tmp_path, do)
