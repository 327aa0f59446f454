"""What administrators see to: agents, tokens of systems, the audit, how long things are kept.

What changes who may what asks for a fresh proof (``proved``). Each page that is looked at is in the audit itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from selfcare.deskserver.access import agents, tokens
from selfcare.deskserver.access.audit import audited, told
from selfcare.deskserver.access.guard import Form, form_of, proved, signed_in
from selfcare.deskserver.access.may import Act
from selfcare.deskserver.access.pace import address_of
from selfcare.deskserver.access.who import callers_of
from selfcare.deskserver.context import Desk
from selfcare.deskserver.intake import post
from selfcare.deskserver.model import Agent, DeskRefusal, Role
from selfcare.deskserver.pages import admin_audit
from selfcare.deskserver.pages.draw import drawn
from selfcare.deskserver.pages.signing_draw import refusal_words

Does = Callable[[Connection, int, Form, int], str]


def routes() -> list[BaseRoute]:
    """Below ``/admin``."""
    return [
        Route("/admin", agents_page, methods=["GET"]),
        Route("/admin/agents", invite, methods=["POST"]),
        Route("/admin/agents/{id:int}/{what}", change, methods=["POST"]),
        Route("/admin/tokens", tokens_page, methods=["GET"]),
        Route("/admin/tokens", make_token, methods=["POST"]),
        Route("/admin/tokens/{hash}/revoke", revoke_token, methods=["POST"]),
        Route("/admin/audit", admin_audit.page, methods=["GET"]),
        Route("/admin/audit.csv", admin_audit.table, methods=["GET"]),
        Route("/admin/letters", letters_page, methods=["GET"]),
        Route("/admin/retention", retention_page, methods=["GET"]),
    ]


async def agents_page(request: Request) -> Response:
    """Everybody, and a form for one more."""
    agent = await signed_in(request, Act.AGENTS)
    await audited(request, agent, "read", "agents")
    return await _agents_page(request, agent)


async def _agents_page(request: Request, agent: Agent, problem: DeskRefusal | None = None, link: str = "",
                       whose: str = "") -> Response:  # fmt: skip
    desk: Desk = request.app.state.desk
    people = await desk.database.read(agents.everybody)
    return drawn(request, agent, "admin/agents.html", problem.status if problem else 200, at_page="admin",
                 people=people, roles=list(Role), problem=refusal_words(request, problem), link=link,
                 whose=whose, part="agents")  # fmt: skip


async def invite(request: Request) -> Response:
    """The link is shown once, to be sent by whatever way is safe there."""
    agent = await proved(request, Act.AGENTS)
    form = await form_of(request)
    desk: Desk = request.app.state.desk
    now, address = desk.now(), address_of(request)

    def write(c: Connection) -> str:
        secret = agents.invite(c, form["login"], form["name"], _role(form["role"]), now)
        told(c, agent, "agent_invite", f"agent:{agents.plain_login(form['login'])}", now, form["role"], address)
        return secret

    try:
        secret = await desk.database.write(write)
    except DeskRefusal as refused:
        return await _agents_page(request, agent, refused)
    return await _agents_page(request, agent, link=_link(desk, secret), whose=form["login"])


async def change(request: Request) -> Response:
    """``role``, ``disable``, ``enable``, ``recover``."""
    agent = await proved(request, Act.AGENTS)
    form = await form_of(request)
    desk: Desk = request.app.state.desk
    what, whom = request.path_params["what"], request.path_params["id"]
    if what not in _CHANGES or whom > 2**62:
        raise DeskRefusal(404, "not_found")
    now, address = desk.now(), address_of(request)

    def write(c: Connection) -> tuple[str, str]:
        person = agents.person(c, whom)
        secret = _CHANGES[what](c, whom, form, now)
        told(c, agent, f"agent_{what}", f"agent:{person.login}", now, form["role"], address)
        return secret, person.login

    try:
        secret, login = await desk.database.write(write)
    except DeskRefusal as refused:
        return await _agents_page(request, agent, refused)
    if secret:
        return await _agents_page(request, agent, link=_link(desk, secret), whose=login)
    return RedirectResponse("/admin", 303)


def _link(desk: Desk, secret: str) -> str:
    return f"{desk.settings.url.rstrip('/')}/welcome/{secret}"


def _role(typed: str) -> Role:
    if typed not in list(Role):
        raise DeskRefusal(422, "role_unknown")
    return Role(typed)


def _set_role(c: Connection, whom: int, form: Form, _now: int) -> str:
    agents.set_role(c, whom, _role(form["role"]))
    return ""


def _disable(c: Connection, whom: int, _form: Form, now: int) -> str:
    agents.disable(c, whom, now)
    return ""


def _enable(c: Connection, whom: int, _form: Form, _now: int) -> str:
    agents.enable(c, whom)
    return ""


def _recover(c: Connection, whom: int, _form: Form, now: int) -> str:
    if agents.person(c, whom).oidc:
        raise DeskRefusal(409, "provider_keys")
    return agents.recover(c, whom, now)


_CHANGES: Mapping[str, Does] = {"role": _set_role, "disable": _disable, "enable": _enable, "recover": _recover}


async def tokens_page(request: Request) -> Response:
    """Of systems."""
    agent = await signed_in(request, Act.TOKENS)
    await audited(request, agent, "read", "tokens")
    return await _tokens_page(request, agent)


async def _tokens_page(request: Request, agent: Agent, problem: DeskRefusal | None = None, made: str = "") -> Response:
    desk: Desk = request.app.state.desk
    there = await desk.database.read(lambda c: tokens.listed(c))
    return drawn(request, agent, "admin/tokens.html", problem.status if problem else 200, at_page="admin",
                 tokens=there, made=made, problem=refusal_words(request, problem), part="tokens")  # fmt: skip


async def make_token(request: Request) -> Response:
    """Shown once."""
    agent = await proved(request, Act.TOKENS)
    form = await form_of(request)
    desk: Desk = request.app.state.desk
    now, address = desk.now(), address_of(request)
    typed = form["days"] if form["days"].isascii() and form["days"].isdigit() and len(form["days"]) <= 4 else "0"
    days = int(typed) if 0 < int(typed) <= 3650 else None

    def write(c: Connection) -> str:
        token = tokens.make_system(c, form["name"], now, days * 86_400 if days else None)
        told(c, agent, "token_make", f"system:{form['name'][:60]}", now, address=address)
        return token

    try:
        made = await desk.database.write(write)
    except DeskRefusal as refused:
        return await _tokens_page(request, agent, refused)
    return await _tokens_page(request, agent, made=made)


async def revoke_token(request: Request) -> Response:
    """At once, here; within seconds elsewhere."""
    agent = await proved(request, Act.TOKENS)
    await form_of(request)
    desk: Desk = request.app.state.desk
    hashed, now, address = request.path_params["hash"], desk.now(), address_of(request)

    def write(c: Connection) -> None:
        if not tokens.revoke(c, hashed, now):
            raise DeskRefusal(404, "not_found")
        told(c, agent, "token_revoke", f"token:{hashed[:12]}", now, address=address)

    await desk.database.write(write)
    callers_of(request).forget()
    return RedirectResponse("/admin/tokens", 303)


async def letters_page(request: Request) -> Response:
    """Mails that nobody took, and why; how many are still to go."""
    agent = await signed_in(request, Act.LETTERS)
    await audited(request, agent, "read", "letters")
    desk: Desk = request.app.state.desk
    stuck, waiting = await desk.database.read(lambda c: (post.stuck(c), post.waiting(c)))
    return drawn(request, agent, "admin/letters.html", at_page="admin", stuck=stuck, waiting=waiting, part="letters")


async def retention_page(request: Request) -> Response:
    """As the settings say: changed there, by who runs the machine."""
    agent = await signed_in(request, Act.RETENTION)
    await audited(request, agent, "read", "retention")
    desk: Desk = request.app.state.desk
    keeping = desk.settings.keeping
    kept = (("closed", keeping.closed_days), ("audit", keeping.audit_days), ("unconfirmed", keeping.unconfirmed_days))
    return drawn(request, agent, "admin/retention.html", at_page="admin", kept=kept, part="retention")
