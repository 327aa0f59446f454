"""Hubs: where the operator's systems are told what happens. Registered by systems alone; never at an inner address."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import ipaddress
import secrets
import socket
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from sqlalchemy import Connection, delete, func, insert, select
from starlette.requests import Request
from starlette.responses import Response

from selfcare.deskserver.access import audit
from selfcare.deskserver.api import talk
from selfcare.deskserver.api.bounds import line, refused, said
from selfcare.deskserver.api.outgoing import API
from selfcare.deskserver.api.versions import Version
from selfcare.deskserver.model import DeskRefusal, System
from selfcare.deskserver.schema import hubs

MOST: Final = 20
"""Hubs of one system."""
BODY: Final = 16 * 1024
EVENTS: Mapping[str, str] = {
    "create": "TroubleTicketCreateEvent", "attribute": "TroubleTicketAttributeValueChangeEvent",
    "status": "TroubleTicketStatusChangeEvent", "resolved": "TroubleTicketResolvedEvent",
    "information": "TroubleTicketInformationRequiredEvent", "delete": "TroubleTicketDeleteEvent",
}  # fmt: skip


async def create(request: Request, version: Version) -> Response:
    """201. The same callback and query of the same system twice is one hub."""
    who = await _system(request)
    talk.acceptable(request)
    talk.kind_of(request, talk.JSON)
    desk = talk.desk_of(request)
    body = await talk.said(request, BODY)
    if not isinstance(body, dict) or "callback" not in body:
        raise refused("missing", "callback")
    callback = said(body["callback"], "callback", 1000).strip()
    wanted = line(said(body.get("query") or "", "query", 500))
    events_of(wanted)
    await checked(callback, inside_allowed(desk.settings))

    def do(c: Connection) -> str:
        own = (hubs.c.system == who.label, hubs.c.version == version.name)
        same = select(hubs.c.ref).where(*own, hubs.c.callback == callback, hubs.c.query == wanted)
        if there := c.execute(same).scalar():
            return str(there)
        if (c.execute(select(func.count()).select_from(hubs).where(hubs.c.system == who.label)).scalar() or 0) >= MOST:
            raise DeskRefusal(409, "too_many_entries")
        ref, now = f"H-{secrets.token_hex(8)}", desk.now()
        c.execute(insert(hubs).values(ref=ref, callback=callback, query=wanted, system=who.label,
                                      version=version.name, created_at=now))  # fmt: skip
        audit.told(c, who, "hub", f"hub:{ref}", now, callback)
        return ref

    shown = _shown(await desk.database.write(do), callback, wanted, version, talk.root(desk))
    where = f"{talk.root(desk)}{API}/{version.name}/hub/{shown['id']}"
    return talk.answer(shown, 201, {"Location": where, "X-Selfcare-Hub-Key": key_of(desk.secret, shown["id"])})


async def one(request: Request, version: Version) -> Response:
    """Of one's own."""
    who = await _system(request)
    desk, ref = talk.desk_of(request), request.path_params["id"]
    where = (hubs.c.ref == ref, hubs.c.system == who.label, hubs.c.version == version.name)
    row = await desk.database.read(lambda c: c.execute(select(hubs).where(*where)).mappings().first())
    if row is None:
        raise DeskRefusal(404, "hub_unknown")
    return talk.answer(_shown(ref, row["callback"], row["query"], version, talk.root(desk)))


async def remove(request: Request, version: Version) -> Response:
    """204; another system's is not there."""
    who = await _system(request)
    desk, ref = talk.desk_of(request), request.path_params["id"]

    def do(c: Connection) -> None:
        own = (hubs.c.ref == ref, hubs.c.system == who.label, hubs.c.version == version.name)
        if not c.execute(delete(hubs).where(*own)).rowcount:
            raise DeskRefusal(404, "hub_unknown")
        audit.told(c, who, "unhub", f"hub:{ref}", desk.now())

    await desk.database.write(do)
    return Response(status_code=204)


async def _system(request: Request) -> System:
    who = await talk.known(request)
    if not isinstance(who, System):
        raise DeskRefusal(403, "not_yours")
    return who


def _shown(ref: str, callback: str, wanted: str, version: Version, root: str) -> dict[str, Any]:
    body = {"id": ref, "callback": callback, **({"query": wanted} if wanted else {})}
    return {"@type": "Hub", "href": f"{root}{API}/v5/hub/{ref}", **body} if version.rich else body


def key_of(secret: bytes, ref: str) -> str:
    """What events for this hub are signed with: said once more each time the same hub is asked for."""
    return hmac.new(secret, f"hub:{ref}".encode(), hashlib.sha256).hexdigest()


def events_of(wanted: str) -> frozenset[str]:
    """Names of events: ``eventType=A,B`` or ``eventType=A&eventType=B``; "" is all.

    Raises:
        DeskRefusal: 400 ``query_unknown``: it says something else.
    """
    if not wanted:
        return frozenset(EVENTS.values())
    found: set[str] = set()
    for part in wanted.split("&"):
        name, _, value = part.partition("=")
        names = {one.strip() for one in value.split(",")}
        if name.strip() != "eventType" or not names <= set(EVENTS.values()):
            raise refused("query_unknown", "query")
        found |= names
    return frozenset(found)


def inside_allowed(settings: Any) -> frozenset[str]:
    """Hosts the settings allow by http, or inside (``hubs.inside``); nobody else's program can add one."""
    return frozenset(one.lower() for one in getattr(settings, "hubs_inside", ()))


async def checked(callback: str, inside: frozenset[str]) -> list[str]:
    """The addresses it may be called at now: looked up again before each call, and called at exactly these.

    Raises:
        DeskRefusal: 422 ``callback``: no https, a password in it, or an address of the desk's own network.
    """
    try:
        url = urlsplit(callback)
        host, port = (url.hostname or "").lower(), url.port
    except ValueError:
        raise DeskRefusal(422, "callback") from None
    good = url.scheme == "https" or (url.scheme == "http" and host in inside)
    if not (good and host) or url.username is not None or url.fragment or not callback.isprintable():
        raise DeskRefusal(422, "callback")
    loop = asyncio.get_running_loop()
    try:
        known = await loop.getaddrinfo(host, port or (443 if url.scheme == "https" else 80), type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise DeskRefusal(422, "callback") from None
    found = list(dict.fromkeys(str(one[4][0]) for one in known))
    if not found or (host not in inside and not all(map(_outside, found))):
        raise DeskRefusal(422, "callback")
    return found


_CARRIES = tuple(map(ipaddress.ip_network, ("::/96", "64:ff9b::/96", "64:ff9b:1::/48")))
"""An IPv4 address in IPv6's clothes, translated on the way: which one is the network's affair."""


def _outside(text: str) -> bool:
    address = ipaddress.ip_address(text.partition("%")[0])
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
        if inner is not None:
            return inner.is_global and not inner.is_multicast
        if any(address in one for one in _CARRIES):
            return False
    return address.is_global and not address.is_multicast
