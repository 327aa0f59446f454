"""PATCH over HTTP: merge patch (both versions) and JSON Patch (v5), with ``If-Match``."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import Response

from selfcare.deskserver.access import audit
from selfcare.deskserver.api import jsonpatch, patch, talk
from selfcare.deskserver.api.bounds import refused
from selfcare.deskserver.api.tickets import etag, precondition, stored, theirs, whole_of
from selfcare.deskserver.api.versions import Version
from selfcare.deskserver.model import Subscriber, System, Whole


async def change(request: Request, version: Version) -> Response:
    """200 with the ticket as it is now."""
    who = await talk.known(request)
    talk.acceptable(request)
    kind = talk.kind_of(request, *version.patches)
    desk, ref = talk.desk_of(request), request.path_params["id"]
    body = await talk.said(request, desk.settings.limits.body)
    before: Whole = await desk.database.read(lambda c: theirs(c, who, ref))
    precondition(request, before)
    fields = _fields(version, body, kind, before, who)
    wish = patch.read(fields, desk.settings.limits.file)
    await stored(request, who, wish.files)

    def do(c: Connection) -> Whole:
        now = desk.now()
        whole = theirs(c, who, ref)
        precondition(request, whole)
        patch.done(c, whole, wish, who, now, desk.settings.limits)
        if isinstance(who, System):
            audit.told(
                c, who, "change", f"ticket:{whole.head.ref}", now, ", ".join(sorted(fields)), talk.address(request)
            )
        return whole_of(c, whole.head.id)

    after = await desk.database.write(do)
    for name in ("events", "reading"):
        desk.wake(name)
    shown = version.shown(after, talk.root(desk), isinstance(who, System), request.query_params.get("fields", ""))
    return talk.answer(shown, 200, {"ETag": etag(after)})


def _fields(version: Version, body: Any, kind: str, before: Whole, who: Subscriber | System) -> dict[str, Any]:
    """Checked, in v5's shape; None: to be taken away."""
    if kind == talk.PATCH:
        body = jsonpatch.changed(version.shown(before, "", isinstance(who, System)), body)
    if not isinstance(body, dict):
        raise refused("wrong_type", "$")
    gone = {name: None for name, value in body.items() if value is None}
    found = version.read(body)
    if "@type" not in body:
        found.pop("@type", None)
    return {**gone, **found}
