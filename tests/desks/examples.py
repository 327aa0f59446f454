"""A ticket as the outbox gives it to a desk."""

from __future__ import annotations

import hashlib
from uuid import uuid4

from selfcare.model.report import Reach
from selfcare.model.ticket import Attachment, Note, Severity, Ticket

REACH = Reach(name="Jeanne Élan", phone="0612345678", mail="j@exemple.fr", contract="C-4471", line_number="0123456789",
              when="après 18 h")  # fmt: skip


def attachment(name: str = "CAS-7K3M-92QX.zip", data: bytes = b"PK\x03\x04 a report") -> Attachment:
    return Attachment(name, "application/zip", data, hashlib.sha256(data).hexdigest())


def ticket(
    reach: Reach = REACH, attachments: tuple[Attachment, ...] | None = None, text: str = "Plus de web."
) -> Ticket:
    files = (attachment(),) if attachments is None else attachments
    facts: dict[str, str | float | bool] = {"verdict": "ISP-DNS-DOWN", "downtime_day_min": 42.5, "monitored": True}
    return Ticket(str(uuid4()), "CAS-7K3M-92QX", "DNS de l’opérateur muet", text, Severity.BLOCKING,
                  code="ISP-DNS-DOWN", reach=reach, facts=facts, attachments=files)  # fmt: skip


def note(text: str = "Le câble est branché, comme demandé.", attachments: tuple[Attachment, ...] = ()) -> Note:
    return Note(str(uuid4()), "CAS-7K3M-92QX", text, attachments)
