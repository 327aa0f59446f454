"""How a page asks who is there, and how it takes a form.

.. code-block:: python

    async def answer(request):
        agent = await signed_in(request, Role.AGENT)    # else: to /login and back, or 403
        form = await form_of(request)                   # POST: the token, the origin and the bounds are seen to
        text = form["text"]; chosen = form.many("ticket"); files = form.files("file")

Each form of a page has ``<input type="hidden" name="csrf" value="{{ agent.csrf }}">``.
"""

from __future__ import annotations

import hmac
import re
from urllib.parse import quote, urlsplit

from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request

from selfcare.deskserver.access import sessions
from selfcare.deskserver.access.may import AGENTS, Act
from selfcare.deskserver.context import Desk
from selfcare.deskserver.model import Agent, DeskRefusal, Role

FIELDS, FILES, FIELD_BYTES = 600, 20, 256 * 1024
FORM_BYTES = 512 * 1024
"""Of a form without files: two texts of 4,000 signs, nine octets each at most, and a few hundred ticks."""
_ODD = re.compile("[\0\ud800-\udfff]")  # no database takes them, and no browser sends them


class Elsewhere(Exception):
    """Go there first (``to``: a path of ours)."""

    def __init__(self, to: str) -> None:
        super().__init__(to)
        self.to = to


class Form(dict[str, str]):
    """The last value of each field; a field that was not sent is "", as one that was left empty."""

    def __init__(self, pairs: list[tuple[str, str | UploadFile]]) -> None:
        super().__init__((name, value) for name, value in pairs if isinstance(value, str))
        self._pairs = pairs

    def __missing__(self, _name: str) -> str:
        return ""

    def many(self, name: str) -> list[str]:
        """All values of it."""
        return [value for key, value in self._pairs if key == name and isinstance(value, str)]

    def files(self, name: str) -> list[UploadFile]:
        """Those that were chosen (a browser sends an empty one where none was)."""
        return [one for key, one in self._pairs if key == name and isinstance(one, UploadFile) and one.filename]


async def signed_in(request: Request, need: Role | Act = Role.READER) -> Agent:
    """The agent, who may this.

    Raises:
        Elsewhere: nobody is signed in: to the login page, and back.
        DeskRefusal: 403, it may not.
    """
    agent = await request.app.state.agent_of(request)
    if not isinstance(agent, Agent):
        raise Elsewhere("/login" + back_to(request))
    request.state.agent = agent
    if not agent.may(AGENTS[need] if isinstance(need, Act) else need):
        raise DeskRefusal(403, "not_allowed")
    return agent


async def proved(request: Request, need: Role | Act = Role.ADMIN) -> Agent:
    """As :func:`signed_in`, and it has shown who it is within the last minutes; else to ``/prove``, and back."""
    agent = await signed_in(request, need)
    desk: Desk = request.app.state.desk
    now = desk.now()
    if not await desk.database.read(lambda c: sessions.proved(c, agent.session, now)):
        raise Elsewhere("/prove" + back_to(request))
    return agent


def back_to(request: Request) -> str:
    """``?next=…`` for a page that can be gone back to."""
    where = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    if request.method != "GET":  # what was typed is lost; the page it was typed on is not
        host, path = _place(request.headers.get("referer", ""))
        where = path if host == request.headers.get("host", "").lower() else "/"
    return "?next=" + quote(where, safe="/") if local(where) != "/" else ""


def local(path: str) -> str:
    """A path of this desk, whatever a stranger has written into ``next``; else ``/``."""
    plain = path.startswith("/") and not path.startswith(("//", "/\\")) and len(path) < 1000
    return path if plain and path.isprintable() and "\\" not in path else "/"


async def form_of(request: Request, token: bool = True) -> Form:
    """What was typed, from one of our own pages. Without ``token``: a form of who need not be signed in.

    Raises:
        DeskRefusal: 403 another site's form, or one of a session that is over; 413, 400 out of bounds.
    """
    _same_origin(request)
    form = await _read(request, files=token)
    agent = await request.app.state.agent_of(request)
    # who is not signed in has no session to misuse: the origin alone counts (login, welcome)
    if token and isinstance(agent, Agent) and not hmac.compare_digest(form["csrf"].encode(), agent.csrf.encode()):
        raise DeskRefusal(403, "form_old")
    return form


async def _read(request: Request, files: bool) -> Form:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in ("application/x-www-form-urlencoded", "multipart/form-data"):
        raise DeskRefusal(415, "form_type")
    if kind != "multipart/form-data":
        await _demand_few(request)
    elif not files:
        raise DeskRefusal(415, "form_type")
    try:
        read = await request.form(max_files=FILES, max_fields=FIELDS, max_part_size=FIELD_BYTES)
    except (HTTPException, ValueError):  # what a browser never sends
        raise DeskRefusal(400, "form_broken") from None
    pairs = list(read.multi_items())
    if len(pairs) > FIELDS + FILES or any(isinstance(one, str) and len(one) > FIELD_BYTES for _name, one in pairs):
        raise DeskRefusal(413, "form_large")
    if any(_ODD.search(text) for pair in pairs for text in pair if isinstance(text, str)):
        raise DeskRefusal(400, "form_broken")
    return Form(pairs)


async def _demand_few(request: Request) -> None:
    """Before it is parsed: of sixteen megabytes of ``a=&a=&…`` parsing alone would take a gigabyte and a minute."""
    pieces, size = [], 0
    async for piece in request.stream():
        size += len(piece)
        if size > FORM_BYTES:
            raise DeskRefusal(413, "form_large")
        pieces.append(piece)
    body = request._body = b"".join(pieces)  # what ``Request.body`` keeps, and ``form`` reads again
    if body.count(b"&") + body.count(b";") > FIELDS:
        raise DeskRefusal(413, "form_large")


def _same_origin(request: Request) -> None:
    """By what the browser itself says of where the form was: ``Origin``, ``Sec-Fetch-Site``; one at least."""
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    if site is None and origin is None:
        raise DeskRefusal(403, "form_foreign")
    if site is not None and site not in ("same-origin", "none"):
        raise DeskRefusal(403, "form_foreign")
    if origin is not None and _place(origin)[0] != request.headers.get("host", "").lower():
        raise DeskRefusal(403, "form_foreign")


def _place(url: str) -> tuple[str, str]:
    """Host and port; path with what was asked of it. Nothing of what is no address."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return "", ""
    return parts.netloc.lower(), parts.path + (f"?{parts.query}" if parts.query else "")
