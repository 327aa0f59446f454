"""What a ticket is found by: each in one spelling, so that a search is a range of one index."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, delete

from selfcare.deskserver.database import put_rows
from selfcare.deskserver.schema import terms

WORDS = 12
"""Of a name or a subject: more would make each ticket slow to file and help nobody."""
LONGEST = 100
_PARTS = re.compile(r"\w+")
_NOT = re.compile(r"[\W_]+")


def folded(text: str) -> str:
    """Small letters without accents."""
    plain = unicodedata.normalize("NFKD", text[:1000]).casefold()
    return "".join(sign for sign in plain if not unicodedata.combining(sign)).replace("\0", "")


def squeezed(text: str) -> str:
    """Letters and digits alone: ids, contracts, numbers, however they were spaced."""
    return _NOT.sub("", folded(text))[:LONGEST]


def phone(text: str) -> str:
    """Its digits as they are dialled in France: ``+33 6…``, ``0033 6…`` and ``06…`` are one number. "" is none."""
    plain = text.strip().replace("(0)", "")
    digits = "".join(sign for sign in plain if sign in "0123456789")
    if digits.startswith("0033"):
        digits = "0" + digits[4:]
    elif plain.startswith("+33"):
        digits = "0" + digits[2:]
    return digits[:LONGEST]


def mail(text: str) -> str:
    """An address as it is compared."""
    return text.strip().casefold()[:LONGEST]


def words(text: str) -> list[str]:
    """The first ones, each once."""
    return list(dict.fromkeys(one[:LONGEST] for one in _PARTS.findall(folded(text))))[:WORDS]


def claims(contact: Mapping[str, str]) -> dict[str, str]:
    """What somebody says of who they are, as it is compared with others'; empty ones are left out."""
    found = {
        "phone": phone(contact.get("phone", "")), "mail": mail(contact.get("mail", "")),
        "contract": squeezed(contact.get("contract", "")), "line": squeezed(contact.get("line_number", "")),
    }  # fmt: skip
    return {kind: value for kind, value in found.items() if value}


def terms_of(ref: str, case: str, name: str, contact: Mapping[str, str]) -> list[tuple[str, str]]:
    """Kind and value of each."""
    found = [("ref", squeezed(ref)), ("ref", squeezed(ref)[1:]), ("case", squeezed(case)), ("case", squeezed(case)[3:])]
    found += claims(contact).items()
    found += [("name", word) for word in words(contact.get("name", ""))]
    found += [("word", word) for word in words(name) if len(word) > 2]
    return [(kind, value) for kind, value in dict.fromkeys(found) if value]


def index(c: Connection, ticket: int, found: list[tuple[str, str]]) -> None:
    """Writes them down in place of what was there."""
    c.execute(delete(terms).where(terms.c.ticket_id == ticket))
    fresh(c, [(ticket, found)])


def fresh(c: Connection, found: Sequence[tuple[int, list[tuple[str, str]]]]) -> None:
    """Of tickets that have none yet."""
    rows = [{"ticket_id": ticket, "kind": kind, "value": value} for ticket, every in found for kind, value in every]
    put_rows(c, terms, rows)
