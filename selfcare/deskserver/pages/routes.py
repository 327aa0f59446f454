"""The agents' pages by their addresses."""

from __future__ import annotations

import hashlib
from functools import cache

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from selfcare.deskserver.model import DeskRefusal
from selfcare.deskserver.pages import act, decode, outages, queue, reports, subscriber, ticket
from selfcare.deskserver.pages.draw import HERE

_STATIC = {
    "style.css": "text/css; charset=utf-8",
    "keys.js": "text/javascript; charset=utf-8",
    "icon.svg": "image/svg+xml",
}


def routes() -> list[BaseRoute]:
    """Queue, ticket, files, codes; and what the pages look like."""
    return [
        Route("/", queue.page),
        Route("/next", queue.following),
        Route("/static/{name}", static),
        Route("/decode", decode.page, methods=["GET"]),
        Route("/decode", decode.decode, methods=["POST"]),
        Route("/decode/ticket", decode.make, methods=["POST"]),
        Route("/outages", outages.page, methods=["GET"]),
        Route("/outages", outages.declare, methods=["POST"]),
        Route("/outages/{ref}/answer", outages.answer, methods=["POST"]),
        Route("/outages/{ref}/close", outages.close, methods=["POST"]),
        Route("/s/{id:int}", subscriber.page),
        Route("/t/{ref}", ticket.page),
        Route("/t/{ref}/report/{file}", reports.page),
        Route("/t/{ref}/report/{file}/page", reports.frame),
        Route("/t/{ref}/file/{file}", reports.download),
        Route("/t/{ref}/{what}", act.act, methods=["POST"]),
    ]


async def static(request: Request) -> Response:
    """One of our own files: no path is ever made of what was asked for."""
    name = request.path_params["name"]
    if name not in _STATIC:
        raise DeskRefusal(404, "page_unknown")
    data, tag = _file(name)
    headers = {"etag": tag, "cache-control": "no-cache", "x-content-type-options": "nosniff"}
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    return Response(data, headers={**headers, "content-type": _STATIC[name]})


@cache
def _file(name: str) -> tuple[bytes, str]:
    data = (HERE / "static" / name).read_bytes()
    return data, f'"{hashlib.sha256(data).hexdigest()[:16]}"'
