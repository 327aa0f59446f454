"""Pages for who is not signed in: in the browser's language, without the agents' menu."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import HTMLResponse

from selfcare.deskserver.context import Desk
from selfcare.deskserver.model import DeskRefusal
from selfcare.deskserver.pages.draw import environment
from selfcare.deskserver.web_errors import sentence, words_of


def plain_page(request: Request, template: str, problem: DeskRefusal | None = None, **what: object) -> HTMLResponse:
    """``problem``: shown above the form, and the answer's status."""
    desk: Desk = request.app.state.desk
    words = words_of(request)
    text = environment().get_template(template).render(
        t=words.text, language=words.language, operator=desk.settings.operator,
        problem=refusal_words(request, problem), **what,
    )  # fmt: skip
    answer = HTMLResponse(text, problem.status if problem else 200)
    if problem and problem.status == 429:
        answer.headers["retry-after"] = str(problem.values.get("seconds", 60))
    return answer


def refusal_words(request: Request, problem: DeskRefusal | None) -> str:
    """Its sentence; "" where there is none."""
    return sentence(words_of(request), problem) if problem else ""
