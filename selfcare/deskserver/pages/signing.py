"""Signing in and out, an invitation's page, the operator's sign-in, a fresh proof, and one's own account."""

from __future__ import annotations

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from selfcare.deskserver.access import agents, provider, sessions, totp
from selfcare.deskserver.access.audit import told, told_as
from selfcare.deskserver.access.guard import Form, form_of, local, proved, signed_in
from selfcare.deskserver.access.pace import address_of, network
from selfcare.deskserver.access.passwords import SHORTEST, demand_good
from selfcare.deskserver.access.signing import signing_of
from selfcare.deskserver.context import Desk
from selfcare.deskserver.model import Agent, DeskRefusal, Role
from selfcare.deskserver.pages.draw import drawn
from selfcare.deskserver.pages.signing_draw import plain_page, refusal_words

_LONGEST = 64


def routes() -> list[BaseRoute]:
    """Of everybody but for the account and the proof."""
    return [
        Route("/login", login_page, methods=["GET"]),
        Route("/login", login, methods=["POST"]),
        Route("/login/provider", to_provider, methods=["GET"]),
        Route("/login/provider/back", from_provider, methods=["GET"]),
        Route("/welcome/{secret}", welcome_page, methods=["GET"]),
        Route("/welcome/{secret}", welcome, methods=["POST"]),
        Route("/logout", logout, methods=["POST"]),
        Route("/prove", prove_page, methods=["GET"]),
        Route("/prove", prove, methods=["POST"]),
        Route("/account", account_page, methods=["GET"]),
        Route("/account/{what}", account, methods=["POST"]),
    ]


async def login_page(request: Request) -> Response:
    """Three fields: what is wrong is not told one by one."""
    back = local(request.query_params.get("next", "/"))
    if isinstance(await request.app.state.agent_of(request), Agent):
        return RedirectResponse(back, 303)
    return _login_page(request, back)


def _login_page(request: Request, back: str, problem: DeskRefusal | None = None, typed: str = "") -> Response:
    desk: Desk = request.app.state.desk
    return plain_page(request, "signing/login.html", problem, next=back, typed=typed,
                      provider=bool(desk.settings.agents.issuer))  # fmt: skip


async def login(request: Request) -> Response:
    """Held up before anything is read."""
    signing = signing_of(request)
    address = address_of(request)
    try:
        signing.held_up(address)
    except DeskRefusal as refused:
        return _login_page(request, "/", refused)
    form = await _unsigned_form(request)
    back = local(form["next"] or "/")
    before = request.cookies.get(sessions.cookie_name(signing.desk), "")
    try:
        secret = await signing.sign_in(form["login"], form["password"], form["code"], address, sessions.digest(before))
    except DeskRefusal as refused:
        return _login_page(request, back, refused, form["login"][:_LONGEST])
    answer = RedirectResponse(back, 303)
    sessions.give(answer, signing.desk, secret)
    return answer


async def _unsigned_form(request: Request) -> Form:
    """Who signs in again while signed in has no token of that session in the form: the origin counts."""
    return await form_of(request, token=False)


async def to_provider(request: Request) -> Response:
    """A link and no form: ``form-action`` would forbid the way there."""
    desk = _with_provider(request)
    signing_of(request).held_up(address_of(request))
    proof = request.query_params.get("prove") == "1"
    asked = provider.fresh(desk.now(), local(request.query_params.get("next", "/")), proof)
    answer = RedirectResponse(await provider.where_to(desk, asked), 303)
    answer.set_cookie(_asked_name(desk), provider.sealed(desk, asked), max_age=600, path="/",
                      secure=sessions.secure(desk), httponly=True, samesite="lax")  # fmt: skip
    return answer


def _asked_name(desk: Desk) -> str:
    return ("__Host-" if sessions.secure(desk) else "") + "desk-asked"


def _with_provider(request: Request) -> Desk:
    desk: Desk = request.app.state.desk
    if not desk.settings.agents.issuer:
        raise DeskRefusal(404, "not_found")
    return desk


async def from_provider(request: Request) -> Response:
    """The browser comes back."""
    desk, address = _with_provider(request), address_of(request)
    asked = provider.opened(desk, request.cookies.get(_asked_name(desk), ""))
    before = sessions.digest(request.cookies.get(sessions.cookie_name(desk), ""))

    def started(c: Connection) -> str:
        agent = agents.by_provider(c, known.subject, known.login, known.name, known.role, desk.now())
        did = "prove" if asked is not None and asked.proof else "login"
        told_as(c, f"agent:{agents.person(c, agent).login}", did, "provider", desk.now(), address=address)
        return sessions.start(c, agent, desk.now(), before, known.shown)

    try:
        known = await provider.who(desk, asked, dict(request.query_params))
        secret = await desk.database.write(started)
    except DeskRefusal as refused:
        code, now = refused.code, desk.now()
        await desk.database.write(lambda c: told_as(c, "anybody", "login_wrong", "provider", now, code, address))
        answer = _login_page(request, "/", refused)
    else:
        answer = RedirectResponse(asked.next if asked else "/", 303)
        sessions.give(answer, desk, secret)
    answer.delete_cookie(_asked_name(desk), path="/", secure=sessions.secure(desk), httponly=True, samesite="lax")
    return answer


async def welcome_page(request: Request) -> Response:
    """An invitation: the QR code for the phone, and a password to choose."""
    return await _welcome_page(request)


