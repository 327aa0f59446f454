"""What is answered when something is not done: a page with our words for a browser, JSON for a program."""

from __future__ import annotations

import html

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from selfcare.deskserver.access.guard import Elsewhere
from selfcare.deskserver.context import Desk
from selfcare.deskserver.model import DeskRefusal
from selfcare.i18n.catalogue import DESK, Catalogue

_BY_STATUS = {404: "not_found", 405: "method", 413: "request_large", 408: "too_slow", 400: "odd_request"}


async def elsewhere(_request: Request, error: Elsewhere) -> Response:
    """Go there first."""
    return RedirectResponse(error.to, 303)


async def refused(request: Request, error: DeskRefusal) -> Response:
    """In the language that was asked for."""
    return refusal(request, error)


async def unknown(request: Request, error: HTTPException) -> Response:
    """What Starlette itself refuses: no such page, no such method."""
    answer = refusal(request, DeskRefusal(error.status_code, _BY_STATUS.get(error.status_code, "odd_request")))
    for name, value in (error.headers or {}).items():
        answer.headers[name] = value
    return answer


def refusal(request: Request, error: DeskRefusal) -> Response:
    """A page where a browser asked, else JSON as TMF630 wants it."""
    words, desk = words_of(request), request.app.state.desk
    said = sentence(words, error)
    headers = {}
    if error.status in (429, 503):
        headers["Retry-After"] = str(error.values.get("seconds", 5))
    if error.status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    if error.status == 408:  # the rest of it is not waited for; what is too large is let by, so that this is read
        headers["Connection"] = "close"
    if wants_page(request):
        return HTMLResponse(_page(words, desk.settings.operator, said), error.status, headers)
    body = {"code": error.code, "reason": said, "status": str(error.status)}
    if request.url.path.startswith("/tmf-api"):
        body["@type"] = "Error"
    return JSONResponse(body, error.status, headers)


def wants_page(request: Request) -> bool:
    """A browser says that it takes HTML; the API's addresses never answer a page."""
    return "text/html" in request.headers.get("accept", "") and not request.url.path.startswith("/tmf-api")


def words_of(request: Request) -> Catalogue:
    """In the agent's language; of who is not signed in, in the browser's; else in the desk's."""
    desk: Desk = request.app.state.desk
    agent = getattr(request.state, "agent", None)
    first = request.headers.get("accept-language", "")[:2].lower()
    browser = first if first in ("fr", "en") else desk.settings.language
    return Catalogue(getattr(agent, "language", "") or browser, DESK)


def sentence(words: Catalogue, error: DeskRefusal) -> str:
    """Of a refusal."""
    key = f"refusal.{error.code}"
    return words.text(key, **error.values) if words.has(key) else words.text("refusal.odd_request")


def _page(words: Catalogue, operator: str, said: str) -> str:
    """Without a template: it has to come whatever is broken."""
    shown = [
        html.escape(one) for one in (words.language, operator, words.text("web.not_done"), said, words.text("web.back"))
    ]
    return (
        '<!DOCTYPE html>\n<html lang="{}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><title>{}</title>'
        '<link rel="stylesheet" href="/static/style.css"></head>'
        '<body class="alone"><main id="content"><h1>{}</h1><p role="alert">{}</p>'
        '<p><a href="/">{}</a></p></main></body></html>\n'
    ).format(*shown)
