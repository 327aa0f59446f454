"""Tickets as files: whole or not at all, found again, never outside their folder."""

from __future__ import annotations

import asyncio
import hashlib
import json
from dataclasses import replace
from pathlib import Path

import pytest

from selfcare.desks.file import FileDesk
from selfcare.model.support import DeskEndpoint, DeskKind
from selfcare.model.ticket import Attachment, DeskError, Failure, Note, Severity, Ticket

TICKET = Ticket(
    "u-1", "CAS-7K3M-92QX", "Pas d’Internet", "Rien.", Severity.MAJOR,
    attachments=(Attachment("CAS.zip", "application/zip", b"zip", hashlib.sha256(b"zip").hexdigest()),),
)  # fmt: skip


def desk(folder: Path) -> FileDesk:
    return FileDesk(DeskEndpoint(DeskKind.FILE, extra={"folder": str(folder)}))


def test_it_is_there_once_and_found(tmp_path: Path) -> None:
    async def story() -> None:
        one = desk(tmp_path)
        assert await one.find(TICKET) == ()
        receipt = await one.create(TICKET)
        assert await one.create(TICKET) == receipt and await one.find(TICKET) == (receipt,)
        note = Note("n-1", TICKET.case, "Toujours rien.")
        assert not await one.noted(receipt, note)
        await one.add_note(receipt, note)
        assert await one.noted(receipt, note)

    asyncio.run(story())
    (place,) = tmp_path.iterdir()
    assert (place / "CAS.zip").read_bytes() == b"zip" and json.loads((place / "ticket.json").read_text())["id"] == "u-1"


def test_what_was_not_finished_is_not_there(tmp_path: Path) -> None:
    asyncio.run(desk(tmp_path).create(TICKET))
    next(tmp_path.rglob("ticket.json")).unlink()  # as a pulled stick leaves it
    assert asyncio.run(desk(tmp_path).find(TICKET)) == ()


@pytest.mark.parametrize("name", ["../../etc/passwd", "/etc/passwd", "..", "a\\b", "C:\\x", ".hidden", "x" * 300])
def test_no_name_leads_out_of_the_folder(tmp_path: Path, name: str) -> None:
    nasty = replace(TICKET, case=name, attachments=(Attachment(name, "a/b", b"x", ""),))
    asyncio.run(desk(tmp_path / "in").create(nasty))
    outside = [path for path in tmp_path.rglob("*") if path.is_file() and (tmp_path / "in") not in path.parents]
    assert not outside and len(list((tmp_path / "in").rglob("ticket.json"))) == 1


def test_a_folder_that_is_none_is_told(tmp_path: Path) -> None:
    (tmp_path / "in").write_text("a file")
    with pytest.raises(DeskError) as caught:
        asyncio.run(desk(tmp_path / "in").create(TICKET))
    assert caught.value.failure is Failure.NOT_SENT
