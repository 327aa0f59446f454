"""TMF656 ServiceProblem: outages that agents have declared. Public, without a name or a line in it."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from selfcare.deskserver.api import outgoing, query, talk
from selfcare.deskserver.api.bounds import iso
from selfcare.deskserver.core import outages
from selfcare.deskserver.model import DeskRefusal

API = "/tmf-api/serviceProblemManagement"
_FRESH = {"Cache-Control": "public, max-age=60", "Vary": "Accept-Language"}


async def listing(request: Request, version: str) -> Response:
    """Those that are open, newest first, in the language asked for."""
    talk.acceptable(request)
    wish = query.wished([(name, value) for name, value in request.query_params.multi_items() if name != "status"], True)
    every = await _every(request, version)
    if status := request.query_params.get("status"):
        every = [one for one in every if one["status"] == status]
    part = [outgoing.only(one, wish.fields) for one in every[wish.offset : wish.offset + wish.limit]]
    headers = {"X-Total-Count": str(len(every)), "X-Result-Count": str(len(part)), **_FRESH}
    return talk.answer(part, 200 if len(part) == len(every) else 206, headers)


async def one(request: Request, version: str) -> Response:
    """By its id."""
    talk.acceptable(request)
    for found in await _every(request, version):
        if found["id"] == request.path_params["id"]:
            return talk.answer(outgoing.only(found, request.query_params.get("fields", "")), 200, _FRESH)
    raise DeskRefusal(404, "problem_unknown")


async def _every(request: Request, version: str) -> list[dict[str, Any]]:
    desk = talk.desk_of(request)
    now = desk.now()
    found = await desk.database.read(lambda c: outages.current(c, now))
    language = talk.language(request)
    base = f"{talk.root(desk)}{API}/{version}/serviceProblem"
    return [_problem(one, language, base, now) for one in found]


def _problem(one: outages.Outage, language: str, base: str, now: int) -> dict[str, Any]:
    text = (one.text_en or one.text_fr) if language == "en" else (one.text_fr or one.text_en)
    body = {
        "@type": "ServiceProblem", "id": one.ref, "href": f"{base}/{one.ref}", "name": text[:100],
        "description": text, "category": "serviceProvider.declarer", "priority": 1, "status": "inProgress",
        "creationDate": iso(one.since or one.created_at),
    }  # fmt: skip
    ahead = one.promised_at is not None and one.promised_at > now  # one that has passed would say that it is over
    return body | ({"resolutionDate": iso(one.promised_at or 0)} if ahead else {})
