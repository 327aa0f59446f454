"""The audit, by who, what and when; and as a table for a spreadsheet."""

from __future__ import annotations

import csv
import io
import re
from datetime import UTC, datetime
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from selfcare.deskserver.access.audit import Asked, Line, audited, found
from selfcare.deskserver.access.guard import signed_in
from selfcare.deskserver.access.may import Act
from selfcare.deskserver.context import Desk
from selfcare.deskserver.pages.draw import drawn
from selfcare.deskserver.pages.say import typed_moment

_FORMULA = re.compile(r"(^|[;,|\t\r\n\"])(\s*[=+\-@\uff1d\uff0b\uff0d\uff20])")
PAGE, TABLE = 100, 10_000
_FIELDS = ("who", "did", "what", "since", "until")


async def page(request: Request) -> Response:
    """A hundred, newest first; that it was read is an entry too."""
    agent = await signed_in(request, Act.AUDIT)
    desk: Desk = request.app.state.desk
    asked, typed = _asked(request)
    lines = await desk.database.read(lambda c: found(c, asked, PAGE + 1))
    await audited(request, agent, "read", "audit", urlencode(typed))
    more = urlencode({**typed, "before": lines[PAGE - 1].id}) if len(lines) > PAGE else ""
    given = {name: typed.get(name, "") for name in _FIELDS}
    return drawn(request, agent, "admin/audit.html", at_page="admin", lines=lines[:PAGE], typed=given, more=more,
                 query=urlencode(typed), part="audit")  # fmt: skip


async def table(request: Request) -> Response:
    """The newest ten thousand."""
    agent = await signed_in(request, Act.AUDIT)
    desk: Desk = request.app.state.desk
    asked, typed = _asked(request)
    lines = await desk.database.read(lambda c: found(c, asked, TABLE))
    await audited(request, agent, "export", "audit", urlencode(typed))
    headers = {"content-disposition": 'attachment; filename="audit.csv"'}
    return Response(_csv(lines), media_type="text/csv; charset=utf-8", headers=headers)


def _asked(request: Request) -> tuple[Asked, dict[str, str]]:
    desk: Desk = request.app.state.desk
    zone = desk.settings.zone
    typed = {name: request.query_params[name][:200] for name in _FIELDS if request.query_params.get(name)}
    before = request.query_params.get("before", "")
    asked = Asked(
        typed.get("who", ""), typed.get("did", ""), typed.get("what", ""), typed_moment(typed.get("since", ""), zone),
        typed_moment(typed.get("until", ""), zone), int(before) if before.isascii() and before.isdigit()
        and len(before) < 19 else None,
    )  # fmt: skip
    return asked, typed


def _csv(lines: list[Line]) -> str:
    out = io.StringIO()
    rows = csv.writer(out)
    rows.writerow(("at", "who", "did", "what", "detail", "address"))
    for line in lines:
        at = datetime.fromtimestamp(line.at / 1000, UTC).isoformat(timespec="milliseconds")
        rows.writerow([at, *(_cell(one) for one in (line.who, line.did, line.what, line.detail, line.address))])
    return out.getvalue()


def _cell(text: str) -> str:
    """A spreadsheet takes what begins like this for a formula; some begin a new cell at a semicolon or a tabulator."""
    return _FORMULA.sub(r"\1'\2", text)
