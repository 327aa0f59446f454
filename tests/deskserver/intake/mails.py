"""Mails to try: the app's, a person's, and what is there afterwards."""

from __future__ import annotations

import json
import uuid
from email.message import EmailMessage
from hashlib import sha256
from typing import Any

from sqlalchemy import select

from selfcare.desks import mail as client
from selfcare.deskserver.core import found
from selfcare.deskserver.core.tickets import TICKET, file
from selfcare.deskserver.model import External, Filing, System, Whole
from selfcare.deskserver.schema import tickets
from selfcare.model.report import Part, Reach
from selfcare.model.ticket import Attachment, Severity, Ticket
from selfcare.report import pack
from tests.deskserver.intake.home import Home, Pc

CASE, OTHER = "CAS-7K3M-92QX", "CAS-0000-000R"
DESK, PIPE = "aide@isp.example", System("pipe")


def archive(pc: Pc, case: str = CASE) -> Attachment:
    document = {"id": str(uuid.uuid4()), "case": case, "made": "2026-11-22T18:30:00+01:00"}
    parts = [Part(pack.DOCUMENT, "application/json", json.dumps(document).encode())]
    manifest = Part(pack.MANIFEST, "application/json", pack.manifest(document, parts, pc.key))
    data = pack.archive([*parts, manifest])
    return Attachment(f"{case}.zip", "application/zip", data, sha256(data).hexdigest())


def ticket(pc: Pc, *files: Attachment, case: str = CASE, sender: str = "") -> Ticket:
    return Ticket(str(uuid.uuid4()), case, "Plus d'Internet", "Depuis hier soir.", Severity.BLOCKING,
                  reach=Reach(mail=sender or pc.mail, name="Zoé"), attachments=files)  # fmt: skip


def written(one: Ticket) -> bytes:
    return client.message(one, DESK).as_bytes()


def plain(sender: str, subject: str, text: str = "Toujours rien.", **headers: str) -> bytes:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, DESK, subject
    mail["Message-ID"] = f"<{uuid.uuid4()}@example.org>"
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(text)
    return mail.as_bytes()


async def whole(home: Home, ref: str) -> Whole:
    def asked(c: Any) -> Whole | None:
        number = found.id_of(c, ref)
        return found.whole(c, number) if number is not None else None

    told = await home.desk.database.read(asked)
    assert told is not None
    return told


async def count(home: Home) -> int:
    return len(await home.desk.database.read(lambda c: c.execute(select(tickets.c.id)).all()))


async def filed(home: Home, pc: Pc, one: Ticket) -> str:
    """As the API files it for this PC."""
    who, key = await pc.subscriber()
    filing = Filing(
        key, who, one.subject, one.text, one.severity.value, "fault", "app", (External(one.id, TICKET, "selfcare"),),
        one.case, contact={"mail": pc.mail, "phone": "06"},
    )  # fmt: skip
    return (await home.desk.database.write(lambda c: file(c, filing, home.now()))).ref
