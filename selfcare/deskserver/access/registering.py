"""``/register``: the three requests of ``selfcare.desks.register``, as the client makes them.

``POST /installs`` answers alike for every address and contract: what the operator knows of them it does not tell.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from urllib.parse import parse_qs

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from selfcare.deskserver.access import assertions, counted, installs, tokens
from selfcare.deskserver.access.audit import told_as
from selfcare.deskserver.access.pace import MINUTE, Window, address_of, network
from selfcare.deskserver.context import Desk
from selfcare.deskserver.intake import post
from selfcare.deskserver.intake.letters import confirmation
from selfcare.deskserver.model import DeskRefusal

BODY = 16 * 1024
"""Bytes: an assertion has 500, a registration 600."""
HOUR, DAY = 60 * MINUTE, 24 * 60 * MINUTE
CODES_HOUR, CODES_DAY = 5, 10
"""That a mailbox gets at most, whoever asks for them; an hour's also of one key."""
_FAST = {"Cache-Control": "no-store"}


@dataclass(slots=True)
class Paces:
    """Of one process: what is over costs it nothing. What a mailbox gets all processes count together."""

    mail: Window = field(default_factory=lambda: Window(CODES_HOUR, HOUR))
    mail_day: Window = field(default_factory=lambda: Window(CODES_DAY, DAY))
    key: Window = field(default_factory=lambda: Window(CODES_HOUR, HOUR))
    address: Window = field(default_factory=lambda: Window(200, HOUR))  # many homes share one address of a carrier
    tries: Window = field(default_factory=lambda: Window(120, 10 * MINUTE))
    bad_assertions: Window = field(default_factory=lambda: Window(60, MINUTE))


def routes() -> list[BaseRoute]:
    """Below ``/register``; the profile's ``register`` is that address."""
    return [
        Route("/register/installs", _answered(_install), methods=["POST"]),
        Route("/register/installs/{install}/confirmation", _answered(_confirmation), methods=["POST"]),
        Route("/register/token", _answered(_token, oauth=True), methods=["POST"]),
    ]


async def _install(request: Request) -> Response:
    desk, paces, at = _desk(request), _paces(request), _now(request)
    whose = network(address_of(request))
    _wait(paces.address, whose, at)
    paces.address.count(whose, at)
    said = installs.read(_json(await _body(request)), at)
    key = said.public_key.hex()
    for window, name in ((paces.key, key), (paces.mail, said.mail), (paces.mail_day, said.mail)):
        _wait(window, name, at)
    for window, name in ((paces.key, key), (paces.mail, said.mail), (paces.mail_day, said.mail)):
        window.count(name, at)
    language = language_of(request)

    def write(c: Connection) -> str:
        _within(c, desk, said, at)
        name, code = installs.asked(c, said, desk.secret, at)
        letter = confirmation(desk.settings.operator, said.mail, code, language)
        post.put(c, desk.secret, letter, desk.settings.mail, at, installs.CODE_MS)
        return name

    name = await desk.database.write(write)
    desk.wake("post")
    return JSONResponse({"install": name}, 202, _FAST)


