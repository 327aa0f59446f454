"""The desks that are swept: which server, with which habits, how it is spoken to, and what it has in the end."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from selfcare.desks.choose import desk_of
from selfcare.desks.port import Desk
from selfcare.desks.rt import RtDesk
from selfcare.desks.tmf621 import Tmf621Desk
from selfcare.model.support import DeskEndpoint, DeskKind
from tests.desks.rt_fake import ABONNE, RtFake, RtTicket, _is_double
from tests.desks.samples import signed_in
from tests.desks.tmf_server import BASES, TmfServer

WHOLE_S = 0.3
"""Seconds that a request may take: real ones, and the only ones in a run."""


class Served(Protocol):
    """A desk's server. ``path``: of its API."""

    path: str

    async def start(self) -> int: ...
    async def stop(self) -> None: ...
    def label(self, method: str, path: str) -> str: ...
    def state(self) -> dict[str, Any]:
        """``live``: what a person there would count; ``made``: all that were ever filed."""
        ...


@dataclass(frozen=True)
class Habit:
    """``tells_twice``: a file or a note that the network delivers twice at once is there once. Where not, it makes
    two of them, and no sender can do anything about it: the desk has no way of taking one back."""

    served: Callable[[], Served]
    desk: Callable[[str], Desk]
    tells_twice: bool = False


class Tmf:
    def __init__(self, version: str, **habits: Any) -> None:
        self.server = TmfServer(version, **habits)
        self.path = BASES[version]

    async def start(self) -> int:
        await self.server.__aenter__()
        return int(self.server.root.rpartition(":")[2])

    async def stop(self) -> None:
        await self.server.__aexit__()

    def label(self, method: str, path: str) -> str:
        return {"POST": "create", "PATCH": "change"}.get(method, "search" if "?" in path else "read")

    def state(self) -> dict[str, Any]:
        live = [one for one in self.server.tickets if one["status"] != "cancelled" and "duplicate of" not in str(one)]
        return {"made": len(self.server.tickets), "live": [self._shown(one) for one in live]}

    @staticmethod
    def _shown(one: dict[str, Any]) -> dict[str, Any]:
        files = [(f["name"], _sha(base64.b64decode(f.get("content") or ""))) for f in one.get("attachment", ())]
        return {"number": one["id"], "files": files, "notes": [note["text"] for note in one.get("note", ())]}


class Rt:
    """After a merge RT keeps what the copy had under the ticket that counts: a file of a copy is not a second one."""

    path = "/rt"

    def __init__(self, **habits: Any) -> None:
        self.server = RtFake(**habits)

    async def start(self) -> int:
        await self.server.__aenter__()
        return int(re.findall(r":(\d+)/", self.server.url)[0])

    async def stop(self) -> None:
        await self.server.__aexit__()

    def label(self, method: str, path: str) -> str:
        step = path.partition("?")[0].removeprefix("/rt/REST/2.0/").split("/")
        if method == "POST":
            return "create" if step == ["ticket"] else "note"
        if method == "PUT":
            return "merge"
        return {"tickets": "search", "user": "who"}.get(step[0], "read")

    def state(self) -> dict[str, Any]:
        live = [one for one in self.server.tickets if one.into is None and not _is_double(one)]
        return {"made": len(self.server.tickets), "live": [self._shown(one) for one in live]}

    @staticmethod
    def _shown(one: RtTicket) -> dict[str, Any]:
        made = [letter for letter in one.letters if letter.kind == "Create"]
        each = [[(part.name, _sha(part.data)) for part in letter.parts if part.name] for letter in made]
        other = [(p.name, _sha(p.data)) for w in one.letters if w.kind != "Create" for p in w.parts if p.name]
        files = each[0] + other + [file for files in each[1:] if files != each[0] for file in files]
        notes = [" ".join(p.subject for p in w.parts) for w in one.letters if w.kind == "Correspond"]
        return {"number": str(one.id), "files": files, "notes": notes}


def _sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _tmf(kind: DeskKind, **extra: str) -> Callable[[str], Desk]:
    def made(url: str) -> Desk:
        desk = desk_of(DeskEndpoint(kind, url=url, extra=extra), signed_in(""))
        assert isinstance(desk, Tmf621Desk)
        desk._wire.whole_s = WHOLE_S
        return desk

    return made


def _rt(url: str) -> Desk:
    desk = RtDesk(DeskEndpoint(DeskKind.RT, url=url, extra={"field": "Selfcare"}), signed_in(f"token {ABONNE}"))
    desk._api.wire.whole_s = WHOLE_S
    return desk


V4, V5 = DeskKind.TMF621_V4, DeskKind.TMF621_V5
HABITS: dict[str, Habit] = {
    "tmf v5": Habit(lambda: Tmf("v5"), _tmf(V5)),
    "tmf v5, files apart": Habit(lambda: Tmf("v5"), _tmf(V5, attachments="apart")),
    "tmf v5, files apart, whole lists": Habit(
        lambda: Tmf("v5", json_patch=False), _tmf(V5, attachments="apart"), tells_twice=True
    ),
    "tmf v4, files apart": Habit(lambda: Tmf("v4"), _tmf(V4, attachments="apart"), tells_twice=True),
    "tmf v5, 409 to a second one": Habit(lambda: Tmf("v5", dedup="conflict"), _tmf(V5)),
    "rt": Habit(Rt, _rt),
    "rt, no merging": Habit(lambda: Rt(may_merge=False), _rt),
    "rt, no field": Habit(lambda: Rt(fields=()), _rt),
}
