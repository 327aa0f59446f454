"""A page out of its template: everything is escaped, and a name that is not there is an error, not a gap."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import HTMLResponse

from selfcare.deskserver.context import Desk
from selfcare.deskserver.model import Agent, Role
from selfcare.deskserver.pages.say import Say

if TYPE_CHECKING:
    from jinja2 import Environment

HERE = Path(__file__).parent


def say_of(request: Request, agent: Agent) -> Say:
    """In this agent's language, now."""
    desk: Desk = request.app.state.desk
    return Say(agent.language, desk.now(), desk.settings.zone)


def drawn(request: Request, agent: Agent, template: str, status: int = 200, **what: object) -> HTMLResponse:
    """``template``: a file of ``templates``. All of them know ``say``, ``t``, ``agent``, ``desk``, ``Role``."""
    desk: Desk = request.app.state.desk
    say = say_of(request, agent)
    given = {"problem": "", "done": "", "at_page": "", **what}
    text = environment().get_template(template).render(
        say=say, t=say.t, agent=agent, operator=desk.settings.operator, Role=Role, path=request.url.path, **given
    )  # fmt: skip
    return HTMLResponse(text, status)


@cache
def environment() -> Environment:
    """For everybody who draws a page of the desk."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(
        loader=FileSystemLoader(HERE / "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
