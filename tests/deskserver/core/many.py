"""Many tickets at once, as a desk has them after months: bulk inserts, the same each time. For benches.

python -m tests.deskserver.core.many sqlite:////tmp/many.db 100000
"""

from __future__ import annotations

import json
import random
import sys
import time
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, Table, insert

from selfcare.cases.ids import made_of
from selfcare.deskserver.core import acting, terms
from selfcare.deskserver.core.putting import mint
from selfcare.deskserver.database import Database
from selfcare.deskserver.schema import (
    META,
    agents,
    attachments,
    external_ids,
    notes,
    status_changes,
    subscribers,
    tickets,
)
from selfcare.model.ticket import State

FIRST = ("Zoé", "Louis", "Maëlle", "Karim", "Inès", "Jules", "Aminata", "Noé", "Chloé", "Hugo", "Léa", "Sacha")
LAST = ("Martin", "Bernard", "Diallo", "Petit", "Durand", "Nguyen", "Moreau", "Lefèvre", "Garcia", "Roux", "Le Gall")
SUBJECTS = (
    ("Plus d’Internet depuis ce matin", "blocking", "isp"), ("La fibre est coupée", "blocking", "access"),
    ("Connexion lente le soir", "major", "isp"), ("Le Wi-Fi coupe dans la chambre", "minor", "wifi"),
    ("Le téléphone ne sonne plus", "major", "box"), ("Un site ne s’ouvre pas", "minor", ""),
)  # fmt: skip
OPEN_SHARE = 0.3
DAY = 86_400_000


def fill(c: Connection, number: int, now: int, seed: int = 7) -> None:
    """``number`` tickets of half as many subscribers in an empty database; three in ten are open. One report each."""
    chance = random.Random(seed)
    people = max(1, number // 2)
    c.execute(
        insert(agents),
        [{"id": one, "login": f"a{one}", "role": "agent"} for one in range(1, 6)],
    )
    for first in range(0, people, 2000):
        _put(c, subscribers, [_subscriber(one) for one in range(first + 1, min(first + 2000, people) + 1)])
    for first in range(0, number, 2000):
        rows = [_ticket(chance, one, people, now) for one in range(first + 1, min(first + 2000, number) + 1)]
        _put(c, tickets, rows)
        _put(c, external_ids, [{"ticket_id": row["id"], "scope": row["scope"], "owner": "selfcare",
                                "type": "selfcare.ticket", "value": f"id-{row['id']}"} for row in rows])  # fmt: skip
        _put(c, notes, [one for row in rows for one in _notes(row)])
        _put(
            c,
            status_changes,
            [{"ticket_id": row["id"], "status": row["status"], "at": row["created_at"]} for row in rows],
        )
        _put(c, attachments, [_file(row) for row in rows])
        _put(
            c,
            terms.terms,
            [{"ticket_id": row["id"], "kind": kind, "value": value} for row in rows for kind, value in _terms(row)],
        )


def _put(c: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
    if rows:
        c.execute(insert(table), rows)


def _contact(number: int) -> dict[str, str]:
    return {"name": f"{FIRST[number % len(FIRST)]} {LAST[number // 7 % len(LAST)]}", "phone": f"06 {number:08d}",
            "mail": f"abonne{number}@exemple.fr", "contract": f"C{number:07d}",
            "line_number": f"01{number:08d}"}  # fmt: skip


def _subscriber(number: int) -> dict[str, Any]:
    contact = _contact(number)
    return {"id": number, "key": f"install:{number}", "proven": True, "phone": terms.phone(contact["phone"]),
            **{name: contact[name] for name in ("name", "mail", "contract", "line_number")}}  # fmt: skip


def _ticket(chance: random.Random, number: int, people: int, now: int) -> dict[str, Any]:
    who = chance.randrange(people) + 1
    name, severity, side = chance.choice(SUBJECTS)
    is_open = chance.random() < OPEN_SHARE
    created = now - (chance.randrange(5 * DAY) if is_open else chance.randrange(5 * DAY, 300 * DAY))
    waiting = chance.choices(("us", "them", "outage"), (7, 2, 1))[0] if is_open else ""
    state = {"us": State.IN_PROGRESS, "them": State.PENDING, "outage": State.HELD, "": State.CLOSED}[waiting]
    promised = created + chance.randrange(6 * DAY) if chance.random() < 0.3 else None
    case = made_of([(number >> (5 * shift)) % 32 for shift in range(7)])
    row: dict[str, Any] = {
        "id": number, "ref": mint(), "subscriber_id": who, "scope": f"install:{who}", "case_id": case, "channel": "app",
        "status": state.value, "status_at": created, "name": name, "description": "Tout est coupé. " * 20,
        "severity": severity, "kind": "fault", "language": "fr", "verdict_state": "fault", "verdict_code": "ISP-DOWN",
        "verdict_band": chance.choice(("certain", "likely", "possible")), "side": side, "access": "fibre",
        "operator": "free", "node": f"OLT-{chance.randrange(400)}", "since_at": created - 600_000,
        "contact": json.dumps(_contact(who)), "facts": '{"verdict_state":"fault","segments":"isp"}', "extra": "{}",
        "waiting": waiting, "waiting_at": created, "heard_at": created if waiting == "us" and number % 2 else None,
        "promised_at": promised, "created_at": created, "updated_at": created, "reports": 1,
        "closed_at": None if is_open else created + 2 * DAY, "agent_id": chance.choice((None, 1, 2, 3)),
    }  # fmt: skip
    return {**row, "act_at": acting.act_at(row)}


def _notes(row: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for turn, by in enumerate(("subscriber", "agent")):
        yield {
            "ticket_id": row["id"],
            "by": by,
            "text": "Toujours coupé. " * 10,
            "at": row["created_at"] + turn,
            "channel": "app",
        }


def _file(row: dict[str, Any]) -> dict[str, Any]:
    return {"ticket_id": row["id"], "ref": f"A-{row['id']}", "name": "rapport.zip", "mime": "application/zip",
            "sha256": f"{row['id']:064x}", "size": 60_000, "kind": "report", "at": row["created_at"],
            "state": "report"}  # fmt: skip


def _terms(row: dict[str, Any]) -> list[tuple[str, str]]:
    return terms.terms_of(row["ref"], row["case_id"], row["name"], json.loads(row["contact"]))


if __name__ == "__main__":
    database = Database(sys.argv[1])
    META.create_all(database.engine)
    began = time.perf_counter()
    with database.engine.begin() as connection:
        fill(connection, int(sys.argv[2]), time.time_ns() // 1_000_000)
        connection.exec_driver_sql("ANALYZE")
    print(f"{sys.argv[2]} tickets in {time.perf_counter() - began:.1f} s")
