"""One subscriber in one view: everything that happened over all channels; beside it, who else claims the same line."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from selfcare.deskserver.access.audit import audited
from selfcare.deskserver.access.guard import signed_in
from selfcare.deskserver.access.may import Act
from selfcare.deskserver.context import Desk
from selfcare.deskserver.core import history
from selfcare.deskserver.model import DeskRefusal
from selfcare.deskserver.pages.draw import drawn, say_of
from selfcare.deskserver.pages.queue import line_of

_MOMENTS = 400


async def page(request: Request) -> Response:
    """``/s/{id}``."""
    agent = await signed_in(request, Act.READ)
    desk: Desk = request.app.state.desk
    number = int(request.path_params["id"])
    if number > 2**62:
        raise DeskRefusal(404, "subscriber_unknown")
    there = await desk.database.read(lambda c: history.history(c, number))
    if there is None:
        raise DeskRefusal(404, "subscriber_unknown")
    await audited(request, agent, "read", f"subscriber:{number}")
    say = say_of(request, agent)
    moments = sorted(there.moments, key=lambda one: one.at, reverse=True)
    return drawn(
        request, agent, "subscriber.html", at_page="queue", there=there, moments=moments[:_MOMENTS],
        more=max(0, len(moments) - _MOMENTS), lines=[line_of(one.head, say) for one in there.tickets],
    )  # fmt: skip