async def _welcome_page(request: Request, problem: DeskRefusal | None = None) -> Response:
    desk: Desk = request.app.state.desk
    secret, now = request.path_params["secret"][:200], desk.now()
    found = await desk.database.read(lambda c: agents.invited(c, secret, now))
    if found is None:
        return plain_page(request, "signing/over.html", problem or DeskRefusal(410, "invitation_over"))
    key = totp.derived(desk.secret, secret)
    return plain_page(
        request, "signing/welcome.html", problem, login=found.login, shortest=SHORTEST, written=totp.written(key),
        picture=totp.picture(key, found.login, desk.settings.operator), here=request.url.path,
    )  # fmt: skip


async def welcome(request: Request) -> Response:
    """The password and the first code; then it is signed in."""
    desk, signing, address = request.app.state.desk, signing_of(request), address_of(request)
    secret, now = request.path_params["secret"][:200], request.app.state.desk.now()
    signing.held_up(address)
    form = await _unsigned_form(request)
    signing.pace.addresses.count(network(address), now)
    found = await desk.database.read(lambda c: agents.invited(c, secret, now))
    try:
        if found is None:
            raise DeskRefusal(410, "invitation_over")
        if form["password"] != form["again"]:
            raise DeskRefusal(422, "password_differs")
        demand_good(form["password"], found.login)
        key = totp.derived(desk.secret, secret)
        step = totp.step_of(key, form["code"], now)
        if step is None:
            raise DeskRefusal(422, "code_wrong")
        hashed, kept = await signing.passwords.hashed(form["password"]), totp.sealed(desk.secret, found.login, key)

        def accepted(c: Connection) -> str:
            agent = agents.accept(c, secret, hashed, kept, step, now)
            told_as(c, f"agent:{found.login}", "login", "desk", now, "invitation", address)
            return sessions.start(c, agent, now)

        cookie = await desk.database.write(accepted)
    except DeskRefusal as refused:
        return await _welcome_page(request, refused)
    answer = RedirectResponse("/", 303)  # its code is used up: another half minute's wait would be for nothing
    sessions.give(answer, desk, cookie)
    return answer


async def logout(request: Request) -> Response:
    """Here alone."""
    desk: Desk = request.app.state.desk
    agent = await signed_in(request)
    await form_of(request)
    await desk.database.write(lambda c: sessions.end(c, agent.session))
    answer = RedirectResponse("/login", 303)
    sessions.take(answer, desk)
    return answer


async def prove_page(request: Request) -> Response:
    """Again: password and code; who came by the operator's sign-in goes there again."""
    return await _prove_page(request, await signed_in(request), local(request.query_params.get("next", "/")))


async def _prove_page(request: Request, agent: Agent, back: str, problem: DeskRefusal | None = None) -> Response:
    desk: Desk = request.app.state.desk
    own = await desk.database.read(lambda c: bool(agents.keys(c, agent.login).password))
    return drawn(request, agent, "signing/prove.html", problem.status if problem else 200, next=back, own=own,
                 problem=refusal_words(request, problem))  # fmt: skip


async def prove(request: Request) -> Response:
    """For ten minutes."""
    agent, signing = await signed_in(request), signing_of(request)
    signing.held_up(address_of(request))
    form = await form_of(request)
    back = local(form["next"] or "/")
    try:
        await signing.prove(agent, form["password"], form["code"], address_of(request))
    except DeskRefusal as refused:
        return await _prove_page(request, agent, back, refused)
    return RedirectResponse(back, 303)


async def account_page(request: Request) -> Response:
    """One's own: language, password, where one is signed in."""
    return await _account_page(request, await signed_in(request))


async def _account_page(request: Request, agent: Agent, problem: DeskRefusal | None = None) -> Response:
    desk: Desk = request.app.state.desk
    now = desk.now()
    running, own = await desk.database.read(
        lambda c: (sessions.of_agent(c, agent.id, now), bool(agents.keys(c, agent.login).password))
    )
    done = request.query_params.get("done", "")
    return drawn(
        request, agent, "signing/account.html", problem.status if problem else 200, sessions=running, own=own,
        problem=refusal_words(request, problem), shortest=SHORTEST, did=done if done in _ACCOUNT else "",
    )  # fmt: skip


async def account(request: Request) -> Response:
    """``POST /account/{what}``."""
    what = request.path_params["what"]
    agent = await (proved(request, Role.READER) if what == "password" else signed_in(request))
    form = await form_of(request)
    if what not in _ACCOUNT:
        raise DeskRefusal(404, "not_found")
    desk: Desk = request.app.state.desk
    try:
        hashed = await _new_password(request, agent, form) if what == "password" else ""
    except DeskRefusal as refused:
        return await _account_page(request, agent, refused)
    now, address = desk.now(), address_of(request)

    def write(c: Connection) -> None:
        if what == "language":
            agents.set_language(c, agent.id, form["language"])
            return
        if hashed:
            agents.set_password(c, agent.id, hashed)
        sessions.end_all(c, agent.id, agent.session)
        told(c, agent, f"account_{what}", agent.name, now, address=address)

    await desk.database.write(write)
    return RedirectResponse(f"/account?done={what}", 303)


_ACCOUNT = ("language", "password", "everywhere")


async def _new_password(request: Request, agent: Agent, form: Form) -> str:
    if form["password"] != form["again"]:
        raise DeskRefusal(422, "password_differs")
    demand_good(form["password"], agent.login)
    return await signing_of(request).passwords.hashed(form["password"])
