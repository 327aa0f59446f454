"""« We have answered » leaves the desk as it is served: to the address that was confirmed, and to no other."""

from __future__ import annotations

import email
import email.policy
import time
from pathlib import Path

from sqlalchemy import Connection, insert, select

from selfcare.deskserver.core.tickets import file, note
from selfcare.deskserver.model import Filing, NewNote
from selfcare.deskserver.schema import subscribers, used_once
from tests.deskserver.whole import WholeDesk, whole


def filed(desk: WholeDesk, mail: str, *, proven: bool, internal: bool = False) -> None:
    """Somebody's ticket, and an agent's word on it."""

    def do(c: Connection) -> None:
        key = c.execute(
            insert(subscribers).values(key=f"install:{mail}", mail=mail, proven=proven)
        ).inserted_primary_key
        assert key is not None
        contact = {"mail": mail}
        made = file(c, Filing(f"install:{mail}", key[0], "x", "y", "major", "fault", "app", contact=contact), NOW)
        note(c, made.ticket, NewNote("Secret de la réponse", "agent", "Ada", internal=internal), NOW)

    desk.write(do)


NOW = time.time_ns() // 1_000_000


def test_a_hint_goes_to_confirmed_addresses_alone(tmp_path: Path) -> None:
    with whole(tmp_path) as desk:
        filed(desk, "claimed@exemple.fr", proven=False)
        filed(desk, "inside@exemple.fr", proven=True, internal=True)
        filed(desk, "proven@exemple.fr", proven=True)
        desk.desk.wake("mail")
        end = time.monotonic() + 20
        while not (letters := list(desk.letters.glob("*.eml"))):
            assert time.monotonic() < end, "no hint left the desk"
            time.sleep(0.02)
        told = desk.read(lambda c: list(c.execute(select(used_once.c.what)).scalars()))
        assert len([one for one in told if one.startswith("hint:")]) == 1  # nobody else waits to be told
        (letter,) = (email.message_from_bytes(one.read_bytes(), policy=email.policy.default) for one in letters)
        assert letter["To"] == "proven@exemple.fr" and "Secret" not in letter.as_string()
