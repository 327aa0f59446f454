"""GLPI's REST API v1 as ``apirest.md`` and ``src/Glpi/Api/API.php`` describe it.

A contract fake: never compared with a real one. ``escapes``: texts are stored escaped once more, as GLPI 9 and 10 do.
"""

from __future__ import annotations

import hashlib
import html
import json
import re
from dataclasses import dataclass, field
from typing import Any

from tests.desks.faulty import Call, FaultyServer, Plan, Reply

SUBSCRIBER, AGENT = "user_token abonne", "user_token agent"
APP = "app-1"
_USERS = {SUBSCRIBER: 7, AGENT: 2}
Row = dict[str, Any]


def _error(status: int, code: str) -> Reply:
    return Reply(status, [code, "…"])


@dataclass
class Kept:
    """Tables by item type; a row's ``id`` is its place, from 1."""

    Ticket: list[Row] = field(default_factory=list)
    Document: list[Row] = field(default_factory=list)
    Document_Item: list[Row] = field(default_factory=list)
    ITILFollowup: list[Row] = field(default_factory=list)
    ITILSolution: list[Row] = field(default_factory=list)
    Ticket_Ticket: list[Row] = field(default_factory=list)


class GlpiFake(FaultyServer):
    """``tickets``: rows. ``takes``: files are accepted. ``sessions``: how many calls one lasts (0: without end)."""

    prefix = "/apirest.php"

    def __init__(
        self, plan: Plan | None = None, *, escapes: bool = True, takes: bool = True, lasts: int = 0,
        slow_s: float = 0.2,
    ) -> None:  # fmt: skip
        super().__init__(plan, slow_s=slow_s)
        self.escapes, self.takes, self.lasts = escapes, takes, lasts
        self.kept = Kept()
        self.files: dict[int, bytes] = {}
        self.sessions: dict[str, int] = {}
        self._left: dict[str, int] = {}

    @property
    def tickets(self) -> list[Row]:
        return self.kept.Ticket

    @property
    def counted(self) -> list[Row]:
        """Those a person would count."""
        doubles = {one["items_id"] for one in self.kept.ITILFollowup if "Selfcare-Duplicate-Of:" in one["content"]}
        return [one for one in self.tickets if one["id"] not in doubles]

    def answer(self, call: Call) -> Reply:
        if call.headers.get("app-token") != APP:
            return _error(400, "ERROR_WRONG_APP_TOKEN_PARAMETER")
        if call.path == "/initSession":
            return self._opened(call)
        token = call.headers.get("session-token", "")
        if token not in self.sessions:
            return _error(401, "ERROR_SESSION_TOKEN_INVALID")
        user = self.sessions[token]
        if call.path == "/killSession":
            del self.sessions[token]
            return Reply(200, b"")
        if self.lasts:
            self._left[token] -= 1
            if not self._left[token]:
                del self.sessions[token]
        return self._item(call, user)

    def _opened(self, call: Call) -> Reply:
        user = _USERS.get(call.headers.get("authorization", ""))
        if user is None:
            return _error(401, "ERROR_GLPI_LOGIN_USER_TOKEN")
        token = hashlib.sha1(str(call.number).encode()).hexdigest()
        self.sessions[token], self._left[token] = user, self.lasts
        return Reply(200, {"session_token": token})

    def _item(self, call: Call, user: int) -> Reply:
        if not (found := re.fullmatch(r"/(\w+)(?:/(\d+)(?:/(\w+))?)?", call.path)):
            return _error(400, "ERROR_RESOURCE_NOT_FOUND_NOR_COMMONDBTM")
        kind, number, sub = found.groups()
        if not hasattr(self.kept, sub or kind):
            return _error(400, "ERROR_RESOURCE_NOT_FOUND_NOR_COMMONDBTM")
        match call.method, number:
            case "POST", None:
                return self._add(kind, call, user)
            case "GET", None:
                return self._listed(getattr(self.kept, kind), call, user, kind)
            case "GET", _:
                return self._one(kind, int(number), sub, call, user)
            case "PUT", _ if user == _USERS[AGENT]:
                self._of(kind, int(number))[0].update(json.loads(call.body)["input"])
                return Reply(200, [{number: True, "message": ""}])
        return _error(403, "ERROR_RIGHT_MISSING")

    def _of(self, kind: str, number: int) -> list[Row]:
        return [one for one in getattr(self.kept, kind) if one["id"] == number]

    def _one(self, kind: str, number: int, sub: str | None, call: Call, user: int) -> Reply:
        rows = [one for one in self._of(kind, number) if self._sees(kind, one, user)]
        if not rows:
            return _error(404, "ERROR_ITEM_NOT_FOUND")
        if sub is None:
            return Reply(200, rows[0])
        below = [
            one for one in getattr(self.kept, sub)
            if one["items_id"] == number and (user != _USERS[SUBSCRIBER] or not one.get("is_private"))
        ]  # fmt: skip
        return self._listed(below, call, user, sub)

    @staticmethod
    def _sees(kind: str, row: Row, user: int) -> bool:
        return kind != "Ticket" or user == _USERS[AGENT] or row["users_id_recipient"] == user

    def _listed(self, rows: list[Row], call: Call, user: int, kind: str) -> Reply:
        for name, value in call.query.items():
            if asked := re.fullmatch(r"searchText\[(\w+)\]", name):
                rows = [one for one in rows if value.lower() in str(one.get(asked[1], "")).lower()]  # LIKE %…%
        return Reply(200, [one for one in rows if self._sees(kind, one, user)])

    def _add(self, kind: str, call: Call, user: int) -> Reply:
        if kind == "Ticket_Ticket" and user != _USERS[AGENT]:
            return _error(403, "ERROR_RIGHT_MISSING")
        manifest = call.form.get("uploadManifest")
        wanted = json.loads(manifest if manifest else call.body)["input"]
        return self.add(kind, wanted, user, call.form)

    def add(self, kind: str, wanted: Row, user: int = 2, form: dict[str, Any] | None = None) -> Reply:
        """Also what an agent does."""
        rows: list[Row] = getattr(self.kept, kind)
        number = len(rows) + 1
        row: Row = {"id": number, "users_id": user, "date": "2026-11-22 18:41:52", **wanted}
        if self.escapes and "content" in row:
            row["content"] = html.escape(row["content"], quote=False)
        if kind == "Ticket":
            row |= {"status": 1, "users_id_recipient": user, "time_to_resolve": None}
        if kind in ("ITILFollowup", "ITILSolution"):
            row.setdefault("is_private", 0)
        said: Row = {"id": number, "message": f"Élément ajouté : {number}"}
        if kind == "Document":
            said["upload_result"] = {"filename": [self._file(row, (form or {}).get("filename[0]"))]}
        rows.append(row)
        return Reply(201, said, {"Location": f"http://path/to/glpi/apirest.php/{kind}/{number}"})

    def _file(self, row: Row, part: Any) -> Row:
        """A file it does not want leaves a document without one, and 201."""
        row |= {"filename": None, "sha1sum": None}
        if part is None or not self.takes:
            return {"error": "Filetype not allowed"}
        data = part.file.read()
        self.files[row["id"]] = data
        row |= {"filename": part.filename, "sha1sum": hashlib.sha1(data).hexdigest(), "mime": part.content_type}
        return {"name": part.filename, "size": len(data)}
