"""What is filed in the core's tests."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, select

from selfcare.deskserver.core.acting import HOUR
from selfcare.deskserver.core.putting import unpacked
from selfcare.deskserver.model import External, Filing, NewNote, Upload
from selfcare.deskserver.schema import META, happened

ANNE, BOB = 1, 2
NOW = 1_800_000_000_000
CASE = "CAS-7K3M-92QX"
CONTACT = {"name": "Zoé Le Gall", "phone": "+33 6 12 34 56 78", "mail": "Zoe@exemple.fr", "contract": "C-004 711",
           "line_number": "01 98 76 54 32"}  # fmt: skip
SURE = {"verdict_state": "fault", "verdict_code": "ISP-DNS-DOWN", "verdict_band": "certain", "segments": "isp"}


def filing(number: str = "u1", who: int = ANNE, **more: Any) -> Filing:
    told: dict[str, Any] = {
        "scope": f"install:{who}", "subscriber": who, "name": "Plus d’Internet", "description": "Tout est coupé.",
        "severity": "major", "kind": "fault", "channel": "app", "case": "", "contact": CONTACT,
        "externals": (External(number, "selfcare.ticket", "selfcare"),) if number else (),
    }  # fmt: skip
    return Filing(**{**told, **more})


def said(text: str = "Toujours coupé.", **more: Any) -> NewNote:
    return NewNote(text, "subscriber", **more)


def answer(text: str = "Nous regardons.", **more: Any) -> NewNote:
    return NewNote(text, "agent", "lea", agent=1, **more)


def report(digest: int = 1, name: str = "rapport.zip") -> Upload:
    return Upload(name, "application/zip", 60_000, f"{digest:064x}")


def hours(number: float) -> int:
    return NOW + int(number * HOUR)


def dump(c: Connection) -> dict[str, list[tuple[Any, ...]]]:
    """All that is in the database."""
    return {
        table.name: [tuple(row) for row in c.execute(select(table).order_by(*table.primary_key.columns))]
        for table in META.sorted_tables
    }


def told(c: Connection, ref: str) -> list[tuple[str, dict[str, Any]]]:
    """What hubs are told of one ticket."""
    rows = c.execute(select(happened.c.what, happened.c.data).where(happened.c.ticket == ref).order_by(happened.c.id))
    return [(what, unpacked(data)) for what, data in rows]