def _within(c: Connection, desk: Desk, said: installs.Asked, now: int) -> None:
    """The same bounds once more, of all processes together: a mailbox is somebody's who asked for nothing."""
    for kind, what, most, every in (
        ("code-key", said.public_key.hex(), CODES_HOUR, HOUR),
        ("code-hour", said.mail, CODES_HOUR, HOUR),
        ("code-day", said.mail, CODES_DAY, DAY),
    ):
        count, left = counted.again(c, counted.name_of(desk.secret, kind, what), now, every)
        if count > most:
            raise DeskRefusal(429, "intake_often", wait=-(-left // 1000))


async def _confirmation(request: Request) -> Response:
    desk, paces, at = _desk(request), _paces(request), _now(request)
    whose, name = network(address_of(request)), request.path_params["install"]
    _wait(paces.tries, whose, at)
    paces.tries.count(whose, at)
    told = _json(await _body(request))
    code = told.get("code") if isinstance(told, dict) else None
    if not isinstance(code, str) or not 0 < len(code) <= 40 or len(name) > installs.FIELD:
        raise DeskRefusal(403, "register_code")

    def tried(c: Connection) -> installs.Outcome:
        found = installs.confirmed(c, name, code, desk.secret, at)
        if found != "late":  # of names that nobody has, or long past, strangers could write without end
            told_as(c, f"install:{name}", "confirm", f"install:{name}", at, found, address_of(request))
        return found

    outcome = await desk.database.write(tried)
    if outcome != "right":
        raise DeskRefusal(*((403, "register_code") if outcome == "wrong" else (410, "register_late")))
    return Response(status_code=204, headers=_FAST)


async def _token(request: Request) -> Response:
    """Signatures that hold are as many as they like; what does not hold is paced by address."""
    desk, paces, at = _desk(request), _paces(request), _now(request)
    whose = network(address_of(request))
    _wait(paces.bad_assertions, whose, at)
    try:
        text = _assertion(await _body(request), request.headers.get("content-type", ""))
        said, audience = assertions.read(text), desk.settings.url.rstrip("/") + "/register/token"

        def given(c: Connection) -> str:
            name, subscriber = assertions.checked(c, said, audience, at)
            return tokens.make_install(c, name, subscriber, at)

        token = await desk.database.write(given)
    except DeskRefusal:
        paces.bad_assertions.count(whose, at)
        raise
    told = {"access_token": token, "token_type": "Bearer", "expires_in": tokens.INSTALL_S}
    return JSONResponse(told, headers={**_FAST, "Pragma": "no-cache"})


def _assertion(body: bytes, kind: str) -> str:
    if kind.partition(";")[0].strip().lower() != "application/x-www-form-urlencoded":
        raise DeskRefusal(400, "token_form")
    try:
        form = parse_qs(body.decode("ascii"), max_num_fields=10, strict_parsing=True)
    except (ValueError, UnicodeDecodeError):
        raise DeskRefusal(400, "token_form") from None
    if form.get("grant_type") != [assertions.GRANT]:
        raise DeskRefusal(400, "token_grant")
    given = form.get("assertion", [])
    if len(given) != 1:
        raise DeskRefusal(400, "token_form")
    return given[0]


def _answered(
    do: Callable[[Request], Awaitable[Response]], oauth: bool = False
) -> Callable[[Request], Awaitable[Response]]:
    """Refusals as JSON; of the token endpoint as OAuth has them (RFC 6749 §5.2)."""

    async def answer(request: Request) -> Response:
        try:
            return await do(request)
        except DeskRefusal as error:
            told = {"error": _oauth(error), "error_description": error.code} if oauth else {"error": error.code}
            wait = error.values.get("wait")
            after = {"Retry-After": str(wait)} if wait is not None else {}
            return JSONResponse(told, error.status, {**_FAST, **after})

    return answer


def _oauth(error: DeskRefusal) -> str:
    if error.code == "token_grant":
        return "unsupported_grant_type"
    return "invalid_grant" if error.code.startswith("assertion_") else "invalid_request"


async def _body(request: Request) -> bytes:
    found = bytearray()
    async for piece in request.stream():
        found += piece
        if len(found) > BODY:
            raise DeskRefusal(413, "intake_large")
    return bytes(found)


def _json(body: bytes) -> object:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        raise DeskRefusal(400, "register_form") from None


def _wait(window: Window, key: str, now: int) -> None:
    left = window.wait(key, now)
    if left:
        raise DeskRefusal(429, "intake_often", wait=-(-left // 1000))


def language_of(request: Request) -> str:
    """The first of ours that the browser asks for; else the desk's."""
    desk: Desk = request.app.state.desk
    for one in request.headers.get("accept-language", "")[:200].lower().split(","):
        if one.strip()[:2] in ("fr", "en"):
            return one.strip()[:2]
    return desk.settings.language


def _desk(request: Request) -> Desk:
    desk: Desk = request.app.state.desk
    return desk


def _now(request: Request) -> int:
    return _desk(request).now()


def _paces(request: Request) -> Paces:
    state = request.app.state
    if not isinstance(getattr(state, "register_paces", None), Paces):
        state.register_paces = Paces()
    return state.register_paces  # type: ignore[no-any-return]
