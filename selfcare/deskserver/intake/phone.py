"""``/d``: what a phone opens from a QR picture. The code is behind ``#``, which no browser sends to anybody.

A small script reads it there, says what would be sent, and sends it after a tap; without script there is a field.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any
from urllib.parse import parse_qs

from jinja2 import Environment, StrictUndefined
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from selfcare.deskserver.access.pace import MINUTE, Window, address_of, network
from selfcare.deskserver.access.registering import language_of
from selfcare.deskserver.context import Desk
from selfcare.deskserver.intake.codes import take_from
from selfcare.deskserver.model import Anybody, DeskRefusal
from selfcare.i18n import Catalogue
from selfcare.i18n.catalogue import DESK
from selfcare.report.codes import MOST_TEXT

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'"
)
_HEADERS = {"Content-Security-Policy": POLICY, "Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
_BODY = 4 * MOST_TEXT


@dataclass(slots=True)
class Paces:
    """Of one process. Phones share a carrier's address, most of all when their homes have an outage together.

    Codes of keys that nobody registered cost nothing to make: of these there are few.
    """

    address: Window = field(default_factory=lambda: Window(300, 10 * MINUTE))
    strangers: Window = field(default_factory=lambda: Window(20, 10 * MINUTE))
    all: Window = field(default_factory=lambda: Window(3000, MINUTE))


def routes() -> list[BaseRoute]:
    """The page, its script and style, and where it posts to."""
    return [
        Route("/d", _page, methods=["GET"]),
        Route("/d", _form, methods=["POST"]),
        Route("/d/phone.js", _script, methods=["GET"]),
        Route("/d/phone.css", _style, methods=["GET"]),
        Route("/codes", _codes, methods=["POST"]),
    ]


async def _page(request: Request) -> Response:
    return _drawn(request)


async def _form(request: Request) -> Response:
    """Without script: what was pasted."""
    try:
        fields = parse_qs((await _body(request)).decode("ascii"), max_num_fields=5)
        filed = await _taken(request, fields.get("text", [""])[0])
    except (ValueError, UnicodeDecodeError):
        return _drawn(request, 422, problem="code_unreadable")
    except DeskRefusal as error:
        return _drawn(request, error.status, problem=error.code, values=error.values)
    return _drawn(request, number=filed)


async def _codes(request: Request) -> Response:
    """``{"text"}`` → ``{"number"}``; or ``{"error", "text"}``."""
    try:
        try:
            told = json.loads(await _body(request))
        except (ValueError, RecursionError):
            raise DeskRefusal(422, "code_unreadable") from None
        text = told.get("text") if isinstance(told, dict) else None
        if not isinstance(text, str):
            raise DeskRefusal(422, "code_unreadable")
        return JSONResponse({"number": await _taken(request, text)}, 201, {"Cache-Control": "no-store"})
    except DeskRefusal as error:
        words = Catalogue(language_of(request), DESK)
        said = {"error": error.code, "text": words.text(f"refusal.{error.code}", **error.values)}
        return JSONResponse(said, error.status, {"Cache-Control": "no-store"})


async def _taken(request: Request, text: str) -> str:
    """The number to say."""
    desk, paces, address = _desk(request), _paces(request), address_of(request)
    now, whose = desk.now(), network(address)
    if paces.address.wait(whose, now) or paces.all.wait("", now):
        raise DeskRefusal(429, "intake_often")
    paces.address.count(whose, now)
    paces.all.count("", now)
    strangers = not paces.strangers.wait(whose, now)
    filed, known = await take_from(desk, text.strip(), Anybody(), address, strangers)
    if not known:
        paces.strangers.count(whose, now)
    return filed.ref


async def _body(request: Request) -> bytes:
    found = bytearray()
    async for piece in request.stream():
        found += piece
        if len(found) > _BODY:
            raise DeskRefusal(413, "code_too_large")
    return bytes(found)


def _drawn(
    request: Request, status: int = 200, problem: str = "", number: str = "", values: dict[str, object] | None = None
) -> Response:  # fmt: skip
    desk, language = _desk(request), language_of(request)
    words = Catalogue(language, DESK)
    text = _template().render(
        t=words.text, language=language, operator=desk.settings.operator, number=number,
        problem=words.text(f"refusal.{problem}", **(values or {})) if problem else "",
    )  # fmt: skip
    return Response(text, status, {**_HEADERS, "Vary": "Accept-Language"}, "text/html; charset=utf-8")


async def _script(_request: Request) -> Response:
    return Response(_static("phone.js"), 200, {"Cache-Control": "no-cache"}, "text/javascript; charset=utf-8")


async def _style(_request: Request) -> Response:
    return Response(_static("phone.css"), 200, {"Cache-Control": "no-cache"}, "text/css; charset=utf-8")


@cache
def _static(name: str) -> bytes:
    return files("selfcare.deskserver.intake").joinpath("phone", name).read_bytes()


@cache
def _template() -> Any:
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    return environment.from_string(_static("page.html").decode())


def _desk(request: Request) -> Desk:
    desk: Desk = request.app.state.desk
    return desk


def _paces(request: Request) -> Paces:
    state = request.app.state
    if not isinstance(getattr(state, "code_paces", None), Paces):
        state.code_paces = Paces()
    return state.code_paces  # type: ignore[no-any-return]
