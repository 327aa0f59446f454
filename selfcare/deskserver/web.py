"""The desk as a web application: its parts' routes. Handlers find the desk in ``request.app.state.desk``.

``state.api_caller(request)`` tells who calls the API (``Subscriber``, ``System``, ``Anybody``),
``state.agent_of(request)`` who sits at the desk (``Agent`` or ``Anybody``): injected, so that each part runs alone.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.routing import BaseRoute

from selfcare.deskserver.access.guard import Elsewhere
from selfcare.deskserver.context import Desk
from selfcare.deskserver.model import Agent, Anybody, Caller, DeskRefusal
from selfcare.deskserver.web_errors import elsewhere, refused, unknown
from selfcare.deskserver.web_shield import Bounds, Proxied, Shield

ApiCaller = Callable[[Request], Awaitable[Caller]]
AgentOf = Callable[[Request], Awaitable[Agent | Anybody]]


def application(
    desk: Desk,
    routes: Sequence[BaseRoute],
    api_caller: ApiCaller,
    agent_of: AgentOf,
    middleware: Sequence[Middleware] = (),
) -> Starlette:
    """Of these routes: bounded, with a browser's safeguards on each answer, and our words for what is refused."""
    proxied = [Middleware(Proxied)] if desk.settings.behind_proxy else []
    around = (*proxied, Middleware(Shield, desk=desk), Middleware(Bounds, limits=desk.settings.limits))
    app = Starlette(
        routes=list(routes),
        middleware=[*around, *middleware],
        exception_handlers={Elsewhere: elsewhere, DeskRefusal: refused, HTTPException: unknown},  # type: ignore[dict-item]
    )
    app.state.desk, app.state.api_caller, app.state.agent_of = desk, api_caller, agent_of
    return app
