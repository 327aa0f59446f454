"""HTTP around a handler: which methods, types and languages; bodies within bounds; refusals as TMF's ``Error``."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import msgspec
from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from selfcare.deskserver.api import bounds
from selfcare.deskserver.context import Desk
from selfcare.deskserver.model import Anybody, DeskRefusal, Subscriber, System
from selfcare.i18n.catalogue import DESK, LANGUAGES, Catalogue

JSON = "application/json"
MERGE, PATCH = "application/merge-patch+json", "application/json-patch+json"
Handler = Callable[[Request], Awaitable[Response]]
_ALL = ("GET", "HEAD", "POST", "PATCH", "PUT", "DELETE", "OPTIONS", "TRACE")
_LOG = logging.getLogger(__name__)


def desk_of(request: Request) -> Desk:
    """The desk this request came to."""
    found: Desk = request.app.state.desk
    return found


def root(desk: Desk) -> str:
    """Its own address, as the outside has it."""
    return desk.settings.url.rstrip("/")


def route(path: str, methods: Mapping[str, Handler]) -> Route:
    """One path. A method it does not know is answered by 405 and those it does."""
    known = {**methods, **({"HEAD": methods["GET"]} if "GET" in methods else {})}
    allow = ", ".join([*known, "OPTIONS"])

    async def endpoint(request: Request) -> Response:
        handler = known.get(request.method)
        if request.method == "OPTIONS":
            return Response(status_code=204, headers={"Allow": allow})
        if handler is None:
            return error(request, DeskRefusal(405, "no_such_method"), {"Allow": allow})
        return await guarded(request, handler)

    return Route(path, endpoint, methods=list(_ALL))


async def guarded(request: Request, handler: Handler) -> Response:
    """Whatever happens, an answer a program can read."""
    try:
        return await handler(request)
    except DeskRefusal as refusal:
        return error(request, refusal, _more(refusal))
    except ClientDisconnect:
        return Response(status_code=400)  # nobody reads it
    except (SQLAlchemyError, OSError) as fault:  # a full disk, a database that is away: nothing was kept
        _LOG.error("%s %s %s", request.method, type(fault).__name__, where(fault))
        return error(request, DeskRefusal(503, "out_of_order"), {"Retry-After": "10"})
    except Exception as fault:
        _LOG.error("%s %s %s", request.method, type(fault).__name__, where(fault))
        return error(request, DeskRefusal(500, "our_fault"))


def where(fault: BaseException) -> str:
    """Files and lines: what a fault says itself may hold somebody's words."""
    every = traceback.extract_tb(fault.__traceback__)
    return " ".join(f"{one.filename.rpartition('/')[2]}:{one.lineno}" for one in every[-8:])


def _more(refusal: DeskRefusal) -> dict[str, str]:
    if refusal.status == 401:
        return {"WWW-Authenticate": 'Bearer realm="selfcare"'}
    again = refusal.values.get("again_s")
    if refusal.status in (503, 507) and again is None:
        return {"Retry-After": "10" if refusal.status == 503 else "300"}
    if refusal.status == 429 or again is not None:
        return {"Retry-After": str(int(again) if isinstance(again, int | float) else 60)}
    return {}


def error(request: Request, refusal: DeskRefusal, headers: Mapping[str, str] | None = None) -> Response:
    """``code`` is stable, ``reason`` a sentence, ``message`` the place in what was sent."""
    words = Catalogue(language(request), DESK)
    body = {"@type": "Error", "code": refusal.code, "reason": words.first(f"refusal.{refusal.code}", "refusal.other"),
            "status": str(refusal.status)}  # fmt: skip
    if where := refusal.values.get("where"):
        body["message"] = str(where)[:200]
    return answer(body, refusal.status, headers)


def language(request: Request) -> str:
    """The first that is asked for and that we have; else the desk's own."""
    for part in request.headers.get("accept-language", "")[:200].split(","):
        if (found := part.strip()[:2].lower()) in LANGUAGES:
            return found
    return desk_of(request).settings.language


def answer(body: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """JSON, for nobody's cache but where the headers say otherwise."""
    every = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", **(headers or {})}
    return Response(msgspec.json.encode(body), status, every, JSON)


async def known(request: Request) -> Subscriber | System:
    """Who asks.

    Raises:
        DeskRefusal: 401 ``who_are_you``.
    """
    who = await request.app.state.api_caller(request)
    if isinstance(who, Subscriber | System):
        return who
    raise DeskRefusal(
        401 if isinstance(who, Anybody) else 403, "who_are_you" if isinstance(who, Anybody) else "not_yours"
    )


def acceptable(request: Request) -> None:
    """406 where JSON is not wanted."""
    wanted = request.headers.get("accept", "*/*")[:1000].lower()
    kinds = [part.partition(";") for part in wanted.split(",")]
    if not any(kind.strip() in ("*/*", "application/*", JSON) and "q=0" not in rest.replace("q=0.", "").split()
               for kind, _, rest in kinds):  # fmt: skip
        raise DeskRefusal(406, "json_only")


def kind_of(request: Request, *good: str) -> str:
    """Of the body, without parameters.

    Raises:
        DeskRefusal: 415 ``body_kind``.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in good or request.headers.get("content-encoding", "identity").lower() not in ("", "identity"):
        raise DeskRefusal(415, "body_kind", where=", ".join(good))
    return kind


async def said(request: Request, most: int) -> Any:
    """The JSON of a request of at most so many bytes."""
    length = request.headers.get("content-length", "")
    if length.isdecimal() and int(length[:18]) > most:
        raise DeskRefusal(413, "too_large")
    pieces, size = [], 0
    async for piece in request.stream():
        size += len(piece)
        if size > most:
            raise DeskRefusal(413, "too_large")
        pieces.append(piece)
    return bounds.decoded(b"".join(pieces))


def address(request: Request) -> str:
    """Of the machine that asks, for the audit."""
    return request.client.host if request.client else ""
