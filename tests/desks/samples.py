"""A ticket, its file and a note, as the outbox has them."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Coroutine, Mapping
from typing import Any, TypeVar

from selfcare.model.report import Reach
from selfcare.model.ticket import Attachment, Note, Severity, Ticket

T = TypeVar("T")
CASE = "CAS-7K3M-92QX"


def file(name: str = f"{CASE}.zip", data: bytes = bytes(range(256)) * 40, mime: str = "application/zip") -> Attachment:
    return Attachment(name, mime, data, hashlib.sha256(data).hexdigest())


def ticket(number: str = "2c7261c6-d9d6-41cf-aa08-15570a76f055", *files: Attachment, subject: str = "") -> Ticket:
    return Ticket(
        id=number, case=CASE, subject=subject or "Pas d'Internet depuis hier \\ 100 %",
        text="Plus rien ne va.\nDepuis hier.",
        severity=Severity.BLOCKING, code="ISP-DNS-DOWN", reach=Reach(phone="01 02 03 04 05", contract="C-17"),
        facts={"optical_rx": -21.3}, attachments=files,
    )  # fmt: skip


def note(number: str = "9f0c1d52-7f63-4a4f-8a51-d3f4b7b9a001", *files: Attachment) -> Note:
    return Note(number, CASE, "Le voyant clignote à nouveau.", files)


def signed_in(text: str) -> Any:
    async def login() -> Mapping[str, str]:
        return {"Authorization": text}

    return login


def run(work: Coroutine[Any, Any, T], seconds: float = 30) -> T:
    return asyncio.run(asyncio.wait_for(work, seconds))
