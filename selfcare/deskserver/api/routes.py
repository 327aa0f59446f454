"""The API's routes: TMF621 v5 and v4, TMF656, and an answer in the same form for every other path below."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from selfcare.deskserver.api import hub, patching, problems, specifications, talk, tickets
from selfcare.deskserver.api.outgoing import API
from selfcare.deskserver.api.versions import V4, V5, Version
from selfcare.deskserver.model import DeskRefusal


def routes() -> list[BaseRoute]:
    """In the order they are tried."""
    every: list[BaseRoute] = []
    for version in (V5, V4):
        every += _of(version)
    for name in ("v5", "v4"):
        base = f"{problems.API}/{name}/serviceProblem"
        every += [
            talk.route(base, {"GET": _named(problems.listing, name)}),
            talk.route(f"{base}/{{id}}", {"GET": _named(problems.one, name)}),
        ]
    every += [talk.route("/tmf-api", {"GET": _nothing}), talk.route("/tmf-api/{rest:path}", {"GET": _nothing})]
    return every


def _of(version: Version) -> list[BaseRoute]:
    base = f"{API}/{version.name}"
    one = f"{base}/troubleTicket/{{id}}"
    hubs = {"DELETE": _for(hub.remove, version), **({"GET": _for(hub.one, version)} if version.rich else {})}
    found: list[BaseRoute] = [
        talk.route(f"{base}/troubleTicket", {"GET": _for(tickets.listing, version),
                                             "POST": _for(tickets.create, version)}),
        talk.route(one, {"GET": _for(tickets.one, version), "PATCH": _for(patching.change, version),
                         "DELETE": _for(tickets.remove, version)}),
        talk.route(f"{one}/attachment/{{file}}", {"GET": _for(tickets.download, version)}),
        talk.route(f"{base}/hub", {"POST": _for(hub.create, version)}),
        talk.route(f"{base}/hub/{{id}}", hubs),
    ]  # fmt: skip
    if version.rich:
        specs = f"{base}/troubleTicketSpecification"
        found += [
            talk.route(specs, {"GET": specifications.listing, "POST": specifications.create}),
            talk.route(f"{specs}/{{id}}", {"GET": specifications.one, "PATCH": specifications.change,
                                           "DELETE": specifications.remove}),
        ]  # fmt: skip
    return found


def _for(handler: Callable[[Request, Version], Awaitable[Response]], version: Version) -> talk.Handler:
    return lambda request: handler(request, version)


def _named(handler: Callable[[Request, str], Awaitable[Response]], name: str) -> talk.Handler:
    return lambda request: handler(request, name)


async def _nothing(request: Request) -> Response:
    raise DeskRefusal(404, "no_such_place")
